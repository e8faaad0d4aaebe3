"""What a button means and which order is being talked about."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from bot.keys import Keys, new_secret_key
from bot.memory import Act, ButtonRow, Memory, new_reference
from bot.spoken import Focus, FocusRow, Spot
from bot.store import Store
from tests.store.databases import bytes_on_disk

PLACE = Spot("slack:T1:D1|slack:T1/U1")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(store: Store, keys: Keys, clock: Clock) -> Memory:
    return Memory(store, keys, clock=clock)


async def test_each_button_gets_a_reference_of_its_own_that_means_what_it_was_made_for(
    memory: Memory,
) -> None:
    acts = [Act("order", 55, {"order": f"SO-{number}"}) for number in range(20)]
    references = await memory.remember(acts)
    assert len(set(references)) == 20
    assert all(16 <= len(one) <= 40 and one.isascii() for one in references)
    assert [await memory.recall(one) for one in references] == acts


async def test_the_same_button_is_kept_once_a_day(memory: Memory, store: Store, clock: Clock) -> None:
    act = Act("order", 55, {"order": "SO-1", "erp": "parts"})
    [first] = await memory.remember([act])
    again = await memory.remember([Act("order", 55, {"erp": "parts", "order": "SO-1"}), act])
    assert again == [first, first]
    async with store.reading() as session:
        assert len((await session.exec(select(ButtonRow))).all()) == 1
    clock.now += timedelta(days=1)
    [tomorrow] = await memory.remember([act])
    assert tomorrow != first
    await memory.prune(clock.now)
    assert await memory.recall(first) is None
    assert await memory.recall(tomorrow) == act


@pytest.mark.parametrize(
    "other",
    [
        Act("order", 56, {"order": "SO-1"}),
        Act("lines", 55, {"order": "SO-1"}),
        Act("order", 55, {"order": "SO-2"}),
        Act("order", 55, {"order": "SO-1", "erp": ""}),
    ],
)
async def test_no_other_button_has_its_reference(memory: Memory, other: Act) -> None:
    act = Act("order", 55, {"order": "SO-1"})
    references = await memory.remember([act, other])
    assert len(set(references)) == 2
    assert [await memory.recall(one) for one in references] == [act, other]


async def test_a_reference_is_worth_nothing_without_the_key_it_was_made_with(
    store: Store, clock: Clock
) -> None:
    act = Act("order", 55, {"order": "SO-1"})
    ours, theirs = (Memory(store, Keys([new_secret_key()]), clock=clock).reference(act) for _ in range(2))
    assert ours != theirs


async def test_answers_with_the_same_buttons_in_another_order_do_not_stop_each_other(memory: Memory) -> None:
    acts = [Act("order", 55, {"order": f"SO-{number}"}) for number in range(30)]
    made = await asyncio.gather(*(memory.remember(acts[turn:] + acts[:turn]) for turn in range(12)))
    assert {frozenset(references) for references in made} == {frozenset(made[0])}
    assert len(made[0]) == 30


async def test_what_was_noted_under_a_reference_of_its_own_is_not_noted_over(
    memory: Memory, store: Store
) -> None:
    posted, reference = Act("posted_share", 55, {"posted": "x"}), new_reference()
    async with store.writing() as session:
        await memory.note(session, reference, posted)
    with pytest.raises(IntegrityError):
        async with store.writing() as session:
            await memory.note(session, reference, Act("undo_share", 55, {}))
    assert await memory.recall(reference) == posted


async def test_no_buttons_need_no_references(memory: Memory) -> None:
    assert await memory.remember([]) == []


@pytest.mark.parametrize(
    "reference", ["", "a" * 22, "a" * 10_000, "\x00" * 20, "' OR 1=1 -- aaaaaaaaaaaa", "\ud800" * 20]
)
async def test_a_reference_we_never_made_means_nothing(memory: Memory, reference: str) -> None:
    await memory.remember([Act("order", 55, {"order": "SO-1"})])
    assert await memory.recall(reference) is None


async def test_the_last_order_is_remembered_for_half_an_hour_in_its_place_only(
    memory: Memory, clock: Clock
) -> None:
    await memory.spoken.set_focus(PLACE, Focus(55, "SO-1"))
    await memory.spoken.set_focus(PLACE, Focus(55, "SO-2", "parts", "55"))
    clock.now += timedelta(minutes=29)
    assert await memory.spoken.focus(PLACE) == Focus(55, "SO-2", "parts", "55")
    assert await memory.spoken.focus(Spot("slack:T1:D1|slack:T1/U2")) is None
    clock.now += timedelta(minutes=1)
    assert await memory.spoken.focus(PLACE) is None


async def test_where_an_order_lives_is_not_believed_of_another_order(
    memory: Memory, store: Store, keys: Keys
) -> None:
    """A process of the release before changes the number alone, or knows no such column at all."""
    await memory.spoken.set_focus(PLACE, Focus(55, "SO-1", "parts", "900"))
    for changed, expected in (
        ({"order_number": keys.seal("SO-2")}, "SO-2"),
        ({"order_number": keys.seal("SO-1"), "lives_in": None}, "SO-1"),
    ):
        async with store.writing() as session:
            await session.exec(update(FocusRow).values(changed))
        assert await memory.spoken.focus(PLACE) == Focus(55, expected, "", "")


async def test_old_buttons_and_focuses_are_forgotten(memory: Memory, clock: Clock) -> None:
    [old] = await memory.remember([Act("order", 55, {})])
    await memory.spoken.set_focus(PLACE, Focus(55, "SO-1"))
    clock.now += timedelta(minutes=5)
    [new] = await memory.remember([Act("order", 56, {})])
    assert await memory.prune(clock.now) == 2
    assert await memory.recall(old) is None
    assert await memory.recall(new) is not None
    assert await memory.spoken.focus(PLACE) is None


async def test_a_language_outlives_the_order_that_was_spoken_of(memory: Memory, clock: Clock) -> None:
    await memory.spoken.note_language("slack:T1/U1", "pt")
    await memory.spoken.set_focus(PLACE, Focus(55, "SO-1"))
    noted = clock.now
    clock.now += timedelta(days=1)
    assert await memory.prune(noted) == 1
    assert await memory.spoken.language("slack:T1/U1") == "pt"
    assert await memory.prune(clock.now) == 1
    assert await memory.spoken.language("slack:T1/U1") is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_database_file_holds_no_order_numbers(memory: Memory, tmp_path: Path) -> None:
    await memory.remember([Act("order", 55, {"order": "SO-SECRET-1"})])
    await memory.spoken.set_focus(PLACE, Focus(55, "SO-SECRET-2"))
    written = bytes_on_disk(tmp_path)
    assert b"buttons" in written
    assert b"SO-SECRET" not in written

"""How the bot behaves: never faster than Telegram allows, quiet at night, and it hears a refusal out."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.messages import Happened, Message
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Files, Reply, Say
from bot.chat.unasked import Fired
from bot.delivery import DeliveryDelayed, DeliveryImpossible, PacedParcel, PostLog
from bot.handlers.telegram import TelegramCourier
from bot.handlers.telegram.courier import Manners
from bot.handlers.telegram.pace import Pace
from bot.handlers.telegram.quiet import QuietHours
from tests.handlers.telegram.test_courier import GREETING, document
from tests.handlers.telegram.world import GROUP, World, wording

NIGHT = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""23:00 in São Paulo."""
QUIET = QuietHours.of("21:00-07:00")


class Hours:
    """A clock that moves when somebody sleeps, and wakes them in order."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waiting: list[tuple[float, asyncio.Event]] = []

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self.waiting.append((self.now + seconds, woken))
        await woken.wait()

    async def run(self, *sending: asyncio.Task[None]) -> None:
        while not all(task.done() for task in sending):
            for _ in range(5):
                await asyncio.sleep(0)
            if self.waiting:
                self.waiting.sort(key=lambda one: one[0])
                self.now, woken = self.waiting.pop(0)
                woken.set()


async def sent_at(chats: list[int], *, held: dict[int, float] | None = None) -> list[tuple[float, int]]:
    """When each of these messages left, all wanted at once."""
    hours, left = Hours(), list[tuple[float, int]]()
    pace = Pace(clock=lambda: hours.now, sleep=hours.sleep)
    for chat, seconds in (held or {}).items():
        pace.hold(chat, seconds)

    async def send(chat: int) -> None:
        async with pace.turn(chat):
            left.append((hours.now, chat))

    await hours.run(*[asyncio.create_task(send(chat)) for chat in chats])
    return sorted(left)


def most_within(moments: list[float], seconds: float) -> int:
    return max((sum(start <= at < start + seconds for at in moments) for start in moments), default=0)


@given(st.lists(st.sampled_from([1, 2, 3, 4, -5, -6, *range(10, 60)]), max_size=150))
def test_no_limit_of_telegrams_is_ever_passed(chats: list[int]) -> None:
    left = asyncio.run(sent_at(chats))

    assert len(left) == len(chats)
    assert most_within([at for at, _ in left], 1.0) <= 30
    for chat in set(chats):
        own = [at for at, to in left if to == chat]
        assert most_within(own, 3.0) <= 3
        if chat < 0:
            assert most_within(own, 60.0) <= 20


async def test_a_busy_group_keeps_nobody_else_waiting() -> None:
    left = await sent_at([GROUP] * 60 + [7])

    assert (0.0, 7) in left


async def test_a_chat_telegram_wants_left_alone_is_left_alone_and_no_other() -> None:
    left = await sent_at([1, 2], held={1: 17.0})

    assert left == [(0.0, 2), (17.0, 1)]


async def test_a_parcel_waits_for_its_turn_and_a_refusal_holds_the_next_one(world: World) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    pace = Pace(clock=lambda: sum(waited), sleep=sleep)
    world.courier = courier(world, Manners(pace=pace))
    await world.telegram.say("ana", "hello")
    limited = {"ok": False, "error_code": 429, "parameters": {"retry_after": 17}}
    world.telegram.fail_next("sendMessage", 429, limited)
    with pytest.raises(DeliveryDelayed):
        await world.deliver(GREETING)

    [parcel] = world.courier.parcels(world.inbox.last, Reply(parts=(GREETING,), reader=Reader()))
    assert isinstance(parcel, PacedParcel)
    async with parcel.turn():
        assert waited == [17.0]


async def test_a_post_for_everybody_waits_for_its_turn_too(world: World) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    pace = Pace(clock=lambda: sum(waited), sleep=sleep)
    world.courier = courier(world, Manners(pace=pace), posts=Board())
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"])
    await world.telegram.say("ana", "@orderbot_demo_bot PO-7782", chat=GROUP)
    post = Reply(parts=(GREETING,), reader=Reader(), to_all=True)
    limited = {"ok": False, "error_code": 429, "parameters": {"retry_after": 17}}
    world.telegram.fail_next("sendMessage", 429, limited)
    [parcel] = world.courier.parcels(world.inbox.last, post)
    assert isinstance(parcel, PacedParcel)
    with pytest.raises(DeliveryDelayed):
        await parcel.send()

    async with parcel.turn():
        await parcel.send()

    assert waited == [17.0]


class Board:
    """Where posts are noted."""

    async def where(self, message: Message) -> str | None:
        return None

    async def posted(self, message: Message, where: str) -> None:
        pass


def courier(world: World, manners: Manners, posts: PostLog | None = None) -> TelegramCourier:
    return TelegramCourier(
        world.bot,
        wording(),
        world.shelf,
        default=Reader("en", "America/Sao_Paulo"),
        manners=manners,
        posts=posts,
    )


@pytest.mark.parametrize(
    ("at", "zone", "quiet"),
    [
        ("2026-03-02T02:00", "America/Sao_Paulo", True),
        ("2026-03-02T09:59", "America/Sao_Paulo", True),
        ("2026-03-02T10:00", "America/Sao_Paulo", False),
        ("2026-03-02T02:00", "Asia/Tokyo", False),
        ("2026-03-02T12:00", "Asia/Tokyo", True),
    ],
)
def test_it_is_night_by_the_readers_clock(at: str, zone: str, quiet: bool) -> None:
    assert QUIET is not None
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert QUIET.at(moment, Reader("en", zone)) is quiet


def test_quiet_hours_may_lie_within_a_day_or_be_none() -> None:
    noon = QuietHours.of("12:00-13:00")
    assert noon is not None
    assert noon.at(datetime(2026, 3, 2, 12, 30, tzinfo=UTC), Reader())
    assert not noon.at(datetime(2026, 3, 2, 13, tzinfo=UTC), Reader())
    assert QuietHours.of("") is None
    with pytest.raises(ValueError, match="21:00"):
        QuietHours.of("late")


async def test_at_night_a_watch_makes_no_sound_and_an_answer_does(world: World) -> None:
    world.courier = courier(world, Manners(quiet=QUIET, clock=lambda: NIGHT))
    await world.telegram.say("ana", "hello")
    await world.deliver(GREETING)
    await world.inbox.receive(replace(world.inbox.last, id="watch:1", content=Fired(1, 1)))
    await world.deliver(GREETING)

    answer, watch = [given for name, given in world.telegram.calls if name == "sendMessage"]
    assert "disable_notification" not in answer
    assert watch["disable_notification"] is True


async def test_documents_are_protected_where_that_is_set(world: World, tmp_path: Path) -> None:
    (tmp_path / "danfe.pdf").write_bytes(b"%PDF-1.7")
    world.shelf.files = {"danfe-1": tmp_path / "danfe.pdf"}
    await world.telegram.say("ana", "invoice")
    for protect in (False, True):
        world.courier = courier(world, Manners(protect=protect))
        await world.deliver(Files((document(),)))

    plain, protected = [given for name, given in world.telegram.calls if name == "sendDocument"]
    assert "protect_content" not in plain
    assert protected["protect_content"] is True


@pytest.mark.parametrize(
    ("description", "reported"),
    [
        ("Forbidden: bot was blocked by the user", True),
        ("Forbidden: user is deactivated", True),
        ("Forbidden: bot can't initiate conversation with a user", False),
    ],
)
async def test_who_blocked_the_bot_is_heard_of_by_the_refusal(
    world: World, description: str, reported: bool
) -> None:
    await world.telegram.say("ana", "hello")
    asked = world.inbox.last
    for _ in range(2):
        world.telegram.fail_next("sendMessage", 403, {"ok": False, "description": description})
        with pytest.raises(DeliveryImpossible):
            await world.deliver(GREETING)

    assert all(message.content == Happened("blocked") for message in world.inbox.noted)
    assert {message.sender for message in world.inbox.noted} <= {asked.sender}
    # However often it is tried, it is one report.
    assert len({message.id for message in world.inbox.noted}) == int(reported)


async def test_somebody_who_blocked_the_bot_answers_for_no_group(world: World) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana"])
    await world.telegram.say("ana", "@orderbot_demo_bot hi", chat=GROUP)
    refused = {"ok": False, "description": "Forbidden: bot was blocked by the user"}
    world.telegram.fail_next("sendMessage", 403, refused)
    with pytest.raises(DeliveryImpossible):
        await world.deliver(Say(Phrase("greeting")))

    assert world.inbox.noted == []


async def test_a_group_that_moved_is_heard_of_by_the_refusal_as_by_the_report(world: World) -> None:
    world.telegram.groups.add(-7, "Buyers", ["ana"], supergroup=False)
    await world.telegram.say("ana", "@orderbot_demo_bot hi", chat=-7)
    asked = world.inbox.last
    new = await world.telegram.groups.migrate(-7)
    await world.inbox.receive(replace(asked, id="again"))
    await world.deliver(GREETING)

    [noted] = world.inbox.noted
    assert noted.content == Happened("moved", {"to": str(new)})
    assert noted.conversation == asked.conversation
    # The report of the group itself is the same message, and so is kept once.
    assert noted.id in world.inbox.kept
    assert world.telegram.sees("ana", chat=new)[-1]["from"]["is_bot"]

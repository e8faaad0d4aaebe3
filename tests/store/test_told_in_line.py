"""A conversation is told once that it is in line, whichever process has it meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from bot.keys import Keys
from bot.store import Store
from bot.told_in_line import InLineNotice, StoredTold

START = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def keys() -> Keys:
    return Keys([Fernet.generate_key().decode()])


async def test_what_one_process_told_another_does_not_tell_again(store: Store, keys: Keys) -> None:
    one, other = (StoredTold(store, keys) for _ in range(2))
    assert set(await one.claim(["a", "b"], once_in=300)) == {"a", "b"}
    assert list(await other.claim(["a", "b", "c"], once_in=300)) == ["c"]
    assert list(await one.claim(["c"], once_in=300)) == []


async def test_two_at_once_do_not_both_tell(store: Store, keys: Keys) -> None:
    every = [StoredTold(store, keys) for _ in range(8)]
    claimed = await asyncio.gather(*(one.claim(["a", "b"], once_in=300) for one in every))
    assert sorted(lane for lanes in claimed for lane in lanes) == ["a", "b"]


async def test_after_a_while_it_is_told_again_and_nothing_is_left_of_what_is_over(
    store: Store, keys: Keys
) -> None:
    now = START
    told = StoredTold(store, keys, clock=lambda: now)
    await told.claim(["a", "b"], once_in=300)
    now += timedelta(seconds=300)
    assert list(await told.claim(["a"], once_in=300)) == ["a"]
    async with store.reading() as session:
        [row] = (await session.exec(select(InLineNotice))).all()
    assert row.lane != "a"

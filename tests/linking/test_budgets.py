"""Budgets: how often somebody may miss, and what everybody else notices of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, Engine, event
from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from bot.chat.people import ChatUser, Platform
from bot.keys import Keys
from bot.linking import AuditEntry, Linking
from bot.linking.budgets import Budgets, Limits, spend
from bot.linking.errors import TooMuch
from bot.linking.tables import Spending
from bot.store import Store
from tests.linking.desk import ANA, ANA_ON_TELEGRAM, BRUNO, Desk

ANA_ELSEWHERE = ChatUser(Platform.SLACK, ANA.user_id, "T0ELSEWHERE")
HOUR = timedelta(hours=1)


@pytest.fixture
def budgets(desk: Desk) -> Budgets:
    return Budgets(desk.linking.books, Limits())


async def missed(
    desk: Desk, budgets: Budgets, times: int, user: ChatUser = ANA, **apart: float
) -> list[bool]:
    """Miss so many times, `apart`; which of them stopped the person."""
    stopped = []
    for _ in range(times):
        async with desk.store.writing() as session:
            stopped.append(await budgets.miss(session, user, 1))
        desk.clock.turn(**apart)
    return stopped


async def looked_up(desk: Desk, times: int, user: ChatUser = ANA) -> None:
    for _ in range(times):
        await desk.linking.record(AuditEntry(user=user, act="lookup", outcome="found"))


async def test_whoever_finds_what_they_look_for_never_waits(desk: Desk, budgets: Budgets) -> None:
    await looked_up(desk, 59)
    await missed(desk, budgets, 9)
    assert await budgets.wait(ANA) == 0


async def test_t1_ten_misses_in_ten_minutes_leave_one_lookup_in_thirty_seconds(
    desk: Desk, budgets: Budgets
) -> None:
    await missed(desk, budgets, 10)
    assert await budgets.wait(ANA) == 30
    desk.clock.turn(seconds=29)
    assert await budgets.wait(ANA) == 1
    desk.clock.turn(seconds=1)
    assert await budgets.wait(ANA) == 0
    await missed(desk, budgets, 1)
    assert await budgets.wait(ANA) == 30
    desk.clock.turn(minutes=10)
    assert await budgets.wait(ANA) == 0


async def test_ten_misses_spread_over_an_hour_slow_nobody(desk: Desk, budgets: Budgets) -> None:
    await missed(desk, budgets, 12, minutes=1.2)
    assert await budgets.wait(ANA) == 0


async def test_t1_thirty_misses_stop_a_person_until_fewer_are_an_hour_old(
    desk: Desk, budgets: Budgets
) -> None:
    await missed(desk, budgets, 30, minutes=1)
    assert await budgets.wait(ANA) == 30 * 60
    desk.clock.turn(minutes=29, seconds=59)
    assert await budgets.wait(ANA) == 1
    desk.clock.turn(seconds=1)
    assert await budgets.wait(ANA) == 0


async def test_the_wait_that_is_told_is_enough_however_many_misses_there_were(
    desk: Desk, budgets: Budgets
) -> None:
    await missed(desk, budgets, 37, minutes=1)
    seconds = await budgets.wait(ANA)
    assert seconds > 0
    desk.clock.turn(seconds=seconds - 1)
    assert await budgets.wait(ANA) == 1
    desk.clock.turn(seconds=1)
    assert await budgets.wait(ANA) == 0


async def test_t1_a_patient_guesser_gets_thirty_misses_an_hour_and_no_more(
    desk: Desk, budgets: Budgets
) -> None:
    misses = 0
    end = desk.clock.now + timedelta(hours=3)
    while desk.clock.now < end:
        seconds = await budgets.wait(ANA)
        if seconds == 0:
            await missed(desk, budgets, 1)
            misses += 1
        desk.clock.turn(seconds=max(seconds, 1))
    assert misses <= 3 * 30


async def test_sixty_acts_in_a_minute_are_enough(desk: Desk, budgets: Budgets) -> None:
    await looked_up(desk, 30)
    desk.clock.turn(seconds=20)
    await looked_up(desk, 30)
    assert await budgets.wait(ANA) == 40
    desk.clock.turn(seconds=40)
    assert await budgets.wait(ANA) == 0


@pytest.mark.parametrize("other", [BRUNO, ANA_ON_TELEGRAM, ANA_ELSEWHERE])
async def test_t1_nobody_else_notices_a_guesser(desk: Desk, budgets: Budgets, other: ChatUser) -> None:
    await looked_up(desk, 60)
    await missed(desk, budgets, 30)
    assert await budgets.wait(ANA) > 0
    assert await budgets.wait(other) == 0


async def test_t1_it_is_told_once_an_hour_that_a_person_was_stopped(desk: Desk, budgets: Budgets) -> None:
    assert await missed(desk, budgets, 30, minutes=1) == [False] * 29 + [True]
    desk.clock.turn(minutes=30)
    assert await missed(desk, budgets, 20, minutes=1) == [False] * 20
    desk.clock.turn(hours=1)
    assert await missed(desk, budgets, 30) == [False] * 29 + [True]


async def test_a_message_that_missed_many_times_counts_as_many(desk: Desk, budgets: Budgets) -> None:
    async with desk.store.writing() as session:
        assert not await budgets.miss(session, ANA, None, times=25)
        assert await budgets.miss(session, ANA, None, times=10)
    assert await budgets.wait(ANA) == 3600


async def test_t1_of_misses_at_the_same_moment_one_stops_the_person(desk: Desk, budgets: Budgets) -> None:
    async def miss() -> bool:
        async with desk.store.writing() as session:
            return await budgets.miss(session, ANA, 1)

    await missed(desk, budgets, 20)
    assert sorted(await asyncio.gather(*(miss() for _ in range(15)))) == [False] * 14 + [True]


async def test_t1_many_misses_of_a_company_are_logged_once_and_stop_nobody(desk: Desk) -> None:
    budgets = Budgets(desk.linking.books, Limits(company_misses=20))
    people = [ChatUser(Platform.SLACK, f"U{number}", "T0CUSTOMER") for number in range(5)]
    with capture_logs() as logs:
        for user in people:
            await missed(desk, budgets, 5, user, seconds=1)
    alarms = [one for one in logs if one["event"] == "company_misses"]
    assert [(one["reason"], one["company_id"]) for one in alarms] == [("many_misses", 1)]
    assert [await budgets.wait(user) for user in people] == [0] * 5


async def test_a_miss_counts_only_if_what_it_belongs_to_is_stored(desk: Desk, budgets: Budgets) -> None:
    async def miss_and_fail() -> None:
        async with desk.store.writing() as session:
            await budgets.miss(session, ANA, 1, times=30)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await miss_and_fail()
    assert await budgets.wait(ANA) == 0


async def test_waiting_is_decided_in_one_statement_that_writes_nothing(desk: Desk, budgets: Budgets) -> None:
    await missed(desk, budgets, 12)
    async with statements(desk.store) as made:
        await budgets.wait(ANA)
    assert [one.split()[0] for one in made] == ["SELECT"]


async def test_t1_misses_count_on_after_a_new_key(store: Store) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    before = Budgets(Linking(store, Keys([old]), []).books, Limits())
    async with store.writing() as session:
        await before.miss(session, ANA, 1, times=30)
    assert await Budgets(Linking(store, Keys([new, old]), []).books, Limits()).wait(ANA) > 3590


async def test_a_budget_that_is_used_up_says_for_how_long(desk: Desk) -> None:
    for _ in range(3):
        await spent(desk, most=3)
        desk.clock.turn(minutes=10)
    with pytest.raises(TooMuch) as refused:
        await spent(desk, most=3)
    assert refused.value.seconds == 30 * 60
    desk.clock.turn(minutes=30)
    await spent(desk, most=3)


async def test_a_lowered_budget_says_how_long_until_it_is_free_again(desk: Desk) -> None:
    for _ in range(5):
        await spent(desk, most=5)
        desk.clock.turn(minutes=10)
    with pytest.raises(TooMuch) as refused:
        await spent(desk, most=2)
    desk.clock.turn(seconds=refused.value.seconds)
    await spent(desk, most=2)


async def test_a_budget_of_nothing_is_never_free(desk: Desk) -> None:
    with pytest.raises(TooMuch):
        await spent(desk, most=0)


async def test_budgets_of_other_people_and_other_things_are_apart(desk: Desk) -> None:
    await spent(desk, most=1)
    await spent(desk, most=1, who=BRUNO.key)
    await spent(desk, most=1, kind="other")
    with pytest.raises(TooMuch):
        await spent(desk, most=1)


async def test_what_was_refused_is_not_counted_and_nobody_is_named(desk: Desk) -> None:
    await spent(desk, most=1)
    with pytest.raises(TooMuch):
        await spent(desk, most=1)
    async with desk.store.reading() as session:
        assert (await session.exec(select(func.count()).select_from(Spending))).one() == 1
        row = (await session.exec(select(Spending))).one()
    assert row.who == desk.keys.digest("budget", f"thing|{ANA.key}")


async def spent(desk: Desk, *, most: int, kind: str = "thing", who: str = ANA.key) -> None:
    async with desk.linking.books.writing_about(ANA) as session:
        await _spend(session, desk, kind, who, most)


async def _spend(session: AsyncSession, desk: Desk, kind: str, who: str, most: int) -> None:
    await spend(session, desk.keys, kind, who, most=most, window=HOUR, now=desk.clock())


@asynccontextmanager
async def statements(store: Store) -> AsyncIterator[list[str]]:
    """The SQL that reaches the database meanwhile."""
    made: list[str] = []

    def note(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        # Whichever of the store's engines it is run by.
        if connection.engine.url.database == store.engine.url.database:
            made.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield made
    finally:
        event.remove(Engine, "before_cursor_execute", note)

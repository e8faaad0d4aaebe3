"""Budgets to the second: how long one waits after just so many misses and look-ups, and who is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.chat.people import ChatUser, Platform
from bot.linking.budgets import Budgets, Limits, spend
from bot.linking.errors import TooMuch
from bot.linking.tables import Audit, Spending
from tests.linking.desk import ANA, BRUNO, columns
from tests.linking.hall import Hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LIMITS = Limits(
    misses_slow=3,
    slow_window=timedelta(minutes=10),
    slow_pause=timedelta(seconds=30),
    misses_stop=5,
    lookups=4,
    company_misses=6,
)
LIKE_ANA = (
    replace(ANA, platform=Platform.TELEGRAM),
    replace(ANA, workspace="T0OTHER"),
    replace(ANA, user_id="U0OTHER"),
)


async def misses(hall: Hall, user: ChatUser, ago: Sequence[float], kind: str = "miss") -> None:
    """Misses so many seconds ago."""
    digest = hall.linking.books.keys.digest("budget", f"{kind}|{user.key}")
    async with hall.linking.books.store.writing() as session:
        for one in ago:
            session.add(Spending(kind=kind, who=digest, at=hall.clock() - timedelta(seconds=one)))


async def acts(hall: Hall, user: ChatUser, ago: Sequence[float]) -> None:
    async with hall.linking.books.store.writing() as session:
        for one in ago:
            moment = hall.clock() - timedelta(seconds=one)
            session.add(Audit(**columns(user), at=moment, act="lookup", outcome="found"))


WAITS: tuple[tuple[list[float], list[float], int], ...] = (
    ([], [], 0),
    ([1, 2], [1, 2, 3], 0),
    # Slowed: until half a minute after the last one.
    ([5, 100, 599], [], 25),
    ([5.5, 100, 599], [], 25),
    ([5, 100, 600], [], 0),
    ([30, 100, 200], [], 0),
    ([29, 100, 200], [], 1),
    # Stopped: until the fifth newest is an hour old.
    ([1000, 2000, 3000, 3500, 3599], [], 1),
    ([1000, 2000, 3000, 3500, 3600], [], 0),
    ([700, 800, 3000, 3100, 3200, 3300], [], 400),
    ([5, 6, 7, 8, 3000], [], 600),
    ([5, 6, 7, 8, 3590], [], 25),
    # Hurried: until the fourth newest act is a minute old.
    ([], [1, 2, 3, 59], 1),
    ([], [1, 2, 3, 60], 0),
    ([], [1, 2, 3, 10, 59], 50),
    ([5, 100, 599], [1, 2, 3, 10], 50),
    ([5, 100, 599], [1, 2, 3, 59], 25),
    ([5, 6, 7, 8, 3000], [1, 2, 3, 10], 600),
)
"""Misses and look-ups so many seconds ago, and the wait in seconds."""


async def test_t5_one_waits_for_the_longest_of_what_one_has_reached(hall: Hall) -> None:
    found = []
    for missed, looked_up, _ in WAITS:
        # What was before is no matter any more.
        hall.clock.turn(hours=2)
        await misses(hall, ANA, missed)
        await acts(hall, ANA, looked_up)
        await misses(hall, ANA, [1] * 9, "code")
        for other in LIKE_ANA:
            await misses(hall, other, [1] * 9)
            await acts(hall, other, [1] * 9)
        found.append(await Budgets(hall.linking.books, LIMITS).wait(ANA))
    assert found == [wait for _, _, wait in WAITS]


async def test_t5_a_budget_is_used_up_to_its_last_and_free_again_when_its_window_is_over(hall: Hall) -> None:
    books, window = hall.linking.books, timedelta(minutes=10)

    async def used(most: int, who: str = ANA.key, kind: str = "invite") -> int | None:
        """How long to wait; None when it was there to be used."""
        try:
            async with books.writing_about(ANA) as session:
                await spend(session, books.keys, kind, who, most=most, window=window, now=books.clock())
        except TooMuch as refused:
            return refused.seconds
        return None

    assert await used(0) == 600
    assert [await used(1), await used(1)] == [None, 600]
    hall.clock.turn(seconds=200)
    assert [await used(2), await used(2)] == [None, 400]
    assert [await used(1, BRUNO.key), await used(1, kind="other")] == [None, None]
    hall.clock.turn(seconds=399.5)
    assert await used(2) == 1
    hall.clock.turn(seconds=0.5)
    assert [await used(2), await used(2)] == [None, 200]
    async with books.reading() as session:
        rows = (await session.exec(select(Spending).order_by(col(Spending.id)))).all()
    digests = [books.keys.digest("budget", f"invite|{who}") for who in (ANA.key, BRUNO.key)]
    assert [(row.kind, row.who) for row in rows if row.kind == "invite"] == [
        ("invite", digests[0]),
        ("invite", digests[0]),
        ("invite", digests[1]),
        ("invite", digests[0]),
    ]


async def test_t5_of_a_burst_is_told_once_an_hour_for_the_person_and_for_their_company(hall: Hall) -> None:
    books = hall.linking.books
    budgets = Budgets(books, LIMITS)

    async def miss(
        user: ChatUser = ANA, company: int | None = 7, *, times: int = 1
    ) -> tuple[bool, list[int]]:
        """Whether somebody was stopped, and the companies the operator is warned of."""
        with capture_logs() as logs:
            async with books.writing_about(user) as session:
                stopped = await budgets.miss(session, user, company, times=times)
        warned = [one for one in logs if one["event"] != "audited"]
        usual: dict[str, Any] = {"event": "company_misses", "log_level": "warning", "reason": "many_misses"}
        assert [dict(one) | usual for one in warned] == warned
        return stopped, [one["company_id"] for one in warned]

    assert [await miss() for _ in range(4)] == [(False, [])] * 4
    assert await miss() == (True, [])
    # The sixth of the company, by whomever, and not the sixth of another one or of none.
    assert await miss(company=None) == (False, [])
    assert await miss(BRUNO, 8) == (False, [])
    assert await miss(BRUNO) == (False, [7])
    assert await miss(BRUNO) == (False, [])
    # An hour after the first miss four of Ana's six are that recent, with this one.
    hall.clock.turn(hours=1)
    assert await miss(times=4) == (False, [])
    assert await miss() == (True, [])
    assert await miss() == (False, [7])
    async with books.writing_about(ANA) as session:
        assert not await budgets.miss(session, replace(ANA, user_id="U0NEW"), None)
    async with books.reading() as session:
        rows = (await session.exec(select(Spending))).all()
    new = books.keys.digest("budget", f"miss|{replace(ANA, user_id='U0NEW').key}")
    assert len([row for row in rows if row.who == new]) == 1

"""How much anybody may try: misses, codes, invitations, requests, counted per person, company, address.

Guessing order numbers: a person is stopped at thirty misses an hour, so a guesser gets thirty an hour, or
720 a day, past those that were on their way at that moment. Each number that is not found is a miss, also
among others that are. All it tells is that they are none of the person's own company's: somebody else's
and nobody's are answered alike, so there is nothing to find by guessing but one's own company's orders.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import Any

import structlog
from sqlalchemy import bindparam, func, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser
from bot.keys import Keys
from bot.linking.books import Books
from bot.linking.errors import TooMuch
from bot.linking.tables import Audit, Spending

MISS, COMPANY_MISS = "miss", "company_miss"
STOPPED, COMPANY_ALARM = "stopped", "company_alarm"
"""That somebody has been told of it."""
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one person, and one company, may do in a while."""

    misses_slow: int = 10
    """Within `slow_window`: the next look-up must then be `slow_pause` after the last miss."""
    slow_window: timedelta = timedelta(minutes=10)
    slow_pause: timedelta = timedelta(seconds=30)
    misses_stop: int = 30
    """Within an hour: no look-ups until fewer are that recent."""
    lookups: int = 60
    """Acts within a minute."""
    company_misses: int = 200
    """Within an hour, by everybody of a company: logged for the operator, nobody is stopped."""


class Budgets:
    """Decides before a look-up, and counts after one that found nothing."""

    def __init__(self, books: Books, limits: Limits) -> None:
        self._books = books
        self._limits = limits

    async def wait(self, user: ChatUser) -> int:
        """Seconds until this person may look something up again; 0 for now. One statement.

        Look-ups are counted by the person's rows in the audit, so that counting them costs no write.
        """
        now, limits = self._books.clock(), self._limits
        values = {
            "misses": self._books.keys.digests("budget", f"{MISS}|{user.key}"),
            "platform": user.platform.value,
            "workspace": user.workspace,
            "user_id": user.user_id,
            "an_hour_ago": now - HOUR,
            "slow_since": now - limits.slow_window,
            "a_minute_ago": now - MINUTE,
        }
        ((stopped, slowed, last, hurried),) = await self._books.store.rows(_ends(limits), values)
        ends = [stopped + HOUR] if stopped else []
        ends += [last + limits.slow_pause] if slowed else []
        ends += [hurried + MINUTE] if hurried else []
        return max((_until(end, now) for end in ends), default=0)

    async def miss(
        self, session: AsyncSession, user: ChatUser, company_id: int | None, *, times: int = 1
    ) -> bool:
        """Count misses in the caller's transaction; True when they stopped the person.

        Once an hour at most: whoever goes on as far as they are let is not told of again and again.
        """
        books, limits = self._books, self._limits
        whose = str(company_id)
        names = [f"{MISS}:{user.key}"] + ([f"{COMPANY_MISS}:{whose}"] if company_id is not None else [])
        # Else two at once would both count one too few, and nobody hear of the last one.
        await books.store.lock(session, *names)
        for _ in range(times):
            await _spend(session, books.keys, MISS, user.key, books.clock())
        stopped = await self._reached(session, MISS, user.key, limits.misses_stop, STOPPED)
        if company_id is not None:
            for _ in range(times):
                await _spend(session, books.keys, COMPANY_MISS, whose, books.clock())
            if await self._reached(session, COMPANY_MISS, whose, limits.company_misses, COMPANY_ALARM):
                structlog.get_logger().warning("company_misses", reason="many_misses", company_id=company_id)
        return stopped

    async def _reached(self, session: AsyncSession, kind: str, who: str, most: int, alarm: str) -> bool:
        """Whether a limit is reached of which nobody was told in the last hour; they are now."""
        keys, now = self._books.keys, self._books.clock()
        if await _counted(session, keys, kind, who, now - HOUR) < most:
            return False
        if await _counted(session, keys, alarm, who, now - HOUR):
            return False
        await _spend(session, keys, alarm, who, now)
        return True


async def spend(
    session: AsyncSession, keys: Keys, kind: str, who: str, *, most: int, window: timedelta, now: datetime
) -> None:
    """Use a budget once, in the caller's transaction; raises TooMuch when it is used up.

    `who` is a person's key, a company's id or an address; only its digest is kept. `window` is a day at
    most, then spendings are forgotten. The caller holds a lock on `who`. Raising rolls the transaction
    back: spend before anything else is written.
    """
    first: datetime | None = now
    if most > 0:
        mine = (*_of(keys, kind, who), col(Spending.at) > now - window)
        first = (await session.exec(select(_newest(col(Spending.at), most, *mine)))).one()
    if first is not None:
        raise TooMuch(_until(first + window, now))
    await _spend(session, keys, kind, who, now)


def _newest_of_all(limits: Limits) -> Any:
    """The statement of `wait`."""
    misses, acts = col(Spending.at), col(Audit.at)
    mine = (col(Spending.kind) == MISS, col(Spending.who).in_(bindparam("misses", expanding=True)))
    person = (
        col(Audit.platform) == bindparam("platform"),
        col(Audit.workspace) == bindparam("workspace"),
        col(Audit.user_id) == bindparam("user_id"),
    )
    return select(
        _newest(misses, limits.misses_stop, *mine, misses > bindparam("an_hour_ago")),
        _newest(misses, limits.misses_slow, *mine, misses > bindparam("slow_since")),
        _newest(misses, 1, *mine),
        _newest(acts, limits.lookups, *person, acts > bindparam("a_minute_ago")),
    )


_ends = cache(_newest_of_all)
"""Built once for its limits: building it costs more than running it."""


def _newest(moment: Any, number: int, *conditions: Any) -> Any:
    """The moment of the newest row but `number` - 1: with so many the limit is reached, until it is old."""
    return (
        select(moment)
        .where(*conditions)
        .order_by(moment.desc())
        .offset(number - 1)
        .limit(1)
        .scalar_subquery()
    )


async def _counted(session: AsyncSession, keys: Keys, kind: str, who: str, since: datetime) -> int:
    found = await session.exec(select(func.count()).where(*_of(keys, kind, who), col(Spending.at) > since))
    return int(found.one())


async def _spend(session: AsyncSession, keys: Keys, kind: str, who: str, now: datetime) -> None:
    digest = keys.digest("budget", f"{kind}|{who}")
    await session.exec(insert(Spending).values(kind=kind, who=digest, at=now))


def _of(keys: Keys, kind: str, who: str) -> list[Any]:
    return [col(Spending.kind) == kind, col(Spending.who).in_(keys.digests("budget", f"{kind}|{who}"))]


def _until(moment: datetime, now: datetime) -> int:
    return max(0, ceil((moment - now).total_seconds()))

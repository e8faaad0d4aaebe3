"""How much anybody may try: misses, codes, invitations, requests, counted per person, company, address.

Guessing order numbers: thirty misses an hour stop a person, so a guesser learns at most thirty times an
hour that a number is not their company's, whether or not it is somebody else's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import structlog
from sqlalchemy import func, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat import ChatUser
from bot.keys import Keys
from bot.linking.books import Books
from bot.linking.errors import TooMuch
from bot.linking.tables import Audit, Spending

MISS, COMPANY_MISS = "miss", "company_miss"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one person, and one company, may do in a while."""

    misses_slow: int = 10
    """Within `slow_window`: look-ups must then be `slow_pause` apart."""
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
        """Seconds until this person may look something up again; 0 for now. One statement."""
        now, limits = self._books.clock(), self._limits
        mine = _of(self._books.keys, MISS, user.key)
        recent = col(Spending.at) > now - limits.slow_window
        misses = (
            select(
                func.count(),
                func.min(col(Spending.at)),
                func.count().filter(recent),
                func.max(col(Spending.at)),
            )
            .where(*mine, col(Spending.at) > now - HOUR)
            .subquery()
        )
        acts = (
            select(func.count())
            .where(
                col(Audit.platform) == user.platform.value,
                col(Audit.workspace) == user.workspace,
                col(Audit.user_id) == user.user_id,
                col(Audit.at) > now - MINUTE,
            )
            .scalar_subquery()
        )
        async with self._books.reading() as session:
            found = await session.exec(select(misses, acts))  # type: ignore[call-overload]
            hour, first, slow, last, minute = found.one()
        if hour >= limits.misses_stop:
            return _until(first + HOUR, now)
        if slow >= limits.misses_slow:
            return _until(last + limits.slow_pause, now)
        return int(MINUTE.total_seconds()) if minute >= limits.lookups else 0

    async def miss(self, session: AsyncSession, user: ChatUser, company_id: int | None) -> bool:
        """Count a miss in the caller's transaction; True when this very one stopped the person."""
        now, keys = self._books.clock(), self._books.keys
        whose = str(company_id)
        count = await _counted(session, keys, MISS, user.key, now - HOUR)
        await _spend(session, keys, MISS, user.key, now)
        if company_id is not None:
            of_company = await _counted(session, keys, COMPANY_MISS, whose, now - HOUR)
            await _spend(session, keys, COMPANY_MISS, whose, now)
            if of_company + 1 == self._limits.company_misses:
                structlog.get_logger().warning("company_misses", reason="many_misses", company_id=company_id)
        return count + 1 == self._limits.misses_stop


async def spend(
    session: AsyncSession, keys: Keys, kind: str, who: str, *, most: int, window: timedelta, now: datetime
) -> None:
    """Use a budget once, in the caller's transaction; raises TooMuch when it is used up.

    `who` is a person's key, a company's id or an address; only its digest is kept. Raising rolls the
    transaction back: spend before anything else is written.
    """
    since = now - window
    if await _counted(session, keys, kind, who, since) >= most:
        oldest = await session.exec(
            select(func.min(col(Spending.at))).where(*_of(keys, kind, who), col(Spending.at) > since)
        )
        raise TooMuch(_until(oldest.one() + window, now))
    await _spend(session, keys, kind, who, now)


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

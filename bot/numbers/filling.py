"""Fills the index from the ERPs in the background, and keeps it fresh.

First each company's list, newest first, a few pages a round; from then on what changed. An ERP that does
not tell what changed is asked for the orders of the last weeks instead; what answers pass by
comes on top. No question waits for any of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.erp.errors import ErpBadAnswer, ErpError, ErpUnavailable
from bot.erp.protocol import OrderFilter, Page
from bot.numbers.index import Numbers
from bot.numbers.shelves import Shelf, Shelves
from bot.numbers.values import known_of
from bot.scope import CompanyScope

EVERY_SECONDS = 60.0
PAGE = 50
PAGES_A_ROUND = 40
"""Of one company: 2,000 orders a minute while it is filled the first time."""
MOST_ORDERS = 1_000_000
"""Of one company; the oldest go."""
CHANGES_EVERY, LISTED_EVERY = timedelta(minutes=15), timedelta(hours=1)
LISTED_BACK = timedelta(days=45)
OVERLAP = timedelta(minutes=10)
"""Asked for again each time: clocks differ, and an ERP's change may show late."""
FORGOTTEN_EVERY = timedelta(hours=1)


class Lists(Protocol):
    """What of the gateway is asked."""

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        """Part of the company's list, newest first."""

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        """Orders that changed at or after a moment, the oldest change first."""


@dataclass(frozen=True, kw_only=True)
class Filler:
    """Brings the numbers of every company that people ask about up to date.

    `scopes` are those of whole companies, one ERP key each; `telling` names the ERPs that tell what
    changed. Orders placed longer than `horizon` ago are forgotten; with none, all are.
    """

    numbers: Numbers
    shelves: Shelves
    lists: Lists
    scopes: Callable[[], Awaitable[Sequence[CompanyScope]]]
    telling: Collection[str]
    horizon: timedelta
    clock: Callable[[], datetime]

    async def keep(self) -> None:
        """Now and every minute, for as long as the process lives; what fails is tried again then."""
        forgotten_at: datetime | None = None
        while True:
            try:
                await self.round()
                if forgotten_at is None or forgotten_at < self.clock() - FORGOTTEN_EVERY:
                    forgotten_at = self.clock()
                    await self.numbers.forget_before(forgotten_at - self.horizon)
            except Exception as error:
                structlog.get_logger().warning(
                    "keeping_failed", task="order_numbers", reason=type(error).__name__
                )
            await asyncio.sleep(EVERY_SECONDS)

    async def round(self) -> None:
        """One round over all companies; those of an ERP that fails wait for the next."""
        scopes = await self.scopes() if self.horizon else []
        await self.shelves.keep_only({(scope.erp, key) for scope in scopes for key in scope.keys})
        await self.numbers.keep_seen()
        failing: set[str] = set()
        for scope in scopes:
            if scope.erp in failing:
                continue
            try:
                await self.refresh(scope)
            except ErpError as error:
                failing.add(scope.erp)
                structlog.get_logger().info("numbers_not_fresh", erp=scope.erp, reason=error.reason)

    async def refresh(self, scope: CompanyScope) -> None:
        """Bring one company up to date, as far as one round goes. Raises ErpError."""
        now = self.clock()
        every = CHANGES_EVERY if scope.erp in self.telling else LISTED_EVERY
        shelf = await self.shelves.take(scope.erp, scope.keys[0], unless_fresh_since=now - every)
        if shelf is None:
            return
        try:
            if not shelf.filled:
                shelf = await self._fill(scope, shelf)
            elif scope.erp in self.telling:
                shelf = await self._catch_up(scope, shelf)
            else:
                await self._list(scope, OrderFilter(since=now - LISTED_BACK), shelf)
                shelf = replace(shelf, fresh_at=now)
        except ErpBadAnswer:
            # Its cursor may be what it cannot read: from the beginning, then.
            shelf = replace(shelf, cursor=None)
            raise
        finally:
            await self.shelves.put_back(shelf)
        await self.numbers.trim(scope.erp, scope.keys[0], MOST_ORDERS)

    async def _fill(self, scope: CompanyScope, shelf: Shelf) -> Shelf:
        shelf = replace(shelf, began_at=shelf.began_at or self.clock())
        wanted = OrderFilter(since=(shelf.began_at or self.clock()) - self.horizon)
        shelf = await self._list(scope, wanted, shelf)
        if shelf.cursor is not None and shelf.orders < MOST_ORDERS:
            return shelf
        # What changed meanwhile is asked for next.
        return replace(shelf, filled=True, cursor=None, fresh_at=shelf.began_at)

    async def _list(self, scope: CompanyScope, wanted: OrderFilter, shelf: Shelf) -> Shelf:
        """Keep a round's pages of a list; the cursor tells where it goes on, None at its end."""
        return await self._pages(
            scope, shelf, lambda after: self.lists.page(scope, wanted, after=after, limit=PAGE)
        )

    async def _catch_up(self, scope: CompanyScope, shelf: Shelf) -> Shelf:
        """Keep what changed; where that is more than a round holds, the next goes on with it."""
        now = self.clock()
        since = (shelf.fresh_at or now) - OVERLAP
        shelf = await self._pages(
            scope, shelf, lambda after: self.lists.changed(scope, since, after=after, limit=PAGE)
        )
        return shelf if shelf.cursor else replace(shelf, fresh_at=now)

    async def _pages(
        self, scope: CompanyScope, shelf: Shelf, ask: Callable[[str | None], Awaitable[Page]]
    ) -> Shelf:
        oldest = self.clock() - self.horizon
        cursor = shelf.cursor
        for _ in range(PAGES_A_ROUND):
            page = await ask(cursor)
            if page.missing or any(order.stale for order in page.orders):
                raise ErpUnavailable("only the last known answer")
            known = [one for order in page.orders if (one := known_of(order)) is not None]
            recent = [one for one in known if one.placed_on is None or one.placed_on >= oldest]
            await self.numbers.keep(recent)
            cursor = page.next
            if cursor is None:
                break
        return replace(shelf, cursor=cursor)

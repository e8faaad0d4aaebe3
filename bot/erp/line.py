"""One ERP as the gateway asks it: within limits, once for many, and from memory while it is away."""

import time
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot.erp.belonging import is_of, kept, own_of
from bot.erp.breaker import Breaker
from bot.erp.errors import DocumentNotThere, ErpBusy, ErpError, ErpRateLimited, ErpUnavailable
from bot.erp.last_known import LastKnown
from bot.erp.pace import ADMISSION, PATIENCE, Pace
from bot.erp.protocol import DocumentStream, Erp, OrderFilter, Page
from bot.erp.sharing import Sharing
from bot.erp.turns import Turns
from bot.orders import Document, Order, Reference
from bot.scope import CompanyScope

T = TypeVar("T")
Orders = Mapping[Reference, tuple[Order, ...]]

_SHARED_MAX = 2000
_LAST_KNOWN_MAX = 1000
_JUST_NOW = timedelta(seconds=1)
# How far to look for one contact's own orders among their company's, in one answer.
_PAGES_MAX = 10


@dataclass(frozen=True, kw_only=True)
class ErpLimits:
    """How hard one ERP may be asked by this process, and for how long its word counts."""

    cache_seconds: float = 15.0
    concurrency: int = 8
    """Questions, and as many downloads, at once."""
    per_second: float = 0
    """HTTP requests a second; 0: as fast as they come."""
    waiting: int = 500
    """Questions that may wait for their turn."""
    breaker_failures: int = 5
    breaker_seconds: float = 10.0
    last_known_minutes: float = 240.0


class Line:
    """An ERP behind its limits. Every scope given is of this ERP alone; whose record comes back is checked.

    Answers carry `as_of`, when the ERP said them, and are reused for the cache's seconds; identical
    questions at the same time are asked once. Where the ERP does not answer, what it last said to the
    same question of the same company is given, its orders `stale`, and ErpUnavailable raised where
    nothing is known. Documents never come from memory.
    """

    def __init__(self, erp: Erp, limits: ErpLimits, clock: Callable[[], datetime]) -> None:
        self._erp = erp
        self._clock = clock
        self._pace = Pace(limits.per_second)
        self._turns = Turns(at_once=limits.concurrency, most=limits.waiting, pace=self._pace)
        self._downloads = Turns(at_once=limits.concurrency, most=limits.waiting, pace=self._pace)
        self.breaker = Breaker(
            erp.name, failures=limits.breaker_failures, seconds=limits.breaker_seconds, clock=clock
        )
        seconds, minutes = limits.cache_seconds, limits.last_known_minutes
        self._found = Sharing[Orders](seconds=seconds, most=_SHARED_MAX, clock=clock)
        self._pages = Sharing[Page](seconds=seconds, most=_SHARED_MAX, clock=clock)
        self._details = Sharing[tuple[Order, ...]](seconds=seconds, most=_SHARED_MAX, clock=clock)
        self._documents = Sharing[tuple[Document, ...]](seconds=seconds, most=_SHARED_MAX, clock=clock)
        self._last_found = LastKnown[Orders](minutes=minutes, most=_LAST_KNOWN_MAX, clock=clock)
        self._last_pages = LastKnown[Page](minutes=minutes, most=_LAST_KNOWN_MAX, clock=clock)
        self._last_orders = LastKnown[Order](minutes=minutes, most=_LAST_KNOWN_MAX, clock=clock)

    async def find(self, scope: CompanyScope, asked: tuple[Reference, ...]) -> Orders:
        """Orders by reference, each reference a key."""

        async def work() -> Orders:
            found = await self._ask(scope, lambda: self._find(scope, asked))
            self._last_found.keep(question, found)
            self._note(scope, [order for orders in found.values() for order in orders])
            return found

        question = _question(scope, asked)
        try:
            return await self._found.ask(question, work)
        except ErpUnavailable:
            known = self._last_found.recall(question)
            # That there was nothing then says nothing about now.
            if known is None or not any(known.values()):
                raise
            return {reference: _stale(orders) for reference, orders in known.items()}

    async def page(self, scope: CompanyScope, wanted: OrderFilter, after: str | None, limit: int) -> Page:
        """Part of the company's list, newest first; shorter than `limit` where records were dropped."""

        async def work() -> Page:
            page = await self._page(scope, wanted, after, limit)
            self._last_pages.keep(question, page)
            return page

        question = _question(scope, (wanted, after, limit))
        try:
            return await self._pages.ask(question, work)
        except ErpUnavailable:
            known = self._last_pages.recall(question)
            if known is None or not known.orders:
                raise
            return replace(known, orders=_stale(known.orders))

    @property
    def tells_changes(self) -> bool:
        """Whether the ERP can be asked what changed."""
        return self._erp.capabilities.changes

    async def changed(self, scope: CompanyScope, since: datetime, after: str | None, limit: int) -> Page:
        """What changed, the oldest change first. Neither shared nor kept: it is asked to learn of news."""

        async def ask() -> Page:
            page = await self._erp.changed(scope, since, after=after, limit=limit)
            own = await own_of(self._erp, scope, page.orders)
            return replace(page, orders=self._stamped(kept(page.orders, own)))

        return await self._ask(scope, ask)

    async def details(self, scope: CompanyScope, asked: tuple[str, ...]) -> tuple[Order, ...]:
        """Complete orders by number; foreign and unknown numbers are absent."""

        async def work() -> tuple[Order, ...]:
            found = await self._ask(scope, lambda: self._detail(scope, asked))
            there = {(order.company_key, order.order_number) for order in found}
            for key, number in ((key, number) for key in scope.keys for number in asked):
                if (key, number) not in there:
                    self._last_orders.forget(_of_order(scope, key, number))
            self._note(scope, found)
            return found

        try:
            return await self._details.ask(_question(scope, asked), work)
        except ErpUnavailable:
            known = {number: self._known(scope, number) for number in asked}
            if not all(known.values()):
                raise
            return _stale([order for orders in known.values() for order in orders])

    async def fresh(self, scope: CompanyScope, asked: tuple[str, ...]) -> tuple[Order, ...]:
        """As `details`, but never from memory; what is asked after it is answered by it."""
        found = await self._ask(scope, lambda: self._detail(scope, asked))
        self._note(scope, found)
        for order in found:
            part = scope.within(scope.erp, order.company_key) if order.company_key else scope
            self._details.keep(_question(part or scope, (order.order_number,)), (order,))
        return found

    async def documents(self, scope: CompanyScope, order_number: str) -> tuple[Document, ...]:
        """Released documents of one order, each saying where it lives."""

        async def ask() -> tuple[Document, ...]:
            if scope.placed_by is not None and not await self._detail(scope, (order_number,)):
                return ()
            found = await self._erp.documents(scope, order_number)
            key = scope.keys[0] if len(scope.keys) == 1 else ""
            return tuple(
                replace(document, erp=self._erp.name, company_key=key)
                for document in found
                if document.order_number == order_number
            )

        question = _question(scope, order_number)
        return await self._documents.ask(question, lambda: self._ask(scope, ask))

    @asynccontextmanager
    async def open_document(self, scope: CompanyScope, document: Document) -> AsyncIterator[DocumentStream]:
        """Fetch a document, asked for anew."""
        if scope.placed_by is not None:
            numbers = (document.order_number,)
            if not await self._ask(scope, lambda: self._detail(scope, numbers)):
                raise DocumentNotThere("not among the contact's orders")
        # An adapter knows documents as it made them.
        document = replace(document, erp="", company_key="")
        async with self._asking(self._downloads, scope), self._erp.open_document(scope, document) as stream:
            yield stream

    async def answers(self) -> bool:
        """Whether the ERP answers questions: it just did, or passes its check and is asked again at once.

        A check asks for more than any question needs; one that it does not pass may answer all the same.
        """
        if self.breaker.answered_within(_JUST_NOW):
            return True
        well = (await self._erp.check()).ok
        if well:
            self.breaker.answered()
        return well

    async def aclose(self) -> None:
        await self._erp.aclose()

    async def _ask(self, scope: CompanyScope, work: Callable[[], Coroutine[None, None, T]]) -> T:
        """Ask in the company's turn. What was refused for a moment only is asked once more after it."""
        try:
            async with self._asking(self._turns, scope):
                return await work()
        except ErpRateLimited as limited:
            if isinstance(limited, ErpBusy) or limited.retry_after > PATIENCE:
                raise
        async with self._asking(self._turns, scope):
            return await work()

    @asynccontextmanager
    async def _asking(self, turns: Turns, scope: CompanyScope) -> AsyncIterator[None]:
        try:
            self.breaker.refuse()
            self._pace.refuse_long_pause()
            async with turns.turn(scope.company_id) as ticket:
                self._pace.refuse_long_pause()
                operation = "document" if turns is self._downloads else "question"
                with self.breaker.watching(), _timed(self._erp.name, operation):
                    before = ADMISSION.set(ticket)
                    try:
                        yield
                    finally:
                        ADMISSION.reset(before)
        except ErpError as error:
            error.erp = self._erp.name
            if isinstance(error, ErpRateLimited) and not isinstance(error, ErpBusy):
                self._pace.pause(error.retry_after)
            raise

    async def _find(self, scope: CompanyScope, references: tuple[Reference, ...]) -> Orders:
        found = await self._erp.find(scope, references)
        own = await own_of(self._erp, scope, [order for orders in found.values() for order in orders])
        return {reference: self._stamped(kept(found.get(reference, ()), own)) for reference in references}

    async def _page(self, scope: CompanyScope, wanted: OrderFilter, after: str | None, limit: int) -> Page:
        for _ in range(_PAGES_MAX):
            page = await self._ask(scope, partial(self._own_page, scope, wanted, after, limit))
            if scope.placed_by is None:
                return page
            # Most rows may be colleagues': the first page that holds one of theirs is theirs.
            after = page.next
            if page.orders or after is None:
                break
        return replace(page, total=None)

    async def _own_page(
        self, scope: CompanyScope, wanted: OrderFilter, after: str | None, limit: int
    ) -> Page:
        page = await self._erp.page(scope, wanted, after=after, limit=limit)
        own = await own_of(self._erp, scope, page.orders)
        return replace(page, orders=self._stamped(kept(page.orders, own)))

    async def _detail(self, scope: CompanyScope, order_numbers: tuple[str, ...]) -> tuple[Order, ...]:
        orders = await self._erp.details(scope, order_numbers)
        asked = [order for order in orders if order.order_number in order_numbers]
        return self._stamped([order for order in asked if is_of(scope, order)])

    def _stamped(self, orders: Sequence[Order]) -> tuple[Order, ...]:
        now, name = self._clock(), self._erp.name
        return tuple(replace(order, erp=name, as_of=now, stale=False) for order in orders)

    def _note(self, scope: CompanyScope, orders: Sequence[Order]) -> None:
        for order in orders:
            if order.complete:
                key = order.company_key or ""
                self._last_orders.keep(_of_order(scope, key, order.order_number), order)

    def _known(self, scope: CompanyScope, number: str) -> list[Order]:
        recalled = (self._last_orders.recall(_of_order(scope, key, number)) for key in scope.keys)
        return [order for order in recalled if order is not None]


@contextmanager
def _timed(erp: str, operation: str) -> Iterator[None]:
    """Log how long the ERP took, and how it ended; a reader who gives up is no failure of the ERP's."""
    began, outcome = time.perf_counter(), "ok"
    try:
        yield
    except ErpError as failure:
        outcome = failure.reason
        raise
    except BaseException as error:
        outcome = type(error).__name__
        raise
    finally:
        structlog.get_logger().info(
            "erp_asked",
            erp=erp,
            operation=operation,
            outcome=outcome,
            seconds=round(time.perf_counter() - began, 4),
        )


def _question(scope: CompanyScope, question: Hashable) -> Hashable:
    return scope.company_id, scope.keys, scope.placed_by, question


def _of_order(scope: CompanyScope, key: str, number: str) -> Hashable:
    return scope.company_id, key, scope.placed_by, number


def _stale(orders: Sequence[Order]) -> tuple[Order, ...]:
    return tuple(replace(order, stale=True) for order in orders)

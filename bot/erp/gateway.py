"""The way from answers to the ERPs: whose record comes back is checked here, whatever the adapter did."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from bot.erp.belonging import is_of, kept, own_of
from bot.erp.errors import DocumentNotThere, ErpError, ErpUnavailable
from bot.erp.matching import completed
from bot.erp.protocol import DocumentStream, Erp, Health, OrderFilter, Page
from bot.erp.sharing import Sharing
from bot.erp.together import together
from bot.orders import Document, Order, Reference
from bot.scope import CompanyScope

_KEPT_MAX = 2000
# How far to look for one contact's own orders among their company's, in one answer.
_PAGES_MAX = 10


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class _Line:
    """An ERP, and how many questions and downloads it is given at once."""

    erp: Erp
    questions: asyncio.Semaphore
    downloads: asyncio.Semaphore


class Gateway:
    """The ERPs by name, one of which each scope speaks of. For one event loop.

    Raises what `Erp` raises, and ErpUnavailable for a scope of an ERP that is not configured. An
    order is returned only when its record names a company of the scope, and the scope's contact where it
    is bound to one; one that names another company, or none even in full, is dropped and logged as
    `foreign_record_dropped`. `as_of` tells when the ERP
    said it. An answer is reused for `cache_seconds`; identical questions at the same time are asked
    once. At most `concurrency` questions, and as many downloads, are with one ERP at once.
    """

    def __init__(
        self,
        erps: Iterable[Erp],
        *,
        cache_seconds: float = 15.0,
        concurrency: int = 8,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._lines = {
            erp.name: _Line(erp, asyncio.Semaphore(concurrency), asyncio.Semaphore(concurrency))
            for erp in erps
        }
        self._clock = clock
        self._found = Sharing[Mapping[Reference, tuple[Order, ...]]](
            seconds=cache_seconds, most=_KEPT_MAX, clock=clock
        )
        self._pages = Sharing[Page](seconds=cache_seconds, most=_KEPT_MAX, clock=clock)
        self._details = Sharing[tuple[Order, ...]](seconds=cache_seconds, most=_KEPT_MAX, clock=clock)
        self._documents = Sharing[tuple[Document, ...]](seconds=cache_seconds, most=_KEPT_MAX, clock=clock)

    async def find(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        """Orders of the company by any number; every reference is a key, newest order first."""
        asked = tuple(dict.fromkeys(references))
        if not asked:
            return {}
        return await self._found.ask(_question(scope, asked), lambda: self._find(scope, asked))

    async def find_complete(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        """As `find`; where a reference has exactly one order, that order in full.

        When the ERP fails between the two, the order comes as its row: `complete` is False.
        """
        found = await self.find(scope, references)
        single = {orders[0].order_number for orders in found.values() if _is_one_row(orders)}
        if not single:
            return found
        try:
            full = {order.order_number: order for order in await self.details(scope, sorted(single))}
        except ErpError as error:
            log = structlog.get_logger()
            log.warning("details_missing", erp=scope.erp, reason=error.reason)
            return found
        return {
            reference: (completed(orders[0], full[orders[0].order_number]),)
            if _is_one_row(orders) and orders[0].order_number in full
            else orders
            for reference, orders in found.items()
        }

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        """Part of the company's list, newest first; shorter than `limit` where records were dropped."""
        question = _question(scope, (wanted, after, limit))
        return await self._pages.ask(question, lambda: self._page(scope, wanted, after, limit))

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        """Complete orders by ERP order number; foreign and unknown numbers are absent."""
        asked = tuple(dict.fromkeys(order_numbers))
        if not asked:
            return ()
        return await self._details.ask(_question(scope, asked), lambda: self._detail(scope, asked))

    async def documents(self, scope: CompanyScope, order_number: str) -> Sequence[Document]:
        """Released documents of one order; empty when the order is not the company's."""
        question = _question(scope, order_number)
        return await self._documents.ask(question, lambda: self._list_documents(scope, order_number))

    @asynccontextmanager
    async def open_document(self, scope: CompanyScope, document: Document) -> AsyncIterator[DocumentStream]:
        """Fetch a document, asked for anew: nothing of this is kept or shared."""
        line = self._line(scope)
        if scope.placed_by is not None and not await self._detail(scope, [document.order_number]):
            raise DocumentNotThere("not among the contact's orders")
        async with line.downloads, line.erp.open_document(scope, document) as stream:
            yield stream

    async def check(self) -> Mapping[str, Health]:
        """The health of each ERP, by name."""
        names = list(self._lines)
        found = await together(self._lines[name].erp.check() for name in names)
        return dict(zip(names, found, strict=True))

    async def aclose(self) -> None:
        for line in self._lines.values():
            await line.erp.aclose()

    async def _find(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, tuple[Order, ...]]:
        line = self._line(scope)
        async with line.questions:
            found = await line.erp.find(scope, references)
            rows = [order for orders in found.values() for order in orders]
            own = await own_of(line.erp, scope, rows)
        return {reference: self._stamped(kept(found.get(reference, ()), own)) for reference in references}

    async def _page(self, scope: CompanyScope, wanted: OrderFilter, after: str | None, limit: int) -> Page:
        line = self._line(scope)
        for _ in range(_PAGES_MAX):
            async with line.questions:
                page = await line.erp.page(scope, wanted, after=after, limit=limit)
                own = await own_of(line.erp, scope, page.orders)
            page = replace(page, orders=self._stamped(kept(page.orders, own)))
            if scope.placed_by is None:
                return page
            # Most rows may be colleagues': the first page that holds one of theirs is theirs.
            after = page.next
            if page.orders or after is None:
                break
        return replace(page, total=None)

    async def _detail(self, scope: CompanyScope, order_numbers: Sequence[str]) -> tuple[Order, ...]:
        line = self._line(scope)
        async with line.questions:
            orders = await line.erp.details(scope, order_numbers)
        asked = [order for order in orders if order.order_number in order_numbers]
        return self._stamped([order for order in asked if is_of(scope, order)])

    async def _list_documents(self, scope: CompanyScope, order_number: str) -> tuple[Document, ...]:
        line = self._line(scope)
        if scope.placed_by is not None and not await self._detail(scope, [order_number]):
            return ()
        async with line.questions:
            documents = await line.erp.documents(scope, order_number)
        return tuple(document for document in documents if document.order_number == order_number)

    def _line(self, scope: CompanyScope) -> _Line:
        line = self._lines.get(scope.erp)
        if line is None:
            log = structlog.get_logger()
            log.error("erp_not_configured", erp=scope.erp, reason="erp_unknown")
            raise ErpUnavailable("no such ERP is configured")
        return line

    def _stamped(self, orders: Sequence[Order]) -> tuple[Order, ...]:
        now = self._clock()
        return tuple(replace(order, as_of=now) for order in orders)


def _question(scope: CompanyScope, question: Hashable) -> Hashable:
    return scope.erp, scope.keys, scope.placed_by, question


def _is_one_row(orders: Sequence[Order]) -> bool:
    return len(orders) == 1 and not orders[0].complete

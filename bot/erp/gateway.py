"""The way from answers to the ERPs: whose record comes back is checked here, whatever the adapter did."""

import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import structlog

from bot.erp.cursors import Cursors
from bot.erp.errors import DocumentNotThere, ErpError, ErpUnavailable
from bot.erp.given import utc_now
from bot.erp.line import ErpLimits, Line
from bot.erp.matching import completed
from bot.erp.protocol import DocumentStream, Erp, OrderFilter, Page
from bot.erp.several import Found, ask_each, merged_page, newest_first
from bot.erp.together import together
from bot.orders import Document, Order, Reference
from bot.scope import CompanyScope

T = TypeVar("T")
_USUAL = ErpLimits()


class Gateway:
    """The ERPs by name; a scope speaks of one or several. For one event loop.

    ERPs of a scope are asked side by side and their orders told as one answer. Raises what `Erp`
    raises, where none of them answers and nothing is known of before; where only some do not, the
    answer names them in `missing`. An order is returned only when its record names a company of the
    scope, and the scope's contact where it is bound to one; one that names another company, or none
    even in full, is dropped and logged as `foreign_record_dropped`. `as_of` tells when the ERP said
    it; `stale` that it was before the ERP stopped answering.

    `limits` are those of each ERP by name; `cursor_secret` signs cursors over several ERPs, the same
    in every process.
    """

    def __init__(
        self,
        erps: Iterable[Erp],
        *,
        limits: ErpLimits | Mapping[str, ErpLimits] = _USUAL,
        cursor_secret: bytes | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        def limits_of(erp: Erp) -> ErpLimits:
            return limits if isinstance(limits, ErpLimits) else limits.get(erp.name, _USUAL)

        self._lines = {erp.name: Line(erp, limits_of(erp), clock) for erp in erps}
        self._cursor_secret = cursor_secret or secrets.token_bytes(32)

    async def find(self, scope: CompanyScope, references: Sequence[Reference]) -> Found:
        """Orders of the company by any number; every reference is a key, newest order first.

        Nothing found while an ERP does not answer is not "not there": its failure is raised.
        """
        asked = tuple(dict.fromkeys(references))
        if not asked:
            return Found({})
        by_erp = await ask_each(scope.erps, self._each(scope, lambda line, part: line.find(part, asked)))
        answers = by_erp.answers
        found = {
            reference: newest_first(order for each in answers.values() for order in each[reference])
            if len(answers) > 1
            else next(iter(answers.values()))[reference]
            for reference in asked
        }
        if by_erp.failures and not any(found.values()):
            raise by_erp.first_failure
        gaps = tuple(erp for erp, each in answers.items() if _is_stale_with_gaps(each))
        return Found(found, (*by_erp.failures, *gaps))

    async def find_complete(self, scope: CompanyScope, references: Sequence[Reference]) -> Found:
        """As `find`; where a reference has exactly one order, that order in full.

        When the ERP fails between the two, the order comes as its row: `complete` is False.
        """
        found = await self.find(scope, references)
        single: dict[str, set[str]] = {}
        for orders in found.values():
            if _is_one_row(orders):
                single.setdefault(orders[0].erp, set()).add(orders[0].order_number)
        if not single:
            return found
        full: dict[tuple[str, str | None, str], Order] = {}
        try:
            each = self._each(scope, lambda line, part: line.details(part, tuple(sorted(single[part.erp]))))
            details = await ask_each(tuple(single), each)
            full = {_identity(order): order for orders in details.answers.values() for order in orders}
        except ErpError as error:
            structlog.get_logger().warning("details_missing", erp=error.erp, reason=error.reason)
        return replace(
            found,
            orders={
                reference: (completed(orders[0], full[_identity(orders[0])]),)
                if _is_one_row(orders) and _identity(orders[0]) in full
                else orders
                for reference, orders in found.items()
            },
        )

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        """Part of the company's list, newest first; shorter than `limit` where records were dropped."""
        if len(scope.erps) == 1:
            line, part = self._narrowed(scope, scope.erp)
            return await line.page(part, wanted, after, limit)

        def fetch(erp: str, cursor: str | None) -> Awaitable[Page]:
            return self._each(scope, lambda line, part: line.page(part, wanted, cursor, limit))(erp)

        cursors = self._cursors(scope)
        page, position = await merged_page(
            scope.erps,
            _text(cursors.unseal(scope, wanted, after)),
            limit,
            fetch,
            lambda order: order.placed_on,
            newest=True,
        )
        return replace(page, next=cursors.seal(scope, wanted, [position]) if position else None)

    def tells_changes(self, scope: CompanyScope) -> bool:
        """Whether every ERP of the scope can be asked what changed."""
        return all(self._narrowed(scope, erp)[0].tells_changes for erp in scope.erps)

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        """Orders that changed at or after `since` (aware UTC), the oldest change first; never from memory."""

        def fetch(erp: str, cursor: str | None) -> Awaitable[Page]:
            return self._each(scope, lambda line, part: line.changed(part, since, cursor, limit))(erp)

        if len(scope.erps) == 1:
            return await fetch(scope.erp, after)
        cursors = self._cursors(scope)
        page, position = await merged_page(
            scope.erps,
            _text(cursors.unseal(scope, since, after)),
            limit,
            fetch,
            lambda order: order.changed_at,
            newest=False,
        )
        return replace(page, next=cursors.seal(scope, since, [position]) if position else None)

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        """Complete orders by ERP order number; foreign and unknown numbers are absent."""
        asked = tuple(dict.fromkeys(order_numbers))
        if not asked:
            return ()
        by_erp = await ask_each(scope.erps, self._each(scope, lambda line, part: line.details(part, asked)))
        found = tuple(order for orders in by_erp.answers.values() for order in orders)
        if by_erp.failures and not found:
            raise by_erp.first_failure
        return found

    async def fresh(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        """As `details`, asked now, of every ERP of the scope: fails where one of them does not answer."""
        asked = tuple(dict.fromkeys(order_numbers))
        if not asked:
            return ()
        by_erp = await ask_each(scope.erps, self._each(scope, lambda line, part: line.fresh(part, asked)))
        if by_erp.failures:
            raise by_erp.first_failure
        return tuple(order for orders in by_erp.answers.values() for order in orders)

    async def documents(self, scope: CompanyScope, order_number: str) -> Sequence[Document]:
        """Released documents of one order, each saying where it lives; empty when the order is not theirs."""
        each = self._each(scope, lambda line, part: line.documents(part, order_number))
        by_erp = await ask_each(scope.erps, each)
        found = tuple(document for documents in by_erp.answers.values() for document in documents)
        if by_erp.failures and not found:
            raise by_erp.first_failure
        return found

    @asynccontextmanager
    async def open_document(self, scope: CompanyScope, document: Document) -> AsyncIterator[DocumentStream]:
        """Fetch a document where it lives, asked for anew: nothing of this is kept or shared."""
        part = scope.within(document.erp or scope.erp, document.company_key or None)
        if part is None:
            raise DocumentNotThere("not within the scope")
        line, part = self._narrowed(part, part.erp)
        async with line.open_document(part, document) as stream:
            yield stream

    def available(self, erp: str) -> bool:
        """Whether an ERP would be asked now; False while it does not answer, and for one that is not set."""
        line = self._lines.get(erp)
        return line is not None and line.breaker.available

    async def wait(self, erp: str) -> None:
        """Until an ERP would be asked; raises ErpUnavailable for one that is not set."""
        line = self._lines.get(erp)
        if line is None:
            raise ErpUnavailable("no such ERP is configured")
        await line.breaker.wait()

    async def answering(self) -> Set[str]:
        """The names of the ERPs that answer questions at this moment."""
        found = await together(line.answers() for line in self._lines.values())
        return {name for name, answers in zip(self._lines, found, strict=True) if answers}

    async def aclose(self) -> None:
        for line in self._lines.values():
            await line.aclose()

    def _each(
        self, scope: CompanyScope, ask: Callable[[Line, CompanyScope], Awaitable[T]]
    ) -> Callable[[str], Awaitable[T]]:
        """A question as it is asked of one ERP: of its line, with the part of the scope that is there."""

        async def ask_there(erp: str) -> T:
            return await ask(*self._narrowed(scope, erp))

        return ask_there

    def _narrowed(self, scope: CompanyScope, erp: str) -> tuple[Line, CompanyScope]:
        line, part = self._lines.get(erp), scope.within(erp)
        if line is None or part is None:
            log = structlog.get_logger()
            log.error("erp_not_configured", erp=erp, reason="erp_unknown")
            failure = ErpUnavailable("no such ERP is configured")
            failure.erp = erp
            raise failure
        return line, part

    def _cursors(self, scope: CompanyScope) -> Cursors:
        """Cursors bound to every key of the scope, in every ERP."""
        bound = [(part.erp, part.keys) for erp in scope.erps if (part := scope.within(erp))]
        return Cursors(self._cursor_secret, json.dumps(["several", bound]))


def _text(position: list[str | int] | None) -> str | None:
    return str(position[0]) if position else None


def _is_stale_with_gaps(orders: Mapping[Reference, Sequence[Order]]) -> bool:
    """Whether what an ERP said before it went away leaves a number unanswered."""
    stale = any(order.stale for each in orders.values() for order in each)
    return stale and not all(orders.values())


def _is_one_row(orders: Sequence[Order]) -> bool:
    return len(orders) == 1 and not orders[0].complete


def _identity(order: Order) -> tuple[str, str | None, str]:
    return order.erp, order.company_key, order.order_number

"""Finding orders by a number that could be any of four kinds."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bot.erp.errors import ErpError
from bot.erp.matching import (
    AccessKey,
    completed,
    invoice_has_key,
    matched_kind,
    read_access_key,
    same_number,
    sendable,
)
from bot.erp.together import together
from bot.erp.vtex_b2b.contract import Contract
from bot.erp.vtex_b2b.paging import rank
from bot.erp.vtex_b2b.parsing import Read, order_row
from bot.orders import Invoice, Order, Reference, ReferenceKind

# `porCodigo.tipo` of the contract.
_TIPO = {
    ReferenceKind.WEB_NUMBER: 0,
    ReferenceKind.CUSTOMER_REFERENCE: 1,
    ReferenceKind.ORDER_NUMBER: 2,
}
KINDS = frozenset({*_TIPO, ReferenceKind.INVOICE_NUMBER, ReferenceKind.ACCESS_KEY, ReferenceKind.ANY})
_SPELLINGS_MAX = 5
_VERIFIED_MAX = 10

Details = Callable[[Sequence[str], Sequence[str]], Awaitable[Sequence[Order]]]
"""Customer keys and order numbers to complete, verified orders."""


class Finder:
    """Looks a reference up by each kind it may be, all at once."""

    def __init__(self, contract: Contract, read: Callable[[str], Read], details: Details) -> None:
        self._contract = contract
        self._read = read
        self._details = details

    async def find(self, keys: Sequence[str], reference: Reference) -> tuple[Order, ...]:
        """Orders by one reference, newest first; its alternatives only while nothing is found."""
        if reference.kind not in KINDS:
            return ()
        if reference.series is not None and sendable(reference.series) is None:
            return ()
        if reference.kind in (ReferenceKind.ANY, ReferenceKind.ACCESS_KEY):
            access_key = read_access_key(reference.value)
            if access_key is not None:
                return await self._by_access_key(keys, access_key)
            if reference.kind is ReferenceKind.ACCESS_KEY:
                return ()
        if sendable(reference.value) is None:
            return ()
        kinds: tuple[ReferenceKind, ...] = (reference.kind,)
        if reference.kind is ReferenceKind.ANY:
            kinds = (*_TIPO, ReferenceKind.INVOICE_NUMBER)
        for spelling in (reference.value, *reference.alternatives[:_SPELLINGS_MAX]):
            number = sendable(spelling)
            if number is not None and (found := await self._by_number(keys, kinds, number, reference.series)):
                return found
        return ()

    async def _by_number(
        self, keys: Sequence[str], kinds: Sequence[ReferenceKind], number: str, series: str | None
    ) -> tuple[Order, ...]:
        orders, failure = await self._search(
            [(key, kind, _clause(kind, number, series)) for key in keys for kind in kinds]
        )
        sure = [o for kind, order in orders if (o := _as_found(order, kind, number, series)) is not None]
        doubtful = [order for kind, order in orders if _is_doubtful(order, kind, number)]
        if doubtful:
            sure += await self._confirmed(
                keys, doubtful, lambda invoice: _is_invoice(invoice, number, series)
            )
        if failure is not None:
            # What was found is worth having; that nothing was found would be a guess.
            if not sure:
                raise failure
            log = structlog.get_logger()
            log.warning("search_incomplete", reason=failure.reason)
        return _newest_first(sure)

    async def _by_access_key(self, keys: Sequence[str], access_key: AccessKey) -> tuple[Order, ...]:
        number, series = access_key.number, access_key.series
        # ERPs keep the series with or without zeros, or not at all; the details decide.
        asked = ((number, series), (number, None), (number.zfill(9), series.zfill(3)))
        invoice = ReferenceKind.INVOICE_NUMBER
        orders, failure = await self._search(
            [(key, invoice, _clause(invoice, n, s)) for key in keys for n, s in asked]
        )
        rows = _newest_first(order for _, order in orders)
        found = await self._confirmed(keys, rows, lambda i: invoice_has_key(i, access_key))
        if failure is not None and not found:
            raise failure
        return _newest_first(found)

    async def _search(
        self, asked: Iterable[tuple[str, ReferenceKind, Mapping[str, object]]]
    ) -> tuple[list[tuple[ReferenceKind, Order]], ErpError | None]:
        """All searches at once: what they found, and the first failure."""

        async def one(
            key: str, kind: ReferenceKind, clause: Mapping[str, object]
        ) -> list[tuple[ReferenceKind, Order]] | ErpError:
            try:
                rows = await self._contract.by_number(key, clause)
            except ErpError as error:
                return error
            read = self._read(key)
            return [
                (kind, order)
                for row in rows
                if (order := order_row(row, read)) is not None and is_own(order, read)
            ]

        outcomes = await together(one(*question) for question in asked)
        found = [pair for outcome in outcomes if isinstance(outcome, list) for pair in outcome]
        failures = [outcome for outcome in outcomes if isinstance(outcome, ErpError)]
        return found, failures[0] if failures else None

    async def _confirmed(
        self, keys: Sequence[str], rows: Sequence[Order], is_meant: Callable[[Invoice], bool]
    ) -> list[Order]:
        """Those of the rows whose details hold the invoice that is meant."""
        by_number = {row.order_number: row for row in rows[:_VERIFIED_MAX]}
        full = await self._details(keys, list(by_number))
        return [
            completed(by_number[order.order_number], order)
            for order in full
            if order.order_number in by_number and any(is_meant(invoice) for invoice in order.invoices)
        ]


def is_own(order: Order, read: Read) -> bool:
    """Whether a row may be the company's: it names that company or, as the plain contract's, none."""
    if order.company_key in (None, read.key):
        return True
    log = structlog.get_logger()
    log.warning("foreign_record_dropped", erp=read.erp, reason="row_of_other_company")
    return False


def _clause(kind: ReferenceKind, number: str, series: str | None) -> Mapping[str, object]:
    if kind in _TIPO:
        return {"porCodigo": {"codigo": number, "tipo": _TIPO[kind]}}
    invoice = {"notaFiscal": number} if series is None else {"notaFiscal": number, "serieNotaFiscal": series}
    return {"porNotaFiscal": invoice}


def _as_found(order: Order, kind: ReferenceKind, number: str, series: str | None) -> Order | None:
    """The row when it truly has that number, with the number filled in where rows do not carry it.

    The plain contract searches by web number but never returns it. ERPs that match parts of
    numbers, or ignore the kind, return rows that say another number: those are no answer.
    """
    if kind is ReferenceKind.INVOICE_NUMBER:
        if order.invoices:
            return order if any(_is_invoice(i, number, series) for i in order.invoices) else None
        filled = replace(order, invoices=(Invoice(number=number, series=series),))
    elif kind is ReferenceKind.ORDER_NUMBER:
        return order if same_number(order.order_number, number) else None
    elif kind is ReferenceKind.CUSTOMER_REFERENCE:
        if order.customer_reference is not None:
            return order if same_number(order.customer_reference, number) else None
        filled = replace(order, customer_reference=number)
    else:
        if order.web_number is not None:
            return order if same_number(order.web_number, number) else None
        filled = replace(order, web_number=number)
    return order if matched_kind(order, Reference(number)) is not None else filled


def _is_doubtful(order: Order, kind: ReferenceKind, number: str) -> bool:
    """Found by invoice but naming another one: a row has room for one, the order may have more."""
    return (
        kind is ReferenceKind.INVOICE_NUMBER
        and bool(order.invoices)
        and not any(same_number(invoice.number, number) for invoice in order.invoices)
    )


def _is_invoice(invoice: Invoice, number: str, series: str | None) -> bool:
    return same_number(invoice.number, number) and (
        series is None or invoice.series is None or same_number(invoice.series, series)
    )


def _newest_first(orders: Iterable[Order]) -> tuple[Order, ...]:
    """Each order once: found twice, what either finding told is kept."""
    merged: dict[tuple[str | None, str], Order] = {}
    for order in orders:
        identity = (order.company_key, order.order_number)
        known = merged.get(identity)
        if known is None:
            merged[identity] = order
        else:
            merged[identity] = completed(order, known) if known.complete else completed(known, order)
    oldest = datetime.min.replace(tzinfo=UTC)
    return tuple(
        sorted(merged.values(), key=lambda o: rank(o.placed_on or oldest, o.order_number), reverse=True)
    )

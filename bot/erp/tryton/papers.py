"""Invoices and credit notes of an order as documents: listing them, and fetching one."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.erp import fields
from bot.erp.errors import DocumentRefused
from bot.erp.files import checked_stream
from bot.erp.protocol import DocumentStream
from bot.erp.sniffing import PDF
from bot.erp.tryton import parsing
from bot.erp.tryton.connection import Connected
from bot.erp.tryton.domains import Clause, both, either, released_invoices_of
from bot.erp.tryton.schema import INVOICE, INVOICE_FIELDS
from bot.erp.tryton.values import Record
from bot.orders import Document, DocumentKind, InvoiceKind, InvoiceState

KINDS = frozenset({DocumentKind.INVOICE_PDF, DocumentKind.CREDIT_NOTE})
_LISTED_MAX = 200
_OLDEST_FIRST = (("invoice_date", "ASC"), ("id", "ASC"))


@dataclass(frozen=True)
class Listed:
    """A document and the invoice it is printed from; the id goes no further than this package."""

    document: Document
    invoice: int


def invoices_of(order_numbers: Sequence[str], parties: Sequence[int], path: str = "sales") -> Clause:
    """Invoices of orders of these parties, which `path` leads to."""
    return both([f"{path}.number", "in", list(order_numbers)], [f"{path}.party", "in", list(parties)])


def credits_of(order_numbers: Sequence[str], parties: Sequence[int]) -> Clause:
    """Credit notes for invoices of orders.

    Their lines come from the invoice's lines, not from the order's: Tryton does not count them among the
    invoices of the order.
    """
    return invoices_of(order_numbers, parties, "origin_invoices.sales")


async def listed(
    connected: Connected, order_number: str, read: parsing.Read, companies: Sequence[int]
) -> tuple[Listed, ...]:
    """The released documents of one order, numbered within their kind, oldest first."""
    if not connected.schema.may_read(INVOICE):
        return ()
    parties = sorted(read.parties)
    ways = [invoices_of([order_number], parties)]
    if connected.schema.has("origin_invoices", INVOICE):
        ways.append(credits_of([order_number], parties))
    domain = both(released_invoices_of(parties, companies), either(*ways))
    wanted = connected.schema.only(INVOICE_FIELDS, INVOICE)
    found = await connected.dialect.search(INVOICE, domain, wanted, limit=_LISTED_MAX, order=_OLDEST_FIRST)
    counts: dict[DocumentKind, int] = {}
    documents = []
    for record in found:
        one = _document(record, order_number, read, counts)
        if one is not None:
            documents.append(one)
    return tuple(documents)


def _document(
    record: Record, order_number: str, read: parsing.Read, counts: dict[DocumentKind, int]
) -> Listed | None:
    key, invoice = fields.whole(record, "id"), parsing.an_invoice(record, read)
    if key is None or invoice is None or invoice.state is InvoiceState.CANCELLED:
        return None
    is_credit = invoice.kind is InvoiceKind.CREDIT_NOTE
    kind = DocumentKind.CREDIT_NOTE if is_credit else DocumentKind.INVOICE_PDF
    counts[kind] = counts.get(kind, 0) + 1
    document = Document(
        id=f"{kind}-{counts[kind]}",
        kind=kind,
        order_number=order_number,
        number=invoice.number,
        media_type=PDF.media_type,
        issued_on=invoice.issued_on,
    )
    return Listed(document, key)


@asynccontextmanager
async def opened(
    connected: Connected, found: Listed, *, seconds: float, max_bytes: int
) -> AsyncIterator[DocumentStream]:
    """The stored print of an invoice, which must be a PDF."""
    report = connected.dialect.report(INVOICE, found.invoice, seconds=seconds)
    async with (
        report as reply,
        checked_stream(
            found.document, reply.chunks, size=reply.size, max_bytes=max_bytes, declared=reply.media_type
        ) as stream,
    ):
        # Without the extension set to PDF, Tryton prints OpenDocument: a ZIP, as far as bytes go.
        if stream.media_type != PDF.media_type:
            raise DocumentRefused("wrong_type")
        yield stream

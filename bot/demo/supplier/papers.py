"""Documents made when they are fetched, from what the database says. Blocking; for a worker thread.

The PDF libraries are slow to import, so the modules that need them are loaded with the first PDF.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from bot.demo.supplier.billing import DANFE, INVOICE_CANCELLED, SERIALS, SLIP, XML
from bot.demo.supplier.catalogue import CARRIERS, CENTRES, COMPANIES, Carrier, Centre, Company, Product
from bot.demo.supplier.products import PRODUCTS
from bot.demo.supplier.schema import reading

_PRODUCTS = {product.part_number: product for product in PRODUCTS}
_CENTRES = {centre.prefix: centre for centre in CENTRES}
_COMPANIES = {company.id: company for company in COMPANIES}
_CARRIERS = {carrier.name: carrier for carriers in CARRIERS.values() for carrier in carriers}
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Paper:
    """A document ready to be sent; `chunks` can be read once and add up to `size` bytes."""

    filename: str
    media_type: str
    size: int
    chunks: Iterator[bytes]


@dataclass(frozen=True, kw_only=True)
class BilledLine:
    position: int
    product: Product
    description: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """Everything a fiscal or payment document says. Amounts in BRL, moments in UTC."""

    number: int
    series: str
    access_key: str
    issued_at: datetime
    due_on: date
    goods: Decimal
    freight: Decimal
    total: Decimal
    open: Decimal
    cancelled: bool
    payment_method: str
    payment_terms: str
    order_number: str
    customer_reference: str
    note: str
    centre: Centre
    customer: Company
    carrier: Carrier | None
    """None while nobody has fetched the goods."""
    lines: tuple[BilledLine, ...]


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What the technical dossier of an order is about."""

    order_number: str
    customer_reference: str
    customer: Company
    dated: date
    lines: tuple[BilledLine, ...]


def paper(database: Path, id: str) -> Paper | None:
    """Make the document with this id, or None when there is none."""
    with reading(database) as connection:
        document = connection.execute("SELECT * FROM documents WHERE id = ?", (id,)).fetchone()
        if document is None:
            return None
        if document["invoice"] is None:
            chunks = _dossier_chunks(_dossier(connection, document["order_number"]), document["size"])
            return Paper(document["filename"], document["media_type"], document["size"], chunks)
        invoice = load_invoice(connection, document["invoice"])
    made = _made(document["kind"], invoice)
    pieces = (made[start : start + _CHUNK] for start in range(0, len(made), _CHUNK))
    return Paper(document["filename"], document["media_type"], len(made), pieces)


def preload() -> None:
    """Load what the first PDF needs, a second or two of work, so that nobody has to wait for it."""
    from bot.demo.supplier import boleto, danfe, dossier, serials  # noqa: F401


def _made(kind: int, invoice: Invoice) -> bytes:
    if kind == SLIP:
        from bot.demo.supplier.boleto import boleto_pdf

        return boleto_pdf(invoice)
    if kind == XML:
        from bot.demo.supplier.nfe import nfe_xml

        return nfe_xml(invoice)
    if kind == DANFE:
        from bot.demo.supplier.danfe import danfe_pdf

        return danfe_pdf(invoice)
    if kind == SERIALS:
        from bot.demo.supplier.serials import serials_pdf

        return serials_pdf(invoice)
    raise ValueError(f"No document of kind {kind} belongs to an invoice.")


def _dossier_chunks(dossier: Dossier, size: int) -> Iterator[bytes]:
    from bot.demo.supplier.dossier import dossier_pdf

    return dossier_pdf(dossier, size)


def load_invoice(connection: sqlite3.Connection, number: int) -> Invoice:
    """Read one invoice with all it refers to; raises LookupError when there is none."""
    row = connection.execute(
        "SELECT i.*, o.payment_method, o.payment_terms, o.customer_reference, o.note, s.carrier"
        " FROM invoices i JOIN orders o ON o.number = i.order_number"
        " JOIN shipments s ON s.order_number = i.order_number AND s.centre = i.centre WHERE i.number = ?",
        (number,),
    ).fetchone()
    if row is None:
        raise LookupError(number)
    lines = connection.execute(
        "SELECT l.*, b.quantity AS billed, b.total AS billed_total FROM invoice_lines b"
        " JOIN invoices i ON i.number = b.invoice"
        " JOIN order_lines l ON l.order_number = i.order_number AND l.position = b.position"
        " WHERE b.invoice = ? ORDER BY b.position",
        (number,),
    ).fetchall()
    return Invoice(
        number=row["number"],
        series=row["series"],
        access_key=row["access_key"],
        issued_at=_moment(row["issued_at"]),
        due_on=date.fromisoformat(row["due_on"]),
        goods=_money(row["goods"]),
        freight=_money(row["freight"]),
        total=_money(row["total"]),
        open=_money(row["open"]),
        cancelled=row["situation"] == INVOICE_CANCELLED,
        payment_method=row["payment_method"],
        payment_terms=row["payment_terms"],
        order_number=row["order_number"],
        customer_reference=row["customer_reference"],
        note=row["note"],
        centre=_CENTRES[row["centre"]],
        customer=_COMPANIES[row["company_id"]],
        carrier=_CARRIERS[row["carrier"]] if row["carrier"] else None,
        lines=tuple(_line(line, line["billed"], line["billed_total"]) for line in lines),
    )


def _dossier(connection: sqlite3.Connection, order_number: str) -> Dossier:
    order = connection.execute("SELECT * FROM orders WHERE number = ?", (order_number,)).fetchone()
    lines = connection.execute(
        "SELECT * FROM order_lines WHERE order_number = ? ORDER BY position", (order_number,)
    )
    return Dossier(
        order_number=order["number"],
        customer_reference=order["customer_reference"],
        customer=_COMPANIES[order["company_id"]],
        dated=_moment(order["status_since"]).date(),
        lines=tuple(_line(line, line["quantity"], line["total"]) for line in lines),
    )


def _line(line: sqlite3.Row, quantity: int, total: int) -> BilledLine:
    return BilledLine(
        position=line["position"],
        product=_PRODUCTS[line["part_number"]],
        description=line["description"],
        quantity=Decimal(quantity) / 1000,
        unit_price=_money(line["unit_price"]),
        total=_money(total),
    )


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)

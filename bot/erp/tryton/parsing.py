"""Tryton's records as orders, shipments, invoices and contacts.

`Read` holds what the records leave open. Whatever is hidden by its state or names another party is left
out here as well, though the question already asked for nothing of that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.erp import fields
from bot.erp.protocol import CompanyContact
from bot.erp.tryton import status, values
from bot.erp.tryton.values import Record
from bot.orders import (
    BillingState,
    Hold,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Money,
    Order,
    OrderLine,
    Package,
    Shipment,
    ShipmentStatus,
)

_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Read:
    """How to read one reply: for which parties, and what the records leave open."""

    erp: str
    parties: frozenset[int]
    currency: str
    zone: ZoneInfo
    today: date
    """In `zone`; an open invoice due before it is overdue."""
    web_number_field: str = ""
    access_key_field: str = ""
    tracking_hosts: frozenset[str] = frozenset()


def order(record: Record, read: Read) -> Order | None:
    """A sale as an order; None when it is another party's, hidden, or has no number."""
    party = values.identity(record, "party")
    number = fields.text(record, "number", longest=60)
    state = fields.text(record, "state", longest=40) or ""
    if party not in read.parties or number is None or state in status.HIDDEN_SALES:
        return None
    currency = _currency(record, read)
    shipment_state = fields.text(record, "shipment_state", longest=40) or ""
    invoice_state = fields.text(record, "invoice_state", longest=40) or ""
    shipments = _shipments(record, read)
    gone = frozenset(key for key, shipment in shipments.items() if shipment.status is ShipmentStatus.SHIPPED)
    lines = _lines(record, currency, gone)
    total = _money(record, "total_amount", currency)
    invoices = tuple(
        invoice for item in values.many(record, "invoices") if (invoice := an_invoice(item, read)) is not None
    )
    told = tuple(shipment.status for shipment in shipments.values())
    all_gone = all(line.shipped is None or line.shipped >= line.ordered for line in lines)
    held = status.hold(shipment_state) if state == "processing" else None
    return Order(
        erp=read.erp,
        company_key=str(party),
        order_number=number,
        customer_reference=fields.text(record, "reference", longest=60),
        web_number=fields.text(record, read.web_number_field, longest=60) if read.web_number_field else None,
        status=status.headline(state, shipment_state, told, all_gone=all_gone),
        status_raw=" / ".join(filter(None, (state, shipment_state, invoice_state))),
        billing=_billing(invoice_state, invoices, total),
        holds=(Hold(kind=held),) if held else (),
        placed_on=_placed(record, read),
        placed_by=fields.text(values.one(record, "contact"), "name", longest=120),
        promised_on=values.day(record, "shipping_date"),
        total=total,
        lines=lines,
        shipments=tuple(shipments.values()),
        invoices=invoices,
        complete=True,
        changed_at=changed_at(record),
    )


def changed_at(record: Record) -> datetime | None:
    """The latest change of a sale, its lines, moves, shipments and invoices, of those that were read."""
    lines = values.many(record, "lines")
    parts = [record, *lines, *values.many(record, "shipments"), *values.many(record, "invoices")]
    parts += [move for line in lines for move in values.many(line, "moves")]
    moments = [values.moment(part, name) for part in parts for name in ("write_date", "create_date")]
    return max((moment for moment in moments if moment is not None), default=None)


def an_invoice(record: Record, read: Read) -> Invoice | None:
    """An invoice or credit note to the customer; None when it is not released or another party's."""
    number = fields.text(record, "number", longest=60)
    raw = fields.text(record, "state", longest=40) or ""
    state = status.INVOICE.get(raw)
    if number is None or state is None or values.identity(record, "party") not in read.parties:
        return None
    if record.get("type") != "out":
        return None
    currency = _currency(record, read)
    total, still_open = values.decimal(record, "total_amount"), values.decimal(record, "amount_to_pay")
    if state is InvoiceState.OPEN and total is not None and still_open is not None:
        state = _owed(abs(total), abs(still_open))
    due = min(_days(values.many(record, "lines_to_pay"), "maturity_date"), default=None)
    is_credit = total is not None and total < 0
    waits = state.is_owed and not is_credit
    return Invoice(
        number=number,
        kind=InvoiceKind.CREDIT_NOTE if is_credit else InvoiceKind.INVOICE,
        state=state.as_of(read.today, due=due) if waits else state,
        issued_on=values.day(record, "invoice_date"),
        due_on=due if waits else None,
        total=None if total is None else Money(abs(total), currency),
        open_amount=None if still_open is None else Money(abs(still_open), currency),
        access_key=fields.text(record, read.access_key_field, longest=60) if read.access_key_field else None,
    )


def contact(record: Record, erp: str) -> CompanyContact | None:
    """A contact mechanism as a person at a company; None without a party or a value."""
    party = values.one(record, "party")
    key = fields.whole(party, "id")
    value = fields.text(record, "value", longest=254)
    if key is None or value is None:
        return None
    by_email = record.get("type") == "email"
    return CompanyContact(
        erp=erp,
        company_key=str(key),
        company_name=fields.text(party, "name", longest=200) or str(key),
        email=value if by_email else "",
        phone=None if by_email else value,
        tax_id=fields.text(values.one(party, "tax_identifier"), "code", longest=30),
        contact_name=fields.text(record, "name", longest=120),
    )


def _owed(total: Decimal, still_open: Decimal) -> InvoiceState:
    if still_open == 0 < total:
        return InvoiceState.PAID
    return InvoiceState.PARTIALLY_PAID if still_open < total else InvoiceState.OPEN


def _billing(invoice_state: str, invoices: Sequence[Invoice], total: Money | None) -> BillingState:
    """How much of the sale's amount its invoices come to; credit notes bill nothing."""
    if invoice_state not in status.SALE_INVOICE:
        return BillingState.UNKNOWN
    counted = [
        invoice.total.amount
        for invoice in invoices
        if invoice.kind is InvoiceKind.INVOICE
        and invoice.state is not InvoiceState.CANCELLED
        and invoice.total is not None
        and total is not None
        and invoice.total.currency == total.currency
    ]
    if not counted or not status.SALE_INVOICE[invoice_state]:
        return BillingState.NONE
    # Each invoice is rounded by itself.
    whole = total is not None and sum(counted) + _CENT * len(counted) >= abs(total.amount)
    return BillingState.FULL if whole else BillingState.PARTIAL


def _shipments(record: Record, read: Read) -> dict[int, Shipment]:
    found = {}
    for item in values.many(record, "shipments", most=200):
        key, number = fields.whole(item, "id"), fields.text(item, "number", longest=60)
        raw = fields.text(item, "state", longest=40) or ""
        state = status.SHIPMENT.get(raw, ShipmentStatus.UNKNOWN)
        if key is None or number is None or state is None:
            continue
        gone = state is ShipmentStatus.SHIPPED
        effective = values.day(item, "effective_date")
        found[key] = Shipment(
            number=number,
            status=state,
            warehouse=fields.text(values.one(item, "warehouse"), "name", longest=120),
            carrier=fields.text(values.one(values.one(item, "carrier"), "party"), "name", longest=120),
            despatched_on=_midnight(effective, read.zone) if gone and effective else None,
            estimated_on=None if gone else values.day(item, "planned_date"),
            packages=_packages(item, read),
        )
    return found


def _packages(shipment: Record, read: Read) -> tuple[Package, ...]:
    """Each tracking number once: carriers' services put the first package's on the shipment too."""
    found: dict[str | None, Package] = {}
    for item in (*values.many(shipment, "root_packages", most=200), shipment):
        number = fields.text(item, "shipping_reference", longest=80)
        url = fields.https_url(item, "shipping_tracking_url", read.tracking_hosts)
        if (number or url) and number not in found:
            found[number] = Package(tracking_number=number, tracking_url=url)
    return tuple(found.values())


@dataclass(frozen=True)
class _Move:
    """Goods of a line on their way: how many, whether they are gone, and with which shipment."""

    quantity: Decimal
    done: bool
    unit: int | None
    shipment: int | None
    planned: date | None


def _moves(line: Record) -> list[_Move]:
    found = []
    for item in values.many(line, "moves"):
        quantity = values.decimal(item, "quantity")
        if quantity is None or item.get("state") == "cancelled":
            continue
        found.append(
            _Move(
                quantity=quantity,
                done=item.get("state") == "done",
                unit=values.identity(item, "unit"),
                shipment=_reference(item, "shipment"),
                planned=values.day(item, "planned_date"),
            )
        )
    return found


def _reference(record: Record, name: str) -> int | None:
    """The id of a Reference to a customer shipment, "stock.shipment.out,12"."""
    model, _, key = (fields.text(record, name, longest=80) or "").partition(",")
    return int(key) if model == "stock.shipment.out" and key.isascii() and key.isdigit() else None


def _lines(record: Record, currency: str, gone: frozenset[int]) -> tuple[OrderLine, ...]:
    found = []
    for place, item in enumerate(values.many(record, "lines"), start=1):
        ordered = values.decimal(item, "quantity")
        if item.get("type") != "line" or ordered is None:
            continue
        shipped, expected = _shipped(item, _moves(item), gone)
        waits = shipped is not None and 0 < shipped < ordered
        product = values.one(item, "product")
        found.append(
            OrderLine(
                line_id=str(place),
                sku=fields.text(product, "code", longest=80) or "",
                description=fields.text(item, "summary") or fields.text(product, "name") or "",
                ordered=ordered,
                shipped=shipped,
                backordered=ordered - shipped if waits and shipped is not None else None,
                backorder_expected_on=expected if waits else None,
                unit_price=_money(item, "unit_price", currency),
                total=_money(item, "amount", currency),
            )
        )
    return tuple(found)


def _shipped(
    line: Record, moves: Sequence[_Move], gone: frozenset[int]
) -> tuple[Decimal | None, date | None]:
    """How much of a line has left, and when the rest is planned; None for what is not shipped at all.

    Moves in another unit than the line's are not added up: conversion is the ERP's business.
    """
    unit = values.identity(line, "unit")
    if not moves or any(move.unit != unit for move in moves):
        return None, None
    left = [move for move in moves if move.done or move.shipment in gone]
    planned = [move.planned for move in moves if move not in left and move.planned is not None]
    return sum((move.quantity for move in left), Decimal(0)), max(planned, default=None)


def _placed(record: Record, read: Read) -> datetime | None:
    day = values.day(record, "sale_date")
    return values.moment(record, "create_date") if day is None else _midnight(day, read.zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _currency(record: Record, read: Read) -> str:
    return fields.currency(values.one(record, "currency"), "code", read.currency)


def _money(record: Record, name: str, currency: str) -> Money | None:
    amount = values.decimal(record, name)
    return None if amount is None else Money(amount, currency)


def _days(records: Iterable[Record], name: str) -> list[date]:
    return [day for record in records if (day := values.day(record, name)) is not None]


def credited_orders(record: Record) -> list[str]:
    """Numbers of the orders whose invoices a credit note is for."""
    return [
        number
        for invoice in values.many(record, "origin_invoices")
        for sale in values.many(invoice, "sales")
        if (number := fields.text(sale, "number", longest=60)) is not None
    ]

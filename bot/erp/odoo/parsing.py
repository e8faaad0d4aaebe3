"""Odoo's records as orders and invoices.

Records are read by an allow-list of fields, all of them optional; `false` is how Odoo writes nothing.
Source: Odoo 14 to 19, modules sale, sale_stock, delivery (stock_delivery since 17), account.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bot.erp import fields
from bot.erp.odoo import shipments, statuses
from bot.erp.odoo.values import (
    UTC_ZONE,
    Read,
    Record,
    currency_of,
    local_day,
    money,
    owner,
    rounded,
    whole_id,
)
from bot.orders import (
    Hold,
    HoldKind,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Shipment,
    ShipmentStatus,
)

_INVOICES = ("out_invoice", "out_refund")
_NO_GOODS = ("line_section", "line_subsection", "line_note")
_CODED = re.compile(r"\[([^\]]{1,80})\]")


def order(record: Record, read: Read) -> Order | None:
    """One order; None without a number, or when it is a quotation."""
    number = fields.text(record, "name", longest=60)
    state = fields.text(record, "state", longest=40) or ""
    if number is None or state in statuses.HIDDEN_STATES:
        return None
    currency = currency_of(record, read.currency)
    invoices = _invoices(record, read)
    transfers = shipments.outward(record)
    parcels = tuple(shipments.shipment(one, read) for one in transfers)
    lines, freight = _lines(record, currency)
    told = _told(record, state, parcels, lines, invoices)
    status = statuses.headline(told)
    waits = state != statuses.CANCELLED and shipments.waits_for_stock(transfers)
    return Order(
        erp=read.erp,
        company_key=owner(record, read.keys),
        order_number=number,
        customer_reference=fields.text(record, "client_order_ref", longest=120),
        web_number=fields.text(record, read.web_field, longest=120),
        status=status,
        status_raw=_raw(record),
        status_since=_since(status, parcels),
        billing=told.billing,
        holds=(Hold(kind=HoldKind.STOCK),) if waits else (),
        placed_on=fields.moment(record, "date_order", UTC_ZONE),
        placed_by=_placed_by(record),
        channel="web" if record.get("website_id") else None,
        promised_on=local_day(record, "commitment_date", read.zone),
        freight=freight,
        total=money(record, "amount_total", currency),
        lines=_with_backorders(lines) if status is OrderStatus.PARTIALLY_SHIPPED else lines,
        shipments=parcels,
        invoices=invoices,
        complete=True,
        changed_at=changed_at(record),
    )


def invoice(move: Record, read: Read) -> Invoice | None:
    """A posted customer invoice or credit note; None for everything else, drafts above all."""
    number = fields.text(move, "name", longest=60)
    if move.get("state") != "posted" or move.get("move_type") not in _INVOICES or number is None:
        return None
    kind = InvoiceKind.INVOICE
    if move.get("move_type") == "out_refund":
        kind = InvoiceKind.CREDIT_NOTE
    elif move.get("debit_origin_id"):
        kind = InvoiceKind.DEBIT_NOTE
    currency = currency_of(move, read.currency)
    due = fields.day(move, "invoice_date_due", UTC_ZONE)
    state = statuses.PAYMENT.get(fields.text(move, "payment_state") or "", InvoiceState.UNKNOWN)
    if kind is not InvoiceKind.CREDIT_NOTE:
        state = state.as_of(read.today, due=due)
    return Invoice(
        number=number,
        kind=kind,
        state=state,
        issued_on=fields.day(move, "invoice_date", UTC_ZONE),
        due_on=due,
        total=money(move, "amount_total", currency),
        open_amount=money(move, "amount_residual", currency),
    )


def changed_at(record: Record) -> datetime | None:
    """When the order, one of its deliveries or of its invoices was last written."""
    parts = [record, *fields.records(record, "picking_ids"), *fields.records(record, "invoice_ids")]
    told = [fields.moment(part, "write_date", UTC_ZONE) for part in parts]
    return max((moment for moment in told if moment is not None), default=None)


def _invoices(record: Record, read: Read) -> tuple[Invoice, ...]:
    """Those that are out and made out to the company: an order may be invoiced to somebody else."""
    keys = {str(key) for key in read.keys}
    return tuple(
        found
        for move in fields.records(record, "invoice_ids")
        if owner(move, read.keys) in keys and (found := invoice(move, read)) is not None
    )


def _told(
    record: Record,
    state: str,
    parcels: Sequence[Shipment],
    lines: Sequence[OrderLine],
    invoices: Sequence[Invoice],
) -> statuses.Told:
    bills = [one for one in fields.records(record, "invoice_ids") if one.get("move_type") == "out_invoice"]
    posted = [one for one in bills if one.get("state") == "posted"]
    payments = [statuses.PAYMENT.get(fields.text(one, "payment_state") or "") for one in posted]
    gone = [one for one in parcels if one.status is ShipmentStatus.SHIPPED]
    kept = [line for line in lines if line.shipped is None or line.shipped]
    return statuses.Told(
        state=state,
        delivery=_delivery(record, parcels, gone, lines),
        billing=statuses.billing(
            fields.text(record, "invoice_status", longest=40),
            posted=len(posted),
            unposted=sum(1 for one in bills if one.get("state") == "draft"),
        ),
        nothing_kept=bool(gone) and bool(lines) and not kept,
        prepared=any(one.status is ShipmentStatus.IN_PREPARATION for one in parcels),
        unpaid=not all(payment in (InvoiceState.PAID, InvoiceState.CANCELLED) for payment in payments),
    )


def _delivery(
    record: Record, parcels: Sequence[Shipment], gone: Sequence[Shipment], lines: Sequence[OrderLine]
) -> str | None:
    """How far the delivery is: as Odoo says since 16, else as it would compute it."""
    told = fields.text(record, "delivery_status", longest=40)
    if told is not None:
        return told
    moved = any(line.shipped for line in lines)
    if parcels:
        if len(gone) == len(parcels):
            return statuses.Delivered.FULL
        return statuses.Delivered.PARTIAL if gone and moved else statuses.Delivered.PENDING
    if not moved:
        return None
    whole = all(line.shipped is not None and line.shipped >= line.ordered for line in lines)
    return statuses.Delivered.FULL if whole else statuses.Delivered.PARTIAL


def _raw(record: Record) -> str:
    named = (("", "state"), ("delivery ", "delivery_status"), ("invoice ", "invoice_status"))
    said = [f"{word}{told}" for word, name in named if (told := fields.text(record, name, longest=30))]
    return ", ".join(said)


def _since(status: OrderStatus, parcels: Sequence[Shipment]) -> datetime | None:
    if status not in (OrderStatus.SHIPPED, OrderStatus.PARTIALLY_SHIPPED):
        return None
    return max((one.despatched_on for one in parcels if one.despatched_on is not None), default=None)


def _placed_by(record: Record) -> str | None:
    """The contact an order was placed by; None when it is made out to the company itself."""
    partner = record.get("partner_id")
    if not isinstance(partner, dict) or partner.get("is_company") is not False:
        return None
    return fields.text(partner, "name", longest=120)


def _lines(record: Record, currency: str) -> tuple[tuple[OrderLine, ...], Money | None]:
    """The goods of an order, and what its delivery costs where that is a line of its own."""
    lines, freight = [], Decimal(0)
    for item in fields.records(record, "order_line"):
        if item.get("display_type") in _NO_GOODS or item.get("is_downpayment") is True:
            continue
        if item.get("is_delivery") is True:
            freight += fields.decimal(item, "price_subtotal") or Decimal(0)
        else:
            lines.append(_line(item, currency))
    return tuple(lines), Money(rounded(freight), currency) if freight else None


def _line(item: Record, currency: str) -> OrderLine:
    linked = item.get("product_id")
    product = linked if isinstance(linked, dict) else {}
    named = fields.text(product, "display_name") or ""
    coded = _CODED.match(named)
    sku = fields.text(product, "default_code", longest=80) or (coded[1] if coded else "")
    description = fields.text(item, "name") or named
    return OrderLine(
        line_id=str(whole_id(item.get("id")) or ""),
        sku=sku,
        # Odoo puts the code in front of the description; it is shown apart.
        description=description.removeprefix(f"[{sku}]").strip() or description,
        ordered=fields.decimal(item, "product_uom_qty") or Decimal(0),
        shipped=fields.decimal(item, "qty_delivered"),
        unit_price=money(item, "price_unit", currency),
        total=money(item, "price_subtotal", currency),
    )


def _with_backorders(lines: Sequence[OrderLine]) -> tuple[OrderLine, ...]:
    """Once something has left, what has not is behind."""
    return tuple(
        line
        if line.shipped is None
        else replace(line, backordered=max(line.ordered - line.shipped, Decimal(0)))
        for line in lines
    )

"""Rows of list queries as orders and invoices.

Amounts are what is due: `rounded_total`, which ERPNext prints and books to the customer's account, or
`grand_total` where rounding is off and the other is 0; both hold discounts and taxes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.erp import fields
from bot.erp.erpnext import statuses
from bot.erp.erpnext.frappe import Row
from bot.erp.erpnext.rows import NAME_MAX, Read, by_name, children, name_of
from bot.erp.erpnext.shipments import Note, Parcel, shipped
from bot.orders import (
    Invoice,
    InvoiceKind,
    InvoiceState,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    ShipmentStatus,
)

_CHANNEL = {"Shopping Cart": "web"}


@dataclass(frozen=True, kw_only=True)
class Sale:
    """An order with its lines, and what tells where it stands among others."""

    order: Order
    placed: str
    """The site's own date and time of creation, as they sort."""
    created: str
    amends: str | None
    """The cancelled order it replaces."""


@dataclass(frozen=True, kw_only=True)
class Bill:
    """An invoice or credit note of one or more orders."""

    name: str
    released: bool
    """Submitted and not cancelled: what documents are made of."""
    invoice: Invoice
    orders: tuple[str, ...]


def sales(rows: Iterable[Row], read: Read) -> list[Sale]:
    """The orders of a query, each once, in the query's order."""
    return [_sale(name, group, read) for name, group in by_name(rows).items()]


def bills(rows: Iterable[Row], read: Read) -> list[Bill]:
    return [_bill(name, group, read) for name, group in by_name(rows).items()]


def completed(
    sale: Sale, its_notes: Sequence[Note], its_bills: Sequence[Bill], sent: Sequence[Parcel]
) -> Order:
    """The order in full: with its shipments as the carriers tell them, and its invoices."""
    number = sale.order.order_number
    shipments = tuple(
        shipped(note, number, [parcel for parcel in sent if note.name in parcel.notes])
        for note in its_notes
        if number in note.lines
    )
    status = sale.order.status
    if status is OrderStatus.SHIPPED and shipments:
        arrived = all(shipment.status is ShipmentStatus.DELIVERED for shipment in shipments)
        status = OrderStatus.DELIVERED if arrived else status
    return replace(
        sale.order,
        status=status,
        shipments=shipments,
        invoices=tuple(bill.invoice for bill in its_bills if number in bill.orders),
        complete=True,
    )


def _sale(name: str, group: Sequence[Row], read: Read) -> Sale:
    row = group[0]
    currency = fields.currency(row, "currency", read.currency)
    order = Order(
        erp=read.erp,
        company_key=name_of(row, "customer"),
        order_number=name,
        customer_reference=fields.text(row, "po_no", longest=NAME_MAX),
        web_number=fields.text(row, read.web_field, longest=NAME_MAX) if read.web_field else None,
        status=statuses.order_status(row),
        status_raw=fields.text(row, "status", longest=40) or "",
        billing=statuses.billing(row),
        holds=statuses.holds(row),
        placed_on=fields.moment(row, "transaction_date", read.zone),
        placed_by=fields.text(row, "contact_display", longest=120),
        channel=_CHANNEL.get(fields.text(row, "order_type", longest=40) or ""),
        promised_on=fields.day(row, "delivery_date", read.zone),
        total=_due(row, currency),
        lines=_order_lines(group, currency, read),
        changed_at=fields.moment(row, "modified", read.zone),
    )
    return Sale(
        order=order,
        placed=fields.text(row, "transaction_date", longest=40) or "",
        created=fields.text(row, "creation", longest=40) or "",
        amends=name_of(row, "amended_from"),
    )


def _order_lines(group: Sequence[Row], currency: str, read: Read) -> tuple[OrderLine, ...]:
    return tuple(
        OrderLine(
            line_id=str(place),
            sku=fields.text(row, "item_code", longest=NAME_MAX) or "",
            description=fields.text(row, "item_name") or "",
            ordered=fields.decimal(row, "qty") or Decimal(0),
            shipped=fields.decimal(row, "delivered_qty"),
            backorder_expected_on=fields.day(row, "line_delivery_date", read.zone),
            unit_price=fields.money(row, "rate", currency=currency),
            total=fields.money(row, "amount", currency=currency),
        )
        for place, row in children(group)
    )


def _bill(name: str, group: Sequence[Row], read: Read) -> Bill:
    row = group[0]
    currency = fields.currency(row, "currency", read.currency)
    due = fields.day(row, "due_date", read.zone)
    is_return = bool(fields.whole(row, "is_return"))
    state = statuses.invoice_state(row, due, read.today)
    # Outstanding amounts are in the currency of the customer's account, which may be another one.
    account = fields.currency(row, "party_account_currency", currency)
    outstanding = fields.money(row, "outstanding_amount", currency=account)
    total = _due(row, currency)
    if is_return:
        total, outstanding, due = _positive(total), _positive(outstanding), None
    invoice = Invoice(
        number=name,
        kind=InvoiceKind.CREDIT_NOTE if is_return else InvoiceKind.INVOICE,
        state=state,
        issued_on=fields.day(row, "posting_date", read.zone),
        due_on=due,
        total=total,
        open_amount=None if state is InvoiceState.CANCELLED else outstanding,
    )
    orders = dict.fromkeys(order for child in group if (order := name_of(child, "sales_order")) is not None)
    return Bill(
        name=name,
        released=fields.whole(row, "docstatus") == 1,
        invoice=invoice,
        orders=tuple(orders),
    )


def _due(row: Row, currency: str) -> Money | None:
    rounded = fields.decimal(row, "rounded_total")
    return Money(rounded, currency) if rounded else fields.money(row, "grand_total", currency=currency)


def _positive(money: Money | None) -> Money | None:
    return None if money is None else Money(abs(money.amount), money.currency)

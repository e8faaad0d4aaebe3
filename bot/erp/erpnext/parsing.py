"""Rows of list queries as orders, shipments and invoices.

A parent comes once for each child row: rows are gathered by name, children kept once. Amounts are
what is due: `rounded_total`, which ERPNext prints and books to the customer's account, or
`grand_total` where rounding is off and the other is 0; both hold discounts and taxes.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.erp import fields
from bot.erp.erpnext import statuses
from bot.erp.erpnext.frappe import Row
from bot.orders import (
    Invoice,
    InvoiceKind,
    InvoiceState,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Package,
    Shipment,
    ShipmentStatus,
)

_NAME_MAX = 140
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,6})?")
_SEVERAL = re.compile(r"[,;\s]+")
_CHANNEL = {"Shopping Cart": "web"}


@dataclass(frozen=True, kw_only=True)
class Read:
    """How to read rows: what they leave open."""

    erp: str
    zone: ZoneInfo
    """The site's: Frappe writes every time without one."""
    today: date
    """In `zone`; an open invoice due before it is overdue."""
    currency: str
    tracking_hosts: frozenset[str] = frozenset()
    web_field: str = ""


Reading = Callable[[], Awaitable[Read]]
"""How to read, told when there is something to read: the site may have to be asked for its zone."""


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
class Note:
    """A delivery note: goods of one or more orders that left together."""

    name: str
    released: bool
    shipment: Shipment
    row: Row
    lines: Mapping[str, tuple[OrderLine, ...]]
    """By order."""
    posted: date | None


@dataclass(frozen=True, kw_only=True)
class Bill:
    """An invoice or credit note of one or more orders."""

    name: str
    released: bool
    """Submitted and not cancelled: what documents are made of."""
    invoice: Invoice
    orders: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A shipment with a carrier, of one or more delivery notes."""

    notes: tuple[str, ...]
    status: ShipmentStatus
    carrier: str | None
    packages: tuple[Package, ...]


def sales(rows: Iterable[Row], read: Read) -> list[Sale]:
    """The orders of a query, each once, in the query's order."""
    return [_sale(name, group, read) for name, group in _by_name(rows).items()]


def notes(rows: Iterable[Row], read: Read) -> list[Note]:
    """The delivery notes of a query; returns are left out, for they ship nothing."""
    return [
        _note(name, group, read)
        for name, group in _by_name(rows).items()
        if not fields.whole(group[0], "is_return")
    ]


def bills(rows: Iterable[Row], read: Read) -> list[Bill]:
    return [_bill(name, group, read) for name, group in _by_name(rows).items()]


def parcels(rows: Iterable[Row], read: Read) -> list[Parcel]:
    return [_parcel(group, read) for group in _by_name(rows).values()]


def completed(
    sale: Sale, its_notes: Sequence[Note], its_bills: Sequence[Bill], sent: Sequence[Parcel]
) -> Order:
    """The order in full: with its shipments as the carriers tell them, and its invoices."""
    number = sale.order.order_number
    shipments = tuple(
        _shipped(note, number, [parcel for parcel in sent if note.name in parcel.notes])
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


def name_of(row: Row, field: str = "name") -> str | None:
    """A document's name, exactly as the site keeps it; None when it is not one we could ask for again."""
    value = row.get(field)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= _NAME_MAX or fields.plain(value) != value:
        return None
    return value


def _by_name(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        name = name_of(row)
        if name is not None:
            found.setdefault(name, []).append(row)
    return found


def _sale(name: str, group: Sequence[Row], read: Read) -> Sale:
    row = group[0]
    currency = fields.currency(row, "currency", read.currency)
    order = Order(
        erp=read.erp,
        company_key=name_of(row, "customer"),
        order_number=name,
        customer_reference=fields.text(row, "po_no", longest=_NAME_MAX),
        web_number=fields.text(row, read.web_field, longest=_NAME_MAX) if read.web_field else None,
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
            sku=fields.text(row, "item_code", longest=_NAME_MAX) or "",
            description=fields.text(row, "item_name") or "",
            ordered=fields.decimal(row, "qty") or Decimal(0),
            shipped=fields.decimal(row, "delivered_qty"),
            backorder_expected_on=fields.day(row, "line_delivery_date", read.zone),
            unit_price=_money(row, "rate", currency),
            total=_money(row, "amount", currency),
        )
        for place, row in _children(group)
    )


def _children(group: Sequence[Row]) -> list[tuple[int, Row]]:
    """The child rows, each once, as numbered; a parent without any has one row of nothing."""
    found: dict[int, Row] = {}
    for row in group:
        place = fields.whole(row, "idx")
        if place is not None:
            found.setdefault(place, row)
    return sorted(found.items())


def _note(name: str, group: Sequence[Row], read: Read) -> Note:
    row = group[0]
    lines: dict[str, list[OrderLine]] = {}
    for place, child in _children(group):
        order_name = name_of(child, "against_sales_order")
        if order_name is None:
            continue
        quantity = fields.decimal(child, "qty") or Decimal(0)
        lines.setdefault(order_name, []).append(
            OrderLine(
                line_id=str(place),
                sku=fields.text(child, "item_code", longest=_NAME_MAX) or "",
                description=fields.text(child, "item_name") or "",
                ordered=quantity,
                shipped=quantity if fields.whole(row, "docstatus") else None,
            )
        )
    released = bool(fields.whole(row, "docstatus"))
    number = fields.text(row, "lr_no", longest=80) if released else None
    shipment = Shipment(
        number=name,
        status=statuses.note_status(row, []),
        carrier=fields.text(row, "transporter_name", longest=120),
        despatched_on=_posted(row, read.zone) if released else None,
        packages=tuple(Package(tracking_number=one) for one in _numbers(number)),
    )
    return Note(
        name=name,
        released=released,
        shipment=shipment,
        row=row,
        lines={order_name: tuple(some) for order_name, some in lines.items()},
        posted=fields.day(row, "posting_date", read.zone),
    )


def _shipped(note: Note, order_number: str, sent: Sequence[Parcel]) -> Shipment:
    """The note as a shipment of one order, with what its parcels add."""
    known = {package.tracking_number: package for package in note.shipment.packages}
    for parcel in sent:
        for package in parcel.packages:
            # The same number on the note and the parcel is one package, with the parcel's link.
            known[package.tracking_number] = package
    return replace(
        note.shipment,
        status=statuses.note_status(note.row, [parcel.status for parcel in sent]),
        carrier=next((parcel.carrier for parcel in sent if parcel.carrier), note.shipment.carrier),
        packages=tuple(known.values()),
        lines=note.lines[order_number],
    )


def _bill(name: str, group: Sequence[Row], read: Read) -> Bill:
    row = group[0]
    currency = fields.currency(row, "currency", read.currency)
    due = fields.day(row, "due_date", read.zone)
    is_return = bool(fields.whole(row, "is_return"))
    state = statuses.invoice_state(row, due, read.today)
    # Outstanding amounts are in the currency of the customer's account, which may be another one.
    account = fields.currency(row, "party_account_currency", currency)
    outstanding = _money(row, "outstanding_amount", account)
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


def _parcel(group: Sequence[Row], read: Read) -> Parcel:
    row = group[0]
    link = fields.https_url(row, "tracking_url", read.tracking_hosts)
    numbers = _numbers(fields.text(row, "awb_number", longest=400))
    packages = tuple(Package(tracking_number=one, tracking_url=link) for one in numbers)
    carried = dict.fromkeys(name for child in group if (name := name_of(child, "delivery_note")) is not None)
    return Parcel(
        notes=tuple(carried),
        status=statuses.TRACKING.get(
            fields.text(row, "tracking_status", longest=40) or "", ShipmentStatus.UNKNOWN
        ),
        carrier=fields.text(row, "carrier", "service_provider", longest=120),
        packages=packages or ((Package(tracking_url=link),) if link else ()),
    )


def _numbers(told: str | None) -> list[str]:
    """Tracking numbers; shipping apps write several into the one field."""
    return [one for one in _SEVERAL.split(told or "") if one][:50]


def _posted(row: Row, zone: ZoneInfo) -> datetime | None:
    """`posting_date` and `posting_time`; the time comes as "9:05:01" too."""
    day = fields.day(row, "posting_date", zone)
    if day is None:
        return None
    match = _CLOCK.fullmatch(fields.text(row, "posting_time", longest=20) or "")
    clock = f"{int(match[1]):02}:{match[2]}:{match[3]}" if match else "00:00:00"
    return fields.moment({"at": f"{day.isoformat()}T{clock}"}, "at", zone)


def _due(row: Row, currency: str) -> Money | None:
    rounded = fields.decimal(row, "rounded_total")
    return Money(rounded, currency) if rounded else _money(row, "grand_total", currency)


def _money(row: Row, field: str, currency: str) -> Money | None:
    amount = fields.decimal(row, field)
    return None if amount is None else Money(amount, currency)


def _positive(money: Money | None) -> Money | None:
    return None if money is None else Money(abs(money.amount), money.currency)

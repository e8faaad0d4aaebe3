"""What ERPNext's states mean. Source: erpnext/controllers/status_updater.py and the doctypes (14 to 16)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from bot.erp import fields
from bot.erp.erpnext.frappe import Row
from bot.erp.erpnext.queries import CANCELLED
from bot.orders import BillingState, Hold, HoldKind, InvoiceState, OrderStatus, ShipmentStatus

ORDER: Mapping[str, OrderStatus | None] = {
    "Draft": OrderStatus.UNKNOWN,  # never asked for
    "On Hold": OrderStatus.AWAITING_APPROVAL,
    "To Pay": None,
    "To Deliver and Bill": None,
    "To Deliver": None,
    "To Bill": None,
    "Completed": OrderStatus.COMPLETED,
    "Closed": OrderStatus.COMPLETED,
    "Cancelled": OrderStatus.CANCELLED,
}
"""None: the status speaks of money too, so how much was delivered decides."""
OPEN_ORDERS = ("On Hold", "To Pay", "To Deliver and Bill", "To Deliver", "To Bill")
_HOLDS = {"On Hold": HoldKind.OTHER, "To Pay": HoldKind.PAYMENT}
_DELIVERED = {
    "Not Delivered": OrderStatus.CONFIRMED,
    "Partly Delivered": OrderStatus.PARTIALLY_SHIPPED,
    "Fully Delivered": OrderStatus.SHIPPED,
    # Services, and orders closed by hand: nothing is waited for.
    "Not Applicable": OrderStatus.CONFIRMED,
    "Closed": OrderStatus.CONFIRMED,
}
_BILLED = {
    "Not Billed": BillingState.NONE,
    "Partly Billed": BillingState.PARTIAL,
    "Fully Billed": BillingState.FULL,
}

INVOICE: Mapping[str, InvoiceState | None] = {
    "Draft": InvoiceState.UNKNOWN,  # never asked for
    "Submitted": None,
    "Unpaid": InvoiceState.OPEN,
    "Unpaid and Discounted": InvoiceState.OPEN,
    "Partly Paid": InvoiceState.PARTIALLY_PAID,
    "Partly Paid and Discounted": InvoiceState.PARTIALLY_PAID,
    "Overdue": InvoiceState.OVERDUE,
    "Overdue and Discounted": InvoiceState.OVERDUE,
    "Paid": InvoiceState.PAID,
    # A credit note settled it: nothing is owed. The note is listed beside it.
    "Credit Note Issued": InvoiceState.PAID,
    "Return": None,
    "Internal Transfer": None,
    "Cancelled": InvoiceState.CANCELLED,
}
"""None: what is outstanding decides."""

NOTE: Mapping[str, ShipmentStatus] = {
    "Draft": ShipmentStatus.IN_PREPARATION,
    "To Bill": ShipmentStatus.SHIPPED,
    "Partially Billed": ShipmentStatus.SHIPPED,
    "Completed": ShipmentStatus.SHIPPED,
    "Closed": ShipmentStatus.SHIPPED,
    # It went out and came back; neither "shipped" nor "delivered" is true of it any more.
    "Return Issued": ShipmentStatus.UNKNOWN,
}
"""A "Return" is goods coming back, no shipment, and a "Cancelled" one is not asked for."""
TRACKING: Mapping[str, ShipmentStatus] = {
    "": ShipmentStatus.SHIPPED,
    "In Progress": ShipmentStatus.SHIPPED,
    "Delivered": ShipmentStatus.DELIVERED,
    "Returned": ShipmentStatus.UNKNOWN,
    "Lost": ShipmentStatus.UNKNOWN,
}

# erpnext calls 99.999999 of 100 all of it (`_update_percent_field`).
_ALL = Decimal("99.999999")
_SOME = Decimal("0.001")


def order_status(row: Row) -> OrderStatus:
    """The headline of a Sales Order."""
    if fields.whole(row, "docstatus") == CANCELLED:
        return OrderStatus.CANCELLED
    status = fields.text(row, "status", longest=40) or ""
    if status not in ORDER:
        return OrderStatus.UNKNOWN
    told, delivered = ORDER[status], _by_delivery(row)
    if told is OrderStatus.AWAITING_APPROVAL and delivered in (
        OrderStatus.PARTIALLY_SHIPPED,
        OrderStatus.SHIPPED,
    ):
        return delivered
    return told or delivered


def holds(row: Row) -> tuple[Hold, ...]:
    kind = _HOLDS.get(fields.text(row, "status", longest=40) or "")
    return (Hold(kind=kind),) if kind else ()


def billing(row: Row) -> BillingState:
    """How much of a Sales Order has been invoiced."""
    share = fields.decimal(row, "per_billed")
    if share is None:
        return _BILLED.get(fields.text(row, "billing_status", longest=40) or "", BillingState.UNKNOWN)
    if share >= _ALL:
        return BillingState.FULL
    return BillingState.PARTIAL if share >= _SOME else BillingState.NONE


def invoice_state(row: Row, due: date | None, today: date) -> InvoiceState:
    """What is owed on a Sales Invoice; overdue by its date, for the site looks only once a day."""
    if fields.whole(row, "docstatus") == CANCELLED:
        return InvoiceState.CANCELLED
    status = fields.text(row, "status", longest=40) or ""
    state = INVOICE.get(status, InvoiceState.UNKNOWN)
    if state is None:
        outstanding = fields.decimal(row, "outstanding_amount")
        if outstanding is None:
            return InvoiceState.UNKNOWN
        state = InvoiceState.OPEN if outstanding else InvoiceState.PAID
    return state if status == "Return" else state.as_of(today, due=due)


def note_status(row: Row, tracked: list[ShipmentStatus]) -> ShipmentStatus:
    """The state of a Delivery Note, with what the carrier says of the parcels in it."""
    if fields.whole(row, "docstatus") == 0:
        return ShipmentStatus.IN_PREPARATION
    state = NOTE.get(fields.text(row, "status", longest=40) or "", ShipmentStatus.UNKNOWN)
    if state is ShipmentStatus.SHIPPED and tracked:
        if all(one is ShipmentStatus.DELIVERED for one in tracked):
            return ShipmentStatus.DELIVERED
        if ShipmentStatus.UNKNOWN in tracked:
            return ShipmentStatus.UNKNOWN
    return state


def _by_delivery(row: Row) -> OrderStatus:
    share = fields.decimal(row, "per_delivered")
    if share is None:
        return _DELIVERED.get(fields.text(row, "delivery_status", longest=40) or "", OrderStatus.CONFIRMED)
    if share >= _ALL:
        return OrderStatus.SHIPPED
    return OrderStatus.PARTIALLY_SHIPPED if share >= _SOME else OrderStatus.CONFIRMED

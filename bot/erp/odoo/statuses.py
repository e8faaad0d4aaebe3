"""Odoo's states as ours. Every documented value has a row; what is not documented is UNKNOWN.

Source: Odoo 14 to 19, `sale`, `sale_stock`, `stock` and `account`, selection fields.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.orders import BillingState, InvoiceState, OrderStatus, ShipmentStatus

HIDDEN_STATES = ("draft", "sent")
"""Quotations: not orders yet, never found and never listed."""
ORDER_STATES = ("sale", "done", "cancel")
"""What an order may be in. `done` is a locked one before 17, which has the field `locked` instead."""


class Delivered(StrEnum):
    """`sale.order.delivery_status` (since 16); false where there is nothing to deliver."""

    PENDING = "pending"
    STARTED = "started"
    """Transfers within the warehouse are done, nothing has left it."""
    PARTIAL = "partial"
    FULL = "full"


class Billed(StrEnum):
    """`sale.order.invoice_status`: what is to be invoiced now. It counts draft invoices as invoiced."""

    UPSELLING = "upselling"
    INVOICED = "invoiced"
    TO_INVOICE = "to invoice"
    NO = "no"


DELIVERY = {
    Delivered.PENDING: OrderStatus.CONFIRMED,
    Delivered.STARTED: OrderStatus.IN_PREPARATION,
    Delivered.PARTIAL: OrderStatus.PARTIALLY_SHIPPED,
    Delivered.FULL: OrderStatus.SHIPPED,
}
# `stock.picking.state`. A cancelled transfer is no shipment.
SHIPMENT = {
    "draft": ShipmentStatus.PLANNED,
    "waiting": ShipmentStatus.PLANNED,
    "confirmed": ShipmentStatus.PLANNED,
    "assigned": ShipmentStatus.IN_PREPARATION,
    "done": ShipmentStatus.SHIPPED,
}
WAITS_FOR_STOCK = "confirmed"
CANCELLED = "cancel"
# `account.move.payment_state` of posted invoices. "Blocked" is blocked for reminders: still owed.
PAYMENT = {
    "not_paid": InvoiceState.OPEN,
    "in_payment": InvoiceState.PAID,
    "paid": InvoiceState.PAID,
    "partial": InvoiceState.PARTIALLY_PAID,
    "reversed": InvoiceState.CANCELLED,
    "blocked": InvoiceState.OPEN,
    "invoicing_legacy": InvoiceState.UNKNOWN,
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What Odoo says of one order, as far as its headline depends on it."""

    state: str
    delivery: str | None
    """`delivery_status`, or what deliveries and lines amount to where Odoo does not tell; None: nothing to
    deliver."""
    billing: BillingState
    nothing_kept: bool = False
    """Something was despatched and yet no line counts as delivered: it all came back."""
    prepared: bool = False
    """A despatch is reserved and ready."""
    unpaid: bool = False
    """A posted invoice is not settled."""


def headline(told: Told) -> OrderStatus:
    """The one status of an order. Full delivery means that all has left the warehouse, no more.

    Locking says nothing: many lock every order when it is confirmed.
    """
    if told.state == CANCELLED:
        return OrderStatus.CANCELLED
    if told.state not in ORDER_STATES:
        return OrderStatus.UNKNOWN
    settled = told.billing is BillingState.FULL and not told.unpaid
    if told.delivery is None:
        return OrderStatus.COMPLETED if settled else OrderStatus.CONFIRMED
    if told.delivery not in tuple(Delivered):
        return OrderStatus.UNKNOWN
    delivery = Delivered(told.delivery)
    if delivery is Delivered.PENDING and told.prepared:
        return OrderStatus.IN_PREPARATION
    if delivery is Delivered.FULL:
        if told.nothing_kept:
            return OrderStatus.RETURNED
        if settled:
            return OrderStatus.COMPLETED
    return DELIVERY[delivery]


def billing(invoice_status: str | None, *, posted: int, unposted: int) -> BillingState:
    """How much is invoiced, by `invoice_status` and the invoices that are out.

    "Invoiced" may rest on drafts, which nobody has been sent, and "nothing to invoice" may come after
    a first part was.
    """
    if invoice_status is None or invoice_status not in tuple(Billed):
        return BillingState.UNKNOWN
    if posted == 0:
        return BillingState.NONE
    whole = Billed(invoice_status) in (Billed.INVOICED, Billed.UPSELLING)
    return BillingState.FULL if whole and unposted == 0 else BillingState.PARTIAL

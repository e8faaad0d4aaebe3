"""What Tryton's states mean in ours. Every value the vendor documents has a row.

Source: trytond 7.0 to 8.2, `sale.sale`, `stock.shipment.out` and `account.invoice`; a test holds these
rows against the selections of a running server.
"""

from collections.abc import Mapping, Sequence

from bot.orders import HoldKind, InvoiceState, OrderStatus, ShipmentStatus

# None: not an order yet (never found, never listed), or "processing", which shipments tell more of.
SALE: Mapping[str, OrderStatus | None] = {
    "draft": None,
    "quotation": None,
    "confirmed": OrderStatus.CONFIRMED,
    "processing": None,
    "done": OrderStatus.COMPLETED,
    "cancelled": OrderStatus.CANCELLED,
}
HIDDEN_SALES = ("draft", "quotation")
OVER_SALES = ("done", "cancelled")

# `sale.shipment_state`, while the sale is processed. None: shipments under way tell.
SALE_SHIPMENT: Mapping[str, OrderStatus | None] = {
    "none": None,
    "waiting": None,
    "partially shipped": OrderStatus.PARTIALLY_SHIPPED,
    "sent": OrderStatus.SHIPPED,
    "exception": None,
}

# `sale.invoice_state`: whether something may have been invoiced.
SALE_INVOICE: Mapping[str, bool] = {
    "none": False,
    "pending": False,
    "awaiting payment": True,
    "partially paid": True,
    "paid": True,
    "exception": True,
}

# "done" closes a shipment: its goods have left. Tryton knows nothing of their arrival. None: not shown.
SHIPMENT: Mapping[str, ShipmentStatus | None] = {
    "draft": ShipmentStatus.PLANNED,
    "waiting": ShipmentStatus.PLANNED,
    "assigned": ShipmentStatus.IN_PREPARATION,
    "picked": ShipmentStatus.IN_PREPARATION,
    "packed": ShipmentStatus.IN_PREPARATION,
    "shipped": ShipmentStatus.SHIPPED,
    "done": ShipmentStatus.SHIPPED,
    "cancelled": None,
}
GONE_SHIPMENTS = ("shipped", "done")

# None: not released, never shown. A posted invoice is open until its amounts say otherwise.
INVOICE: Mapping[str, InvoiceState | None] = {
    "draft": None,
    "validated": None,
    "posted": InvoiceState.OPEN,
    "paid": InvoiceState.PAID,
    "cancelled": InvoiceState.CANCELLED,
}
RELEASED_INVOICES = ("posted", "paid")


def headline(
    state: str, shipment_state: str, shipments: Sequence[ShipmentStatus], *, all_gone: bool
) -> OrderStatus:
    """The status of a sale from its own state, its `shipment_state` and its shipments.

    A shipment that left the warehouse is "shipped" before it is "done", and only then does
    `shipment_state` count it: the shipments themselves are nearer to the truth. `all_gone` tells
    whether all lines have left as far as shipments tell.
    """
    if state != "processing":
        return SALE.get(state) or OrderStatus.UNKNOWN
    told = SALE_SHIPMENT.get(shipment_state)
    if told is OrderStatus.SHIPPED:
        return told
    gone = sum(1 for shipment in shipments if shipment is ShipmentStatus.SHIPPED)
    if gone:
        return OrderStatus.SHIPPED if all_gone and gone == len(shipments) else OrderStatus.PARTIALLY_SHIPPED
    if told is not None:
        return told
    if shipment_state not in SALE_SHIPMENT:
        return OrderStatus.UNKNOWN
    if ShipmentStatus.IN_PREPARATION in shipments:
        return OrderStatus.IN_PREPARATION
    return OrderStatus.CONFIRMED


def hold(shipment_state: str) -> HoldKind | None:
    """An exception waits for the supplier's decision about goods that could not be sent."""
    return HoldKind.OTHER if shipment_state == "exception" else None

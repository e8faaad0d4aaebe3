"""What became different about an order between two looks at it, and when nothing more will. Pure."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.orders import BillingState, Document, Order, OrderEvent, OrderStatus, ShipmentStatus

_DESPATCHED = frozenset({ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED})
_GONE_OUT = frozenset({OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.COMPLETED})
_ARRIVED = frozenset({OrderStatus.DELIVERED, OrderStatus.COMPLETED})
_BILLING_EVENTS = frozenset({OrderEvent.INVOICE, OrderEvent.DOCUMENT, OrderEvent.ANY})


class ChangeKind(StrEnum):
    """The value is part of a catalog key, `changed_…`."""

    DESPATCHED = "despatched"
    PARTLY_DESPATCHED = "partly_despatched"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    SOONER = "sooner"
    INVOICED = "invoiced"
    DOCUMENT = "document"
    CANCELLED = "cancelled"
    STATUS = "status"


_TELLS = {
    OrderEvent.DISPATCH: frozenset({ChangeKind.DESPATCHED, ChangeKind.PARTLY_DESPATCHED}),
    OrderEvent.DELIVERY: frozenset({ChangeKind.DELIVERED}),
    OrderEvent.DELAY: frozenset({ChangeKind.DELAYED}),
    OrderEvent.INVOICE: frozenset({ChangeKind.INVOICED}),
    OrderEvent.DOCUMENT: frozenset({ChangeKind.DOCUMENT}),
    OrderEvent.ANY: frozenset(ChangeKind),
}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What of an order a watch compares: as it was when the person last heard of it."""

    status: OrderStatus
    promised_on: date | None = None
    despatched: frozenset[str] = field(default_factory=frozenset)
    """Numbers of the shipments that have left."""
    invoices: frozenset[str] = field(default_factory=frozenset)
    documents: frozenset[str] | None = None
    """Ids of its documents; None where nobody asked for them."""

    def text(self) -> str:
        """As JSON, the same for the same state."""
        return json.dumps(
            {
                "status": self.status,
                "promised_on": self.promised_on.isoformat() if self.promised_on else None,
                "despatched": sorted(self.despatched),
                "invoices": sorted(self.invoices),
                "documents": None if self.documents is None else sorted(self.documents),
            },
            separators=(",", ":"),
        )

    @classmethod
    def of_text(cls, text: str) -> "Seen":
        told = json.loads(text)
        return cls(
            status=OrderStatus(told["status"]),
            promised_on=date.fromisoformat(told["promised_on"]) if told["promised_on"] else None,
            despatched=frozenset(told["despatched"]),
            invoices=frozenset(told["invoices"]),
            documents=None if told["documents"] is None else frozenset(told["documents"]),
        )


@dataclass(frozen=True)
class Change:
    """One thing that became different: `number` names the shipment or invoice, `day` is the new date."""

    kind: ChangeKind
    number: str = ""
    day: date | None = None


def seen_of(order: Order, documents: Iterable[Document] | None = None) -> Seen:
    """What a watch keeps of an order."""
    return Seen(
        status=order.status,
        promised_on=order.promised_on,
        despatched=frozenset(one.number for one in order.shipments if one.status in _DESPATCHED),
        invoices=frozenset(invoice.number for invoice in order.invoices),
        documents=None if documents is None else frozenset(document.id for document in documents),
    )


def changes(before: Seen, now: Seen, events: Collection[OrderEvent]) -> tuple[Change, ...]:
    """What somebody who waits for these events should hear; a cancellation is told to everybody."""
    told = set().union(*(_TELLS[event] for event in events)) | {ChangeKind.CANCELLED}
    return tuple(change for change in _all(before, now) if change.kind in told)


def is_over(order: Order, events: Collection[OrderEvent]) -> bool:
    """Whether none of these events can happen any more."""
    if order.status in (OrderStatus.CANCELLED, OrderStatus.RETURNED):
        return True
    waiting = set(events)
    if order.status in _GONE_OUT:
        waiting -= {OrderEvent.DISPATCH, OrderEvent.DELAY}
    if order.status in _ARRIVED:
        waiting -= {OrderEvent.DELIVERY}
        if order.billing in (BillingState.FULL, BillingState.UNKNOWN):
            waiting -= _BILLING_EVENTS
    return not waiting


def _all(before: Seen, now: Seen) -> Iterable[Change]:
    if now.status is OrderStatus.CANCELLED and before.status is not OrderStatus.CANCELLED:
        yield Change(ChangeKind.CANCELLED)
        return
    moved = now.status is not before.status
    left = sorted(now.despatched - before.despatched)
    if now.status in _ARRIVED and before.status not in _ARRIVED:
        yield Change(ChangeKind.DELIVERED)
    elif now.status in _GONE_OUT and before.status not in _GONE_OUT:
        yield Change(ChangeKind.DESPATCHED)
    elif left and now.status not in _GONE_OUT:
        yield Change(ChangeKind.PARTLY_DESPATCHED, ", ".join(left))
    elif moved:
        yield Change(ChangeKind.STATUS)
    if now.promised_on and before.promised_on and now.status not in _GONE_OUT:
        if now.promised_on > before.promised_on:
            yield Change(ChangeKind.DELAYED, day=now.promised_on)
        elif now.promised_on < before.promised_on:
            yield Change(ChangeKind.SOONER, day=now.promised_on)
    for number in sorted(now.invoices - before.invoices):
        yield Change(ChangeKind.INVOICED, number)
    if now.documents is not None and before.documents is not None and now.documents - before.documents:
        yield Change(ChangeKind.DOCUMENT)

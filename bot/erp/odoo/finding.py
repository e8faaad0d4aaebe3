"""Which orders answer to a number: one condition for every number of a question, then read apart."""

from collections.abc import Iterable, Mapping, Sequence

from bot.erp import fields
from bot.erp.odoo.domains import Domain, any_of, leaf, literal
from bot.erp.odoo.layout import INVOICES_OF_ORDER, ORDER, PICKING, Layout
from bot.orders import Order, Reference, ReferenceKind

_SPELLINGS_MAX = 6
_LONGEST = 80
# Odoo joins the tracking numbers of one transfer by commas; carriers' numbers are long, others are not.
_TRACKING_SHORTEST = 12
KINDS = frozenset(
    {
        ReferenceKind.ANY,
        ReferenceKind.ORDER_NUMBER,
        ReferenceKind.CUSTOMER_REFERENCE,
        ReferenceKind.WEB_NUMBER,
        ReferenceKind.INVOICE_NUMBER,
        ReferenceKind.TRACKING_NUMBER,
    }
)


def paths(layout: Layout, web_field: str) -> Mapping[ReferenceKind, str]:
    """Where each kind of number stands, as far as this Odoo has it."""
    found = {ReferenceKind.ORDER_NUMBER: "name"}
    if layout.has(ORDER, "client_order_ref"):
        found[ReferenceKind.CUSTOMER_REFERENCE] = "client_order_ref"
    if layout.has(ORDER, web_field):
        found[ReferenceKind.WEB_NUMBER] = web_field
    if layout.invoices:
        found[ReferenceKind.INVOICE_NUMBER] = f"{INVOICES_OF_ORDER}.name"
    if layout.pickings and layout.has(PICKING, "carrier_tracking_ref"):
        found[ReferenceKind.TRACKING_NUMBER] = "picking_ids.carrier_tracking_ref"
    return found


def numbered(references: Iterable[Reference], where: Mapping[ReferenceKind, str]) -> Domain | None:
    """The condition that an order has one of these numbers; None when none of them can be asked for.

    Numbers are compared whole, never as patterns; `in` takes them as values.
    """
    asked: dict[ReferenceKind, dict[str, None]] = {}
    for reference in references:
        for kind in _kinds(reference, where):
            asked.setdefault(kind, {}).update(dict.fromkeys(_cased(spellings(reference))))
    conditions = [leaf(where[kind], "in", list(told)) for kind, told in asked.items() if told]
    if ReferenceKind.TRACKING_NUMBER in asked:
        path = where[ReferenceKind.TRACKING_NUMBER]
        long = {
            told.upper() for told in asked[ReferenceKind.TRACKING_NUMBER] if len(told) >= _TRACKING_SHORTEST
        }
        conditions += [leaf(path, "ilike", literal(told)) for told in sorted(long)]
    return any_of(conditions) if conditions else None


def answering(reference: Reference, orders: Sequence[Order]) -> tuple[Order, ...]:
    """Those of the orders that have the number, by the first of its spellings that any has."""
    if reference.kind not in KINDS:
        return ()
    for spelling in spellings(reference):
        wanted = spelling.casefold()
        found = tuple(
            order
            for order in orders
            if any(
                told is not None and told.casefold() == wanted
                for kind, numbers in _numbers(order)
                if reference.kind in (ReferenceKind.ANY, kind)
                for told in numbers
            )
        )
        if found:
            return found
    return ()


def spellings(reference: Reference) -> list[str]:
    """The spellings of a number that may be sent."""
    told = (reference.value, *reference.alternatives)[:_SPELLINGS_MAX]
    return [one for one in dict.fromkeys(told) if is_sendable(one)]


def is_sendable(text: str) -> bool:
    """Whether a number may be sent at all: PostgreSQL fails at characters that none has."""
    return 0 < len(text) <= _LONGEST and fields.plain(text) == text


def _kinds(reference: Reference, where: Mapping[ReferenceKind, str]) -> list[ReferenceKind]:
    return [kind for kind in where if reference.kind in (ReferenceKind.ANY, kind)]


def _cased(told: Iterable[str]) -> list[str]:
    """`in` minds the case, people do not."""
    return [cased for one in told for cased in (one, one.upper(), one.lower())]


def _numbers(order: Order) -> Iterable[tuple[ReferenceKind, Sequence[str | None]]]:
    yield ReferenceKind.ORDER_NUMBER, (order.order_number,)
    yield ReferenceKind.CUSTOMER_REFERENCE, (order.customer_reference,)
    yield ReferenceKind.WEB_NUMBER, (order.web_number,)
    yield ReferenceKind.INVOICE_NUMBER, [invoice.number for invoice in order.invoices]
    packages = [package for shipment in order.shipments for package in shipment.packages]
    yield ReferenceKind.TRACKING_NUMBER, [package.tracking_number for package in packages]

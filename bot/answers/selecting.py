"""Lists that no ERP can be asked for as such: late orders, unpaid ones, those of a product or a place.

The company's orders are looked through, newest first and as far back as was asked; what the ERP can
choose itself (open, a status, a period) it chooses.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.answers.desk import Desk, Turn
from bot.chat.phrases import Phrase
from bot.erp.gateway import Gateway
from bot.erp.protocol import OrderFilter
from bot.orders import BillingState, Invoice, InvoiceKind, InvoiceState, Order, OrderStatus
from bot.questions import ME, Filters
from bot.scope import CompanyScope

LOOKED_THROUGH_MAX = 300
_ASKED_AT_ONCE = 50
_ARRIVED = frozenset({OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.COMPLETED})

SoFar = Callable[[int], Awaitable[None]]
"""Is told how many orders were looked through."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which of a company's orders are meant, where that is more than an ERP can choose."""

    late: bool = False
    backordered: bool = False
    on_hold: bool = False
    invoiced: bool | None = None
    unpaid: bool = False
    overdue: bool = False
    product: str = ""
    """Words that stand in a line's description, folded."""
    sku: str = ""
    place: str = ""
    placed_by: str = ""
    """A contact's name, or ME."""

    def __bool__(self) -> bool:
        return self != Selection()

    @property
    def criteria(self) -> tuple[Phrase, ...]:
        """What is asked for, one phrase each."""
        told = [
            (self.late, Phrase("select_late")),
            (self.backordered, Phrase("select_backordered")),
            (self.on_hold, Phrase("select_on_hold")),
            (self.invoiced is True, Phrase("select_invoiced")),
            (self.invoiced is False, Phrase("select_not_invoiced")),
            (self.unpaid and not self.overdue, Phrase("select_unpaid")),
            (self.overdue, Phrase("select_overdue")),
            (bool(self.product or self.sku), Phrase("select_product", {"product": self.sku or self.product})),
            (bool(self.place), Phrase("select_place", {"place": self.place})),
            (self.placed_by == ME, Phrase("select_mine")),
            (self.placed_by not in ("", ME), Phrase("select_placed_by", {"who": self.placed_by})),
        ]
        return tuple(phrase for holds, phrase in told if holds)

    @property
    def needs_all(self) -> bool:
        """Whether the row of a search is too little to tell."""
        return self.backordered or self.unpaid or self.overdue or bool(self.product or self.sku or self.place)


@dataclass(frozen=True)
class Selected:
    """Orders that were chosen, newest first; `whole` is False when there were more to look through."""

    orders: tuple[Order, ...]
    looked_through: int
    whole: bool
    places_told: bool
    """Whether the ERP says of any of them where it goes."""


def selection_of(filters: Filters) -> Selection:
    """What of a question's filters the ERP cannot choose."""
    return Selection(
        late=filters.late,
        backordered=filters.backordered,
        on_hold=filters.on_hold,
        invoiced=filters.invoiced,
        unpaid=filters.unpaid,
        overdue=filters.overdue,
        product=(filters.product or "").casefold(),
        sku=(filters.sku or "").casefold(),
        place=(filters.place or "").casefold(),
        placed_by=filters.placed_by or "",
    )


async def select(
    desk: Desk, turn: Turn, scope: CompanyScope, wanted: OrderFilter, selection: Selection
) -> Selected:
    """Look through the company's orders; at most 300, which is said where it was not enough."""
    today = turn.now.astimezone(turn.reader.zone).date()
    chosen: list[Order] = []
    me = turn.about.contact_name if turn.about else None
    looked_through, places_told, whole = 0, False, True
    async for part in walk(desk.gateway, scope, wanted, in_full=selection.needs_all):
        looked_through += len(part.orders)
        places_told = places_told or any(order.delivers_to for order in part.orders)
        chosen += [order for order in part.orders if holds(selection, order, today, me)]
        whole = part.is_end
    return Selected(tuple(chosen), looked_through, whole, places_told)


@dataclass(frozen=True)
class Stretch:
    """Some of the orders that are looked through; `missing` are ERPs that did not answer."""

    orders: Sequence[Order]
    is_end: bool
    missing: tuple[str, ...] = ()

    @property
    def last_known(self) -> datetime | None:
        """Since when, where some are as an ERP told them before it went away."""
        return min((order.as_of for order in self.orders if order.stale and order.as_of), default=None)


def earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two moments, either of which may be none."""
    return min((moment for moment in (one, other) if moment is not None), default=None)


async def walk(
    gateway: Gateway,
    scope: CompanyScope,
    wanted: OrderFilter,
    *,
    in_full: bool,
    most: int = LOOKED_THROUGH_MAX,
) -> AsyncIterator[Stretch]:
    """The orders of a list, newest first, until its end or until `most` were looked through."""
    seen, after = 0, None
    while True:
        page = await gateway.page(scope, wanted, after=after, limit=_ASKED_AT_ONCE)
        orders = await _in_full(gateway, scope, page.orders) if in_full else page.orders
        seen, after = seen + len(orders), page.next
        yield Stretch(orders, after is None, page.missing)
        if after is None or seen >= most:
            return


def holds(selection: Selection, order: Order, today: date, me: str | None) -> bool:
    """Whether an order is one of those meant; what the ERP does not tell is not claimed."""
    billed = order.billing in (BillingState.FULL, BillingState.PARTIAL) or bool(order.invoices)
    who = me if selection.placed_by == ME else selection.placed_by
    return all(
        (
            not selection.late or is_late(order, today),
            not selection.backordered or any(line.backordered for line in order.lines),
            not selection.on_hold or bool(order.holds) or order.status is OrderStatus.AWAITING_APPROVAL,
            selection.invoiced is None or billed is selection.invoiced,
            not selection.unpaid or any(is_owed(invoice) for invoice in order.invoices),
            not selection.overdue or any(is_overdue(invoice, today) for invoice in order.invoices),
            not selection.sku or any(line.sku.casefold() == selection.sku for line in order.lines),
            not selection.product or any(_names(line.description, selection.product) for line in order.lines),
            not selection.place or _names(order.delivers_to or "", selection.place),
            not selection.placed_by or (bool(who) and _names(order.placed_by or "", (who or "").casefold())),
        )
    )


def is_late(order: Order, today: date) -> bool:
    """Whether an order should have come by now and has not left whole."""
    if order.promised_on is None or not order.status.is_open or order.status in _ARRIVED:
        return False
    return order.promised_on < today


async def _in_full(gateway: Gateway, scope: CompanyScope, orders: Sequence[Order]) -> Sequence[Order]:
    rows = [order.order_number for order in orders if not order.complete]
    if not rows:
        return orders
    full = {(one.erp, one.order_number): one for one in await gateway.details(scope, rows)}
    return [full.get((order.erp, order.order_number), order) for order in orders]


def is_owed(invoice: Invoice) -> bool:
    """Whether something is still to be paid on an invoice."""
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        return False
    return invoice.state.is_owed and (invoice.open_amount is None or invoice.open_amount.amount > Decimal(0))


def is_overdue(invoice: Invoice, today: date) -> bool:
    """Whether it should have been paid by now."""
    return is_owed(invoice) and (
        invoice.state is InvoiceState.OVERDUE or (invoice.due_on is not None and invoice.due_on < today)
    )


def _names(text: str, words: str) -> bool:
    """Whether all the words stand in a text, whatever their order and case."""
    folded = text.casefold()
    return all(word in folded for word in words.split())

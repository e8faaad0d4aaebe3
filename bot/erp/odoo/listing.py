"""Lists of a company's orders: newest first, and by what changed; pages that stay put between calls.

A page ends at an order, and the next one asks for what comes after it: counting rows would show one
twice when a new order arrives in between.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.erp.odoo import parsing
from bot.erp.odoo.domains import Domain, all_of, any_of, leaf
from bot.erp.odoo.layout import INVOICES_OF_ORDER, Layout
from bot.erp.odoo.reading import Reader, Whose
from bot.erp.odoo.statuses import CANCELLED, ORDER_STATES
from bot.erp.odoo.values import Read, Record, whole_id
from bot.erp.protocol import OrderFilter
from bot.orders import Order, OrderStatus

ORDERS: Domain = leaf("state", "in", list(ORDER_STATES))
"""Orders that are orders: quotations, and states that no version of Odoo has, are not."""
_PAGE_MAX = 100
_BATCH = 100
_BATCHES = 10
_CHANGED_BATCH = 200
_CHANGED_BATCHES = 25
_FORMAT = "%Y-%m-%d %H:%M:%S"
_A_SECOND = timedelta(seconds=1)

Place = tuple[str, int]
"""Where a page ended: a moment as Odoo writes it, and the order's id."""


async def newest(
    reader: Reader, whose: Whose, wanted: OrderFilter, read: Read, after: Place | None, limit: int
) -> tuple[tuple[Order, ...], Place | None]:
    """A page of orders, newest first, and where it ended if there is more.

    A status is ours, not Odoo's, so rows of other statuses are passed over here; after 1,000 of them the
    page ends as it is.
    """
    limit = max(1, min(limit, _PAGE_MAX))
    picky = wanted.open_only or bool(wanted.statuses)
    batch = _BATCH if picky else limit + 1
    shown: list[Order] = []
    for _ in range(_BATCHES):
        rows = await reader.orders(whose, _listed(wanted, after), limit=batch)
        for record in rows:
            if len(shown) == limit:
                return tuple(shown), after
            place = _place(record, "date_order")
            if place is None:
                continue
            after = place
            order = parsing.order(record, read)
            if order is not None and wanted.admits(order.status):
                shown.append(order)
        if len(rows) < batch:
            return tuple(shown), None
    return tuple(shown), after


async def changed(
    reader: Reader,
    whose: Whose,
    since: datetime,
    read: Read,
    after: Place | None,
    limit: int,
) -> tuple[tuple[Order, ...], Place | None]:
    """Orders changed at or after `since`, the oldest change first, and where the page ended."""
    limit = max(1, min(limit, _PAGE_MAX))
    since = since.astimezone(UTC).replace(microsecond=0)
    rows = []
    last = 0
    for _ in range(_CHANGED_BATCHES):
        found = await reader.orders(whose, _changes(since, beyond=last), limit=_CHANGED_BATCH, order="id")
        for record in found:
            order, row = parsing.order(record, read), whole_id(record.get("id"))
            if row is not None:
                last = max(last, row)
            if order is not None and row is not None and order.changed_at is not None:
                rows.append(((order.changed_at.strftime(_FORMAT), row), order))
        if len(found) < _CHANGED_BATCH:
            break
    rows.sort(key=lambda one: one[0])
    left = [
        (place, order)
        for place, order in rows
        if (after is None or place > after) and order.changed_at is not None and order.changed_at >= since
    ]
    shown = left[:limit]
    return tuple(order for _, order in shown), shown[-1][0] if len(left) > limit else None


def placed_position(told: Sequence[str | int] | None) -> Place | None:
    if told is None or len(told) != 2 or not isinstance(told[0], str) or not isinstance(told[1], int):
        return None
    return told[0], told[1]


changed_position = placed_position


def _listed(wanted: OrderFilter, after: Place | None) -> Callable[[Layout], Domain]:
    conditions = [ORDERS]
    if wanted.open_only or (wanted.statuses and OrderStatus.CANCELLED not in wanted.statuses):
        conditions.append(leaf("state", "!=", CANCELLED))
    if wanted.since is not None:
        conditions.append(leaf("date_order", ">=", _written_as(wanted.since)))
    if wanted.until is not None:
        conditions.append(leaf("date_order", "<", _written_as(wanted.until)))
    if after is not None:
        moment, row = after
        end = (datetime.strptime(moment, _FORMAT).replace(tzinfo=UTC) + _A_SECOND).strftime(_FORMAT)
        # Odoo keeps fractions of seconds that it does not show: "equal" is within the second.
        same = all_of((leaf("date_order", ">=", moment), leaf("date_order", "<", end), leaf("id", "<", row)))
        conditions.append(any_of((leaf("date_order", "<", moment), same)))
    domain = all_of(conditions)
    return lambda _: domain


def _changes(since: datetime, *, beyond: int) -> Callable[[Layout], Domain]:
    return lambda layout: all_of((ORDERS, _written(layout, since), leaf("id", ">", beyond)))


def _written(layout: Layout, since: datetime) -> Domain:
    paths = ["write_date"]
    if layout.pickings:
        paths.append("picking_ids.write_date")
    if layout.invoices:
        paths.append(f"{INVOICES_OF_ORDER}.write_date")
    return any_of(leaf(path, ">=", _written_as(since)) for path in paths)


def _written_as(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(_FORMAT)


def _place(record: Record, name: str) -> Place | None:
    moment, row = record.get(name), whole_id(record.get("id"))
    if row is None or not isinstance(moment, str):
        return None
    try:
        return datetime.strptime(moment, _FORMAT).strftime(_FORMAT), row
    except ValueError:
        return None

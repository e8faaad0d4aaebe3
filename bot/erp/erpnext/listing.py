"""Lists: the company's orders, newest first, and what changed of them, oldest change first.

Both go by position, not by offset: orders that arrive in between move nothing. Lists are asked of
parents only, so a row is an order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.erp import fields
from bot.erp.cursors import Cursors
from bot.erp.erpnext import queries, statuses
from bot.erp.erpnext.finding import Finder
from bot.erp.erpnext.frappe import Condition, Frappe, Row, own
from bot.erp.erpnext.parsing import Sale, sales
from bot.erp.erpnext.queries import BILL, NOTE, ORDER, SUBMITTED
from bot.erp.erpnext.rows import Read, Reading, name_of
from bot.erp.protocol import OrderFilter, Page
from bot.erp.together import together
from bot.orders import Order, OrderStatus
from bot.scope import CompanyScope

_PAGE_MAX = 100
_ROWS = 200
_CALLS_MAX = 20
# Clocks go back by an hour, at one place by half of one; what they show then, they show twice.
_OVERLAP = timedelta(hours=2)
_STREAMS = (ORDER, NOTE, BILL)

# Which states of the ERP a headline may stand for; the row itself decides.
_STATES = {
    OrderStatus.AWAITING_APPROVAL: ("On Hold",),
    OrderStatus.CONFIRMED: statuses.OPEN_ORDERS,
    OrderStatus.PARTIALLY_SHIPPED: statuses.OPEN_ORDERS,
    OrderStatus.SHIPPED: statuses.OPEN_ORDERS,
    OrderStatus.COMPLETED: ("Completed", "Closed"),
    OrderStatus.CANCELLED: ("Cancelled",),
}


@dataclass(frozen=True)
class Change:
    """A document as it was modified, in the site's own time, and the orders it belongs to."""

    modified: str
    stream: int
    name: str
    orders: tuple[str, ...]

    @property
    def key(self) -> tuple[str, int, str]:
        return self.modified, self.stream, self.name


class Lister:
    """Pages of one site's orders."""

    def __init__(
        self,
        frappe: Frappe,
        finder: Finder,
        cursors: Cursors,
        reading: Reading,
        *,
        erp: str,
        web_field: str,
    ) -> None:
        self._frappe = frappe
        self._finder = finder
        self._cursors = cursors
        self._reading = reading
        self._erp = erp
        self._web_field = web_field

    async def page(
        self,
        scope: CompanyScope,
        keys: Sequence[str],
        wanted: OrderFilter,
        *,
        after: str | None,
        limit: int,
    ) -> Page:
        """Orders without lines, by date, time of creation and number."""
        limit = max(1, min(limit, _PAGE_MAX))
        position = _words(self._cursors.unseal(scope, wanted, after), 3)
        dated = wanted.since is not None or wanted.until is not None
        where = _filters(wanted, (await self._reading()).zone if dated else None)
        if where is None:
            return Page(orders=())
        if position is not None:
            where = (*where, (ORDER, "transaction_date", "<=", position[0]))
        query = queries.orders(keys, web_field=self._web_field, lines=False, where=where)
        found: list[Sale] = []
        rows = max(limit + 1, 20)
        for call in range(_CALLS_MAX):
            part = await self._frappe.rows(query, start=call * rows, limit=rows)
            mine = own(part, keys, erp=self._erp)
            for sale in sales(mine, await self._reading()) if mine else ():
                if (position is None or _place(sale) < position) and _is_wanted(sale.order, wanted):
                    found.append(sale)
            if len(found) > limit or len(part) < rows:
                break
        shown = found[:limit]
        following = None
        if len(found) > limit:
            following = self._cursors.seal(scope, wanted, _place(shown[-1]))
        current = await self._without_replaced(keys, shown)
        return Page(orders=tuple(sale.order for sale in current), next=following)

    async def changed(
        self,
        scope: CompanyScope,
        keys: Sequence[str],
        since: datetime,
        *,
        after: str | None,
        limit: int,
    ) -> Page:
        """Complete orders by the last change of the order, its delivery notes and its invoices."""
        read = await self._reading()
        limit = max(1, min(limit, _PAGE_MAX))
        position = _change_position(self._cursors.unseal(scope, since, after))
        start = position[0] if position else _on_site(since - _OVERLAP, read)
        streams = await together(
            self._stream(keys, number, start, since, position, limit, read) for number in range(len(_STREAMS))
        )
        every = sorted((change for part in streams for change in part), key=lambda change: change.key)
        # Where a list went on, it brought more than `limit`: what it left out comes after these.
        shown = every[:limit]
        moments = {name: changed_at(change, read) for change in shown for name in change.orders}
        orders = await self._finder.details(keys, list(moments)) if moments else []
        by_number = {order.order_number: order for order in orders}
        following = self._cursors.seal(scope, since, shown[-1].key) if len(every) > limit else None
        return Page(
            orders=tuple(
                replace(by_number[name], changed_at=moment)
                for name, moment in sorted(moments.items(), key=lambda pair: pair[1])
                if name in by_number
            ),
            next=following,
        )

    async def _stream(
        self,
        keys: Sequence[str],
        number: int,
        start: str,
        since: datetime,
        position: tuple[str, int, str] | None,
        limit: int,
        read: Read,
    ) -> list[Change]:
        """Changes of one doctype, oldest first; at least one more than `limit` where there are so many."""
        doctype = _STREAMS[number]
        query = queries.changes(keys, doctype, start)
        found: list[Change] = []
        asked = 0
        for _ in range(_CALLS_MAX):
            part = await self._frappe.rows(query, start=asked, limit=_ROWS)
            more = len(part) == _ROWS
            settled = _settled(part) if more else part
            asked += len(settled)
            found += [
                change
                for change in changes_in(own(settled, keys, erp=self._erp), number)
                if changed_at(change, read) >= since and (position is None or change.key > position)
            ]
            if not more or len(found) > limit:
                return found
        log = structlog.get_logger()
        log.warning("answer_cut", erp=self._erp, reason="too_many_rows", doctype=doctype)
        return found

    async def _without_replaced(self, keys: Sequence[str], shown: Sequence[Sale]) -> list[Sale]:
        """Without cancelled orders that live on under another number."""
        cancelled = [sale.order.order_number for sale in shown if sale.order.status is OrderStatus.CANCELLED]
        if not cancelled:
            return list(shown)
        where = ((ORDER, "amended_from", "in", cancelled),)
        query = queries.orders(keys, lines=False, where=where)
        rows = await self._frappe.owned(query, keys)
        replaced = {name_of(row, "amended_from") for row in rows}
        return [sale for sale in shown if sale.order.order_number not in replaced]


def _filters(wanted: OrderFilter, zone: ZoneInfo | None) -> tuple[Condition, ...] | None:
    """What of the filter the site can apply, a little more than wanted; None when nothing can match."""
    where: list[Condition] = []
    if wanted.since is not None:
        day = wanted.since.astimezone(zone).date()
        where.append((ORDER, "transaction_date", ">=", day.isoformat()))
    if wanted.until is not None:
        day = wanted.until.astimezone(zone).date()
        where.append((ORDER, "transaction_date", "<=", day.isoformat()))
    states: set[str] | None = None
    if wanted.statuses:
        states = {state for status in wanted.statuses for state in _STATES.get(status, ())}
        if OrderStatus.UNKNOWN in wanted.statuses:
            states = None
        elif not states:
            return None
    if wanted.open_only:
        where.append((ORDER, "docstatus", "=", SUBMITTED))
        closed = ("Completed", "Closed", "Cancelled")
        states = states - set(closed) if states is not None else None
        if states is None:
            where.append((ORDER, "status", "not in", list(closed)))
    if states is not None:
        where.append((ORDER, "status", "in", sorted(states)))
    return tuple(where)


def _is_wanted(order: Order, wanted: OrderFilter) -> bool:
    if not wanted.admits(order.status):
        return False
    placed = order.placed_on
    if placed is None:
        return wanted.since is None and wanted.until is None
    return (wanted.since is None or placed >= wanted.since) and (
        wanted.until is None or placed < wanted.until
    )


def _place(sale: Sale) -> tuple[str, str, str]:
    return sale.placed, sale.created, sale.order.order_number


def changes_in(rows: Sequence[Row], number: int) -> Iterator[Change]:
    column = ("name", "against_sales_order", "sales_order")[number]
    gathered: dict[str, tuple[str, dict[str, None]]] = {}
    for row in rows:
        name, modified = name_of(row), fields.text(row, "modified", longest=40)
        if name is None or modified is None:
            continue
        _, orders = gathered.setdefault(name, (modified, {}))
        if (order := name_of(row, column)) is not None:
            orders[order] = None
    for name, (modified, orders) in gathered.items():
        yield Change(modified, number, name, tuple(orders))


def _settled(part: Sequence[Row]) -> Sequence[Row]:
    """The rows of parents that came whole; the last one of a full answer may have more."""
    last = part[-1].get("name")
    return [row for row in part if row.get("name") != last] or part


def _on_site(moment: datetime, read: Read) -> str:
    return moment.astimezone(read.zone).strftime("%Y-%m-%d %H:%M:%S.%f")


def changed_at(change: Change, read: Read) -> datetime:
    """When it was modified; of a time that the clock shows twice, the later."""
    moment = fields.moment({"at": change.modified}, "at", read.zone)
    if moment is None:
        return datetime.min.replace(tzinfo=UTC)
    local = moment.astimezone(read.zone).replace(tzinfo=None)
    return local.replace(tzinfo=read.zone, fold=1).astimezone(UTC)


def _words(position: list[str | int] | None, count: int) -> tuple[str, ...] | None:
    if position is None or len(position) != count:
        return None
    return tuple(str(part) for part in position)


def _change_position(position: list[str | int] | None) -> tuple[str, int, str] | None:
    match position:
        case [str(modified), int(stream), str(name)]:
            return modified, stream, name
    return None

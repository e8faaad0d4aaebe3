"""Lists of a company's orders: newest first, and by what changed; pages that stay put between calls.

A page ends at an order, and the next one asks for what comes after it: counting rows would show one
twice when a new order arrives in between.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import structlog

from bot.erp import fields
from bot.erp.errors import ErpBadAnswer
from bot.erp.protocol import OrderFilter
from bot.erp.tryton import domains, parsing, values
from bot.erp.tryton.connection import Connected
from bot.erp.tryton.reading import Reader
from bot.erp.tryton.schema import CHANGE_FIELDS, SALE
from bot.orders import Order

_PAGE_MAX = 100
_ROUNDS_MAX = 20
_CHANGED_MAX = 500
_CHANGED_ROUNDS_MAX = 20
_BY_ID = (("id", "ASC"),)

Place = tuple[str, int]
"""Where a page ended: at an order's day or the moment of a change, in ISO 8601, and the order's id.

Places of changes sort as the changes do; an order without a day has an empty one.
"""


def place_of(sealed: Sequence[str | int] | None) -> Place | None:
    """The place that a cursor kept."""
    return None if sealed is None else (str(sealed[0]), int(sealed[1]))


async def newest(
    reader: Reader,
    parties: Sequence[int],
    wanted: OrderFilter,
    read: parsing.Read,
    after: Place | None,
    limit: int,
) -> tuple[tuple[Order, ...], Place | None]:
    """A page of orders by order date and id, newest first, and where it ended if there is more.

    A status is ours, not Tryton's, so sales of other statuses are passed over here; after 20 searches the
    page ends as it is.
    """
    limit = max(1, min(limit, _PAGE_MAX))
    connected = await reader.connection.open()
    clauses = domains.listed(wanted, read.zone)
    shown: list[Order] = []
    for _ in range(_ROUNDS_MAX):
        further = [domains.after(*_day_and_id(after))] if after else []
        rows = await reader.sales(connected, reader.of(parties, *clauses, *further), limit=limit + 1)
        used = 0
        for record in rows[:limit]:
            if len(shown) == limit:
                break
            used += 1
            after = _place(record)
            order = parsing.order(record, read)
            if order is not None and wanted.admits(order.status):
                shown.append(order)
        if used == len(rows):
            return tuple(shown), None
        if len(shown) == limit:
            break
    return tuple(shown), after


async def changed(
    reader: Reader,
    parties: Sequence[int],
    since: datetime,
    read: parsing.Read,
    after: Place | None,
    limit: int,
) -> tuple[tuple[Order, ...], Place | None]:
    """Orders changed at or after `since`, the oldest change first, and where the page ended if there is more.

    Two searches: which orders changed and when, then the part that is asked for.
    """
    connected = await reader.connection.open()
    moments = await _moments(reader, connected, parties, since, read.erp)
    rest = [change for change in moments if after is None or _place_of_change(change) > after]
    part = rest[: max(1, min(limit, _PAGE_MAX))]
    if not part:
        return (), None
    scoped = reader.of(parties, ["id", "in", [key for _, key in part]])
    rows = await reader.sales(connected, scoped, limit=len(part))
    orders = {fields.whole(record, "id"): parsing.order(record, read) for record in rows}
    told = tuple(
        replace(order, changed_at=moment) for moment, key in part if (order := orders.get(key)) is not None
    )
    return told, _place_of_change(part[-1]) if len(part) < len(rest) else None


async def _moments(
    reader: Reader, connected: Connected, parties: Sequence[int], since: datetime, erp: str
) -> list[tuple[datetime, int]]:
    """When each order changed last, of those that did; the oldest change first."""
    scoped = reader.of(parties, domains.changed_since(since, connected.schema))
    wanted = connected.schema.only(CHANGE_FIELDS)
    found: dict[int, datetime] = {}
    last = 0
    for _ in range(_CHANGED_ROUNDS_MAX):
        domain = domains.both(scoped, ["id", ">", last])
        rows = await connected.dialect.search(SALE, domain, wanted, limit=_CHANGED_MAX, order=_BY_ID)
        for record in rows:
            key, moment = fields.whole(record, "id"), parsing.changed_at(record)
            if key is not None and moment is not None and moment >= since:
                found[key] = moment
        keys = [key for record in rows if (key := fields.whole(record, "id")) is not None]
        if len(rows) < _CHANGED_MAX or not keys:
            break
        last = max(keys)
    else:
        log = structlog.get_logger()
        log.warning("changes_cut", erp=erp, reason="too_many_changes")
    return sorted((moment, key) for key, moment in found.items())


def _place_of_change(change: tuple[datetime, int]) -> Place:
    moment, key = change
    return moment.astimezone(UTC).isoformat(timespec="microseconds"), key


def _place(record: values.Record) -> Place:
    key, day = fields.whole(record, "id"), values.day(record, "sale_date")
    if key is None:
        raise ErpBadAnswer("a record without an id")
    return day.isoformat() if day else "", key


def _day_and_id(place: Place) -> tuple[date | None, int]:
    day, key = place
    return date.fromisoformat(day) if day else None, key

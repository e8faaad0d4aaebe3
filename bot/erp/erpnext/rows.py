"""Rows of list queries: how they are to be read, and which of them are one document.

A parent comes once for each child row: rows are gathered by name, children kept once.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.erp import fields
from bot.erp.erpnext.frappe import Row

NAME_MAX = 140
"""What Frappe allows a document's name and the other data fields."""


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


def name_of(row: Row, field: str = "name") -> str | None:
    """A document's name, exactly as the site keeps it; None when it is not one we could ask for again."""
    value = row.get(field)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= NAME_MAX or fields.plain(value) != value:
        return None
    return value


def by_name(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each document, in the query's order; rows without a name are left out."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        name = name_of(row)
        if name is not None:
            found.setdefault(name, []).append(row)
    return found


def children(group: Sequence[Row]) -> list[tuple[int, Row]]:
    """The child rows, each once, as numbered; a parent without any has one row of nothing."""
    found: dict[int, Row] = {}
    for row in group:
        place = fields.whole(row, "idx")
        if place is not None:
            found.setdefault(place, row)
    return sorted(found.items())

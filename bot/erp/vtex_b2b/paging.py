"""Pages over a contract that has none: periods asked for backwards, and cursors that bind them.

The list is cut into windows that reach back from an anchor, the moment the first page was asked.
A cursor keeps the anchor and the last order shown, so that pages stay put while new orders arrive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.erp.protocol import OrderFilter
from bot.orders import Order

# Most lists are short and recent: ask for little first.
_WINDOW_DAYS = (30, 90, 365)
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_NEWEST = datetime(2199, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Window:
    """A period, from `start` up to and without `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Position:
    """The last order of a page, within the list as it stood at `anchor`."""

    anchor: datetime
    placed: datetime
    number: str


def windows(wanted: OrderFilter, anchor: datetime, horizon_days: int) -> list[Window]:
    """The periods to ask for, newest first; one alone when the person said where it starts."""
    end = min(anchor, _NEWEST)
    if wanted.since is not None:
        start = max(wanted.since, _OLDEST)
        return [Window(start, end)] if start < end else []
    cut = []
    for days in (*(d for d in _WINDOW_DAYS if d < horizon_days), horizon_days):
        start = max(anchor - timedelta(days=days), _OLDEST)
        if start < end:
            cut.append(Window(start, end))
        end = start
    return cut


def placed_within(order: Order, window: Window) -> datetime | None:
    """When the order counts as placed, or None when it belongs to another window.

    Windows are asked for with a day to spare, so the ERP returns neighbours too. An order without
    a date counts as the oldest of the window it came with.
    """
    if order.placed_on is None:
        return window.start
    return order.placed_on if window.start <= order.placed_on < window.end else None


def rank(placed: datetime, number: str) -> tuple[datetime, int, str]:
    """Sorts orders; the number breaks ties, "999" before "1000"."""
    return placed, len(number), number


def told(position: Position) -> list[str | int]:
    """The position as a cursor keeps it."""
    return [position.anchor.isoformat(), position.placed.isoformat(), position.number]


def read(told: Sequence[str | int]) -> Position:
    """The position a cursor kept."""
    anchor, placed, number = (str(part) for part in told)
    return Position(datetime.fromisoformat(anchor), datetime.fromisoformat(placed), number)

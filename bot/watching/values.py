"""What a watch is: an order or a list, whose, and what is being said of it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.chat.people import ChatUser, Conversation
from bot.chat.unasked import Fired
from bot.keys import Sealed
from bot.orders import Order, OrderEvent
from bot.watching.changes import Seen


class TooManyWatches(Exception):
    """This person watches as much as one person may."""


@dataclass(frozen=True)
class Watched:
    """An order, as a watch names it."""

    erp: str
    company_key: str
    number: str
    reference: str = ""
    """The customer's own reference: what the person is told it by."""

    @classmethod
    def of(cls, order: Order) -> "Watched":
        return cls(order.erp, order.company_key or "", order.order_number, order.customer_reference or "")


@dataclass(frozen=True)
class Digest:
    """A list told at set hours: `open`, `late` or `backordered`; every day where no weekday is named."""

    listed: str
    weekday: int | None
    at: time
    time_zone: str

    def next_after(self, moment: datetime) -> datetime:
        """The next time it is due, aware UTC; summer time is the zone's own business."""
        zone = ZoneInfo(self.time_zone)
        day = moment.astimezone(zone).date()
        for _ in range(9):
            due = datetime.combine(day, self.at, zone)
            if due > moment and self.weekday in (None, day.weekday()):
                return due.astimezone(moment.tzinfo)
            day += timedelta(days=1)
        raise ValueError(f"no such weekday: {self.weekday}")


@dataclass(frozen=True, kw_only=True)
class LiveWatch:
    """A watch that has not ended."""

    id: int
    user: ChatUser
    company_id: int
    place: Conversation | None = None
    """The channel or group it is told in, for everybody there; None for the person's direct chat."""
    order: Watched | None = None
    events: frozenset[OrderEvent] = frozenset()
    digest: Digest | None = None
    seen: Seen | None = None
    time_zone: str = "UTC"
    due_at: datetime | None = None
    outbox: "Outgoing | None" = None
    started_at: datetime
    was: tuple[Sealed | None, Sealed | None] = (None, None)
    """`seen` and `outbox` as they stood when this was read: what is written rests on nobody having
    written meanwhile. Sealed anew, a text never looks the same twice."""


@dataclass(frozen=True)
class Outgoing:
    """What is being said of a watch; the same id is said once."""

    id: str
    fired: Fired

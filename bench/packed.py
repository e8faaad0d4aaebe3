"""Order numbers in memory, in arrays: what looking them up costs without any database.

About 45 bytes an order. The product does not hold them so: a database answers as many processes as there
are, after any restart, and nobody's numbers lie readable in memory.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from bot.numbers.matching import (
    exact_texts,
    kept_under,
    near_texts,
    nearest,
    same_number,
    typed,
)
from bot.numbers.values import Known, Near
from bot.orders import Reference


class Packed:
    """The numbers of one company's orders. Build it once; it does not change."""

    def __init__(self, orders: Sequence[Known], now: datetime) -> None:
        self._now = now
        pairs = sorted(
            (hash(text), place)
            for place, known in enumerate(orders)
            for _, number in known.numbers()
            for text in kept_under(number)
        )
        self._marks = array("q", (mark for mark, _ in pairs))
        self._places = array("I", (place for _, place in pairs))
        self._text = "".join(known.order_number for known in orders).encode("ascii")
        self._ends = array("I")
        end = 0
        for known in orders:
            end += len(known.order_number)
            self._ends.append(end)
        self._placed = array("I", (int(known.placed_on.timestamp()) for known in orders if known.placed_on))
        self._open = bytearray(known.is_open for known in orders)

    @property
    def size(self) -> int:
        """Bytes held."""
        arrays = (self._marks, self._places, self._ends, self._placed)
        return sum(one.itemsize * len(one) for one in arrays) + len(self._text) + len(self._open)

    def look_up(self, reference: Reference) -> Near:
        """As `Numbers.look_up`."""
        asked = typed(reference)
        exact = {place for text in exact_texts(asked) for place in self._under(text)}
        same = same_number(asked, map(self._opened, exact), self._now)
        if same:
            return Near(same=same)
        mistakes = {
            place: mistake
            for text, mistake in sorted(near_texts(asked).items(), key=lambda one: -one[1])
            for place in self._under(text)
        }
        found = ((mistake, self._closed(place)) for place, mistake in mistakes.items())
        return Near(nearest=nearest(asked, found, lambda order: self._opened(order.place), self._now))

    def _under(self, text: str) -> Iterator[int]:
        mark = hash(text)
        place = bisect_left(self._marks, mark)
        while place < len(self._marks) and self._marks[place] == mark:
            yield self._places[place]
            place += 1

    def _closed(self, place: int) -> "Place":
        return Place(place, datetime.fromtimestamp(self._placed[place], UTC), bool(self._open[place]))

    def _opened(self, place: int) -> Known:
        return Known(
            erp="erp",
            company_key="1",
            order_number=self._text[self._ends[place - 1] if place else 0 : self._ends[place]].decode(),
            placed_on=datetime.fromtimestamp(self._placed[place], UTC),
            is_open=bool(self._open[place]),
        )


class Place(NamedTuple):
    """Where an order lies, and what it is ranked by."""

    place: int
    placed_on: datetime
    is_open: bool

"""Which orders a typed number means, and which come near it; pure.

Every number is kept under a few texts, and a typed one asks for a few: those it may be exactly, then
those one mistake away. What is kept under them decides nothing yet: each order found is compared anew.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar

from rapidfuzz.distance import OSA

from bot.numbers.forms import (
    INVOICE_HEADS,
    ORDER_HEADS,
    Reading,
    has_letter,
    heads_agree,
    segments,
    stored_readings,
    typed_readings,
)
from bot.numbers.neighbours import LONGEST_TAIL, Mistake, in_place_of, neighbours, without_one
from bot.numbers.values import Known
from bot.orders import Reference, ReferenceKind

OFFERED = 5
_MOST_OPENED = 32
"""Of the orders found: a number that hundreds of orders may mean is looked for no longer."""
FARTHEST = 2
"""The largest distance offered: one mistake in the digits, and one before them."""
_ENOUGH = 3
"""Digits a number must have before others are like it; two will do after a prefix."""
_AGES = (timedelta(days=7), timedelta(days=30), timedelta(days=90), timedelta(days=365), timedelta(days=730))


class Nearness(NamedTuple):
    """How far an order is from what was typed; smaller is likelier."""

    distance: int
    mistake: Mistake


@dataclass(frozen=True)
class Typed:
    """A number somebody typed, with all it may be read as."""

    parts: tuple[str, ...]
    readings: tuple[Reading, ...]
    kind: ReferenceKind
    slips: Mapping[Reading, Mapping[str, Mistake]]
    """By reading: numbers one mistake away, without leading zeros."""


_Rank = tuple[Nearness, int, bool, float]
_Row = TypeVar("_Row", bound="Closed")


def typed(reference: Reference) -> Typed:
    """Read what somebody typed; nothing is like a text that is no number."""
    parts = segments(reference.value)
    readings = typed_readings(parts)
    return Typed(parts, readings, reference.kind, _slips(readings))


def kept_under(number: str) -> frozenset[str]:
    """The texts a number of an order is kept under."""
    found: set[str] = set()
    for reading in stored_readings(segments(number)):
        found.add(_text(reading.head, reading))
        if has_letter(reading.head):
            found.add(_text("", reading))
        if not reading.is_digits and len(reading.number) <= LONGEST_TAIL:
            found.update(f"~{rest}" for rest in without_one(reading.number))
    return frozenset(found)


def exact_texts(asked: Typed) -> frozenset[str]:
    """The texts under which the very number is kept, however it is spelt."""
    return frozenset(
        text for reading in asked.readings for text in (_text(reading.head, reading), _text("", reading))
    )


def near_texts(asked: Typed) -> Mapping[str, Mistake]:
    """The texts under which numbers one mistake away are kept, each with the likeliest mistake."""
    found: dict[str, Mistake] = {}
    for reading, slips in asked.slips.items():
        # What is kept without its head has a letter in it.
        start = f"{reading.head}/" if reading.head.isdigit() else "/"
        texts = {start + number: mistake for number, mistake in slips.items()}
        found = _likelier(found, texts) if found else texts
        letters = [f"/{reading.number}", *(f"~{rest}" for rest in without_one(reading.number))]
        found = {**dict.fromkeys(letters, Mistake.OTHER_LETTER), **found}
    return found


def sameness(asked: Typed, known: Known) -> int | None:
    """How plainly an order has the very number typed; the smaller the plainer, None when it has not.

    0 as typed but for case, width and separators; 1 but for leading zeros; 2 with what stands before the
    number, or a short suffix, left out or added; 3 with letters read for digits.
    """
    return min(
        (
            tier
            for kind, number in known.numbers()
            if _may_be(asked, kind, number) and (tier := _tier(asked, segments(number))) is not None
        ),
        default=None,
    )


def same_number(asked: Typed, orders: Iterable[Known], now: datetime) -> tuple[Known, ...]:
    """The orders that have the number typed, by the plainest way in which any has; the likeliest first."""
    tiers = [(tier, known) for known in orders if (tier := sameness(asked, known)) is not None]
    plainest = min((tier for tier, _ in tiers), default=0)
    same = [known for tier, known in tiers if tier == plainest]
    return tuple(
        sorted(same, key=lambda known: (*recency(known.placed_on, known.is_open, now), known.identity))
    )


def nearness(asked: Typed, known: Known) -> Nearness | None:
    """How near an order's nearest number is; None when none is near."""
    return min(
        (
            found
            for kind, number in known.numbers()
            if _may_be(asked, kind, number)
            for stored in stored_readings(segments(number))
            for reading, slips in asked.slips.items()
            if (found := _near(reading, slips, stored)) is not None
        ),
        default=None,
    )


class Closed(Protocol):
    """An order that was found and not opened: what is known of it without its numbers."""

    @property
    def placed_on(self) -> datetime | None:
        """When it was placed."""

    @property
    def is_open(self) -> bool:
        """Whether the customer still waits for it."""


def nearest(
    asked: Typed,
    found: Iterable[tuple[Mistake, _Row]],
    opened: Callable[[_Row], Known | None],
    now: datetime,
) -> tuple[Known, ...]:
    """The likeliest of the orders that were found, each by the likeliest mistake that may lead to it.

    They are opened in the order in which they come if it was that mistake, until five are known that none
    of the others can come before: to open an order takes longer than to find it. Whether an order has a
    number like the one typed, and how like, is decided when it is open; no order is likelier than it
    seemed: the very number, at no distance, is found by `exact_texts`.
    """
    seeming = sorted(
        ((Nearness(1, mistake), *recency(row.placed_on, row.is_open, now)), place, row)
        for place, (mistake, row) in enumerate(found)
    )
    like: list[tuple[Nearness, Known]] = []
    ranks: list[_Rank] = []
    for rank, _, row in seeming[:_MOST_OPENED]:
        if len(ranks) >= OFFERED and ranks[OFFERED - 1] < rank:
            break
        known = opened(row)
        near = nearness(asked, known) if known else None
        if known and near:
            like.append((near, known))
            insort(ranks, (near, *rank[1:]))
    return likeliest(like, now)


def likeliest(found: Iterable[tuple[Nearness, Known]], now: datetime) -> tuple[Known, ...]:
    """At most five, each order once: by distance, mistake, age; open before closed, newer before older."""
    ranked = sorted(
        found,
        key=lambda one: (
            one[0],
            *recency(one[1].placed_on, one[1].is_open, now),
            one[1].identity,  # so that databases agree
        ),
    )
    each = {known.identity: known for _, known in reversed(ranked)}
    return tuple(each[one] for one in dict.fromkeys(known.identity for _, known in ranked))[:OFFERED]


def recency(placed_on: datetime | None, is_open: bool, now: datetime) -> tuple[int, bool, float]:
    """For sorting: an order of last week is likelier meant than one of years ago."""
    if placed_on is None:
        return len(_AGES), not is_open, 0.0
    return bisect_left(_AGES, now - placed_on), not is_open, -placed_on.timestamp()


def _may_be(asked: Typed, kind: ReferenceKind, number: str) -> bool:
    """Whether a number of this kind can be meant: "NF 4712" is no order, unless one is written so."""
    if asked.kind not in (ReferenceKind.ANY, kind):
        return False
    heads = {reading.head for reading in asked.readings if not reading.guessed}
    other = heads & (ORDER_HEADS if kind is ReferenceKind.INVOICE_NUMBER else INVOICE_HEADS)
    return not other or "".join(segments(number)).startswith(tuple(other))


def _slips(readings: Sequence[Reading]) -> Mapping[Reading, Mapping[str, Mistake]]:
    """Of guesses only the first is followed."""
    guesses = [one for one in readings if one.guessed]
    found: dict[Reading, Mapping[str, Mistake]] = {}
    for reading in (one for one in readings if one not in guesses[1:]):
        digits = sum(char.isdigit() for char in reading.tail)
        if digits < (_ENOUGH - 1 if reading.head else _ENOUGH) or len(reading.tail) > LONGEST_TAIL:
            continue
        slips: dict[str, Mistake] = {}
        for number, mistake in _one_away(reading).items():  # the likeliest mistakes first
            slips.setdefault(number.lstrip("0") or "0", mistake)
        slips.pop(reading.number, None)
        found[reading] = slips
    return found


def _one_away(reading: Reading) -> Mapping[str, Mistake]:
    if reading.is_digits:
        return neighbours(reading.tail)
    letters = [place for place, char in enumerate(reading.tail) if not char.isdigit()]
    return in_place_of(reading.tail, letters[0]) if len(letters) == 1 else {}


def _tier(asked: Typed, parts: tuple[str, ...]) -> int | None:
    if parts and "".join(parts) == "".join(asked.parts):
        return 0
    return min(
        (
            3 if reading.guessed else 1 if reading.head == stored.head and not stored.cut else 2
            for stored in stored_readings(parts)
            for reading in asked.readings
            if reading.number == stored.number and heads_agree(reading.head, stored.head)
        ),
        default=None,
    )


def _near(reading: Reading, slips: Mapping[str, Mistake], stored: Reading) -> Nearness | None:
    mistake: Mistake | None = Mistake.NONE
    if reading.number != stored.number:
        mistake = slips.get(stored.number)
        if mistake is None and not stored.is_digits:
            near = OSA.distance(reading.number, stored.number, score_cutoff=1) <= 1
            mistake = Mistake.OTHER_LETTER if near else None
    if mistake is None:
        return None
    distance = int(mistake is not Mistake.NONE)
    if not heads_agree(reading.head, stored.head):
        distance += OSA.distance(reading.head, stored.head, score_cutoff=FARTHEST)
        mistake = Mistake.OTHER_LETTER
    return Nearness(distance, mistake) if distance <= FARTHEST else None


def _text(head: str, reading: Reading) -> str:
    return f"{head}{'/' if reading.is_digits else '~'}{reading.number}"


def _likelier(some: Mapping[str, Mistake], others: Mapping[str, Mistake]) -> dict[str, Mistake]:
    """All texts of both, each with the likelier of its mistakes."""
    return {**some, **{text: min(mistake, some.get(text, mistake)) for text, mistake in others.items()}}

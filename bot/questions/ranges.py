"""Ranges of order numbers: "4711 to 4715"."""

import re
from collections.abc import Sequence, Set

from bot.questions.labels import NUMBER_WORDS, ORDER, ORDERS, PREFIXES
from bot.questions.tokens import Token

MOST_REFERENCES = 20
"""Numbers read from one message."""

_TO = frozenset(
    {"to", "through", "thru", "until", "till", "ate", "ao", "al", "hasta", "a", "-", "and", "y", "e"}
)
_ONLY_BETWEEN = frozenset({"and", "y", "e"})
_BETWEEN = frozenset({"between", "entre"})
_LOOSE_RANGE = re.compile(r"([A-Za-z]{0,5}[-#]?)(\d{2,12})")
_TIGHT_RANGE = re.compile(r"(\d{3,12})[-.]{1,3}(\d{3,12})")


def range_at(tokens: Sequence[Token], place: int, used: int, taken: Set[int]) -> tuple[tuple[str, ...], int]:
    """ "4711 to 4715", "4711-4715": the numbers in it, and how many more tokens it took.

    One that is too long to be meant as a list of orders is its two ends.
    """
    tight = _TIGHT_RANGE.fullmatch(tokens[place].typed)
    if (
        used == 1
        and tight
        and len(tight[1]) == len(tight[2])
        and 0 < int(tight[2]) - int(tight[1]) < MOST_REFERENCES
    ):
        return _filled("", tight[1], tight[2]), 0
    end = place + used
    if used > 1 or end + 1 >= len(tokens) or tokens[end].word not in _TO or tokens[place].stops:
        return (), 0
    at = end + 1
    while (
        at < len(tokens) - 1
        and at - end < 4
        and not tokens[at].has_digit
        and (tokens[at].word in NUMBER_WORDS | ORDER | ORDERS | PREFIXES | {"o", "el", "the"})
    ):
        at += 1
    first, last = _LOOSE_RANGE.fullmatch(tokens[place].typed), _LOOSE_RANGE.fullmatch(tokens[at].typed)
    before = {tokens[near].word for near in range(max(0, place - 3), place)}
    if not first or not last or at in taken or (tokens[end].word in _ONLY_BETWEEN and not before & _BETWEEN):
        return (), 0
    if last[1] not in ("", first[1]) or len(first[2]) != len(last[2]) or int(last[2]) <= int(first[2]):
        return (), 0
    return _filled(first[1], first[2], last[2]), at - place - used + 1


def _filled(prefix: str, first: str, last: str) -> tuple[str, ...]:
    if int(last) - int(first) >= MOST_REFERENCES:
        return prefix + first, prefix + last
    return tuple(f"{prefix}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1))

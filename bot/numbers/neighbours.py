"""Every number one mistake away from what was typed, and which mistake that would be.

The distance is optimal string alignment: a digit dropped, added, changed, or two neighbours swapped.
Of digits there are ten, so all of them can be named: about 170 for seven digits. Looking those up is
less work than any search, and needs nothing stored but the numbers themselves. Letters are too many for
that: numbers that do not end in digits are found by what is left of them without one character.
"""

from enum import IntEnum

_DIGITS = "0123456789"
LONGEST_TAIL = 24
"""Digits; of a longer one no neighbours are made."""


class Mistake(IntEnum):
    """What went wrong between what was meant and what was typed; the likelier the smaller.

    Likelier for the one number it leads to: a swap, a repetition or a digit left out can happen in one way
    a place, a key beside in three, any digit in ten. So five swaps come before fifty other digits.
    """

    NONE = 0
    SWAPPED = 1
    """Two neighbours in the wrong order."""
    REPEATED = 2
    """A digit twice that stands there once, or once that stands there twice."""
    LEFT_OUT = 3
    NEXT_KEY = 4
    """The key beside it, on the number pad or in the top row."""
    ADDED = 5
    OTHER_DIGIT = 6
    OTHER_LETTER = 7
    """In a number with letters, or before the digits."""


_OF_DIGITS = (
    Mistake.SWAPPED,
    Mistake.REPEATED,
    Mistake.LEFT_OUT,
    Mistake.NEXT_KEY,
    Mistake.ADDED,
    Mistake.OTHER_DIGIT,
)
"""Looked up once: to read a member of an enum takes ten times as long as to note a neighbour."""


def neighbours(typed: str) -> dict[str, Mistake]:
    """What may have been meant by these digits, each with the likeliest mistake; without the same again.

    The likeliest mistakes first. Zeros in front are kept: "04" and "4" are two neighbours of "40".
    Empty for more than `LONGEST_TAIL`.
    """
    if len(typed) > LONGEST_TAIL:
        return {}
    found: dict[str, Mistake] = {}
    note = found.setdefault
    places = [(typed[:place], digit, typed[place + 1 :]) for place, digit in enumerate(typed)]
    swapped, repeated, left_out, next_key, added, other_digit = _OF_DIGITS
    for before, digit, after in places:
        if after and after[0] != digit:
            note(before + after[0] + digit + after[1:], swapped)
    for before, digit, after in places:
        note(before + digit + digit + after, repeated)
        if digit in (before[-1:], after[:1]):
            note(before + after, repeated)
    for place in range(len(typed) + 1):
        before, after = typed[:place], typed[place:]
        for other in _DIGITS:
            note(before + other + after, left_out)
    for before, digit, after in places:
        for other in _BESIDE[digit]:
            note(before + other + after, next_key)
    for before, _, after in places:
        note(before + after, added)
    for before, _, after in places:
        for other in _DIGITS:
            note(before + other + after, other_digit)
    found.pop(typed, None)
    found.pop("", None)
    return found


def without_one(word: str) -> frozenset[str]:
    """A word, and what is left of it without each of its characters.

    Two words one mistake apart have one of these in common; so have some that are two apart.
    """
    return frozenset({word, *(word[:place] + word[place + 1 :] for place in range(len(word)))})


def in_place_of(digits: str, place: int) -> dict[str, Mistake]:
    """What may have been meant where the character at a place is no digit: none, or another.

    The likeliest mistakes first.
    """
    before, after = digits[:place], digits[place + 1 :]
    found = dict.fromkeys((before + other + after for other in _DIGITS), Mistake.OTHER_DIGIT)
    return {before + after: Mistake.ADDED, **found}


def _beside() -> dict[str, str]:
    """The keys beside each digit: left and right in the top row, and all four ways on the pad."""
    top = "1234567890"
    pads = (("789", "456", "123", "00."), ("123", "456", "789", " 0 "))
    found: dict[str, set[str]] = {digit: set() for digit in _DIGITS}
    for rows in (*pads, (top,)):
        for row, keys in enumerate(rows):
            for column, key in enumerate(keys):
                right = keys[column + 1 : column + 2]
                below = rows[row + 1][column] if row + 1 < len(rows) else ""
                for other in (right, below):
                    if key in found and other in found and key != other:
                        found[key].add(other)
                        found[other].add(key)
    return {digit: "".join(sorted(others)) for digit, others in found.items()}


_BESIDE = _beside()

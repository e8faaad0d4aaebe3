"""Order numbers as people mistype them, class by class, from a seed."""

from collections.abc import Callable, Mapping
from random import Random

PREFIX, DIGITS = "SO-", 8
_PAD = {
    "1": "024", "2": "0135", "3": "26", "4": "157", "5": "2468", "6": "359", "7": "48", "8": "0579",
    "9": "68", "0": "12",
}  # fmt: skip
_LETTERS = {"0": "O", "1": "Il", "5": "S", "8": "B", "2": "Z"}

Mistype = Callable[[Random, str], str | None]
"""A number's digits, without zeros in front, to what is typed instead; None where that cannot be."""


def written(number: int) -> str:
    """As the ERP writes it: SO-00004711."""
    return f"{PREFIX}{number:0{DIGITS}}"


def _swapped(random: Random, digits: str) -> str | None:
    places = [place for place in range(len(digits) - 1) if digits[place] != digits[place + 1]]
    if not places:
        return None
    place = random.choice(places)
    return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]


def _dropped(random: Random, digits: str) -> str | None:
    place = random.randrange(len(digits))
    return digits[:place] + digits[place + 1 :]


def _doubled(random: Random, digits: str) -> str | None:
    place = random.randrange(len(digits))
    return digits[:place] + digits[place] + digits[place:]


def _next_key(random: Random, digits: str) -> str | None:
    place = random.randrange(len(digits))
    return digits[:place] + random.choice(_PAD[digits[place]]) + digits[place + 1 :]


def _substituted(random: Random, digits: str) -> str | None:
    place = random.randrange(len(digits))
    other = random.choice([digit for digit in "0123456789" if digit != digits[place]])
    return digits[:place] + other + digits[place + 1 :]


def _inserted(random: Random, digits: str) -> str | None:
    place = random.randrange(len(digits) + 1)
    return digits[:place] + random.choice("0123456789") + digits[place:]


def _look_alike(random: Random, digits: str) -> str | None:
    places = [place for place, digit in enumerate(digits) if digit in _LETTERS]
    if not places:
        return None
    chars = list(digits)
    for place in random.sample(places, random.randint(1, len(places))):
        chars[place] = random.choice(_LETTERS[digits[place]])
    return "".join(chars)


def _spelling(random: Random, digits: str) -> str:
    head = random.choice(["", "SO-", "so", "So ", "so#", "SO/", "ＳＯ"])
    spelt = random.choice([digits, digits.zfill(DIGITS), digits.zfill(DIGITS + 2)])
    if random.random() < 0.2:
        spelt = "".join(chr(ord(digit) + 0xFEE0) for digit in spelt)
    return head + spelt


MISTAKES: Mapping[str, Mistype] = {
    "swapped": _swapped,
    "dropped": _dropped,
    "doubled": _doubled,
    "next key": _next_key,
    "substituted": _substituted,
    "inserted": _inserted,
    "look-alike letter": _look_alike,
}
SPELLING = "prefix, zeros, separator"


def mistyped(random: Random, kind: str, number: str) -> str | None:
    """A number as it is typed with one mistake of this kind, in one of the ways it may be written."""
    digits = number.removeprefix(PREFIX).lstrip("0")
    if kind == SPELLING:
        return _spelling(random, digits)
    wrong = MISTAKES[kind](random, digits)
    if wrong is None or wrong == digits:
        return None
    return random.choice([f"SO-{wrong}", f"{PREFIX}{wrong.zfill(DIGITS)}", f"so{wrong}", wrong])

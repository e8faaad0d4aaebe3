"""The readings of a number: what it is once case, width, separators, zeros and look-alikes are aside.

A number is a head and a numeric tail: "SAL-ORD-2026-00042" is `SALORD2026` and `00042`. People leave the
head out or write one of their own, drop zeros, and type or scan letters for digits; the tail stays.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 40
"""Characters; a longer text is no number (`bot.erp.matching`)."""
_NOT_ALNUM = re.compile(r"[^A-Z0-9]+")
_LOOKS_LIKE = str.maketrans("OILSBZ", "011582")
_LIKE_DIGITS = re.compile(r"[0-9OILSBZ]*\Z")
_DIGITS = re.compile(r"[0-9]*\Z")
_LEADING_ZEROS = re.compile(r"^([A-Z]*)0+(?=[0-9])")
_LETTERS = re.compile(r"[A-Z]+")
_MOST_SEGMENTS = 4
_LONGEST_SUFFIX, _CUT_LEAVES = 3, 4
"""Digits of a suffix that may be left out, and of what must be left."""

INVOICE_HEADS = frozenset({"NF", "NFE", "NFS", "NFSE", "INV", "FAT", "FAC", "FT", "FV", "DANFE", "FATURA"})
"""What people write before the number of an invoice."""
ORDER_HEADS = frozenset({"PO", "OC", "SO", "OV", "PV", "PC", "OS", "PED", "REF", "ORD"})
"""What people write before the number of an order, theirs or the supplier's."""
WORDS = frozenset({"PEDIDO", "ORDER", "ORDEN", "ORDEM", "N", "NR", "NO", "NUM", "NUMERO", "NUMBER", "COMPRA"})
"""Plain words that are no part of any number."""
_KNOWN_HEADS = INVOICE_HEADS | ORDER_HEADS


@dataclass(frozen=True)
class Reading:
    """One way to read a number. `head` has neither separators nor zeros before its digits."""

    head: str
    tail: str
    """Digits, zeros kept; with letters among them for a number that does not end in digits ("7782B")."""
    guessed: bool = False
    """Letters were read for digits."""
    cut: bool = False
    """A short suffix was left out: the "-01" of a web shop, the year of "2231/26"."""

    @property
    def number(self) -> str:
        """The tail without leading zeros."""
        return self.tail.lstrip("0") or "0"

    @property
    def is_digits(self) -> bool:
        return self.tail.isdigit()


def segments(text: str) -> tuple[str, ...]:
    """The runs of letters and digits, in capitals; empty for what is no number: too long, or no digit."""
    if len(text) > LONGEST:
        return ()
    plain = unicodedata.normalize("NFKC", text).upper()
    found = tuple(part for part in _NOT_ALNUM.split(plain) if part)
    if sum(map(len, found)) > LONGEST or not any(char.isdigit() for part in found for char in part):
        return ()
    return found


def stored_readings(parts: tuple[str, ...]) -> tuple[Reading, ...]:
    """How a number may be quoted by its tail; the number as it is first."""
    if not parts:
        return ()
    found = _tails(parts, _DIGITS) or _words(parts)
    if len(parts) > 1 and parts[-1].isdigit() and len(parts[-1]) <= _LONGEST_SUFFIX:
        shorter = [one for one in _tails(parts[:-1], _DIGITS) if len(one.tail) >= _CUT_LEAVES]
        found += [Reading(one.head, one.tail, cut=True) for one in shorter]
    return tuple(dict.fromkeys(found))


def typed_readings(parts: tuple[str, ...]) -> tuple[Reading, ...]:
    """How a number that somebody typed may be meant; as written first, guesses last."""
    if not parts:
        return ()
    joined = "".join(parts)
    letters = _LETTERS.match(joined)
    # "SO 1234" is not 501234: what people are known to write before numbers is no digits of one. Of
    # "SO4OO" nobody can tell: whoever writes letters for digits may have begun with it.
    is_head = letters is not None and letters[0] in _KNOWN_HEADS and joined[letters.end() :].isdigit()
    shortest = letters.end() if letters and is_head else 0
    guessed = [one for one in _tails(parts, _LIKE_DIGITS) if len(one.head) >= shortest]
    written = _tails(parts, _DIGITS)
    return tuple(dict.fromkeys([*written, *_words(parts), *guessed]))


def heads_agree(typed: str, stored: str) -> bool:
    """Whether what stands before the tail may be the same: it is, or one of the two was left out.

    Only what has a letter is left out: "1" is not "4711/1". Only what people are known to write before
    numbers is added by them.
    """
    if typed == stored or typed in WORDS:
        return typed == stored or not stored or has_letter(stored)
    if not typed:
        return has_letter(stored)
    return not stored and typed in _KNOWN_HEADS


def has_letter(head: str) -> bool:
    """Whether a head is more than digits."""
    return bool(head) and not head.isdigit()


def _tails(parts: tuple[str, ...], ending: re.Pattern[str]) -> list[Reading]:
    """Readings with the last segment's ending as tail, then with the segments before it joined to it."""
    found: list[Reading] = []
    tail = ""
    for place in range(len(parts) - 1, max(-1, len(parts) - 1 - _MOST_SEGMENTS), -1):
        match = ending.search(parts[place])
        run = match[0] if match else ""
        if not any(char.isdigit() for char in run):
            break
        before = "".join(parts[:place]) + parts[place][: len(parts[place]) - len(run)]
        found += [
            _reading(before + run[:start], run[start:] + tail)
            for start in range(len(run))
            if start == 0 or not run[:start].strip("OILSBZ")
        ]
        tail = run + tail
        if run != parts[place]:
            break
    return found


def _words(parts: tuple[str, ...]) -> list[Reading]:
    """A number with letters among its digits: the letters before it, and all the rest."""
    joined = "".join(parts)
    letters = _LETTERS.match(joined)
    rest = joined[len(letters[0]) :] if letters else joined
    return [] if rest.isdigit() or not rest else [Reading(letters[0] if letters else "", rest)]


def _reading(head: str, tail: str) -> Reading:
    digits = tail.translate(_LOOKS_LIKE)
    return Reading(_LEADING_ZEROS.sub(r"\1", head), digits, guessed=digits != tail)

"""What every date expression becomes, and the little arithmetic they share."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.questions.lexicon import Lexicon
from bot.questions.tokens import Token

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years that orders have; anything else is not a date."""


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included, read from `length` tokens."""

    first: date
    last: date
    length: int
    explicit_day: bool = False
    """A day of the calendar, not "yesterday" nor a stretch."""
    yearless: bool = False
    """The year was not said: the latest one that is not in the future."""


@dataclass(frozen=True)
class Calendar:
    """What dates are read with."""

    today: date
    month_first: bool
    lexicon: Lexicon


def matched(tokens: Sequence[Token], at: int, phrases: Sequence[str]) -> int:
    """How many tokens the first of these phrases takes at a place; 0 for none. Longest come first."""
    if at >= len(tokens):
        return 0
    first = tokens[at].word
    for phrase in phrases:
        if not phrase.startswith(first):
            continue
        parts = phrase.split()
        if [token.word for token in tokens[at : at + len(parts)]] == parts:
            return len(parts)
    return 0


def word_at(tokens: Sequence[Token], at: int) -> str:
    """The word at a place; empty outside of the text."""
    return tokens[at].word if 0 <= at < len(tokens) else ""


def amount_at(tokens: Sequence[Token], at: int, using: Calendar) -> int | None:
    """ "30", "thirty": a number at a place."""
    word = word_at(tokens, at)
    if re.fullmatch(r"\d{1,4}", word):
        return int(word)
    return using.lexicon.counts.get(word)


def in_year(year: int, month: int, day: int) -> date | None:
    """That date, None when there is none; 29 February falls back to the 28th."""
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    longest = calendar.monthrange(year, month)[1]
    if day > longest:
        if (month, day) != (2, 29):
            return None
        day = 28
    return date(year, month, day)


def with_year(span: Span, year: int) -> Span | None:
    """A yearless span in another year."""
    first = in_year(year, span.first.month, span.first.day)
    last = in_year(year + span.last.year - span.first.year, span.last.month, span.last.day)
    return replace(span, first=first, last=last) if first and last else None


def latest(month: int, day: int, today: date) -> date | None:
    """The latest such day that is not in the future."""
    for year in range(today.year, today.year - 8, -1):  # 29 February comes every eight years at worst
        if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
            continue
        found = in_year(year, month, day)
        if found and found <= today:
            return found
    return None

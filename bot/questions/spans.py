"""What every date expression becomes, and the little arithmetic they share."""

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from bot.questions.lexicon import Lexicon
from bot.questions.lexicon.shape import Unit, by_first_word
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
    began: bool = True
    """False where only the end was said."""
    ended: bool = True
    """False where only the beginning was said."""


@dataclass(frozen=True)
class Calendar:
    """What dates are read with."""

    today: date
    month_first: bool
    lexicon: Lexicon
    due: bool = False
    """The text speaks of what is still to come: a date without its year is the nearest one."""

    def yearless(self, month: int, day: int) -> date | None:
        """That day of the year that is meant."""
        past = latest(month, day, self.today)
        if past is None or not self.due:
            return past
        coming = in_year(past.year + 1, month, day)
        return coming if coming and coming - self.today < self.today - past else past


def matched(tokens: Sequence[Token], at: int, phrases: Sequence[str]) -> int:
    """How many tokens the first of these phrases takes at a place; 0 for none. Longest come first."""
    if at >= len(tokens):
        return 0
    for phrase in _by_first_word(tuple(phrases)).get(tokens[at].word, ()):
        length = phrase.count(" ") + 1
        if " ".join(token.word for token in tokens[at : at + length]) == phrase:
            return length
    return 0


_by_first_word = lru_cache(maxsize=64)(by_first_word)


def word_at(tokens: Sequence[Token], at: int) -> str:
    """The word at a place; empty outside of the text."""
    return tokens[at].word if 0 <= at < len(tokens) else ""


def amount_at(tokens: Sequence[Token], at: int, using: Calendar) -> int | None:
    """ "30", "thirty": a number at a place."""
    word = word_at(tokens, at)
    if re.fullmatch(r"\d{1,4}", word):
        return int(word)
    return using.lexicon.counts.get(word)


def year_said(tokens: Sequence[Token], at: int, using: Calendar) -> tuple[int | None, int]:
    """ "2025", "of 2025", "/2025" behind a stretch; and over how many tokens."""
    skip = 1 if word_at(tokens, at) in using.lexicon.of else 0
    said = word_at(tokens, at + skip)
    return (int(said), skip + 1) if re.fullmatch(r"20\d\d", said) else (None, 0)


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


def latest_day(day: int, today: date) -> date:
    """The latest such day of a month that is not in the future."""
    year, month = today.year, today.month
    while True:
        found = in_year(year, month, day)
        if found and found <= today:
            return found
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def calendar_unit(today: date, unit: Unit, offset: int, length: int) -> Span:
    """The week (from Monday), month, quarter, half or year that is `offset` away from today's."""
    if unit in ("day", "hour"):
        day = today + timedelta(days=offset)
        return Span(day, day, length)
    if unit in ("week", "fortnight"):
        weeks = 1 if unit == "week" else 2
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=offset * weeks)
        return Span(monday, monday + timedelta(days=7 * weeks - 1), length)
    return of_months(today.year * 12 + today.month - 1, MONTHS[unit], offset, length)


def of_months(index: int, months: int, offset: int, length: int) -> Span:
    """The stretch of so many whole months that a month (counted from the year 0) lies in."""
    index = index // months * months + offset * months
    first, after = date(index // 12, index % 12 + 1, 1), index + months
    return Span(first, date(after // 12, after % 12 + 1, 1) - timedelta(days=1), length)


MONTHS: Mapping[Unit, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def latest(month: int, day: int, today: date) -> date | None:
    """The latest such day that is not in the future."""
    for year in range(today.year, today.year - 8, -1):  # 29 February comes every eight years at worst
        if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
            continue
        found = in_year(year, month, day)
        if found and found <= today:
            return found
    return None

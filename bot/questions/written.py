"""Days and months as the calendar writes them: "12/05", "1st of June", "June 2026", "in 2025"."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.questions.lexicon import ALL
from bot.questions.lexicon.shape import words
from bot.questions.spans import FIRST_YEAR, Calendar, Span, in_year, word_at
from bot.questions.tokens import Token


def written_at(tokens: Sequence[Token], at: int, using: Calendar, *, prompted: bool) -> Span | None:
    """The span that begins at a token; `prompted` by a preposition, doubtful months and years count."""
    return (
        _day_and_month(tokens, at, using)
        or _numeric(tokens, at, using, prompted=prompted)
        or _month(tokens, at, using, prompted=prompted)
        or _year(tokens, at, using, prompted=prompted)
    )


def numeric_day(word: str, using: Calendar, *, prompted: bool) -> Span | None:
    """A day in digits; which of two is the month depends on the reader, unless one cannot be."""
    iso = _ISO.fullmatch(word)
    if iso:
        return _explicit(in_year(int(iso[1]), int(iso[3]), int(iso[4])))
    full = _FULL.fullmatch(word)
    if full:
        year = int(full[4]) + (2000 if len(full[4]) == 2 else 0)
        for day, month in _day_month(int(full[1]), int(full[3]), using):
            found = in_year(year, month, day)
            if found:
                return _explicit(found)
        return None
    short = _SHORT.fullmatch(word)
    if short and (short[2] == "/" or prompted):
        for day, month in _day_month(int(short[1]), int(short[3]), using):
            found = using.yearless(month, day)
            if found:
                return Span(found, found, 1, explicit_day=True, yearless=True)
    return None


def is_labelled(tokens: Sequence[Token], at: int, *, full: bool) -> bool:
    """Whether what stands before says that this is a number ("PO 12/05"), however like a date it looks."""
    before = word_at(tokens, at - 1) if at else ""
    # In Portuguese "no" is "on the": a number's label only where no whole date follows.
    labels = _LABELS - {"no"} if full else _LABELS | _ORDER
    return tokens[at].hashed or before in labels


def day_number(word: str, using: Calendar) -> int | None:
    """ "1", "1st": a day of a month."""
    found = _ORDINAL.fullmatch(word)
    if found is None or not (found[2] == "" or found[2] in using.lexicon.ordinals):
        return None
    return int(found[1]) if 1 <= int(found[1]) <= 31 else None


_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:t\d{2}(?::?\d{2}){0,2}z?)?")
_FULL = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_SHORT = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[/\-](\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{2})")


def _explicit(day: date | None) -> Span | None:
    return Span(day, day, 1, explicit_day=True) if day else None


def _day_month(first: int, second: int, using: Calendar) -> tuple[tuple[int, int], ...]:
    day_first = ((first, second), (second, first))
    return day_first[::-1] if using.month_first else day_first


def _numeric(tokens: Sequence[Token], at: int, using: Calendar, *, prompted: bool) -> Span | None:
    word = word_at(tokens, at)
    month = _MONTH_YEAR.fullmatch(word) or _YEAR_MONTH.fullmatch(word)
    if month and word_at(tokens, at - 1) in _PLURALS and not tokens[at].hashed:
        year, number = sorted((int(month[1]), int(month[2])), reverse=True)
        return _whole_month(year, number, 1)
    if not tokens[at].has_digit or is_labelled(
        tokens, at, full=bool(_FULL.fullmatch(word) or _ISO.match(word))
    ):
        return None
    day = numeric_day(word, using, prompted=prompted)
    if day is not None:
        return day
    listed = at > 0 and word_at(tokens, at - 1) in _ORDERS
    month = _MONTH_YEAR.fullmatch(word)
    if month:
        return _whole_month(int(month[2]), int(month[1]), 1)
    month = _YEAR_MONTH.fullmatch(word)
    if month and (prompted or listed):
        return _whole_month(int(month[1]), int(month[2]), 1)
    return None


_LABELS = frozenset().union(
    *(lexicon.prefixes | lexicon.invoice_prefixes | {"#", "number", "numero", "no", "nro"} for lexicon in ALL)
)
_ORDER = frozenset().union(*(lexicon.order | lexicon.invoices for lexicon in ALL))
_ORDERS = frozenset().union(*(lexicon.orders for lexicon in ALL))
_PLURALS = _ORDERS | words("invoices bills notas faturas facturas boletos xmls danfes nfs")
_NOUNS = _ORDERS.union(*(lexicon.documents for lexicon in ALL))


_ORDINAL = re.compile(r"(\d{1,2})([a-z]{0,2})")
_DAYS = re.compile(r"(\d{1,2})-(\d{1,2})")


def _day_and_month(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "1 June", "1st of June 2026", "June 1", "1-15 June"."""
    months, of = using.lexicon.months, using.lexicon.of
    if word_at(tokens, at) in months:
        month, next_at = months[word_at(tokens, at)], at + 1
        days = _days(word_at(tokens, next_at), using)
        if days is None:
            return None
        length = 2
    else:
        days = _days(word_at(tokens, at), using)
        next_at = at + 1 + (1 if word_at(tokens, at + 1) in of else 0)
        found_month = months.get(word_at(tokens, next_at))
        if days is None or found_month is None:
            return None
        month, length = found_month, next_at - at + 1
    year, year_length = _year_after(tokens, at + length, using)
    length += year_length
    if year is not None:
        first, last = in_year(year, month, days[0]), in_year(year, month, days[1])
    else:
        first = using.yearless(month, days[0])
        last = in_year(first.year, month, days[1]) if first else None
    if first is None or last is None or first > last:
        return None
    return Span(first, last, length, explicit_day=days[0] == days[1], yearless=year is None)


def _days(word: str, using: Calendar) -> tuple[int, int] | None:
    both = _DAYS.fullmatch(word)
    if both and 1 <= int(both[1]) <= int(both[2]) <= 31:
        return int(both[1]), int(both[2])
    day = day_number(word, using)
    return None if day is None else (day, day)


def _year_after(tokens: Sequence[Token], at: int, using: Calendar) -> tuple[int | None, int]:
    skip = 1 if word_at(tokens, at) in using.lexicon.of else 0
    word = word_at(tokens, at + skip).replace("'", "")
    if re.fullmatch(r"\d{4}", word) and FIRST_YEAR <= int(word) <= using.today.year + 1:
        return int(word), skip + 1
    return None, 0


_ATTACHED_MONTH = re.compile(r"([a-z]{3,10})[/\-](\d{4}|\d{2})")


def _month(tokens: Sequence[Token], at: int, using: Calendar, *, prompted: bool) -> Span | None:
    word = word_at(tokens, at)
    attached = _ATTACHED_MONTH.fullmatch(word)
    if attached and attached[1] in using.lexicon.months:
        year = int(attached[2]) + (2000 if len(attached[2]) == 2 else 0)
        return _whole_month(year, using.lexicon.months[attached[1]], 1)
    skip = 1 if word in using.lexicon.previous | using.lexicon.this else 0
    name = word_at(tokens, at + skip)
    month = using.lexicon.months.get(name)
    if month is None:
        return None
    said_year, length = _year_after(tokens, at + skip + 1, using)
    if said_year is not None:
        return _whole_month(said_year, month, 1 + skip + length)
    noun = word_at(tokens, at + skip + 1) in _NOUNS or word_at(tokens, at + skip - 1) in _ORDERS
    if name in using.lexicon.doubtful_dates and not (prompted or skip or noun):
        return None
    length = 1 + skip
    if word_at(tokens, at + length) in using.lexicon.previous_after:
        length += 1
    first = using.yearless(month, 1)
    found = _whole_month(first.year, month, length) if first else None
    return replace(found, yearless=True) if found else None


def _whole_month(year: int, month: int, length: int) -> Span | None:
    first = in_year(year, month, 1)
    if first is None:
        return None
    return Span(first, date(year, month, calendar.monthrange(year, month)[1]), length)


def _year(tokens: Sequence[Token], at: int, using: Calendar, *, prompted: bool) -> Span | None:
    word = word_at(tokens, at)
    if not re.fullmatch(r"\d{4}", word) or is_labelled(tokens, at, full=False):
        return None
    year = int(word)
    before = [token.word for token in tokens[max(0, at - 2) : at]]
    # "the invoice of 2026" may well be order 2026; "in 2026" and "orders of 2026" may not.
    clear = bool(before) and (before[-1] not in _VAGUE or before[0] in _ORDERS)
    if prompted and clear and using.today.year - 10 <= year <= using.today.year:
        return Span(date(year, 1, 1), date(year, 12, 31), 1)
    return None


_VAGUE = frozenset(["of", "for", "on", "by", "at", "with", "to", "de", "do", "da", "del", "para"])

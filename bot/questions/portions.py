"""Portions of the calendar: "week 28", "the first week of June", "last weekend", "the next ten days"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.questions.lexicon import ALL
from bot.questions.lexicon.shape import phrases, words
from bot.questions.spans import (
    Calendar,
    Span,
    amount_at,
    in_year,
    latest,
    matched,
    of_months,
    word_at,
    year_said,
)
from bot.questions.tokens import Token


def portion_at(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """The span of such words that begins at a token."""
    token = tokens[at]
    if token.word not in _BEGINNINGS[using.lexicon.language] and not (
        token.has_digit and (_LETTERED_WEEK.fullmatch(token.word) or token.word.startswith("fy"))
    ):
        return None
    return (
        _weekend(tokens, at, using)
        or _numbered_week(tokens, at, using)
        or _year_of(tokens, at, using)
        or _part_of_month(tokens, at, using)
        or _next(tokens, at, using)
    )


_LETTERED_WEEK = re.compile(r"(?:w|wk|kw|cw|sem)[.\-]?(\d{1,2})")


def _numbered_week(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "Week 28", "semana 28 de 2025", "weeks 27 and 28": ISO weeks, the latest that has begun."""
    lettered = _LETTERED_WEEK.fullmatch(word_at(tokens, at))
    if lettered and not tokens[at].hashed:
        number, length = int(lettered[1]), 1
    elif using.lexicon.units.get(word_at(tokens, at)) == "week" or word_at(tokens, at) in _WEEKS:
        length = 1 + (word_at(tokens, at + 1) in _NUMBER)
        if not re.fullmatch(r"\d{1,2}", word_at(tokens, at + length)):
            return None
        number, length = int(word_at(tokens, at + length)), length + 1
    else:
        return None
    after = length + (word_at(tokens, at + length) in using.lexicon.of)
    if word_at(tokens, at + after) in using.lexicon.months or not 1 <= number <= 53:
        return None  # "the week of 28 July"
    year, more = year_said(tokens, at + length, using)
    length += more
    first = _monday_of(number, year, using)
    if first is None:
        return None
    joined = word_at(tokens, at + length) in using.lexicon.range_joins
    until = word_at(tokens, at + length + 1)
    if joined and re.fullmatch(r"\d{1,2}", until) and number < int(until) <= 53:
        last = _monday_of(int(until), first.year, using)
        if last is not None:
            return Span(first, last + timedelta(days=6), length + 2)
    return Span(first, first + timedelta(days=6), length)


_WEEKS = words("wk wks kw cw weeks")
_NUMBER = words("no n nr num number numero nro #")


def _monday_of(week: int, year: int | None, using: Calendar) -> date | None:
    try:
        monday = date.fromisocalendar(year or using.today.year, week, 1)
        past = year is not None or using.due or monday <= using.today
        return monday if past else date.fromisocalendar(using.today.year - 1, week, 1)
    except ValueError:
        return None


def _year_of(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "The year 2025", "ejercicio 2025", "FY25"."""
    word = word_at(tokens, at)
    short = re.fullmatch(r"fy[.\-']?(?:20)?(\d\d)", word)
    if short:
        return of_months((2000 + int(short[1])) * 12, 12, 0, 1)
    if word not in _YEARS:
        return None
    length = 1
    while word_at(tokens, at + length) in using.lexicon.of | _YEARS:
        length += 1
    year = re.fullmatch(r"(?:20)?(\d\d)", word_at(tokens, at + length))
    if year is None or (len(year[0]) == 2 and word != "fy"):
        return None
    return of_months((2000 + int(year[1])) * 12, 12, 0, length + 1)


_YEARS = words("year ano anos ejercicio exercicio fy fiscal")


def _weekend(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "Last weekend", "fim de semana passado": Saturday and Sunday, the latest that have begun."""
    lexicon = using.lexicon
    turned = word_at(tokens, at) in lexicon.previous | lexicon.this | lexicon.coming
    length = matched(tokens, at + turned, _WEEKEND)
    if not length:
        return None
    length += turned
    said = word_at(tokens, at) if turned else ""
    after = word_at(tokens, at + length)
    if after in lexicon.previous_after | lexicon.coming:
        said, length = after, length + 1
    saturday = using.today - timedelta(days=(using.today.weekday() - 5) % 7)
    if said in lexicon.coming or (said in lexicon.this and using.today.weekday() < 5):
        saturday += timedelta(days=7)
    return Span(saturday, saturday + timedelta(days=1), length)


_WEEKEND = phrases("weekend; fim de semana; final de semana; fin de semana; finde")


def _part_of_month(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "The first week of June", "última semana do mês passado", "mid June"."""
    middle = matched(tokens, at, _MIDDLE)
    if middle:
        month = _month_at(tokens, at + middle, using)
        return _days(month, 11, 20, middle) if month else None
    part = _ORDINALS.get(word_at(tokens, at)) or using.lexicon.parts.get(word_at(tokens, at))
    last = word_at(tokens, at) in using.lexicon.previous
    unit = using.lexicon.units.get(word_at(tokens, at + 1))
    if (part is None and not last) or unit != "week":
        return None
    month = _month_at(tokens, at + 2, using)
    if month is None:
        return None
    ends = month.last.day
    first = ends - 6 if last else 7 * (part or 1) - 6
    return _days(month, first, min(first + 6, ends), 2) if first <= ends else None


_MIDDLE = phrases(
    "mid; middle of; meados de; meados do; meio de; meio do; mediados de; mediados del; mediados"
)
_ORDINALS = {"primeira": 1, "primera": 1, "segunda": 2, "terceira": 3, "tercera": 3, "quarta": 4, "cuarta": 4}


def _month_at(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "Of June", "do mês passado", "of last month": a whole month, and over how many tokens."""
    lexicon, skipped = using.lexicon, 0
    while skipped < 3 and word_at(tokens, at + skipped) in lexicon.of | lexicon.articles:
        skipped += 1
    turned = word_at(tokens, at + skipped) in lexicon.previous | lexicon.this | lexicon.coming
    name = word_at(tokens, at + skipped + turned)
    length = skipped + turned + 1
    today = using.today.year * 12 + using.today.month - 1
    if lexicon.units.get(name) == "month":
        said = {word_at(tokens, at + skipped), word_at(tokens, at + length)}
        if word_at(tokens, at + length) in lexicon.previous_after | lexicon.coming:
            length += 1
        offset = (
            -1 if said & (lexicon.previous | lexicon.previous_after) else 1 if said & lexicon.coming else 0
        )
        return of_months(today, 1, offset, length)
    month = lexicon.months.get(name)
    if month is None or turned:
        return None
    year, more = year_said(tokens, at + length, using)
    if year is not None:
        return of_months(year * 12 + month - 1, 1, 0, length + more)
    first = latest(month, 1, using.today)
    return of_months(first.year * 12 + month - 1, 1, 0, length) if first else None


def _days(month: Span, first: int, last: int, before: int) -> Span | None:
    begins, ends = (in_year(month.first.year, month.first.month, day) for day in (first, last))
    return replace(month, first=begins, last=ends, length=before + month.length) if begins and ends else None


def _next(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "The next ten days", "próximas duas semanas": from today on."""
    unit = using.lexicon.units.get(word_at(tokens, at + 2))
    amount = amount_at(tokens, at + 1, using)
    if not amount or unit not in _DAYS or word_at(tokens, at) not in using.lexicon.coming | _COMING:
        return None
    return Span(using.today, using.today + timedelta(days=min(amount * _DAYS[unit], 3660)), 3)


_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30}
_COMING = words("proximos proximas siguientes seguintes coming")

STARTERS = (
    _WEEKS | _YEARS | _COMING | _ORDINALS.keys() | {phrase.split()[0] for phrase in (*_MIDDLE, *_WEEKEND)}
)
"""Every word that one of these may begin with, beside those of a lexicon."""
_BEGINNINGS = {
    lexicon.language: STARTERS.union(
        lexicon.previous, lexicon.this, lexicon.coming, lexicon.parts,
        (name for name, unit in lexicon.units.items() if unit == "week"),
    )
    for lexicon in ALL
}  # fmt: skip

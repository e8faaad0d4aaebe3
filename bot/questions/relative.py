"""Days told by their distance from today: "yesterday", "last week", "30 days ago", "on Monday"."""

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.questions.lexicon.shape import Unit, phrases, words
from bot.questions.portions import portion_at
from bot.questions.spans import (
    MONTHS,
    Calendar,
    Span,
    amount_at,
    calendar_unit,
    matched,
    of_months,
    word_at,
    year_said,
)
from bot.questions.tokens import Token

_MOST_DAYS = 3660


def relative_at(tokens: Sequence[Token], at: int, using: Calendar, *, prompted: bool) -> Span | None:
    """The span that begins at a token; `prompted` by a preposition, doubtful weekdays count."""
    return (
        _spoken_day(tokens, at, using)
        or portion_at(tokens, at, using)
        or _so_far(tokens, at, using)
        or _edge(tokens, at, using)
        or _half_of_month(tokens, at, using)
        or _part_of_year(tokens, at, using)
        or _ago(tokens, at, using)
        or _stretch(tokens, at, using)
        or _weekday(tokens, at, using, prompted=prompted)
    )


def _spoken_day(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    length = matched(tokens, at, tuple(using.lexicon.days))
    if not length:
        return None
    phrase = " ".join(token.word for token in tokens[at : at + length])
    day = using.today + timedelta(days=using.lexicon.days[phrase])
    return Span(day, day, length)


def _ago(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    words = using.lexicon
    before = 1 if word_at(tokens, at) in words.ago_before else 0
    amount = amount_at(tokens, at + before, using)
    unit = words.units.get(word_at(tokens, at + before + 1))
    if amount is None or unit is None:
        return None
    after = 1 if word_at(tokens, at + before + 2) in words.ago else 0
    if not before and not after:
        return None
    day = _back(using.today, amount, unit)
    return Span(day, day, before + 2 + after)


def amount_back(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "30 days" in "older than 30 days": the day so long ago."""
    amount, unit = amount_at(tokens, at, using), using.lexicon.units.get(word_at(tokens, at + 1))
    if amount is None or unit is None:
        return None
    day = _back(using.today, amount, unit)
    return Span(day, day, 2)


def _stretch(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    words, word = using.lexicon, word_at(tokens, at)
    unit = words.units.get(word_at(tokens, at + 1))
    if unit is not None and word in words.this:
        return calendar_unit(using.today, unit, 0, 2)
    if unit is not None and word in words.previous:
        return calendar_unit(using.today, unit, -1, 2)
    if unit is not None and word in words.coming:
        return calendar_unit(using.today, unit, 1, 2)
    own = words.units.get(word)
    before = word_at(tokens, at - 1)
    plain = own is not None and before in _OF_THE and not word_at(tokens, at + 1).isdigit()
    if own is not None and word_at(tokens, at + 1) in words.previous_after:
        return calendar_unit(using.today, own, -1, 2)
    if own is not None and word_at(tokens, at + 1) in words.coming:
        return calendar_unit(using.today, own, 1, 2)
    if own is not None and word_at(tokens, at + 1) == "que" and word_at(tokens, at + 2) in _COMES:
        return calendar_unit(using.today, own, 1, 3)
    if own is not None and plain and word_at(tokens, at - 2) not in ("fim", "fin", "final", "inicio"):
        # "Pedidos da semana", "pedidos del mes": the one we are in.
        return calendar_unit(using.today, own, 0, 1)
    if word in words.rolling and unit is not None:
        return Span(_back(using.today, 1, unit), using.today, 2)
    for turned in (0, 1):  # "last 30 days", "30 last days"
        first, second = at + 1 - turned, at + turned
        amount = amount_at(tokens, first, using)
        unit = words.units.get(word_at(tokens, at + 2))
        if amount and unit is not None and word_at(tokens, second) in words.rolling:
            return Span(_back(using.today, amount, unit), using.today, 3)
    return None


_OF_THE = frozenset({"da", "do", "del", "la"})
_COMES = frozenset({"vem", "viene", "entra"})


def _so_far(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "Year to date", "ytd", "en lo que va del mes": from the beginning of it until today."""
    for unit, spoken in _SO_FAR.items():
        length = matched(tokens, at, spoken)
        if length:
            return replace(calendar_unit(using.today, unit, 0, length), last=using.today)
    return None


_SO_FAR: Mapping[Unit, Sequence[str]] = {
    "year": phrases(
        """year to date; ytd; so far this year; en lo que va del ano; en lo que va de ano;
        no acumulado do ano;
        lo que va del ano; lo que va de ano; acumulado do ano; no que vai do ano"""
    ),
    "month": phrases(
        """month to date; mtd; so far this month; en lo que va del mes; lo que va del mes; lo que va de mes;
        no acumulado do mes; acumulado do mes"""
    ),
    "quarter": phrases("quarter to date; qtd"),
}


def so_far_phrases() -> tuple[str, ...]:
    """What such a stretch may be called."""
    return tuple(phrase for spoken in _SO_FAR.values() for phrase in spoken)


def _edge(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "The end of the month" is its last day, "the beginning of June" its first ten days."""
    for spoken, is_end in ((using.lexicon.edge_last, True), (using.lexicon.edge_first, False)):
        length = matched(tokens, at, spoken)
        if not length or (tokens[at].word == "late" and _says_how_orders_are(tokens, at)):
            continue
        whole = _whole(tokens, at + length, using)
        if whole is None:
            continue
        length += whole.length
        if is_end:
            return Span(whole.last, whole.last, length)
        days = min(10, ((whole.last - whole.first).days + 1) // 3)
        return Span(whole.first, whole.first + timedelta(days=max(days, 1) - 1), length)
    return None


def _says_how_orders_are(tokens: Sequence[Token], at: int) -> bool:
    """ "Orders late this week" are late; "in late June" and "late last month" are days."""
    return word_at(tokens, at - 1) not in _BEFORE_DAYS


_BEFORE_DAYS = words("in from since until by of during for on between and to") | {""}


def week_of(day: Span) -> Span:
    """ "The week of 6 July": all of the week that day lies in."""
    monday = day.first - timedelta(days=day.first.weekday())
    return replace(day, first=monday, last=monday + timedelta(days=6))


def _whole(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    skipped = 0
    while skipped < 2 and word_at(tokens, at + skipped) in using.lexicon.articles | using.lexicon.this:
        skipped += 1
    unit = using.lexicon.units.get(word_at(tokens, at + skipped))
    if unit is not None and unit not in ("day", "hour"):
        after = word_at(tokens, at + skipped + 1)
        offset = -1 if after in using.lexicon.previous_after else 0
        return calendar_unit(using.today, unit, offset, skipped + 1 - offset)
    before = word_at(tokens, at + skipped)
    if before in using.lexicon.previous and word_at(tokens, at + skipped + 1) in using.lexicon.units:
        return calendar_unit(
            using.today, using.lexicon.units[word_at(tokens, at + skipped + 1)], -1, skipped + 2
        )
    month = using.lexicon.months.get(before)
    if month is None:
        return None
    first = using.yearless(month, 1)
    return replace(of_months(first.year * 12 + month - 1, 1, 0, skipped + 1)) if first else None


def _half_of_month(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "The first half of June", "segunda quinzena do mês": until the 15th, or from the 16th on."""
    part, noun = using.lexicon.parts.get(word_at(tokens, at)), word_at(tokens, at + 1)
    if part not in (1, 2) or noun not in _HALVES:
        return None
    month = _whole(tokens, at + 2, using)
    if month is None and noun in _FORTNIGHTS:
        month = calendar_unit(using.today, "month", 0, 0)
    if month is None or (month.last - month.first).days > 31:
        return None
    year, more = year_said(tokens, at + 2 + month.length, using)
    if year is not None:
        month = of_months(year * 12 + month.first.month - 1, 1, 0, month.length)
    middle = month.first.replace(day=15)
    first, last = (month.first, middle) if part == 1 else (middle + timedelta(days=1), month.last)
    return Span(first, last, 2 + month.length + more)


_FORTNIGHTS = words("quinzena quincena fortnight")
_HALVES = _FORTNIGHTS | words("half metade mitad")


_LETTERED = re.compile(r"(?:([qth])([1-4])|([1-4])([qths]))[./\-]?((?:20)?\d\d)?")


def _part_of_year(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "Q3", "1T26", "second quarter", "primer semestre de 2025"; without a year, of this one."""
    word = word_at(tokens, at)
    lettered = _LETTERED.fullmatch(word)
    if lettered and not tokens[at].hashed:
        letter, part = lettered[1] or lettered[4], int(lettered[2] or lettered[3])
        unit: Unit = "half" if letter in ("h", "s") else "quarter"
        length, written = 1, lettered[5]
    else:
        named = using.lexicon.parts.get(word)
        spoken = using.lexicon.units.get(word_at(tokens, at + 1))
        if named is None or spoken not in ("quarter", "half"):
            return None
        unit, part, length, written = spoken, named, 2, None
    if part > 12 // MONTHS[unit]:
        return None
    year = using.today.year
    if written:
        year = int(written) % 100 + 2000
    else:
        said, more = year_said(tokens, at + length, using)
        year, length = said or year, length + more
    return of_months(year * 12, MONTHS[unit], part - 1, length)


def _back(today: date, amount: int, unit: Unit) -> date:
    if unit in MONTHS:
        months = amount * MONTHS[unit]
        year, month = divmod(today.year * 12 + today.month - 1 - min(months, 120), 12)
        return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    days = {"hour": -(-amount // 24), "day": amount, "week": amount * 7, "fortnight": amount * 15}[unit]
    return today - timedelta(days=min(days, _MOST_DAYS))


def _weekday(tokens: Sequence[Token], at: int, using: Calendar, *, prompted: bool) -> Span | None:
    words, length = using.lexicon, 1
    last = word_at(tokens, at) in words.previous | words.rolling | words.this | words.coming
    number = words.weekdays.get(word_at(tokens, at + last))
    if number is None or (word_at(tokens, at + last) in words.doubtful_dates and not (prompted or last)):
        return None
    length += last
    if word_at(tokens, at + length) in words.previous_after:
        last, length = True, length + 1
    back = (using.today.weekday() - number) % 7
    if word_at(tokens, at) in words.this:  # "this Friday" is that of this week
        day = using.today + timedelta(days=number - using.today.weekday())
        return Span(day, day, length)
    if word_at(tokens, at) in words.coming:
        day = using.today + timedelta(days=7 - back)
        return Span(day, day, length)
    day = using.today - timedelta(days=7 if last and back == 0 else back)
    if using.due and not last and back:
        day += timedelta(days=7)
    return Span(day, day, length)

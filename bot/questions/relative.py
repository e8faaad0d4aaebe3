"""Days told by their distance from today: "yesterday", "last week", "30 days ago", "on Monday"."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from bot.questions.lexicon.shape import Unit
from bot.questions.spans import Calendar, Span, amount_at, matched, word_at
from bot.questions.tokens import Token

_MOST_DAYS = 3660


def relative_at(tokens: Sequence[Token], at: int, using: Calendar, *, prompted: bool) -> Span | None:
    """The span that begins at a token; `prompted` by a preposition, doubtful weekdays count."""
    return (
        _spoken_day(tokens, at, using)
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


def _stretch(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    words, word = using.lexicon, word_at(tokens, at)
    unit = words.units.get(word_at(tokens, at + 1))
    if unit is not None and word in words.this:
        return _calendar_unit(using.today, unit, 0, 2)
    if unit is not None and word in words.previous:
        return _calendar_unit(using.today, unit, -1, 2)
    own = words.units.get(word)
    if own is not None and word_at(tokens, at + 1) in words.previous_after:
        return _calendar_unit(using.today, own, -1, 2)
    if word in words.rolling and unit is not None:
        return Span(_back(using.today, 1, unit), using.today, 2)
    for turned in (0, 1):  # "last 30 days", "30 last days"
        first, second = at + 1 - turned, at + turned
        amount = amount_at(tokens, first, using)
        unit = words.units.get(word_at(tokens, at + 2))
        if amount and unit is not None and word_at(tokens, second) in words.rolling:
            return Span(_back(using.today, amount, unit), using.today, 3)
    return None


def _back(today: date, amount: int, unit: Unit) -> date:
    if unit in ("month", "quarter", "year"):
        months = amount * {"month": 1, "quarter": 3, "year": 12}[unit]
        year, month = divmod(today.year * 12 + today.month - 1 - min(months, 120), 12)
        return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    days = {"hour": -(-amount // 24), "day": amount, "week": amount * 7}[unit]
    return today - timedelta(days=min(days, _MOST_DAYS))


def _calendar_unit(today: date, unit: Unit, offset: int, length: int) -> Span:
    if unit in ("day", "hour"):
        day = today + timedelta(days=offset)
        return Span(day, day, length)
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=offset)
        return Span(monday, monday + timedelta(days=6), length)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    index = (today.year * 12 + today.month - 1) // months * months + offset * months
    first = date(index // 12, index % 12 + 1, 1)
    index += months
    return Span(first, date(index // 12, index % 12 + 1, 1) - timedelta(days=1), length)


def _weekday(tokens: Sequence[Token], at: int, using: Calendar, *, prompted: bool) -> Span | None:
    words, length = using.lexicon, 1
    last = word_at(tokens, at) in words.previous | words.rolling | words.this
    number = words.weekdays.get(word_at(tokens, at + last))
    if number is None or (word_at(tokens, at + last) in words.doubtful_dates and not (prompted or last)):
        return None
    length += last
    if word_at(tokens, at + length) in words.previous_after:
        last, length = True, length + 1
    back = (using.today.weekday() - number) % 7
    day = using.today - timedelta(days=7 if last and back == 0 else back)
    return Span(day, day, length)

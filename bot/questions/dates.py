"""Which stretch of time a text speaks of, in whole days of the reader's time zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.questions.lexicon import ALL, Lexicon
from bot.questions.lexicon.shape import phrases, words
from bot.questions.portions import STARTERS
from bot.questions.question import Period
from bot.questions.relative import amount_back, relative_at, so_far_phrases, week_of
from bot.questions.spans import Calendar, Span, in_year, latest_day, matched, with_year, word_at
from bot.questions.tokens import Token
from bot.questions.written import day_number, is_labelled, numeric_day, written_at

_LONG_AGO = timedelta(days=3660)
"""Where "before 1 June" begins: older orders are not asked for in a chat."""


# What these are said of is still to come.
_DUE = words(
    """due expected arriving arrives arrive coming comes come deliver delivery deliveries delivering scheduled
    promised will chega chegam chegar vem vindo entrega entregas entregar vai vao previsto previstos prevista
    previstas programado programada vence vencem vencer vencimento llega llegan llegara llegar viene vienen
    entregan va van vencen vencimiento prometido prometida programados"""
)


@dataclass(frozen=True)
class Dates:
    """The period a text speaks of, and the tokens it and any other date took."""

    period: Period | None
    taken: frozenset[int]


def read_dates(
    tokens: Sequence[Token],
    lexicons: Sequence[Lexicon],
    *,
    now: datetime,
    time_zone: ZoneInfo,
    month_first: bool,
) -> Dates:
    """The first date expression of a text, in the first language that knows one.

    Without a year the latest such date that is not in the future is meant; weeks begin on Monday.
    """
    today = now.astimezone(time_zone).date()
    due = any(token.word in _DUE for token in tokens)
    for lexicon in lexicons:
        using = Calendar(today=today, month_first=month_first, lexicon=lexicon, due=due)
        found = _all_in(tokens, using)
        if found:
            taken = frozenset(place for at, span in found for place in range(at, at + span.length))
            at, span = found[0]
            words = " ".join(token.word for token in tokens[at : at + span.length])
            return Dates(_period(span, words, time_zone), taken)
    return Dates(None, frozenset())


def _all_in(tokens: Sequence[Token], using: Calendar) -> list[tuple[int, Span]]:
    found: list[tuple[int, Span]] = []
    at = 0
    starters = _STARTERS[using.lexicon.language]
    while at < len(tokens):
        word = tokens[at].word
        counts = (
            word in using.lexicon.months.keys() & using.lexicon.counts.keys()
            and word_at(tokens, at + 1) in using.lexicon.orders
        )
        may_start = (tokens[at].has_digit or word in starters) and not counts  # "dez pedidos" are ten
        span = _range_at(tokens, at, using) if may_start else None
        if span is None:
            at += 1
            continue
        found.append((at, span))
        at += span.length
    return found


def _starting(lexicon: Lexicon) -> frozenset[str]:
    """Every word that a date expression may begin with: few words of a text do."""
    phrases = (
        *lexicon.between, *lexicon.since, *lexicon.since_day, *lexicon.until, *lexicon.before, *lexicon.after,
        *lexicon.at,
    )  # fmt: skip
    first = frozenset(phrase.split()[0] for phrase in phrases)
    return first | lexicon.articles | _starting_a_span(lexicon)


def _starting_a_span(lexicon: Lexicon) -> frozenset[str]:
    """The same without prepositions and articles."""
    phrases = (*lexicon.days, *lexicon.edge_first, *lexicon.edge_last, *so_far_phrases())
    return frozenset(phrase.split()[0] for phrase in phrases).union(
        lexicon.counts, lexicon.units, lexicon.months, lexicon.weekdays, lexicon.this, lexicon.previous,
        lexicon.coming, lexicon.rolling, lexicon.ago_before, lexicon.parts, STARTERS,
    )  # fmt: skip


_SPAN_STARTERS = {lexicon.language: _starting_a_span(lexicon) for lexicon in ALL}
_STARTERS = {lexicon.language: _starting(lexicon) for lexicon in ALL}


def _period(span: Span, words: str, time_zone: ZoneInfo) -> Period:
    first, last = min(span.first, span.last), max(span.first, span.last)
    return Period(
        since=_midnight(first, time_zone),
        until=_midnight(last + timedelta(days=1), time_zone),
        words=words,
        began=span.began,
        ended=span.ended,
    )


def _midnight(day: date, time_zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, time_zone).astimezone(UTC)


def _range_at(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """A date expression with the preposition before it and the range after it."""
    spoken = using.lexicon
    openings = ("between", "since", "since_day", "until", "before", "after", "at")
    for opening in openings:
        length = matched(tokens, at, getattr(spoken, opening))
        if not length:
            continue
        skipped = length + _articles(tokens, at + length, using)
        whole = _whole_range(tokens, at + skipped, using, prompted=True)
        if whole is not None:
            return replace(whole, length=whole.length + skipped)
        if opening == "between":
            continue
        span = _span_at(tokens, at + skipped, using, prompted=True)
        if span is None and opening == "before":
            span = amount_back(tokens, at + skipped, using)
        day_meant = skipped > length or opening == "since" or tokens[at + skipped - 1].word == "dia"
        if span is None and day_meant and _asks_for_a_day(tokens, at, skipped, opening):
            span = _day_alone(tokens, at + skipped, using)
        if span is not None:
            from_then = opening == "since_day" or tokens[at].word in ("de", "del", "do", "da")
            onward = matched(tokens, at + skipped + span.length, _ONWARD) if from_then else 0
            if span.explicit_day and word_at(tokens, at - 1) in _WEEK and tokens[at].word in _OF:
                span = week_of(span)
            opened = _opened("since" if onward else opening, span, using.today)
            return replace(opened, length=span.length + skipped + onward)
    if _is_article(tokens, at, using):
        skipped = _articles(tokens, at, using)
        span = _whole_range(tokens, at + skipped, using, prompted=False) or _span_at(
            tokens, at + skipped, using, prompted=False
        )
        return replace(span, length=span.length + skipped) if span else None
    alone = len(tokens) == 1
    return _whole_range(tokens, at, using, prompted=False) or _span_at(tokens, at, using, prompted=alone)


_WEEK = words("week semana")
_OF = words("of beginning commencing starting de do da del")
_ONWARD = phrases(
    """onwards; onward; forward; on; until now; till now; up to now; to now; to date; to this day;
    pra ca; para ca; ate agora; ate aqui; em diante; pra frente; para frente; ate o momento;
    para aca; hasta ahora; hasta aqui; en adelante; a la fecha; hasta la fecha; para adelante"""
)
"""Behind a day it is the beginning: "de ontem pra cá", "from Monday on"."""


def _asks_for_a_day(tokens: Sequence[Token], at: int, skipped: int, opening: str) -> bool:
    """ "On the 3rd" and "del día 3" do, "3 of the 5" does not."""
    if tokens[at + skipped - 1].word in ("as", "las"):  # an hour: "a las 8"
        return False
    return opening != "at" or tokens[at].word == "on" or tokens[at + skipped - 1].word == "dia"


def _day_alone(tokens: Sequence[Token], at: int, using: Calendar) -> Span | None:
    """ "Since the 3rd", "desde el 3": the latest such day, unless the number goes on to count."""
    day = day_number(tokens[at].word, using) if at < len(tokens) else None
    after = word_at(tokens, at + 1)
    if day is None or after in using.lexicon.units or tokens[at].hashed:
        return None
    found = latest_day(day, using.today)
    return Span(found, found, 1, explicit_day=True)


def _opened(opening: str, span: Span, today: date) -> Span:
    if opening == "since" or (opening == "since_day" and span.explicit_day):
        return replace(span, last=max(today, span.first), ended=False)
    if opening == "after":
        first = min(span.last, today) + timedelta(days=1)
        return replace(span, first=first, last=max(today, first), ended=False)
    if opening == "until":
        return replace(span, first=span.last - _LONG_AGO, began=False)
    if opening == "before":
        last = span.first - timedelta(days=1)
        return replace(span, first=last - _LONG_AGO, last=last, began=False)
    return span


def _span_at(tokens: Sequence[Token], at: int, using: Calendar, *, prompted: bool) -> Span | None:
    if at >= len(tokens):
        return None
    if not tokens[at].has_digit and tokens[at].word not in _SPAN_STARTERS[using.lexicon.language]:
        return None
    return relative_at(tokens, at, using, prompted=prompted) or written_at(
        tokens, at, using, prompted=prompted
    )


def _is_article(tokens: Sequence[Token], at: int, using: Calendar) -> bool:
    return tokens[at].word in using.lexicon.articles


def _articles(tokens: Sequence[Token], at: int, using: Calendar) -> int:
    skipped = 0
    while skipped < 3 and at + skipped < len(tokens) and _is_article(tokens, at + skipped, using):
        skipped += 1
    return skipped


_TWO_DAYS = re.compile(r"(\d{1,2}/\d{1,2}(?:/\d{2,4})?)-(\d{1,2}/\d{1,2}(?:/\d{2,4})?)")


def _whole_range(tokens: Sequence[Token], at: int, using: Calendar, *, prompted: bool) -> Span | None:
    """ "1 June to 15 July", "1 to 15 June", "June 1 to 15", "01/06-15/06"."""
    if at >= len(tokens):
        return None
    both = _TWO_DAYS.fullmatch(tokens[at].word)
    if both and not is_labelled(tokens, at, full=False):
        start, end = (numeric_day(part, using, prompted=True) for part in both.groups())
        return _joined(start, end, 1) if start and end else None
    start = _span_at(tokens, at, using, prompted=prompted)
    length = 1 if start is None else start.length
    day = day_number(tokens[at].word, using) if start is None else None
    if start is None and day is None:
        return None
    join = matched(tokens, at + length, using.lexicon.range_joins)
    if not join:
        return None
    length += join
    length += _articles(tokens, at + length, using)
    if at + length >= len(tokens):
        return None
    end = _span_at(tokens, at + length, using, prompted=True)
    if start is None and day is not None and end is None and prompted:
        # "Del 1 al 15": days of this month, or of the last one that has begun.
        last_day = day_number(tokens[at + length].word, using)
        if last_day is None or last_day < day or word_at(tokens, at + length + 1) in using.lexicon.units:
            return None
        began = latest_day(day, using.today)
        ended = in_year(began.year, began.month, last_day)
        return Span(began, ended, length + 1) if ended else None
    if start is None and day is not None:
        if end is None or not end.explicit_day or (not prompted and tokens[at + 1].word in _LISTING_JOINS):
            return None
        first = in_year(end.first.year, end.first.month, day)
        if first is None or first > end.first:
            return None
        if end.yearless:
            this_year = in_year(using.today.year, first.month, first.day)
            first = this_year if this_year and this_year <= using.today else first
        same_year = in_year(first.year, end.last.month, end.last.day)
        return replace(end, first=first, last=same_year or end.last, length=length + end.length)
    if start is not None and end is None and start.explicit_day:
        last_day = day_number(tokens[at + length].word, using)
        last = in_year(start.first.year, start.first.month, last_day) if last_day else None
        return replace(start, last=last, length=length + 1) if last and last >= start.first else None
    # "June and July" is a stretch; "yesterday and PO-7782" is not.
    if start is None or end is None:
        return None
    return _joined(start, end, length + end.length)


# "7782 and 5 June": a list, unless "between" came first.
_LISTING_JOINS = frozenset({"and", "e", "y", "&"})


def _joined(start: Span, end: Span, length: int) -> Span:
    """From one date to another; a year that was not said is the one that puts them in order."""
    if end.yearless and end.first < start.first:
        # "1 to 30 June" on 15 June: the end is still to come.
        later = with_year(end, start.first.year)
        end = later if later and later.last >= start.first else end
    if start.yearless and start.first > end.last:
        start = with_year(start, end.last.year) or start
    if start.yearless and start.first > end.last:
        start = with_year(start, end.last.year - 1) or start
    first, last = min(start.first, end.first), max(start.last, end.last)
    return replace(start, first=first, last=last, length=length)

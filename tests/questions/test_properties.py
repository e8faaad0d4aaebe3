"""What holds for any text at all."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.questions import Intent, as_json
from bot.questions.cleaning import LONGEST, clean
from bot.questions.lexicon import ALL
from bot.questions.ranges import MOST_REFERENCES
from bot.questions.spellings import LONGEST_REFUSED, MOST_ALTERNATIVES
from bot.questions.tokens import GRAMMAR
from tests.questions.reading import read

LOCALES = st.sampled_from(["en", "en-US", "pt-BR", "es-MX", "de", ""])
ZONES = st.sampled_from(["UTC", "America/Sao_Paulo", "Pacific/Kiritimati", "Asia/Kathmandu"]).map(ZoneInfo)
MOMENTS = st.datetimes(min_value=datetime(2005, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC))


def _spoken() -> list[str]:
    found: set[str] = set()
    for lexicon in ALL:
        for part in (lexicon.documents, lexicon.months, lexicon.units, lexicon.days, lexicon.prefixes):
            found.update(part)
        for listed in (lexicon.since, lexicon.between, lexicon.range_joins, lexicon.at, lexicon.listing):
            found.update(listed)
        found |= lexicon.orders | lexicon.order | lexicon.newest | lexicon.number_words | lexicon.ago
        for phrases in (*lexicon.anywhere.values(), *lexicon.alone.values()):
            found.update(phrases)
    return sorted(found)


NUMBERS = st.from_regex(r"[A-Z#]{0,3}[-/. ]?[0-9]{1,9}([-/.,][0-9]{1,6})?", fullmatch=True)
PIECES = st.one_of(
    st.sampled_from(_spoken()),
    NUMBERS,
    st.sampled_from(list("?!.,;:#&|<>@-/'\"()[]*_~`%=+$\\\u200b\u202e\uff11\u0301")),
    st.sampled_from(
        ["<@U1>", "<tel:1|1>", "&amp;", "&lt;", "&gt;", "a@b.co", "https://x.y/1", "29/02", "31/12/99"]
    ),
)
SENTENCES = st.lists(PIECES, max_size=25).flatmap(
    lambda pieces: st.sampled_from([" ", "", ", "]).map(lambda between: between.join(pieces))
)
TEXTS = st.one_of(st.text(max_size=300), SENTENCES)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, locale=LOCALES, now=MOMENTS, time_zone=ZONES)
def test_any_text_is_understood_somehow_and_within_bounds(
    text: str, locale: str, now: datetime, time_zone: ZoneInfo
) -> None:
    question = read(text, locale=locale, now=now, time_zone=time_zone)
    json.dumps(as_json(question, time_zone)).encode()
    assert question.intent in Intent
    assert len(question.references) <= MOST_REFERENCES
    assert len(set(question.references)) == len(question.references)
    for reference in question.references:
        assert any(char.isdigit() for char in reference.value)
        assert len(reference.alternatives) <= MOST_ALTERNATIVES
        assert reference.value not in reference.alternatives
        assert all(GRAMMAR.fullmatch(other) for other in reference.alternatives)
        if not GRAMMAR.fullmatch(reference.value) and reference.kind == "any":
            assert len(reference.value) <= LONGEST_REFUSED
            assert not reference.alternatives
    assert question.limit is None or 1 <= question.limit <= 100
    assert not (question.all_documents and question.documents)
    if question.period is not None:
        assert question.period.since < question.period.until
        assert question.period.since.utcoffset() == question.period.until.utcoffset() == timedelta(0)
        assert 1970 <= question.period.since.year <= question.period.until.year <= 2101


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert len(once) <= LONGEST
    assert once.isprintable()
    assert read(once) == read(text)


@settings(max_examples=100, deadline=None)
@given(
    number=st.from_regex(r"[1-9][0-9]{4,9}", fullmatch=True), after=st.sampled_from(["", "?", "!", ".", ","])
)
def test_a_plain_number_is_found_whatever_stands_around_it(number: str, after: str) -> None:
    for around in ("{}", "order {}", "where is #{} please", '"{}"', "*{}*", "invoice of {}", "pedido nº {}"):
        question = read(around.format(number) + after)
        assert [reference.value for reference in question.references] == [number]


@settings(max_examples=100, deadline=None)
@given(
    number=st.from_regex(r"[1-9][0-9]{2,8}", fullmatch=True),
    operator=st.sampled_from(list("&=+$%^@\\?!<>(){}'\"`*~:")),
    rest=st.from_regex(r"[a-z]{1,10}[=:&][0-9a-z]{1,10}", fullmatch=True),
)
def test_a_number_with_something_glued_to_it_is_never_cut_down_to_the_number(
    number: str, operator: str, rest: str
) -> None:
    for text in (f"{number}{operator}{rest}", f"order {number}{operator}{rest}"):
        for reference in read(text).references:
            assert number not in (reference.value, *reference.alternatives), text


@settings(max_examples=100, deadline=None)
@given(day=st.dates(min_value=datetime(2000, 1, 1).date(), max_value=datetime(2026, 7, 15).date()))
def test_a_written_date_is_that_day_in_every_spelling(day: Any) -> None:
    english, portuguese, spanish = (
        {number: name for name, number in lexicon.months.items() if len(name) > 3 or name in ("may",)}
        for lexicon in ALL
    )
    spellings = [
        ("en", day.isoformat()),
        ("en", day.strftime("%d/%m/%Y")),
        ("en-US", day.strftime("%m/%d/%Y")),
        ("pt-BR", day.strftime("%d.%m.%Y")),
        ("en", f"{day.day} {english[day.month]} {day.year}"),
        ("en", f"{english[day.month]} {day.day}, {day.year}"),
        ("pt-BR", f"{day.day} de {portuguese[day.month]} de {day.year}"),
        ("es-MX", f"{day.day} de {spanish[day.month]} de {day.year}"),
    ]
    for locale, written in spellings:
        period = read(written, locale=locale).period
        assert period is not None, written
        assert period.since.astimezone(ZoneInfo("America/Sao_Paulo")).date() == day, written
        assert period.until - period.since <= timedelta(hours=25), written

"""Dates depend on the reader: on the locale, the time zone and the day of asking."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.questions.reading import days, read


@pytest.mark.parametrize(
    ("locale", "first"), [("en", date(2026, 4, 3)), ("en-GB", date(2026, 4, 3)), ("en-US", date(2026, 3, 4))]
)
def test_the_month_comes_first_for_american_readers_only(locale: str, first: date) -> None:
    assert days(read("orders on 03/04", locale=locale).period) == (first, first)


def test_a_day_that_can_be_no_month_is_a_day_wherever_it_stands() -> None:
    assert days(read("orders on 06/15/2026").period) == (date(2026, 6, 15), date(2026, 6, 15))


def test_today_is_the_readers_day_and_not_the_servers() -> None:
    late = datetime(2026, 7, 15, 1, 30, tzinfo=UTC)
    period = read("orders from today", now=late).period
    assert period is not None
    assert period.since == datetime(2026, 7, 14, 3, tzinfo=UTC)
    assert period.until == datetime(2026, 7, 15, 3, tzinfo=UTC)


def test_a_day_without_midnight_begins_when_its_clock_does() -> None:
    # Brazil put its clocks forward at midnight: 4 November 2018 began at 01:00.
    now = datetime(2018, 11, 20, tzinfo=UTC)
    period = read("orders on 4 November", now=now).period
    assert period is not None
    assert period.since == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert period.until == datetime(2018, 11, 5, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("orders since 16 July", date(2025, 7, 16), date(2026, 7, 15)),
        ("orders on 15 July", date(2026, 7, 15), date(2026, 7, 15)),
        ("orders in August", date(2025, 8, 1), date(2025, 8, 31)),
        ("orders in July", date(2026, 7, 1), date(2026, 7, 31)),
        ("between 1 and 30 July", date(2026, 7, 1), date(2026, 7, 30)),
        ("between 1 July and 30 July", date(2026, 7, 1), date(2026, 7, 30)),
        ("from 1 August to 15 March", date(2025, 8, 1), date(2026, 3, 15)),
        ("between 1 March and 20 February", date(2025, 3, 1), date(2026, 2, 20)),
        ("1 June to 15 July 2024", date(2024, 6, 1), date(2024, 7, 15)),
        ("between 15 June 2026 and 1 June 2026", date(2026, 6, 1), date(2026, 6, 15)),
        ("from December to February", date(2025, 12, 1), date(2026, 2, 28)),
    ],
)
def test_a_year_that_was_not_said_is_the_latest_that_makes_sense(text: str, first: date, last: date) -> None:
    assert days(read(text).period) == (first, last)


def test_the_29th_of_february_is_found_in_the_last_leap_year() -> None:
    assert days(read("orders on 29 February").period) == (date(2024, 2, 29), date(2024, 2, 29))


def test_the_same_words_mean_the_same_period_in_another_time_zone() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    assert days(read("orders in May", time_zone=tokyo).period, tokyo) == (date(2026, 5, 1), date(2026, 5, 31))

"""Sentences by key, and the values they speak of, written in the reader's locale and time zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from bot.orders import Money


@dataclass(frozen=True)
class Day:
    """A date within a phrase, written in the reader's locale."""

    day: date


@dataclass(frozen=True)
class Moment:
    """An aware UTC moment within a phrase, written in the reader's time zone."""

    at: datetime


@dataclass(frozen=True)
class Clock:
    """An aware UTC moment within a phrase, written as the time of day in the reader's time zone."""

    time: datetime


@dataclass(frozen=True)
class Hour:
    """A time of day by the reader's own clock, whatever the day, within a phrase."""

    hour: time


@dataclass(frozen=True)
class Phrase:
    """A sentence of the catalogs, by key, with the values it speaks of.

    Values are plain text from wherever: the renderer escapes them. A value named `count` picks the
    plural form.
    """

    key: str
    values: Mapping[str, "Value"] = field(default_factory=dict)


Value = str | int | Money | Day | Moment | Clock | Hour | Phrase
"""What a phrase can speak of."""

"""What a language has to say for texts in it to be understood."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.orders import DocumentKind
from bot.questions.question import Intent, Language

Unit = Literal["hour", "day", "week", "fortnight", "month", "quarter", "half", "year"]


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """The words of one language. All are folded: lower case, no accents, no apostrophes, no hyphens
    between words. A phrase is words with one space between; longer phrases win over shorter ones."""

    language: Language
    common: frozenset[str]
    """Everyday words: they tell the language, and are never taken for misspelt keywords."""
    courtesies: frozenset[str]
    """Words that add nothing to a message: "hi" and "please" around a request."""

    anywhere: Mapping[Intent, tuple[str, ...]]
    """Phrases that mean an intent wherever they stand, unless the message names a number."""
    alone: Mapping[Intent, tuple[str, ...]]
    """Phrases that mean an intent only when they are the whole message, courtesies aside."""
    listing: tuple[str, ...]
    code: tuple[str, ...]
    """Words for the code that was mailed."""

    order: frozenset[str]
    orders: frozenset[str]
    between_count_and_order: frozenset[str]
    """Words that may stand in "last 5 ... orders"."""
    newest: frozenset[str]
    counts: Mapping[str, int]

    documents: Mapping[str, tuple[DocumentKind, ...]]
    all_documents: tuple[str, ...]
    belonging: tuple[str, ...]
    """"of the", "for": in "XML of the invoice" the invoice is not asked for."""

    number_words: frozenset[str]
    """Words between a label and its number: "order *number* 7782"."""
    prefixes: frozenset[str]
    """Abbreviations that ERPs store with the number, as in PO-7782."""
    doubtful_prefixes: frozenset[str] = frozenset()
    """Prefixes that are also everyday words; taken for prefixes only in capitals."""
    invoice_prefixes: frozenset[str]
    """Abbreviations of an invoice that are not stored with its number; its series may follow."""
    invoices: frozenset[str]
    series: frozenset[str]
    other_numbers: frozenset[str]
    """What a number after it belongs to, when that is no order: phones, articles, tax ids."""
    quantities: frozenset[str]
    """What a number before it counts."""
    joins: frozenset[str]
    """And, or: between the numbers of a list."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    """Monday is 0."""
    doubtful_dates: frozenset[str]
    """Months and weekdays that are also everyday words; they need a preposition or a number."""
    days: Mapping[str, int]
    """Phrases such as "yesterday", in days from today."""
    units: Mapping[str, Unit]
    this: frozenset[str]
    previous: frozenset[str]
    """"last" in "last week": the calendar week before this one."""
    previous_after: frozenset[str]
    """The same standing after its noun: "semana passada"."""
    coming: frozenset[str]
    """"next" in "next week", before its noun or after it."""
    parts: Mapping[str, int]
    """Ordinals of a part of the year: "second quarter"."""
    edge_first: tuple[str, ...]
    """The beginning of a week, month or year: its first third."""
    edge_last: tuple[str, ...]
    """The end of one: its last day."""
    rolling: frozenset[str]
    """"past" in "past week", "last" in "last 30 days": up to today."""
    ago: frozenset[str]
    ago_before: frozenset[str]
    since: tuple[str, ...]
    since_day: tuple[str, ...]
    """Means "since" before a day ("from 1 June"), and nothing before a stretch ("from last week")."""
    until: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    between: tuple[str, ...]
    range_joins: tuple[str, ...]
    at: tuple[str, ...]
    """Prepositions before a date that add nothing."""
    of: frozenset[str]
    """Within a date: "1st of June"."""
    articles: frozenset[str]
    ordinals: frozenset[str]
    """Endings of a day's number: 1st."""

    not_misspelt: frozenset[str]
    """Real words one letter away from a keyword."""


def words(text: str) -> frozenset[str]:
    """Words separated by white space."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """Phrases separated by semicolons, the longest first."""
    found = {" ".join(part.split()) for part in text.split(";")} - {""}
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


def by_first_word(phrases: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Phrases by the word they begin with, in the order they are given, so that few are tried at a place."""
    table: dict[str, list[str]] = {}
    for phrase in phrases:
        table.setdefault(phrase.split()[0], []).append(phrase)
    return table


def length_at(spoken: Sequence[str], at: int, table: Mapping[str, Sequence[str]]) -> int:
    """How many words the first of some phrases (`by_first_word`) takes at a place; 0 for none."""
    if at >= len(spoken):
        return 0
    for phrase in table.get(spoken[at], ()):
        length = phrase.count(" ") + 1
        if " ".join(spoken[at : at + length]) == phrase:
            return length
    return 0


def kinds(table: Mapping[str, tuple[DocumentKind, ...]]) -> dict[str, tuple[DocumentKind, ...]]:
    """A table of phrases separated by semicolons, unfolded to one phrase a key."""
    return {phrase: kind for many, kind in table.items() for phrase in phrases(many)}


def numbered(text: str) -> dict[str, int]:
    """ "jan january=1 feb=2": words before each `=number`, unfolded to one word a key."""
    table: dict[str, int] = {}
    waiting: list[str] = []
    for word in text.split():
        name, _, number = word.partition("=")
        waiting.append(name)
        if number:
            table.update(dict.fromkeys(waiting, int(number)))
            waiting = []
    return table

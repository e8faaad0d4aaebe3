"""What is found in a text before its intent is known, and the phrases that mean one."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from bot.orders import Reference
from bot.questions.documents import Asked
from bot.questions.lexicon import ALL
from bot.questions.lexicon.talk import Concept
from bot.questions.question import Intent
from bot.questions.talking import Said


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a text holds, before its intent is known."""

    said: Said
    words: str
    """As `told_apart` writes them, without commas."""
    references: tuple[Reference, ...]
    documents: Asked
    states: frozenset[Concept]
    has_period: bool
    since: bool
    """The period has a beginning and no end."""
    limit: int | None
    ordinal: int | None
    named: bool
    """A product, a place or a person was named."""
    scheduled: bool
    channel: bool
    """A channel is named, as chats write it: "#purchasing"."""
    email: str | None
    code: str | None
    asks_only: bool = False
    """Nothing but question marks."""
    cheers: bool = False
    """Nothing but a thumb up or the like."""
    waves: bool = False
    """Nothing but a waving hand."""
    strange: bool = False
    """Much of it is words that nobody says of orders: "who won the match last night"."""


@dataclass(frozen=True)
class Decision:
    """An intent, how sure it is (0 to 1), and for UNKNOWN what comes nearest."""

    intent: Intent
    confidence: float
    nearest: tuple[Intent, ...] = ()


def says(words: str, phrases: Sequence[str]) -> bool:
    """Whether one of the phrases stands in the words, as whole words."""
    return any(f" {phrase} " in words for phrase in phrases)


def is_only(words: str, phrases: Sequence[str]) -> bool:
    """Whether the words are one of the phrases, courtesies before and after it aside."""
    if words.strip() in phrases:
        return True
    for phrase in phrases:
        before, spoken, after = words.partition(f" {phrase} ")
        if spoken and all(word in COURTESIES for word in (*before.split(), *after.split())):
            return True
    return False


def is_made_of(words: str, phrases: Sequence[str]) -> bool:
    """Whether the words are some of the phrases, one after another, courtesies aside: "ok got it, ta"."""
    rest = words
    for phrase in sorted(phrases, key=len, reverse=True):
        rest = rest.replace(f" {phrase} ", " , ")
    return rest != words and all(word == "," or word in COURTESIES for word in rest.split())


def names_orders(words: str) -> bool:
    """Whether orders are spoken of, many of them."""
    return not ORDERS.isdisjoint(words.split())


def _together(intent: Intent, *, anywhere: bool) -> tuple[str, ...]:
    tables = (lexicon.anywhere if anywhere else lexicon.alone for lexicon in ALL)
    return tuple(dict.fromkeys(phrase for table in tables for phrase in table.get(intent, ())))


ANYWHERE = {intent: _together(intent, anywhere=True) for intent in Intent}
ALONE = {intent: _together(intent, anywhere=False) for intent in Intent}
LISTING = tuple(phrase for lexicon in ALL for phrase in lexicon.listing)
ORDERS: Set[str] = frozenset().union(*(lexicon.orders for lexicon in ALL))
CODE = tuple(phrase for lexicon in ALL for phrase in lexicon.code)
ORDER = tuple(word for lexicon in ALL for word in lexicon.order)
EVERY = ("all", "everything", "todos", "todas", "tudo", "todo")
COURTESIES = frozenset().union(*(lexicon.courtesies for lexicon in ALL))

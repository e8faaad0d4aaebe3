"""What people do with words, apart from which word they take: the concepts intents are decided from.

A concept is a set of patterns over folded words with one space between, numbers written "#". `*` ends a
word any way (`avis*`), ` _ ` stands for up to four words, `( | )` and `?` are those of a regular
expression. The patterns of all languages are tried on every text, since people mix them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Concept(Enum):
    """What a stretch of text does in a request."""

    ALERT = auto()
    """Asks to be told, whatever else is said: "notify me", "avísame"."""
    TELL = auto()
    """Asks to be told, now or later: "let me know"."""
    ONCE = auto()
    """A moment still to come: "as soon as it ships", "quando chegar"."""
    QUESTION = auto()
    """Asks about how things are: "where", "the status", "when will"."""
    STOP = auto()
    """Wants no more of something."""
    ALERTS = auto()
    """The alerts themselves, as things or as being told."""
    SHOW = auto()
    """Wants to see what there is: "list", "which", "my"."""
    UNWATCH = auto()
    CHANGED = auto()
    """What became different."""
    NEWS = auto()
    """Anything new; of one order, its state."""
    SHARE = auto()
    OTHERS = auto()
    """Where or to whom others see it."""
    SEND = auto()
    """Asks to be handed something, and nothing else is meant by it."""
    WANT = auto()
    """Wants something: handed over, or only known."""
    KNOW = auto()
    STATE_OF_DOCUMENT = auto()
    """Asks about a document, not for it: paid, due, how much."""
    BEYOND = auto()
    """Asks for what this bot does not do: cancel, quote, change an order."""
    STOCK = auto()
    """Asks whether there is any: of an article nobody here knows, of an order its state."""
    ONE = auto()
    """Points at one order: "my order", "it"."""
    PROGRESS = auto()
    """Words that only an order's way to the customer has: "status", "delivered"."""
    BACK = auto()
    """Goes on from what was spoken of: "and the", "its"."""
    WHICH = auto()
    """Asks for all that are so: "what", "which", "anything"."""
    SWITCH = auto()
    LINK = auto()
    UNLINK = auto()
    WHO = auto()
    HELP = auto()
    THANKS = auto()
    THANKS_FOR = auto()
    OPEN = auto()
    LATE = auto()
    BACKORDERED = auto()
    INVOICED = auto()
    NOT_INVOICED = auto()
    ON_HOLD = auto()
    UNPAID = auto()
    OVERDUE = auto()
    CANCELLED = auto()
    RETURNED = auto()
    DELIVERED = auto()
    SHIPPED = auto()
    UNSHIPPED = auto()
    UNDER_WAY = auto()
    PARTLY = auto()
    AWAITING_APPROVAL = auto()
    CONFIRMED = auto()
    IN_PREPARATION = auto()
    COMPLETED = auto()
    WHEN_SHIPPED = auto()
    WHEN_DELIVERED = auto()
    WHEN_LATE = auto()
    WHEN_INVOICED = auto()
    WHEN_DOCUMENT = auto()
    BY_ME = auto()
    BY = auto()
    """Stands before the person who placed an order."""
    DONE_BY = auto()
    """From "that" to "placed", with the person in between."""
    CONTAINING = auto()
    """Stands before a product."""
    TOWARDS = auto()
    """Stands before a place."""
    SITE = auto()
    """A kind of place, said before its name: "the warehouse in"."""
    SKU = auto()
    """Stands before an article's number."""


Talk = Mapping[Concept, str]


@dataclass(frozen=True)
class Phrase:
    """One pattern of a concept, to be matched where a word begins."""

    concept: Concept
    literal: str
    """What the match begins with, exactly; all of it where there is no pattern."""
    pattern: re.Pattern[str] | None = None
    stem: bool = False
    """The word may go on after the literal."""

    def end(self, words: str, start: int) -> int:
        """Where a match that begins at a word ends, behind the space after it; -1 for none."""
        if self.pattern is not None:
            found = self.pattern.match(words, start)
            return found.end() if found else -1
        if not words.startswith(self.literal, start):
            return -1
        end = start + len(self.literal)
        return words.index(" ", end) + 1 if self.stem else end


def indexed(*talks: Talk) -> dict[str, tuple[Phrase, ...]]:
    """All phrases by the three characters they may begin with, or two, so that few are tried at each word."""
    table: dict[str, dict[str, Phrase]] = {}
    for talk in talks:
        for concept, written in talk.items():
            for elements in _phrases(written):
                phrase = _compiled(concept, elements)
                for start in _starts(elements):
                    table.setdefault(start, {})[f"{concept.name} {elements}"] = phrase
    return {start: tuple(phrases.values()) for start, phrases in table.items()}


def vocabulary(talk: Talk) -> tuple[frozenset[str], tuple[str, ...]]:
    """The whole words of the patterns, and the beginnings of those that end any way."""
    whole: set[str] = set()
    stems: set[str] = set()
    for written in talk.values():
        whole.update(re.findall(r"(?<![a-z)\]])[a-z]+(?![a-z*(\[?])", written))
        stems.update(re.findall(r"(?<![a-z)\]])([a-z]{4,})\*", written))
        for stem, endings in re.findall(r"(?<![a-z)\]])([a-z]{3,})\(([a-z|]+)\)", written):
            whole.update(stem + ending for ending in endings.split("|"))
    return frozenset(whole), tuple(sorted(stems))


def _compiled(concept: Concept, elements: list[str]) -> Phrase:
    written = " ".join(elements)
    # Most are plain words: comparing them costs a tenth of a pattern, to make and to try.
    if re.fullmatch(r"[a-z# ]+", written):
        return Phrase(concept, written + " ")
    if re.fullmatch(r"[a-z# ]+\*", written):
        return Phrase(concept, written.removesuffix("*"), stem=True)
    return Phrase(concept, "", re.compile("".join(map(_element, elements))))


def _phrases(written: str) -> list[list[str]]:
    tidy = re.sub(r"\s*([|()])\s*(?=[|)])|(?<=[|(])\s+", r"\1", " ".join(written.split()))
    return [_elements(part) for part in tidy.split(";") if part.strip()]


def _elements(phrase: str) -> list[str]:
    """Words, groups and gaps; spaces inside of parentheses do not part them."""
    parts: list[str] = []
    deep = 0
    for piece in phrase.split():
        if deep:
            parts[-1] += " " + piece
        else:
            parts.append(piece)
        deep += piece.count("(") - piece.count(")")
    return parts


def _element(element: str) -> str:
    """An element takes the space after it, so that an optional one leaves none."""
    if element == "_":
        return r"(?:\S+ ){0,4}?"
    optional = element.endswith(")?") and element.startswith("(") and element.count("(") == 1
    optional = optional or re.fullmatch(r"[a-z#]+\?", element) is not None
    body = re.sub(r"(?<=[a-z])\*", "[a-z]*", element.removesuffix("?") if optional else element)
    return f"(?:(?:{body}) )" + ("?" if optional else "")


def _starts(elements: list[str]) -> set[str]:
    found: set[str] = set()
    for element in elements:
        bare = element.lstrip("(")
        alternatives = re.split(r"\|", re.match(r"[^)]*", bare)[0] if element != bare else bare)  # type: ignore[index]
        for alternative in alternatives:
            letters = re.match(r"[a-z#]*(?!\?)", alternative)  # not one that may be missing
            start = letters[0] if letters else ""
            found.add(start[:3] if len(start) >= 3 else (start + " ")[:2])
        if not re.fullmatch(r"\([^()]*\)\?|[a-z#]+\?", element):
            break
    return found

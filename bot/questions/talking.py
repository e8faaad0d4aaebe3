"""Which concepts stand where in a text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.questions.lexicon.talk import Concept, indexed
from bot.questions.lexicon.talk_en import ENGLISH_TALK
from bot.questions.lexicon.talk_es import SPANISH_TALK
from bot.questions.lexicon.talk_pt import PORTUGUESE_TALK
from bot.questions.tokens import Token, words_of


@dataclass(frozen=True)
class Said:
    """The words of a text with one space before, between and after them, and the concepts in them."""

    words: str
    spans: Mapping[Concept, tuple[tuple[int, int], ...]]
    """From the first letter of a match to behind the space after it."""
    tokens: Mapping[int, int]
    """The token that the word beginning at a place in `words` comes from."""

    def __contains__(self, concept: Concept) -> bool:
        return concept in self.spans

    def any(self, *concepts: Concept) -> bool:
        """Whether one of them is there."""
        return any(concept in self.spans for concept in concepts)

    def first(self, concept: Concept) -> tuple[int, int] | None:
        """Where it stands first."""
        return self.spans[concept][0] if concept in self.spans else None


def read_talk(tokens: Sequence[Token]) -> Said:
    """The concepts of a text; each match at a word counts, overlapping ones too."""
    listed = words_of(tokens)
    words, starts = " ", {}
    for word, token in listed:
        starts[len(words)] = token
        words += word + " "
    spans: dict[Concept, list[tuple[int, int]]] = {}
    for start in starts:
        longest: dict[Concept, int] = {}
        for beginning in (words[start : start + 2], words[start : start + 3]):
            for phrase in _PHRASES.get(beginning, ()):
                end = phrase.end(words, start)
                if end > longest.get(phrase.concept, start):
                    longest[phrase.concept] = end
        for concept, end in longest.items():
            spans.setdefault(concept, []).append((start, end))
    return Said(words, {concept: tuple(found) for concept, found in spans.items()}, starts)


def narrowed(said: Said, concepts: Sequence[Concept]) -> frozenset[Concept]:
    """Those of some concepts that do not only stand inside of a longer match of another of them.

    In "not yet invoiced" nothing says "invoiced".
    """
    found = [(concept, span) for concept in concepts for span in said.spans.get(concept, ())]
    return frozenset(
        concept
        for concept, (start, end) in found
        if not any(
            other is not concept and first <= start and end <= last and last - first > end - start
            for other, (first, last) in found
        )
    )


_PHRASES = indexed(ENGLISH_TALK, PORTUGUESE_TALK, SPANISH_TALK)

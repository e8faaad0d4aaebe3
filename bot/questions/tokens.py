"""A cleaned text in tokens: what stands between white space, without the punctuation around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.questions.cleaning import fold
from bot.questions.lexicon import ALL


@dataclass(frozen=True)
class Token:
    typed: str
    """As typed, without the punctuation around it."""
    word: str
    """Folded, without apostrophes: what is looked up in a lexicon."""
    has_digit: bool
    hashed: bool = False
    """A "#" stood before it."""
    stops: bool = False
    """A comma or semicolon stood after it."""
    labels: bool = False
    """It was written as a label, with a colon and no space before its number: "so:30912"."""
    lower: str = ""
    """In lower case with its accents and what stood around it, for words without digits."""


GRAMMAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/\-#]{0,39}")
"""What a reference may look like (fullmatch)."""


MOST_TOKENS = 500
"""Words of a message that are read; a page of prose has fewer."""


def tokenise(text: str) -> tuple[Token, ...]:
    """Tokens of a cleaned text, in order. Lists are split at commas, labels from their numbers."""
    found: list[Token] = []
    for chunk in text.split()[:MOST_TOKENS]:
        parts = _parts(chunk)
        found += [_token(part, last=place == len(parts) - 1, chunk=chunk) for place, part in enumerate(parts)]
    return tuple(_with_for(found[:MOST_TOKENS]))


def _with_for(tokens: list[Token]) -> list[Token]:
    """ "Invoice 4 PO-7782": a lone 4 before what it belongs to is "for"."""
    for place, (token, after) in enumerate(pairwise(tokens)):
        if (
            token.typed == "4"
            and not token.hashed
            and not token.stops
            and place
            and (
                after.word in _FOR_WHOM or fold(re.match(r"[A-Za-z]*", after.typed)[0]) in _LABELS  # type: ignore[index]
            )
        ):
            tokens[place] = replace(token, typed="for", word="for", has_digit=False, lower="for")
    return tokens


_FOR_WHOM = frozenset({"me", "us", "my", "our", "the", "this"})


def told_apart(tokens: Sequence[Token]) -> str:
    """The words with one space between and around them, each token with digits as "#".

    Commas stay, as words: "invoice, XML" is two things, "invoice XML" one.
    """
    return f" {' '.join(word for word, _ in words_of(tokens, commas=True))} "


def words_of(tokens: Sequence[Token], *, commas: bool = False) -> list[tuple[str, int]]:
    """The words of a text, each with the place of its token; a token with digits is "#"."""
    written: list[tuple[str, int]] = []
    for place, token in enumerate(tokens):
        if commas and token.word in ("+", "&", "/"):
            written.append((",", place))
        if not any(char.isalnum() for char in token.word):
            continue
        if token.has_digit:
            written.append(("#", place))
        else:
            word = re.sub(r"[+&/]", " , " if commas else " ", token.word)
            written += [(part, place) for part in _INSIDE_WORDS.sub(" ", word).split()]
        if commas and token.stops:
            written.append((",", place))
    return written


_INSIDE_WORDS = re.compile(r"[-_.:]")


def _parts(chunk: str) -> list[str]:
    label, colon, rest = chunk.lstrip(_QUOTES).partition(":")
    if colon and rest and fold(label).replace(".", "") in _LABELS and rest[0] not in ":/=":
        return [label + colon, *_listed(rest)]
    return _listed(chunk)


def _listed(chunk: str) -> list[str]:
    parts = [part for part in re.split(r"[,;]", chunk) if part]
    if len(parts) < 2 or _THOUSANDS.fullmatch(chunk.strip(_QUOTES + ".;!?")):
        return [chunk]
    # Split only what is a list through and through; what holds foreign characters stays whole.
    if all(GRAMMAR.fullmatch(_bare(part)) or not _bare(part) or _bare(part).isalpha() for part in parts):
        return parts
    return [chunk]


def _token(part: str, *, last: bool, chunk: str) -> Token:
    bare = _bare(part)
    typed = bare or part
    word = fold(typed).replace("'", "")
    word = _SLASHED.get(word, word)
    if _SINGLE_LETTERS.fullmatch(word):
        word = word.replace(".", "").replace("/", "")
    return Token(
        typed=typed,
        word=word,
        has_digit=any(char in "0123456789" for char in typed),
        hashed="#" in part[: part.find(bare)] if bare else False,
        labels=part.endswith(":") and not chunk.endswith(":"),
        lower="" if any(char.isdigit() for char in typed) else part.lower(),
        stops=not last or part.rstrip("'\")]}*_~`").endswith((",", ";")),
    )


def _bare(part: str) -> str:
    """Without the punctuation around it; operators stay, they are part of what was typed."""
    start, end = 0, len(part)
    while start < end and _is_enclosing(part[start]):
        start += 1
    while end > start and _is_enclosing(part[end - 1]):
        end -= 1
    bare = part[start:end]
    if bare[-2:] in ("'s", "'S") and bare[:-2].lower() not in _WITH_IS:
        return bare[:-2]
    return bare


_WITH_IS = frozenset({"what", "where", "who", "when", "how", "that", "there", "here"})


def _is_enclosing(char: str) -> bool:
    return not char.isalnum() and char not in _OPERATORS


_OPERATORS = "%&=+$@^\\"
_QUOTES = "\"'`*_~([{<"
_THOUSANDS = re.compile(r"#?\d{1,3}(?:,\d{3})+")
_SLASHED = {"w/o": "without", "w/out": "without", "b/o": "backorder"}
_SINGLE_LETTERS = re.compile(r"[a-z](?:[./][a-z]){1,4}\.?")


_LABELS = frozenset().union(
    *(
        lexicon.order | lexicon.orders | lexicon.number_words | lexicon.prefixes | lexicon.invoices
        | lexicon.invoice_prefixes | frozenset(lexicon.documents) | frozenset(lexicon.code)
        for lexicon in ALL
    )
)  # fmt: skip

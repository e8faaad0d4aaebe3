"""A cleaned text in tokens: what stands between white space, without the punctuation around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.questions.cleaning import fold
from bot.questions.lexicon import ALL, Lexicon, in_order
from bot.questions.question import Language


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
    return tuple(found[:MOST_TOKENS])


def told_apart(tokens: Sequence[Token]) -> str:
    """The words with one space between and around them, each token with digits as "#".

    Commas stay, as words: "invoice, XML" is two things, "invoice XML" one.
    """
    written: list[str] = []
    for token in tokens:
        if token.word in ("+", "&", "/"):
            written.append(",")
        if not any(char.isalnum() for char in token.word):
            continue
        word = re.sub(r"[+&/]", " , ", token.word)
        written += ["#"] if token.has_digit else _INSIDE_WORDS.sub(" ", word).split()
        if token.stops:
            written.append(",")
    return f" {' '.join(written)} "


def language_of(tokens: Sequence[Token], usual: Language) -> Language:
    """The language most words belong to that only one language knows; ties go to the usual one."""
    seen = frozenset(token.word for token in tokens)
    score = {lexicon.language: len(seen & _ONLY[lexicon.language]) for lexicon in in_order(usual)}
    return max(score, key=lambda language: score[language])


def corrected(tokens: Sequence[Token], language: Language) -> tuple[Token, ...]:
    """Misspelt keywords put right: words of 5 letters and more, one edit away, never numbers.

    Words of 5 letters have too many neighbours to change a letter of ("dance", "danfe"): in them only
    a swapped, missing or additional letter is put right. So is the first letter always.
    """
    repaired: dict[str, str] = {}
    for token in tokens:
        word = token.word
        if token.has_digit or word in repaired or not 5 <= len(word) <= 20 or word in _KNOWN:
            continue
        if len(repaired) == _MOST_REPAIRED:
            break
        repaired[word] = _nearest(word, _TARGETS[language]) or word
    return tuple(
        replace(token, word=repaired[token.word]) if token.word in repaired else token for token in tokens
    )


_MOST_REPAIRED = 60
_INSIDE_WORDS = re.compile(r"[-_.:]")


def _nearest(word: str, targets: Sequence[str]) -> str | None:
    near = process.extract(word, targets, scorer=OSA.distance, score_cutoff=1, limit=3)
    for target, _, _ in near:
        changed = len(word) == len(target) and sorted(word) != sorted(target)
        if target[0] == word[0] and not (changed and len(word) == 5):
            return target
    return None


def _parts(chunk: str) -> list[str]:
    label, colon, rest = chunk.lstrip(_QUOTES).partition(":")
    if colon and rest and fold(label).replace(".", "") in _LABELS and rest[0] not in ":/=":
        return [label, *_listed(rest)]
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
    if _SINGLE_LETTERS.fullmatch(word):
        word = word.replace(".", "").replace("/", "")
    return Token(
        typed=typed,
        word=word,
        has_digit=any(char in "0123456789" for char in typed),
        hashed="#" in part[: part.find(bare)] if bare else False,
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
    return bare[:-2] if bare[-2:] in ("'s", "'S") else bare


def _is_enclosing(char: str) -> bool:
    return not char.isalnum() and char not in _OPERATORS


_OPERATORS = "%&=+$@^\\"
_QUOTES = "\"'`*_~([{<"
_THOUSANDS = re.compile(r"#?\d{1,3}(?:,\d{3})+")
_SINGLE_LETTERS = re.compile(r"[a-z](?:[./][a-z]){1,4}\.?")


def _all_words(lexicon: Lexicon) -> frozenset[str]:
    spoken: set[str] = set()
    for table in (lexicon.anywhere, lexicon.alone):
        for listed in table.values():
            spoken.update(listed)
    for listed in (lexicon.status, lexicon.give, lexicon.still_open, lexicon.listing, lexicon.code):
        spoken.update(listed)
    for listed in (lexicon.all_documents, lexicon.since, lexicon.until, lexicon.before, lexicon.after):
        spoken.update(listed)
    spoken.update(lexicon.documents, lexicon.days)
    single = {word for phrase in spoken for word in phrase.split()}
    return frozenset(
        single.union(
            lexicon.common, lexicon.courtesies, lexicon.order, lexicon.orders, lexicon.months,
            lexicon.weekdays, lexicon.units, lexicon.counts, lexicon.quantities,
            lexicon.other_numbers, lexicon.newest,
            lexicon.between_count_and_order, lexicon.not_misspelt, lexicon.this, lexicon.previous,
            lexicon.previous_after, lexicon.rolling, lexicon.ago, lexicon.ago_before,
        )
    )  # fmt: skip


def _keywords(lexicon: Lexicon) -> tuple[str, ...]:
    """What a misspelt word may have meant: the words that carry meaning, not the small ones."""
    spoken = {*lexicon.documents, *lexicon.all_documents, *lexicon.still_open, *lexicon.status, *lexicon.days}
    for intent_phrases in (*lexicon.anywhere.values(), *lexicon.alone.values()):
        spoken.update(phrase for phrase in intent_phrases if " " not in phrase)
    single = {word for phrase in spoken for word in phrase.split()}
    single |= {*lexicon.order, *lexicon.orders, *lexicon.months, *lexicon.weekdays, *lexicon.units}
    return tuple(sorted(word for word in single - lexicon.common if len(word) >= 5))


_WORDS = {lexicon.language: _all_words(lexicon) for lexicon in ALL}
_KNOWN = frozenset().union(*_WORDS.values())
_ONLY = {
    language: mine - frozenset().union(*(other for name, other in _WORDS.items() if name != language))
    for language, mine in _WORDS.items()
}
_TARGETS = {lexicon.language: _keywords(lexicon) for lexicon in ALL}
_LABELS = frozenset().union(
    *(
        lexicon.order | lexicon.orders | lexicon.number_words | lexicon.prefixes | lexicon.invoices
        | lexicon.invoice_prefixes | frozenset(lexicon.documents) | frozenset(lexicon.code)
        for lexicon in ALL
    )
)  # fmt: skip

"""Every word of the three languages: which of them a text is in, and what a misspelt word was to be."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.questions.aloud import NUMBER_WORDS
from bot.questions.lexicon import ALL, Lexicon, in_order
from bot.questions.lexicon.everyday import EVERYDAY, OWN_SHORTHAND, SHORTHAND
from bot.questions.lexicon.real import REAL
from bot.questions.lexicon.talk import Talk, vocabulary
from bot.questions.lexicon.talk_en import ENGLISH_TALK
from bot.questions.lexicon.talk_es import SPANISH_TALK
from bot.questions.lexicon.talk_pt import PORTUGUESE_TALK
from bot.questions.question import Language
from bot.questions.tokens import Token


def language_of(tokens: Sequence[Token], usual: Language) -> Language:
    """The language most words belong to that only one language knows; ties go to the usual one."""
    seen = frozenset(token.word for token in tokens)
    score: dict[Language, float] = {}
    for lexicon in in_order(usual):
        language = lexicon.language
        score[language] = len(seen & _ONLY[language]) + (0 if language == "en" else len(seen & _IBERIAN) / 2)
    for token in tokens:
        for language, signs in _SIGNS.items():
            score[language] += bool(signs.search(token.lower))
    score["es"] += any(one.word == "o" and next_.word == "no" for one, next_ in pairwise(tokens))
    score["pt"] += any(_is_article(one.word, next_.word) for one, next_ in pairwise(tokens)) / 2
    return max(score, key=lambda language: score[language])


def _is_article(word: str, after: str) -> bool:
    """ "a empresa" is Portuguese: Spanish says "la empresa", and English has no such noun after its "a"."""
    return word == "a" and after in _FEMININE


def tells_language(tokens: Sequence[Token]) -> bool:
    """Whether a text gives any sign of its language: "104233" and "PO-7782 ok?" do not."""
    if any(signs.search(token.lower) for token in tokens for signs in _SIGNS.values()):
        return True
    told = _IBERIAN.union(*_ONLY.values())
    return any(token.word in told for token in tokens)


def corrected(tokens: Sequence[Token], language: Language) -> tuple[Token, ...]:
    """Shortened and misspelt keywords put right: one edit away, two in long words, never numbers.

    Words of 5 letters have too many neighbours to change a letter of ("dance", "danfe"): in them only
    a swapped, missing or additional letter is put right. So is the first letter always, unless it is
    missing. Words of 4 letters may lack a letter.
    """
    repaired: dict[str, str] = {}
    for token in tokens:
        word = token.word
        if word in repaired:
            continue
        short = SHORTHAND.get(word) or OWN_SHORTHAND[language].get(word)
        if short:
            repaired[word] = short
            continue
        if token.has_digit or not 4 <= len(word) <= 20 or word in KNOWN or word in REAL[language]:
            continue
        drawn = _undrawn(word) or _doubled_elsewhere(word, language)
        if drawn:
            repaired[word] = drawn
            continue
        if len(repaired) == _MOST_REPAIRED:
            break
        nearest = _nearest(word, _TARGETS[language]) or word
        # A stem takes any ending, but no word is another one with two of its letters swapped.
        if word.startswith(_STEMS[language]) and sorted(nearest) != sorted(word):
            continue
        repaired[word] = nearest
    return tuple(
        replace(token, word=repaired[token.word]) if token.word in repaired else token for token in tokens
    )


_MOST_REPAIRED = 60


def _undrawn(word: str) -> str | None:
    """A known word with letters drawn out, for emphasis: "helloooo", "ajudaa"."""
    short = _DRAWN.sub(r"\1", word)
    if short == word:
        return None
    known = (one for one in (_DRAWN.sub(r"\1\1", word), short) if len(one) > 1 and one in KNOWN)
    return next(known, None)


_DRAWN = re.compile(r"([a-z])\1+")


def _doubled_elsewhere(word: str, language: Language) -> str | None:
    """A keyword with its double letters in other places: "tommorow", "comming", "adress"."""
    return _BY_SINGLE_LETTERS[language].get(_DRAWN.sub(r"\1", word)) if len(word) >= 6 else None


def _nearest(word: str, targets: Sequence[str]) -> str | None:
    most = 2 if len(word) >= 9 else 1
    near = process.extract(word, targets, scorer=OSA.distance, score_cutoff=most, limit=4)
    for target, distance, _ in near:
        if target[0] != word[0] and target[1:] != word:
            continue
        # A short word is put right only where a letter is missing or doubled.
        swapped = sorted(word) == sorted(target)
        if min(len(word), len(target)) == 4 and not swapped and not _doubled(word, target):
            continue
        changed = len(word) == len(target) and sorted(word) != sorted(target)
        if changed and len(word) == 5:
            continue
        if distance == 1 or len(target) >= 9:
            return target
    return None


def _doubled(word: str, target: str) -> bool:
    if len(word) == len(target):
        return False
    return len(word) == 4 or any(one == two for one, two in pairwise(word))


def _all_words(lexicon: Lexicon) -> frozenset[str]:
    spoken: set[str] = set()
    for table in (lexicon.anywhere, lexicon.alone):
        for listed in table.values():
            spoken.update(listed)
    for listed in (lexicon.code, lexicon.all_documents, lexicon.since, lexicon.until, lexicon.before):
        spoken.update(listed)
    spoken.update(lexicon.after, lexicon.documents, lexicon.days)
    single = {word for phrase in spoken for word in phrase.split()}
    return frozenset(
        single.union(
            lexicon.common, lexicon.courtesies, lexicon.order, lexicon.orders, lexicon.months,
            lexicon.weekdays, lexicon.units, lexicon.counts, lexicon.quantities,
            lexicon.other_numbers, lexicon.newest,
            lexicon.between_count_and_order, lexicon.not_misspelt, lexicon.this, lexicon.previous,
            lexicon.previous_after, lexicon.rolling, lexicon.ago, lexicon.ago_before, lexicon.coming,
            lexicon.parts, lexicon.other_numbers, lexicon.articles, lexicon.of, EVERYDAY[lexicon.language],
        )
    )  # fmt: skip


def _keywords(lexicon: Lexicon) -> tuple[str, ...]:
    """What a misspelt word may have meant: the words that carry meaning, not the small ones."""
    spoken = {*lexicon.documents, *lexicon.all_documents, *lexicon.days}
    for intent_phrases in (*lexicon.anywhere.values(), *lexicon.alone.values()):
        spoken.update(phrase for phrase in intent_phrases if " " not in phrase)
    single = {word for phrase in spoken for word in phrase.split()}
    whole, stems = vocabulary(_TALKS[lexicon.language])
    single |= whole.union(stem + ending for stem in stems for ending in ("", "o", "a", "os", "as"))
    single |= {*lexicon.order, *lexicon.orders, *lexicon.months, *lexicon.weekdays, *lexicon.units}
    single |= {*lexicon.previous_after, *lexicon.newest, *lexicon.ago}
    return tuple(sorted(word for word in single if len(word) >= 4))


_TALKS: Mapping[Language, Talk] = {"en": ENGLISH_TALK, "pt": PORTUGUESE_TALK, "es": SPANISH_TALK}
_STEMS = {language: vocabulary(talk)[1] for language, talk in _TALKS.items()}
_WORDS = {lexicon.language: _all_words(lexicon) for lexicon in ALL}
KNOWN = NUMBER_WORDS.union(*_WORDS.values(), *(vocabulary(talk)[0] for talk in _TALKS.values()))
"""Every word that some language has a use for."""
# Said in all three, whatever list they stand in.
_EVERYWHERE = frozenset(
    [
        "c",
        "pls",
        "plz",
        "plis",
        "ok",
        "okay",
        "asap",
        "status",
        "xml",
        "pdf",
        "web",
        "site",
        "eta",
        "update",
        "danfe",
        "boleto",
        "online",
        "email",
        "e-mail",
        "slack",
        "telegram",
        "link",
        "login",
        "help",
        "po",
        "so",
        "sku",
        "item",
        "total",
        "no",
        "on",
        "test",
        "me",
        "a",
        "bot",
        "info",
        "manual",
        "nf",
        "nfe",
        "nf-e",
        "series",
        "serie",
        "pod",
        "cte",
    ]
)
_ONLY_LISTED = {
    language: mine - _EVERYWHERE.union(*(other for name, other in _WORDS.items() if name != language))
    for language, mine in _WORDS.items()
}
_SMALL: Mapping[Language, frozenset[str]] = {
    "en": frozenset(["the", "is", "of", "to", "it", "and", "my", "with"]),
    "pt": frozenset(["e", "o", "os", "do", "da", "em", "ao", "um", "uma", "dos", "das", "ou"]),
    "es": frozenset(["y", "el", "los", "las", "un", "una", "del", "en", "lo", "la"]),
}
"""Words too small for any list to hold them for one language alone."""
_ONLY = {
    language: (mine | _SMALL[language])
    - frozenset().union(*(small for name, small in _SMALL.items() if name != language))
    for language, mine in _ONLY_LISTED.items()
}
_IBERIAN = (_WORDS["pt"] & _WORDS["es"]) - _WORDS["en"] - frozenset().union(*_SMALL.values())
_FEMININE = frozenset(["compra", "copia", "empresa", "entrega", "ficha", "guia", "lista", "pagina"])
"""Nouns of both Portuguese and Spanish."""
_TARGETS = {lexicon.language: _keywords(lexicon) for lexicon in ALL}
_BY_SINGLE_LETTERS = {
    language: {
        single: word for word in targets if (single := _DRAWN.sub(r"\1", word)) != word or len(word) >= 6
    }
    for language, targets in _TARGETS.items()
}
"""Keywords as they are with no letter doubled."""
# Letters and endings that only one of the three has.
_SIGNS: Mapping[Language, re.Pattern[str]] = {
    "pt": re.compile(r"[ãõçêâ]|^(?:já|você|dias?|está)\b"),
    "es": re.compile(r"[ñ¿¡]|ción$|^(?:mes|días?|más|qué|están|aún|dónde|cuándo|cómo|cuál)\b"),
}

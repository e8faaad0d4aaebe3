"""What a person wants, decided from the words and from what else was found in the text."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.orders import Reference, ReferenceKind
from bot.questions.documents import Asked
from bot.questions.lexicon import ALL
from bot.questions.question import Intent


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a text holds, before its intent is known."""

    words: str
    """As `told_apart` writes them."""
    references: tuple[Reference, ...]
    documents: Asked
    has_period: bool
    limit: int | None
    email: str | None
    code: str | None
    asks_only: bool = False
    """Nothing but question marks."""


def decide(found: Found) -> Intent:
    """The intent of a text. A number or a document named outweighs every courtesy around it."""
    words = found.words
    if found.code and says(words, _CODE) and not found.documents.any and not says(words, _ORDER):
        return Intent.CODE
    if found.email and (not found.references or says(words, _ANYWHERE[Intent.LINK])):
        return Intent.LINK if not found.documents.any else Intent.DOCUMENTS
    if found.references:
        return Intent.DOCUMENTS if _wants_documents(found) else Intent.FIND
    for intent in (Intent.UNLINK, Intent.WHO_AM_I, Intent.THANKS, Intent.LINK):
        if says(words, _ANYWHERE[intent]) or is_only(words, _ALONE[intent]):
            return intent
    if found.documents.any:
        return Intent.DOCUMENTS
    if says(words, _ANYWHERE[Intent.HELP]) and not _lists(found):
        return Intent.HELP
    if found.has_period or found.limit or _lists(found):
        return Intent.LIST
    for intent in (Intent.HELP, Intent.GREETING, Intent.LIST, Intent.FIND):
        if is_only(words, _ALONE[intent]):
            return intent
    if says(words, _STATUS):
        return Intent.FIND
    if found.asks_only or says(words, _HELP_ANYHOW):
        return Intent.HELP
    return Intent.GREETING if _greets(words) else Intent.UNKNOWN


def asks_for_open(words: str) -> bool:
    """Whether only orders that are still to come are meant."""
    return says(words, _OPEN)


def says(words: str, phrases: Sequence[str]) -> bool:
    """Whether one of the phrases stands in the words, as whole words."""
    return any(f" {phrase} " in words for phrase in phrases)


def is_only(words: str, phrases: Sequence[str]) -> bool:
    """Whether the words are one of the phrases, courtesies before and after it aside."""
    if words.strip() in phrases:
        return True
    for phrase in phrases:
        before, spoken, after = words.partition(f" {phrase} ")
        if spoken and all(word in _COURTESIES for word in (*before.split(), *after.split())):
            return True
    return False


def _wants_documents(found: Found) -> bool:
    if not found.documents.any:
        return False
    if not found.documents.only_labels:
        return True
    if says(found.words, _STATUS_OF_A_NUMBER):
        return False
    # "NF 123456/1" on its own names an invoice; "send NF 123456/1" wants it.
    named = any(reference.kind is ReferenceKind.INVOICE_NUMBER for reference in found.references)
    return not named or says(found.words, _GIVE)


def _lists(found: Found) -> bool:
    return says(found.words, _LISTING) or (asks_for_open(found.words) and says(found.words, _OPEN_AND_MORE))


def _greets(words: str) -> bool:
    spoken = words.split()
    return bool(spoken) and all(word in _COURTESIES for word in spoken)


def _together(intent: Intent, *, anywhere: bool) -> tuple[str, ...]:
    tables = (lexicon.anywhere if anywhere else lexicon.alone for lexicon in ALL)
    return tuple(dict.fromkeys(phrase for table in tables for phrase in table.get(intent, ())))


_ANYWHERE = {intent: _together(intent, anywhere=True) for intent in Intent}
_ALONE = {intent: _together(intent, anywhere=False) for intent in Intent}
_STATUS = tuple(phrase for lexicon in ALL for phrase in lexicon.status)
_GIVE = tuple(phrase for lexicon in ALL for phrase in lexicon.give)
_LISTING = tuple(phrase for lexicon in ALL for phrase in lexicon.listing)
_OPEN = tuple(phrase for lexicon in ALL for phrase in lexicon.still_open)
_CODE = tuple(phrase for lexicon in ALL for phrase in lexicon.code)
_ORDER = tuple(word for lexicon in ALL for word in lexicon.order)
_COURTESIES = frozenset().union(*(lexicon.courtesies for lexicon in ALL))
_STATUS_OF_A_NUMBER = (
    "status", "state", "where is", "wheres", "track", "tracking", "situacao", "andamento", "onde esta",
    "cade", "rastrear", "rastreio", "estado", "donde esta", "seguimiento",
)  # fmt: skip
# "late" alone is a question about some order; "what is late" and "anything late" ask for all.
_OPEN_AND_MORE = (
    "what", "whats", "which", "anything", "any", "everything", "all", "list", "show", "open", "still open",
    "pending", "outstanding", "undelivered", "unshipped", "o que", "quais", "que", "tudo", "abertos",
    "aberto", "em aberto", "pendente", "pendiente",
    "algum", "algun", "pendentes", "cuales", "abiertos", "abiertas", "pendientes", "overdue",
    "backorders", "not delivered", "not yet delivered", "not shipped",
)  # fmt: skip
_HELP_ANYHOW = ("help", "ajuda", "ayuda")

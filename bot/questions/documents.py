"""Which documents a text asks for."""

import re
from dataclasses import dataclass

from bot.orders import DocumentKind
from bot.questions.lexicon import ALL
from bot.questions.lexicon.shape import phrases


@dataclass(frozen=True)
class Asked:
    """Kinds in the order they were named."""

    kinds: tuple[DocumentKind, ...] = ()
    everything: bool = False
    only_labels: bool = False
    """Each document named is the label of a number ("invoice 123456"), not a thing asked for."""

    @property
    def any(self) -> bool:
        return bool(self.kinds) or self.everything


@dataclass(frozen=True)
class _Mention:
    at: int
    end: int
    kinds: tuple[DocumentKind, ...]
    """Empty for "documents" in general."""


def read_documents(words: str) -> Asked:
    """Documents named in words as `told_apart` writes them.

    In "XML of the invoice 104233" the invoice only says which XML, and is left out.
    """
    mentions = sorted(_mentions(words), key=lambda mention: mention.at)
    wanted = [
        mention
        for place, mention in enumerate(mentions)
        if place == 0 or words[mentions[place - 1].end : mention.at].strip() not in _BELONGING
    ]
    kinds = tuple(dict.fromkeys(kind for mention in wanted for kind in mention.kinds))
    if DocumentKind.INVOICE_PDF in kinds and not _invoice_is_meant(words, wanted, kinds):
        kinds = tuple(kind for kind in kinds if kind is not DocumentKind.INVOICE_PDF)
    return Asked(
        kinds=() if _all_of_them(words) else kinds,
        everything=bool(wanted) and (_all_of_them(words) or not kinds),
        only_labels=bool(wanted) and all(_labels_a_number(words, mention) for mention in wanted),
    )


_KINDS = {phrase: kinds for lexicon in reversed(ALL) for phrase, kinds in lexicon.documents.items()}
_PHRASES: dict[str, tuple[DocumentKind, ...]] = {
    **dict.fromkeys((phrase for lexicon in ALL for phrase in lexicon.all_documents), ()),
    **_KINDS,
}
_LONGEST_FIRST = tuple(sorted(_PHRASES, key=lambda phrase: (-len(phrase), phrase)))
_BELONGING = frozenset(phrase for lexicon in ALL for phrase in lexicon.belonging)
_NUMBER_WORDS = frozenset().union(*(lexicon.number_words for lexicon in ALL)) - {"#"}
_EVERYTHING = phrases(
    """all documents; all the documents; all docs; all files; all the files; every document; every file;
    all paperwork; full documents; complete documents; todos os documentos; todos os arquivos;
    todos documentos; todos los documentos; todos los archivos; toda la documentacion"""
)


def _mentions(words: str) -> list[_Mention]:
    found: list[_Mention] = []
    left = words
    for phrase in _LONGEST_FIRST:
        spoken = f" {phrase} "
        at = left.find(spoken)
        while at >= 0:
            end = at + len(spoken) - 1
            found.append(_Mention(at=at, end=end, kinds=_PHRASES[phrase]))
            # Covered, so that a shorter phrase within is not found again; its spaces stay borders.
            left = left[: at + 1] + "\0" * (end - at - 1) + left[end:]
            at = left.find(spoken)
    return found


def _all_of_them(words: str) -> bool:
    return any(f" {phrase} " in words for phrase in _EVERYTHING)


def _invoice_is_meant(words: str, wanted: list[_Mention], kinds: tuple[DocumentKind, ...]) -> bool:
    """ "PDF" means the invoice where nothing else is named but its XML; "boleto pdf" is one file."""
    only_as_pdf = all(
        re.fullmatch(r"pdfs?( file)?", words[mention.at : mention.end].strip())
        for mention in wanted
        if DocumentKind.INVOICE_PDF in mention.kinds
    )
    return not only_as_pdf or set(kinds) <= {DocumentKind.INVOICE_PDF, DocumentKind.NFE_XML}


def _labels_a_number(words: str, mention: _Mention) -> bool:
    following = words[mention.end : mention.end + 60].split()
    while following and following[0] in _NUMBER_WORDS:
        following = following[1:]
    return bool(following) and following[0] == "#"

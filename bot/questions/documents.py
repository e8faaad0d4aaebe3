"""Which documents a text asks for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.orders import DocumentKind
from bot.questions.lexicon import ALL
from bot.questions.lexicon.shape import by_first_word, length_at, phrases


@dataclass(frozen=True)
class Asked:
    """Kinds in the order they were named."""

    kinds: tuple[DocumentKind, ...] = ()
    everything: bool = False
    named: tuple[str, ...] = ()
    """The phrases that name them."""
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
    words = _PROOF_THAT.sub(r"proof of delivery \1", _NOT_A_DOCUMENT.sub(" ", words))
    mentions = sorted(_mentions(words), key=lambda mention: mention.at)
    wanted = [
        mention
        for place, mention in enumerate(mentions)
        if place == 0 or not _belongs(words[mentions[place - 1].end : mention.at])
    ]
    wanted = [_in_full(mention, mentions, words) for mention in wanted]
    if any(_labels_a_number(words, mention) for mention in wanted):
        asked = [
            mention for mention in wanted if not _only_names(words, mention) or _is_given(words, mention)
        ]
        wanted = asked or wanted
    kinds = tuple(dict.fromkeys(kind for mention in wanted for kind in _kinds_of(words, mention)))
    if DocumentKind.EINVOICE_XML in kinds:  # "the CFDI, as XML": that is what it is
        kinds = tuple(kind for kind in kinds if kind is not DocumentKind.NFE_XML)
    if DocumentKind.INVOICE_PDF in kinds and not _invoice_is_meant(words, wanted, kinds):
        kinds = tuple(kind for kind in kinds if kind is not DocumentKind.INVOICE_PDF)
    return Asked(
        kinds=() if _all_of_them(words) else kinds,
        everything=bool(wanted) and (_all_of_them(words) or not kinds),
        named=tuple(words[mention.at : mention.end].strip() for mention in mentions),
        only_labels=bool(wanted) and all(_labels_a_number(words, mention) for mention in wanted),
    )


# "The invoice number of order 4711", "confirm receipt of PO 4711": nothing to hand over.
_NOT_A_DOCUMENT = re.compile(
    r"(?<= )(?:receipt of (?=the |our |my |po |order |#)"
    r"|(?:invoice|bill) (?:number|no|date|address|total|amount)s? (?!#|is #)"
    r"|(?:numero|nro|n|data|fecha|valor|importe|total) (?:d[aeo] |de la |del |das |de las )?"
    r"(?:notas?(?: fisca(?:l|is))?|nf|nfe|faturas?|facturas?|boleto) (?!#))"
)
# "Proof that 4711 was delivered", "uma prova de que o 4711 foi entregue".
_PROOF_THAT = re.compile(
    r"(?<= )(?:proof|evidence|prova|prueba|evidencia|comprovante|comprobante|constancia|confirmacion)"
    r" (?:that|de que|que) ((?:\S+ ){0,5}?)"
    r"(?:delivered|received|arrived|entregue|recebid[oa]|chegou|entregad[oa]|recibid[oa]|llego)(?= )"
)
_KINDS = {phrase: kinds for lexicon in reversed(ALL) for phrase, kinds in lexicon.documents.items()}


def _said_otherwise(phrase: str) -> Iterator[str]:
    """ "Comprobante de entrega" is "comprobante de la entrega" too."""
    yield phrase
    if " de " in phrase:
        yield from (phrase.replace(" de ", f" {of} ", 1) for of in ("da", "do", "de la", "del", "das", "dos"))


_PHRASES: dict[str, tuple[DocumentKind, ...]] = {
    **dict.fromkeys((phrase for lexicon in ALL for phrase in lexicon.all_documents), ()),
    **{other: kinds for phrase, kinds in _KINDS.items() for other in reversed([*_said_otherwise(phrase)])},
    **_KINDS,
}


def document_at(spoken: Sequence[str], at: int) -> int:
    """How many words the longest name of a document takes at a place; 0 for none."""
    return length_at(spoken, at, _BY_FIRST_WORD)


_BY_FIRST_WORD = by_first_word(sorted(_PHRASES, key=len, reverse=True))
_BELONGING = frozenset(phrase for lexicon in ALL for phrase in lexicon.belonging)
_NUMBER_WORDS = frozenset().union(*(lexicon.number_words for lexicon in ALL)) - {"#"}
_EVERYTHING = phrases(
    """all documents; all the documents; all docs; all files; all the files; every document; every file;
    all paperwork; full documents; complete documents; todos os documentos; todos os arquivos;
    todos documentos; todos los documentos; todos los archivos; toda la documentacion"""
)


def _mentions(words: str) -> list[_Mention]:
    """The longest phrase at each word, from left to right."""
    found: list[_Mention] = []
    at = 0
    while (end := words.find(" ", at + 1)) >= 0:
        for phrase in _BY_FIRST_WORD.get(words[at + 1 : end], ()):
            if words.startswith(f" {phrase} ", at):
                end = at + 1 + len(phrase)
                found.append(_Mention(at=at, end=end, kinds=_PHRASES[phrase]))
                break
        at = end
    return found


def _kinds_of(words: str, mention: _Mention) -> tuple[DocumentKind, ...]:
    """ "Stamped delivery note", "remito conformado": once the receiver has signed it, it proves delivery."""
    before, after = words[: mention.at].split()[-1:], words[mention.end :].split()[:2]
    if mention.kinds == (DocumentKind.DELIVERY_NOTE,) and any(
        word.startswith(_SIGNED) for word in (*before, *after)
    ):
        return (DocumentKind.PROOF_OF_DELIVERY,)
    return mention.kinds


_SIGNED = ("signed", "stamped", "assinad", "carimbad", "firmad", "sellad", "conformad", "firma", "assinatura")


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


def _in_full(mention: _Mention, mentions: list[_Mention], words: str) -> _Mention:
    """ "The PDF of the boleto" is the boleto."""
    if words[mention.at : mention.end].strip() not in ("pdf", "pdfs"):
        return mention
    after = next((other for other in mentions if other.at >= mention.end - 1), None)
    return after if after and after.kinds and _belongs(words[mention.end : after.at]) else mention


def _belongs(between: str) -> bool:
    """ "Of the", "de la última": what follows only says whose it is."""
    spoken = between.split()
    starts = any(" ".join(spoken[:length]) in _BELONGING for length in range(1, len(spoken) + 1))
    return starts and all(word in _PLAIN for word in spoken)


def _only_names(words: str, mention: _Mention) -> bool:
    """ "NF 90021 … and the boleto": a bare word for an invoice, before its number."""
    return words[mention.at : mention.end].strip() in _INVOICES and _labels_a_number(words, mention)


def _is_given(words: str, mention: _Mention) -> bool:
    """ "Send invoice 90021 and the boleto": asked for, though a number follows."""
    before = words[max(0, mention.at - 40) : mention.at].split()[-3:]
    return any(word.startswith(_GIVING) for word in before)


_INVOICES = frozenset().union(*(lexicon.invoices | lexicon.invoice_prefixes for lexicon in ALL)) - {"danfe"}
_PLAIN = frozenset(
    [
        "of",
        "the",
        "for",
        "from",
        "to",
        "on",
        "our",
        "my",
        "your",
        "that",
        "this",
        "in",
        "belonging",
        "last",
        "latest",
        "da",
        "do",
        "de",
        "das",
        "dos",
        "para",
        "a",
        "o",
        "as",
        "os",
        "ultima",
        "ultimo",
        "minha",
        "nossa",
        "meu",
        "nosso",
        "essa",
        "esse",
        "esta",
        "este",
        "del",
        "la",
        "el",
        "las",
        "los",
        "mi",
        "nuestra",
        "su",
        "ese",
        "esa",
        "referente",
        "ao",
        "ref",
    ]
)
_GIVING = (
    "send", "resend", "need", "get", "forward", "want", "copy", "mand", "envi", "precis", "quer", "reenvi",
    "pass", "pas", "necesit", "quier", "dame", "baix", "descarg", "snd",
)  # fmt: skip


def _labels_a_number(words: str, mention: _Mention) -> bool:
    following = words[mention.end : mention.end + 60].split()
    while following and following[0] in _NUMBER_WORDS:
        following = following[1:]
    return bool(following) and following[0] == "#"

"""Whether a document is wanted where one is named, or something about it: its state, what it is of."""

from bot.orders import DocumentKind, ReferenceKind
from bot.questions.documents import document_at
from bot.questions.found import Decision, Found
from bot.questions.lexicon import ALL
from bot.questions.lexicon.shape import words
from bot.questions.lexicon.talk import Concept
from bot.questions.question import Intent


def wants_documents(found: Found) -> bool:
    """Whether a document of the orders that are named is wanted."""
    return found.documents.any and not _is_label(found) and not _is_about_a_document(found)


def documents_of_none(found: Found) -> Decision:
    """What is meant by a document of no order in particular."""
    said = found.said
    owed = found.states & {Concept.UNPAID, Concept.OVERDUE}
    as_files = not {"xml", "xmls", "pdf", "pdfs"}.isdisjoint(found.documents.named)
    if found.states & {Concept.INVOICED, Concept.NOT_INVOICED} and Concept.SEND not in said and not as_files:
        return Decision(Intent.LIST, 0.9)
    to_pay = found.documents.kinds == (DocumentKind.BOLETO,) and not _asks_which(found)
    if owed and Concept.SEND not in said and not to_pay:
        return Decision(Intent.LIST, 0.85)
    if not owed and _is_about_a_document(found) and not found.has_period:
        return Decision(Intent.FIND, 0.7)
    return Decision(Intent.DOCUMENTS, 0.9 if Concept.SEND in said or found.has_period else 0.8)


def _asks_which(found: Found) -> bool:
    """ "Que boletos vencem?" does; in "boletos que vencem" the "que" only goes on from the noun."""
    said = found.said
    return any(
        start == 1 or said.words[start:end] != "que " for start, end in said.spans.get(Concept.WHICH, ())
    )


def _is_label(found: Found) -> bool:
    """ "NF 123456/1" on its own names an invoice; "send NF 123456/1" wants it.

    So does "po:7782 inv:90021": a list of numbers with what each is, and nothing else.
    """
    spoken = found.words.split()
    if spoken[-1:] == ["#"] and all(word == "#" or word in _LABELS for word in spoken):
        kinds = [reference.kinds or (reference.kind,) for reference in found.references]
        if any(ReferenceKind.INVOICE_NUMBER not in of for of in kinds):
            return True
    if not found.documents.only_labels or found.said.any(Concept.SEND, Concept.WANT):
        return False
    return any(reference.kind is ReferenceKind.INVOICE_NUMBER for reference in found.references)


def _is_about_a_document(found: Found) -> bool:
    """ "Is invoice 11 paid?" asks about it; "need invoice 11, is it paid?" may have it as well."""
    said = found.said
    wants = Concept.SEND in said or (Concept.WANT in said and Concept.KNOW not in said)
    wants = wants or _wants_a_document(found)
    pointed = all(_is_pointed_at(found, name) for name in found.documents.named)
    if not wants and pointed and Concept.QUESTION in said:
        return True
    labels = found.documents.only_labels and set(found.documents.kinds) <= _INVOICES
    if labels and not wants and _stands_apart(found, Concept.QUESTION):
        return True
    return not wants and _stands_apart(found, Concept.STATE_OF_DOCUMENT)


def _wants_a_document(found: Found) -> bool:
    """ "I wanted the invoice of 4711 and to know when it comes": what is wanted first is the document."""
    for _, end in found.said.spans.get(Concept.WANT, ()):
        spoken = found.said.words[end:].split()[:6]
        at = 0
        while at < len(spoken) and spoken[at] in _ARTICLES:
            at += 1
        if document_at(spoken, at):
            return True
    return False


_ARTICLES = words(
    """a an the my our your copy copia of de da do del o os as el la los las um uma un una minha meu mi tu
    sua su"""
)


def _is_pointed_at(found: Found, name: str) -> bool:
    """ "The goods of that invoice": which one is said by its number, and nothing is wanted of it."""
    return any(f" {of} {name} " in found.words for of in _OF_THAT)


_OF_THAT = (
    "of this", "of that", "for this", "for that", "on this", "on that", "dessa", "desta", "desse", "deste",
    "de esta", "de esa", "de este", "de ese",
)  # fmt: skip


_LABELS = frozenset().union(
    *(
        lexicon.order | lexicon.orders | lexicon.prefixes | lexicon.invoices | lexicon.invoice_prefixes
        for lexicon in ALL
    )
)
_INVOICES = frozenset({DocumentKind.INVOICE_PDF, DocumentKind.DANFE, DocumentKind.NFE_XML})


def _stands_apart(found: Found, concept: Concept) -> bool:
    """Whether a concept is there beside the names of documents: "payment slip" is about no payment."""
    said = found.said
    spoken = [said.words[start:end].strip() for start, end in said.spans.get(concept, ())]
    return any(not any(f" {one} " in f" {name} " for name in found.documents.named) for one in spoken)

"""In what shape an answer is wanted: as a workbook; and whether invoices are meant or their orders."""

import re

from bot.orders import DocumentKind
from bot.questions.cleaning import fold
from bot.questions.found import names_orders
from bot.questions.question import Intent, Question

_WORKBOOK = r"(?:excel|xlsx?|spread ?sheets?|work ?books?|planilhas?|hojas? de c[aá]lculo)"
_INTO = (
    r"(?:as|in|into|to|em|en|no|num|numa|na|como|para|a|formato|format|formatted as)"
    r"(?: (?:an?|uma?|una?|el|la|o|formato|format|the))?"
)
_SHEET = re.compile(rf"\b{_WORKBOOK}\b", re.IGNORECASE)
_AS_SHEET = re.compile(
    rf"[,;]?\s*(?:\bexport(?:ed|a|ado|ada|ados|adas)?\s+)?\b{_INTO}\s+{_WORKBOOK}"
    r"(?:\s+(?:file|format|formato|please|pls))?\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(r"\b(?:statements?|extratos?|estados? de cuentas?|posicao financeira)\b")


def without_shape(cleaned: str) -> tuple[str, bool]:
    """The text without "as excel", which is no place and no product; and whether a workbook is wanted.

    "Planilha de outubro" keeps its noun: something must be asked for.
    """
    if _SHEET.search(cleaned) is None:
        return cleaned, False
    rest = _AS_SHEET.sub(" ", cleaned).strip()
    return (rest or cleaned), True


def wants_invoices(question: Question, words: str) -> bool:
    """Whether open invoices are asked for as such: a statement, or what is to be paid of any order."""
    if question.references or question.ordinal is not None:
        return False
    if question.intent is Intent.DOCUMENTS:
        return question.documents == (DocumentKind.STATEMENT,)
    if question.intent is not Intent.LIST or not (question.filters.unpaid or question.filters.overdue):
        return False
    return _STATEMENT.search(fold(words)) is not None or not names_orders(words)

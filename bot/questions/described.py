"""What a quoted number may be, how it was written, and how else it may be read."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.orders import Reference, ReferenceKind
from bot.questions.cleaning import fold
from bot.questions.labels import INVOICE_PREFIXES, PREFIXES, Label
from bot.questions.lexicon.shape import words
from bot.questions.spellings import MOST_ALTERNATIVES
from bot.questions.tokens import Token

ATTACHED = re.compile(
    r"(?P<letters>[A-Za-z]{1,12}(?:[./-][A-Za-z]{1,2}\.?)?)(?P<between>[ ._/#\-]{0,3})(?P<rest>\d.*)"
)

_ORDER_FIRST = (ReferenceKind.ORDER_NUMBER, ReferenceKind.CUSTOMER_REFERENCE, ReferenceKind.WEB_NUMBER)
_THEIRS_FIRST = (ReferenceKind.CUSTOMER_REFERENCE, ReferenceKind.ORDER_NUMBER, ReferenceKind.WEB_NUMBER)
_WEB_FIRST = (ReferenceKind.WEB_NUMBER, ReferenceKind.ORDER_NUMBER, ReferenceKind.CUSTOMER_REFERENCE)
_THEIRS = words("po pos oc ocs pc cpo")
_SALES = words("so sos wo ov pv op")
_WEB = re.compile(r"\d{13}-\d{2}")
_WEB_WORDS = words("web site online website shop loja tienda internet ecommerce vtex")
_PURCHASE = words("purchase compra reference referencia ref my our nossa nuestra minha mi cliente customer")


def described(
    reference: Reference, tokens: Sequence[Token], place: int, label: Label, written: str
) -> Reference:
    """The same reference with how it was written and what it may be."""
    before = [tokens[near].word for near in range(max(0, place - 4), place)]
    attached = ATTACHED.fullmatch(written)
    letters = fold(attached["letters"]) if attached else ""
    prefix = letters if letters in PREFIXES | INVOICE_PREFIXES else (label.prefix or "").lower()
    near = before[-3:]
    if reference.kind is not ReferenceKind.ANY:
        kinds: tuple[ReferenceKind, ...] = (reference.kind,)
    elif label.billed or label.bills or prefix in INVOICE_PREFIXES or prefix == "inv":
        kinds = (ReferenceKind.INVOICE_NUMBER,)
    elif _WEB.fullmatch(written) or _WEB_WORDS & set(near):
        kinds = _WEB_FIRST
    elif prefix in _SALES or "sales" in near or "venda" in near or "venta" in near:
        kinds = _ORDER_FIRST
    elif prefix in _THEIRS or _is_theirs(near):
        kinds = _THEIRS_FIRST
    elif label.accepts:
        kinds = _ORDER_FIRST
    else:
        kinds = (*_ORDER_FIRST, ReferenceKind.INVOICE_NUMBER)
    text = written
    if label.prefix and not label.doubtful and not letters:
        text = f"{tokens[place - 1].typed if place else label.prefix} {written}"
    return replace(reference, text=text, kinds=kinds, alternatives=_with_confusable(reference))


def _is_theirs(near: Sequence[str]) -> bool:
    spoken = " ".join(near)
    return any(phrase in spoken for phrase in _OF_THEIRS)


_OF_THEIRS = (
    "purchase order", "pedido de compra", "orden de compra", "ordem de compra", "my reference",
    "our reference",
    "my ref", "our ref", "reference is", "referencia es", "referencia e", "nossa referencia",
    "minha referencia",
    "nuestra referencia", "mi referencia", "customer reference", "nosso pedido", "your ref",
)  # fmt: skip

_CONFUSABLE = str.maketrans("OQDILZSB", "00011258")
_TAIL = re.compile(r"([A-Z]{0,4}[-/ ._#]?)([0-9OQDILZSB]{3,20})")


def _with_confusable(reference: Reference) -> tuple[str, ...]:
    """Letters read for digits, in the part that is mostly digits: offered beside what was typed."""
    others = reference.alternatives
    for written in (reference.value, *reference.alternatives):
        found = _TAIL.fullmatch(written)
        if found is None or sum(char.isdigit() for char in found[2]) * 2 < len(found[2]):
            continue
        tail = found[2].translate(_CONFUSABLE)
        if tail != found[2]:
            others += (found[1] + tail, tail)
    seen = dict.fromkeys(other for other in others if other != reference.value)
    return tuple(seen)[:MOST_ALTERNATIVES]

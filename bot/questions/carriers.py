"""Numbers that carriers and tax offices give out, told by their form and check digit."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.orders import Reference, ReferenceKind
from bot.questions.lexicon.shape import words

_OPEN = r"(?<![^\s(\"'\[{*_~`<,;:|])"
_CLOSE = r"(?![^\s)\"'\]}*_~`>,;:.!?|])"


@dataclass(frozen=True)
class _Form:
    pattern: re.Pattern[str]
    holds: Callable[[str], bool]
    kind: ReferenceKind
    labelled: re.Pattern[str] | None = None
    """What must stand a little before a number whose form others share."""


def take_out(text: str) -> tuple[str, tuple[Reference, ...]]:
    """A cleaned text without such numbers, and the numbers, each once."""
    found: dict[str, Reference] = {}
    for form in _FORMS:
        text = _without(text, form, found)
    return text, tuple(found.values())


def is_access_key(key: str) -> bool:
    """Whether 44 characters are made like an access key: month, document model, check digit (modulo 11).

    Letters of an alphanumeric CNPJ count as their ASCII code less 48.
    Source: Manual de Orientação do Contribuinte NF-e 7.0, annex I, section 5.
    """
    if not 1 <= int(key[4:6]) <= 12 or key[20:22] not in _MODELS:
        return False
    weighted = sum((ord(char) - 48) * (2 + at % 8) for at, char in enumerate(reversed(key[:43])))
    return int(key[43]) == (0 if weighted % 11 < 2 else 11 - weighted % 11)


def _is_nearly_a_key(key: str) -> bool:
    """All but the check digit; eleven order numbers of four digits in a row are not."""
    return 1 <= int(key[4:6]) <= 12 and key[20:22] in _MODELS and key[:2] in _STATES


_STATES = words("11 12 13 14 15 16 17 21 22 23 24 25 26 27 28 29 31 32 33 35 41 42 43 50 51 52 53")
"""IBGE codes of the Brazilian states, which a key begins with."""
_MODELS = frozenset({"55", "57", "58", "62", "65", "66", "67"})


def _without(text: str, form: _Form, found: dict[str, Reference]) -> str:
    kept, after = [], 0
    for match in form.pattern.finditer(text):
        written = match.group(1)
        number = re.sub(r"[^A-Z0-9]", "", written.upper())
        if not form.holds(number):
            continue
        if form.labelled and not form.labelled.search(text[max(0, match.start() - 60) : match.start()]):
            continue
        sure = form.kind is not ReferenceKind.ANY
        kinds = (form.kind,) if sure else (ReferenceKind.TRACKING_NUMBER, *_ANY) if form.labelled else _ANY
        found.setdefault(number, Reference(value=number, kind=form.kind, text=written.strip(), kinds=kinds))
        kept.append(text[after : match.start()])
        after = match.end()
    return " ".join([*kept, text[after:]]) if kept else text


def _modulo_10(number: str) -> bool:
    """USPS and SSCC: weights 3 and 1 from the right."""
    weighted = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(number[:-1])))
    return (10 - weighted % 10) % 10 == int(number[-1])


def _anything(number: str) -> bool:
    return True


_LABEL = re.compile(
    r"\b(?:track(?:ing)?|trace|rastre\w{0,6}|seguimiento|fedex|dhl|gls|ups|usps|tnt|dpd|seur|mrw|correios|correos|"
    r"awb|airway ?bill|gu[ií]a|jadlog|loggi|estafeta|andreani|objeto|env[ií]o)"
    r"(?: ?(?:number|no|num|nr|code|id|n[uú]mero|c[oó]digo|nro|n[ºo°]|de|is|es|é|it)\b\.?){0,3}[ :#.]{0,3}$",
    re.IGNORECASE,
)
_ANY = (ReferenceKind.ORDER_NUMBER, ReferenceKind.CUSTOMER_REFERENCE, ReferenceKind.WEB_NUMBER)

_TRACKING, _KEY = ReferenceKind.TRACKING_NUMBER, ReferenceKind.ACCESS_KEY


def _form(written: str) -> re.Pattern[str]:
    return re.compile(_OPEN + written + _CLOSE, re.IGNORECASE)


_FORMS = (
    # In groups of any size, as printed below the bars; glued to a label or not.
    _Form(
        _form(
            r"(?:NF-?e\s?|CT-?e\s?)?"
            r"(\d(?:[ .\-/]?\d){5}(?:[ .\-/]?[0-9A-Z]){12}(?:[ .\-/]?\d){26})"
        ),
        is_access_key,
        _KEY,
    ),
    # With a wrong digit it is no key, but still one number, not eleven.
    _Form(_form(r"(?:NF-?e\s?)?(\d{44})"), _anything, ReferenceKind.ANY),
    _Form(_form(r"(?:NF-?e\s?)?(\d{4}(?:[ .]\d{4}){10})"), _is_nearly_a_key, ReferenceKind.ANY),
    # UPS and the post (UPU S10) are like no other number, so a mistyped one is told apart too.
    _Form(_form(r"(1Z(?: ?[0-9A-Z]){16})"), _anything, _TRACKING),
    _Form(_form(r"([A-Z]{2} ?\d{3} ?\d{3} ?\d{3} ?[A-Z]{2})"), _anything, _TRACKING),
    _Form(_form(r"(9[1-5](?: ?\d){18,20})"), _modulo_10, _TRACKING),
    _Form(_form(r"(JJ?D(?: ?\d){12,20}|(?:GM|LX|RX)\d{14,20}|TBA\d{12})"), _anything, _TRACKING),
    # FedEx has 12 or 15 digits, DHL 10, GLS 11, and so have orders: told by the words before them only.
    _Form(
        _form(
            r"(\d{4} ?\d{4} ?\d{4}|\d{3}-\d{8}|\d{15}|\d{20}|\d{22}|\d{10,14}|"
            r"[A-Z]{1,2}\d{7,10}[A-Z]{0,2})"
        ),
        _anything,
        ReferenceKind.ANY,
        labelled=_LABEL,
    ),
)

"""Digits that are certainly no order numbers, told apart before numbers are read.

Every pattern stands between white space or punctuation that encloses words, so that nothing is ever
cut out of the middle of a token: `123$5&x=1` stays whole. All repeats are bounded.
"""

import re
from dataclasses import dataclass

from stdnum import iban
from stdnum.br import cnpj

from bot.orders import Reference
from bot.questions.carriers import take_out


@dataclass(frozen=True)
class Apart:
    """A text without its e-mail, links, access keys, tracking numbers, amounts, phones, times, tax ids,
    accounts and addresses."""

    rest: str
    email: str | None
    numbers: tuple[Reference, ...]
    """Access keys and tracking numbers."""


def set_apart(text: str) -> Apart:
    """Take out of a cleaned text what could be mistaken for an order number."""
    text, email = _without_emails(text)
    text, numbers = take_out(_IBAN.sub(_without_iban, text))
    for pattern in (
        _TAX_ID, _ADDRESS, _POSTCODE, _AMOUNT_BEFORE, _AMOUNT_AFTER, _AMOUNT_SHAPED, _PHONE, _TIME, _PERCENT,
        _DIMENSIONS,
    ):  # fmt: skip
        text = pattern.sub(" ", text)
    return Apart(rest=_NATIONAL.sub(_without_tax_id, text), email=email, numbers=numbers)


_OPEN = r"(?<![^\s(\"'\[{*_~`<,;:])"
_CLOSE = r"(?![^\s)\"'\]}*_~`>,;:.!?])"

_EMAIL = re.compile(
    r"[A-Za-z0-9_][A-Za-z0-9._%+'\-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62})\.){1,8}[A-Za-z]{2,24}"
)
_LINK = re.compile(r"(?:https?|ftp)://|www\.", re.IGNORECASE)
_ENCLOSING = "()[]{}<>\"'`*_~.,;:!?|"


def _without_emails(text: str) -> tuple[str, str | None]:
    kept, email = [], None
    for chunk in text.split(" "):
        if "@" in chunk:
            for part in re.split(r"[,;<>|]", chunk):
                bare = part.strip(_ENCLOSING)
                bare = bare.rpartition(":")[2].strip(_ENCLOSING)
                if _EMAIL.fullmatch(bare):
                    email = email or bare.lower()
                elif part:
                    kept.append(part)
        elif not _LINK.match(chunk.lstrip(_ENCLOSING)):
            kept.append(chunk)
    return " ".join(kept), email


# CNPJ, CPF, RUT, CUIT and GSTIN as people write them; NIF, CIF, RFC, VAT and the like behind their names.
_TAX_ID = re.compile(
    _OPEN + r"(?:[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-\d{2}|\d{3}\.\d{3}\.\d{3}-\d{2}"
    r"|\d{1,2}\.\d{3}\.\d{3}-[\dkK]|(?:20|23|24|27|30|33|34)-\d{8}-\d"
    r"|\d{2}[A-Z]{5}\d{4}[A-Z]\dZ[A-Z\d]"
    r"|(?:gstin|gst|abn|siren|siret|ust-?id(?:nr)?|p\.? ?iva|utr|cnpj|cpf|i\.?e\.?|"
    r"insc(?:ri[cç][aã]o)?\.? est(?:adual)?\.?|nif|cif|rfc|rut|ruc|nit|cuit|vat|"
    r"tax id|ein)"
    r"(?: no\.?| n[ºo°]\.?| number| is| es| é)?[ :.#]{1,3}[A-Z]{0,4}[ -]?\d[\dA-Z./\-]{5,19})" + _CLOSE,
    re.IGNORECASE,
)

_NATIONAL = re.compile(r"(?<![\w.\-/#] )(?<![\w.\-/#])(\d{14})(?![\w\-/])")
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])")


def _without_iban(match: re.Match[str]) -> str:
    """The pattern may have taken a word too much: "DE89 … 00 is it paid"; the longest that holds goes."""
    parts = match[0].split(" ")
    for end in range(len(parts), 0, -1):
        if iban.is_valid("".join(parts[:end])):
            return " ".join([" ", *parts[end:]])
    return match[0]


def _without_tax_id(match: re.Match[str]) -> str:
    return " " if cnpj.is_valid(match[1]) else match[0]


_STREET = (
    r"(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Ln|Lane|Dr|Drive|Way|Court|Ct|Hwy|Parkway|Pkwy|"
    r"Square|Sq)"
)
_ROAD = (
    r"(?:[Rr]ua|R\.|[Aa]v\.|[Aa]v(?= )|[Aa]venida|[Cc]alle|C/|[Cc]arrera|[Aa]lameda|[Rr]odovia|[Tt]ravessa|"
    r"[Ee]strada|[Pp]aseo|[Pp]laza|[Pp]ol\. ?[Ii]nd\.?)(?: |(?<=[./]))"
)
_ADDRESS = re.compile(
    _OPEN
    + rf"(?:\d{{1,5}} (?:[NSEW]\.? )?(?:[A-Z][A-Za-z'.]{{1,20}} ){{1,3}}{_STREET}\b\.?"
    + rf"|{_ROAD}(?:d[aeo]s? )?[A-Z\d][^\d,]{{1,40}}[, ] ?(?:[nN][ºo°.]{{0,2}} ?)?\d{{1,5}}\b"
    r"(?:, \d{4,7}(?= [A-Z])|, [A-Z][a-záéíóú]{2,20}, \d{5,7})?"
    # "BR-101, km 42", "Ruta 9 km 1402", "Interstate 80"
    r"|(?:[Rr]od\.? |[Rr]odovia |[Rr]uta |[Aa]utopista |[Rr]oute |[Hh]ighway |[Ii]nterstate |[Cc]arretera )"
    r"(?:[A-Z]{1,3}[- ]?)?\d{1,4}\b|[Kk][Mm]\.? ?\d{1,4}(?:[.,]\d)?\b)"
)
_STATES = (
    r"(?:AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|ID|IL|IA|KS|KY|LA|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|"
    r"OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC)"
)
_POST = r"(?:CEP|cep|Cep|CP|C\.P\.|ZIP|zip|Zip|c[oó]digo postal|post ?code)[ :.]{0,3}"
# Brazil 13010-050, Chicago, IL 60607, Springfield IL 62704-1234, NW1 6XE, 28027 Madrid behind a comma.
_POSTCODE = re.compile(
    _OPEN + rf"(?:{_POST}\d{{4,5}}(?:-?\d{{3,4}})?"
    r"|(?<![Pp]edido )(?<![Oo]rder )(?<!PO )(?<!OC )\d{5}-\d{3}"
    rf"|(?<=, ){_STATES} \d{{5}}(?:-\d{{4}})?|(?<=[a-z] ){_STATES} \d{{5}}(?:-\d{{4}})?(?=[.,;]|$)"
    r"|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}"
    # Argentina: X5000 Córdoba, C1425ABC
    r"|(?<=, )[A-HJ-NP-Z]\d{4}(?:[A-Z]{3})?(?= [A-Z][a-zà-ÿ]{2,})|(?<=, )[A-HJ-NP-Z]\d{4}[A-Z]{3}"
    r"|(?<=, )\d{5} (?=[A-Z][a-zà-ÿ]{3,}))" + _CLOSE
)
_DIMENSIONS = re.compile(
    _OPEN
    + r"\d{1,4}(?:[.,]\d{1,2})? ?x ?\d{1,4}(?:[.,]\d{1,2})?(?: ?x ?\d{1,4})?(?: ?(?:mm|cm|m))?"
    + _CLOSE,
    re.IGNORECASE,
)

_NUMBER = r"\d{1,12}(?:[.,]\d{1,6}){0,5}"
_SIGN = r"(?:R\$|US\$|\$|€|£|USD|BRL|EUR|GBP|MXN|ARS|CLP|COP)"
_NAMES = r"(?:euros?|dollars?|bucks|pounds|reais|real|pesos|dólares)"
_AMOUNT_BEFORE = re.compile(_OPEN + _SIGN + r"\s?" + _NUMBER + r"[km]?" + _CLOSE, re.IGNORECASE)
_AMOUNT_AFTER = re.compile(_OPEN + _NUMBER + r"[km]?\s?" + rf"(?:{_SIGN}|{_NAMES})" + _CLOSE, re.IGNORECASE)
_AMOUNT_SHAPED = re.compile(
    _OPEN
    + r"(?:\d{1,3}(?:\.\d{3}){1,4},\d{2}|\d{1,3}(?:,\d{3}){1,4}\.\d{2}|\d{3,9},\d{2})"
    + r"(?![\d,])"
    + _CLOSE
)
_PERCENT = re.compile(_OPEN + r"\d{1,3}(?:[.,]\d{1,3})?\s?%" + _CLOSE)

_PHONE = re.compile(
    _OPEN + r"(?:\+\d{8,15}"
    r"|\+\d{1,3}(?:[ .\-]?\(\d{1,4}\))?(?:[ .\-]\d{2,5}){1,5}"
    r"|\(\d{2,3}\) ?\d{3,5}[ .\-]?\d{4}"
    r"|0\d{2,4} \d{3,4} ?\d{3,4}"
    r"|\d{2} \d{3} \d{2} \d{2}|\d{3} \d{2} \d{2} \d{2}|\d{2} \d{4,5}[ \-]\d{4}|\d{3}[\-.]\d{3}[\-.]\d{4}"
    r"|(?:tel|tlf|telf|tfno|fone|fon|phone|cel|m[oó]vil|whats?app|zap|fax|mobile|ramal|ext)[a-z]{0,8}\.?"
    r"(?: is| es| é|:|\.){0,2} ?\+?\d[\d .\-()]{5,18}\d)" + _CLOSE,
    re.IGNORECASE,
)
_TIME = re.compile(
    _OPEN + r"(?:\d{1,2}:\d{2}(?::\d{2})? ?(?:[ap]\.?m\b)?|\d{1,2} ?[ap]\.?m\b|\d{1,2}h\d{2}|\d{1,2}hs?\b)"
    r"(?:Z|UTC|GMT)?" + _CLOSE,
    re.IGNORECASE,
)

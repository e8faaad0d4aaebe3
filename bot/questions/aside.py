"""Digits that are certainly no order numbers, told apart before numbers are read.

Every pattern stands between white space or punctuation that encloses words, so that nothing is ever
cut out of the middle of a token: `123$5&x=1` stays whole. All repeats are bounded.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Apart:
    """A text without its e-mail, links, access keys, amounts, phones, times and tax ids."""

    rest: str
    email: str | None
    access_keys: tuple[str, ...]


def set_apart(text: str) -> Apart:
    """Take out of a cleaned text what could be mistaken for an order number."""
    text, email = _without_emails(text)
    text, keys = _without_access_keys(text)
    for pattern in (_TAX_ID, _AMOUNT_BEFORE, _AMOUNT_AFTER, _AMOUNT_SHAPED, _PHONE, _TIME, _PERCENT):
        text = pattern.sub(" ", text)
    return Apart(rest=text, email=email, access_keys=keys)


def is_access_key(key: str) -> bool:
    """Whether 44 digits are made like an access key: month, document model, check digit (modulo 11).

    Source: Manual de Orientação do Contribuinte NF-e 7.0, annex I, section 5.
    """
    if not 1 <= int(key[4:6]) <= 12 or key[20:22] not in _MODELS:
        return False
    weighted = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(reversed(key[:43])))
    return int(key[43]) == (0 if weighted % 11 < 2 else 11 - weighted % 11)


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


_ACCESS_KEY = re.compile(_OPEN + r"(?:NF-?e\s?)?(\d(?:[ .\-/]?\d){43})" + _CLOSE, re.IGNORECASE)
_MODELS = frozenset({"55", "57", "65", "67"})
_GROUPS_OF_FOUR = re.compile(r"\d{4}(?:[ .]\d{4}){10}")


def _without_access_keys(text: str) -> tuple[str, tuple[str, ...]]:
    keys: list[str] = []

    def take(match: re.Match[str]) -> str:
        written = match.group(1)
        key = re.sub(r"\D", "", written)
        # Several order numbers in a row can have 44 digits together; they are no key.
        if written != key and not _GROUPS_OF_FOUR.fullmatch(written) and not is_access_key(key):
            return match.group(0)
        keys.append(key)
        return " "

    return _ACCESS_KEY.sub(take, text), tuple(dict.fromkeys(keys))


# CNPJ and CPF as people write them.
_TAX_ID = re.compile(_OPEN + r"(?:\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}|\d{3}\.\d{3}\.\d{3}-\d{2})" + _CLOSE)

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
    r"|\(\d{2,3}\) ?\d{3,5}[ .\-]?\d{4})" + _CLOSE
)
_TIME = re.compile(
    _OPEN + r"(?:\d{1,2}:\d{2}(?::\d{2})? ?(?:[ap]\.?m\b)?|\d{1,2} ?[ap]\.?m\b|\d{1,2}h\d{2}|\d{1,2}hs?\b)"
    r"(?:Z|UTC|GMT)?" + _CLOSE,
    re.IGNORECASE,
)

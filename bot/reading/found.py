"""What was read, and how it is told between processes. Values only."""

import re
from dataclasses import dataclass
from typing import Literal

MOST_NUMBERS = 5
LONGEST_NUMBER = 48
_ACCESS_KEY = re.compile(r"(?<!\d)\d{44}(?!\d)")
_SPACED_KEY = re.compile(r"(?<!\d)(?:\d{4}[ .]{1,3}){10}\d{4}(?!\d)")
_URL_KEY = re.compile(r"[?&](?:p|chNFe|chave)=(\d{44})(?!\d)", re.IGNORECASE)

Problem = Literal["nothing", "too_large", "not_readable", "too_long", "not_fetched"]


@dataclass(frozen=True)
class Seen:
    """Numbers that stand on something, the surest first; or why there are none."""

    numbers: tuple[str, ...] = ()
    problem: Problem | None = None


def seen(numbers: list[str]) -> Seen:
    """The numbers, each once, bounded; an access key stands for everything else on its paper."""
    clean = [re.sub(r"[^\w ./#-]", "", number)[:LONGEST_NUMBER].strip() for number in numbers]
    once = [number for number in dict.fromkeys(clean) if any(one.isdigit() for one in number)]
    keys = [number for number in once if is_access_key(number)]
    chosen = (keys or once)[:MOST_NUMBERS]
    return Seen(tuple(chosen)) if chosen else Seen(problem="nothing")


def is_access_key(text: str) -> bool:
    """Whether these are the 44 digits of a Brazilian fiscal document, check digit included.

    Source: Manual de Orientação do Contribuinte 7.0, "Chave de Acesso": modulo 11, weights 2 to 9.
    """
    if len(text) != 44 or not (text.isascii() and text.isdigit()):
        return False
    total = sum(int(digit) * (2 + at % 8) for at, digit in enumerate(reversed(text[:43])))
    remainder = total % 11
    return int(text[43]) == (0 if remainder < 2 else 11 - remainder)


def access_keys(text: str) -> list[str]:
    """The access keys in a text: printed in one, in groups of four, or within a QR code's address."""
    candidates = [*_URL_KEY.findall(text), *_ACCESS_KEY.findall(text)]
    candidates += [re.sub(r"\D", "", spaced) for spaced in _SPACED_KEY.findall(text)]
    return [key for key in dict.fromkeys(candidates) if is_access_key(key)]

"""The spellings of one number: what people type is seldom what an ERP stores."""

import re
from dataclasses import replace

from bot.orders import Reference, ReferenceKind
from bot.questions.tokens import GRAMMAR

MOST_ALTERNATIVES = 5
LONGEST_REFUSED = 60
"""Characters kept of a token that cannot be a number; above the 40 that the grammar allows."""


def spelt(
    prefix: str | None,
    between: str | None,
    rest: str,
    *,
    typed: str = "",
    also: tuple[str, ...] = (),
    doubtful: bool = False,
) -> Reference:
    """A number in the spellings ERPs store, the likeliest first.

    `between` is what stands between prefix and number as typed, None for white space: an ERP stores
    none ("PO 7782" is a person's way), so a dash is tried first.
    """
    rests = _plain_spellings(rest)
    if between in (".", "#"):
        between = None
    rest = rests[0]
    if prefix is None:
        spellings = [*rests, *also]
    elif doubtful:
        spellings = [*rests, f"{prefix}-{rest}", f"{prefix}{rest}", *also]
    elif between is None:
        spellings = [f"{prefix}-{rest}", f"{prefix} {rest}", f"{prefix}{rest}", *rests, *also]
    else:
        spellings = [typed, f"{prefix}-{rest}", f"{prefix}{rest}", *rests, *also]
    each = [spelling for spelling in dict.fromkeys(map(str.upper, spellings)) if GRAMMAR.fullmatch(spelling)]
    if not each:
        return Reference(value=(typed or rest).upper()[:LONGEST_REFUSED])
    return Reference(value=each[0], alternatives=tuple(each[1 : 1 + MOST_ALTERNATIVES]))


def spelt_invoice(number: str, series: str | None) -> Reference:
    """The number of an invoice, in the same spellings."""
    plain_series = series.lstrip("0") or "0" if series else series
    return replace(spelt(None, None, number), kind=ReferenceKind.INVOICE_NUMBER, series=plain_series)


_DOTTED = re.compile(r"(\d{1,3}(?:\.\d{3}){1,5})(?![\d.])(.*)")


def _plain_spellings(rest: str) -> list[str]:
    """Without the dots of thousands, as typed, and without leading zeros."""
    spellings = [rest]
    dotted = _DOTTED.fullmatch(rest)
    if dotted:
        spellings.insert(0, dotted[1].replace(".", "") + dotted[2])
    if re.fullmatch(r"\d{3}-\d{3}", rest):  # how people write six digits they read aloud
        spellings.append(rest.replace("-", ""))
    unpadded = spellings[0].lstrip("0")
    if unpadded[:1].isdigit():
        spellings.append(unpadded)
    return spellings

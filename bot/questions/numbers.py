"""Tokens to references: which digits are numbers of orders, and how those may be spelt in an ERP."""

import re
from collections.abc import Iterable, Sequence, Set
from itertools import pairwise

from bot.orders import Reference
from bot.questions.cleaning import fold
from bot.questions.described import ATTACHED, described
from bot.questions.labels import (
    DOCUMENTS,
    INVOICE_PREFIXES,
    JOINS,
    NUMBER_WORDS,
    ORDER,
    ORDERS,
    PREFIXES,
    QUANTITIES,
    SERIES,
    Label,
    is_pointing,
    label_of,
)
from bot.questions.lexicon.shape import words
from bot.questions.ranges import MOST_REFERENCES, range_at
from bot.questions.spellings import LONGEST_REFUSED, spelt, spelt_invoice
from bot.questions.tokens import GRAMMAR, Token
from bot.questions.vocabulary import KNOWN


def read_references(tokens: Sequence[Token], taken: Set[int]) -> tuple[Reference, ...]:
    """References in the order they were written, each once; `taken` are tokens already understood.

    A token with characters that no number has (`123&revendaId=7`) is kept as it is, upper case aside:
    cut down to its good part it would find an order that nobody asked for.
    """
    found: list[Reference] = []
    before: Label | None = None
    place = 0
    while place < len(tokens) and len(found) < MOST_REFERENCES:
        token = tokens[place]
        if place in taken or not token.has_digit:
            if place in taken or not (token.word in JOINS or is_pointing(token)):
                before = None
            place += 1
            continue
        label = label_of(tokens, place, before)
        typed, used = _grouped(tokens, place, label)
        series, more = _series_after(tokens, place + used, label)
        alone = used == len(tokens) and token.word.isdigit()
        if (
            not label.refuses
            and not _PAYMENT.fullmatch(typed)
            and not _counts_something(tokens, place, used, label)
        ):
            ranged, over = range_at(tokens, place, used, taken)
            for part in ranged or _joined_by_slash(typed):
                if label.accepts or alone or _looks_like_a_number(part, enough=2 if label.named else 3):
                    reference = _reference(part, label, series, spaced=used > 1)
                    written = typed if not ranged else part
                    found.append(described(reference, tokens, place, label, written))
            used += over
        before = label
        place += used + more
    return _each_once(found)


_DIGITS = re.compile(r"\d+")
# "ref BACS-7781": how a payment travelled.
_PAYMENT = re.compile(r"(?:bacs|chaps|sepa|swift|spei|utr|ted|pix)[ \-#]?\d+", re.IGNORECASE)


def _grouped(tokens: Sequence[Token], place: int, label: Label) -> tuple[str, int]:
    """The number at a place, and over how many tokens: "104 233" is one number over two."""
    typed = tokens[place].typed
    if not re.fullmatch(r"\d{1,3}", typed) or tokens[place].stops or label.many:
        return typed, 1
    # "PO 47 11": two digits at a time, as people read numbers out.
    pairs = [place]
    while len(pairs) < 5 and pairs[-1] + 1 < len(tokens) and not tokens[pairs[-1]].stops:
        pairs.append(pairs[-1] + 1)
        if not re.fullmatch(r"\d{2}", tokens[pairs[-1]].typed) or tokens[pairs[-1]].hashed:
            pairs.pop()
            break
    if label.accepts and not label.named and len(pairs) > 1 and len(typed) == 2:
        return " ".join(tokens[at].typed for at in pairs), len(pairs)
    end = place + 1
    while (
        end < len(tokens)
        and end - place < 5
        and not tokens[end - 1].stops
        and not tokens[end].hashed
        and re.fullmatch(r"\d{3}", tokens[end].typed)
    ):
        end += 1
    return " ".join(token.typed for token in tokens[place:end]), end - place


def _series_after(tokens: Sequence[Token], place: int, label: Label) -> tuple[str | None, int]:
    """ "series 1" after an invoice number, and over how many tokens."""
    for skipped in (0, 1):
        at = place + skipped
        if not label.billed or at + 1 >= len(tokens) or tokens[at].has_digit:
            break
        if tokens[at].word in SERIES and re.fullmatch(r"\d{1,3}", tokens[at + 1].typed):
            return tokens[at + 1].typed, skipped + 2
    return None, 0


# 1st, 24h, 5kg, 2x, 10k.
_MEASURE = re.compile(
    r"\d{1,4}(?:[.,]\d{1,3})?(?:st|nd|rd|th|h|hs|k|x|pcs|pc|un|und|uds|kg|g|mg|l|ml|cm|mm|m|km|ft|lb|lbs|oz|d|min|o|a)",
    re.IGNORECASE,
)


def _looks_like_a_number(typed: str, *, enough: int) -> bool:
    """Whether digits without a label are an order's number: enough of them, or two after a prefix."""
    if _MEASURE.fullmatch(typed):
        return False
    digits = sum(char in "0123456789" for char in typed)
    attached = ATTACHED.fullmatch(typed)
    return digits >= enough or (
        digits == 2 and attached is not None and fold(attached["letters"]) in PREFIXES
    )


def _counts_something(tokens: Sequence[Token], place: int, used: int, label: Label) -> bool:
    """Whether the digits count what follows them: "300 units", "12 orders"."""
    after = tokens[place + used].word if place + used < len(tokens) else ""
    bare = all(_DIGITS.fullmatch(token.typed) for token in tokens[place : place + used])
    if not bare or label.prefix or tokens[place].hashed or tokens[place].stops:
        return False
    # "4711 line 20": the word belongs to the number after it.
    numbered = place + used + 1 < len(tokens) and tokens[place + used + 1].has_digit
    if (after in QUANTITIES or after in ORDERS) and len(tokens[place].typed) <= 5 and not numbered:
        return True
    # "500 pumps on PO 4711": a thing nobody here has a word for, beside a number that has a name.
    thing = (
        len(after) > 3 and after.isalpha() and after not in KNOWN and not tokens[place + used].typed.isupper()
    )
    thing = thing or (place > 0 and tokens[place - 1].word in _COUNTED)
    return thing and not label.accepts and len(tokens[place].typed) <= 4 and _names_another(tokens, place)


_COUNTED = words(
    """chegou chegaram veio vieram recebi recebemos faltam faltou faltaram so apenas llegaron llego recibi
    recibimos faltan faltaron solo got received rcvd missing only short ordered pedi pedimos comprei compramos
    compre"""
)


def _names_another(tokens: Sequence[Token], place: int) -> bool:
    return any(
        before.word in PREFIXES | ORDER and after.has_digit
        for at, (before, after) in enumerate(pairwise(tokens))
        if at + 1 != place
    )


_TWO_NUMBERS = re.compile(r"(\d{5,20})/(\d{5,20})")
_MANY_NUMBERS = re.compile(r"\d{3,12}(?:/\d{3,12}){2,19}")
_TWO_PREFIXED = re.compile(r"([A-Za-z]{1,5}[ ._#\-]?\d{1,20})[/&+]([A-Za-z]{1,5}[ ._#\-]?\d{1,20})")


def _joined_by_slash(typed: str) -> tuple[str, ...]:
    """ "PO-7782/PO-7783" and "104233/104234" are two numbers; "2231/26" is one."""
    numbers = _TWO_NUMBERS.fullmatch(typed)
    if numbers and len(numbers[1]) == len(numbers[2]):
        return numbers.groups()
    parts = typed.split("/")
    if _MANY_NUMBERS.fullmatch(typed) and len({len(part) for part in parts}) == 1:
        return tuple(parts)
    if len(parts) == 2 and all(re.fullmatch(r"\d{4}", part) for part in parts):
        # "4711/4712" are two numbers near each other, "2231/2026" is one with its year.
        return tuple(parts) if 0 < int(parts[1]) - int(parts[0]) <= MOST_REFERENCES else (typed,)
    prefixed = _TWO_PREFIXED.fullmatch(typed)
    if prefixed and all(_ATTACHED_PREFIX.sub("", fold(part)) != fold(part) for part in prefixed.groups()):
        return prefixed.groups()
    return (typed,)


_ATTACHED_PREFIX = re.compile(rf"^(?:{'|'.join(sorted(PREFIXES))})(?=[ ._#\-]?\d)")
_INVOICE_AND_SERIES = re.compile(r"(\d[\d.]{0,14})[/\-](\d{1,3})")


def _reference(typed: str, label: Label, series: str | None, *, spaced: bool) -> Reference:
    if spaced:
        joined = typed.replace(" ", "")
        return spelt(label.prefix, None, joined, also=(typed,), doubtful=label.doubtful)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", typed):
        typed = typed.replace(",", "")
    if not GRAMMAR.fullmatch(typed):
        return Reference(value=typed.upper()[:LONGEST_REFUSED])
    attached = ATTACHED.fullmatch(typed)
    letters = fold(attached["letters"]) if attached else ""
    rest = attached["rest"] if attached else typed
    plain = letters.replace(".", "").replace("/", "")
    if (label.invoice and not letters) or plain in INVOICE_PREFIXES:
        numbered = _INVOICE_AND_SERIES.fullmatch(rest)
        if numbered or series:
            number = numbered[1] if numbered else rest
            return spelt_invoice(number, numbered[2] if numbered else series)
        return spelt(None, None, rest, also=(typed,) if letters else ())
    if series is not None:
        return spelt_invoice(rest, series)
    if attached and plain in PREFIXES:
        written = attached["between"] if plain == letters else None
        return spelt(plain.upper(), written, rest, typed=typed)
    if attached and (
        letters in ORDER
        or letters in ORDERS
        or (letters in NUMBER_WORDS and len(letters) > 1)
        or letters in DOCUMENTS
    ):
        return spelt(label.prefix, None, rest, also=(typed,))
    if (
        attached
        and len(letters) <= 5
        and (attached["between"] in ("-", "") or (attached["between"] in ("/", "_") and len(letters) > 1))
    ):
        other = "" if attached["between"] else "-"
        respelt = f"{letters}{other}{rest}".upper()
        return Reference(value=typed.upper(), alternatives=(respelt,) if GRAMMAR.fullmatch(respelt) else ())
    return spelt(label.prefix, None, typed, doubtful=label.doubtful)


def _each_once(found: Iterable[Reference]) -> tuple[Reference, ...]:
    unique: dict[str, Reference] = {}
    for reference in found:
        same = re.sub(r"[ ._/\-#]", "", reference.value) + f"/{reference.series or ''}"
        unique.setdefault(same, reference)
    return tuple(unique.values())[:MOST_REFERENCES]

"""Tokens to references: which digits are numbers of orders, and how those may be spelt in an ERP."""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from bot.orders import Reference
from bot.questions.cleaning import fold
from bot.questions.lexicon import ALL
from bot.questions.lexicon.shape import words
from bot.questions.spellings import LONGEST_REFUSED, spelt, spelt_invoice
from bot.questions.tokens import GRAMMAR, Token

MOST_REFERENCES = 10
"""Numbers read from one message."""


def read_references(tokens: Sequence[Token], taken: Set[int]) -> tuple[Reference, ...]:
    """References in the order they were written, each once; `taken` are tokens already understood.

    A token with characters that no number has (`123&revendaId=7`) is kept as it is, upper case aside:
    cut down to its good part it would find an order that nobody asked for.
    """
    found: list[Reference] = []
    before: _Label | None = None
    place = 0
    while place < len(tokens) and len(found) < MOST_REFERENCES:
        token = tokens[place]
        if place in taken or not token.has_digit:
            if place in taken or not (token.word in _JOINS or _is_pointing(token)):
                before = None
            place += 1
            continue
        label = _label_of(tokens, place, before)
        typed, used = _grouped(tokens, place, label)
        series, more = _series_after(tokens, place + used, label)
        alone = used == len(tokens) and token.word.isdigit()
        if not label.refuses and not _counts_something(tokens, place, used, label):
            for part in _joined_by_slash(typed):
                if label.accepts or alone or _looks_like_a_number(part, enough=2 if label.named else 3):
                    found.append(_reference(part, label, series, spaced=used > 1))
        before = label
        place += used + more
    return _each_once(found)


@dataclass(frozen=True)
class _Label:
    """What the words before a number say of it."""

    prefix: str | None = None
    doubtful: bool = False
    """The prefix may be just a word ("so 7782 is late")."""
    accepts: bool = False
    """Even one digit is a number of an order after this."""
    invoice: bool = False
    """After an abbreviation of a fiscal invoice: what follows a slash is its series."""
    billed: bool = False
    """After any word for an invoice: its series may be named."""
    named: bool = False
    """After a document: two digits are enough, one may as well be "invoice 4 PO-7782"."""
    refuses: bool = False
    many: bool = False


def _union(sets: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(word for each in sets for word in each)


_ORDER = _union(lexicon.order for lexicon in ALL)
_ORDERS = _union(lexicon.orders for lexicon in ALL)
_PREFIXES = _union(lexicon.prefixes for lexicon in ALL)
_DOUBTFUL = _union(lexicon.doubtful_prefixes for lexicon in ALL)
_INVOICE_PREFIXES = _union(lexicon.invoice_prefixes for lexicon in ALL)
_INVOICES = _union(lexicon.invoices for lexicon in ALL)
_DOCUMENTS = _union(lexicon.documents for lexicon in ALL)
_SERIES = _union(lexicon.series for lexicon in ALL)
_NUMBER_WORDS = _union(lexicon.number_words for lexicon in ALL)
_OTHERS = _union(lexicon.other_numbers for lexicon in ALL)
_QUANTITIES = _union(lexicon.quantities for lexicon in ALL)
_JOINS = _union(lexicon.joins for lexicon in ALL)
_SMALL_WORDS = words("me at on us them is my in to meu no na em o mi al en el")

# "no 2" and "n 2" say too little for a small number; "number 2" says enough.
_WEAK_NUMBER_WORDS = frozenset({"no", "n", "o", "s", "e", "es", "is", "was", "-", ":", "nos"})


def _is_pointing(token: Token) -> bool:
    return token.word in _NUMBER_WORDS


def _label_of(tokens: Sequence[Token], place: int, before: _Label | None) -> _Label:
    at, firm = place - 1, tokens[place].hashed
    while at >= 0 and place - at <= 3 and _is_pointing(tokens[at]) and not tokens[at].has_digit:
        firm = firm or tokens[at].word not in _WEAK_NUMBER_WORDS
        at -= 1
    token = tokens[at] if at >= 0 else None
    word = "" if token is None or token.has_digit else token.word
    if before is not None and (at == -1 or word in _JOINS or (token is not None and token.has_digit)):
        if before.many or before.refuses:
            return before
        return _Label(accepts=firm or before.accepts, invoice=before.invoice, named=before.named)
    if _belongs_elsewhere(tokens, at):
        return _Label(refuses=True)
    if word in _INVOICE_PREFIXES:
        return _Label(accepts=True, invoice=True, billed=True)
    if token is not None and word in _PREFIXES:
        many = word.endswith("s") and word[:-1] in _PREFIXES
        doubtful = word in _DOUBTFUL and not token.typed.removesuffix("s").isupper()
        return _Label(
            prefix=(word[:-1] if many else word).upper(),
            doubtful=doubtful,
            accepts=not doubtful,
            many=many,
        )
    many = word in _ORDERS
    return _Label(
        accepts=firm or many or word in _ORDER,
        billed=word in _INVOICES,
        named=word in _DOCUMENTS,
        many=many,
    )


def _belongs_elsewhere(tokens: Sequence[Token], at: int) -> bool:
    """ "Call me at 5551234567": at most two small words stand between."""
    for place in range(at, max(-1, at - 3), -1):
        if tokens[place].word in _OTHERS:
            return True
        if tokens[place].word not in _SMALL_WORDS:
            return False
    return False


_DIGITS = re.compile(r"\d+")


def _grouped(tokens: Sequence[Token], place: int, label: _Label) -> tuple[str, int]:
    """The number at a place, and over how many tokens: "104 233" is one number over two."""
    typed = tokens[place].typed
    if not re.fullmatch(r"\d{1,3}", typed) or tokens[place].stops or label.many:
        return typed, 1
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


def _series_after(tokens: Sequence[Token], place: int, label: _Label) -> tuple[str | None, int]:
    """ "series 1" after an invoice number, and over how many tokens."""
    for skipped in (0, 1):
        at = place + skipped
        if not label.billed or at + 1 >= len(tokens) or tokens[at].has_digit:
            break
        if tokens[at].word in _SERIES and re.fullmatch(r"\d{1,3}", tokens[at + 1].typed):
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
    attached = _ATTACHED.fullmatch(typed)
    return digits >= enough or (
        digits == 2 and attached is not None and fold(attached["letters"]) in _PREFIXES
    )


def _counts_something(tokens: Sequence[Token], place: int, used: int, label: _Label) -> bool:
    """Whether the digits count what follows them: "300 units", "12 orders"."""
    after = tokens[place + used].word if place + used < len(tokens) else ""
    bare = all(_DIGITS.fullmatch(token.typed) for token in tokens[place : place + used])
    if not bare or label.prefix or tokens[place].hashed or tokens[place].stops:
        return False
    return (after in _QUANTITIES or after in _ORDERS) and len(tokens[place].typed) <= 5


_TWO_NUMBERS = re.compile(r"(\d{5,20})/(\d{5,20})")
_TWO_PREFIXED = re.compile(r"([A-Za-z]{1,5}[ ._#\-]?\d{1,20})[/&+]([A-Za-z]{1,5}[ ._#\-]?\d{1,20})")


def _joined_by_slash(typed: str) -> tuple[str, ...]:
    """ "PO-7782/PO-7783" and "104233/104234" are two numbers; "2231/26" is one."""
    numbers = _TWO_NUMBERS.fullmatch(typed)
    if numbers and len(numbers[1]) == len(numbers[2]):
        return numbers.groups()
    prefixed = _TWO_PREFIXED.fullmatch(typed)
    if prefixed and all(_ATTACHED_PREFIX.sub("", fold(part)) != fold(part) for part in prefixed.groups()):
        return prefixed.groups()
    return (typed,)


_ATTACHED = re.compile(
    r"(?P<letters>[A-Za-z]{1,12}(?:[./-][A-Za-z]{1,2}\.?)?)(?P<between>[ ._/#\-]{0,3})(?P<rest>\d.*)"
)
_ATTACHED_PREFIX = re.compile(rf"^(?:{'|'.join(sorted(_PREFIXES))})(?=[ ._#\-]?\d)")
_INVOICE_AND_SERIES = re.compile(r"(\d[\d.]{0,14})[/\-](\d{1,3})")


def _reference(typed: str, label: _Label, series: str | None, *, spaced: bool) -> Reference:
    if spaced:
        joined = typed.replace(" ", "")
        return spelt(label.prefix, None, joined, also=(typed,), doubtful=label.doubtful)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", typed):
        typed = typed.replace(",", "")
    if not GRAMMAR.fullmatch(typed):
        return Reference(value=typed.upper()[:LONGEST_REFUSED])
    attached = _ATTACHED.fullmatch(typed)
    letters = fold(attached["letters"]) if attached else ""
    rest = attached["rest"] if attached else typed
    plain = letters.replace(".", "").replace("/", "")
    if (label.invoice and not letters) or plain in _INVOICE_PREFIXES:
        numbered = _INVOICE_AND_SERIES.fullmatch(rest)
        if numbered or series:
            number = numbered[1] if numbered else rest
            return spelt_invoice(number, numbered[2] if numbered else series)
        return spelt(None, None, rest, also=(typed,) if letters else ())
    if series is not None:
        return spelt_invoice(rest, series)
    if attached and plain in _PREFIXES:
        written = attached["between"] if plain == letters else None
        return spelt(plain.upper(), written, rest, typed=typed)
    if attached and (
        letters in _ORDER or letters in _ORDERS or letters in _NUMBER_WORDS or letters in _DOCUMENTS
    ):
        return spelt(label.prefix, None, rest, also=(typed,))
    if attached and len(letters) <= 5 and attached["between"] in ("-", ""):
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

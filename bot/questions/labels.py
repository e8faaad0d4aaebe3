"""What the words before a number say of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.questions.lexicon import ALL
from bot.questions.lexicon.shape import words
from bot.questions.tokens import Token


@dataclass(frozen=True)
class Label:
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
    bills: bool = False
    """After what is printed of an invoice ("danfe 90021")."""
    named: bool = False
    """After a document: two digits are enough, one may as well be "invoice 4 PO-7782"."""
    refuses: bool = False
    many: bool = False


def _union(sets: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(word for each in sets for word in each)


ORDER = _union(lexicon.order for lexicon in ALL)
ORDERS = _union(lexicon.orders for lexicon in ALL)
PREFIXES = _union(lexicon.prefixes for lexicon in ALL)
_DOUBTFUL = _union(lexicon.doubtful_prefixes for lexicon in ALL)
INVOICE_PREFIXES = _union(lexicon.invoice_prefixes for lexicon in ALL)
_BILLS = words("danfe danfes nota notas bill bills boleta comprobante titulo duplicata")
_INVOICES = _union(lexicon.invoices for lexicon in ALL)
DOCUMENTS = _union(lexicon.documents for lexicon in ALL)
SERIES = _union(lexicon.series for lexicon in ALL)
NUMBER_WORDS = _union(lexicon.number_words for lexicon in ALL)
_OTHERS = _union(lexicon.other_numbers for lexicon in ALL)
QUANTITIES = _union(lexicon.quantities for lexicon in ALL)
JOINS = _union(lexicon.joins for lexicon in ALL)
_OF = words("of de del do da")
_SMALL_WORDS = words("me at on us them is my in to meu no na em o mi al en el")

# "no 2" and "n 2" say too little for a small number; "number 2" says enough.
_WEAK_NUMBER_WORDS = frozenset({"no", "n", "o", "s", "e", "es", "is", "was", "-", ":", "nos"})


def is_pointing(token: Token) -> bool:
    return token.word in NUMBER_WORDS


def label_of(tokens: Sequence[Token], place: int, before: Label | None) -> Label:
    at, firm = place - 1, tokens[place].hashed
    while at >= 0 and place - at <= 3 and is_pointing(tokens[at]) and not tokens[at].has_digit:
        firm = firm or tokens[at].word not in _WEAK_NUMBER_WORDS
        at -= 1
    token = tokens[at] if at >= 0 else None
    word = "" if token is None or token.has_digit else token.word
    if before is not None and (at == -1 or word in JOINS or (token is not None and token.has_digit)):
        if before.many or before.refuses:
            return before
        return Label(
            accepts=firm or before.accepts,
            invoice=before.invoice,
            billed=before.billed,
            bills=before.bills,
            named=before.named,
        )
    if (
        _belongs_elsewhere(tokens, at)
        or _is_code_of_many(tokens, place, at, word)
        or _is_of_a_payment(tokens, place, word)
    ):
        return Label(refuses=True)
    if word in INVOICE_PREFIXES:
        return Label(accepts=True, invoice=True, billed=True)
    if token is not None and word in PREFIXES:
        many = word.endswith("s") and word[:-1] in PREFIXES
        sure = (
            token.typed.removesuffix("s").isupper()
            or token.labels
            or _word_at(tokens, at - 1) in _BEFORE_LABEL
        )
        doubtful = word in _DOUBTFUL and not sure
        return Label(
            prefix=(word[:-1] if many else word).upper(),
            doubtful=doubtful,
            accepts=not doubtful,
            many=many,
        )
    many = word in ORDERS
    invoiced = word in _INVOICES and _word_at(tokens, at - 1) not in _INVOICING
    return Label(
        accepts=firm or many or word in ORDER or invoiced,
        billed=invoiced,
        bills=word in _BILLS,
        named=word in DOCUMENTS,
        many=many,
    )


def _is_of_a_payment(tokens: Sequence[Token], place: int, word: str) -> bool:
    """ "Check #10442", "pagamos em 10/07 doc 778123": how it was paid, and under which number."""
    if tokens[place].hashed and word in _PAID_BY:
        return True
    return word in _PAPERS and any(token.word in _PAID for token in tokens[max(0, place - 8) : place])


_PAPERS = words("doc docto ref reference referencia comprovante comprobante protocolo autenticacao")
_PAID = words("paid pagamos paguei pague pagado pago transferimos transferi depositamos remittance wired")
_PAID_BY = words("check cheque ck chk chq wire payment pago pagamento transfer transaction")
"""Before a number with "#" in front: "check #10442"; "check 4711" is a request."""
_BEFORE_LABEL = words("on of for my our your the order number")


_INVOICING = words("you we they to u i")
"""Before "invoice" as a verb."""


def _word_at(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if at >= 0 else ""


def _is_code_of_many(tokens: Sequence[Token], place: int, at: int, word: str) -> bool:
    """ "Pedidos com o código HX-220": many orders have it, so it is an article's."""
    named = word in _CODES or (place and tokens[place - 1].word in _CODES)
    if not named or tokens[place].typed.isdigit():
        return False
    return any(token.word in ORDERS for token in tokens[max(0, at - 4) : at])


_CODES = words("code codigo cod reference referencia ref")


def _belongs_elsewhere(tokens: Sequence[Token], at: int) -> bool:
    """ "Call me at 5551234567": at most two small words stand between."""
    for place in range(at, max(-1, at - 3), -1):
        if tokens[place].word in _OTHERS:
            return True
        if tokens[place].word not in _SMALL_WORDS:
            break
    # "250 pcs of 6204-2RS": an article.
    counted = (
        at >= 2
        and not tokens[at + 1].typed.isdigit()
        and tokens[at].word in _OF
        and tokens[at - 1].word in QUANTITIES
    )
    return counted and tokens[at - 2].has_digit

"""How many orders a text asks for."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from bot.questions.lexicon import ALL
from bot.questions.question import Language
from bot.questions.tokens import Token

MOST_ORDERS = 100
"""Above this a person means "all of them"."""


@dataclass(frozen=True)
class Count:
    """ "Last 5 orders" is 5, "my last order" is 1; `taken` are the tokens it was read from."""

    limit: int | None
    taken: frozenset[int]


def read_count(tokens: Sequence[Token], taken: Set[int], language: Language) -> Count:
    """The number of orders asked for, between 1 and MOST_ORDERS; no limit where none is named."""
    for at, token in enumerate(tokens):
        if at in taken or token.hashed:
            continue
        # "Dos pedidos" are two orders in Spanish, and "of the orders" in Portuguese.
        number = None if language == "pt" and token.word == "dos" else _number(token)
        newest_before = at > 0 and tokens[at - 1].word in _NEWEST
        if number is not None:
            end = _orders_at(tokens, at + 1)
            if end is None and newest_before and at + 1 < len(tokens) and tokens[at + 1].word in _ABBREVIATED:
                end = at + 2
            # "the last 104233" names an order, "last 5" and "last 5 orders" count them.
            counted = end is not None and (newest_before or len(token.word) <= 3 or not token.has_digit)
            ends = at + 1 == len(tokens) or tokens[at + 1].word in _AFTER_COUNT
            if counted or (newest_before and ends and len(token.word) <= 2):
                limit = max(1, min(number, MOST_ORDERS))
                return Count(limit, frozenset(range(at, end or at + 1)))
        elif token.word in _NEWEST:
            end = _order_at(tokens, at + 1) or (_order_before(tokens, at) and at + 1)
            if end:
                return Count(1, frozenset(range(at, end)))
    return Count(None, frozenset())


_NEWEST = frozenset().union(*(lexicon.newest for lexicon in ALL))
_ORDERS = frozenset().union(*(lexicon.orders for lexicon in ALL))
_ORDER = frozenset({"order", "purchase", "po", "pedido", "compra", "encomenda", "orden"})
_ABBREVIATED = frozenset({"ped", "peds", "ord", "ords", "oc", "po", "pos"})
_BETWEEN = frozenset().union(*(lexicon.between_count_and_order for lexicon in ALL))
_COUNTS = {word: number for lexicon in ALL for word, number in lexicon.counts.items()}
# "one orders" is nobody's way to count, and "um", "una" are articles.
_ARTICLES = frozenset({"um", "uma", "un", "una", "uno", "one"})
_AFTER_COUNT = frozenset({"please", "pls", "thanks", "por", "porfa"})


def _number(token: Token) -> int | None:
    if re.fullmatch(r"[1-9]\d{0,5}", token.word):
        return int(token.word)
    return None if token.word in _ARTICLES else _COUNTS.get(token.word)


def _orders_at(tokens: Sequence[Token], at: int) -> int | None:
    for place in range(at, min(at + 4, len(tokens))):
        if tokens[place].word in _ORDERS:
            return place + 1
        if tokens[place].word not in _BETWEEN:
            return None
    return None


def _order_at(tokens: Sequence[Token], at: int) -> int | None:
    for place in range(at, min(at + 3, len(tokens))):
        if tokens[place].word in _ORDER:
            # "last order 7782" names an order.
            named = place + 1 < len(tokens) and tokens[place + 1].has_digit
            return None if named else place + 1
        if tokens[place].word not in _BETWEEN:
            return None
    return None


def _order_before(tokens: Sequence[Token], at: int) -> bool:
    """ "Pedido mais recente": the noun came first."""
    words = [token.word for token in tokens[max(0, at - 2) : at]]
    return len(words) == 2 and words[0] in _ORDER and words[1] in ("mais", "mas")

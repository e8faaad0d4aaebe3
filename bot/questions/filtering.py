"""Which orders of many a text asks for: late, not invoiced, with bearings, to Campinas."""

from collections.abc import Sequence, Set

from bot.orders import OrderStatus
from bot.questions.cleaning import fold
from bot.questions.found import names_orders
from bot.questions.lexicon import ALL
from bot.questions.lexicon.shape import words
from bot.questions.lexicon.talk import Concept
from bot.questions.question import ME, Filters
from bot.questions.talking import Said, narrowed
from bot.questions.tokens import Token
from bot.questions.vocabulary import KNOWN

_STATES = (
    Concept.OPEN, Concept.LATE, Concept.BACKORDERED, Concept.INVOICED, Concept.NOT_INVOICED, Concept.UNPAID,
    Concept.ON_HOLD, Concept.OVERDUE, Concept.CANCELLED, Concept.RETURNED, Concept.DELIVERED, Concept.SHIPPED,
    Concept.UNSHIPPED, Concept.UNDER_WAY, Concept.PARTLY, Concept.AWAITING_APPROVAL, Concept.CONFIRMED,
    Concept.IN_PREPARATION, Concept.COMPLETED,
)  # fmt: skip
_STATUSES = {
    Concept.AWAITING_APPROVAL: (OrderStatus.AWAITING_APPROVAL,),
    Concept.CONFIRMED: (OrderStatus.CONFIRMED,),
    Concept.IN_PREPARATION: (OrderStatus.IN_PREPARATION,),
    Concept.UNSHIPPED: (
        OrderStatus.RECEIVED,
        OrderStatus.AWAITING_APPROVAL,
        OrderStatus.CONFIRMED,
        OrderStatus.IN_PREPARATION,
    ),
    Concept.PARTLY: (OrderStatus.PARTIALLY_SHIPPED,),
    Concept.UNDER_WAY: (OrderStatus.PARTIALLY_SHIPPED, OrderStatus.SHIPPED),
    Concept.SHIPPED: (OrderStatus.SHIPPED,),
    Concept.DELIVERED: (OrderStatus.DELIVERED,),
    Concept.COMPLETED: (OrderStatus.COMPLETED,),
    Concept.CANCELLED: (OrderStatus.CANCELLED,),
    Concept.RETURNED: (OrderStatus.RETURNED,),
}


def states_of(said: Said) -> frozenset[Concept]:
    """The states a text names, those that only stand inside of another aside."""
    states = narrowed(said, _STATES)
    if Concept.PARTLY in states or Concept.UNSHIPPED in states:
        states -= {Concept.SHIPPED, Concept.DELIVERED}
    if Concept.LATE in states and Concept.UNPAID in states and _PAST_DUE.intersection(said.words.split()):
        states |= {Concept.OVERDUE}
    if Concept.OVERDUE in states and names_orders(said.words) and _BILLS.isdisjoint(said.words.split()):
        states = states - {Concept.OVERDUE} | {Concept.LATE}  # "which orders are overdue?"
    if Concept.OVERDUE in states:
        states -= {Concept.LATE, Concept.UNPAID, Concept.OPEN}
    if Concept.UNPAID in states or Concept.LATE in states or states & _STATUSES.keys() - {Concept.UNSHIPPED}:
        states -= {Concept.OPEN}
    if Concept.BACKORDERED in states or Concept.NOT_INVOICED in states:
        states -= {Concept.OPEN, Concept.INVOICED}
    return states


_PAST_DUE = words("overdue past")
_BILLS = words(
    """invoice invoices inv invs bill bills payment payments paying pay boleto boletos nota notas nf nfs
    fatura faturas factura facturas titulo titulos duplicata duplicatas"""
)


def is_open(states: Set[Concept]) -> bool:
    """Whether only orders that are still to come are meant."""
    return bool(states & {Concept.OPEN, Concept.UNSHIPPED})


def read_filters(said: Said, states: Set[Concept], tokens: Sequence[Token], taken: Set[int]) -> Filters:
    """What a text asks of the orders it wants; `taken` are tokens already understood as dates.

    The tokens are the corrected ones: what was put right is no name.
    """
    statuses = [status for concept, named in _STATUSES.items() if concept in states for status in named]
    reader = _Captured(said, tokens, taken)
    sku = reader.number_after(Concept.SKU)
    return Filters(
        late=Concept.LATE in states,
        backordered=Concept.BACKORDERED in states,
        invoiced=False if Concept.NOT_INVOICED in states else (Concept.INVOICED in states or None),
        unpaid=Concept.UNPAID in states,
        overdue=Concept.OVERDUE in states,
        on_hold=Concept.ON_HOLD in states,
        statuses=tuple(dict.fromkeys(statuses)),
        placed_by=ME
        if Concept.BY_ME in said
        else reader.name_after(Concept.BY) or reader.name_within(Concept.DONE_BY),
        place=reader.place(),
        product=None if sku else reader.product(),
        sku=sku,
    )


class _Captured:
    """Names behind a preposition: what no lexicon knows is taken for a name."""

    def __init__(self, said: Said, tokens: Sequence[Token], taken: Set[int]) -> None:
        self._said, self._tokens, self._taken = said, tokens, taken
        self._shouted = sum(token.typed.isupper() for token in tokens) * 2 > len(tokens)

    def number_after(self, concept: Concept) -> str | None:
        """An article's number: "sku AX-4471"."""
        for _, end in self._said.spans.get(concept, ()):
            at = self._said.tokens.get(end)
            if at is not None and self._tokens[at].has_digit and at not in self._taken:
                return self._tokens[at].typed.upper()
        return None

    def name_after(self, concept: Concept) -> str | None:
        for _, end in self._said.spans.get(concept, ()):
            name = self._name_at(self._said.tokens.get(end))
            if name:
                return name
        return None

    def name_within(self, concept: Concept) -> str | None:
        """A name between "that" and "placed"."""
        for start, end in self._said.spans.get(concept, ()):
            for at, token in self._said.tokens.items():
                if start < at < end and (name := self._name_at(token)):
                    return name
        return None

    def place(self) -> str | None:
        for start, end in self._said.spans.get(Concept.TOWARDS, ()):
            at = self._said.tokens.get(end)
            preposition = self._said.words[start:end].split()[0]
            site, at = self._behind_site(at)
            clear = site or preposition not in _VAGUE or self._is_capital(at)
            done = any(first <= start < last for first, last in self._said.spans.get(Concept.DONE_BY, ()))
            if clear and not done and (name := self._name_at(at)) and fold(name) not in _READERS:
                return name
        for _, end in self._said.spans.get(Concept.SITE, ()):
            at = self._said.tokens.get(end)
            while at is not None and at < len(self._tokens) and self._tokens[at].word in _SMALL:
                at += 1  # "planta de Betim"
            if name := self._name_at(at):
                return name
        return None

    def product(self) -> str | None:
        for start, end in self._said.spans.get(Concept.CONTAINING, ()):
            before, preposition = self._said.words[:start].split(), self._said.words[start:end].split()[0]
            if preposition in _VAGUE and not (before and before[-1] in _ORDERS):
                continue
            at = self._said.tokens.get(end)
            if preposition in _VAGUE and self._is_capital(at):
                continue
            if self._behind_site(at)[0]:
                continue
            if name := self._name_at(at):
                return name
        return None

    def _behind_site(self, at: int | None) -> tuple[bool, int | None]:
        """ "The Leeds warehouse", "the warehouse in Leeds": whether a kind of place is named, and where
        the name of it begins."""
        if at is None:
            return False, None
        sites = {self._said.tokens[start] for start, _ in self._said.spans.get(Concept.SITE, ())}
        place = at
        while place < len(self._tokens) and (place in sites or self._tokens[place].word in _SMALL):
            place += 1
        after = any(near in sites for near in range(place, min(place + 4, len(self._tokens))))
        return after or any(near in sites for near in range(at, place)), place

    def _is_capital(self, at: int | None) -> bool:
        return (
            at is not None
            and at < len(self._tokens)
            and self._tokens[at].typed[:1].isupper()
            and (not self._shouted)
        )

    def _name_at(self, at: int | None) -> str | None:
        name: list[str] = []
        while at is not None and at < len(self._tokens) and len(name) < 4:
            token = self._tokens[at]
            small = bool(name) and token.word in _INSIDE_NAMES
            if token.has_digit or at in self._taken or not token.word.isalpha():
                break
            if token.word in KNOWN and not small and not (name and self._is_capital(at)):
                break
            name.append(token.typed)
            at += 1
            if token.stops:
                break
        while name and name[-1].lower() in _INSIDE_NAMES:
            name.pop()
        return " ".join(name) if len(" ".join(name)) > 2 else None


_READERS = frozenset({"bookkeeper", "bookkeeping", "controller", "controllership", "tesoreria", "tesouraria"})
_VAGUE = frozenset({"for", "de", "of", "para", "pra", "pro", "a", "has"})
_INSIDE_NAMES = frozenset({"de", "da", "do", "dos", "del", "la", "las", "los", "e", "of"})
_SMALL = frozenset(
    [
        "the",
        "our",
        "o",
        "a",
        "os",
        "as",
        "el",
        "la",
        "los",
        "las",
        "de",
        "da",
        "do",
        "del",
        "of",
        "in",
        "em",
        "en",
        "at",
        "no",
        "na",
        "nosso",
        "nossa",
    ]
)
_ORDERS = frozenset().union(*(lexicon.orders | lexicon.order for lexicon in ALL))

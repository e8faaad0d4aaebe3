"""What a text does not mean, as it says: "not the boleto, the invoice", "all but the delivered ones"."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from bot.orders import OrderStatus
from bot.questions.documents import document_at, read_documents
from bot.questions.lexicon import ALL
from bot.questions.lexicon.shape import by_first_word, length_at, phrases, words
from bot.questions.lexicon.talk import Concept
from bot.questions.question import Language
from bot.questions.tokens import Token, told_apart, words_of


@dataclass(frozen=True)
class Refused:
    """The tokens that are meant, and the states that orders must not be in."""

    tokens: tuple[Token, ...]
    states: frozenset[Concept] = frozenset()

    @property
    def left_over(self) -> frozenset[Concept]:
        """The states of all other orders, where there is a word for them."""
        return frozenset(_OTHERWISE[state] for state in self.states if state in _OTHERWISE)

    @property
    def statuses(self) -> tuple[OrderStatus, ...]:
        """Every status but the refused ones, where nothing shorter says it."""
        refused = {_STATUSES[state] for state in self.states if state in _STATUSES}
        return tuple(status for status in OrderStatus if status not in refused) if refused else ()


def without_refused(tokens: Sequence[Token], language: Language) -> Refused:
    """A text without what it refuses, where something is left that it asks for."""
    signs = _SIGNS - {"no"} if language == "pt" else _SIGNS  # there it is "in the"
    if signs.isdisjoint([token.word for token in tokens]):
        return Refused(tuple(tokens))
    listed = words_of(tokens)
    spoken = [word for word, _ in listed]
    pauses = frozenset(at for at, (_, place) in enumerate(listed) if tokens[place].stops)
    behind = any(spoken[at] in _NO for at in pauses) or not _NEEDLESS_SIGNS.isdisjoint(spoken)
    gone: set[int] = set()
    states: set[Concept] = set()
    documents = False
    at = 0
    while at < len(spoken):
        found = _before(spoken, at, pauses, language) or (_behind(spoken, at, pauses) if behind else None)
        if found is None:
            at += 1
            continue
        gone.update(range(at, at + found.length))
        states |= found.states
        documents = documents or found.document
        at += found.length
    if not gone:
        return Refused(tuple(tokens))
    places = {listed[at][1] for at in gone}
    kept = tuple(token for place, token in enumerate(tokens) if place not in places)
    if documents and not read_documents(told_apart(kept)).any:
        return Refused(tuple(tokens))
    return Refused(kept, frozenset(states))


@dataclass(frozen=True)
class _Found:
    length: int
    states: frozenset[Concept] = frozenset()
    document: bool = False


def _before(spoken: Sequence[str], at: int, pauses: Set[int], language: Language) -> _Found | None:
    """ "Except the delivered ones", "sem o boleto": the refusal goes first."""
    length = length_at(spoken, at, _REFUSING)
    phrase = " ".join(spoken[at : at + length])
    if not length or (phrase == "no" and language == "pt"):  # "no boleto": on it
        return None
    if phrase == "but" and (at == 0 or spoken[at - 1] not in _ALL):
        return None
    states_too = phrase in _EXCEPT or (at + length < len(spoken) and spoken[at + length] in _THE)
    end, states, document = at + length, frozenset[Concept](), False
    while True:
        thing = _small_at(spoken, end)
        size = document_at(spoken, thing)
        state = _state_at(spoken, thing) if not size and states_too else None
        if size:
            document = True
            end = thing + size
        elif state:
            states |= {state}
            end = thing + 1 + length_at(spoken, thing + 1, _ONES)
        else:
            break
        more = 0 if end - 1 in pauses else length_at(spoken, end, _AND)
        if not more or not (document_at(spoken, _small_at(spoken, end + more)) or states):
            break
        if states and not _state_at(spoken, _small_at(spoken, end + more)):
            break
        end += more
    return _Found(end - at, states, document) if states or document else None


def _behind(spoken: Sequence[str], at: int, pauses: Set[int]) -> _Found | None:
    """ "El albarán no, la factura": it comes after, with a pause behind it."""
    size = document_at(spoken, at)
    end = at + size
    needless = length_at(spoken, end, _NEEDLESS) if size else 0
    if needless:
        return _Found(size + needless, document=True)
    if not size or end >= len(spoken) or spoken[end] not in _NO:
        return None
    return _Found(size + 1, document=True) if end in pauses else None


def _small_at(spoken: Sequence[str], at: int) -> int:
    while at < len(spoken) and spoken[at] in _SMALL:
        at += 1
    return at


def _state_at(spoken: Sequence[str], at: int) -> Concept | None:
    word = spoken[at] if at < len(spoken) else ""
    return next((state for state, pattern in _STATES if pattern.fullmatch(word)), None)


_EXCEPT = phrases(
    """but; bar; barring; except; except for; excepting; excluding; exclude; apart from; aside
    from; other than; but not; minus; leaving out; leave out; save for; exceto; menos; fora; tirando;
    excluindo; a nao ser; com excecao de; a excecao de; sem contar; que nao; mas nao; excepto; salvo;
    excluyendo; quitando; con excepcion de; a excepcion de; sin contar; pero no"""
)
_REFUSALS = phrases(
    """not; no; without; instead of; rather than; dont need; dont want; do not need; do not want; skip;
    nao; nao e; sem; em vez de; em vez do; em vez da; ao inves de; ao inves do; ao inves da; no lugar
    de; no lugar do; no lugar da; nao preciso; nao quero; nao precisa; dispenso; no es; sin; en vez de;
    en vez del; en lugar de; en lugar del; no necesito; no quiero; no hace falta"""
)
_REFUSING = by_first_word(sorted({*_EXCEPT, *_REFUSALS}, key=len, reverse=True))
_NEEDLESS = by_first_word(
    phrases(
        """nao precisa; nao preciso; nao e preciso; nao precisamos; nao quero; nao e necessario;
        nao e necessaria; no hace falta; no la necesito; no lo necesito; no las necesito; no los necesito;
        no es necesario; no es necesaria; not needed; isnt needed; arent needed; is not needed; i dont need"""
    )
)
"""Behind a document that is not wanted."""
_NEEDLESS_SIGNS = words(
    "precisa preciso precisamos quero necessario necessaria falta necesito necesario necesaria needed dont"
)
_ALL = words("all everything anything orders ones pos")
_THE = words("the those os as los las")
_NO = words("no nao not")
_SIGNS = _NO | words(
    """without instead rather dont skip sem vez inves lugar dispenso sin but except excepting
    excluding exclude bar barring isnt arent apart aside other minus leaving leave save exceto menos fora
    tirando excluindo excecao contar salvo excepto excluyendo quitando excepcion"""
)
"""Every refusal has one of these."""
_SMALL = frozenset().union(*(lexicon.articles for lexicon in ALL)) | words(
    """the those that which are is have has been already ones any our my your que ja foram estao esta
    estejam nossa nosso minha meu ya han sido estan esten fueron nuestra nuestro mi se as os dos das
    del orders pedidos ordenes todos todas all both a an un una um uma"""
)
_ONES = by_first_word(("ones", "orders", "pedidos", "ordenes"))
_AND = by_first_word(("and", "or", "nor", "and the", "e", "ou", "nem", "y", "o", "ni", "u"))
_STATES = tuple(
    (state, re.compile(pattern))
    for state, pattern in (
        (Concept.DELIVERED, r"delivered|received|arrived|entregues?|recebid[oa]s?|entregad[oa]s?|"
         r"recibid[oa]s?"),
        (Concept.COMPLETED, r"complete|completed|closed|finished|conclu\w+|finalizad[oa]s?|encerrad[oa]s?|"
         r"fechad[oa]s?|completad[oa]s?|cerrad[oa]s?|terminad[oa]s?"),
        (Concept.CANCELLED, r"cancell?ed|cancelad[oa]s?|anulad[oa]s?"),
        (Concept.RETURNED, r"returned|devolvid[oa]s?|devuelt[oa]s?"),
        (Concept.SHIPPED, r"shipped|dispatched|despatched|sent|enviad[oa]s?|despachad[oa]s?|expedid[oa]s?"),
        (Concept.INVOICED, r"invoiced|billed|faturad[oa]s?|facturad[oa]s?"),
        (Concept.UNPAID, r"paid|settled|pag[oa]s?|pagad[oa]s?|quitad[oa]s?|abonad[oa]s?"),
        (Concept.LATE, r"late|delayed|overdue|atrasad[oa]s?|retrasad[oa]s?|vencid[oa]s?"),
    )
)  # fmt: skip
_OTHERWISE = {
    Concept.DELIVERED: Concept.OPEN,
    Concept.COMPLETED: Concept.OPEN,
    Concept.SHIPPED: Concept.UNSHIPPED,
    Concept.INVOICED: Concept.NOT_INVOICED,
    Concept.UNPAID: Concept.UNPAID,
}
"""What "except the delivered ones" leaves: those still open."""
_STATUSES = {Concept.CANCELLED: OrderStatus.CANCELLED, Concept.RETURNED: OrderStatus.RETURNED}

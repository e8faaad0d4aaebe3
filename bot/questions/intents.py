"""What a person wants, decided from the concepts in a text and from what else was found in it."""

from bot.questions.alerts import about_watching
from bot.questions.found import (
    ALONE,
    ANYWHERE,
    CODE,
    COURTESIES,
    LISTING,
    ORDER,
    Decision,
    Found,
    is_made_of,
    is_only,
    names_orders,
    says,
)
from bot.questions.lexicon.talk import Concept
from bot.questions.question import Intent
from bot.questions.wanted import documents_of_none, wants_documents


def decide(found: Found) -> Decision:
    """The intent of a text: what is done about orders first, then talk about the account, then courtesies."""
    for rule in (_account, about_watching, _beyond, _sharing, _changes, _about_references, _about_none):
        decision = rule(found)
        if decision is not None:
            return decision
    return Decision(Intent.UNKNOWN, 0.2, _nearest(found))


def _account(found: Found) -> Decision | None:
    words = found.words
    codes = found.code and says(words, CODE) and Concept.QUESTION not in found.said
    if codes and not found.documents.any and not says(words, ORDER):
        return Decision(Intent.CODE, 0.95)
    linking = Concept.LINK in found.said or says(words, ANYWHERE[Intent.LINK])
    if found.email and (not found.references or linking):
        return Decision(Intent.LINK if not found.documents.any else Intent.DOCUMENTS, 0.9)
    if found.references:
        return None
    alerts = found.said.any(Concept.ALERTS) and found.said.any(Concept.STOP)
    if not alerts and (Concept.UNLINK in found.said or _is(found, Intent.UNLINK)):
        return Decision(Intent.UNLINK, 0.95)
    if not found.documents.any and not found.has_period and Concept.SWITCH in found.said:
        return Decision(Intent.SWITCH_COMPANY, 0.9)
    if Concept.WHO in found.said or (not linking and _is(found, Intent.WHO_AM_I)):
        return Decision(Intent.WHO_AM_I, 0.95)
    if linking or is_only(words, ALONE[Intent.LINK]):
        return Decision(Intent.LINK, 0.95)
    return None


def _is(found: Found, intent: Intent) -> bool:
    return says(found.words, ANYWHERE[intent]) or is_only(found.words, ALONE[intent])


def _beyond(found: Found) -> Decision | None:
    """ "Cancel order 4711": the bot does no such thing, and must not answer as if it had."""
    if not _is_beyond(found) and (Concept.STOCK not in found.said or found.references):
        return None
    if found.documents.any and Concept.SEND in found.said:
        return None
    if found.states & {Concept.CANCELLED, Concept.RETURNED}:
        return None
    return Decision(Intent.UNKNOWN, 0.3, _nearest(found))


def _is_beyond(found: Found) -> bool:
    """Whether such a thing is asked outside the name of a document: "nota de devolução" asks for none."""
    named = {word for name in found.documents.named for word in name.split() if len(word) > 3}
    said = found.said
    return any(
        named.isdisjoint(said.words[start:end].split()) for start, end in said.spans.get(Concept.BEYOND, ())
    )


def _sharing(found: Found) -> Decision | None:
    said = found.said
    if Concept.SHARE not in said:
        return None
    proper = any(stem in found.words for stem in _PROPERLY)
    with_others = Concept.OTHERS in said or found.channel
    if proper and not found.documents.any and not says(found.words, ("share with me",)):
        return Decision(Intent.SHARE, 0.9)
    if with_others and (proper or not found.documents.any):
        return Decision(Intent.SHARE, 0.9)
    return None


_PROPERLY = (
    " share ",
    " shared ",
    " compartilh",
    " compart",
    " broadcast ",
    " divulg",
    " publica",
    " difund",
)


def _changes(found: Found) -> Decision | None:
    said = found.said
    if Concept.CHANGED in said and not (found.documents.any and Concept.SEND in said):
        return Decision(Intent.CHANGES, 0.9)
    if Concept.NEWS in said and (found.since or not found.references) and not found.documents.any:
        one = Concept.ONE in said and not found.has_period
        return None if one else Decision(Intent.CHANGES, 0.85)
    return None


def _about_references(found: Found) -> Decision | None:
    if not found.references:
        return None
    if wants_documents(found):
        return Decision(Intent.DOCUMENTS, 0.95)
    clear = len(found.words.split()) == len(found.references) or found.said.any(
        Concept.QUESTION, Concept.KNOW, Concept.ONE, Concept.NEWS, Concept.WANT, *found.states
    )
    sure = any(len(reference.kinds) < 4 for reference in found.references)
    return Decision(Intent.FIND, 0.95 if clear else 0.85 if sure else 0.6)


def _about_none(found: Found) -> Decision | None:
    said, words = found.said, found.words
    if found.ordinal is not None:
        return Decision(Intent.DOCUMENTS if found.documents.any else Intent.FIND, 0.85)
    if Concept.THANKS_FOR in said and not said.any(Concept.SEND, Concept.WANT):
        return Decision(Intent.THANKS, 0.9)
    if found.documents.any:
        return documents_of_none(found)
    of_orders = _lists(found) or says(words, ORDER)
    if says(words, ANYWHERE[Intent.HELP]) and not of_orders and not found.states:
        return Decision(Intent.HELP, 0.9)
    if found.waves or is_only(words, _HOW_ARE_YOU):
        return Decision(Intent.GREETING, 0.9)
    if Concept.THANKS in said and not (found.states or found.has_period or Concept.QUESTION in said):
        return Decision(Intent.THANKS, 0.95)
    if is_only(words, ALONE[Intent.THANKS]) or is_made_of(words, ALONE[Intent.THANKS]) or found.cheers:
        return Decision(Intent.THANKS, 0.9)
    for intent in (Intent.HELP, Intent.GREETING, Intent.LIST, Intent.FIND):
        if is_only(words, ALONE[intent]):
            return Decision(intent, 0.9)
    if (
        Concept.HELP in said
        and not of_orders
        and not found.states
        and not found.has_period
        and not found.limit
    ):
        return Decision(Intent.HELP, 0.9)
    return _orders_of_none(found)


_HOW_ARE_YOU = tuple(
    phrase
    for phrase in ALONE[Intent.GREETING]
    if phrase.split()[0] in ("tudo", "todo", "how", "como", "hows")
)
_HOW_MUCH = ("how much", "quanto", "quantos", "quantas", "cuanto", "cuantos", "cuantas")


def _orders_of_none(found: Found) -> Decision | None:
    said, words = found.said, found.words
    many = _lists(found) or (bool(found.states) and bool(_ANY & set(found.words.split())))
    moving = said.spans.get(Concept.UNDER_WAY, ())  # "on its way": the "its" points at no order
    one = not many and any(
        not any(start <= first and last <= end for start, end in moving)
        for first, last in said.spans.get(Concept.ONE, ())
    )
    if found.limit:
        return Decision(Intent.LIST, 0.9)
    if one and (Concept.QUESTION in said or not found.has_period):
        return Decision(Intent.FIND, 0.8)
    if many or ((found.states or found.named) and said.any(Concept.WHICH, Concept.SHOW)):
        return Decision(Intent.LIST, 0.9)
    if found.has_period and not found.strange:
        return Decision(Intent.LIST, 0.8)
    if found.states & {Concept.UNPAID, Concept.OVERDUE} and says(words, _HOW_MUCH):
        return Decision(Intent.LIST, 0.85)
    if found.states and len(found.words.split()) <= 4:
        return Decision(Intent.LIST, 0.7)
    if Concept.PROGRESS in said:
        return Decision(Intent.FIND, 0.6)
    if Concept.SEND in said and len(found.words.split()) <= 5:
        return Decision(Intent.DOCUMENTS, 0.5)
    if found.asks_only:
        return Decision(Intent.HELP, 0.7)
    if _greets(found.words):
        return Decision(Intent.GREETING, 0.9)
    return None


_ANY = frozenset(
    [
        "any",
        "anything",
        "algum",
        "alguma",
        "algun",
        "alguno",
        "alguna",
        "which",
        "quais",
        "cuales",
        "ha",
        "hay",
        "nenhum",
        "ningun",
    ]
)


def _lists(found: Found) -> bool:
    return names_orders(found.words) or says(found.words, LISTING)


def _nearest(found: Found) -> tuple[Intent, Intent]:
    if found.references:
        return Intent.FIND, Intent.DOCUMENTS
    if found.documents.any:
        return Intent.DOCUMENTS, Intent.LIST
    if found.said.any(Concept.ALERT, Concept.TELL):
        return Intent.WATCH, Intent.FIND
    return Intent.LIST, Intent.HELP


def _greets(words: str) -> bool:
    spoken = words.split()
    return bool(spoken) and all(word in COURTESIES for word in spoken)

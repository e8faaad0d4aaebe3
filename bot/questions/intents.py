"""What a person wants, decided from the concepts in a text and from what else was found in it."""

import re

from bot.orders import DocumentKind, ReferenceKind
from bot.questions.documents import document_at
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
from bot.questions.lexicon import ALL
from bot.questions.lexicon.shape import words
from bot.questions.lexicon.talk import Concept
from bot.questions.question import Intent


def decide(found: Found) -> Decision:
    """The intent of a text: what is done about orders first, then talk about the account, then courtesies."""
    for rule in (_account, _watching, _beyond, _sharing, _changes, _about_references, _about_none):
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


def _watching(found: Found) -> Decision | None:
    said = found.said
    stops = said.any(Concept.STOP) and said.any(Concept.ALERTS)
    if Concept.UNWATCH in said or (stops and not _is_worried(found)):
        return Decision(Intent.UNWATCH, 0.95)
    told = Concept.ALERT in said
    asks = said.any(Concept.ALERT, Concept.TELL, Concept.SEND, Concept.SHARE, Concept.WANT)
    if found.scheduled and (asks or (found.states and not found.references)):
        return Decision(Intent.WATCH, 0.9)
    once = _is_still_to_come(found, told=told)
    if _asks_for_watches(found, told=told, once=once):
        return Decision(Intent.LIST_WATCHES, 0.9)
    if told or (said.any(Concept.TELL) and (once or found.scheduled)):
        # "Avise a previsão", "let me know when it was shipped": told now, not later.
        asks = _now(found)
        if once or found.scheduled or not asks:
            return Decision(Intent.WATCH, 0.9 if once or found.scheduled or told else 0.8)
    return None


def _is_still_to_come(found: Found, *, told: bool) -> bool:
    """ "Tell me when it ships" is a moment to wait for, "tell me when it will ship" a date to be told now."""
    said = found.said
    moments = [said.words[start:end].split() for start, end in said.spans.get(Concept.ONCE, ())]
    return any(told or _FUTURE.isdisjoint(moment) for moment in moments)


_FUTURE = frozenset({"will", "would", "should", "vai", "vao", "sera", "serao", "va", "van", "seran"})


def _is_worried(found: Found) -> bool:
    """ "Don't forget to watch 4711": the stop belongs to something else."""
    return " forget to " in found.words


def _now(found: Found) -> bool:
    return Concept.QUESTION in found.said or found.documents.any


def _asks_for_watches(found: Found, *, told: bool, once: bool) -> bool:
    said = found.said
    if _BY_YOU.search(found.words) and not (once or found.references or found.scheduled):
        return True
    nouns = says(found.words, _ALERT_NOUNS)
    if nouns and says(
        found.words,
        (
            "am i",
            "are we",
            "do i have",
            "tenho",
            "tengo",
            "to seguindo",
            "to acompanhando",
            "estou",
            "estamos",
            "estoy",
        ),
    ):
        return True
    return nouns and Concept.SHOW in said and not once and not found.references and not found.scheduled


_BY_YOU = re.compile(
    r" (?:(?:do|are|did) you (?:still )?(?:watch|watching|follow|following|monitor|monitoring)"
    r"|(?:what|which|whats)(?: \S+){0,3} (?:i|im|we|you|me|us)(?: \S+){0,4}"
    r" (?:watch|watching|follow|following|track|tracking|monitor|monitoring|subscribed|alerted|notified|"
    r"eye on|alerts? (?:on|for)|alerting|notifying|warning|pinging)"
    r"|(?:que|quais|qual|cuales)(?: \S+){0,3} (?:eu|voce|vc|estou|to|te|me|estoy|estas|nos)(?: \S+){0,4}"
    r" (?:acompanh|monitor|vigi|avis(?:e |a |ando)|sigu|segu(?:i|indo)|notific|alert|observ|suscri|inscri|"
    r"assin)\w*"
    r"|(?:am i|are we|estou|to|estamos|estoy) (?:\S+ ){0,3}(?:subscribed|watching|following|"
    r"avisos?|alertas?|acompanhando|seguindo|siguiendo)(?: \S+){0,2}"
    r" (?:to what|what|which|que|quais|qual|cuales)"
    r"|(?:o que|que|quais pedidos|do que) (?:e que )?(?:voce|vc|o bot) (?:esta |ta )?"
    r"(?:monitora|acompanha|vigia|segue|observa|me avisa)\w*"
    r"|(?:que|cuales|que pedidos) (?:me )?(?:estas |esta )?(?:vigil|sigu|monitore|observ|avis)\w*"
    r" (?:por|para) mi)(?= )"
)
""" "What do you watch for me?": the watching is the bot's."""
_ALERT_NOUNS = (
    "subscribed", "suscrito", "suscrita", "inscrito", "inscrita", "assinando",
    "alerts", "watches", "notifications", "subscriptions", "watching", "following", "watchlist", "reminders",
    "alertas", "avisos", "notificacoes", "acompanhamentos", "lembretes", "acompanhando", "notificaciones",
    "every alert", "any alert", "each alert", "algum alerta", "algum aviso", "alguma notificacao",
    "alguna alerta", "algun aviso", "alguna notificacion", "to seguindo", "to acompanhando",
    "seguimientos", "suscripciones", "recordatorios", "siguiendo", "seguindo", "monitorando", "monitoring",
)  # fmt: skip


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
    if found.documents.any and not _is_label(found) and not _is_about_a_document(found):
        return Decision(Intent.DOCUMENTS, 0.95)
    clear = len(found.words.split()) == len(found.references) or found.said.any(
        Concept.QUESTION, Concept.KNOW, Concept.ONE, Concept.NEWS, Concept.WANT, *found.states
    )
    sure = any(len(reference.kinds) < 4 for reference in found.references)
    return Decision(Intent.FIND, 0.95 if clear else 0.85 if sure else 0.6)


def _is_label(found: Found) -> bool:
    """ "NF 123456/1" on its own names an invoice; "send NF 123456/1" wants it.

    So does "po:7782 inv:90021": a list of numbers with what each is, and nothing else.
    """
    spoken = found.words.split()
    if spoken[-1:] == ["#"] and all(word == "#" or word in _LABELS for word in spoken):
        kinds = [reference.kinds or (reference.kind,) for reference in found.references]
        if any(ReferenceKind.INVOICE_NUMBER not in of for of in kinds):
            return True
    if not found.documents.only_labels or found.said.any(Concept.SEND, Concept.WANT):
        return False
    return any(reference.kind is ReferenceKind.INVOICE_NUMBER for reference in found.references)


def _is_about_a_document(found: Found) -> bool:
    """ "Is invoice 11 paid?" asks about it; "need invoice 11, is it paid?" may have it as well."""
    said = found.said
    wants = Concept.SEND in said or (Concept.WANT in said and Concept.KNOW not in said)
    wants = wants or _wants_a_document(found)
    pointed = all(_is_pointed_at(found, name) for name in found.documents.named)
    if not wants and pointed and Concept.QUESTION in said:
        return True
    labels = found.documents.only_labels and set(found.documents.kinds) <= _INVOICES
    if labels and not wants and _stands_apart(found, Concept.QUESTION):
        return True
    return not wants and _stands_apart(found, Concept.STATE_OF_DOCUMENT)


def _wants_a_document(found: Found) -> bool:
    """ "I wanted the invoice of 4711 and to know when it comes": what is wanted first is the document."""
    for _, end in found.said.spans.get(Concept.WANT, ()):
        spoken = found.said.words[end:].split()[:6]
        at = 0
        while at < len(spoken) and spoken[at] in _ARTICLES:
            at += 1
        if document_at(spoken, at):
            return True
    return False


_ARTICLES = words(
    """a an the my our your copy copia of de da do del o os as el la los las um uma un una minha meu mi tu
    sua su"""
)


def _is_pointed_at(found: Found, name: str) -> bool:
    """ "The goods of that invoice": which one is said by its number, and nothing is wanted of it."""
    return any(f" {of} {name} " in found.words for of in _OF_THAT)


_OF_THAT = (
    "of this", "of that", "for this", "for that", "on this", "on that", "dessa", "desta", "desse", "deste",
    "de esta", "de esa", "de este", "de ese",
)  # fmt: skip


_LABELS = frozenset().union(
    *(
        lexicon.order | lexicon.orders | lexicon.prefixes | lexicon.invoices | lexicon.invoice_prefixes
        for lexicon in ALL
    )
)
_INVOICES = frozenset({DocumentKind.INVOICE_PDF, DocumentKind.DANFE, DocumentKind.NFE_XML})


def _stands_apart(found: Found, concept: Concept) -> bool:
    """Whether a concept is there beside the names of documents: "payment slip" is about no payment."""
    said = found.said
    spoken = [said.words[start:end].strip() for start, end in said.spans.get(concept, ())]
    return any(not any(f" {one} " in f" {name} " for name in found.documents.named) for one in spoken)


def _about_none(found: Found) -> Decision | None:
    said, words = found.said, found.words
    if found.ordinal is not None:
        return Decision(Intent.DOCUMENTS if found.documents.any else Intent.FIND, 0.85)
    if Concept.THANKS_FOR in said and not said.any(Concept.SEND, Concept.WANT):
        return Decision(Intent.THANKS, 0.9)
    if found.documents.any:
        return _documents_of_none(found)
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


def _documents_of_none(found: Found) -> Decision:
    said = found.said
    owed = found.states & {Concept.UNPAID, Concept.OVERDUE}
    as_files = not {"xml", "xmls", "pdf", "pdfs"}.isdisjoint(found.documents.named)
    if found.states & {Concept.INVOICED, Concept.NOT_INVOICED} and Concept.SEND not in said and not as_files:
        return Decision(Intent.LIST, 0.9)
    to_pay = found.documents.kinds == (DocumentKind.BOLETO,) and not _asks_which(found)
    if owed and Concept.SEND not in said and not to_pay:
        return Decision(Intent.LIST, 0.85)
    if not owed and _is_about_a_document(found) and not found.has_period:
        return Decision(Intent.FIND, 0.7)
    return Decision(Intent.DOCUMENTS, 0.9 if Concept.SEND in said or found.has_period else 0.8)


def _asks_which(found: Found) -> bool:
    """ "Que boletos vencem?" does; in "boletos que vencem" the "que" only goes on from the noun."""
    said = found.said
    return any(
        start == 1 or said.words[start:end] != "que " for start, end in said.spans.get(Concept.WHICH, ())
    )


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

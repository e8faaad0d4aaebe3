"""What is asked of watches: to be told of something, not to be told any more, or what one is told of."""

import re

from bot.questions.found import Decision, Found, says
from bot.questions.lexicon.talk import Concept
from bot.questions.question import Intent


def about_watching(found: Found) -> Decision | None:
    """What a text asks of watches: one more, one less, or which there are; None where it is about none."""
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
    if nouns and says(found.words, _I_AM):
        return True
    return nouns and Concept.SHOW in said and not once and not found.references and not found.scheduled


_I_AM = (
    "am i", "are we", "do i have", "tenho", "tengo", "to seguindo", "to acompanhando", "estou", "estamos",
    "estoy",
)  # fmt: skip
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

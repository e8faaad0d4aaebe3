"""The hours in which somebody wants to hear nothing: set, shown and turned off, in three languages.

Whole sentences are recognised, in words people use for it; a text that is anything else is left alone.
"""

import re
from datetime import time

from bot.questions.account import without_courtesies
from bot.questions.cleaning import fold
from bot.questions.question import QuietWish

NIGHT = (time(21, 0), time(7, 0))
"""What "at night" is, where no hours are named."""
_LONGEST_HOURS = 16


def read_quiet(text: str) -> QuietWish | None:
    """What a cleaned text asks of quiet hours; None for anything else."""
    folded = fold(text)
    # "Pode me avisar" is no courtesy here: with and without what may be one.
    wishes = (_read(" ".join(said.strip(" .!?¿¡").split())) for said in (folded, without_courtesies(folded)))
    return next((wish for wish in wishes if wish is not None), None)


def _read(said: str) -> QuietWish | None:
    if _OFF.fullmatch(said):
        return QuietWish("off")
    if _SHOW.fullmatch(said):
        return QuietWish("show")
    for pattern in (_QUIET_THEN_HOURS, _HOURS_THEN_QUIET):
        if found := pattern.fullmatch(said):
            return _of_hours(found)
    if _AT_NIGHT.fullmatch(said):
        return QuietWish("set", *NIGHT)
    return None


def _of_hours(found: re.Match[str]) -> QuietWish | None:
    begins, ends = _time(found, "b"), _time(found, "e")
    if begins is None or ends is None or begins == ends:
        return None
    bare = not any(found[f"{side}{part}"] for side in "be" for part in ("half", "minute"))
    # "From 10 to 6": nobody means twenty hours.
    if bare and begins.hour <= 12 and ends.hour <= 12 and _hours(begins, ends) > _LONGEST_HOURS:
        begins = time((begins.hour + 12) % 24)
    return QuietWish("set", begins, ends)


def _hours(begins: time, ends: time) -> float:
    minutes = (ends.hour * 60 + ends.minute) - (begins.hour * 60 + begins.minute)
    return (minutes % (24 * 60)) / 60


def _time(found: re.Match[str], side: str) -> time | None:
    if found[f"{side}word"]:
        return time(0, 0) if found[f"{side}word"].startswith(("mid", "meia", "media")) else time(12, 0)
    hour, minute = int(found[f"{side}hour"]), int(found[f"{side}minute"] or 0)
    half = (found[f"{side}half"] or "").replace(".", "").replace(" ", "")
    if half in _AFTER_NOON and hour < 12:
        hour += 12
    elif half in _BEFORE_NOON and hour == 12:
        hour = 0
    return time(hour % 24, minute) if hour <= 24 and minute < 60 else None


_AFTER_NOON = frozenset(
    ["pm", "p", "intheevening", "atnight", "danoite", "datarde", "delanoche", "delatarde", "intheafternoon"]
)
_BEFORE_NOON = frozenset(["am", "a", "inthemorning", "damanha", "delamanana", "damadrugada", "delamadrugada"])


def _hour(side: str) -> str:
    return (
        rf"(?:(?:as|a las|a la|las|la|the|o|al) )?(?:(?P<{side}word>midnight|meia[ -]?noite|medianoche|"
        rf"noon|midday|meio[ -]?dia|mediodia)|(?P<{side}hour>\d{{1,2}})(?:[:h.](?P<{side}minute>\d{{2}}))?"
        rf"(?: ?(?:h|hs|hrs|horas|hours|o['’]?clock)\b)?"
        rf"(?: ?(?P<{side}half>a\.? ?m\.?|p\.? ?m\.?|in the (?:morning|evening|afternoon)|at night|"
        rf"da (?:manha|noite|tarde|madrugada)|de la (?:manana|noche|tarde|madrugada)))?)"
    )


_HOURS = (
    r"(?:(?:to|para|a) )?(?:(?:between|from|after|starting at|entre|desde|das|de|depois das|a partir das|"
    r"despues de|a partir de) )?"
    rf"{_hour('b')}(?: ?- ?| (?:and|to|until|till|e|a|as|ate|y|hasta|al|ate as) ){_hour('e')}"
)
_EVERY_DAY = r"(?: (?:every (?:day|night)|todos os dias|todos los dias|toda noite|cada noche))?"
_NEWS = (
    r"(?:any )?(?:messages?|news|alerts?|notifications?|mensagens|mensagem|mensajes?|avisos?|noticias|"
    r"novidades|notificacoes|notificaciones|alertas?|nada|anything)"
)
_QUIET_HOURS = (
    r"(?:quiet (?:hours|time)|do[ -]?not[ -]?disturb|dnd|silent hours|silence|"
    r"(?:horarios?|horas?|periodo|modo) (?:de |do )?"
    r"(?:silencio|silencios[oa]s?|descanso|nao perturbe|no molestar)|"
    r"nao perturbe|no molestar|horas tranquilas|silencio)"
)
_OWN = r"(?:(?:my|the|o|a|as|os|meu|meus|minha|minhas|el|la|las|los|mi|mis|un|um|uma|una) ){0,2}"
_LEAVE_ME = (
    r"(?:(?:please )?(?:do not|don['’]?t|never) (?:disturb|bother|message|notify|ping|wake|write|text|alert|"
    rf"contact|send|tell)(?: to)?(?: me| us)?(?: up)?(?: {_NEWS})?|leave me alone|keep quiet|be quiet|"
    rf"no {_NEWS}(?: please)?|"
    r"nao (?:me )?(?:incomod|perturb|mand|envi|avis|notifi|cham|escrev|acord)\w*(?:[ -]me)?"
    rf"(?: {_NEWS})?|sem {_NEWS}|(?:me )?deix[ae](?:[ -]me)? em paz|fique quieto|"
    r"no (?:me )?(?:molest|mand|envi|avis|notifi|escrib|despiert|llam)\w*"
    rf"(?: {_NEWS})?|sin {_NEWS}|dejame en paz|"
    r"(?:silence|mute|silenci\w+) (?:me|everything|it|tudo|todo|"
    rf"(?:(?:the|my|os|as|los|las|meus|minhas|mis) )?{_NEWS})|"
    r"(?:(?:set|change|make|put|turn on|switch on|activate|defin\w+|mud\w+|coloc\w+|lig\w+|ativ\w+|"
    rf"configur\w+|pon\w*|cambi\w+|activ\w+|establec\w+) )?{_OWN}{_QUIET_HOURS})"
)
_NIGHT = (
    r"(?:at|during the|in the|by) nights?|overnight|nights|(?:a|de|pela|durante a|na) noite|"
    r"(?:por la|de|en la|durante la|por las) noches?"
)
_QUIET_THEN_HOURS = re.compile(rf"{_LEAVE_ME}(?:,|:)? {_HOURS}{_EVERY_DAY}")
_HOURS_THEN_QUIET = re.compile(rf"{_HOURS},? {_LEAVE_ME}{_EVERY_DAY}")
_AT_NIGHT = re.compile(rf"{_LEAVE_ME} (?:{_NIGHT})|(?:{_NIGHT}),? {_LEAVE_ME}")
_SHOW = re.compile(
    rf"(?:(?:show|list|what are|what['’]?s|which are|when are|see|mostr\w*|quais sao|qual e|ver|veja|"
    rf"muestra\w*|cuales son|cual es|que) )?(?:me )?{_OWN}{_QUIET_HOURS}(?: (?:do i have|tenho|tengo))?"
)
_ANY_TIME = (
    rf"(?:(?:at )?any ?time|always|(?:{_NIGHT})|a qualquer hora|sempre|a cualquier hora|siempre|"
    r"em qualquer horario|en cualquier momento)"
    r"(?: (?:too|as well|again|also|tambem|de novo|tambien|de nuevo))?"
)
_OFF = re.compile(
    rf"(?:turn|switch) off {_OWN}{_QUIET_HOURS}|(?:turn|switch) {_OWN}{_QUIET_HOURS} off|"
    r"(?:no(?: more)?|stop|remove|delete|cancel|disable|end|clear|deslig\w*|desativ\w*|remov\w*|tir[ae]\w*|"
    r"cancel\w*|apag\w*|sem|quit[ae]\w*|desactiv\w*|elimin\w*|borra\w*|sin) "
    rf"{_OWN}{_QUIET_HOURS}|"
    rf"(?:you )?(?:can|may) (?:disturb|message|write|notify|bother|tell|text|ping)(?: to)?(?: me)? "
    rf"{_ANY_TIME}|"
    rf"(?:voce )?pode(?:m)? (?:me )?(?:incomod|avis|escrev|cham|mand|perturb)\w*(?: {_NEWS})? {_ANY_TIME}|"
    rf"pued(?:es|e|en) (?:me )?(?:molest|avis|escrib|llam|mand)\w*(?: {_NEWS})? {_ANY_TIME}"
)

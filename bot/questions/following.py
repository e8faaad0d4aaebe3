"""What points back at what was spoken of, and what is still to come: ordinals, events, hours."""

import re
from collections.abc import Set
from datetime import time

from bot.orders import OrderEvent
from bot.questions.cleaning import fold
from bot.questions.lexicon import ALL
from bot.questions.lexicon.talk import Concept
from bot.questions.question import Schedule
from bot.questions.talking import Said

_ORDINALS = {
    1: "first|1st|primeir[oa]|primer[oa]?|1[oa]",
    2: "second|2nd|segund[oa]|2[oa]",
    3: "third|3rd|terceir[oa]|tercer[oa]?|3[oa]",
    4: "fourth|4th|quart[oa]|cuart[oa]|4[oa]",
    5: "fifth|5th|quint[oa]|5[oa]",
    -1: "last|ultim[oa]",
}
_NAME = "|".join(f"(?P<n{abs(number)}>{words})" for number, words in _ORDINALS.items() if number > 0)
_NAME += f"|(?P<last>{_ORDINALS[-1]})"
_PLEASE = r"(?: (?:please|pls|por favor|porfa|pfv|porfavor|thanks|obrigad[oa]|gracias|then|entao|entonces))*"
_LIST = (
    r"(?: (?:of|on|in|from|da|na|de|en)? ?(?:the|that|la|sua|tu)? ?"
    r"(?:list|lista|those|these|them|deles|ellos))?"
)
_POINTS = re.compile(
    r"(?:^|.* )(?:the|o|a|el|la|do|da|del|number|numero|numero|option|opcao|opcion|and|e|y) "
    rf"(?:{_NAME})(?: (?:one|order|deles|delas|de ellos|opcao|opcion))?{_LIST}{_PLEASE}$"
)
_FIRST_THEN = re.compile(
    rf"(?:and |e |y )?(?:the|o|a|el|la|do|da|del) (?:{_NAME})(?: (?:one|order|pedido|orden))?"
    r"(?: (?:of|da|de|on|in) (?:the |that |la |essa |esa )?(?:list|lista|those|them))?"
    r" (?:when|where|is|was|has|did|does|will|quando|onde|cade|ja|esta|ta|foi|chegou|"
    r"saiu|vai|chega|cuando|donde|ya|"
    r"llego|salio|llega|fue|va|why|what|por que|how|como)\b.*"
)
"""A question about one of a list, which it names first: "the last one, when will it come?"."""
_ALONE = re.compile(rf"(?:{_NAME}){_PLEASE}")
_NUMBERED = re.compile(
    r"(?:the |o |a |el |la )?(?:number|numero|option|opcao|opcion|no|n) (?P<number>[1-9])" + _PLEASE
)


def read_ordinal(cleaned: str) -> int | None:
    """ "The second one", "o último", "opción 3": which of a list; -1 is the last."""
    said = re.sub(r"[^\w ]+", " ", fold(cleaned))
    said = " ".join(said.split())[:80]
    alone = _ALONE.fullmatch(said)
    if alone:
        return _ordinal(alone)
    numbered = _NUMBERED.fullmatch(said)
    if numbered:
        return int(numbered["number"])
    found = _POINTS.match(said) or _FIRST_THEN.fullmatch(said)
    return _ordinal(found) if found else None


def _ordinal(found: re.Match[str]) -> int:
    if found["last"]:
        return -1
    return next(number for number in range(1, 6) if found[f"n{number}"])


def read_events(said: Said) -> tuple[OrderEvent, ...]:
    """What somebody wants to be told of; ANY where they do not say."""
    found = [event for concept, event in _EVENTS if concept in said]
    if OrderEvent.DELAY in found:
        return (OrderEvent.DELAY,)
    if OrderEvent.INVOICE in found:
        return (OrderEvent.INVOICE,)
    return tuple(found) or (OrderEvent.ANY,)


_EVENTS = (
    (Concept.WHEN_LATE, OrderEvent.DELAY),
    (Concept.WHEN_INVOICED, OrderEvent.INVOICE),
    (Concept.WHEN_DOCUMENT, OrderEvent.DOCUMENT),
    (Concept.WHEN_SHIPPED, OrderEvent.DISPATCH),
    (Concept.WHEN_DELIVERED, OrderEvent.DELIVERY),
)

_WEEKDAYS = {
    name + plural: number
    for lexicon in ALL
    for name, number in lexicon.weekdays.items()
    for plural in ("", "s")
}
_EVERY = re.compile(
    r"\b(?:every|each|weekly(?: on)?|tod[oa]s? (?:(?:os|as|los|las|o|a) )?|cada|on|as|aos|los) ?"
    r"(?P<day>[a-z]{3,12}?(?:-feiras?)?)(?: feiras?)?\b"
    r"(?: ?(?:,|at|as|a las|a la|a|by|pelas|@) ?"
    r"(?P<hour>\d{1,2})(?:[:h.](?P<minute>\d{2}))? ?(?P<half>[ap])?)?"
)
_DAILY = re.compile(
    r"\b(?:daily|diariamente|every day|todo dia|todos los dias|todos os dias|cada dia|every morning)\b"
)
_HOUR = re.compile(
    r"\b(?:at|as|a las|a la|pelas) (?P<hour>\d{1,2})(?:[:h.](?P<minute>\d{2}))? ?(?P<half>[ap])?"
)


def read_schedule(cleaned: str) -> Schedule | None:
    """ "Every Monday at 9", "toda segunda às 9h", "todos los días a las 8:30"."""
    said = fold(cleaned)
    if _DAILY.search(said):
        return Schedule(at=_hour(_HOUR.search(said)))
    for found in _EVERY.finditer(said):
        weekday = _WEEKDAYS.get(found["day"])
        if weekday is not None and (
            found[0].split()[0][:4] in ("ever", "each", "week", "toda", "todo", "cada") or _plural(found)
        ):
            return Schedule(weekday=weekday, at=_hour(found if found["hour"] else None))
    return None


def is_for_all(words: str) -> bool:
    """Whether whoever asks to be told asks for others too: "tell us", "avísanos", "avise o canal"."""
    return _FOR_ALL.search(words) is not None


_FOR_ALL = re.compile(
    r" (?:us|everyone|everybody|a gente|pra gente"
    r"|(?:the|this|our|o|ao|no|nosso|neste|este|esse|el|al|en el|nuestro) (?:whole |entire |todo )?"
    r"(?:channel|group|team|canal|grupo|equipe|equipo|time)"
    r"|nos (?:avis|inform|cont|dig|notifi|mand)\w*"
    r"|(?:avis|inform|cont|dig|notifi|mand)\w*[ -]?nos|dinos)(?= )"
)


def _plural(found: re.Match[str]) -> bool:
    return found["day"].endswith("s") and found["day"] not in (
        "lunes",
        "martes",
        "miercoles",
        "jueves",
        "viernes",
    )


def _hour(found: re.Match[str] | None) -> time | None:
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] == "p" and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def goes_on(
    said: Said,
    dates: Set[int] = frozenset(),
    leads: Set[str] = frozenset({"and", "e", "y", "also", "tambem", "tambien", "plus"}),
) -> bool:
    """Whether a text goes on from what was spoken of: "and the XML?", "its invoice".

    `dates` are the tokens of dates: "for this" in "invoices for this week" points at no order.
    """
    if Concept.BACK not in said:
        return False
    words = said.words.split()
    if words and words[0] in leads:
        return True
    return any(
        said.words[start:end].split()[0] not in leads
        and any(token not in dates for begins, token in said.tokens.items() if start <= begins < end)
        for start, end in said.spans[Concept.BACK]
    )

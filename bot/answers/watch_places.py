"""Watches of a channel or group that is tied to a company: who may set them, and what may be posted there.

Whoever set one answers for it. At each news their right to watch and to share is decided anew, and who is
there is found out anew: if somebody may not see it, nothing is posted, and whoever set it is told instead.
"""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter

from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.happenings import SILENCE
from bot.chat.messages import Message
from bot.chat.people import Audience, Conversation
from bot.chat.phrases import Phrase, Value
from bot.chat.replies import Errand, OrderCard, OrderTable, Part, Say
from bot.chat.unasked import Told
from bot.linking import LinkedCompany, Permission
from bot.linking.channels import Circle
from bot.questions import Intent, Question
from bot.scope import CompanyScope
from bot.watching import LiveWatch, place_of_lane

NOT_POSTED = "watch_not_posted"
_PHRASES = TypeAdapter(tuple[Phrase, ...])


def concerns_place(question: Question) -> bool:
    """Whether a question asked where others read along is about what is watched for all of them."""
    if question.intent is Intent.WATCH:
        return question.for_all
    return question.intent in (Intent.UNWATCH, Intent.LIST_WATCHES)


def place_of(turn: Turn) -> Conversation | None:
    """The channel or group a question was asked in, also where it waited and is answered elsewhere."""
    return channel_of(turn.message) or (turn.again.asked_in if turn.again else None)


def channel_of(message: Message) -> Conversation | None:
    """The channel or group of a message, whatever the thread; None in a direct chat."""
    here = message.conversation
    if here.private:
        return None
    return Conversation(here.platform, here.id, here.workspace, private=False)


def meant_by(turn: Turn, lane: str) -> Conversation | None:
    """The channel or group a button was made for; None where it is pressed in another one.

    In a direct chat it is shown, and pressed, where what was asked in a channel had to wait.
    """
    here = place_of(turn)
    if here is None:
        return place_of_lane(lane)
    return here if here.lane == lane else None


def may_set(turn: Turn, company_id: int) -> bool:
    """Whether this person may have news of a company posted, and end that again."""
    access = turn.access
    return access.may(Permission.WATCH, company_id) and access.may(Permission.SHARE, company_id)


async def refusal(desk: Desk, turn: Turn, scope: CompanyScope, place: Conversation) -> Answer | None:
    """Why news of a company cannot be posted in a place for everybody there; None where they can."""
    if not turn.access.may(Permission.WATCH, scope.company_id):
        return say("watch_not_allowed")
    if not turn.access.may(Permission.SHARE, scope.company_id):
        return say("share_not_for_role")
    if not await _is_tied(desk, place, scope.company_id):
        desk.record(turn, "watch", "not_tied")
        return say("watch_channel_not_tied")
    if not await _is_among_insiders(desk, turn, place, scope):
        desk.record(turn, "watch", "onlookers")
        return say("watch_channel_onlookers", company=scope.company_name)
    return None


async def of_place(desk: Desk, turn: Turn) -> list[tuple[LiveWatch, LinkedCompany]]:
    """What is watched for everybody in the place a person asks in, as far as they may end it."""
    place = channel_of(turn.message)
    if place is None:
        return []
    return [
        (watch, company)
        for watch in await desk.watches.of_place(place)
        if (company := turn.access.company(watch.company_id)) is not None and may_set(turn, watch.company_id)
    ]


async def posted(
    desk: Desk, turn: Turn, company: LinkedCompany, watch: LiveWatch, place: Conversation, answer: Answer
) -> Answer:
    """News as a post for everybody, if all who are there may see it; else a word to whoever set the watch."""
    if not answer.parts:
        return answer
    part = watch.order and company.scope.within(watch.order.erp, watch.order.company_key)
    if not await _is_tied(desk, place, company.company_id):
        await desk.watches.stop(watch.id, "untied")
        return await _told_instead(desk, turn, company, watch, place, answer, "watch_place_untied")
    if not await _is_among_insiders(desk, turn, place, part or company.scope):
        return await _told_instead(desk, turn, company, watch, place, answer, "watch_not_posted")
    desk.record(turn, "watch_fired", "posted")
    parts = tuple(_for_all(one) for one in answer.parts)
    return replace(answer, parts=parts, company=company, open_to=Audience.COMPANY)


async def run_errand(desk: Desk, message: Message, errand: Errand) -> bool:
    """Tell in private what was not posted; True when the errand was this."""
    if errand.name != NOT_POSTED:
        return False
    phrases = _PHRASES.validate_json(errand.values["phrases"])
    told = Told(phrases, company_id=int(errand.values["company"]), permission=Permission.WATCH.value)
    await desk.tell(f"{message.id}:alone", message.sender, told)
    return True


async def said_of(desk: Desk, turn: Turn, place: Conversation, what: Phrase) -> Phrase:
    """What is promised to everybody in a place; by its name, where the promise is read elsewhere."""
    if place == channel_of(turn.message):
        return what
    return await in_place(desk, place, "watch_in_place", what=what)


async def in_place(desk: Desk, place: Conversation, key: str, **values: Value) -> Phrase:
    """A sentence about a channel by its name; about "the group" where the platform tells no name."""
    name = await desk.services.channels.named(place)
    if name == place.id:
        return Phrase(f"{key}_group", values)
    return Phrase(key, {**values, "place": name})


async def _told_instead(
    desk: Desk,
    turn: Turn,
    company: LinkedCompany,
    watch: LiveWatch,
    place: Conversation,
    answer: Answer,
    why: str,
) -> Answer:
    desk.record(turn, "watch_fired", "told_alone")
    where = await in_place(desk, place, why, company=company.name)
    news: Sequence[Phrase] = [part.phrase for part in answer.parts if isinstance(part, Say)]
    if watch.digest is not None:
        news = [Phrase("watch_list_ask_here")]
    values = {
        "phrases": _PHRASES.dump_json((where, *news)).decode(),
        "company": str(company.company_id),
    }
    return SILENCE.then(Errand(NOT_POSTED, values))


async def _is_tied(desk: Desk, place: Conversation, company_id: int) -> bool:
    tied = await desk.services.channels.tied_to(place.platform, company_id)
    return any(one.lane == place.lane for one in tied)


async def _is_among_insiders(desk: Desk, turn: Turn, place: Conversation, scope: CompanyScope) -> bool:
    """Whether all who are there see what lies within a scope, and whoever set the watch is one of them."""
    onlookers = await desk.services.channels.onlookers(place, scope)
    if onlookers.circle is not Circle.INSIDERS:
        return False
    return turn.access.staff or turn.message.sender in (onlookers.people or ())


def _for_all(part: Part) -> Part:
    """A part without the buttons that are one person's."""
    match part:
        case OrderCard():
            return replace(part, buttons=())
        case OrderTable():
            return replace(part, rows=(), buttons=())
    return part

"""Show an order to others: preview, confirmation, post. Nothing is shared that was not previewed.

Who would read it is found out three times: for the preview, when it is confirmed, and when it is posted;
the post is never larger than what was agreed to. A share is a message of its own in the inbox
(`bot.chat.unasked.Shared`), so it is made once and outlives the process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn, not_found, say
from bot.answers.disclosure import least, redacted, without_amounts
from bot.answers.find import choose
from bot.answers.happenings import SILENCE
from bot.answers.offering import place_of, written
from bot.answers.whereabouts import of_order, part_of, part_of_focus, part_of_order, spoken_of
from bot.chat.buttons import Offer
from bot.chat.messages import Message
from bot.chat.people import Audience, Conversation, Reader
from bot.chat.phrases import Phrase, Value
from bot.chat.replies import Actions, Errand, OrderCard, Part, Say
from bot.chat.unasked import Shared, Told
from bot.erp.errors import ErpError
from bot.linking import Permission
from bot.linking.channels import Circle, Onlookers
from bot.memory import Act, new_reference
from bot.orders import Order
from bot.questions import Question
from bot.scope import CompanyScope

POST, TELL, OFFER = "share_post", "share_tell", "share_offer"
PLACES_SHOWN = 5


class Extent(StrEnum):
    """How much of an order is shown; the value is stored with buttons."""

    FULL = "full"
    """All but amounts and files: for those who may see the order themselves."""
    REDACTED = "redacted"
    """State and dates: for colleagues who may not."""
    LEAST = "least"
    """Number and status: for outsiders."""


_WIDEST = {Circle.INSIDERS: Extent.FULL, Circle.COLLEAGUES: Extent.REDACTED, Circle.OUTSIDERS: Extent.LEAST}
_BY_SIZE = (Extent.LEAST, Extent.REDACTED, Extent.FULL)


async def asked(desk: Desk, turn: Turn, scope: CompanyScope, question: Question) -> Answer:
    """Answer "share PO-7782": a preview; in a group where all read along, one in private."""
    place = turn.message.conversation
    if turn.message.seen_by is not Audience.PERSON:
        values = {"text": _words(turn.message), "place": written(place), "company": str(scope.company_id)}
        return say("share_in_private").then(Errand(OFFER, values))
    return await _asked_of(desk, turn, scope, question, "" if place.private else written(place))


async def asked_in_group(desk: Desk, turn: Turn, scope: CompanyScope, question: Question, act: Act) -> Answer:
    """What was asked in a group, now that the person reads alone."""
    return await _asked_of(desk, turn, scope, question, act.values["place"])


async def preview(desk: Desk, turn: Turn, part: CompanyScope, act: Act) -> Answer:
    """Show the person what others would see, and who they are."""
    if not turn.access.may(Permission.SHARE, part.company_id):
        return _refused(desk, turn, act, "not_allowed", "share_not_for_role")
    order = await _order(desk, part, act.values)
    if order is None:
        desk.record(turn, "share", "not_found", [act.values.get("order", "")])
        return not_found(part)
    if not act.values.get("place"):
        return await _where(desk, turn, part, order)
    place = place_of(act.values["place"])
    onlookers = await desk.services.channels.onlookers(place, part)
    return await _previewed(desk, turn, part, order, place, onlookers)


async def confirm(desk: Desk, turn: Turn, part: CompanyScope, act: Act) -> Answer:
    """Post what was previewed, if the same people or fewer would read it now."""
    if not turn.access.may(Permission.SHARE, part.company_id):
        return _refused(desk, turn, act, "not_allowed", "share_not_for_role")
    place, extent = place_of(act.values["place"]), Extent(act.values["extent"])
    onlookers = await desk.services.channels.onlookers(place, part)
    if _is_too_much(extent, onlookers):
        order = await _order(desk, part, act.values)
        if order is None:
            return not_found(part)
        desk.record(turn, "share", "onlookers_changed", [act.values["order"]])
        shown = await _previewed(desk, turn, part, order, place, onlookers)
        return replace(shown, parts=(Say(Phrase("share_changed")), *shown.parts))
    if not await _is_there(desk, turn, place, onlookers):
        return _refused(desk, turn, act, "not_there", "share_not_there")
    desk.record(turn, "share", "confirmed", [act.values["order"]])
    undo = Offer(Phrase("button_undo_share"), acts.UNDO_SHARE, _undoing(turn.message, act.values["share"]))
    values = {name: act.values[name] for name in ("share", "place", "extent", "order", "erp", "company_key")}
    errand = Errand(POST, {**values, "company": str(part.company_id), "locale": turn.reader.locale})
    return Answer(
        (Say(Phrase("share_posting")), Actions(desk.buttons(turn, [undo]))), (errand,), replaces=True
    )


def drop(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Keep it private after all."""
    desk.record(turn, "share", "dropped", [act.values["order"]])
    return replace(say("share_dropped"), replaces=True)


async def post(desk: Desk, turn: Turn, shared: Shared) -> Answer:
    """Make the post, in the right the sharer has and for the people who are there at this moment."""
    known = await desk.memory.recall(shared.share)
    if known is not None and known.kind == acts.UNDO_SHARE:
        return SILENCE
    company = turn.access.company(shared.company_id)
    part = part_of(company.scope, shared.values) if company else None
    number = shared.values["order"]
    if company is None or part is None or not company.may(Permission.SHARE):
        return _not_posted(desk, turn, shared, "not_allowed", "share_not_for_role")
    turn = replace(turn, company=company)
    extent = Extent(shared.extent)
    onlookers = await desk.services.channels.onlookers(turn.message.conversation, part)
    if _is_too_much(extent, onlookers):
        return _not_posted(desk, turn, shared, "onlookers_changed", "share_changed_told")
    if not await _is_there(desk, turn, turn.message.conversation, onlookers):
        return _not_posted(desk, turn, shared, "not_there", "share_not_there")
    try:
        order = await _order(desk, part, shared.values)
    except ErpError as failure:
        # Posted an hour later it would be read as said now: the sharer is told, and tries again.
        return _not_posted(desk, turn, shared, failure.reason, "share_erp_away")
    if order is None:
        return _not_posted(desk, turn, shared, "not_found", "share_gone")
    desk.record(turn, "share", "posted" if extent is not Extent.LEAST else "posted_least", [number])
    undo = Offer(Phrase("button_undo_share"), acts.UNDO_SHARE, _undoing(turn.message, shared.share))
    parts = await _post_of(desk, turn, order, extent, part.company_name)
    return Answer(
        (*parts, Actions(desk.buttons(turn, [undo]))),
        company=company,
        open_to=Audience.COMPANY if extent is Extent.FULL else Audience.EXTERNAL,
    )


async def run_errand(desk: Desk, message: Message, errand: Errand) -> bool:
    """Hand a share to the inbox, or say in private what became of it; True when it was one of these."""
    values = errand.values
    match errand.name:
        case "share_post":
            shared = Shared(
                share=values["share"],
                company_id=int(values["company"]),
                values={name: values[name] for name in ("order", "erp", "company_key")},
                extent=values["extent"],
                locale=values["locale"],
            )
            place = place_of(values["place"])
            await desk.teller.share(f"share:{shared.share}", message.sender, shared, place)
        case "share_tell":
            told = Told((Phrase(values["phrase"], {"number": values["number"]}),))
            await desk.tell(f"{message.id}:share", message.sender, told)
        case "share_offer":
            wanted = Offer(
                Phrase("button_share_preview"),
                acts.SHARE_ASKED,
                {"text": values["text"], "place": values["place"]},
                primary=True,
            )
            told = Told(
                (Phrase("share_preview_here"),), (wanted,), int(values["company"]), Permission.SHARE.value
            )
            await desk.tell(f"{message.id}:share", message.sender, told)
        case _:
            return False
    return True


async def _asked_of(desk: Desk, turn: Turn, scope: CompanyScope, question: Question, place: str) -> Answer:
    if not turn.access.may(Permission.SHARE, scope.company_id):
        desk.record(turn, "share", "not_allowed")
        return say("share_not_for_role")
    orders = await _meant(desk, turn, scope, question)
    if orders is None:
        return say("which_order")
    numbers = [reference.value for reference in question.references]
    if not orders:
        desk.record(turn, "share", "not_found", numbers)
        return not_found(scope)
    values = {"place": place} if place else {}
    if len(orders) > 1:
        return Answer(choose(desk, turn, scope, ", ".join(numbers), orders, acts.SHARE, values))
    part = part_of_order(scope, orders[0])
    act = Act(acts.SHARE, scope.company_id, {**of_order(orders[0]), **values})
    return await preview(desk, turn, part, act)


async def _meant(desk: Desk, turn: Turn, scope: CompanyScope, question: Question) -> Sequence[Order] | None:
    """The orders a person speaks of; None where they named none and none was spoken of."""
    if question.references:
        found = await desk.gateway.find(scope, question.references)
        unique = {
            tuple(of_order(order).values()): order
            for reference in question.references
            for order in found[reference]
        }
        return list(unique.values())
    focus = spoken_of(await desk.memory.focus(turn.spot), question.ordinal)
    part = part_of_focus(scope, focus) if focus else None
    if focus is None or part is None:
        return None
    return await desk.gateway.details(part, [focus.order_number])


async def _where(desk: Desk, turn: Turn, part: CompanyScope, order: Order) -> Answer:
    """Which of the company's channels it should be posted in."""
    channels = desk.services.channels
    tied = await channels.tied_to(turn.message.sender.platform, part.company_id)
    if not tied:
        return say("share_where", company=part.company_name)
    wanted = [
        Offer(
            Phrase("button_share_place", {"place": await channels.named(place)}),
            acts.SHARE,
            {**of_order(order), "place": written(place)},
        )
        for place in tied[:PLACES_SHOWN]
    ]
    sentence = Say(Phrase("share_which_place", {"number": order.order_number}))
    return Answer((sentence, Actions(desk.buttons(turn, wanted))))


async def _previewed(
    desk: Desk,
    turn: Turn,
    part: CompanyScope,
    order: Order,
    place: Conversation,
    onlookers: Onlookers,
) -> Answer:
    number = order.order_number
    drop = Offer(Phrase("button_share_private"), acts.DROP_SHARE, {"order": number})
    if onlookers.barred:
        desk.record(turn, "share", onlookers.reason, [number])
        return say("share_tied_elsewhere", company=part.company_name)
    if not await _is_there(desk, turn, place, onlookers):
        desk.record(turn, "share", "not_there", [number])
        return say("share_not_there", number=number)
    widest = _WIDEST[onlookers.circle]
    desk.record(turn, "share", f"previewed_{onlookers.circle.value}", [number])
    values = {**of_order(order), "place": written(place), "share": new_reference()}
    wanted = [
        Offer(
            Phrase("button_share_least" if widest is Extent.LEAST else "button_share_post"),
            acts.POST_SHARE,
            {**values, "extent": widest.value},
            primary=widest is not Extent.LEAST,
        )
    ]
    if widest is not Extent.LEAST:
        wanted.append(
            Offer(Phrase("button_share_least"), acts.POST_SHARE, {**values, "extent": Extent.LEAST.value})
        )
    shown = await _post_of(desk, turn, order, widest, part.company_name)
    return Answer(
        (Say(_readers(onlookers, part.company_name)), *shown, Actions(desk.buttons(turn, [*wanted, drop])))
    )


async def _post_of(desk: Desk, turn: Turn, order: Order, extent: Extent, company: str) -> tuple[Part, ...]:
    """What others see, but for its button."""
    sharer = await _called(desk, turn)
    if extent is Extent.LEAST:
        number, status = least(order)
        values: dict[str, Value] = {"who": sharer, "number": number, "status": Phrase(f"status_{status}")}
        return (Say(Phrase("shared_least", values)),)
    shown = without_amounts(order) if extent is Extent.FULL else redacted(order)
    return (Say(Phrase("shared_by", {"who": sharer})), OrderCard(order=shown, company_name=company))


async def _called(desk: Desk, turn: Turn) -> str:
    """What others know the sharer by."""
    sender = turn.message.sender
    name = await desk.linking.name_of(sender)
    return name or sender.display_name or sender.user_id


def _readers(onlookers: Onlookers, company: str) -> Phrase:
    """Who would read it, as the sharer is told before they agree."""
    if onlookers.circle is not Circle.OUTSIDERS:
        values: dict[str, Value] = {"count": len(onlookers.people or ()), "company": company}
        return Phrase(f"share_preview_{onlookers.circle.value}", values)
    if onlookers.reason.startswith("is_"):
        return Phrase("share_preview_shared", {"company": company})
    if onlookers.reason in ("guest", "stranger", "unconfirmed", "gone"):
        return Phrase("share_preview_guests", {"company": company})
    return Phrase("share_preview_unknown", {"company": company})


def _is_too_much(extent: Extent, onlookers: Onlookers) -> bool:
    if onlookers.barred:
        return True
    return _BY_SIZE.index(extent) > _BY_SIZE.index(_WIDEST[onlookers.circle])


async def _is_there(desk: Desk, turn: Turn, place: Conversation, onlookers: Onlookers) -> bool:
    """Whether the sharer reads along where they post. Staff may write into a customer's own channel."""
    sender = turn.message.sender
    if turn.access.staff:
        return True
    if onlookers.people is not None:
        return sender in onlookers.people
    # Who else is there is not known, but they may be: they write from there, or the platform says so.
    return turn.message.conversation.lane == place.lane or await desk.services.channels.attends(sender, place)


def _refused(desk: Desk, turn: Turn, act: Act, outcome: str, key: str) -> Answer:
    desk.record(turn, "share", outcome, [act.values.get("order", "")])
    return say(key, number=act.values.get("order", ""))


def _not_posted(desk: Desk, turn: Turn, shared: Shared, outcome: str, key: str) -> Answer:
    """Nothing for anybody to read, and a word to the sharer alone."""
    number = shared.values["order"]
    desk.record(turn, "share", outcome, [number])
    return SILENCE.then(Errand(TELL, {"phrase": key, "number": number}))


def _undoing(message: Message, share: str) -> Mapping[str, str]:
    return {"share": share, "person": message.sender.key}


async def _order(desk: Desk, part: CompanyScope, values: Mapping[str, str]) -> Order | None:
    found = await desk.gateway.details(part, [values["order"]])
    return found[0] if found else None


def _words(message: Message) -> str:
    return getattr(message.content, "text", "")


def reader_of(shared: Shared, reader: Reader) -> Reader:
    """A post reads as its preview did."""
    return replace(reader, locale=shared.locale or reader.locale)

"""What others would see of an order, shown to the person who wants to share it, before anything is posted."""

from collections.abc import Sequence

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn, not_found, say
from bot.answers.extents import WIDEST, Extent, is_there, order_of, post_of, refused
from bot.answers.find import choose
from bot.answers.offering import place_of, written
from bot.answers.whereabouts import of_order, part_of_focus, part_of_order, spoken_of
from bot.chat.buttons import Offer
from bot.chat.messages import Message
from bot.chat.people import Audience, Conversation
from bot.chat.phrases import Phrase, Value
from bot.chat.replies import Actions, Errand, Say
from bot.linking import Permission
from bot.linking.channels import Circle, Onlookers
from bot.memory import Act, new_reference
from bot.orders import Order
from bot.questions import Question
from bot.scope import CompanyScope

OFFER = "share_offer"
"""Errand: offer in private the preview that was asked for in a group."""
PLACES_SHOWN = 5


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
        return refused(desk, turn, act, "not_allowed", "share_not_for_role")
    order = await order_of(desk, part, act.values)
    if order is None:
        desk.record(turn, "share", "not_found", [act.values.get("order", "")])
        return not_found(part)
    if not act.values.get("place"):
        return await _where(desk, turn, part, order)
    place = place_of(act.values["place"])
    onlookers = await desk.services.channels.onlookers(place, part)
    return await previewed(desk, turn, part, order, place, onlookers)


async def previewed(
    desk: Desk,
    turn: Turn,
    part: CompanyScope,
    order: Order,
    place: Conversation,
    onlookers: Onlookers,
) -> Answer:
    """The preview for a place, and the buttons that agree to it or to less."""
    number = order.order_number
    drop = Offer(Phrase("button_share_private"), acts.DROP_SHARE, {"order": number})
    if onlookers.barred:
        desk.record(turn, "share", onlookers.reason, [number])
        return say("share_tied_elsewhere", company=part.company_name)
    if not await is_there(desk, turn, place, onlookers):
        desk.record(turn, "share", "not_there", [number])
        return say("share_not_there", number=number)
    widest = WIDEST[onlookers.circle]
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
    shown = await post_of(desk, turn, order, widest, part.company_name)
    return Answer(
        (Say(_readers(onlookers, part.company_name)), *shown, Actions(desk.buttons(turn, [*wanted, drop])))
    )


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
    focus = spoken_of(await desk.memory.spoken.focus(turn.spot), question.ordinal)
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


def _words(message: Message) -> str:
    return getattr(message.content, "text", "")

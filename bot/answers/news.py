"""What a watch has seen: said to whoever set it or posted for all in a channel, in the right they have."""

from collections.abc import Sequence

import structlog

from bot.answers import find, listing, watch_places
from bot.answers.desk import Answer, Desk, Turn
from bot.answers.selecting import Selection
from bot.answers.watching import stop_offer, told_of
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, OrderCard, Part, Say
from bot.chat.unasked import Fired
from bot.erp.errors import ErpError
from bot.erp.protocol import OrderFilter
from bot.linking import LinkedCompany, Permission
from bot.watching import LiveWatch, Watched


async def fire(desk: Desk, turn: Turn, fired: Fired) -> Answer:
    """Say what a watch has seen, if the person may still hear it, as far as they may see it now."""
    watch = await desk.watches.said(fired.watch_id)
    if watch is None or not _is_theirs(turn, watch):
        return Answer(())
    company = turn.access.company(watch.company_id)
    shares = watch.place is None or (company is not None and company.may(Permission.SHARE))
    if company is None or not shares or not company.may(Permission.WATCH):
        if not turn.access.unsure:
            await desk.watches.stop(watch.id, "no_right")
        desk.record(turn, "watch_fired", "not_allowed")
        return Answer(())
    if watch.order is None:
        answer = await _tell_list(desk, turn, company, watch)
    elif not fired.also:
        answer = await _tell_order(desk, turn, company, watch, watch.order, fired)
    else:
        answer = await _tell_together(desk, turn, company, (fired, *fired.also))
    if watch.place is None:
        return answer
    return await watch_places.posted(desk, turn, company, watch, watch.place, answer)


async def _tell_together(desk: Desk, turn: Turn, company: LinkedCompany, every: Sequence[Fired]) -> Answer:
    """What several watches have seen, each as its news alone: a card for each would be a wall."""
    parts: list[Part] = []
    for fired in every:
        watch = await desk.watches.said(fired.watch_id)
        if watch is None or not _is_theirs(turn, watch):
            continue
        if watch.order is None:
            # A list whose hour came with them: of the same orders, so not in a message of its own.
            parts += (await _tell_list(desk, turn, company, watch)).parts
            continue
        told = await _tell_order(desk, turn, company, watch, watch.order, fired, together=True)
        parts += [part for part in told.parts if not isinstance(part, OrderCard)]
    heading = Say(Phrase("watch_news_together"))
    return Answer((heading, *parts) if parts else (), company=company)


async def _tell_order(
    desk: Desk,
    turn: Turn,
    company: LinkedCompany,
    watch: LiveWatch,
    watched: Watched,
    fired: Fired,
    *,
    together: bool = False,
) -> Answer:
    news: list[Part] = [Say(phrase) for phrase in fired.phrases]
    stop = stop_offer(watch.id, watch if together else None)
    ending = Say(Phrase("watch_over")) if fired.last else Actions(desk.buttons(turn, [stop]))
    part = company.scope.within(watched.erp, watched.company_key)
    try:
        orders = await desk.gateway.details(part, [watched.number]) if part else ()
    except ErpError as failure:
        structlog.get_logger().warning("watch_without_card", reason=failure.reason)
        if company.scope.placed_by is not None:
            # Whether it is among their own orders cannot be told now.
            return Answer((Say(Phrase("watch_news_later")),), company=company)
        return Answer((*news, ending), company=company)
    mine = [order for order in orders if not order.stale]
    if orders and not mine:
        return Answer((*news, ending), company=company)
    if part is None or not mine:
        await desk.watches.stop(watch.id, "no_right")
        desk.record(turn, "watch_fired", "not_allowed", [watched.number])
        return Answer(())
    desk.record(turn, "watch_fired", "told", [watched.number])
    desk.speak_of(turn, part, watched.number)
    card = find.card(desk, turn, part, mine[0], None)
    return Answer((*news, card, ending), company=company)


async def _tell_list(desk: Desk, turn: Turn, company: LinkedCompany, watch: LiveWatch) -> Answer:
    if watch.digest is None:
        return Answer(())
    listed = watch.digest.listed
    selection = Selection(late=listed == "late", backordered=listed == "backordered")
    wanted = OrderFilter(open_only=True)
    position = listing.Position(wanted=wanted, selection=selection, size=listing.LONGEST_PAGE)
    try:
        shown = await listing.show_page(desk, turn, company.scope, position)
    except ErpError as failure:
        structlog.get_logger().warning("watch_without_list", reason=failure.reason)
        return Answer((Say(Phrase("watch_list_unavailable", told_of(watch.digest))),), company=company)
    heading = Say(Phrase("watch_list_told", told_of(watch.digest)))
    return Answer(
        (heading, *shown.parts, Actions(desk.buttons(turn, [stop_offer(watch.id)]))), company=company
    )


def _is_theirs(turn: Turn, watch: LiveWatch) -> bool:
    """Whether this person answers for what is said; in a channel another may have asked for it since."""
    return watch.user == turn.message.sender or (
        watch.place is not None and watch.place == watch_places.channel_of(turn.message)
    )

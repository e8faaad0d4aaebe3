"""Watch an order or a list, stop, see what is watched; and say what a watch has seen."""

from collections.abc import Collection, Sequence
from datetime import time
from typing import Any

import structlog

from bot.answers import acts, find, listing
from bot.answers.desk import Answer, Desk, Turn, not_found, say
from bot.answers.selecting import Selection
from bot.answers.whereabouts import part_of_focus, part_of_order, spoken_of
from bot.chat import Actions, Fired, Hour, Offer, OrderCard, Part, Phrase, Say, Value
from bot.erp.errors import ErpError
from bot.erp.protocol import OrderFilter
from bot.linking import LinkedCompany, Permission
from bot.memory import Act
from bot.orders import Order, OrderEvent, Reference
from bot.questions import Filters, Question, Schedule
from bot.scope import CompanyScope
from bot.watching import Digest, LiveWatch, TooManyWatches, Watched, is_over, seen_of

DEFAULT_HOUR = time(9, 0)


async def watch(desk: Desk, turn: Turn, scope: CompanyScope, question: Question) -> Answer:
    """Answer "tell me when 4711 ships" and "tell me about late orders every Monday at 9".

    Without a number it is the order being talked about.
    """
    references = question.references
    wanted = question.events or (OrderEvent.ANY,)
    if not references and question.schedule is not None:
        return await watch_list(desk, turn, scope, question.filters, question.schedule)
    if not references:
        focus = spoken_of(await desk.memory.focus(turn.spot), question.ordinal)
        part = part_of_focus(scope, focus) if focus else None
        if focus is None or part is None:
            return say("watch_which_order")
        return await watch_order(desk, turn, part, focus.order_number, wanted)
    found = await desk.gateway.find_complete(scope, references)
    orders = [order for reference in references for order in found[reference]]
    numbers = [reference.value for reference in references]
    desk.record(turn, "watch", "found" if orders else "not_found", numbers)
    if not orders:
        return not_found(scope)
    parts: list[Part] = []
    for reference, several in found.items():
        if len(several) > 1:
            values = {"events": ",".join(sorted(wanted))}
            parts += find.choose(desk, turn, scope, reference.value, several, acts.WATCH, values)
        elif several:
            part = part_of_order(scope, several[0])
            parts += (await watch_order(desk, turn, part, several[0].order_number, wanted)).parts
    missing = [reference.value for reference, several in found.items() if not several]
    if missing:
        parts.append(find.missing_numbers(scope, missing))
    return Answer(tuple(parts))


async def watch_order(
    desk: Desk, turn: Turn, scope: CompanyScope, order_number: str, events: Collection[OrderEvent]
) -> Answer:
    """Begin to watch one order of the company, as it stands now."""
    if not turn.access.may(Permission.WATCH, scope.company_id):
        return say("watch_not_allowed")
    orders = await desk.gateway.details(scope, [order_number])
    if not orders:
        desk.record(turn, "watch", "not_found", [order_number])
        return not_found(scope)
    order = orders[0]
    if is_over(order, events):
        return say("watch_over_already", number=_name(order), status=Phrase(f"status_{order.status}"))
    documents = await desk.gateway.documents(scope, order_number) if OrderEvent.DOCUMENT in events else None
    try:
        watch_id = await desk.watches.watch_order(
            turn.message.sender,
            scope.company_id,
            Watched.of(order),
            events,
            seen_of(order, documents),
            turn.reader.time_zone,
        )
    except TooManyWatches:
        return _too_many(desk, turn)
    desk.record(turn, "watch", "begun", [order_number])
    desk.speak_of(turn, scope, order_number)
    sentence = Phrase("watch_begun", {"number": _name(order), "events": _events(events)})
    return Answer((Say(sentence), Actions(desk.buttons(turn, [stop_offer(watch_id)]))))


async def watch_list(
    desk: Desk, turn: Turn, scope: CompanyScope, filters: Filters, schedule: Schedule
) -> Answer:
    """Begin to tell a list at set hours, in the reader's time zone."""
    if not turn.access.may(Permission.WATCH, scope.company_id):
        return say("watch_not_allowed")
    listed = "late" if filters.late else "backordered" if filters.backordered else "open"
    digest = Digest(listed, schedule.weekday, schedule.at or DEFAULT_HOUR, turn.reader.zone.key)
    try:
        watch_id = await desk.watches.watch_list(turn.message.sender, scope.company_id, digest)
    except TooManyWatches:
        return _too_many(desk, turn)
    desk.record(turn, "watch", "begun")
    sentence = Phrase("watch_list_begun", _told_of(digest))
    return Answer((Say(sentence), Actions(desk.buttons(turn, [stop_offer(watch_id)]))))


async def list_watches(desk: Desk, turn: Turn) -> Answer:
    """Answer "what do you watch for me?": each watch with a button that ends it."""
    own = await own_watches(desk, turn)
    if not own:
        return say("watches_none")
    parts: list[Part] = [Say(Phrase("watches_heading", {"count": len(own)}))]
    for watch, company in own:
        parts.append(Say(described(watch, company)))
        parts.append(Actions(desk.buttons(turn, [stop_offer(watch.id, watch)])))
    return Answer(tuple(parts))


async def unwatch(desk: Desk, turn: Turn, scope: CompanyScope, question: Question) -> Answer:
    """Answer "stop watching 4711"; without a number the one being talked about, all of them, or a choice."""
    references = question.references
    own = await own_watches(desk, turn)
    if not own:
        return say("watches_none")
    orders = await _meant(desk, turn, scope, references)
    meant = [
        watch for watch, company in own if company.company_id == scope.company_id and _is_among(watch, orders)
    ]
    if not references and (question.every or (not meant and len(own) == 1)):
        meant = [watch for watch, _ in own]
    if not meant:
        return await list_watches(desk, turn)
    for watch in meant:
        await desk.watches.stop(watch.id, "stopped", of=turn.message.sender)
    desk.record(turn, "unwatch", "stopped")
    return say("watches_stopped", count=len(meant))


async def press_stop(desk: Desk, turn: Turn, act: Act) -> Answer:
    """The button below a watch."""
    stopped = await desk.watches.stop(int(act.values["watch"]), "stopped", of=turn.message.sender)
    desk.record(turn, "unwatch", "stopped" if stopped else "not_found_there")
    return say("watches_stopped", count=1) if stopped else say("watch_not_there")


async def fire(desk: Desk, turn: Turn, fired: Fired) -> Answer:
    """Say what a watch has seen, if the person may still hear it, as far as they may see it now."""
    watch = await desk.watches.said(fired.watch_id)
    if watch is None or watch.user != turn.message.sender:
        return Answer(())
    company = turn.access.company(watch.company_id)
    if company is None or not company.may(Permission.WATCH):
        if not turn.access.unsure:
            await desk.watches.stop(watch.id, "no_right")
        desk.record(turn, "watch_fired", "not_allowed")
        return Answer(())
    if watch.order is None:
        return await _tell_list(desk, turn, company, watch)
    if not fired.also:
        return await _tell_order(desk, turn, company, watch, watch.order, fired)
    return await _tell_together(desk, turn, company, (fired, *fired.also))


async def _tell_together(desk: Desk, turn: Turn, company: LinkedCompany, every: Sequence[Fired]) -> Answer:
    """What several watches have seen, each as its news alone: a card for each would be a wall."""
    parts: list[Part] = []
    for fired in every:
        watch = await desk.watches.said(fired.watch_id)
        if watch is None or watch.order is None or watch.user != turn.message.sender:
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
        return Answer((Say(Phrase("watch_list_unavailable", _told_of(watch.digest))),), company=company)
    heading = Say(Phrase("watch_list_told", _told_of(watch.digest)))
    return Answer(
        (heading, *shown.parts, Actions(desk.buttons(turn, [stop_offer(watch.id)]))), company=company
    )


async def own_watches(desk: Desk, turn: Turn) -> list[tuple[LiveWatch, LinkedCompany]]:
    """The person's watches at companies they may still see."""
    watches = await desk.watches.of_person(turn.message.sender)
    return [
        (watch, company)
        for watch in watches
        if (company := turn.access.company(watch.company_id)) is not None
    ]


async def _meant(
    desk: Desk, turn: Turn, scope: CompanyScope, references: tuple[Reference, ...]
) -> frozenset[tuple[str, str]]:
    """The orders a person speaks of, each by ERP and number."""
    if references:
        found = await desk.gateway.find(scope, references)
        return frozenset((order.erp, order.order_number) for orders in found.values() for order in orders)
    focus = spoken_of(await desk.memory.focus(turn.spot), None)
    if focus is None or focus.company_id != scope.company_id:
        return frozenset()
    return frozenset({(focus.erp or scope.erp, focus.order_number)})


def _is_among(watch: LiveWatch, orders: frozenset[tuple[str, str]]) -> bool:
    return watch.order is not None and (watch.order.erp, watch.order.number) in orders


def stop_offer(watch_id: int, watch: LiveWatch | None = None) -> Offer:
    """The button that ends a watch."""
    label = Phrase("button_stop_watching")
    if watch is not None and watch.order is not None:
        label = Phrase("button_stop_watching_of", {"number": watch.order.reference or watch.order.number})
    return Offer(label, acts.UNWATCH, {"watch": str(watch_id)})


def _too_many(desk: Desk, turn: Turn) -> Answer:
    offer = Offer(Phrase("button_watches"), acts.WATCHES)
    return Answer((Say(Phrase("watches_too_many")), Actions(desk.buttons(turn, [offer]))))


def described(watch: LiveWatch, company: LinkedCompany) -> Phrase:
    """What is watched, and when it is told."""
    if watch.digest is not None:
        return Phrase("watch_list_described", {**_told_of(watch.digest), "company": company.name})
    order: Any = watch.order
    values: dict[str, Value] = {
        "number": order.reference or order.number,
        "company": company.name,
        "events": _events(watch.events),
    }
    return Phrase("watch_described", values)


def _told_of(digest: Digest) -> dict[str, Value]:
    day = "every_day" if digest.weekday is None else f"weekday_{digest.weekday}"
    return {"list": Phrase(f"watch_list_{digest.listed}"), "day": Phrase(day), "hour": Hour(digest.at)}


def _events(events: Collection[OrderEvent]) -> Phrase:
    """The events as one phrase; several are told as any."""
    one = next(iter(events)) if len(set(events)) == 1 else OrderEvent.ANY
    return Phrase(f"event_{one}")


def _name(order: Order) -> str:
    return order.customer_reference or order.order_number

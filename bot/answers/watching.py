"""Watch an order or a list, stop, and see what is watched."""

from collections.abc import Collection
from datetime import time
from typing import Any

from bot.answers import acts, find, watch_places
from bot.answers.desk import Answer, Desk, Turn, not_found, say
from bot.answers.whereabouts import part_of_focus, part_of_order, spoken_of
from bot.chat.buttons import Offer
from bot.chat.people import Audience, Conversation
from bot.chat.phrases import Hour, Phrase, Value
from bot.chat.replies import Actions, Part, Say
from bot.linking import LinkedCompany, Permission
from bot.memory import Act
from bot.orders import Order, OrderEvent, Reference
from bot.questions import Filters, Question, Schedule
from bot.scope import CompanyScope
from bot.watching import Digest, LiveWatch, TooManyWatches, Watched, is_over, seen_of

DEFAULT_HOUR = time(9, 0)


async def watch(desk: Desk, turn: Turn, scope: CompanyScope, question: Question) -> Answer:
    """Answer "tell me when 4711 ships" and "tell me about late orders every Monday at 9".

    Without a number it is the order being talked about. "Tell us" in a channel is for all who are there.
    """
    references = question.references
    wanted = question.events or (OrderEvent.ANY,)
    place = watch_places.place_of(turn) if question.for_all else None
    if place is not None and (refused := await watch_places.refusal(desk, turn, scope, place)) is not None:
        return refused
    if not references and question.schedule is not None:
        return await watch_list(desk, turn, scope, question.filters, question.schedule, place)
    if not references:
        focus = spoken_of(await desk.memory.spoken.focus(turn.spot), question.ordinal)
        part = part_of_focus(scope, focus) if focus else None
        if focus is None or part is None:
            return say("watch_which_order")
        return await watch_order(desk, turn, part, focus.order_number, wanted, place)
    found = await desk.gateway.find_complete(scope, references)
    orders = [order for reference in references for order in found[reference]]
    numbers = [reference.value for reference in references]
    desk.record(turn, "watch", "found" if orders else "not_found", numbers)
    if not orders:
        return not_found(scope, numbers)
    parts: list[Part] = []
    for reference, several in found.items():
        if len(several) > 1:
            values = {"events": ",".join(sorted(wanted)), **({"place": place.lane} if place else {})}
            parts += find.choose(desk, turn, scope, reference.value, several, acts.WATCH, values)
        elif several:
            part = part_of_order(scope, several[0])
            parts += (await watch_order(desk, turn, part, several[0].order_number, wanted, place)).parts
    missing = [reference.value for reference, several in found.items() if not several]
    if missing:
        parts.append(find.missing_numbers(scope, missing))
    return Answer(tuple(parts))


async def watch_order(
    desk: Desk,
    turn: Turn,
    scope: CompanyScope,
    order_number: str,
    events: Collection[OrderEvent],
    place: Conversation | None = None,
) -> Answer:
    """Begin to watch one order of the company, as it stands now; for all in a `place` where they may."""
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
            place=place,
        )
    except TooManyWatches:
        return _too_many(desk, turn)
    desk.record(turn, "watch", "begun", [order_number])
    desk.speak_of(turn, scope, order_number)
    sentence = Phrase(
        "watch_begun_for_all" if place else "watch_begun", {"number": _name(order), "events": _events(events)}
    )
    if place is not None:
        sentence = await watch_places.said_of(desk, turn, place, sentence)
    return Answer((Say(sentence), Actions(desk.buttons(turn, [stop_offer(watch_id)]))))


async def press_watch(
    desk: Desk, turn: Turn, scope: CompanyScope, order_number: str, events: Collection[OrderEvent], act: Act
) -> Answer:
    """The button of a card; or of a choice that "tell us when 4711 ships" in a channel came to."""
    place = None
    if lane := act.values.get("place"):
        place = watch_places.meant_by(turn, lane)
        if place is None:
            return say("button_old")
        if (refused := await watch_places.refusal(desk, turn, scope, place)) is not None:
            return refused
    return await watch_order(desk, turn, scope, order_number, events, place)


async def watch_list(
    desk: Desk,
    turn: Turn,
    scope: CompanyScope,
    filters: Filters,
    schedule: Schedule,
    place: Conversation | None = None,
) -> Answer:
    """Begin to tell a list at set hours, in the reader's time zone."""
    if not turn.access.may(Permission.WATCH, scope.company_id):
        return say("watch_not_allowed")
    listed = "late" if filters.late else "backordered" if filters.backordered else "open"
    digest = Digest(listed, schedule.weekday, schedule.at or DEFAULT_HOUR, turn.reader.zone.key)
    try:
        watch_id = await desk.watches.watch_list(turn.message.sender, scope.company_id, digest, place=place)
    except TooManyWatches:
        return _too_many(desk, turn)
    desk.record(turn, "watch", "begun")
    sentence = Phrase("watch_list_begun_for_all" if place else "watch_list_begun", told_of(digest))
    if place is not None:
        sentence = await watch_places.said_of(desk, turn, place, sentence)
    return Answer((Say(sentence), Actions(desk.buttons(turn, [stop_offer(watch_id)]))))


async def list_watches(desk: Desk, turn: Turn) -> Answer:
    """Answer "what do you watch for me?": each watch with a button that ends it.

    In a channel first what is watched for all who are there; where others read along, nothing else.
    """
    here = await watch_places.of_place(desk, turn)
    own = await own_watches(desk, turn)
    parts: list[Part] = []
    for heading, some in (("watches_here_heading", here), ("watches_heading", own)):
        if some:
            parts.append(Say(Phrase(heading, {"count": len(some)})))
        for watch, company in some:
            parts.append(Say(await described(desk, turn, watch, company)))
            parts.append(Actions(desk.buttons(turn, [stop_offer(watch.id, watch)])))
    return Answer(tuple(parts)) if parts else _none(turn)


async def unwatch(desk: Desk, turn: Turn, scope: CompanyScope, question: Question) -> Answer:
    """Answer "stop watching 4711"; without a number the one being talked about, all of them, or a choice."""
    references = question.references
    own = [*await watch_places.of_place(desk, turn), *await own_watches(desk, turn)]
    if not own:
        return _none(turn)
    orders = await _meant(desk, turn, scope, references)
    meant = [
        watch for watch, company in own if company.company_id == scope.company_id and _is_among(watch, orders)
    ]
    if not references and (question.every or (not meant and len(own) == 1)):
        meant = [watch for watch, _ in own]
    if not meant:
        return await list_watches(desk, turn)
    for watch in meant:
        await desk.watches.stop(watch.id, "stopped")
    desk.record(turn, "unwatch", "stopped")
    return say("watches_stopped", count=len(meant))


async def press_stop(desk: Desk, turn: Turn, act: Act) -> Answer:
    """The button below a watch."""
    watch = await desk.watches.one(int(act.values["watch"]))
    theirs = watch is not None and (
        watch.user == turn.message.sender
        if watch.place is None
        else watch_places.may_set(turn, watch.company_id)
    )
    stopped = watch is not None and theirs and await desk.watches.stop(watch.id, "stopped") is not None
    desk.record(turn, "unwatch", "stopped" if stopped else "not_found_there")
    return say("watches_stopped", count=1) if stopped else say("watch_not_there")


async def own_watches(desk: Desk, turn: Turn) -> list[tuple[LiveWatch, LinkedCompany]]:
    """The person's watches at companies they may still see; none where others read along.

    In a channel without those of that channel, which are everybody's there.
    """
    if turn.message.seen_by is not Audience.PERSON:
        return []
    here = watch_places.channel_of(turn.message)
    watches = await desk.watches.of_person(turn.message.sender)
    return [
        (watch, company)
        for watch in watches
        if (company := turn.access.company(watch.company_id)) is not None
        and (watch.place is None or watch.place != here)
    ]


def _none(turn: Turn) -> Answer:
    alone = turn.message.seen_by is Audience.PERSON
    return say("watches_none" if alone else "watches_none_here")


async def _meant(
    desk: Desk, turn: Turn, scope: CompanyScope, references: tuple[Reference, ...]
) -> frozenset[tuple[str, str]]:
    """The orders a person speaks of, each by ERP and number."""
    if references:
        found = await desk.gateway.find(scope, references)
        return frozenset((order.erp, order.order_number) for orders in found.values() for order in orders)
    focus = spoken_of(await desk.memory.spoken.focus(turn.spot), None)
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


async def described(desk: Desk, turn: Turn, watch: LiveWatch, company: LinkedCompany) -> Phrase:
    """What is watched, and when it is told; of a channel, where that is not where it is asked."""
    what = _described(watch, company)
    if watch.place is None or watch.place == watch_places.channel_of(turn.message):
        return what
    return await watch_places.in_place(desk, watch.place, "watch_in_place", what=what)


def _described(watch: LiveWatch, company: LinkedCompany) -> Phrase:
    if watch.digest is not None:
        return Phrase("watch_list_described", {**told_of(watch.digest), "company": company.name})
    order: Any = watch.order
    values: dict[str, Value] = {
        "number": order.reference or order.number,
        "company": company.name,
        "events": _events(watch.events),
    }
    return Phrase("watch_described", values)


def told_of(digest: Digest) -> dict[str, Value]:
    """Which list, on which days, and when."""
    day = "every_day" if digest.weekday is None else f"weekday_{digest.weekday}"
    return {"list": Phrase(f"watch_list_{digest.listed}"), "day": Phrase(day), "hour": Hour(digest.at)}


def _events(events: Collection[OrderEvent]) -> Phrase:
    """The events as one phrase; several are told as any."""
    one = next(iter(events)) if len(set(events)) == 1 else OrderEvent.ANY
    return Phrase(f"event_{one}")


def _name(order: Order) -> str:
    return order.customer_reference or order.order_number

"""Find orders by the numbers people quote."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn, not_found
from bot.answers.offering import offer_share
from bot.answers.suggesting import did_you_mean, spelt_otherwise
from bot.answers.whereabouts import last_known, left_out, of_order, part_of_order
from bot.chat.buttons import Offer
from bot.chat.phrases import Phrase
from bot.chat.replies import Choice, OrderCard, OrderLines, OrderTable, Part, Say
from bot.erp.matching import matched_kind
from bot.linking import Permission
from bot.orders import Order, OrderEvent, Reference, ReferenceKind
from bot.scope import CompanyScope

CHOICES_SHOWN = 5
CARDS_SHOWN = 3


async def find(desk: Desk, turn: Turn, scope: CompanyScope, references: Sequence[Reference]) -> Answer:
    """Answer "where is …?" for one number or several."""
    asked = await desk.gateway.find_complete(scope, references)
    found, near = await spelt_otherwise(desk, scope, asked)
    numbers = [reference.value for reference in references]
    orders = [order for reference in references for order in found[reference]]
    desk.numbers.saw(orders)
    misses = sum(not found[reference] for reference in references)
    desk.record(turn, "lookup", "found" if orders else "not_found", numbers, missing=misses)
    suggested = did_you_mean(desk, turn, scope, near, acts.ORDER, {})
    if not orders and not suggested:
        return not_found(scope, numbers)
    if orders and len(references) == 1:
        parts = one_reference(desk, turn, scope, references[0], found[references[0]])
    else:
        missing = [one for one in references if not found[one] and one not in near]
        parts = (*_several_references(desk, turn, scope, found, missing), *suggested)
    return Answer(parts + left_out(desk, found.missing))


def one_reference(
    desk: Desk, turn: Turn, scope: CompanyScope, reference: Reference, orders: Sequence[Order]
) -> tuple[Part, ...]:
    """A card for the one order, or a choice among several."""
    if len(orders) > 1:
        return choose(desk, turn, scope, reference.value, orders, acts.ORDER, {})
    desk.speak_of(turn, part_of_order(scope, orders[0]), orders[0].order_number)
    return (card(desk, turn, scope, orders[0], matched_kind(orders[0], reference)),)


def choose(
    desk: Desk,
    turn: Turn,
    scope: CompanyScope,
    number: str,
    orders: Sequence[Order],
    act: str,
    values: Mapping[str, str],
) -> tuple[Part, ...]:
    """Let the person choose among orders that answer to one number; `act` is done with the chosen."""
    shown = tuple(orders[:CHOICES_SHOWN])
    buttons = desk.buttons(
        turn, [Offer(order_label(order), act, {**values, **of_order(order)}) for order in shown]
    )
    desk.speak_of_list(turn, scope, shown)
    question = Phrase("choose_order", {"count": len(orders), "number": number})
    parts: tuple[Part, ...] = (
        Choice(question=question, orders=shown, buttons=buttons, company_name=scope.company_name),
    )
    if len(orders) > len(shown):
        parts += (Say(Phrase("choose_order_more", {"shown": len(shown)})),)
    return parts + last_known(shown)


def card(
    desk: Desk, turn: Turn, scope: CompanyScope, order: Order, matched: ReferenceKind | None
) -> OrderCard:
    """The card of one order with the buttons that go on from it."""
    number = of_order(order)
    wanted = [
        Offer(Phrase("button_documents"), acts.DOCUMENTS, number, primary=True),
        Offer(Phrase("button_lines"), acts.LINES, number),
        Offer(Phrase("button_refresh"), acts.ORDER, number, rare=True),
    ]
    if order.status.is_open and turn.access.may(Permission.WATCH, scope.company_id):
        wanted.append(Offer(Phrase("button_watch"), acts.WATCH, {**number, "events": OrderEvent.ANY}))
    if (share := offer_share(turn, scope, order)) is not None:
        wanted.append(share)
    return OrderCard(
        order=order,
        company_name=scope.company_name,
        matched=matched,
        buttons=desk.buttons(turn, wanted),
    )


async def show_order(desk: Desk, turn: Turn, scope: CompanyScope, order_number: str) -> Answer:
    """The card of an order whose button was pressed."""
    order = await _one(desk, scope, order_number)
    desk.record(turn, "lookup", "found" if order else "not_found", [order_number])
    if order is None:
        return not_found(scope)
    desk.speak_of(turn, part_of_order(scope, order), order_number)
    return Answer((card(desk, turn, scope, order, None),))


async def show_lines(desk: Desk, turn: Turn, scope: CompanyScope, order_number: str) -> Answer:
    """The lines of an order whose button was pressed."""
    order = await _one(desk, scope, order_number)
    desk.record(turn, "lines", "found" if order else "not_found", [order_number])
    if order is None:
        return not_found(scope)
    lines = OrderLines(order=order, company_name=scope.company_name)
    return Answer((lines, *last_known([order])))


def order_label(order: Order) -> Phrase:
    """What a button that opens an order says."""
    if order.customer_reference:
        return Phrase(
            "button_order_reference", {"number": order.order_number, "reference": order.customer_reference}
        )
    return Phrase("button_order", {"number": order.order_number})


async def _one(desk: Desk, scope: CompanyScope, order_number: str) -> Order | None:
    orders = await desk.gateway.details(scope, [order_number])
    return orders[0] if orders else None


def _several_references(
    desk: Desk,
    turn: Turn,
    scope: CompanyScope,
    found: Mapping[Reference, Sequence[Order]],
    missing: Sequence[Reference],
) -> tuple[Part, ...]:
    """Cards or rows for what was found, a choice where one number is several orders', and what is missing."""
    parts: list[Part] = []
    unique = {
        tuple(of_order(orders[0]).values()): (orders[0], matched_kind(orders[0], reference))
        for reference, orders in found.items()
        if len(orders) == 1
    }
    if len(unique) <= CARDS_SHOWN:
        for order, matched in unique.values():
            parts.append(card(desk, turn, scope, order, matched))
    else:
        listed = [order for order, _ in unique.values()]
        heading = Phrase("found_several", {"count": len(listed)})
        parts += [table(desk, turn, scope, heading, listed), *last_known(listed)]
    for reference, several in found.items():
        if len(several) > 1:
            parts += choose(desk, turn, scope, reference.value, several, acts.ORDER, {})
    if missing:
        parts.append(missing_numbers(scope, [reference.value for reference in missing]))
    return tuple(parts)


def missing_numbers(scope: CompanyScope, numbers: Sequence[str]) -> Say:
    """What is said of the numbers nothing was found for, beside those that were."""
    values = {"company": scope.company_name, "numbers": ", ".join(numbers)}
    return Say(Phrase("not_found_numbers", values))


def table(
    desk: Desk, turn: Turn, scope: CompanyScope, heading: Phrase, orders: Sequence[Order]
) -> OrderTable:
    """Orders as rows, each with a button that opens it."""
    desk.speak_of_list(turn, scope, orders)
    rows = desk.buttons(turn, [Offer(order_label(order), acts.ORDER, of_order(order)) for order in orders])
    return OrderTable(
        heading=heading,
        orders=tuple(replace(order, lines=(), shipments=(), invoices=()) for order in orders),
        company_name=scope.company_name,
        rows=rows,
        as_of=min((order.as_of for order in orders if order.as_of), default=None),
    )

""" "Did you mean …?": what a number the ERP does not know may be, among the company's own orders.

What is offered depends on what was typed and on the company's own numbers alone: a number of somebody
else's and one that does not exist bring the same, in words and in work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.answers.desk import Desk, Turn
from bot.answers.whereabouts import of_known
from bot.chat.buttons import Offer
from bot.chat.phrases import Day, Phrase, Value
from bot.chat.replies import Actions, Part, Say
from bot.erp.several import Found
from bot.numbers.values import Known
from bot.orders import Order, Reference
from bot.scope import CompanyScope

NUMBERS_GUESSED = 3
"""Of one message; a pasted table of mistakes is not guessed at."""

Like = Mapping[Reference, Sequence[Known]]


async def spelt_otherwise(desk: Desk, scope: CompanyScope, found: Found) -> tuple[Found, Like]:
    """What was found, with orders whose very number was spelt another way; and for the rest, what is like it.

    The orders come from the ERP as ever; the index only says which to ask for. Raises ErpError.
    """
    missing = [reference for reference, orders in found.items() if not orders][:NUMBERS_GUESSED]
    near = {reference: await desk.numbers.look_up(scope, reference) for reference in missing}
    orders = await _orders(desk, scope, [known for one in near.values() for known in one.same])
    spelt = {
        reference: tuple(orders[known.identity] for known in one.same if known.identity in orders)
        for reference, one in near.items()
        if one.same
    }
    like = {reference: one.nearest for reference, one in near.items() if one.nearest}
    return replace(found, orders={**found, **spelt}), like


async def _orders(
    desk: Desk, scope: CompanyScope, known: Sequence[Known]
) -> Mapping[tuple[str, str | None, str], Order]:
    """The orders themselves, as the ERP tells them now; those it no longer tells are absent."""
    numbers: dict[tuple[str, str], list[str]] = {}
    for one in known:
        numbers.setdefault((one.erp, one.company_key), []).append(one.order_number)
    orders: list[Order] = []
    for (erp, company_key), own in numbers.items():
        part = scope.within(erp, company_key)
        orders += await desk.gateway.details(part, own) if part else ()
    return {(order.erp, order.company_key, order.order_number): order for order in orders}


def did_you_mean(
    desk: Desk, turn: Turn, scope: CompanyScope, like: Like, act: str, values: Mapping[str, str]
) -> tuple[Part, ...]:
    """For each number not found what may have been meant, as buttons; `act` is done with the one pressed."""
    parts: list[Part] = []
    for reference, orders in like.items():
        question: dict[str, Value] = {
            "count": len(orders),
            "number": reference.value,
            "company": scope.company_name,
        }
        offers = [
            Offer(label_of(known, turn.reader.zone), act, {**values, **of_known(known)}) for known in orders
        ]
        parts += [Say(Phrase("did_you_mean", question)), Actions(desk.buttons(turn, offers))]
    return tuple(parts)


def label_of(known: Known, zone: ZoneInfo) -> Phrase:
    """What tells the orders apart: number, the customer's own reference, the day it was placed."""
    number, reference = known.order_number, known.customer_reference
    if known.placed_on is None:
        if not reference:
            return Phrase("button_order", {"number": number})
        return Phrase("button_order_reference", {"number": number, "reference": reference})
    day = Day(known.placed_on.astimezone(zone).date())
    if not reference:
        return Phrase("button_order_day", {"number": number, "day": day})
    return Phrase("button_order_reference_day", {"number": number, "reference": reference, "day": day})

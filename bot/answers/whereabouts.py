"""Where an order lives, as buttons and talk carry it, and what an answer must say of where it looked."""

from collections.abc import Iterable, Mapping, Sequence

from bot.answers import acts
from bot.answers.desk import Desk
from bot.chat.phrases import Moment, Phrase
from bot.chat.replies import Part, Say
from bot.memory import Act
from bot.numbers.values import Known
from bot.orders import Document, Order
from bot.scope import CompanyScope
from bot.spoken import Focus

ERP, COMPANY_KEY = "erp", "company_key"


def of_order(order: Order) -> dict[str, str]:
    """What a button that goes on from an order carries."""
    return {"order": order.order_number, ERP: order.erp, COMPANY_KEY: order.company_key or ""}


def of_known(known: Known) -> dict[str, str]:
    """What a button that opens an order of which only the numbers are known carries."""
    return {"order": known.order_number, ERP: known.erp, COMPANY_KEY: known.company_key}


def of_document(document: Document) -> dict[str, str]:
    """What a button that sends documents carries, besides which."""
    return {"order": document.order_number, ERP: document.erp, COMPANY_KEY: document.company_key}


def part_of(scope: CompanyScope, values: Mapping[str, str]) -> CompanyScope | None:
    """The part of a scope where a button's order lives; None where the scope does not reach it any more.

    Buttons from before there were several ERPs carry none: those are the company's first one's.
    """
    return scope.within(values.get(ERP) or scope.erp, values.get(COMPANY_KEY) or None)


def part_of_order(scope: CompanyScope, order: Order) -> CompanyScope:
    """The part of a scope where an order that was found in it lives."""
    return part_of(scope, of_order(order)) or scope


def part_of_focus(scope: CompanyScope, focus: Focus) -> CompanyScope | None:
    """The part of a scope where the order spoken of lives."""
    if focus.company_id != scope.company_id:
        return None
    return part_of(scope, {ERP: focus.erp, COMPANY_KEY: focus.company_key})


def spoken_of(focus: Focus | None, ordinal: int | None) -> Focus | None:
    """The order that "it" is, or "the second one" of what was listed (-1: the last); None for none."""
    if focus is None or ordinal is None:
        return focus if focus and focus.order_number else None
    if ordinal == -1:
        return focus.listed[-1] if focus.listed else None
    return focus.listed[ordinal - 1] if ordinal <= len(focus.listed) else None


def of_acts(made: Sequence[Act]) -> Focus | None:
    """What a message of ours is about, by what its buttons ask for: one order, or a list of them."""
    named = [act for act in made if act.values.get("order") and act.company_id]
    orders = list(dict.fromkeys(_focus_of(act) for act in named))
    if len(orders) == 1:
        return orders[0]
    if not orders or len({one.company_id for one in orders}) > 1:
        return None
    listed = dict.fromkeys(_focus_of(act) for act in named if act.kind == acts.ORDER)
    return Focus(orders[0].company_id, "", listed=tuple(listed))


def _focus_of(act: Act) -> Focus:
    return Focus(
        act.company_id, act.values["order"], act.values.get(ERP, ""), act.values.get(COMPANY_KEY, "")
    )


def left_out(desk: Desk, missing: Sequence[str]) -> tuple[Part, ...]:
    """Which ERPs' orders are not among those shown, by what customers may call them."""
    labels = dict.fromkeys(desk.parts.get(erp, "") for erp in missing)
    return tuple(
        Say(Phrase("orders_missing_of", {"part": label}) if label else Phrase("orders_missing"))
        for label in labels
    )


def last_known(orders: Iterable[Order]) -> tuple[Part, ...]:
    """That some of the orders are as the ERP told them before it went away, the oldest first."""
    said = [order.as_of for order in orders if order.stale and order.as_of]
    return (Say(Phrase("last_known", {"at": Moment(min(said))})),) if said else ()

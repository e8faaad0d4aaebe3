"""How much of a shared order others see, what they see of it, and whether the sharer is there to post it."""

from collections.abc import Mapping
from enum import StrEnum

from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.disclosure import least, redacted, without_amounts
from bot.chat.people import Conversation
from bot.chat.phrases import Phrase, Value
from bot.chat.replies import OrderCard, Part, Say
from bot.linking.channels import Circle, Onlookers
from bot.memory import Act
from bot.orders import Order
from bot.scope import CompanyScope


class Extent(StrEnum):
    """How much of an order is shown; the value is stored with buttons."""

    FULL = "full"
    """All but amounts and files: for those who may see the order themselves."""
    REDACTED = "redacted"
    """State and dates: for colleagues who may not."""
    LEAST = "least"
    """Number and status: for outsiders."""


WIDEST = {Circle.INSIDERS: Extent.FULL, Circle.COLLEAGUES: Extent.REDACTED, Circle.OUTSIDERS: Extent.LEAST}
_BY_SIZE = (Extent.LEAST, Extent.REDACTED, Extent.FULL)


async def post_of(desk: Desk, turn: Turn, order: Order, extent: Extent, company: str) -> tuple[Part, ...]:
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
    name = await desk.linking.standings.name_of(sender)
    return name or sender.display_name or sender.user_id


def is_too_much(extent: Extent, onlookers: Onlookers) -> bool:
    """Whether these onlookers may see only less than that, or nothing."""
    if onlookers.barred:
        return True
    return _BY_SIZE.index(extent) > _BY_SIZE.index(WIDEST[onlookers.circle])


async def is_there(desk: Desk, turn: Turn, place: Conversation, onlookers: Onlookers) -> bool:
    """Whether the sharer reads along where they post. Staff may write into a customer's own channel."""
    sender = turn.message.sender
    if turn.access.staff:
        return True
    if onlookers.people is not None:
        return sender in onlookers.people
    # Who else is there is not known, but they may be: they write from there, or the platform says so.
    return turn.message.conversation.lane == place.lane or await desk.services.channels.attends(sender, place)


async def order_of(desk: Desk, part: CompanyScope, values: Mapping[str, str]) -> Order | None:
    """The order that is meant; None where the scope has none such."""
    found = await desk.gateway.details(part, [values["order"]])
    return found[0] if found else None


def refused(desk: Desk, turn: Turn, act: Act, outcome: str, key: str) -> Answer:
    """No share: recorded with its reason, and the person told why."""
    desk.record(turn, "share", outcome, [act.values.get("order", "")])
    return say(key, number=act.values.get("order", ""))

"""The button of a card by which an order can be shown to others, and the place it is about."""

from pydantic import TypeAdapter

from bot.answers import acts
from bot.answers.desk import Turn
from bot.answers.whereabouts import of_order
from bot.chat.buttons import Offer
from bot.chat.people import Audience, Conversation
from bot.chat.phrases import Phrase
from bot.linking import Permission
from bot.orders import Order
from bot.scope import CompanyScope

_PLACE = TypeAdapter(Conversation)


def offer_share(turn: Turn, scope: CompanyScope, order: Order) -> Offer | None:
    """The button of a card by which it can be shown to others; None where there are none, or no right."""
    place = turn.message.conversation
    if not turn.access.may(Permission.SHARE, scope.company_id):
        return None
    if place.private:
        # Staff answer customers where these are; anybody else asks in the channel itself.
        return Offer(Phrase("button_share_in"), acts.SHARE, of_order(order)) if turn.access.staff else None
    if turn.message.seen_by is not Audience.PERSON:
        return None
    return Offer(Phrase("button_share"), acts.SHARE, {**of_order(order), "place": written(place)})


def written(place: Conversation) -> str:
    """A place as a button keeps it."""
    return _PLACE.dump_json(place).decode()


def place_of(text: str) -> Conversation:
    """The place a button was kept with."""
    return _PLACE.validate_json(text)

"""Posted addresses of orders as Slack's Work Objects: what all may see, and the pane one person opens.

Source: https://docs.slack.dev/messaging/work-objects
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.chat.buttons import Button
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import LinkPreview, OrderCard
from bot.delivery import DeliveryImpossible
from bot.handlers.slack.client import SlackApi
from bot.handlers.slack.parcels import send_privately
from bot.handlers.slack.places import Place
from bot.handlers.slack.sheet import Post, context, section
from bot.handlers.slack.text import cut, one_line
from bot.wording import CardText, Wording

ORDER = "slack#/entities/item"
REFERENCE_TYPE = "order"
_TITLE, _VALUE, _LABEL = 150, 500, 75
_PRIMARY, _OVERFLOW = 2, 5
_FIELDS = 20
_TRIGGER_GONE = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger", "invalid_trigger_id"}
)

Entity = Mapping[str, Any]


@dataclass(frozen=True)
class UnfurlParcel:
    """The number in each address, and the offer to open it: whoever reads the place sees this."""

    api: SlackApi
    place: Place
    previews: Sequence[LinkPreview]
    reader: Reader
    wording: Wording

    async def send(self) -> None:
        """Where a workspace does not take Work Objects yet, the same as plain blocks."""
        place = self.place
        where = (
            {"unfurl_id": place.unfurl_id, "source": place.source}
            if place.unfurl_id and place.source
            else {"channel": place.channel, "ts": place.message_ts}
        )
        entities = [preview_entity(one, self.reader, self.wording) for one in self.previews]
        try:
            await self.api.unfurl(where, {"metadata": {"entities": entities}})
        except DeliveryImpossible as error:
            if error.reason in ("cannot_unfurl_url", "cannot_find_message", "cannot_unfurl_message"):
                structlog.get_logger().info("slack_link_not_unfurled", reason=error.reason)
                return
            structlog.get_logger().warning("slack_entity_refused", reason=error.reason)
            plain = {one.url: {"blocks": self._blocks(one)} for one in self.previews}
            try:
                await self.api.unfurl(where, {"unfurls": plain})
            except DeliveryImpossible as refused:
                # The address itself stands there all the same.
                structlog.get_logger().warning("slack_link_not_unfurled", reason=refused.reason)

    def _blocks(self, one: LinkPreview) -> list[Mapping[str, Any]]:
        title, hint = (
            self.wording.say(phrase, self.reader)
            for phrase in (Phrase("preview_order", {"number": one.number}), Phrase("preview_who"))
        )
        return [section(title), context(hint)]


@dataclass(frozen=True, kw_only=True)
class DetailsParcel:
    """The pane of the one person who opened it; in their direct chat where Slack does not take it."""

    api: SlackApi
    place: Place
    shown: Mapping[str, Any]
    posts: Sequence[Post]

    async def send(self) -> None:
        try:
            await self.api.present_details(self.place.trigger, self.shown)
        except DeliveryImpossible as error:
            log = structlog.get_logger()
            (log.info if error.reason in _TRIGGER_GONE else log.warning)(
                "slack_pane_not_filled", reason=error.reason
            )
            for post in self.posts:
                await send_privately(self.api, self.place, post)


def preview_entity(preview: LinkPreview, reader: Reader, wording: Wording) -> Entity:
    """An order of which nothing is told but the number in its address."""
    title = wording.say(Phrase("preview_order", {"number": preview.number}), reader)
    fields = [
        _field("open", "", wording.say(Phrase("preview_open"), reader)),
        _field("who", "", wording.say(Phrase("preview_who"), reader)),
    ]
    return _entity(preview.url, preview.number, title, fields)


def order_pane(place: Place, card: OrderCard, reader: Reader, wording: Wording) -> Mapping[str, Any]:
    """What `entity.presentDetails` is given for an order its reader may see."""
    text = wording.card(card, reader)
    entity = _entity(place.url, place.number, text.title, _facts(text)[:_FIELDS])
    buttons = [_button(button, reader, wording) for button in card.buttons]
    if buttons:
        entity["entity_payload"]["actions"] = {"primary_actions": buttons[:_PRIMARY]}
        if more := buttons[_PRIMARY : _PRIMARY + _OVERFLOW]:
            entity["entity_payload"]["actions"]["overflow_actions"] = more
    return {"metadata": entity}


def sorry_pane(words: str, reader: Reader, wording: Wording) -> Mapping[str, Any]:
    """What it is given where there is nothing to show: not found, not theirs, not linked, in our words."""
    title = one_line(wording.say(Phrase("details_title"), reader))
    return {"error": {"status": "custom", "custom_title": title, "custom_message": cut(words, _VALUE)}}


def _facts(text: CardText) -> list[Mapping[str, Any]]:
    status = " ".join(part for part in (text.status, text.progress) if part)
    shipments = [
        _field(
            f"shipment_{number}",
            shipment.title,
            " · ".join((*shipment.facts, *(one.text for one in shipment.links))),
        )
        for number, shipment in enumerate(text.shipments, start=1)
    ]
    return [
        one
        for one in (
            _field("status", text.company, status),
            *(
                _field(f"fact_{number}", fact.label, fact.value)
                for number, fact in enumerate(text.facts, start=1)
            ),
            *shipments,
            *(
                _field(f"invoice_{number}", "", invoice)
                for number, invoice in enumerate(text.invoices, start=1)
            ),
            _field("as_of", "", text.footer),
        )
        if one["value"]
    ]


def _field(key: str, label: str, value: str) -> Mapping[str, Any]:
    # A string field is shown as it is: Slack reads no markup in it.
    shown = {"key": key, "type": "string", "value": cut(one_line(value), _VALUE)}
    return {**shown, "label": cut(one_line(label), _LABEL) or "·"}


def _entity(url: str, number: str, title: str, fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "entity_type": ORDER,
        "url": url,
        "app_unfurl_url": url,
        "external_ref": {"id": number, "type": REFERENCE_TYPE},
        "entity_payload": {
            "attributes": {"title": {"text": cut(one_line(title), _TITLE)}},
            "custom_fields": list(fields),
            "display_order": [field["key"] for field in fields],
        },
    }


def _button(button: Button, reader: Reader, wording: Wording) -> Mapping[str, Any]:
    label = cut(one_line(wording.say(button.label, reader)), _LABEL) or "–"
    return {"text": label, "action_id": button.action, "value": button.action}

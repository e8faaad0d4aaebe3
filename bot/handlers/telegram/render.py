"""A reply into bubbles and files: what to show first, and what to leave out when there is no room.

Left out is from the end of: headline, dates, shipments, invoices, lines; and it is said how many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog
from telegram.constants import InlineKeyboardButtonLimit

from bot.chat.buttons import Button
from bot.chat.files import MadeFile, OrderFile
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import (
    Actions,
    AskContact,
    Choice,
    DeepLink,
    Files,
    GoOnInPrivate,
    Heading,
    LinkPreview,
    Made,
    OrderCard,
    OrderLines,
    OrderTable,
    PageLink,
    Prompts,
    Reply,
    Say,
)
from bot.handlers.telegram.deep_links import link_to, start_payload
from bot.handlers.telegram.html import Html, Sheet, bold, clean, code, cut, join, link, text
from bot.handlers.telegram.keys import LABEL, Key, Keyboard, in_rows, most_buttons, size_of
from bot.orders import Order
from bot.wording import CardText, ShipmentText, Wording

LINE_BUBBLES: Final = 4
"""How many messages the lines of one order may take."""

_LONG: Final = 300
_SHORT: Final = 150
_LINKS: Final = 5
"""Tracking links shown of one shipment."""
_FACTS: Final = 12
_TOKEN_ROOM: Final = 300
"""UTF-16 units of a token, once as a link and once as it is."""


@dataclass(frozen=True)
class Bubble:
    """One message within Telegram's limits."""

    html: Html
    keyboard: Keyboard = ()
    asks_contact: str = ""
    """What the button says by which the person shares their own phone number; empty: none is asked."""
    token: str = ""
    """Shown below by `with_link`, which needs the bot's name; there is room for it."""

    @property
    def names_bot(self) -> bool:
        """Whether the bot's own name must be known to send it."""
        return bool(self.token) or any(key.opens for row in self.keyboard for key in row)


def render(
    reply: Reply, wording: Wording, *, private: bool = False
) -> tuple[Bubble | OrderFile | MadeFile, ...]:
    """What to send, in order. The same reply always renders the same.

    Where others read along, nobody is asked for a phone number, and no token is shown.
    """
    return _Rendering(reply.reader, wording, private=private).run(reply)


def with_link(bubble: Bubble, username: str) -> Bubble:
    """The bubble with its token, as a link to the bot and as a text to copy, and with its keys' links."""
    opened = tuple(
        tuple(replace(key, data=link_to(username, key.data)) if key.opens else key for key in row)
        for row in bubble.keyboard
    )
    bubble = replace(bubble, keyboard=opened)
    if not bubble.token:
        return bubble
    url = f"https://t.me/{username}?start={bubble.token}"
    return replace(bubble, html=join("\n\n", (bubble.html, link(url, url), code(bubble.token))), token="")


class _Rendering:
    def __init__(self, reader: Reader, wording: Wording, *, private: bool) -> None:
        self._reader = reader
        self._private = private
        self._wording = wording
        self._out: list[Bubble | OrderFile | MadeFile] = []
        self._said = Html()
        """Paragraphs that wait for what they introduce."""

    def run(self, reply: Reply) -> tuple[Bubble | OrderFile | MadeFile, ...]:
        for part in reply.parts:
            match part:
                case Say():
                    if not part.announces:
                        self._say(text(self._say_phrase(part.phrase)))
                case OrderCard():
                    self._show(self._card(part), self._keyboard(part.buttons))
                case OrderLines():
                    for html in self._lines(part):
                        self._show(html)
                case OrderTable():
                    self._show(self._table(part), self._keyboard(part.rows, part.buttons))
                case Choice():
                    self._show(self._choice(part), self._keyboard(part.buttons))
                case AskContact():
                    # Telegram takes such a button in private chats only.
                    label = self._label(part.label) if self._private else ""
                    self._show(text(self._say_phrase(part.phrase)), asks_contact=label)
                case DeepLink():
                    self._hand_over(part.token)
                case PageLink():
                    self._act(((Key(self._label(part.label), "", url=part.url),),))
                case GoOnInPrivate():
                    if not self._private:
                        key = Key(self._label(part.label), start_payload(part.action), opens=True)
                        self._act(((key,),))
                case Actions():
                    self._act(self._keyboard(part.buttons))
                case Heading():
                    self._show(text(self._say_phrase(part.phrase)))
                case Prompts() | LinkPreview():
                    # Telegram has no place for either.
                    pass
                case Files():
                    self._flush()
                    self._out.extend(part.files)
                case Made():
                    self._flush()
                    self._out.append(part.file)
        self._flush()
        return tuple(self._out)

    # What is shown together

    def _say(self, paragraph: Html) -> None:
        sheet = Sheet(start=self._said)
        if not sheet.add(paragraph, separator="\n\n"):
            self._flush()
            sheet = Sheet(start=paragraph)
        self._said = sheet.html

    def _show(self, html: Html, keyboard: Keyboard = (), *, asks_contact: str = "", token: str = "") -> None:
        sheet = Sheet(reserve=_TOKEN_ROOM if token else 0, start=self._said)
        if sheet.add(html, separator="\n\n"):
            self._said = Html()
            html = sheet.html
        else:
            self._flush()
        self._out.append(Bubble(html, keyboard, asks_contact, token))

    def _hand_over(self, token: str) -> None:
        if self._private:
            self._show(Html(), token=token)
        else:
            structlog.get_logger().error("telegram_token_left_out", reason="not_private")

    def _act(self, keyboard: Keyboard) -> None:
        if not keyboard:
            return
        self._flush()
        last = self._out[-1] if self._out else None
        # A message has one keyboard, of one kind.
        if isinstance(last, Bubble) and not last.asks_contact:
            both = last.keyboard + keyboard
            if size_of(both) <= most_buttons():
                self._out[-1] = replace(last, keyboard=both)
                return
        # Telegram hangs a keyboard on a text only.
        labels = " · ".join(key.label for row in keyboard for key in row)
        self._out.append(Bubble(text(labels, 1000), keyboard))

    def _flush(self) -> None:
        if self._said:
            self._out.append(Bubble(self._said))
            self._said = Html()

    # What each part says

    def _card(self, part: OrderCard) -> Html:
        card = self._wording.card(part, self._reader)
        more = self._more
        footer = text(card.footer, _LONG)
        sheet = Sheet(
            reserve=footer.units + more(len(card.shipments)).units + more(len(card.invoices)).units + 40
        )
        for headline in _headlines(card):
            sheet.add(headline)
        # A blank line before each section, of facts, shipments and invoices.
        for at, fact in enumerate(card.facts[:_FACTS]):
            value = "\n".join(cut(line, _SHORT) for line in clean(fact.value).split("\n"))
            sheet.add(text(f"{fact.label}: {value}", 1000), separator="\n" if at else "\n\n")
        _fill(sheet, [_shipment(shipment, more) for shipment in card.shipments], more)
        _fill(sheet, [text(invoice, _LONG) for invoice in card.invoices], more)
        return sheet.end(footer, separator="\n\n").html

    def _lines(self, part: OrderLines) -> list[Html]:
        title, *lines = self._wording.lines(part, self._reader)
        reserve = self._more(len(lines)).units + 20
        sheets = [Sheet(reserve=reserve, start=bold(title, _LONG))]
        for at, line in enumerate(lines):
            piece = text(line, _LONG)
            if sheets[-1].add(piece):
                continue
            if len(sheets) == LINE_BUBBLES:
                sheets[-1].end(self._more(len(lines) - at))
                break
            sheets.append(Sheet(reserve=reserve, start=piece))
        return [sheet.html for sheet in sheets]

    def _table(self, part: OrderTable) -> Html:
        heading = bold(self._say_phrase(part.heading), _LONG)
        if part.as_of is None:
            return self._rows(heading, part.orders, text(part.company_name, _SHORT))
        when = self._wording.as_of(part.company_name, part.as_of, self._reader)
        return self._rows(heading, part.orders, text(when, _LONG))

    def _choice(self, part: Choice) -> Html:
        return self._rows(
            text(self._say_phrase(part.question), 1000), part.orders, text(part.company_name, _SHORT)
        )

    def _rows(self, heading: Html, orders: Sequence[Order], footer: Html) -> Html:
        sheet = Sheet(reserve=footer.units + self._more(len(orders)).units + 20, start=heading)
        rows = []
        for order in orders:
            row = self._wording.row(order, self._reader)
            below = " · ".join(piece for piece in (row.status, row.detail) if piece)
            rows.append(join("\n", (bold(row.title, _SHORT), text(below, _LONG))))
        _fill(sheet, rows, self._more, between="\n\n")
        return sheet.end(footer, separator="\n\n").html

    def _keyboard(self, *groups: Sequence[Button]) -> Keyboard:
        """Each group of buttons in rows of its own; where there are too many, the first group gives."""
        rows: list[tuple[Key, ...]] = []
        room = most_buttons()
        for group in reversed(groups):
            keys = [key for button in group if (key := self._key(button)) is not None][:room]
            room -= len(keys)
            rows = in_rows(keys) + rows
        return tuple(rows)

    def _key(self, button: Button) -> Key | None:
        size = len(button.action.encode())
        if (
            not InlineKeyboardButtonLimit.MIN_CALLBACK_DATA
            <= size
            <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
        ):
            structlog.get_logger().error("telegram_button_left_out", reason="callback_data_size", bytes=size)
            return None
        return Key(self._label(button.label), button.action, button.primary)

    def _label(self, phrase: Phrase) -> str:
        return cut(clean(self._say_phrase(phrase)).replace("\n", " ").strip(), LABEL) or "…"

    def _more(self, count: int) -> Html:
        return text(self._say_phrase(Phrase("more_left_out", {"count": count})), _SHORT)

    def _say_phrase(self, phrase: Phrase) -> str:
        return self._wording.say(phrase, self._reader)


def _headlines(card: CardText) -> tuple[Html, ...]:
    status = join("  ", (bold(card.status, _SHORT), text(card.progress, 40)))
    return bold(card.title, _SHORT), text(card.company, _SHORT), status


def _shipment(shipment: ShipmentText, more: Callable[[int], Html]) -> Html:
    links = [link(tracking.text, tracking.url) for tracking in shipment.links[:_LINKS]]
    if len(shipment.links) > _LINKS:
        links.append(more(len(shipment.links) - _LINKS))
    facts = " · ".join(cut(clean(fact), _SHORT) for fact in shipment.facts[:_FACTS])
    return join("\n", (text(shipment.title, _LONG), text(facts, 2 * _LONG), *links))


def _fill(sheet: Sheet, pieces: Sequence[Html], more: Callable[[int], Html], *, between: str = "\n") -> None:
    for at, piece in enumerate(pieces):
        if not sheet.add(piece, separator=between if at else "\n\n"):
            sheet.end(more(len(pieces) - at))
            return

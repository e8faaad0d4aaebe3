"""The terminal as a chat: a reply as text, files saved into a folder."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.chat.buttons import Button
from bot.chat.files import MadeFile, OrderFile
from bot.chat.messages import Message
from bot.chat.people import Reader
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
    Part,
    Prompts,
    Reply,
    Say,
)
from bot.delivery import FileNotAvailable, FileOpener, OpenedFile, Parcel
from bot.orders import Order
from bot.wording import CardText, Wording


class ConsoleCourier:
    """Prints replies and saves files (`delivery.Courier`)."""

    def __init__(
        self, wording: Wording, opener: FileOpener, folder: Path, write: Callable[[str], None], reader: Reader
    ) -> None:
        self._wording = wording
        self._opener = opener
        self._folder = folder
        self._write = write
        self._reader = reader

    async def reader(self, message: Message) -> Reader:
        return self._reader

    async def working(self, message: Message) -> None:
        """A terminal shows by its waiting that it waits."""

    def parcels(self, message: Message, reply: Reply) -> Sequence[Parcel]:
        shown = [part for part in reply.parts if not isinstance(part, Files | Made)]
        text = "\n\n".join(part_text(part, reply.reader, self._wording) for part in shown)
        return [
            *([_Printed(text, self._write)] if text else []),
            *(_Saved(message, file, reply.reader, self) for file in reply.files),
        ]

    async def save(self, message: Message, file: OrderFile | MadeFile, reader: Reader) -> None:
        try:
            async with self._opener.open(message, file) as opened:
                self._write(f"→ {self._place(opened)} ({opened.size:,} bytes)")
        except FileNotAvailable as refusal:
            self._write(self._wording.say(refusal.phrase, reader))

    def _place(self, opened: OpenedFile) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        # The name is ours, but a path is a path: only its last part counts.
        place = self._folder / Path(opened.name).name
        with place.open("wb") as target:
            shutil.copyfileobj(opened.content, target)
        return place


def part_text(part: Part, reader: Reader, wording: Wording) -> str:
    """One part of a reply as lines of text."""
    match part:
        case Say(phrase):
            return wording.say(phrase, reader)
        case OrderCard():
            return "\n".join(
                (*_card_lines(wording.card(part, reader)), _buttons(part.buttons, reader, wording))
            )
        case OrderLines():
            return "\n  ".join(wording.lines(part, reader))
        case OrderTable():
            heading = wording.say(part.heading, reader)
            rows = (_row(order, reader, wording) for order in part.orders)
            return "\n".join((heading, *rows, _buttons(part.buttons, reader, wording))).rstrip()
        case Choice():
            rows = (_row(order, reader, wording) for order in part.orders)
            return "\n".join((wording.say(part.question, reader), *rows))
        case AskContact(phrase):
            # A terminal has no button that would vouch for a number.
            return wording.say(phrase, reader)
        case DeepLink(token):
            return token
        case PageLink(label, url):
            return f"{wording.say(label, reader)}: {url}"
        case Actions(buttons):
            return _buttons(buttons, reader, wording)
        case Heading(phrase):
            return wording.say(phrase, reader)
        case GoOnInPrivate() | Files() | Made() | Prompts() | LinkPreview():
            return ""


def _card_lines(card: CardText) -> list[str]:
    lines = [card.title, card.company, f"{card.status}  {card.progress}".rstrip()]
    lines += [f"  {fact.label}: {fact.value.replace(chr(10), '; ')}" for fact in card.facts]
    for shipment in card.shipments:
        lines.append("  " + " · ".join(filter(None, (shipment.title, *shipment.facts))))
        lines += [f"    {link.text}: {link.url}" for link in shipment.links]
    lines += [f"  {invoice}" for invoice in card.invoices]
    return [*lines, card.footer]


def _row(order: Order, reader: Reader, wording: Wording) -> str:
    row = wording.row(order, reader)
    return f"  {row.title} — {row.status} — {row.detail}"


def _buttons(buttons: tuple[Button, ...], reader: Reader, wording: Wording) -> str:
    return "  ".join(f"[{wording.say(button.label, reader)}]" for button in buttons)


class _Printed:
    def __init__(self, text: str, write: Callable[[str], None]) -> None:
        self._text = text
        self._write = write

    async def send(self) -> None:
        self._write(self._text)


class _Saved:
    def __init__(
        self, message: Message, file: OrderFile | MadeFile, reader: Reader, courier: ConsoleCourier
    ) -> None:
        self._message = message
        self._file = file
        self._reader = reader
        self._courier = courier

    async def send(self) -> None:
        await self._courier.save(self._message, self._file, self._reader)

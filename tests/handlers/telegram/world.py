"""A bot and a Telegram on loopback, with an inbox that remembers what it was given."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from telegram.ext import ExtBot

from bot.chat.files import MadeFile, OrderFile
from bot.chat.messages import Message
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Part, Reply
from bot.delivery import FileNotAvailable, NotKept, OpenedFile, Show
from bot.demo.events import ANA, BRUNO, CARLA, StageEvent
from bot.demo.telegram_double import TelegramDouble
from bot.handlers.telegram import Intake, TelegramCourier, make_bot, webhook_route
from bot.handlers.telegram.courier import Manners
from bot.handlers.telegram.inline import Inline
from bot.wording import Wording, load_catalogs
from tests.support.serving import serving

TOKEN = "8000000001:demo-telegram-token-0123456789abcdef"
SECRET = "a-secret_for-the-webhook"
GROUP = -1001234567890


async def until(done: Callable[[], object]) -> None:
    """Wait for something that happens elsewhere in this process."""
    async with asyncio.timeout(15):
        while not done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@dataclass
class Inbox:
    """Keeps messages once by id, unless told to fail."""

    kept: dict[str, Message] = field(default_factory=dict)
    received: int = 0
    noted: list[Message] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    """Raised by the next calls, in order, before anything is kept."""

    async def receive(self, message: Message) -> None:
        self.received += 1
        if self.errors:
            raise self.errors.pop(0)
        self.kept.setdefault(message.id, message)

    async def note(self, message: Message) -> None:
        """Keep what nobody said, apart from `last`, which is answered."""
        self.noted.append(message)

    @property
    def messages(self) -> list[Message]:
        return list(self.kept.values())

    @property
    def last(self) -> Message:
        return self.messages[-1]

    def refuse(self, times: int) -> None:
        self.errors += [NotKept("the database is away") for _ in range(times)]


@dataclass
class Shelf:
    """Documents on disk by their id."""

    files: dict[str, Path] = field(default_factory=dict)
    refusals: dict[str, FileNotAvailable] = field(default_factory=dict)

    @asynccontextmanager
    async def open(
        self, message: Message, file: OrderFile | MadeFile, show: Show | None = None
    ) -> AsyncIterator[OpenedFile]:
        assert isinstance(file, OrderFile)
        if file.document.id in self.refusals:
            raise self.refusals[file.document.id]
        path = self.files[file.document.id]
        with path.open("rb") as content:
            yield OpenedFile(
                content=content,
                name=path.name,
                media_type=file.document.media_type or "application/pdf",
                size=path.stat().st_size,
                caption=Phrase("file_caption", {"kind": file.name, "number": file.document.order_number}),
                version=hashlib.sha256(path.read_bytes()).hexdigest() if path.stat().st_size < 1_000 else "",
            )


@dataclass
class World:
    telegram: TelegramDouble
    events: list[StageEvent]
    bot: ExtBot[None]
    intake: Intake
    inbox: Inbox
    shelf: Shelf
    courier: TelegramCourier
    api_url: str
    bot_url: str

    async def deliver(self, *parts: Part, replaces: bool = False) -> None:
        """Answer the last message that was kept."""
        reader = await self.courier.reader(self.inbox.last)
        reply = Reply(parts=parts, reader=reader, replaces=replaces)
        for parcel in self.courier.parcels(self.inbox.last, reply):
            await parcel.send()

    def from_bot(self, person: str = "ana") -> list[dict[str, Any]]:
        return [message for message in self.telegram.sees(person) if message["from"]["is_bot"]]

    def headers(self, secret: str = SECRET) -> Mapping[str, str]:
        return {"X-Telegram-Bot-Api-Secret-Token": secret}


def new_telegram(events: list[StageEvent]) -> TelegramDouble:
    return TelegramDouble(
        webhook_secret=SECRET,
        bot_token=TOKEN,
        people=(ANA, BRUNO, CARLA),
        on_event=events.append,
    )


def wording() -> Wording:
    return Wording(load_catalogs(), supplier_name="Acme Supplies")


@asynccontextmanager
async def a_world(
    *, webhook: bool = True, wait: bool = True, inline: Inline | None = None
) -> AsyncIterator[World]:
    """Everything connected; `wait` until Telegram has told the bot who it is."""
    events: list[StageEvent] = []
    telegram = new_telegram(events)
    inbox, shelf = Inbox(), Shelf()
    async with aclosing(telegram), serving(telegram.app()) as api_url:
        bot = make_bot(TOKEN, api_url)
        intake = Intake(bot, inbox, inline)
        courier = TelegramCourier(
            bot,
            wording(),
            shelf,
            default=Reader("en", "America/Sao_Paulo"),
            manners=Manners(report=inbox.note),
        )
        async with serving(Starlette(routes=[webhook_route(intake, SECRET)])) as bot_url:
            if webhook:
                telegram.bot_url = bot_url
            if wait:
                await intake.wait_until_ready()
            yield World(telegram, events, bot, intake, inbox, shelf, courier, api_url, bot_url)
        await intake.aclose()

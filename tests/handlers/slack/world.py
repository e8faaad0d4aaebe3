"""A bot side and a Slack side that meet over HTTP on loopback."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from bot.chat.files import MadeFile, OrderFile
from bot.chat.messages import Message
from bot.chat.people import ChatUser, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Part, Reply
from bot.delivery import Completion, FileNotAvailable, NotKept, OpenedFile, Show
from bot.demo.events import ANA, BRUNO, CARLA, StageEvent
from bot.demo.slack_double import Channel, SlackDouble
from bot.handlers.slack.apis import open_slack_apis
from bot.handlers.slack.app import slack_app
from bot.handlers.slack.client import SlackApi
from bot.handlers.slack.courier import SlackCourier
from bot.handlers.slack.door import SlackDoor
from bot.handlers.slack.doorstep import Doorstep
from bot.handlers.slack.links import OrderLinks
from bot.handlers.slack.manifest import BOT_SCOPES, LINK_SCOPES
from bot.wording import Wording, load_catalogs
from tests.support.serving import address, held_port, serving

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = "xoxb-0000-demo"
DOMAIN = "shop.example"
ORDERS_AT = "https://shop.example/account/orders/{number}"
CHANNEL = "C0ORDERS"
NO_BOT = "C0NOBOT"
PAYLOAD_OPS = "C0PAYLOAD"
CHANNELS = (
    Channel(CHANNEL, "orders", frozenset({"ana", "bruno"})),
    Channel(NO_BOT, "without-bot", has_bot=False),
    Channel(PAYLOAD_OPS, "payload-ops"),
)


@dataclass
class Kept:
    """A receiver that keeps messages once by their id, or cannot keep anything."""

    messages: dict[str, Message] = field(default_factory=dict)
    broken: bool = False
    calls: int = 0

    async def receive(self, message: Message) -> None:
        self.calls += 1
        if self.broken:
            raise NotKept("disk full")
        self.messages.setdefault(message.id, message)

    @property
    def last(self) -> Message:
        return list(self.messages.values())[-1]

    def all(self) -> list[Message]:
        return list(self.messages.values())


@dataclass
class Doorbook:
    """Whose orders have which numbers, by the key of a person; whoever is not in it is not linked."""

    orders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    broken: bool = False
    waits: float = 0.0
    """Seconds the store takes to say who is linked."""

    async def is_linked(self, user: ChatUser) -> bool:
        await asyncio.sleep(self.waits)
        return user.key in self.orders

    async def complete(
        self, user: ChatUser, typed: str, *, reader: Reader, limit: int
    ) -> Sequence[Completion]:
        self.asked.append((user.key, typed))
        if self.broken:
            raise OSError("the store is away")
        found = [number for number in self.orders.get(user.key, ()) if typed in number]
        return [Completion(one, Phrase("button_order", {"number": one})) for one in found[:limit]]


@dataclass
class Documents:
    """Files on disk by document id, or the phrase that says why there is none."""

    files: dict[str, Path | Phrase] = field(default_factory=dict)
    opened_for: list[ChatUser] = field(default_factory=list)

    @asynccontextmanager
    async def open(
        self, message: Message, file: OrderFile | MadeFile, show: Show | None = None
    ) -> AsyncIterator[OpenedFile]:
        assert isinstance(file, OrderFile)
        self.opened_for.append(message.sender)
        found = self.files[file.document.id]
        if isinstance(found, Phrase):
            raise FileNotAvailable(found)
        with found.open("rb") as content:
            yield OpenedFile(
                content=content,
                name=found.name,
                media_type="application/pdf",
                size=found.stat().st_size,
                caption=Phrase("file_caption", {"kind": file.name, "number": file.document.order_number}),
            )


@dataclass
class World:
    slack: SlackDouble
    kept: Kept
    doorbook: Doorbook
    documents: Documents
    events: list[StageEvent]
    api: SlackApi
    courier: SlackCourier
    bot_url: str
    clock: "Clock"

    async def deliver(self, message: Message, *parts: Part, replaces: bool = False) -> Reply:
        """Do what the inbox does with an answer."""
        reply = Reply(parts=parts, reader=await self.courier.reader(message), replaces=replaces)
        for parcel in self.courier.parcels(message, reply):
            await parcel.send()
        return reply

    async def asked_in_direct_chat(self, text: str = "where is PO-7782?") -> Message:
        assert await self.slack.say("ana", ANA.slack_dm, text) == 200
        return self.kept.last

    async def asked_by_command(self, channel: str = CHANNEL, text: str = "PO-7782") -> Message:
        assert await self.slack.command("ana", channel, text) == 200
        return self.kept.last

    async def asked_by_mention(self, channel: str = CHANNEL, thread_ts: str | None = None) -> Message:
        text = "<@U0ORDERBOT> where is PO-7782?"
        assert await self.slack.say("ana", channel, text, thread_ts=thread_ts) == 200
        return self.kept.last

    def answers_to(self, person: str, channel: str) -> list[dict[str, Any]]:
        """What the bot said there, as far as this person sees."""
        return [message for message in self.slack.sees(person, channel) if message.get("bot_id")]


@dataclass
class Clock:
    """The double's clock: real time, moved on by hand."""

    offset: float = 0.0

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() + 1_700_000_000 + self.offset


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    kept, documents, events, clock = Kept(), Documents(), list[StageEvent](), Clock()
    doorbook, wording = Doorbook(), Wording(load_catalogs(), supplier_name="Demo Supply")
    async with AsyncExitStack() as stack:
        slack_at = held_port()
        api_url = f"{address(slack_at)}/api/"
        apis = await stack.enter_async_context(open_slack_apis(TOKEN, {}, api_url))
        doorstep = Doorstep(apis, doorbook, kept, wording, fallback=Reader("en", "UTC"))
        app = slack_app(kept, bot_token=TOKEN, doorstep=doorstep, links=OrderLinks((ORDERS_AT,)))
        door = SlackDoor(app, signing_secret=SECRET)
        bot_url = await stack.enter_async_context(serving(Starlette(routes=[Route("/slack/events", door)])))
        slack = SlackDouble(
            bot_url=bot_url,
            signing_secret=SECRET,
            bot_token=TOKEN,
            people=(ANA, BRUNO, CARLA),
            on_event=events.append,
            channels=CHANNELS,
            clock=clock,
            scopes=(*BOT_SCOPES, *LINK_SCOPES),
            domains=(DOMAIN,),
        )
        stack.push_async_callback(slack.aclose)
        slack.own_url = await stack.enter_async_context(serving(slack.app(), slack_at))
        courier = SlackCourier(
            apis,
            wording,
            documents,
            fallback=Reader("en", "UTC"),
        )
        yield World(slack, kept, doorbook, documents, events, apis.default, courier, bot_url, clock)

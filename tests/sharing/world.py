"""The bot as the application wires it, in front of the stand-in for Slack, over HTTP on loopback.

Only the inbox is a list: a test answers what has been kept when it says so, each message after a trip
through JSON as the real inbox gives it.
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from sqlmodel import col, select

from bot.app import make_couriers, open_core, open_doors, open_platforms
from bot.building.built import Core
from bot.chat.messages import Message
from bot.chat.people import ChatUser, Conversation, Platform
from bot.chat.replies import Reply
from bot.delivery import Courier, DeliveryImpossible
from bot.demo.events import ANA, BRUNO, CARLA, DIEGO, GUSTAVO, PAULA, SOFIA, SUPPLIER_TEAM, Person, StageEvent
from bot.demo.slack_double import SUPPLIER, Channel, Installation, SlackDouble
from bot.demo.supplier.known import NORTHWIND, SOUTHGATE
from bot.demo.supplier.server import supplier_app
from bot.erp_settings import ErpSettings
from bot.handlers.slack.manifest import BOT_SCOPES, LINK_SCOPES
from bot.inbox.storage import Codec
from bot.linking import CompanyRow, Role
from bot.linking.tables import Audit
from bot.settings import Settings
from bot.web import public_app
from tests.support.panel import quiet_panel
from tests.support.serving import address, held_port, serving

DOMAIN = "shop.example"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ERP_TOKEN = "supplier-token"
DAVI = Person(
    id="davi",
    name="Davi Rocha",
    email="davi.rocha@northwind.example",
    slack_user="U0DAVI",
    slack_team=ANA.slack_team,
    telegram_id=700008,
)
"""Of the customer's workspace, linked to the company for logistics: sees no amounts."""
PEOPLE = (ANA, BRUNO, CARLA, DAVI, DIEGO, GUSTAVO, PAULA, SOFIA)
PUBLIC, PRIVATE, CONNECT, TIED = "C0ORDERS", "C0PURCHASING", "C0CONNECT", "C0TIED"
CHANNELS = (
    Channel(PUBLIC, "orders"),
    Channel(PRIVATE, "purchasing", frozenset({"ana", "bruno", "carla"}), private=True),
    Channel(CONNECT, "with-partners", frozenset({"ana", "bruno", "carla", "gustavo", "paula", "sofia"})),
    Channel(TIED, "northwind-and-us", frozenset({"ana", "davi", "sofia"})),
)


def user(person: Person) -> ChatUser:
    return ChatUser(Platform.SLACK, person.slack_user, person.slack_team)


@dataclass
class List:
    """An inbox in memory: once by id, in order."""

    waiting: list[Message] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    async def receive(self, message: Message) -> None:
        if message.id not in self.seen:
            self.seen.add(message.id)
            self.waiting.append(message)


@dataclass
class World:
    core: Core
    slack: SlackDouble
    couriers: Mapping[Platform, Courier]
    inbox: List
    events: list[StageEvent]
    northwind: int
    codec: Codec = field(default_factory=Codec)
    root: str = ""
    """A message of somebody's in the public channel, to be answered in its thread."""

    async def settle(self) -> list[Reply]:
        """Answer all that waits, and all that comes of it."""
        replies = []
        while self.inbox.waiting:
            message = self.codec.message(self.codec.pack_message(self.inbox.waiting.pop(0)))
            courier = self.couriers[message.conversation.platform]
            composed = await self.core.assistant.answer(message, await courier.reader(message))
            reply = self.codec.reply(self.codec.pack_reply(composed))
            for parcel in courier.parcels(message, reply):
                # As the inbox does: what a platform will never take is given up.
                with suppress(DeliveryImpossible):
                    await parcel.send()
            for errand in reply.errands:
                await self.core.assistant.run(message, errand)
            replies.append(reply)
        return replies

    async def ask(self, who: Person, place: str, text: str, *, thread_ts: str | None = None) -> str:
        """Say something where the bot hears it, and have it answered; the ts of what was said."""
        spoken = text if place.startswith("D") else f"@Orderbot {text}"
        assert await self.slack.say(who.id, place, spoken, thread_ts=thread_ts) == 200
        said: str = self.slack.sees(who.id, place)[-1]["ts"]
        await self.settle()
        return said

    async def press(self, who: Person, place: str, label: str) -> None:
        """Press the newest button of this label that the person sees in a place, and have it answered."""
        for message in reversed(self.slack.sees(who.id, place)):
            for element in elements(message):
                if element.get("text", {}).get("text") == label:
                    ts, action, option = message["ts"], element["action_id"], element.get("option", "")
                    assert await self.slack.press(who.id, place, ts, action, option) == 200
                    await self.settle()
                    return
        raise LookupError(f"{who.id} sees no button {label!r} in {place}")

    async def tie(self) -> None:
        """Tie the channel of insiders, as staff do."""
        place = Conversation(Platform.SLACK, TIED, ANA.slack_team, private=False)
        await self.core.desk.services.channels.tie(user(SOFIA), place, self.northwind)

    def labels(self, who: Person, place: str) -> list[str]:
        """The buttons a person sees in a place, oldest first."""
        return [
            element["text"]["text"]
            for message in self.slack.sees(who.id, place)
            for element in elements(message)
        ]

    def words(self, who: Person, place: str) -> str:
        """Everything of the bot's a person sees in a place, as it was sent."""
        return "\n".join(
            json.dumps(message, ensure_ascii=False)
            for message in self.slack.sees(who.id, place)
            if message.get("bot_id")
        )

    def public(self, place: str) -> list[dict[str, Any]]:
        """The bot's posts that everybody in a channel sees."""
        return [
            message
            for message in self.slack.sees("ana", place)
            if message.get("bot_id") and not message.get("is_ephemeral")
        ]

    def public_everywhere(self) -> list[dict[str, Any]]:
        """The bot's posts that everybody in any channel sees."""
        return [
            posted.message
            for posted in self.slack.places.installed[0].workspace.posted
            if posted.message.get("bot_id")
            and posted.only_for is None
            and not posted.channel.startswith("D")
            and "blocks" in posted.message
        ]

    async def audited(self, *acts: str) -> list[tuple[str, str, str]]:
        """Who did what and how it ended, oldest first."""
        async with self.core.store.reading() as session:
            rows = await session.exec(select(Audit).where(col(Audit.act).in_(acts)).order_by(col(Audit.id)))
            return [(row.user_id, row.act, row.outcome) for row in rows.all()]

    def channel(self, id: str, **changes: Any) -> None:
        """Make a channel another one than it was."""
        channels = self.slack.places.installed[0].workspace.channels
        channels[id] = replace(channels[id], **changes)


def elements(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for block in message.get("blocks", ()):
        inside = (*block.get("elements", ()), block.get("accessory") or {})
        for one in inside:
            if one.get("type") == "button":
                yield one
            for choice in one.get("options", ()):
                # A choice of a menu reads and is pressed as a button would be.
                yield {"text": choice["text"], "action_id": one["action_id"], "option": choice["value"]}


@asynccontextmanager
async def world(
    folder: Path, *, channels: Sequence[Channel] = CHANNELS, files_in_channels: bool = False
) -> AsyncIterator[World]:
    """Ana is Northwind's admin, Davi its logistics, Carla Southgate's; Sofia is staff; Diego has left.

    `folder` holds the supplier's data and the bot's empty tables.
    """
    inbox, events = List(), list[StageEvent]()
    async with AsyncExitStack() as stack:
        door = held_port()
        slack = SlackDouble(
            bot_url=address(door),
            signing_secret=SECRET,
            bot_token="xoxb-customer",
            people=PEOPLE,
            on_event=events.append,
            channels=channels,
            scopes=(*BOT_SCOPES, *LINK_SCOPES),
            domains=(DOMAIN,),
            more=[
                Installation(team=SUPPLIER, bot_token="xoxb-supplier", channels=(Channel("C0DESK", "desk"),))
            ],
        )
        stack.push_async_callback(slack.aclose)
        slack.own_url = await stack.enter_async_context(serving(slack.app()))
        supplier = supplier_app(folder / "supplier.db", token=ERP_TOKEN)
        erp_url = await stack.enter_async_context(serving(supplier))
        settings = Settings(
            _env_file=None,
            supplier_name="Demo Supply",
            default_time_zone="America/Sao_Paulo",
            database_url=f"sqlite:///{folder / 'bot.db'}",
            secret_keys=Fernet.generate_key().decode(),
            erp=ErpSettings(
                name="demo", url=erp_url, token=ERP_TOKEN, time_zone="America/Sao_Paulo", contacts=True
            ),
            slack_bot_token="xoxb-customer",
            slack_more_bot_tokens=f"{SUPPLIER_TEAM}=xoxb-supplier",
            slack_signing_secret=SECRET,
            slack_files_in_tied_channels=files_in_channels,
            slack_staff_workspace=SUPPLIER_TEAM,
            order_urls=f"https://{DOMAIN}/account/orders/{{number}}",
            slack_api_url=f"{slack.own_url}/api/",
        )
        platforms = await stack.enter_async_context(open_platforms(settings))
        core = await stack.enter_async_context(open_core(settings, inbox, platforms.memberships))
        doors = await stack.enter_async_context(open_doors(settings, inbox))
        bot = public_app(doors.routes, quiet_panel(), straight=doors.straight)
        await stack.enter_async_context(serving(bot, door))
        northwind = await _seed(core)
        yield World(core, slack, make_couriers(core, platforms), inbox, events, northwind)


async def _seed(core: Core) -> int:
    await core.linking.import_companies(
        [
            CompanyRow(
                erp="demo",
                erp_key=str(NORTHWIND),
                name="Northwind Industrial Ltda",
                email=ANA.email,
                contact_name=ANA.name,
                phone=ANA.phone,
            ),
            CompanyRow(erp="demo", erp_key=str(SOUTHGATE), name="Southgate Comércio S.A."),
        ]
    )
    linked = await core.linking.link_directly(user(ANA), "demo", str(NORTHWIND), role=Role.ADMIN)
    await core.linking.link_directly(user(DAVI), "demo", str(NORTHWIND), role=Role.LOGISTICS)
    await core.linking.link_directly(user(CARLA), "demo", str(SOUTHGATE), role=Role.ADMIN)
    await core.linking.link_directly(user(DIEGO), "demo", str(NORTHWIND), role=Role.ADMIN)
    staff = core.desk.staff
    await staff.add(None, Platform.SLACK, SUPPLIER_TEAM, SOFIA.slack_user, admin=True)
    return linked.company_id

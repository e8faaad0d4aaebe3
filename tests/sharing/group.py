"""The bot as the application wires it, in front of the stand-in for Telegram, over HTTP on loopback."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from starlette.applications import Starlette

from bot.app import make_couriers, open_core, open_doors, open_platforms
from bot.building.built import Core
from bot.chat.messages import Message
from bot.chat.people import ChatUser, Conversation, Platform
from bot.delivery import Courier, DeliveryImpossible
from bot.demo.events import ANA, BRUNO, CARLA, DIEGO, SOFIA, Person, StageEvent
from bot.demo.supplier.known import NORTHWIND, SOUTHGATE
from bot.demo.supplier.server import supplier_app
from bot.demo.telegram_double import TelegramDouble
from bot.erp_settings import ErpSettings
from bot.inbox.storage import Codec
from bot.linking import CompanyRow, Role
from bot.settings import Settings
from tests.sharing.world import ERP_TOKEN, List
from tests.support.serving import address, held_port, serving

SECRET = "webhook-secret"
TOKEN = "8000000001:demo-telegram-token-0123456789abcdef"
PEOPLE = (ANA, BRUNO, CARLA, DIEGO, SOFIA)
GROUP = -1001234567890


def user(person: Person) -> ChatUser:
    return ChatUser(Platform.TELEGRAM, str(person.telegram_id))


@dataclass
class Group:
    """Ana is Northwind's admin, Bruno its logistics, Carla Southgate's admin, Diego nobody's; Sofia is staff.

    Each has begun a chat with the bot.
    """

    core: Core
    telegram: TelegramDouble
    courier: Courier
    inbox: List
    northwind: int
    events: list[StageEvent]
    codec: Codec = field(default_factory=Codec)

    async def settle(self) -> None:
        """Answer all that waits, and all that comes of it, each message after a trip through JSON."""
        while self.inbox.waiting:
            message: Message = self.codec.message(self.codec.pack_message(self.inbox.waiting.pop(0)))
            composed = await self.core.assistant.answer(message, await self.courier.reader(message))
            reply = self.codec.reply(self.codec.pack_reply(composed))
            for parcel in self.courier.parcels(message, reply):
                # As the inbox does: what a platform will never take is given up.
                with suppress(DeliveryImpossible):
                    await parcel.send()
            for errand in reply.errands:
                await self.core.assistant.run(message, errand)

    async def ask(
        self, who: Person, text: str, *, chat: int | None = GROUP, topic: int | None = None
    ) -> None:
        """Mention the bot in a group, or write to it where `chat` is None, and have it answered."""
        spoken = text if chat is None else f"@{self.telegram.username} {text}"
        assert await self.telegram.say(who.id, spoken, chat=chat, topic=topic) == 200
        await self.settle()

    async def press(self, who: Person, label: str) -> None:
        """Press the newest button of this label in the person's own chat, and have it answered."""
        message, data = self.button(who, label)
        assert await self.telegram.press(who.id, message, data) == 200
        await self.settle()

    def button(self, who: Person, label: str) -> tuple[int, str]:
        for message in reversed(self.telegram.sees(who.id)):
            for button in _buttons(message):
                if button["text"] == label:
                    return message["message_id"], button["callback_data"]
        raise LookupError(f"{who.id} sees no button {label!r}")

    def labels(self, who: Person) -> list[str]:
        return [button["text"] for message in self.telegram.sees(who.id) for button in _buttons(message)]

    def words(self, who: Person) -> str:
        """Everything of the bot's in the person's own chat."""
        return _words(self.telegram.sees(who.id))

    def group(self) -> str:
        """Everything of the bot's that everybody in the group reads."""
        return _words(self.telegram.sees(ANA.id, chat=GROUP))

    async def tie(self, chat: int = GROUP) -> None:
        place = Conversation(Platform.TELEGRAM, str(chat), private=False)
        await self.core.desk.services.channels.tie(user(SOFIA), place, self.northwind)


def _buttons(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row if "callback_data" in button]


def _words(messages: Sequence[Mapping[str, Any]]) -> str:
    """What the bot said; not the words of others that it answers."""
    said = [message for message in messages if message.get("from", {}).get("is_bot")]
    own = [{name: value for name, value in one.items() if name != "reply_to_message"} for one in said]
    return "\n".join(json.dumps(message, ensure_ascii=False) for message in own)


@asynccontextmanager
async def group(
    folder: Path, *, people: Sequence[Person] = PEOPLE, strangers: Sequence[Person] = ()
) -> AsyncIterator[Group]:
    """`folder` holds the supplier's data and the bot's empty tables; `strangers` never write to the bot."""
    inbox, events = List(), list[StageEvent]()
    async with AsyncExitStack() as stack:
        door = held_port()
        telegram = TelegramDouble(
            bot_url=address(door),
            webhook_secret=SECRET,
            bot_token=TOKEN,
            people=(*people, *strangers),
            on_event=events.append,
        )
        stack.push_async_callback(telegram.aclose)
        api = await stack.enter_async_context(serving(telegram.app()))
        supplier = supplier_app(folder / "supplier.db", token=ERP_TOKEN)
        settings = Settings(
            _env_file=None,
            supplier_name="Demo Supply",
            default_time_zone="America/Sao_Paulo",
            database_url=f"sqlite:///{folder / 'bot.db'}",
            secret_keys=Fernet.generate_key().decode(),
            erp=ErpSettings(
                name="demo",
                url=await stack.enter_async_context(serving(supplier)),
                token=ERP_TOKEN,
                time_zone="America/Sao_Paulo",
                contacts=True,
            ),
            telegram_bot_token=TOKEN,
            telegram_webhook_secret=SECRET,
            telegram_api_url=api,
            telegram_messages_per_second=0,
        )
        platforms = await stack.enter_async_context(open_platforms(settings))
        core = await stack.enter_async_context(open_core(settings, inbox, platforms.memberships))
        doors = await stack.enter_async_context(open_doors(settings, inbox))
        await stack.enter_async_context(serving(Starlette(routes=list(doors.routes)), door))
        courier = make_couriers(core, platforms)[Platform.TELEGRAM]
        made = Group(core, telegram, courier, inbox, await _seed(core), events)
        for person in people:
            await telegram.start(person.id)
        await made.settle()
        yield made


async def _seed(core: Core) -> int:
    linking = core.linking
    await linking.import_companies(
        [
            CompanyRow(erp="demo", erp_key=str(NORTHWIND), name="Northwind Industrial Ltda"),
            CompanyRow(erp="demo", erp_key=str(SOUTHGATE), name="Southgate Comércio S.A."),
        ]
    )
    linked = await linking.link_directly(user(ANA), "demo", str(NORTHWIND), role=Role.ADMIN)
    await linking.link_directly(user(BRUNO), "demo", str(NORTHWIND), role=Role.LOGISTICS)
    await linking.link_directly(user(CARLA), "demo", str(SOUTHGATE), role=Role.ADMIN)
    await core.desk.staff.add(None, Platform.TELEGRAM, "", user(SOFIA).user_id)
    return linked.company_id

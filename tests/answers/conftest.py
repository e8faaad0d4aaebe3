"""An assistant on a real store, asking the demo supplier over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.app import open_core
from bot.building.built import Core
from bot.chat.buttons import Button
from bot.chat.messages import Asked, Content, Message, Pressed
from bot.chat.people import Audience, ChatUser, Conversation, Platform, Reader
from bot.chat.replies import Actions, Choice, OrderCard, OrderTable, Reply, Say
from bot.demo.supplier.data import prepare
from bot.demo.supplier.faults import Faults
from bot.demo.supplier.server import supplier_app
from bot.erp_settings import ErpSettings
from bot.linking import CompanyRow, Role
from bot.migrations import migrate
from bot.settings import Settings
from tests.support.serving import serving

ANA = ChatUser(Platform.SLACK, "U0ANA", "T1")
NOBODY = ChatUser(Platform.SLACK, "U0NEW", "T1")
READER = Reader("en-US", "America/Sao_Paulo")
ERP_TOKEN = "supplier-token"


@dataclass
class Kept:
    """An inbox that keeps in a list what the bot says without having been asked."""

    messages: list[Message] = field(default_factory=list)

    async def receive(self, message: Message) -> None:
        if all(message.id != one.id for one in self.messages):
            self.messages.append(message)


@dataclass
class Office:
    """Somebody to ask, and the things around."""

    core: Core
    faults: Faults
    kept: "Kept"
    asked: int = 0

    async def ask(self, text: str, *, who: ChatUser = ANA, private: bool = True) -> Reply:
        return await self.say(Asked(text), who=who, private=private)

    async def press(self, button: Button, *, who: ChatUser = ANA) -> Reply:
        return await self.say(Pressed(button.action), who=who)

    async def say(
        self,
        content: Content,
        *,
        who: ChatUser = ANA,
        private: bool = True,
        seen_by: Audience = Audience.PERSON,
        reader: Reader = READER,
        about: tuple[str, ...] = (),
    ) -> Reply:
        self.asked += 1
        message = Message(
            id=f"test:{self.asked:06}",
            sender=who,
            conversation=Conversation(Platform.SLACK, f"D{who.user_id}", "T1", private=private),
            content=content,
            received_at=datetime.now(UTC),
            seen_by=seen_by,
            about=about,
        )
        reply = await self.core.assistant.answer(message, reader)
        for errand in reply.errands:
            await self.core.assistant.run(message, errand)
        return reply

    def words(self, reply: Reply) -> list[str]:
        """The sentences of a reply."""
        return [
            self.core.wording.say(part.phrase, reply.reader) for part in reply.parts if isinstance(part, Say)
        ]

    def labels(self, reply: Reply) -> dict[str, Button]:
        """The buttons of a reply by what they say."""
        return {self.core.wording.say(button.label, reply.reader): button for button in buttons(reply)}


def buttons(reply: Reply) -> list[Button]:
    found: list[Button] = []
    for part in reply.parts:
        match part:
            case OrderCard() | Choice() | Actions():
                found += part.buttons
            case OrderTable():
                found += (*part.rows, *part.buttons)
    return found


def card(reply: Reply) -> OrderCard:
    return next(part for part in reply.parts if isinstance(part, OrderCard))


def table(reply: Reply) -> OrderTable:
    return next(part for part in reply.parts if isinstance(part, OrderTable))


def choice(reply: Reply) -> Choice:
    return next(part for part in reply.parts if isinstance(part, Choice))


def in_locale(locale: str) -> Reader:
    return replace(READER, locale=locale)


@pytest.fixture(scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """Ana is linked to Northwind (55); nobody else is linked."""
    folder: Path = tmp_path_factory.mktemp("office")
    await asyncio.to_thread(prepare, folder / "supplier.db")
    kept = Kept()
    app = supplier_app(folder / "supplier.db", token=ERP_TOKEN)
    async with serving(app) as url:
        settings = Settings(
            _env_file=None,
            supplier_name="Acme",
            support_contact="help@acme.example",
            database_url=f"sqlite:///{folder / 'bot.db'}",
            secret_keys=Fernet.generate_key().decode(),
            erp=ErpSettings(
                url=url, token=ERP_TOKEN, time_zone="America/Sao_Paulo", cache_seconds=0, contacts=True
            ),
        )
        await asyncio.to_thread(migrate, settings.database_url)
        async with open_core(settings, kept) as core:
            row = CompanyRow(erp=settings.erp.name, erp_key="55", name="Northwind")
            await core.linking.import_companies([row])
            await core.linking.link_directly(ANA, settings.erp.name, "55", role=Role.ADMIN)
            yield Office(core, app.state.faults, kept)

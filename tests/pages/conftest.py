"""The pages on a real server, the demo supplier behind them, and people who open them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from cryptography.fernet import Fernet

from bot.app import make_pages, open_core
from bot.building.built import Core
from bot.chat.messages import Message
from bot.chat.people import ChatUser, Platform
from bot.demo.supplier.data import prepare
from bot.demo.supplier.faults import Faults
from bot.demo.supplier.server import supplier_app
from bot.erp_settings import ErpSettings
from bot.linking import CompanyRow, Role
from bot.migrations import migrate
from bot.pages.init_data import signed
from bot.settings import Settings
from bot.web import public_app
from tests.support.panel import quiet_panel
from tests.support.serving import serving

ANA = ChatUser(Platform.TELEGRAM, "700001")
CARLA = ChatUser(Platform.TELEGRAM, "700003")
TOKEN = "8000000001:demo-telegram-token-0123456789abcdef"
ERP_TOKEN = "supplier-token"


def init_data(
    who: ChatUser = ANA, *, token: str = TOKEN, at: float | None = None, language: str = "en", **more: str
) -> str:
    """What Telegram hands to a page `who` opens, signed with a bot's token."""
    told = {"id": int(who.user_id), "first_name": "Ana", "language_code": language}
    fields = {
        "query_id": f"AAH{time.time_ns()}",
        "user": json.dumps(told),
        "auth_date": str(int(time.time() if at is None else at)),
        "signature": "third-party",
        **more,
    }
    return urlencode({**fields, "hash": signed(fields, token)})


@dataclass
class Told:
    """What the bot wants to say to people who have not asked."""

    messages: list[Message] = field(default_factory=list)

    async def receive(self, message: Message) -> None:
        self.messages.append(message)


@dataclass
class House:
    """The web process, and what a test needs to open its pages."""

    core: Core
    faults: Faults
    url: str
    client: httpx.AsyncClient
    ana: ChatUser = ANA
    """Of Northwind; somebody new for each test, so that nobody seems to be in a hurry."""
    carla: ChatUser = CARLA
    """Of Southgate."""
    people: Iterator[int] = field(default_factory=lambda: count(710_000))

    def somebody(self) -> ChatUser:
        """A person who has never been here."""
        return ChatUser(Platform.TELEGRAM, str(next(self.people)))

    async def enter(self, data: str, time_zone: str = "America/Sao_Paulo") -> httpx.Response:
        return await self.client.post("/app/api/session", json={"init_data": data, "time_zone": time_zone})

    async def session(self, user: ChatUser | None = None, language: str = "en") -> str:
        entered = await self.enter(init_data(user or self.ana, language=language))
        assert entered.status_code == 200, entered.text
        return str(entered.json()["session"])

    async def get(self, session: str, name: str, **query: str) -> httpx.Response:
        return await self.client.get(f"/app/api/{name}", params=query, headers=bearer(session))

    async def post(self, session: str, name: str, body: Mapping[str, Any]) -> httpx.Response:
        return await self.client.post(f"/app/api/{name}", json=body, headers=bearer(session))

    async def order(self, session: str, number: str) -> dict[str, Any]:
        """One order by its number, as the page shows it."""
        listed = (await self.get(session, "orders", text=number)).json()
        shown = await self.get(session, "order", reference=listed["orders"][0]["reference"])
        assert shown.status_code == 200, shown.text
        return dict(shown.json())

    async def linked(self, user: ChatUser, key: str, role: Role = Role.BUYER) -> None:
        await self.core.linking.link_directly(user, self.core.settings.erp.name, key, role=role)

    async def unlinked(self, user: ChatUser) -> None:
        await self.core.linking.unlink(user)


def bearer(session: str) -> dict[str, str]:
    return {"authorization": f"Bearer {session}"}


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Ana is linked to Northwind (55), Carla to Southgate (56)."""
    folder: Path = tmp_path_factory.mktemp("house")
    await asyncio.to_thread(prepare, folder / "supplier.db")
    supplier = supplier_app(folder / "supplier.db", token=ERP_TOKEN)
    async with serving(supplier) as erp_url:
        settings = Settings(
            _env_file=None,
            supplier_name="Acme",
            database_url=f"sqlite:///{folder / 'bot.db'}",
            secret_keys=Fernet.generate_key().decode(),
            public_url="http://127.0.0.1:1",
            telegram_bot_token=TOKEN,
            erp=ErpSettings(url=erp_url, token=ERP_TOKEN, time_zone="America/Sao_Paulo", cache_seconds=0),
        )
        await asyncio.to_thread(migrate, settings.database_url)
        async with open_core(settings, Told()) as core:
            rows = [
                CompanyRow(erp=settings.erp.name, erp_key="55", name="Northwind"),
                CompanyRow(erp=settings.erp.name, erp_key="56", name="Southgate"),
            ]
            await core.linking.import_companies(rows)

            app = public_app(make_pages(core), quiet_panel())
            async with (
                serving(app) as url,
                httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client,
            ):
                yield House(core, supplier.state.faults, url, client)


@pytest.fixture(autouse=True)
async def everybody_linked(house: House) -> None:
    """Each test begins with an Ana and a Carla who are linked, and an ERP that answers."""
    house.faults.mode = "ok"
    house.ana, house.carla = house.somebody(), house.somebody()
    await house.linked(house.ana, "55", Role.ADMIN)
    await house.linked(house.carla, "56")

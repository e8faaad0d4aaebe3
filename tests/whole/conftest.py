"""The whole product: stage and bot as `make demo` starts them, and people who ask."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.chat.people import ChatUser, Platform
from bot.demo.events import ANA, CARLA, Person
from bot.demo.run import ERP_NAME, Show, playing
from bot.keys import Keys
from bot.linking import CompanyRow, Linking
from bot.linking.tables import Audit
from bot.store import Store

PATIENCE_SECONDS = 30.0


class Overheard:
    """Everything the bot sends to the platforms, as it went over the wire."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []

    def around(self, app: ASGIApp) -> ASGIApp:
        async def listening(scope: Scope, receive: Receive, send: Send) -> None:
            path = scope.get("path", "")
            if scope["type"] != "http" or not path.startswith(("/slack", "/telegram")):
                await app(scope, receive, send)
                return
            heard = bytearray(path.encode() + b"?" + scope["query_string"] + b"\n")

            async def overhear() -> Message:
                message = await receive()
                heard.extend(message.get("body", b""))
                return message

            await app(scope, overhear, send)
            self.requests.append(bytes(heard))

        return listening


@dataclass
class World:
    """A running product and what a test does with it."""

    show: Show
    overheard: Overheard
    store: Store
    linking: Linking
    forged: int = field(default=0)

    async def asks_in_slack(self, person: Person, text: str) -> list[dict[str, Any]]:
        """Say something in the direct chat and return what the bot answered."""
        slack = self.show.stage.slack
        before = len(slack.sees(person.id, person.slack_dm))
        assert await slack.say(person.id, person.slack_dm, text) == 200
        return await self.next_in_slack(person, before + 1)

    async def next_in_slack(self, person: Person, after: int) -> list[dict[str, Any]]:
        def seen() -> list[dict[str, Any]]:
            return self.show.stage.slack.sees(person.id, person.slack_dm)[after:]

        await eventually(lambda: bool(seen()))
        return await settled(seen)

    async def asks_in_telegram(self, person: Person, text: str) -> list[dict[str, Any]]:
        telegram = self.show.stage.telegram
        before = len(telegram.sees(person.id))
        assert await telegram.say(person.id, text) == 200
        return await self.next_in_telegram(person, before + 1)

    async def next_in_telegram(self, person: Person, after: int) -> list[dict[str, Any]]:
        def seen() -> list[dict[str, Any]]:
            return self.show.stage.telegram.sees(person.id)[after:]

        await eventually(lambda: bool(seen()))
        return await settled(seen)

    async def audit_rows(self) -> list[Audit]:
        async with self.store.reading() as session:
            return list((await session.exec(select(Audit).order_by(col(Audit.id)))).all())

    def nothing_was_refused(self) -> bool:
        """Whether every call the bot made is one the real platforms take."""
        stage = self.show.stage
        assert stage.slack.violations == []
        assert stage.telegram.violations == []
        return True


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait for something to become true; fails after a generous while."""
    for _ in range(int(PATIENCE_SECONDS / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"It did not happen within {PATIENCE_SECONDS:g} s.")


async def settled(seen: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """What there is once nothing more has come for a third of a second."""
    latest = seen()
    while True:
        await asyncio.sleep(0.35)
        now = seen()
        if now == latest:
            return now
        latest = now


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Ana sees the orders of Northwind, Carla those of Southgate, Bruno none."""
    folder: Path = tmp_path_factory.mktemp("whole")
    overheard = Overheard()
    async with playing(port=0, folder=folder, tell=print, around=overheard.around) as show:
        store = Store(show.environment["ORDERBOT_DATABASE_URL"])
        linking = Linking(store, Keys([show.environment["ORDERBOT_SECRET_KEYS"]]), ())
        await linking.import_companies(
            [CompanyRow(erp=ERP_NAME, erp_key="56", name="Southgate Comércio S.A.")]
        )
        for user in (
            ChatUser(Platform.SLACK, CARLA.slack_user, CARLA.slack_team),
            ChatUser(Platform.TELEGRAM, str(CARLA.telegram_id)),
        ):
            await linking.link_directly(user, ERP_NAME, "56")
        # Telegram lets a bot write only to those who wrote first.
        yield World(show, overheard, store, linking)
        await store.aclose()


__all__ = ["ANA", "CARLA", "World"]

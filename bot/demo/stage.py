"""The world around the bot, on loopback: supplier, Slack, Telegram, mailbox and the page that plays them."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount

from bot.demo.control import Control, Parts
from bot.demo.events import (
    ANA,
    BRUNO,
    CARLA,
    DIEGO,
    EVERYBODY,
    GUSTAVO,
    ORDER_URLS,
    PAULA,
    SLACK_CHANNEL,
    SLACK_CONNECT_CHANNEL,
    SLACK_PRIVATE_CHANNEL,
    SLACK_SUPPORT_CHANNEL,
    SLACK_SUPPORT_GROUP,
    SOFIA,
    TELEGRAM_BOT_TOKEN,
    TELEGRAM_GROUP,
    TELEGRAM_OTHER_GROUP,
    Person,
)
from bot.demo.mailbox import Mailbox
from bot.demo.slack_double import SUPPLIER, Channel, Group, Installation, SlackDouble
from bot.demo.stream import EventLog
from bot.demo.supplier.server import supplier_app
from bot.demo.telegram_double import TelegramDouble
from bot.handlers.slack.links import OrderLinks
from bot.handlers.slack.manifest import BOT_EVENTS, BOT_SCOPES, LINK_EVENTS, LINK_SCOPES

SECONDS_BETWEEN_DELIVERIES = 2.0
SHOWN: Mapping[str, str] = {
    ANA.id: "linked from the start",
    BRUNO.id: "starts unlinked",
    SOFIA.id: "the supplier's support",
    CARLA.id: "of another company",
    GUSTAVO.id: "a guest in Slack",
    PAULA.id: "a partner, in the shared channel only",
    DIEGO.id: "has left: deactivated",
}

CHANNELS = (
    Channel(SLACK_CHANNEL, "orders"),
    Channel(SLACK_PRIVATE_CHANNEL, "purchasing", frozenset({ANA.id, BRUNO.id}), private=True),
    Channel(SLACK_CONNECT_CHANNEL, "northwind-supply", frozenset({ANA.id, BRUNO.id, SOFIA.id, PAULA.id})),
)
"""The customer's channels; the last is shared with the supplier and a partner."""

TELEGRAM_GROUPS = ((TELEGRAM_GROUP, "Purchasing", True), (TELEGRAM_OTHER_GROUP, "Weekend", False))
"""Groups of Ana, Bruno and Carla; the bot is in the first."""


@dataclass(frozen=True, kw_only=True)
class StageKeys:
    """The secrets the bot and the platforms share."""

    slack_bot_token: str
    slack_supplier_bot_token: str
    """Of the same app in the supplier's own workspace."""
    slack_signing_secret: str
    telegram_bot_token: str
    telegram_webhook_secret: str
    erp_token: str

    @classmethod
    def fresh(cls) -> Self:
        return cls(
            slack_bot_token=f"xoxb-{secrets.token_hex(16)}",
            slack_supplier_bot_token=f"xoxb-{secrets.token_hex(16)}",
            slack_signing_secret=secrets.token_hex(16),
            telegram_bot_token=TELEGRAM_BOT_TOKEN,
            telegram_webhook_secret=secrets.token_urlsafe(24),
            erp_token=secrets.token_urlsafe(24),
        )


class Stage:
    """Everything the bot talks to, behind one address; run it with `running` and serve `app`.

    `base_url` is where `app` will be served, `bot_url` where the bot listens.
    """

    def __init__(
        self,
        *,
        base_url: str,
        bot_url: str,
        keys: StageKeys,
        supplier_database: Path,
        people: Sequence[Person] = EVERYBODY,
        shown: Mapping[str, str] = SHOWN,
    ) -> None:
        self.base_url = base_url
        self.slack_url = f"{base_url}/slack"
        self.telegram_url = f"{base_url}/telegram"
        self.supplier_url = f"{base_url}/supplier"
        self.log = EventLog()
        self.mailbox = Mailbox(people=people, on_event=self.log.publish)
        self.supplier = supplier_app(supplier_database, token=keys.erp_token, base_url=self.supplier_url)
        self.slack = SlackDouble(
            bot_url=bot_url,
            signing_secret=keys.slack_signing_secret,
            bot_token=keys.slack_bot_token,
            people=people,
            on_event=self.log.publish,
            own_url=self.slack_url,
            channels=CHANNELS,
            more=[_at_the_supplier(keys.slack_supplier_bot_token, people)],
            scopes=(*BOT_SCOPES, *LINK_SCOPES),
            events=(*BOT_EVENTS, *LINK_EVENTS),
            domains=OrderLinks(ORDER_URLS).domains,
        )
        self.telegram = TelegramDouble(
            bot_url=bot_url,
            webhook_secret=keys.telegram_webhook_secret,
            bot_token=keys.telegram_bot_token,
            people=people,
            on_event=self.log.publish,
        )
        for group, title, has_bot in TELEGRAM_GROUPS:
            members = [one.id for one in people if one in (ANA, BRUNO, CARLA)]
            self.telegram.groups.add(group, title, members, has_bot=has_bot)
        # As the operator sets it with @BotFather.
        self.telegram.menu_url = f"{bot_url}/app/"
        self._people = people
        self._shown = shown

    def app(self) -> Starlette:
        control = Control(
            Parts(
                people=self._people,
                shown=self._shown,
                slack=self.slack,
                telegram=self.telegram,
                mailbox=self.mailbox,
                faults=self.supplier.state.faults,
                log=self.log,
            )
        )
        return Starlette(
            routes=[
                *control.routes(),
                Mount("/slack", self.slack.app()),
                Mount("/telegram", self.telegram.app()),
                Mount("/supplier", self.supplier),
            ],
            # A name of somebody else's that points at this machine must not reach the controls.
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The mailbox and what people's acts need; while it runs, undelivered updates are sent again."""
        await self.mailbox.start()
        again = asyncio.create_task(self._send_again())
        try:
            yield
        finally:
            again.cancel()
            await asyncio.gather(again, return_exceptions=True)
            await self.mailbox.stop()
            # Either may raise CalledWrongly; the other is closed all the same.
            try:
                await self.telegram.aclose()
            finally:
                await self.slack.aclose()

    def close(self) -> None:
        """End the streams of open pages, so that the server can stop."""
        self.log.close()

    async def _send_again(self) -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_DELIVERIES)
            if self.telegram.waiting:
                await self.telegram.redeliver()


def _at_the_supplier(bot_token: str, people: Sequence[Person]) -> Installation:
    own = frozenset(person.id for person in people if person.slack_team == SUPPLIER.id)
    return Installation(
        team=SUPPLIER,
        bot_token=bot_token,
        channels=[Channel(SLACK_SUPPORT_CHANNEL, "support")],
        groups=[Group(SLACK_SUPPORT_GROUP, "support-team", own)],
    )

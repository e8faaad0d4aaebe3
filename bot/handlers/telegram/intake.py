"""One update in, kept or refused: what the webhook and the polling loop have in common."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.delivery import Receiver
from bot.handlers.telegram import events
from bot.handlers.telegram.app import Failures, build_application
from bot.handlers.telegram.client import redact
from bot.handlers.telegram.inline import Inline

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0


Settle = Callable[[ExtBot[None]], Awaitable[object]]
"""Tells Telegram what it does not know of this bot: where to send what, menus, texts."""


class NotReady(Exception):
    """Telegram has not told us who we are yet: the update must be sent again."""


class Intake:
    """Hands raw updates to the application, one call each.

    It starts without Telegram: an outage at boot is waited out in the background, and until then
    every update is refused, so that Telegram keeps it.
    """

    def __init__(
        self,
        bot: ExtBot[None],
        receiver: Receiver,
        inline: Inline | None = None,
        *,
        settle: Settle | None = None,
    ) -> None:
        self._settle = settle
        self._failures = Failures()
        self._application = build_application(bot, receiver, self._failures, inline)
        self._ready = asyncio.Event()
        self._starting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to ask Telegram who we are, again and again until it answers; returns at once."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._initialise(), name="telegram-start")

    async def wait_until_ready(self) -> None:
        await self.start()
        await self._ready.wait()

    async def take(self, raw: Mapping[str, Any]) -> None:
        """Return once the update is kept, or is one we do not keep.

        Raises NotReady, and whatever kept the message from being kept (`NotKept` as a rule): the
        update must come again. One that can never be read is logged and let go, since Telegram
        would hold back everything behind it for a day.
        """
        if not self._ready.is_set():
            await self.start()
            raise NotReady
        log = structlog.get_logger()
        update = None
        if events.is_readable(raw):
            try:
                update = Update.de_json(dict(raw), self._application.bot)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                log.error("telegram_update_dropped", reason="unreadable", error=type(error).__name__)
                return
        if update is None:
            log.error("telegram_update_dropped", reason="unreadable", update_id=raw.get("update_id"))
            return
        failure: Exception | None = None
        try:
            await self._application.process_update(update)
        finally:
            failure = self._failures.take(update)
        if failure is not None:
            raise failure

    async def aclose(self) -> None:
        """Stop; updates refused from now on are Telegram's to keep."""
        self._ready.clear()
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        await self._application.shutdown()
        # An application that never came up leaves its connections to us.
        await self._application.bot.shutdown()

    async def _initialise(self) -> None:
        log = structlog.get_logger()
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                await self._application.initialize()
            except InvalidToken:
                log.error(
                    "telegram_start_failed",
                    reason="token_refused",
                    advice="Set ORDERBOT_TELEGRAM_BOT_TOKEN to the token @BotFather shows for this bot.",
                )
                wait = LONGEST_WAIT_SECONDS
            except TelegramError as error:
                log.warning("telegram_start_failed", reason=redact(str(error)), retry_in=wait)
            else:
                log.info("telegram_ready", bot=self._application.bot.username)
                break
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        self._ready.set()
        if self._settle is not None:
            await self._settled(self._settle)

    async def _settled(self, settle: Settle) -> None:
        """Updates are taken meanwhile: what Telegram was told before still holds."""
        log = structlog.get_logger()
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                await settle(self._application.bot)
            except ValueError as error:
                log.error("telegram_not_set_up", reason="address", advice=str(error))
                return
            except TelegramError as error:
                log.warning("telegram_not_set_up", reason=redact(str(error)), retry_in=wait)
            else:
                return
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)

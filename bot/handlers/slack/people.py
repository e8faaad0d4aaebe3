"""The language and clock of the people who write, remembered for a while."""

import asyncio
import time
from collections.abc import Callable

import structlog

from bot.chat.people import ChatUser, Reader
from bot.delivery import DeliveryDelayed, DeliveryImpossible
from bot.handlers.slack.apis import SlackApis
from bot.handlers.slack.remembered import Remembered

KEEP_SECONDS = 3600.0
KEEP_FAILURE_SECONDS = 60.0
LIMIT = 10_000
"""People remembered per process."""
PATIENCE_SECONDS = 2.0
"""An answer in the default language beats a late one."""


class People:
    """Readers by person, from `users.info`; `fallback` for whoever Slack will not tell about."""

    def __init__(
        self, apis: SlackApis, *, fallback: Reader, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._apis = apis
        self._fallback = fallback
        self._known: Remembered[str, Reader] = Remembered(LIMIT, clock)

    async def reader(self, user: ChatUser) -> Reader:
        """Never raises; asks Slack at most once an hour for the same person."""
        known = self._known.get(user.key)
        if known is not None:
            return known
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                profile = await self._apis.of(user.workspace).person(user.user_id)
            found, keep = self._read(profile.get("locale"), profile.get("tz")), KEEP_SECONDS
        except (DeliveryDelayed, DeliveryImpossible, TimeoutError, KeyError, AttributeError) as error:
            reason = getattr(error, "reason", type(error).__name__)
            structlog.get_logger().info("slack_locale_unknown", reason=reason)
            found, keep = self._known.last(user.key) or self._fallback, KEEP_FAILURE_SECONDS
        self._known.put(user.key, found, seconds=keep)
        return found

    def _read(self, locale: object, zone: object) -> Reader:
        return Reader(
            locale=locale if isinstance(locale, str) and locale else self._fallback.locale,
            time_zone=zone if isinstance(zone, str) and zone else self._fallback.time_zone,
        )

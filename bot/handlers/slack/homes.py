"""Whose people somebody is whom an event does not place: asked of Slack once, and kept for a short time."""

import asyncio
import time
from collections.abc import Callable

import structlog

from bot.delivery import DeliveryDelayed, DeliveryImpossible
from bot.handlers.slack.apis import SlackApis
from bot.handlers.slack.membership import home_of
from bot.handlers.slack.remembered import Remembered

KEEP_SECONDS = 300.0
"""Somebody may move to another organisation; their old one's right must not outlast that for long."""
KEEP_FAILURE_SECONDS = 30.0
LIMIT = 2_000
PATIENCE_SECONDS = 0.8
"""A pane is waiting to be filled."""


class Homes:
    """Home organisations by installation and person, as `users.info` tells them. Never guesses."""

    def __init__(
        self,
        apis: SlackApis,
        *,
        clock: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """`patience`: seconds within which Slack has to tell."""
        self._apis = apis
        self._patience = patience
        self._known: Remembered[tuple[str, str], str] = Remembered(LIMIT, clock)

    async def of(self, installed: str, user: str) -> str:
        """The enterprise or else the team somebody is of; empty where Slack does not say. Never raises."""
        key = (installed, user)
        known = self._known.get(key)
        if known is not None:
            return known
        found = await self._asked(installed, user)
        self._known.put(key, found, seconds=KEEP_SECONDS if found else KEEP_FAILURE_SECONDS)
        return found

    async def _asked(self, installed: str, user: str) -> str:
        try:
            async with asyncio.timeout(self._patience):
                profile = await self._apis.of(installed).person(user)
        except (DeliveryDelayed, DeliveryImpossible, TimeoutError, KeyError) as error:
            reason = getattr(error, "reason", type(error).__name__)
            structlog.get_logger().info("slack_home_unknown", reason=reason)
            return ""
        is_here = profile.get("id") == user and profile.get("is_stranger", False) is False
        lives = profile.get("deleted") is False and profile.get("is_bot") is False
        return (home_of(profile) or "") if is_here and lives else ""

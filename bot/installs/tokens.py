"""Tokens of the installations, remembered for a moment and renewed before they end."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.handlers.slack.tokens import Grant, NotInstalled
from bot.installs.shelf import Installed, Shelf

KEEP_SECONDS = 30.0
"""How long a process works with a token before it looks again: an uninstallation is seen that soon."""
RENEWED_BEFORE = timedelta(hours=2)
"""Of the twelve hours a rotating token lasts."""
LOOK_AGAIN_SECONDS = 0.2
LOOKS = 150
Renew = Callable[[str], Awaitable[Grant]]
"""Asks Slack for new tokens with a refresh token; raises when it does not get any."""


class StoredTokens:
    """A `handlers.slack.tokens.Tokens` over the database.

    One process at a time renews a token: the others wait for what it gets, or go on with the old one
    while that is good. A token that cannot be renewed is used to its end.
    """

    def __init__(
        self,
        shelf: Shelf,
        renew: Renew,
        *,
        clock: Callable[[], datetime],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shelf = shelf
        self._renew = renew
        self._clock = clock
        self._ticks = ticks
        self._known: dict[tuple[str, ...], tuple[float, Installed]] = {}

    async def of(self, *places: str) -> str:
        asked = tuple(place for place in places if place)
        known = self._known.get(asked)
        if known is not None and known[0] > self._ticks() and not self._ends_soon(known[1]):
            return known[1].token
        found = await self._shelf.find(*asked)
        if found is None:
            raise NotInstalled
        if found.token and self._ends_soon(found):
            found = await self._renewed(found)
        self._known[asked] = (self._ticks() + KEEP_SECONDS, found)
        return found.token

    async def forget(self, place: str) -> None:
        await self._shelf.remove(place)
        self._known = {asked: known for asked, known in self._known.items() if known[1].place != place}

    def _ends_soon(self, installed: Installed) -> bool:
        return installed.expires_at is not None and installed.expires_at - self._clock() < RENEWED_BEFORE

    async def _renewed(self, old: Installed) -> Installed:
        ends = old.expires_at
        if ends is None:
            return old
        good = ends > self._clock()
        for _ in range(LOOKS):
            if await self._shelf.claim_refresh(old.place, ends):
                return await self._ask(old)
            fresh = await self._shelf.find(old.place)
            if fresh is None or fresh.expires_at != old.expires_at:
                return fresh or old
            if good:
                return old
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        return old

    async def _ask(self, old: Installed) -> Installed:
        try:
            await self._shelf.renew(await self._renew(old.refresh_token))
        except Exception as error:
            # Whatever it was, the old token may still be good; the next call tries again.
            structlog.get_logger().error(
                "slack_token_not_renewed",
                place=old.place,
                reason=getattr(error, "reason", type(error).__name__),
            )
            await self._shelf.drop_claim(old.place)
            return old
        return await self._shelf.find(old.place) or old

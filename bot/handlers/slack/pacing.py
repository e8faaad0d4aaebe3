"""Waiting as long as Slack asked to, for the method and channel it asked about and no other."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

from bot.delivery import DeliveryDelayed

SHORT_SECONDS = 2.0
"""Waited out on the spot; for longer the inbox sleeps, which holds no worker and survives the process."""
PER_CHANNEL = frozenset({"chat.postMessage", "chat.postEphemeral", "chat.update"})
"""Slack counts these by channel, every other method by workspace.

Source: https://docs.slack.dev/apis/web-api/rate-limits
"""
LIMIT = 10_000
"""Holds remembered per workspace; they are short, so the oldest is over."""


class Pace:
    """Which calls of one token have to wait. A call that waits is never dropped: it is done later."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def turn(self, method: str, channel: str) -> None:
        """Return when the call may be made; raises DeliveryDelayed where that takes more than 2 s."""
        left = self._held.get(_key(method, channel), 0.0) - self._clock()
        if left > SHORT_SECONDS:
            raise DeliveryDelayed("ratelimited", left)
        if left > 0:
            await asyncio.sleep(left)

    def hold(self, method: str, channel: str, seconds: float) -> None:
        """Slack answered 429: nobody asks again before."""
        self._held[_key(method, channel)] = self._clock() + seconds
        while len(self._held) > LIMIT:
            self._held.popitem(last=False)


def _key(method: str, channel: str) -> tuple[str, str]:
    return method, channel if method in PER_CHANNEL else ""

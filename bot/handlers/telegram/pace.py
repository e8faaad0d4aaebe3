"""How fast the bot may speak: Telegram's published limits, kept by waiting before a call.

    wait until this chat has had fewer than 3 messages in 3 s, a group also fewer than 20 in a minute
    wait until the bot has sent fewer than 30 in a second
    call

Each chat waits for itself. Windows slide, so that no stretch of time holds more than the limit,
whatever came before. What groups were sent in a minute is known to all processes (`Groups`); the
short windows are each process's own, and end with it. Telegram then says when to try again, and
that is honoured too. Source: https://core.telegram.org/bots/faq#broadcasting-to-users
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from telegram.constants import FloodLimit

SLACK: Final = 0.05
"""Windows are this much longer than Telegram's: what leaves evenly may arrive less so."""
BURST: Final = 3
"""Messages that may follow each other in a chat before they come one a second."""
GROUP_MESSAGES: Final = int(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP)
GROUP_SECONDS: Final = 60.0 * (1 + SLACK)
_REMEMBERED: Final = 5_000
"""Chats after which those with nothing left in their windows are forgotten."""


class Window:
    """At most `most` in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds = seconds * (1 + SLACK)
        self._past: deque[float] = deque(maxlen=most)

    @property
    def free_from(self) -> float:
        """When the next one may be."""
        full = len(self._past) == self._past.maxlen
        return self._past[0] + self._seconds if full else 0.0

    def note(self, now: float) -> None:
        """There was one."""
        self._past.append(now)

    def is_over(self, now: float) -> bool:
        return not self._past or self._past[-1] + self._seconds < now


class Groups(Protocol):
    """How many messages each group was sent by all processes together."""

    async def turn(self, place: str) -> float:
        """0.0 where a message may go there, and then it counts; else the seconds to wait before asking."""
        ...


class Pace:
    """The limits of one bot in one process.

    Args:
        per_second: messages to all chats together; where several processes send, each has its share.
        groups: what other processes send to groups, and one that ended has sent; None: nobody else does.
    """

    def __init__(
        self,
        per_second: int = FloodLimit.MESSAGES_PER_SECOND,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        groups: Groups | None = None,
    ) -> None:
        self._groups = groups
        self._all = Window(per_second, 1.0)
        self._chats: dict[int, tuple[Window, ...]] = {}
        self._held: dict[int, float] = {}
        self._line = asyncio.Lock()
        self._clock = clock
        self._sleep = sleep

    async def turn(self, chat: int) -> None:
        """Return when a message may go to this chat, which counts from then on as sent."""
        await self._until(self._free_from(chat))
        # Groups and channels have negative ids.
        while chat < 0 and self._groups is not None and (wait := await self._groups.turn(str(chat))):
            await self._sleep(wait)
        while True:
            await self._until(self._free_from(chat))
            # Whoever waits for the bot's own limit waits in line, and for no chat's.
            async with self._line:
                await self._until(self._all.free_from)
                now = self._clock()
                if self._free_from(chat) <= now:
                    for window in (self._all, *self._windows(chat)):
                        window.note(now)
                    return

    def hold(self, chat: int, seconds: float) -> None:
        """Telegram asked to leave a chat alone for so long."""
        self._held[chat] = max(self._held.get(chat, 0.0), self._clock() + seconds)

    def _free_from(self, chat: int) -> float:
        windows = (window.free_from for window in self._windows(chat))
        return max(self._held.get(chat, 0.0), *windows)

    async def _until(self, moment: float) -> None:
        wait = moment - self._clock()
        if wait > 0:
            await self._sleep(wait)

    def _windows(self, chat: int) -> tuple[Window, ...]:
        if len(self._chats) > _REMEMBERED:
            self._forget()
        if chat not in self._chats:
            windows = [Window(BURST, BURST * 1.0)]
            if chat < 0:
                windows.append(Window(GROUP_MESSAGES, 60.0))
            self._chats[chat] = tuple(windows)
        return self._chats[chat]

    def _forget(self) -> None:
        now = self._clock()
        self._held = {chat: until for chat, until in self._held.items() if until > now}
        self._chats = {
            chat: windows
            for chat, windows in self._chats.items()
            if not all(window.is_over(now) for window in windows)
        }

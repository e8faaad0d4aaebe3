"""How fast the bot may speak: Telegram's published limits, kept by waiting before a call.

    wait until nothing is under way to this chat, and it has had fewer than 3 messages in 3 s,
        a group also fewer than 20 in a minute
    wait until fewer than 30 messages are under way or arrived within the last second
    call

Each chat waits for itself. Windows slide, so that no stretch of time holds more than the limit, whatever
came before. A message may arrive at any moment from when it leaves until Telegram has said so; it counts
for as long, and for its second after that: the limits hold where Telegram counts, however slow the way.
What groups were sent in a minute is known to all processes (`Groups`); the short windows are each process's
own, and begin as full as one that was killed just now may have left them. When Telegram says when to try
again, that is honoured too. Source: https://core.telegram.org/bots/faq#broadcasting-to-users
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import inf
from typing import Final, Protocol

from telegram.constants import FloodLimit

DRIFT: Final = 0.01
"""Windows are this much longer than Telegram's: no two clocks run alike."""
BURST: Final = 3
"""Messages that may follow each other in a chat before they come one a second."""
GROUP_MESSAGES: Final = int(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP)
GROUP_SECONDS: Final = 63.0
"""Counted from when a message may go, so with time for it to arrive."""
_REMEMBERED: Final = 5_000
"""Chats after which those with nothing left in their windows are forgotten."""


class Window:
    """At most `most` under way or arrived within the last `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self._seconds = seconds * (1 + DRIFT)
        self._past: deque[float] = deque(maxlen=most)
        self._under_way = 0

    def free_from(self, count: int = 1) -> float:
        """When so many more may be; `inf` where that depends on one that is under way."""
        may_count = self.most - self._under_way - count
        if may_count < 0:
            return inf
        if may_count >= len(self._past):
            return 0.0
        return self._past[-may_count - 1] + self._seconds

    def leave(self, count: int = 1) -> None:
        """So many are under way."""
        self._under_way += count

    def arrive(self, now: float, count: int = 1) -> None:
        """So many are no longer."""
        self._under_way -= count
        self.note(now, count)

    def note(self, now: float, count: int = 1) -> None:
        """There were so many."""
        self._past.extend([now] * count)

    def fill(self, now: float) -> None:
        """As if they had come evenly until now."""
        apart = self._seconds / self.most
        for before in reversed(range(self.most)):
            self.note(now - before * apart)

    def is_over(self, now: float) -> bool:
        return not self._under_way and (not self._past or self._past[-1] + self._seconds < now)


class Groups(Protocol):
    """How many messages each group was sent by all processes together."""

    async def turn(self, place: str) -> float:
        """0.0 where a message may go there, and then it counts; else the seconds to wait before asking."""
        ...


@dataclass
class _Chat:
    windows: tuple[Window, ...]
    held: float = 0.0
    under_way: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One call at a time: the next one knows what Telegram said to it."""

    def free_from(self) -> float:
        return max(self.held, *(window.free_from() for window in self.windows))

    def note(self, now: float) -> None:
        for window in self.windows:
            window.note(now)

    def is_over(self, now: float) -> bool:
        over = all(window.is_over(now) for window in self.windows)
        return over and self.held <= now and not self.under_way.locked()


class Pace:
    """The limits of one bot in one process.

    Args:
        per_second: messages to all chats together; where several processes send, each has its share.
        groups: what other processes send to groups, and one that ended has sent; None: nobody else does.
        begins_full: whether a process that ended may have sent until now.
    """

    def __init__(
        self,
        per_second: int = FloodLimit.MESSAGES_PER_SECOND,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        groups: Groups | None = None,
        begins_full: bool = False,
    ) -> None:
        self._groups = groups
        self._all = Window(per_second, 1.0)
        self._slow = 0
        self._chats: dict[int, _Chat] = {}
        self._line, self._slow_line = asyncio.Lock(), asyncio.Lock()
        self._arrived = asyncio.Event()
        self._clock = clock
        self._sleep = sleep
        self._begun = clock() if begins_full else None

    @asynccontextmanager
    async def turn(self, chat: int, messages: int = 1) -> AsyncIterator[None]:
        """Entered when so many messages may go to this chat, in one go; left when they have, or have not.

        None at all is for what Telegram does not count, though it wants none of it in a chat that must wait.
        """
        known = self._chat(chat)
        async with known.under_way:
            await self._until(lambda: known.held)
            for at in range(messages):
                # An album is more than a chat's limit: all but the last of it wait beforehand.
                if at:
                    known.note(self._clock())
                await self._chat_turn(chat, known)
            async with self._sending(messages, known.windows):
                yield

    @asynccontextmanager
    async def slow_turn(self, chat: int, messages: int = 1) -> AsyncIterator[None]:
        """The same for what takes long: nothing else to the chat waits for its end.

        It may arrive at any moment, and so counts for all of its time. Half of the limit is for it at most,
        or the messages of others would wait for minutes.
        """
        known = self._chat(chat)
        async with known.under_way:
            for _ in range(messages):
                await self._chat_turn(chat, known)
                known.note(self._clock())
        most = max(1, self._all.most // 2)
        count = min(messages, most)
        async with self._slow_line:
            await self._until(lambda: 0.0 if self._slow + count <= most else inf)
            self._slow += count
        try:
            async with self._sending(count, ()):
                yield
        finally:
            self._slow -= count
            self._tell()

    @asynccontextmanager
    async def one_more(self) -> AsyncIterator[None]:
        """For a message within a turn that was not counted."""
        async with self._sending(1, ()):
            yield

    def hold(self, chat: int, seconds: float) -> None:
        """Telegram asked to leave a chat alone for so long."""
        known = self._chat(chat)
        known.held = max(known.held, self._clock() + seconds)

    async def _chat_turn(self, chat: int, known: _Chat) -> None:
        await self._until(known.free_from)
        # Groups and channels have negative ids.
        while chat < 0 and self._groups is not None and (wait := await self._groups.turn(str(chat))):
            await self._sleep(wait)
        await self._until(known.free_from)

    @asynccontextmanager
    async def _sending(self, messages: int, windows: tuple[Window, ...]) -> AsyncIterator[None]:
        if not messages:
            yield
            return
        count = min(messages, self._all.most)
        # Who waits for the bot's own limit waits in line, and for no chat's.
        async with self._line:
            await self._until(lambda: self._all.free_from(count))
            self._all.leave(count)
        for window in windows:
            window.leave()
        try:
            yield
        finally:
            now = self._clock()
            self._all.arrive(now, count)
            for window in windows:
                window.arrive(now)
            self._tell()

    def _tell(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()

    async def _until(self, free_from: Callable[[], float]) -> None:
        while (moment := free_from()) > (now := self._clock()):
            if moment == inf:
                await self._arrived.wait()
            else:
                await self._sleep(moment - now)

    def _chat(self, chat: int) -> _Chat:
        if len(self._chats) > _REMEMBERED:
            now = self._clock()
            self._chats = {id: known for id, known in self._chats.items() if not known.is_over(now)}
        if chat not in self._chats:
            windows = [Window(BURST, BURST * 1.0)]
            if self._begun is not None:
                # No chat gets anything for a second: that empties the window of all together, too.
                windows[0].fill(self._begun)
            if chat < 0:
                windows.append(Window(GROUP_MESSAGES, 60.0))
            self._chats[chat] = _Chat(tuple(windows))
        return self._chats[chat]

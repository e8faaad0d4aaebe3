"""Places in which work is done, so many at a time, given out fairly: each group in turn, not each message."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.chat.messages import Message
from bot.chat.unasked import Resumed

_Line = deque[asyncio.Future[None]]


def has_waited(message: Message) -> bool:
    """Whether it asks what was asked before all that waits now, and could not be answered then.

    It keeps its place: it goes before what came later, in its conversation and in its group.
    """
    return isinstance(message.content, Resumed)


class Places:
    """Whoever finds none free waits: behind those of the same group, and beside those of others.

    A company whose people ask a hundred questions at once waits for them; another one's single question
    waits for one or two of those.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: OrderedDict[str, tuple[_Line, _Line]] = OrderedDict()
        """Of each group those who had waited before, and the others."""

    @asynccontextmanager
    async def of(self, group: str, *, waited: bool = False) -> AsyncIterator[None]:
        """A place for as long as the block runs; within a group first for those who had `waited` before."""
        await self._take(group, waited)
        try:
            yield
        finally:
            self._free += 1
            self._give_out()

    async def _take(self, group: str, waited: bool) -> None:
        if self._free > 0:
            self._free -= 1
            return
        given = asyncio.get_running_loop().create_future()
        before, others = self._waiting.setdefault(group, (deque(), deque()))
        (before if waited else others).append(given)
        try:
            await given
        except asyncio.CancelledError:
            # Cancelled with the place already given: it is the next one's.
            if given.done() and not given.cancelled():
                self._free += 1
                self._give_out()
            raise

    def _give_out(self) -> None:
        while self._free > 0 and self._waiting:
            group, (before, others) = self._waiting.popitem(last=False)
            given = (before or others).popleft()
            if before or others:
                self._waiting[group] = before, others
            if not given.done():
                given.set_result(None)
                self._free -= 1

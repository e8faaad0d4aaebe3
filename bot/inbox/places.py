"""Places in which work is done, so many at a time, given out fairly: each group in turn, not each message."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Places:
    """Whoever finds none free waits: behind those of the same group, and beside those of others.

    A company whose people ask a hundred questions at once waits for them; another one's single question
    waits for one or two of those.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def of(self, group: str) -> AsyncIterator[None]:
        """A place for as long as the block runs."""
        await self._take(group)
        try:
            yield
        finally:
            self._free += 1
            self._give_out()

    async def _take(self, group: str) -> None:
        if self._free > 0:
            self._free -= 1
            return
        given = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(group, deque()).append(given)
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
            group, waiting = self._waiting.popitem(last=False)
            given = waiting.popleft()
            if waiting:
                self._waiting[group] = waiting
            if not given.done():
                given.set_result(None)
                self._free -= 1

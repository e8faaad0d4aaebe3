"""Who asks an ERP next: companies by turns, so that nobody waits for another company's crowd."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from bot.erp.errors import ErpBusy
from bot.erp.pace import Pace, Ticket

_BUSY_SECONDS = 5.0


class Turns:
    """Lets `at_once` questions in, at the pace; `most` more may wait. For one event loop.

    Companies that wait are served in a circle, a question each. When no more may wait, the latest
    question of the company with the most gives way, or the new one if that is its own company's:
    either is refused at once with ErpBusy.
    """

    def __init__(self, *, at_once: int, most: int, pace: Pace) -> None:
        self._free = at_once
        self._most = most
        self._pace = pace
        self._queues: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()
        self._waiting = 0
        self._wake: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, company: Hashable) -> AsyncIterator[Ticket]:
        """A turn of the company; raises ErpBusy when too many wait."""
        await self._let_in(company)
        try:
            yield Ticket(self._pace)
        finally:
            self._free += 1
            self._serve()

    async def _let_in(self, company: Hashable) -> None:
        if self._free and not self._waiting and self._pace.delay <= 0:
            self._take_place()
            return
        if self._waiting >= self._most:
            self._make_room(company)
        place = asyncio.get_running_loop().create_future()
        self._queues.setdefault(company, deque()).append(place)
        self._waiting += 1
        self._serve()
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self._free += 1
                self._serve()
            else:
                self._leave(company, place)
            raise

    def _serve(self) -> None:
        while self._free and self._waiting:
            if (delay := self._pace.delay) > 0:
                if self._wake is None:
                    self._wake = asyncio.get_running_loop().call_later(delay, self._woken)
                return
            company, queue = self._queues.popitem(last=False)
            place = queue.popleft()
            if queue:
                self._queues[company] = queue
            self._waiting -= 1
            if not place.done():
                self._take_place()
                place.set_result(None)

    def _woken(self) -> None:
        self._wake = None
        self._serve()

    def _take_place(self) -> None:
        self._free -= 1
        self._pace.take()

    def _make_room(self, company: Hashable) -> None:
        longest = max(self._queues, key=lambda one: len(self._queues[one]), default=None)
        own = len(self._queues.get(company, ()))
        if longest is None or len(self._queues[longest]) <= own + 1:
            raise ErpBusy(_BUSY_SECONDS)
        place = self._queues[longest][-1]
        self._leave(longest, place)
        if not place.done():
            place.set_exception(ErpBusy(_BUSY_SECONDS))

    def _leave(self, company: Hashable, place: asyncio.Future[None]) -> None:
        queue = self._queues.get(company)
        if queue is None or place not in queue:
            return
        queue.remove(place)
        self._waiting -= 1
        if not queue:
            del self._queues[company]

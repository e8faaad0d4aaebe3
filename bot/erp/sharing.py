"""Asking once for many: identical questions asked at the same time, or within a few seconds."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Sharing(Generic[T]):
    """Answers by question, kept for `seconds`, the `most` latest asked for. For one event loop.

    Those who ask while an answer is on its way wait for that one, and share its error if it fails;
    errors are not kept. A caller who gives up takes nothing from the others; when all have given
    up, the work is cancelled.
    """

    def __init__(self, *, seconds: float, most: int, clock: Callable[[], datetime]) -> None:
        self._lifetime = timedelta(seconds=seconds)
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[datetime, T]] = OrderedDict()
        self._flights: dict[Hashable, _Flight[T]] = {}

    async def ask(self, question: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The kept answer, the one on its way, or a new one."""
        kept = self._kept.get(question)
        if kept is not None:
            if self._clock() - kept[0] < self._lifetime:
                self._kept.move_to_end(question)
                return kept[1]
            del self._kept[question]
        flight = self._flights.get(question)
        if flight is None:
            flight = self._flights[question] = _Flight(asyncio.create_task(self._fly(question, work)))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if flight.waiting == 0:
                if self._flights.get(question) is flight:
                    del self._flights[question]
                flight.task.cancel()

    def keep(self, question: Hashable, answer: T) -> None:
        """Keep an answer that was learnt otherwise, in place of an older one."""
        if self._lifetime > timedelta(0):
            self._kept[question] = (self._clock(), answer)
            self._kept.move_to_end(question)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    async def _fly(self, question: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        answer = await work()
        self.keep(question, answer)
        return answer


class _Flight(Generic[T]):
    def __init__(self, task: asyncio.Task[T]) -> None:
        self.task = task
        self.waiting = 0

"""What somebody wants a stand-in to do wrong: take its time, fail, or lose what it answers."""

import asyncio
from collections import defaultdict, deque
from typing import Generic, TypeVar

F = TypeVar("F")


class Trouble(Generic[F]):
    """By method, whose name counts without case. `F` is a failure as the platform has them."""

    def __init__(self) -> None:
        self._slow: dict[str, float] = {}
        self._failures: defaultdict[str, deque[F]] = defaultdict(deque)
        self._lost: defaultdict[str, deque[float]] = defaultdict(deque)

    def slow(self, method: str, seconds: float) -> None:
        """From now on let a method take its time; 0 ends it."""
        self._slow[method.lower()] = seconds

    def fail_next(self, method: str, failure: F) -> None:
        """Let the next call of a method fail, before it does anything."""
        self._failures[method.lower()].append(failure)

    def lose_next(self, method: str, seconds: float) -> None:
        """Let the next call of a method be carried out and, after a while, not be answered."""
        self._lost[method.lower()].append(seconds)

    def fail_no_more(self) -> None:
        """Forget the failures that have not come to pass."""
        self._failures.clear()

    async def before(self, method: str) -> F | None:
        """Take the time a call is to take; the failure that is due, if one is."""
        if seconds := self._slow.get(method.lower()):
            await asyncio.sleep(seconds)
        failures = self._failures[method.lower()]
        return failures.popleft() if failures else None

    async def loses(self, method: str) -> bool:
        """Whether the answer of a call that was carried out is to be lost; waits as long as it is to take."""
        lost = self._lost[method.lower()]
        if not lost:
            return False
        await asyncio.sleep(lost.popleft())
        return True

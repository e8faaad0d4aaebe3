"""One commit for all that arrives while another is under way.

A commit that survives power loss costs milliseconds whatever is in it. What comes alone is through at
once; what comes while the disk is busy goes together in the next commit, in the order of its arrival.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST = 64
"""In one commit: so many are written within the time that one commit takes, or a few of them."""


class Batches(Generic[T]):
    """Hands items on in batches, one batch at a time."""

    def __init__(self, through: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        """`through` takes all of a batch or, where it raises, nothing of it."""
        self._through = through
        self._waiting: deque[tuple[T, asyncio.Future[None]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def put(self, item: T) -> None:
        """Return when the item is through; raises what `through` raises for it alone."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        await done

    async def emptied(self) -> None:
        """Wait for what has been put."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        try:
            while self._waiting:
                taken = [self._waiting.popleft() for _ in range(min(_MOST, len(self._waiting)))]
                # Who has stopped waiting told the platform so, which will send it again.
                await self._put_through([one for one in taken if not one[1].done()])
        finally:
            self._task = None

    async def _put_through(self, batch: Sequence[tuple[T, asyncio.Future[None]]]) -> None:
        try:
            await self._through([item for item, _ in batch])
        except Exception as error:
            if len(batch) > 1:
                # One of them must not take the others along.
                for one in batch:
                    if not one[1].done():
                        await self._put_through([one])
                return
            self._finish(batch, error)
        else:
            self._finish(batch)

    def _finish(
        self, batch: Sequence[tuple[T, asyncio.Future[None]]], error: Exception | None = None
    ) -> None:
        for _, done in batch:
            if done.done():
                continue
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(None)

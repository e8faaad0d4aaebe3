"""Running several calls at once."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def together(coroutines: Iterable[Coroutine[Any, Any, T]], *, at_once: int | None = None) -> list[T]:
    """Run all, at most `at_once` at a time, and return their results in order.

    When one fails the others are cancelled and its error is raised by itself, not in a group, so
    that callers catch the family they know.
    """
    slots = asyncio.Semaphore(at_once) if at_once else None

    async def run(coroutine: Coroutine[Any, Any, T]) -> T:
        if slots is None:
            return await coroutine
        async with slots:
            return await coroutine

    # Not a TaskGroup: when a call fails it leaves a cancellation counted on our task, and Python before
    # 3.11.4 then ends the task's next asyncio.timeout with CancelledError in place of TimeoutError.
    waiting = list(coroutines)
    tasks = [asyncio.ensure_future(run(coroutine)) for coroutine in waiting]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # One that was cancelled before its turn was never awaited; closing a finished one does nothing.
        for coroutine in waiting:
            coroutine.close()

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

    waiting = list(coroutines)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(run(coroutine)) for coroutine in waiting]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    finally:
        # One that was cancelled before its turn was never awaited; closing a finished one does nothing.
        for coroutine in waiting:
            coroutine.close()
    return [task.result() for task in tasks]

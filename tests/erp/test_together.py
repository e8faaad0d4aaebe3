"""Several calls at once."""

import asyncio

import pytest

from bot.erp.errors import ErpUnavailable
from bot.erp.together import together


async def fails() -> int:
    await asyncio.sleep(0)
    raise ErpUnavailable("down")


async def lasts(ended: list[str]) -> int:
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        ended.append("cancelled")
        raise
    return 1


async def gives(number: int) -> int:
    await asyncio.sleep(0)
    return number


async def test_results_come_in_the_order_asked() -> None:
    assert await together((gives(number) for number in range(20)), at_once=3) == list(range(20))


async def test_the_first_failure_is_raised_by_itself_and_the_others_are_cancelled() -> None:
    ended: list[str] = []
    with pytest.raises(ErpUnavailable):
        await together([lasts(ended), fails(), lasts(ended)])
    assert ended == ["cancelled", "cancelled"]


async def test_a_failure_leaves_no_cancellation_behind_for_the_next_timeout() -> None:
    """Debian's Python 3.11.2 would end that timeout with CancelledError, and the answer with it."""
    task = asyncio.current_task()
    assert task is not None
    with pytest.raises(ErpUnavailable):
        await together([fails(), gives(1)])
    assert task.cancelling() == 0
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)


async def test_cancelling_the_whole_cancels_every_call() -> None:
    ended: list[str] = []
    whole = asyncio.create_task(together([lasts(ended), lasts(ended)], at_once=1))
    await asyncio.sleep(0.01)
    whole.cancel()
    with pytest.raises(asyncio.CancelledError):
        await whole
    assert ended == ["cancelled"]

"""What comes alone goes through at once; what comes together goes together, and nothing is lost between."""

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import pytest

from bot.inbox.batches import Batches, Closed

MANY = 5000
"""So many in a row come to be tried at once, however busy the machine is."""


@dataclass
class Disk:
    """Notes what went through in the thread and what at once."""

    thread: list[Sequence[int]] = field(default_factory=list)
    at_once: list[int] = field(default_factory=list)
    locked: bool = False
    slow: float = 0.0

    def write(self, items: Sequence[int]) -> None:
        self.thread.append(items)

    def write_at_once(self, items: Sequence[int]) -> None:
        time.sleep(self.slow)
        if self.locked:
            raise OSError("somebody else writes")
        (item,) = items
        self.at_once.append(item)

    def batches(self) -> Batches[int]:
        return Batches(self.write, patience=20, at_once=self.write_at_once)


async def alone(batches: Batches[int], disk: Disk) -> int:
    """Put one after the other until one went through at once; how many it were."""
    for number in range(MANY):
        await batches.put(number)
        if disk.at_once:
            return number + 1
    raise AssertionError("none went through at once")


async def test_what_comes_alone_time_and_again_goes_through_at_once() -> None:
    disk = Disk()
    batches = disk.batches()
    count = await alone(batches, disk)
    await batches.close()
    assert count > 1, "the first one goes through the thread"
    assert [*chain.from_iterable(disk.thread), *disk.at_once] == list(range(count))


async def test_now_and_then_one_goes_through_the_thread_all_the_same() -> None:
    disk = Disk()
    batches = disk.batches()
    await alone(batches, disk)
    in_a_row, longest = 0, 0
    for number in range(2000):
        before = len(disk.at_once)
        await batches.put(number)
        in_a_row = in_a_row + 1 if len(disk.at_once) > before else 0
        longest = max(longest, in_a_row)
    await batches.close()
    assert longest < 512


async def test_of_what_comes_together_none_but_the_very_first_goes_at_once() -> None:
    disk = Disk()
    batches = disk.batches()
    await alone(batches, disk)
    before, disk.at_once = len(disk.thread), []
    for start in range(0, 400, 4):
        await asyncio.gather(*(batches.put(start + more) for more in range(4)))
    await batches.close()
    assert disk.at_once in ([], [0]), "the first came alone as far as could be told"
    assert [*disk.at_once, *chain.from_iterable(disk.thread[before:])] == list(range(400))


async def test_what_comes_while_others_wait_goes_behind_them_and_not_at_once() -> None:
    disk = Disk()
    batches = disk.batches()
    await alone(batches, disk)
    before, disk.at_once = len(disk.thread), []
    together = [asyncio.create_task(batches.put(number)) for number in range(3)]
    await asyncio.sleep(0)
    await batches.put(3)
    await asyncio.gather(*together)
    await batches.close()
    assert disk.at_once in ([], [0])
    assert [*disk.at_once, *chain.from_iterable(disk.thread[before:])] == list(range(4))


async def test_whoever_put_what_went_at_once_has_gone_on_before_others_are_told_of_it() -> None:
    disk, told = Disk(), list[int]()
    batches = Batches(disk.write, patience=20, at_once=disk.write_at_once, then=told.extend)
    count = await alone(batches, disk)
    assert count - 1 not in told
    await asyncio.sleep(0)
    await batches.close()
    assert told == list(range(count))


async def test_what_cannot_go_at_once_is_left_to_the_thread() -> None:
    disk = Disk()
    batches = disk.batches()
    await alone(batches, disk)
    disk.locked, before, disk.at_once = True, len(disk.thread), []
    for number in range(100):
        await batches.put(number)
    await batches.close()
    assert disk.at_once == []
    assert [one for items in disk.thread[before:] for one in items] == list(range(100))


async def test_after_one_that_took_long_the_next_are_not_waited_for() -> None:
    disk = Disk()
    batches = disk.batches()
    await alone(batches, disk)
    disk.slow, disk.at_once = 0.02, []
    for number in range(MANY):
        await batches.put(number)
        if disk.at_once:
            break
    before = len(disk.thread)
    await batches.put(-1)
    await batches.close()
    assert len(disk.at_once) == 1
    assert disk.thread[before:] == [[-1]]


async def test_closing_waits_for_what_was_put_that_moment() -> None:
    disk = Disk()
    batches = disk.batches()
    put = [asyncio.create_task(batches.put(number)) for number in range(3)]
    await asyncio.sleep(0)
    await batches.close()
    await asyncio.gather(*put)
    assert [one for items in disk.thread for one in items] == [0, 1, 2]
    with pytest.raises(Closed):
        await batches.put(3)


async def test_who_has_waited_long_enough_is_told_so_and_nothing_is_kept_for_them_later() -> None:
    begun, free, kept = asyncio.Event(), threading.Event(), list[str]()
    loop = asyncio.get_running_loop()

    def write(items: Sequence[str]) -> None:
        loop.call_soon_threadsafe(begun.set)
        free.wait()
        kept.extend(items)

    batches = Batches(write, patience=0.2)
    first = asyncio.create_task(batches.put("first"))
    await begun.wait()
    second = asyncio.create_task(batches.put("second"))
    for put in (first, second):
        with pytest.raises(TimeoutError):
            await put
    free.set()
    await batches.close()
    assert kept == ["first"]

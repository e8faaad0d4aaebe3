"""Who is composed for next, where more ask than there are places."""

import asyncio
from dataclasses import replace

from bot.chat.messages import Message
from bot.chat.replies import Reply
from bot.inbox import Inbox, InboxSettings, Worker
from bot.inbox.places import Places
from tests.inbox.people import Desk, Post, message, until


async def test_each_group_has_one_in_turn_and_within_a_group_the_first_comes_first() -> None:
    places, given = Places(1), list[str]()

    async def work(group: str, name: str) -> None:
        async with places.of(group):
            given.append(name)
            await asyncio.sleep(0)

    names = ["a1", "a2", "a3", "a4", "b1", "b2", "c1"]
    await asyncio.gather(*(work(name[0], name) for name in names))
    assert given == ["a1", "a2", "b1", "c1", "a3", "b2", "a4"]


async def test_who_had_waited_before_comes_first_in_their_group_and_keeps_no_other_waiting() -> None:
    places, given = Places(1), list[str]()

    async def work(name: str) -> None:
        async with places.of(name[0].lower(), waited=name.isupper()):
            given.append(name)
            await asyncio.sleep(0)

    names = ["-", "a1", "a2", "b1", "A3", "A4", "b2", "B3"]
    await asyncio.gather(*(work(name) for name in names))
    assert given == ["-", "A3", "B3", "A4", "b1", "a1", "b2", "a2"]


async def test_no_more_than_there_are_places_and_none_is_lost_by_those_who_stop_waiting() -> None:
    places, inside, most = Places(3), 0, 0

    async def work(number: int) -> None:
        nonlocal inside, most
        async with places.of(str(number % 4)):
            inside += 1
            most = max(most, inside)
            try:
                await asyncio.sleep(0.001)
            finally:
                inside -= 1

    tasks = [asyncio.create_task(work(number)) for number in range(60)]
    for number, task in enumerate(tasks):
        if number % 3 == 0:
            await asyncio.sleep(0)
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert most == 3
    async with asyncio.timeout(5), places.of("x"), places.of("y"), places.of("z"):
        pass


async def test_a_place_given_to_one_who_is_cancelled_at_that_moment_goes_to_the_next() -> None:
    places, entered = Places(1), list[str]()

    async def work(name: str) -> None:
        async with places.of(name):
            entered.append(name)

    async with places.of("first"):
        gone, waits = asyncio.create_task(work("gone")), asyncio.create_task(work("waits"))
        await asyncio.sleep(0)
    gone.cancel()
    async with asyncio.timeout(5):
        await waits
    assert entered == ["waits"]


async def test_one_question_of_a_small_company_does_not_wait_for_all_of_a_large_one(
    on_sqlite: InboxSettings,
) -> None:
    settings, post = replace(on_sqlite, worker_concurrency=2), Post()
    inbox = Inbox(settings)
    for number in range(18):
        await inbox.receive(message(number, lane=f"D0LARGE{number}"))
    small = message(99, lane="D0SMALL")
    await inbox.receive(small)

    all_wait = asyncio.Event()

    async def when_all_wait(_: Message) -> Reply:
        await all_wait.wait()
        return desk.reply

    desk = Desk(does=when_all_wait)
    worker = Worker(
        settings,
        desk,
        {message(0).conversation.platform: post},
        group=lambda one: "small" if one.id == small.id else "large",
    )
    await worker.start()
    # Whoever waits for a place is told so.
    await until(lambda: sum(key == "in_line" for _, key in post.delivered) == 17)
    all_wait.set()
    await until(lambda: sum(key == "found" for _, key in post.delivered) == 19)
    await worker.stop(drain_seconds=0)
    await inbox.close()
    assert desk.asked.index(small.id) <= 3

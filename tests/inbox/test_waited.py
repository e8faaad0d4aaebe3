"""What had to wait for its ERP keeps its place: it goes before what was asked since."""

import asyncio
from dataclasses import replace

from bot.chat.messages import Message
from bot.chat.replies import Reply
from bot.chat.unasked import Resumed
from bot.inbox import Inbox, InboxSettings, Worker
from tests.inbox.people import Desk, Post, message, open_inbox, saying, until


def waited(number: int, *, lane: str = "D0ANA") -> Message:
    """A question that was asked before all others, and is asked once more."""
    asked = message(number, lane=lane)
    return replace(asked, id=f"kept:{asked.id}", content=Resumed(asked.id, 1))


async def test_in_its_conversation_it_goes_before_what_came_later_and_behind_what_is_under_way(
    settings: InboxSettings,
) -> None:
    go_on = asyncio.Event()

    async def answer(_: Message) -> Reply:
        await go_on.wait()
        return saying("found")

    desk, post = Desk(does=answer), Post()
    async with open_inbox(settings, desk, post) as (inbox, _):
        await inbox.receive(message(1))
        await until(lambda: len(desk.asked) == 1)
        await inbox.receive(message(2))
        await inbox.receive(message(3))
        await inbox.receive(waited(4))
        go_on.set()
        await until(lambda: len(post.delivered) == 4)
    assert desk.asked == [one.id for one in (message(1), waited(4), message(2), message(3))]


async def test_in_an_overload_it_goes_before_what_others_of_the_company_asked_since(
    on_sqlite: InboxSettings,
) -> None:
    settings, post, go_on = replace(on_sqlite, worker_concurrency=1), Post(), asyncio.Event()

    async def answer(_: Message) -> Reply:
        await go_on.wait()
        return saying("found")

    desk, inbox = Desk(does=answer), Inbox(settings)
    worker = Worker(settings, desk, {message(0).conversation.platform: post}, group=lambda _: "one company")
    for number in range(9):
        await inbox.receive(message(number, lane=f"D0PERSON{number}"))
    await worker.start()
    await until(lambda: len(worker._composing.waiting()) == 8)
    await inbox.receive(waited(99))
    worker.wake()
    await until(lambda: len(worker._composing.waiting()) == 9)
    go_on.set()
    await until(lambda: len(desk.asked) == 10)
    await worker.stop(drain_seconds=0)
    await inbox.close()
    assert desk.asked[1] == waited(99).id

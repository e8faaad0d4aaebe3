"""Fetching updates without losing any."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.chat.messages import Asked
from bot.handlers.telegram import Intake, poll
from tests.handlers.telegram.world import Inbox, World, a_world, until


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with a_world(webhook=False) as connected:
        yield connected


@asynccontextmanager
async def polling(world: World, intake: Intake | None = None) -> AsyncIterator[None]:
    task = asyncio.create_task(poll(world.bot, intake or world.intake, poll_seconds=1))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until_kept(inbox: Inbox, count: int) -> None:
    await until(lambda: len(inbox.kept) == count)


async def test_what_people_say_is_kept_in_order_and_then_confirmed(world: World) -> None:
    async with polling(world):
        for text in ("one", "two", "three"):
            await world.telegram.say("ana", text)
        await until_kept(world.inbox, 3)
        await until(lambda: world.telegram.waiting == 0)

    assert [message.content for message in world.inbox.messages] == [
        Asked("one"),
        Asked("two"),
        Asked("three"),
    ]
    assert world.telegram.violations == []


async def test_polling_asks_for_what_the_webhook_is_sent(world: World) -> None:
    async with polling(world):
        await world.telegram.say("ana", "hello")
        await until_kept(world.inbox, 1)

    [fetched, *_] = [given for name, given in world.telegram.calls if name == "getUpdates"]
    assert fetched["allowed_updates"] == ["message", "callback_query", "inline_query", "my_chat_member"]


async def test_an_update_is_confirmed_only_after_it_was_kept(world: World) -> None:
    class Stuck(Inbox):
        async def receive(self, message: object) -> None:
            self.received += 1
            await asyncio.Event().wait()

    stuck = Stuck()
    first = Intake(world.bot, stuck)
    await first.wait_until_ready()
    for number in range(10):
        await world.telegram.say("ana", f"question {number}")
    # The process that fetched all ten goes away in the middle of keeping the first.
    async with polling(world, first):
        await until(lambda: stuck.received)
    assert world.telegram.waiting == 10

    async with polling(world):
        await until_kept(world.inbox, 10)

    assert [message.content for message in world.inbox.messages] == [
        Asked(f"question {number}") for number in range(10)
    ]


async def test_an_inbox_that_fails_is_waited_for_without_losing_the_order(world: World) -> None:
    world.inbox.refuse(1)
    async with polling(world):
        await world.telegram.say("ana", "one")
        await world.telegram.say("ana", "two")
        await until_kept(world.inbox, 2)

    assert [message.content for message in world.inbox.messages] == [Asked("one"), Asked("two")]


async def test_an_unreadable_update_does_not_stop_the_ones_behind_it(world: World) -> None:
    await world.telegram.send_update("x", {"message": {"message_id": 1, "date": 1}})
    await world.telegram.say("ana", "behind it")

    async with polling(world):
        await until_kept(world.inbox, 1)

    assert world.inbox.last.content == Asked("behind it")


async def test_a_webhook_in_the_way_is_explained_and_not_removed(world: World) -> None:
    world.telegram.bot_url = world.bot_url
    with capture_logs() as logs:
        async with polling(world):
            await until(lambda: logs)

    assert logs[0]["event"] == "telegram_polling_refused"
    assert logs[0]["reason"] == "webhook_set"
    assert "ORDERBOT_TELEGRAM_MODE=webhook" in logs[0]["advice"]
    assert "deleteWebhook" not in [name for name, _ in world.telegram.calls]
    assert all("webhook is active" in one for one in world.telegram.excuse())


async def test_an_outage_of_telegram_is_waited_out(world: World) -> None:
    world.telegram.fail_next("getUpdates", 502)
    async with polling(world):
        await world.telegram.say("ana", "still here?")
        await until_kept(world.inbox, 1)

    assert world.inbox.last.content == Asked("still here?")

"""What an operator finds of messages that failed, and another try."""

import asyncio
from dataclasses import replace

import pytest

from bot.chat.messages import Message
from bot.chat.phrases import Phrase
from bot.chat.replies import Reply
from bot.delivery import DeliveryImpossible
from bot.inbox import Failures, InboxSettings, NoSuchFailure
from tests.inbox.people import Desk, Post, message, open_inbox, saying, until


async def test_failures_are_listed_with_codes_and_answered_again_on_demand(settings: InboxSettings) -> None:
    broken = True

    async def answer(asked: Message) -> Reply:
        if broken and asked.id == message(1).id:
            raise ZeroDivisionError("Ana Souza asked for PO-7782")
        return saying("found")

    async def refuse(asked: Message, phrase: Phrase) -> None:
        if broken and asked.id == message(2).id:
            raise DeliveryImpossible("channel_not_found")

    post = Post(before=refuse)
    quick = replace(settings, retry_seconds=0.01)
    async with open_inbox(quick, Desk(does=answer), post) as (inbox, worker):
        for number in (1, 2, 3):
            await inbox.receive(message(number))
        await until(lambda: (message(3).id, "found") in post.delivered)
        failures = Failures(settings)
        try:
            await until(lambda: len(failures.last(10)) == 2)
            latest, first = failures.last(10)
            assert (latest.id, latest.reason) == (message(2).id, "send 0 channel_not_found")
            assert (first.id, first.reason) == (message(1).id, "answer ZeroDivisionError")
            assert "Ana" not in repr(failures.last(10))
            told = post.phrases[message(1).id][0]
            assert (told.key, told.values["incident"]) == ("answer_failed", first.incident)
            assert [one.id for one in failures.last(1)] == [latest.id]

            broken = False
            by_code = await asyncio.to_thread(failures.retry, first.incident)
            by_id = await asyncio.to_thread(failures.retry, latest.id)
            worker.wake()
            await until(lambda: (message(1).id, "found") in post.delivered)
            await until(lambda: (message(2).id, "found") in post.delivered)
            assert by_code == f"{message(1).id}:again:1"
            assert by_id == f"{message(2).id}:again:1"
            assert await asyncio.to_thread(failures.retry, latest.id) == f"{message(2).id}:again:2"
            with pytest.raises(NoSuchFailure):
                failures.retry(message(3).id)
        finally:
            failures.close()


async def test_how_much_waits_is_told_with_the_age_of_the_oldest(settings: InboxSettings) -> None:
    going_on = asyncio.Event()

    async def answer(_: Message) -> Reply:
        await going_on.wait()
        return saying("found")

    post = Post()
    async with open_inbox(settings, Desk(does=answer), post) as (inbox, _):
        assert (await inbox.waiting()).count == 0
        for number in (1, 2):
            await inbox.receive(message(number))
        waiting = await inbox.waiting()
        assert waiting.count == 2
        assert 0 <= waiting.oldest_seconds < 60
        going_on.set()
        await until(lambda: len(post.delivered) == 2)

"""What is left of a message that was answered, of one that failed, and of one that still waits."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from bot.chat.messages import Message
from bot.chat.replies import Reply
from bot.inbox import Failures, InboxSettings
from bot.inbox.forgetting import Forgetting
from bot.inbox.storage import open_engine, table_of
from tests.inbox.people import Desk, Post, message, open_inbox, saying, until

ALL = timedelta(seconds=-5)
"""Older than a moment to come: databases tell seconds, and not all of them parts of one."""
WORDS = ("workflow_input", "workflow_output", "operation_outputs")


async def test_the_words_of_an_answered_message_go_and_its_id_stays(settings: InboxSettings) -> None:
    desk, post = Desk(), Post()
    async with open_inbox(settings, desk, post) as (inbox, worker):
        await inbox.receive(message(1))
        await until(lambda: len(post.delivered) == 1)
        assert await worker.forgetting.words(timedelta(minutes=1)) == 0
        assert _with_words(settings) == {message(1).id}
        await _erased(worker.forgetting, 1)
        assert _with_words(settings) == set()

        await inbox.receive(message(1))
        await inbox.receive(message(2))
        await until(lambda: len(post.delivered) == 2)
        await _erased(worker.forgetting, 2)

    assert desk.asked == [message(1).id, message(2).id]
    assert _with_words(settings) == set()


async def test_the_words_of_what_failed_and_of_what_is_under_way_stay(settings: InboxSettings) -> None:
    release, broken = asyncio.Event(), True

    async def answer(asked: Message) -> Reply:
        if broken and asked.id == message(1).id:
            raise ZeroDivisionError
        if asked.id == message(3, lane="D0BRUNO").id:
            await release.wait()
        return saying("found")

    post = Post()
    quick = replace(settings, retry_seconds=0.01)
    async with open_inbox(quick, Desk(does=answer), post) as (inbox, worker):
        for one in (message(1), message(2), message(3, lane="D0BRUNO"), message(4, lane="D0BRUNO")):
            await inbox.receive(one)
        await until(lambda: (message(2).id, "found") in post.delivered)
        await _erased(worker.forgetting, 1)
        assert _with_words(settings) == {one.id for one in (message(1), message(3), message(4))}

        broken = False
        failures = Failures(settings)
        try:
            await asyncio.to_thread(failures.retry, message(1).id)
        finally:
            failures.close()
        release.set()
        worker.wake()
        await until(lambda: len(post.delivered) == 5)
        assert (message(1).id, "found") in post.delivered


async def test_more_than_one_batch_is_erased(settings: InboxSettings) -> None:
    post = Post()
    async with open_inbox(settings, Desk(), post) as (inbox, worker):
        await asyncio.gather(*(inbox.receive(message(number, lane=f"D{number}")) for number in range(230)))
        await until(lambda: len(post.delivered) == 230)
        await _erased(worker.forgetting, 230)
    assert _with_words(settings) == set()


async def _erased(forgetting: Forgetting, most: int) -> None:
    """Erase until so many are: a message ends a moment after its answer was delivered."""
    erased = 0
    async with asyncio.timeout(10):
        while erased < most:
            erased += await forgetting.words(ALL)
    assert erased == most


def _with_words(settings: InboxSettings) -> set[str]:
    engine = open_engine(settings, connections=1, patience=5, synchronous="FULL")
    with engine.begin() as connection:
        found = {
            id
            for table in WORDS
            for id in connection.execute(
                sa.text(f"SELECT workflow_uuid FROM {table_of(settings, table)}")  # noqa: S608
            ).scalars()
        }
    engine.dispose()
    return found

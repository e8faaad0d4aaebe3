"""The database goes away and comes back: everybody gets an answer, and nobody an apology."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa

from bot.chat.messages import Message
from bot.chat.phrases import Phrase
from bot.chat.replies import Errand, Reply
from bot.delivery import NotKept
from bot.inbox import Failures, InboxSettings, LeaseLost, migrate
from bot.inbox.storage import open_engine
from tests.inbox.people import KEY, Desk, Post, message, open_inbox, saying, until
from tests.support.postgres import PostgresServer, fresh_database, running_postgres


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """A server that may be crashed: nobody else's tests run on it."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def mortal(own_server: PostgresServer) -> InboxSettings:
    settings = InboxSettings(database_url=fresh_database(own_server), secret_keys=(KEY,), retry_seconds=0.05)
    migrate(settings)
    return settings


def gone() -> Exception:
    return sa.exc.OperationalError("SELECT 1", {}, psycopg.OperationalError("the connection is closed"))


@pytest.mark.parametrize("gone_as", [gone, lambda: NotKept("TimeoutError"), sa.exc.TimeoutError])
async def test_an_answer_waits_for_the_store_and_is_no_apology(
    settings: InboxSettings, gone_as: Callable[[], Exception]
) -> None:
    asked = 0

    async def answer(_: Message) -> Reply:
        nonlocal asked
        asked += 1
        if asked < 9:
            raise gone_as()
        return saying("found")

    post = Post()
    async with open_inbox(quick(settings), Desk(does=answer), post) as (inbox, _):
        await inbox.receive(message(1))
        await until(lambda: len(post.delivered) == 1)
    assert post.delivered == [(message(1).id, "found")]


async def test_sending_and_errands_wait_for_the_store_longer_than_for_a_fault(
    settings: InboxSettings,
) -> None:
    tries = {"send": 0, "errand": 0}

    async def send(_: Message, phrase: Phrase) -> None:
        tries["send"] += 1
        if tries["send"] < 9:
            raise gone()

    async def errand(_: Errand) -> None:
        tries["errand"] += 1
        if tries["errand"] < 9:
            raise gone()

    desk, post = Desk(reply=saying("found", errands=[Errand("note")]), errand=errand), Post(before=send)
    async with open_inbox(quick(settings), desk, post) as (inbox, _):
        await inbox.receive(message(1))
        await until(lambda: tries == {"send": 9, "errand": 9})
        assert post.delivered == [(message(1).id, "found")]


async def test_a_database_that_crashes_under_an_answer_loses_no_message(
    mortal: InboxSettings, own_server: PostgresServer
) -> None:
    async def crash(_: Message, phrase: Phrase) -> None:
        if phrase.key == "one":
            await asyncio.to_thread(own_server.crash)

    first = Post(before=crash)
    async with open_inbox(mortal, Desk(reply=saying("one", "two")), first) as (inbox, worker):
        await inbox.receive(message(1))
        await inbox.receive(message(2))
        with pytest.raises(LeaseLost):
            await worker.wait()
        await asyncio.to_thread(own_server.start)
    assert (message(1).id, "two") not in first.delivered

    second = Post()
    async with open_inbox(mortal, Desk(reply=saying("one", "two")), second):
        await until(lambda: {(message(1).id, "two"), (message(2).id, "two")} <= {*second.delivered})
    failures = Failures(mortal)
    assert await asyncio.to_thread(failures.last, 10) == []
    failures.close()


def test_a_database_that_is_not_there_counts_as_a_lost_connection_for_the_queue_too(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Else the queue takes it for a fault of the message, and ends that with an error."""
    nowhere = InboxSettings(database_url=f"postgresql://postgres:@/none?host={tmp_path}", secret_keys=(KEY,))
    engine = open_engine(nowhere, connections=1, patience=1, synchronous="FULL")
    with pytest.raises(sa.exc.OperationalError) as caught, engine.begin():
        pass
    assert caught.value.connection_invalidated


def quick(settings: InboxSettings) -> InboxSettings:
    return replace(settings, retry_seconds=0.001)

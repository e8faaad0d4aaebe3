"""Two releases side by side: what one does not understand of the other's it leaves alone."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from bot.chat.messages import Message
from bot.chat.phrases import Phrase
from bot.inbox import Failures, Inbox, InboxSettings
from bot.inbox.storage import Codec, SealedJson, open_engine, table_of
from tests.inbox.people import KEY, Desk, Post, enqueue_by_dbos, message, open_inbox, saying, until


async def test_a_message_with_what_only_a_newer_release_knows_waits_for_it_and_its_lane_with_it(
    settings: InboxSettings,
) -> None:
    newer = changed(Codec().pack_message(message(1)), lambda kept: kept["content"].update(tone="urgent"))
    await asyncio.to_thread(keep_as_it_is, settings, message(1), newer)
    desk, post = Desk(), Post()
    with structlog.testing.capture_logs() as logs:
        async with open_inbox(settings, desk, post) as (inbox, _):
            await inbox.receive(message(2))
            await inbox.receive(message(3, lane="D0BOB"))
            await until(lambda: len(post.delivered) == 1)
            await until(lambda: "left_to_newer_release" in str(logs))
            async with asyncio.timeout(20):
                while (await inbox.waiting()).count != 2:  # noqa: ASYNC110 - of another thread's commit
                    await asyncio.sleep(0.05)
    assert desk.asked == [message(3).id]
    assert await waiting(settings) == 2
    assert await failures(settings) == []


async def test_a_message_that_no_release_comes_for_is_listed_as_failed_and_frees_its_lane(
    settings: InboxSettings,
) -> None:
    newer = changed(Codec().pack_message(message(1)), lambda kept: kept.update(shouted=True))
    await asyncio.to_thread(keep_as_it_is, settings, message(1), newer)
    post = Post()
    async with open_inbox(replace(settings, give_up_seconds=0.05), Desk(), post) as (inbox, _):
        await inbox.receive(message(2))
        await until(lambda: len(post.delivered) == 1)
    assert await failures(settings) == [(message(1).id, "answer message_not_readable")]


@pytest.mark.parametrize("made_by_newer", ["reply", "step", "note"])
async def test_what_a_newer_release_had_begun_is_not_taken_for_done(
    settings: InboxSettings, made_by_newer: str
) -> None:
    """It composed, and sent the first of two parcels, in ways this release does not know."""
    reached = asyncio.Event()

    async def hang(asked: Message, phrase: Phrase) -> None:
        if phrase.key == "two":
            reached.set()
            await asyncio.Event().wait()

    async with open_inbox(settings, Desk(reply=saying("one", "two")), Post(before=hang)) as (inbox, _):
        await inbox.receive(message(1))
        await reached.wait()
    step, change = {
        "reply": ("compose", lambda done: changed(done, lambda reply: reply.update(spoken=True))),
        "step": ("send 0", lambda done: {**done, "half": "F1"}),
        "note": ("send 0", lambda done: {**done, "note": "F1"}),
    }[made_by_newer]
    await asyncio.to_thread(rewrite_step, settings, step, change)

    post = Post()
    with structlog.testing.capture_logs() as logs:
        async with open_inbox(settings, Desk(), post):
            await until(lambda: "left_to_newer_release" in str(logs))
    assert not post.tried
    assert await waiting(settings) == 1
    assert await failures(settings) == []


def changed(packed: str, change: Callable[[dict[str, Any]], None]) -> str:
    kept = json.loads(packed)
    change(kept)
    return json.dumps(kept)


def keep_as_it_is(settings: InboxSettings, about: Message, packed: str) -> None:
    """Put a row into the queue as the web process of another release does."""
    engine = open_engine(settings, connections=1, patience=5, synchronous="FULL")
    with engine.begin() as connection:
        enqueue_by_dbos(connection, about.id, about.conversation.lane, packed)
    engine.dispose()


def rewrite_step(settings: InboxSettings, step: str, change: Callable[[Any], Any]) -> None:
    """Leave a step's result as another release would."""
    table = table_of(settings, "operation_outputs")
    engine, seal = open_engine(settings, connections=1, patience=5, synchronous="FULL"), SealedJson((KEY,))
    with engine.begin() as connection:
        kept = connection.execute(
            sa.text(f"SELECT output FROM {table} WHERE function_name = :step"),  # noqa: S608
            {"step": step},
        ).scalar_one()
        connection.execute(
            sa.text(f"UPDATE {table} SET output = :output WHERE function_name = :step"),  # noqa: S608
            {"step": step, "output": seal.serialize(change(seal.deserialize(kept)))},
        )
    engine.dispose()


async def waiting(settings: InboxSettings) -> int:
    inbox = Inbox(settings)
    try:
        return (await inbox.waiting()).count
    finally:
        await inbox.close()


async def failures(settings: InboxSettings) -> list[tuple[str, str]]:
    listing = Failures(settings)
    try:
        return [(one.id, one.reason) for one in await asyncio.to_thread(listing.last, 10)]
    finally:
        listing.close()

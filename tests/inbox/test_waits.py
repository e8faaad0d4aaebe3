"""A platform's "try again after" outlives the process that heard it."""

import asyncio
from dataclasses import replace

from bot.chat.messages import Message
from bot.chat.phrases import Phrase
from bot.delivery import DeliveryDelayed
from bot.inbox import InboxSettings
from tests.inbox.people import Desk, Post, message, open_inbox, until

REFUSED, UNDER_WAY = message(1, lane="D1"), message(2, lane="D2")


async def test_what_was_told_to_wait_is_not_tried_by_the_next_process_before_that(
    settings: InboxSettings,
) -> None:
    same = replace(settings, executor_id="same")
    killed = asyncio.Event()

    async def before(asked: Message, _: Phrase) -> None:
        if asked.id == REFUSED.id:
            raise DeliveryDelayed("rate_limited", 600.0)
        if not killed.is_set():
            await asyncio.sleep(3600)

    post = Post(before=before)
    async with open_inbox(same, Desk(), post) as (inbox, _):
        await inbox.receive(REFUSED)
        await until(lambda: len(post.tried) == 1)
        await inbox.receive(UNDER_WAY)
        await until(lambda: len(post.tried) == 2)
    killed.set()
    async with open_inbox(same, Desk(), post):
        # Taken up after the other, as it came after it.
        await until(lambda: (UNDER_WAY.id, "found") in post.delivered)
    assert [id for id, _ in post.tried] == [REFUSED.id, UNDER_WAY.id, UNDER_WAY.id]

"""Telegram's limits hold where Telegram counts: as messages arrive, however long they were under way."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.telegram_double.flood import FloodLimits
from bot.demo.telegram_double.refusals import Refused
from bot.handlers.telegram.pace import Pace
from tests.handlers.telegram.test_manners import Hours

UNDER_WAY = st.sampled_from([0.0, 0.02, 0.3, 0.9, 4.0])
"""Seconds to Telegram, and as many back again."""
CHATS = st.sampled_from([1, 2, 3, -5, *range(10, 90)])
MANY = st.lists(st.tuples(CHATS, UNDER_WAY, UNDER_WAY), min_size=40, max_size=100)

PRIVATE = st.lists(st.sampled_from([1, 2, 3, *range(10, 90)]), min_size=20, max_size=60)


class Way:
    """To a Telegram that counts."""

    def __init__(self) -> None:
        self.hours = Hours()
        self.limits = FloodLimits(clock=lambda: self.hours.now)
        self.arrived = 0

    def a_process(self) -> Pace:
        return Pace(clock=lambda: self.hours.now, sleep=self.hours.sleep, begins_full=True)

    async def send(self, pace: Pace, chat: int, there: float, back: float) -> None:
        async with pace.turn(chat):
            await self.hours.sleep(there)
            with suppress(Refused):
                self.limits("sendMessage", {"chat_id": chat})
            self.arrived += 1
            await self.hours.sleep(back)

    async def all(self, sending: list[Coroutine[None, None, None]]) -> None:
        await self.hours.run(*[asyncio.create_task(one) for one in sending])


@given(MANY)
@settings(max_examples=20)
def test_no_more_arrive_than_may_however_long_each_is_under_way(
    messages: list[tuple[int, float, float]],
) -> None:
    async def play() -> Way:
        way = Way()
        pace = way.a_process()
        await way.all([way.send(pace, *message) for message in messages])
        return way

    way = asyncio.run(play())
    assert way.limits.excesses == []
    assert way.arrived == len(messages)


@given(PRIVATE, PRIVATE)
@settings(max_examples=15)
def test_a_process_reckons_with_all_that_one_before_it_may_have_sent(
    before: list[int], after: list[int]
) -> None:
    async def play() -> Way:
        way = Way()
        for chats in (before, after):
            pace = way.a_process()
            await way.all([way.send(pace, chat, 0.0, 0.0) for chat in chats])
        return way

    assert asyncio.run(play()).limits.excesses == []

"""People who ask, each question again until it is acknowledged, as platforms do, in their chat's order."""

import asyncio
import collections
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from bench.world import slack_question, telegram_question

FIRST = 7_000_000
"""The first question's order number; each question has one of its own."""
PEOPLE = 40
"""Few, so that a conversation has several questions on their way at once; more where more is asked."""
RESEND_SECONDS = (0.5, 4.0)
"""The first wait after a try that was not acknowledged, and the longest; each is twice the one before."""
_MOST_UNDER_WAY = 500


@dataclass
class Crowd:
    """Asks bots at `doors` in turn, by Slack and Telegram alternately."""

    doors: Sequence[str]
    people: int = PEOPLE
    asked: int = 0
    again: int = 0
    """Tries that were not acknowledged."""
    acknowledged: dict[str, list[str]] = field(default_factory=lambda: collections.defaultdict(list))
    """By chat, the numbers that were acknowledged, in that order."""
    _tries: int = 0
    _chats: dict[str, asyncio.Lock] = field(default_factory=lambda: collections.defaultdict(asyncio.Lock))

    @property
    def numbers(self) -> set[str]:
        return {number for numbers in self.acknowledged.values() for number in numbers}

    async def ask(self, questions: int, *, seconds: float, most_seconds: float) -> None:
        """Ask at a steady pace; what is not acknowledged after `most_seconds` was not asked."""
        start, under_way = time.monotonic(), set[asyncio.Task[None]]()
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(most_seconds):
                        for index in range(questions):
                            pause = start + index * seconds / questions - time.monotonic()
                            await asyncio.sleep(max(0.0, pause))
                            while len(under_way) >= _MOST_UNDER_WAY:
                                await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                            task = asyncio.create_task(self._ask(session))
                            under_way.add(task)
                            task.add_done_callback(under_way.discard)
                        while under_way:
                            await asyncio.wait(under_way)
            finally:
                for task in under_way:
                    task.cancel()
                await asyncio.gather(*under_way, return_exceptions=True)

    async def _ask(self, session: aiohttp.ClientSession) -> None:
        index, self.asked = self.asked, self.asked + 1
        person, by_slack = index // 2 % self.people, index % 2 == 0
        chat = f"D{person:05}" if by_slack else str(1000 + person)
        number = str(FIRST + index)
        # The next question of a chat waits for the last one's receipt: platforms promise no order else.
        async with self._chats[chat]:
            said_at, pause = time.time(), RESEND_SECONDS[0]
            while True:
                post = (
                    slack_question(person, number, said_at) if by_slack else telegram_question(person, number)
                )
                door = self.doors[self._tries % len(self.doors)]
                self._tries += 1
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with session.post(door + post.path, data=post.body, headers=post.headers) as answer:
                        await answer.read()
                    if answer.status == 200:
                        self.acknowledged[chat].append(number)
                        return
                self.again += 1
                await asyncio.sleep(pause)
                pause = min(2 * pause, RESEND_SECONDS[1])

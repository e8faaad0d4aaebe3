"""Asking a running bot, and when each answer came: at a steady rate, or as fast as it acknowledges."""

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

import aiohttp

from bench.world import Post

SECONDS = 6
SATURATION_QUESTIONS = 400
SATURATION_AT_ONCE = 64
DRAIN_SECONDS = 150.0
RESEND_SECONDS = 0.5

_numbers = count(7_000_000)
Question = Callable[[int, str], Post]


@dataclass(frozen=True)
class Run:
    """What one run showed. Seconds."""

    acknowledged: list[float]
    delivered: list[float]
    """From request to delivered answer, less what the ERP took of it."""
    lost: int
    per_second: float


async def paced(base: str, doubles: str, question: Question, rate: int) -> Run:
    """Ask at a steady rate, whether or not answers keep up."""
    async with aiohttp.ClientSession() as session:
        asked = []
        start = time.monotonic()
        for index in range(rate * SECONDS):
            await asyncio.sleep(max(0.0, start + index / rate - time.monotonic()))
            asked.append(asyncio.create_task(ask(session, base, question, index)))
        results = await asyncio.gather(*asked)
    return await collect(doubles, results)


async def saturated(
    base: str,
    doubles: str,
    question: Question,
    questions: int = SATURATION_QUESTIONS,
    at_once: int = SATURATION_AT_ONCE,
) -> Run:
    """Ask as fast as acknowledgements come back."""
    indexes = iter(range(questions))
    results: list[tuple[str, float, float]] = []
    async with aiohttp.ClientSession() as session:

        async def ask_on() -> None:
            for index in indexes:
                results.append(await ask(session, base, question, index))

        await asyncio.gather(*(ask_on() for _ in range(at_once)))
    return await collect(doubles, results)


async def ask(
    session: aiohttp.ClientSession, base: str, question: Question, index: int
) -> tuple[str, float, float]:
    number = str(next(_numbers))
    start = time.monotonic()
    while True:
        post = question(index, number)
        async with session.post(base + post.path, data=post.body, headers=post.headers) as response:
            await response.read()
        if response.status == 200:
            return number, start, time.monotonic()
        if response.status != 503:
            raise RuntimeError(f"{post.path} answered {response.status}")
        # Not kept: the platforms send again, and the wait counts as part of the acknowledgement.
        await asyncio.sleep(RESEND_SECONDS)


async def collect(doubles: str, results: Sequence[tuple[str, float, float]]) -> Run:
    deadline = time.monotonic() + DRAIN_SECONDS
    first = min((number for number, _, _ in results), default="")
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{doubles}/timeline", params={"first": first}) as response:
                seen = await response.json()
            if all(number in seen["delivered"] for number, _, _ in results) or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
    own, ends = [], []
    for number, start, _ in results:
        if number in seen["delivered"]:
            ends.append(seen["delivered"][number])
            own.append(seen["delivered"][number] - start - covered(seen["erp"].get(number, [])))
    span = max(ends) - min(start for _, start, _ in results) if ends else float("inf")
    return Run(
        acknowledged=[end - start for _, start, end in results],
        delivered=own,
        lost=len(results) - len(own),
        per_second=len(ends) / span,
    )


def covered(spans: list[list[float]]) -> float:
    """How long at least one ERP call was under way."""
    total, reached = 0.0, 0.0
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


def quantiles(values: list[float]) -> list[float]:
    if len(values) < 2:
        return [float("nan")] * 3
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return [cuts[49], cuts[94], cuts[98]]

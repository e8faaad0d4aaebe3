"""Asking a running bot, and when each answer came: at a steady rate, or as fast as it acknowledges."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

import aiohttp

from bench.world import Post

SECONDS = 6
SATURATION_QUESTIONS = 400
SATURATION_AT_ONCE = 64
DRAIN_SECONDS = 150.0
RESEND_SECONDS = 0.5

MANY_ORDERS = 3_000_000
"""So many that no run asks about one of them twice."""
_FIRST_ORDER = 7_000_000
_asked = count()


class Question(Protocol):
    """How a platform puts it: who asks, about which order, and how often that was asked about before."""

    def __call__(self, index: int, number: str, *, again: int) -> Post: ...


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
    session: aiohttp.ClientSession, base: str, question: Question, index: int, orders: int = MANY_ORDERS
) -> tuple[str, float, float]:
    """Ask about the next of so many orders; its number, when that was, and when it was acknowledged."""
    again, order = divmod(next(_asked), orders)
    number = str(_FIRST_ORDER + order)
    start = time.monotonic()
    while True:
        post = question(index, number, again=again)
        async with session.post(base + post.path, data=post.body, headers=post.headers) as response:
            await response.read()
        if response.status == 200:
            return number, start, time.monotonic()
        if response.status != 503:
            raise RuntimeError(f"{post.path} answered {response.status}")
        # Not kept: the platforms send again, and the wait counts as part of the acknowledgement.
        await asyncio.sleep(RESEND_SECONDS)


async def collect(doubles: str, results: Sequence[tuple[str, float, float]]) -> Run:
    """What became of these, once all are answered or patience ends; the doubles forget it then."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while True:
        seen = await timeline(doubles)
        if all(number in seen["delivered"] for number, _, _ in results) or time.monotonic() > deadline:
            break
        await asyncio.sleep(0.5)
    seen = await timeline(doubles, forget=True)
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


async def timeline(doubles: str, *, forget: bool = False) -> Any:
    """What the doubles saw since they last forgot."""
    method = "DELETE" if forget else "GET"
    async with aiohttp.ClientSession() as session, session.request(method, f"{doubles}/timeline") as told:
        return await told.json()


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

"""A load for longer than a look: a steady one whose figures stay flat, and ten times what is possible."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import aiohttp

from bench.asking import MANY_ORDERS, Question, ask, collect, quantiles, saturated, timeline
from bench.stand import Erp, Running, bot_of
from bench.world import slack_question, telegram_question

_TIMES_CAPACITY = 10
_ORDERS = 20_000
"""Of the company, asked about again and again in a long run. More than are asked about in a tenth of it."""
_people = count()


async def soak(seconds: float, rate: float, erp: Erp) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bot = await bot_of(stack, Path(folder), erp)
        await saturated(bot.base, bot.doubles, slack_question, 50, 4)
        print(
            f"{rate:g} questions/s for {seconds / 60:g} min, half of them on each platform, SQLite, 1 process"
        )
        print(
            f"{'minute':>8}{'RSS MB':>9}{'files':>7}{'stored MB':>11}{'own p50':>9}{'p99':>9}"
            f"{'CPU ms':>9}{'lost':>6}"
        )
        parts, began, lost = 10, time.monotonic(), 0
        for _ in range(parts):
            before, results = bot.cpu(), await _asked(bot, seconds / parts, rate, orders=_ORDERS)
            run = await collect(bot.doubles, results)
            lost += run.lost
            own = quantiles(run.delivered)
            print(
                f"{(time.monotonic() - began) / 60:8.1f}{bot.megabytes():9.0f}{bot.open_files():7}"
                f"{bot.stored_megabytes():11.1f}{1000 * own[0]:9.0f}{1000 * own[2]:9.0f}"
                f"{1000 * (bot.cpu() - before) / len(results):9.1f}{lost:6}",
                flush=True,
            )


async def _asked(
    bot: Running,
    seconds: float,
    rate: float,
    questions: Sequence[Question] = (slack_question, telegram_question),
    orders: int = MANY_ORDERS,
) -> list[tuple[str, float, float]]:
    """Ask at a rate, the platforms in turn, and everybody in turn there."""
    async with aiohttp.ClientSession() as session:
        start, tasks = time.monotonic(), []
        for index in range(round(seconds * rate)):
            await asyncio.sleep(max(0.0, start + index / rate - time.monotonic()))
            person = next(_people)
            question = questions[person % len(questions)]
            tasks.append(
                asyncio.create_task(ask(session, bot.base, question, person // len(questions), orders))
            )
        return await asyncio.gather(*tasks)


async def overload(seconds: float, erp: Erp) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bot = await bot_of(stack, Path(folder), erp)
        await saturated(bot.base, bot.doubles, slack_question, 50, 4)
        usual = await collect(bot.doubles, await _asked(bot, 10, 2))
        capacity = (await saturated(bot.base, bot.doubles, slack_question)).per_second
        rate = _TIMES_CAPACITY * capacity
        print(
            f"usual: own p50 {1000 * quantiles(usual.delivered)[0]:.0f} ms; answers {capacity:.0f}/s at most"
        )
        began = time.monotonic()
        results = await _asked(bot, seconds, rate)
        asked_for = time.monotonic() - began
        print(
            f"asked {len(results)} questions in {asked_for:.0f} s ({len(results) / asked_for:.0f}/s reached)"
        )
        patience = 3 * len(results) / capacity
        while True:
            seen = await timeline(bot.doubles)
            answered = sum(number in seen["delivered"] for number, _, _ in results)
            if answered == len(results) or time.monotonic() - began > asked_for + patience:
                break
            await asyncio.sleep(2)
        waits = [
            seen["delivered"][number] - start for number, start, _ in results if number in seen["delivered"]
        ]
        acks = [end - start for _, start, end in results]
        told = [at for at in seen["in_line"] if at >= began]
        print(
            f"answered {answered}, lost {len(results) - answered}; {len(told)} times somebody read "
            f"that they are in line, the first after {min(told, default=began) - began:.1f} s"
        )
        print(f"acknowledged: p50 {1000 * quantiles(acks)[0]:.0f} ms, p99 {1000 * quantiles(acks)[2]:.0f} ms")
        print(f"until an answer: p50 {quantiles(waits)[0]:.0f} s, p99 {quantiles(waits)[2]:.0f} s")
        print(f"all answered {time.monotonic() - began - asked_for:.0f} s after the last was asked")
        after = await collect(bot.doubles, await _asked(bot, 10, 2))
        print(f"after that: own p50 {1000 * quantiles(after.delivered)[0]:.0f} ms")

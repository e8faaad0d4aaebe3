"""`make bench`: starts everything on loopback, asks, and prints a table."""

import asyncio
import contextlib
import os
import tempfile
from pathlib import Path

from bench.asking import Run, paced, quantiles, saturated
from bench.running import environment_of, prepare, process_of, ready, resident_megabytes, ticks
from bench.world import PEOPLE, slack_question, telegram_question
from bot.demo.ports import free_ports

RATES = (20, 100)
WARM_UP_QUESTIONS = 50


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_bench(Path(folder)))


async def _bench(folder: Path) -> None:
    doubles_port, bot_port, bare_port = free_ports(3)
    doubles = f"http://127.0.0.1:{doubles_port}"
    environment = environment_of(folder, doubles, bot_port)
    with contextlib.ExitStack() as stack:
        stack.enter_context(process_of(["-m", "bench.doubles", str(doubles_port)]))
        await ready(f"{doubles}/timeline")
        prepare(environment)
        bot = stack.enter_context(process_of(["-m", "bot", "serve"], environment))
        stack.enter_context(process_of(["-m", "bench.bare", str(bare_port), doubles]))
        await ready(f"http://127.0.0.1:{bot_port}/readyz")
        await ready(f"http://127.0.0.1:{bare_port}/")
        for question in (slack_question, telegram_question):
            for port in (bot_port, bare_port):
                await saturated(f"http://127.0.0.1:{port}", doubles, question, WARM_UP_QUESTIONS, 4)
        await asyncio.sleep(3)
        print(f"memory at rest: {resident_megabytes(bot.pid):.0f} MB; processor at rest over 5 s: ", end="")
        print(f"{await _processor_share(bot.pid, 5):.1f} %")
        print(f"{PEOPLE} conversations; times in ms; 'own' is request to delivery less the ERP's time\n")
        titles = ("ack p50", "p95", "p99", "own p50", "p95", "p99", "q/s")
        print(" " * 20 + "".join(f"{title:>9}" for title in titles) + "  lost")
        for platform, question in (("slack", slack_question), ("telegram", telegram_question)):
            for rate in RATES:
                ours = await paced(f"http://127.0.0.1:{bot_port}", doubles, question, rate)
                bare = await paced(f"http://127.0.0.1:{bare_port}", doubles, question, rate)
                _print(f"{platform} {rate}/s", ours, bare)
            ours = await saturated(f"http://127.0.0.1:{bot_port}", doubles, question)
            bare = await saturated(f"http://127.0.0.1:{bare_port}", doubles, question)
            _print(f"{platform} saturated", ours, bare)
        print(f"\nmemory after: {resident_megabytes(bot.pid):.0f} MB")


def _print(name: str, ours: Run, bare: Run) -> None:
    rows = [(label, _figures(run), run) for label, run in ((name, ours), ("  bare library", bare))]
    for label, figures, run in rows:
        cells = "".join(f"{1000 * figure:9.1f}" for figure in figures)
        print(f"{label:20}{cells}{run.per_second:9.0f}{run.lost:6}")
    ratios = "".join(f"{a / b:9.2f}" for a, b in zip(rows[0][1], rows[1][1], strict=True))
    print(f"{'  ratio':20}{ratios}{ours.per_second / bare.per_second:9.2f}\n")


def _figures(run: Run) -> list[float]:
    return quantiles(run.acknowledged) + quantiles(run.delivered)


async def _processor_share(pid: int, seconds: float) -> float:
    """Percent of one core, over some seconds."""
    before = ticks(pid)
    await asyncio.sleep(seconds)
    return 100 * (ticks(pid) - before) / os.sysconf("SC_CLK_TCK") / seconds


if __name__ == "__main__":
    main()

"""`python -m bench.load`: questions at a steady rate, with an ERP of 150 ms and platforms of 100 ms a call.

One process on SQLite, then one web and 1, 2 and 4 workers on PostgreSQL (which waits for the disk), then
bare Bolt and python-telegram-bot with the same ERP calls and no durability. A rate that is not kept up with
ends a row of rates. Nothing is asked before every process is ready. What a question takes of the processor
is told apart: the bot's processes, PostgreSQL, the doubles (ERP and platforms), and who asks. All of them
share the cores; the last column tells how many of those were busy, whoever with.

`--soak MINUTES` at `--rate` instead, or `--overload SECONDS` at ten times what one process on SQLite was seen
to answer; `--workers` and `--rates` choose rows and rates of the table.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import psycopg

from bench.asking import Question, ask, collect, paced, quantiles, saturated
from bench.processor import Family, machine_seconds
from bench.running import environment_of, prepare, process_of, ready, resident_megabytes, started
from bench.world import slack_question, telegram_question
from bot.demo.ports import free_ports
from tests.support.postgres import PostgresServer, fresh_database, running_postgres

_ERP_SECONDS, _PLATFORM_SECONDS = "0.15", "0.1"
_ERP_AT_ONCE = 64
"""Questions with the ERP. Each is there for two calls: of the usual eight 26 a second come to an end."""
_RATES = (5, 10, 20, 50, 100, 0)
_TIMES_CAPACITY = 10
_people = count()


@dataclass(frozen=True)
class Running:
    """A bot that answers, and the doubles that it talks to."""

    base: str
    doubles: str
    pids: Sequence[int]
    folder: Path
    world: Family
    """The doubles."""
    database: Family | None = None
    """The server, where there is one."""

    def cpu(self) -> float:
        """Seconds of processor that its processes have had."""
        return sum(Family(pid).seconds() for pid in self.pids)

    def spent(self) -> "Spent":
        """Seconds of processor until now."""
        database = self.database.seconds() if self.database else 0.0
        return Spent(self.cpu(), database, self.world.seconds(), time.process_time(), machine_seconds())

    def megabytes(self) -> float:
        return sum(map(resident_megabytes, self.pids))

    def open_files(self) -> int:
        return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in self.pids)

    def stored_megabytes(self) -> float:
        return sum(one.stat().st_size for one in self.folder.iterdir()) / 2**20


@dataclass(frozen=True)
class Spent:
    """Seconds of processor, by who had them."""

    bot: float
    database: float
    doubles: float
    asking: float
    machine: float
    """All that runs on it."""

    def since(self, before: "Spent") -> tuple[float, ...]:
        return tuple(now - then for now, then in zip(astuple(self), astuple(before), strict=True))


def _numbers(text: str) -> Sequence[int]:
    return [int(one) for one in text.split(",")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak", type=float, metavar="MINUTES")
    parser.add_argument("--workers", type=_numbers, help="only these rows, such as 1,4; 0 is SQLite")
    parser.add_argument("--rates", type=_numbers, default=_RATES, help="such as 5,20; 0 is saturated")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--overload", type=float, metavar="SECONDS")
    asked = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    if asked.soak:
        asyncio.run(_soak(asked.soak * 60, asked.rate))
    elif asked.overload:
        asyncio.run(_overload(asked.overload))
    else:
        asyncio.run(_load(asked.workers, asked.rates))
    print(f"load average {os.getloadavg()[0]:.1f}")


async def _load(only: Sequence[int] | None, rates: Sequence[int]) -> None:
    print("times in ms; 'own' is request to delivery less the ERP's time; processor in ms a question")
    titles = ("asked/s", "ack p50", "p99", "own p50", "p99", "answered/s", "lost")
    shares = ("bot", "database", "doubles", "asking", "cores")
    print(" " * 24 + "".join(f"{title:>11}" for title in titles) + "".join(f"{one:>9}" for one in shares))
    with running_postgres() as server:
        with psycopg.connect(server.admin_url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = on")
            connection.execute("SELECT pg_reload_conf()")
        for workers in only or (0, 1, 2, 4):
            name = f"PostgreSQL, 1 web + {workers}" if workers else "SQLite, 1 process"
            with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
                bot = await _bot(stack, Path(folder), server if workers else None, workers)
                await _row_of_rates(name, bot, rates)
    if only:
        return
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        await _row_of_rates("bare, nothing durable", await _bare(stack, Path(folder)), rates)


async def _row_of_rates(name: str, bot: Running, rates: Sequence[int]) -> None:
    for platform, question in (("Slack", slack_question), ("Telegram", telegram_question)):
        await saturated(bot.base, bot.doubles, question, 50, 4)
        for rate in rates:
            before, began = bot.spent(), time.monotonic()
            if rate:
                run = await paced(bot.base, bot.doubles, question, rate)
            else:
                run = await saturated(bot.base, bot.doubles, question)
            *shares, machine = bot.spent().since(before)
            each = "".join(f"{1000 * one / len(run.acknowledged):9.1f}" for one in shares)
            cores = machine / (time.monotonic() - began)
            ack, own = quantiles(run.acknowledged), quantiles(run.delivered)
            times = "".join(f"{1000 * one:11.1f}" for one in (ack[0], ack[2], own[0], own[2]))
            asked = f"{rate}" if rate else "saturated"
            answered = f"{run.per_second:11.1f}{run.lost:11}"
            print(f"{name:24}{asked:>11}{times}{answered}{each}{cores:9.2f}  {platform}", flush=True)
            if rate and run.per_second < 0.8 * rate and rate != rates[0]:
                break


async def _bot(
    stack: ExitStack, folder: Path, server: PostgresServer | None = None, workers: int = 0
) -> Running:
    doubles, base, port, world = await _doubles(stack)
    environment = environment_of(folder, doubles, port) | {"ORDERBOT_ERP_CONCURRENCY": str(_ERP_AT_ONCE)}
    if server is not None:
        environment["ORDERBOT_DATABASE_URL"] = fresh_database(server)
    prepare(environment)
    commands = ["web", *["worker"] * workers] if workers else ["serve"]
    pids = await started(stack, commands, environment)
    database = Family(server.pid) if server is not None else None
    return Running(base, doubles, pids, folder, world, database)


async def _bare(stack: ExitStack, folder: Path) -> Running:
    doubles, base, port, world = await _doubles(stack)
    bare = stack.enter_context(process_of(["-m", "bench.bare", str(port), doubles, "erp"]))
    await ready(f"{base}/")
    return Running(base, doubles, [bare.pid], folder, world)


async def _doubles(stack: ExitStack) -> tuple[str, str, int, Family]:
    """Start them; their address, the one a bot shall have, its port, and their process."""
    doubles_port, port = free_ports(2)
    doubles = f"http://127.0.0.1:{doubles_port}"
    process = stack.enter_context(
        process_of(["-m", "bench.doubles", str(doubles_port), _ERP_SECONDS, _PLATFORM_SECONDS])
    )
    await ready(f"{doubles}/timeline")
    return doubles, f"http://127.0.0.1:{port}", port, Family(process.pid)


async def _soak(seconds: float, rate: float) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bot = await _bot(stack, Path(folder))
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
            before, results = bot.cpu(), await _asked(bot, seconds / parts, rate)
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
) -> list[tuple[str, float, float]]:
    """Ask at a rate, the platforms in turn, and everybody in turn there."""
    async with aiohttp.ClientSession() as session:
        start, tasks = time.monotonic(), []
        for index in range(round(seconds * rate)):
            await asyncio.sleep(max(0.0, start + index / rate - time.monotonic()))
            person = next(_people)
            question = questions[person % len(questions)]
            tasks.append(asyncio.create_task(ask(session, bot.base, question, person // len(questions))))
        return await asyncio.gather(*tasks)


async def _overload(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bot = await _bot(stack, Path(folder))
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
            seen = await _timeline(bot)
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


async def _timeline(bot: Running) -> Any:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.doubles}/timeline") as response:
        return await response.json()


if __name__ == "__main__":
    main()

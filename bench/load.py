"""`python -m bench.load`: questions at a steady rate, with an ERP of 150 ms and platforms of 100 ms a call.

One process on SQLite, then one web and 1, 2 and 4 workers on PostgreSQL (which waits for the disk), then
bare Bolt and python-telegram-bot with the same ERP calls and no durability. A rate that is not kept up with
ends a row of rates. Nothing is asked before every process is ready. What a question takes of the processor
is told apart: the bot's processes, PostgreSQL, the doubles (ERP and platforms), and who asks. All of them
share the cores; the last column tells how many of those were busy, whoever with.

The ERP is of the VTEX contract, five calls a question, or with `--erp odoo` one that answers with one call.

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
from pathlib import Path

import psycopg

from bench.asking import paced, quantiles, saturated
from bench.lasting import overload, soak
from bench.stand import Erp, Running, bare_of, bot_of
from bench.world import slack_question, telegram_question
from tests.support.postgres import running_postgres

_RATES = (5, 10, 20, 50, 100, 0)
_BARE = -1


def _numbers(text: str) -> Sequence[int]:
    return [int(one) for one in text.split(",")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak", type=float, metavar="MINUTES")
    parser.add_argument("--workers", type=_numbers, help="only these rows, such as 1,4; 0: SQLite, -1: bare")
    parser.add_argument("--erp", type=Erp, default=Erp.VTEX_B2B, help="vtex-b2b or odoo")
    parser.add_argument("--rates", type=_numbers, default=_RATES, help="such as 5,20; 0 is saturated")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--overload", type=float, metavar="SECONDS")
    asked = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    if asked.soak:
        asyncio.run(soak(asked.soak * 60, asked.rate, asked.erp))
    elif asked.overload:
        asyncio.run(overload(asked.overload, asked.erp))
    else:
        asyncio.run(_load(asked.erp, asked.workers, asked.rates))
    print(f"load average {os.getloadavg()[0]:.1f}")


async def _load(erp: Erp, only: Sequence[int] | None, rates: Sequence[int]) -> None:
    print("times in ms; 'own' is request to delivery less the ERP's time; processor in ms a question")
    titles = ("asked/s", "ack p50", "p99", "own p50", "p99", "answered/s", "lost")
    shares = ("bot", "database", "doubles", "asking", "cores")
    print(" " * 24 + "".join(f"{title:>11}" for title in titles) + "".join(f"{one:>9}" for one in shares))
    with running_postgres() as server:
        with psycopg.connect(server.admin_url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = on")
            connection.execute("SELECT pg_reload_conf()")
        for workers in only or (0, 1, 2, 4, _BARE):
            with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
                if workers == _BARE:
                    name, bot = "bare, nothing durable", await bare_of(stack, Path(folder), erp)
                elif workers:
                    name = f"PostgreSQL, 1 web + {workers}"
                    bot = await bot_of(stack, Path(folder), erp, server, workers)
                else:
                    name, bot = "SQLite, 1 process", await bot_of(stack, Path(folder), erp)
                await _row_of_rates(name, bot, rates)


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


if __name__ == "__main__":
    main()

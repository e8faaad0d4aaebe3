"""`python -m bench.resting`: the processor that each process of the bot takes while nobody asks anything.

One process on SQLite, then one web and two workers on PostgreSQL, with the server that serves them. In
thousandths of a core, over a minute that begins when what a start leaves to do is done; `--threads` tells
each process's threads apart.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from bench.processor import Family, spent_by_thread
from bench.running import environment_of, prepare, process_of, ready, started
from bot.demo.ports import free_ports
from tests.support.postgres import fresh_database, running_postgres

SETTLED_AFTER, SECONDS = 45.0, 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--threads", action="store_true")
    asked = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores; thousandths of a core")
    asyncio.run(_rest(asked.seconds, asked.threads))


async def _rest(seconds: float, threads: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        await _row("SQLite", ("serve",), Path(folder), {}, seconds, threads)
    with tempfile.TemporaryDirectory() as folder, running_postgres() as server:
        url = {"ORDERBOT_DATABASE_URL": fresh_database(server)}
        others = {"PostgreSQL": Family(server.pid)}
        await _row("PostgreSQL", ("web", "worker", "worker"), Path(folder), url, seconds, threads, others)


async def _row(
    name: str,
    commands: tuple[str, ...],
    folder: Path,
    settings: dict[str, str],
    seconds: float,
    threads: bool,
    others: Mapping[str, Family] | None = None,
) -> None:
    doubles_port, port = free_ports(2)
    with ExitStack() as stack:
        stack.enter_context(process_of(["-m", "bench.doubles", str(doubles_port)]))
        await ready(f"http://127.0.0.1:{doubles_port}/timeline")
        environment = environment_of(folder, f"http://127.0.0.1:{doubles_port}", port) | settings
        prepare(environment)
        pids = await started(stack, commands, environment)
        names = (f"{command} {number}" for number, command in enumerate(commands, start=1))
        by_thread = dict(zip(names, pids, strict=True))
        running = {one: Family(pid) for one, pid in by_thread.items()}
        await asyncio.sleep(SETTLED_AFTER)
        running |= others or {}
        began = time.monotonic()
        before = {one: family.seconds() for one, family in running.items()}
        threads_before = {one: spent_by_thread(pid) for one, pid in by_thread.items()}
        await asyncio.sleep(seconds)
        took = time.monotonic() - began
        for one, family in running.items():
            print(f"{name:12}{one:14}{1000 * (family.seconds() - before[one]) / took:8.1f}", flush=True)
            if threads and one in by_thread:
                for thread, spent in sorted(spent_by_thread(by_thread[one]).items()):
                    each = 1000 * (spent - threads_before[one].get(thread, 0.0)) / took
                    if each >= 0.05:
                        print(f"{'':26}{each:8.1f}  {thread}")


if __name__ == "__main__":
    main()

"""`make drill`: an upgrade from an older release, with people asking all the while, on PostgreSQL.

    python -m bench.drill f45223d --questions 300

The release of a git revision is unpacked beside this one and runs a web process and a worker. While
people ask, this release migrates, joins with a web process and a worker of its own, one worker of each
release is killed and taken over by the other's, and the old processes end. Needs git's history and the
old release's dependencies, for which the present ones are taken. Exit code 0: nothing lost, nothing
out of order. docs/operations.md tells what follows for an upgrade.
"""

import argparse
import asyncio
import contextlib
import random
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

from bench.chaos import answered, report, run_until_signalled, serving
from bench.crowd import PEOPLE, Crowd
from bench.faulty import Faulty, chaos_app
from bench.fleet import Fleet
from bench.running import environment_of, prepare
from bench.starting import HERE, Anew
from bot.demo.ports import free_ports
from bot.migrations import current_revision
from tests.support.postgres import fresh_database, running_postgres

PROCESSES = ("web", "worker-1")
PER_SECOND = 5.0
LAST_ANSWERS_SECONDS = 90.0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("ref", help="the older release: a git revision of this repository")
    options.add_argument("--questions", type=int, default=300, help="in all, a sixth in each phase")
    options.add_argument("--log", type=Path, help="a folder for what the processes log")
    told = options.parse_args()
    return run_until_signalled(lambda: _drill(told.ref, told.questions, told.log))


async def _drill(ref: str, questions: int, logs: Path | None) -> int:
    world, chance = Faulty(random.Random(7782), calm=True), random.Random(7782)  # noqa: S311
    with tempfile.TemporaryDirectory() as place, running_postgres() as server:
        folder = Path(place)
        _unpack(ref, folder / "old")
        doubles, old_port, new_port, *pages = free_ports(7)
        url = fresh_database(server)
        environment = environment_of(folder, f"http://127.0.0.1:{doubles}", 0) | {
            "ORDERBOT_DATABASE_URL": url
        }
        log = logs or folder
        log.mkdir(exist_ok=True)
        old, new = (
            Fleet(
                environment | {"ORDERBOT_PORT": str(port)},
                log / f"{name}.log",
                chance,
                Anew(code),
                dict(zip(PROCESSES, pages, strict=True)),
            )
            for name, port, code, pages in (
                ("old", old_port, folder / "old", pages[:2]),
                ("new", new_port, HERE, pages[2:]),
            )
        )
        doors = [f"http://127.0.0.1:{port}" for port in (old_port, new_port)]
        crowd = Crowd(doors[:1])

        async def ask(phase: str) -> None:
            each = questions // 6
            print(f"{phase}: schema {current_revision(url)}", flush=True)
            await crowd.ask(each, seconds=each / PER_SECOND, most_seconds=60 + 4 * each / PER_SECOND)

        async with serving(chaos_app(world), doubles):
            await asyncio.to_thread(prepare, environment, PEOPLE, folder / "old")
            async with _working(old):
                await ask("the old release alone")
                migrating = asyncio.create_task(asyncio.to_thread(_migrate, environment))
                await ask("the old release, while the new one migrates")
                await migrating
                async with _working(new):
                    crowd.doors = doors
                    await ask("both")
                    new.kill("worker-1")
                    await ask("both, after a worker of the new release was killed")
                    old.kill("worker-1")
                    await ask("both, after a worker of the old release was killed")
                    crowd.doors = doors[1:]
                    await old.retire(*PROCESSES)
                    await ask("the new release alone")
                    await answered(world, crowd, time.monotonic() + LAST_ANSWERS_SECONDS)
        for fleet, name in ((old, "old"), (new, "new")):
            for how, often in sorted(fleet.ended.items()):
                print(f"{name + ' ' + how:40}{often:>10}")
    return report(world, crowd, questions // 6 * 6)


@contextlib.asynccontextmanager
async def _working(fleet: Fleet) -> AsyncIterator[None]:
    async with fleet.kept_alive(*PROCESSES):
        for name in PROCESSES:
            await fleet.up(name)
        yield


def _unpack(ref: str, folder: Path) -> None:
    archive = subprocess.run(["git", "archive", ref, "bot"], cwd=HERE, capture_output=True, check=False)  # noqa: S607
    if archive.returncode:
        raise SystemExit(f"git knows no {ref!r} here: {archive.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as packed:
        packed.extractall(folder, filter="data")


def _migrate(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "bot", "migrate"]
    subprocess.run(command, cwd=HERE, env=environment, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    raise SystemExit(main())

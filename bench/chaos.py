"""`make chaos`: one web process and two workers on PostgreSQL, and everything that can go wrong.

    python -m bench.chaos --questions 1000 --minutes 10 --seed 7782
    python -m bench.chaos --questions 200 --minutes 1 --faults kills,clocks
    python -m bench.chaos --questions 20000 --erp odoo --people 200

Processes are killed, the database is crashed and restarted, the ERP goes away, platforms answer 429,
5xx, late, or not at all after they took something, and processes come back with another clock. Every
question is asked again until it is acknowledged, as platforms do, in the order of its conversation.
Faults stop with the asking; the last two fifths of the time are for what is still to be answered. The exit
code is 0 if nothing was lost, answered out of order or never acknowledged, and if what came twice could not
have been prevented (bench/doubled.py). docs/chaos.md has the figures.
"""

import argparse
import asyncio
import contextlib
import random
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from bench.crowd import PEOPLE, Crowd
from bench.doubled import Trouble, explained
from bench.faulty import Faulty, chaos_app
from bench.fleet import Fleet
from bench.running import environment_of, prepare
from bench.stand import Erp, settings_of
from bench.starting import Forked
from bench.world import PEOPLE as MOST_PEOPLE
from bot.demo.ports import free_ports
from tests.support.postgres import PostgresServer, fresh_database, running_postgres

FAULTS = ("kills", "database", "erp", "platforms", "clocks")
PROCESSES = ("web", "worker-1", "worker-2")
ASKING = 0.6
"""The part of the time in which questions are asked and things go wrong."""
BETWEEN_FAULTS = (3.0, 15.0)
AWAY_SECONDS = (1.0, 6.0)
REPEAT_SECONDS = 3.0
"""Long enough for a repeated answer to show itself."""


@dataclass(frozen=True)
class Given:
    """What a run is told."""

    questions: int
    seconds: float
    seed: int
    faults: frozenset[str]
    erp: Erp
    people: int
    log: Path | None


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--questions", type=int, default=1_000)
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--seed", type=int, default=7782)
    options.add_argument("--faults", default=",".join(FAULTS), help="some of these, or none")
    options.add_argument(
        "--erp", type=Erp, default=Erp.VTEX_B2B, help="vtex-b2b, five calls a question, or odoo, one"
    )
    options.add_argument(
        "--people",
        type=int,
        default=PEOPLE,
        choices=range(1, MOST_PEOPLE + 1),
        metavar=f"1..{MOST_PEOPLE}",
        help="each in Slack and in Telegram",
    )
    options.add_argument("--log", type=Path, help="keep here what the processes log")
    told = options.parse_args()
    faults = frozenset(told.faults.split(",")) - {"none"}
    if unknown := faults - {*FAULTS}:
        options.error(f"no such fault: {', '.join(sorted(unknown))}")
    given = Given(told.questions, told.minutes * 60, told.seed, faults, told.erp, told.people, told.log)
    return run_until_signalled(lambda: _chaos(given))


def run_until_signalled(process: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run it; on SIGINT, SIGTERM and SIGHUP it is cancelled, cleans up, and the code is the shell's."""

    async def running() -> int:
        task, got = asyncio.ensure_future(process()), list[int]()

        def end(number: int) -> None:
            got.append(number)
            task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, end, number)
        try:
            return await task
        except asyncio.CancelledError:
            print("stopped; nothing of it runs any more")
            return 128 + got[0]

    return asyncio.run(running())


async def _chaos(given: Given) -> int:
    chance = random.Random(given.seed)  # noqa: S311
    world = Faulty(random.Random(chance.random()))  # noqa: S311
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, running_postgres() as server:
        doubles_port, bot_port, *pages = free_ports(2 + len(PROCESSES))
        doubles = f"http://127.0.0.1:{doubles_port}"
        environment = environment_of(Path(folder), doubles, bot_port) | settings_of(given.erp, doubles)
        environment["ORDERBOT_DATABASE_URL"] = fresh_database(server)
        log = given.log or Path(folder) / "bot.log"
        fleet = Fleet(environment, log, chance, Forked(), dict(zip(PROCESSES, pages, strict=True)))
        fleet.wrong_clocks = "clocks" in given.faults
        crowd = Crowd([f"http://127.0.0.1:{bot_port}"], given.people)
        world.calm = True
        async with serving(chaos_app(world), doubles_port):
            await asyncio.to_thread(prepare, environment, given.people)
            async with fleet.kept_alive(*PROCESSES):
                for name in PROCESSES:
                    await fleet.up(name)
                asking = ASKING * given.seconds
                started = time.monotonic()
                world.calm = "platforms" not in given.faults
                async with _trouble(world, fleet, server, given.faults, chance):
                    await crowd.ask(given.questions, seconds=0.9 * asking, most_seconds=asking)
                world.calm, world.erp_down = True, False
                asked_for = time.monotonic() - started
                await answered(world, crowd, started + given.seconds)
                took = time.monotonic() - started
    print(f"{'seed':40}{given.seed:>10}")
    print(f"{'seconds of asking and trouble':40}{asked_for:>10.0f}")
    print(f"{'seconds until the last answer':40}{took:>10.0f}")
    print(f"{'seconds in all':40}{time.monotonic() - began:>10.0f}")
    for name, value in (*sorted(world.went_wrong.items()), *sorted(fleet.ended.items())):
        print(f"{name:40}{value:>10}")
    code = report(world, crowd, given.questions)
    return max(code, repeats(world, fleet.troubles))


@contextlib.asynccontextmanager
async def _trouble(
    world: Faulty, fleet: Fleet, server: PostgresServer, faults: frozenset[str], chance: random.Random
) -> AsyncIterator[None]:
    """One thing after another, for as long as the context lasts."""
    going = asyncio.create_task(_go_wrong(world, fleet, server, faults, chance))
    try:
        yield
    finally:
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
    if not going.cancelled() and (error := going.exception()):
        raise error


async def _go_wrong(
    world: Faulty, fleet: Fleet, server: PostgresServer, faults: frozenset[str], chance: random.Random
) -> None:
    weights = {"web": 2, "worker-1": 3, "worker-2": 3} if "kills" in faults else {}
    weights |= {"database": 1} if "database" in faults else {}
    weights |= {"erp": 2} if "erp" in faults else {}
    while weights:
        await asyncio.sleep(chance.uniform(*BETWEEN_FAULTS))
        what = chance.choices(list(weights), weights=list(weights.values()))[0]
        if what == "erp":
            world.erp_down = True
            await asyncio.sleep(chance.uniform(*AWAY_SECONDS))
            world.erp_down = False
        elif what == "database":
            fleet.troubles.append(Trouble(time.monotonic(), "database crashed"))
            await asyncio.to_thread(server.crash)
            try:
                await asyncio.sleep(chance.uniform(*AWAY_SECONDS))
            finally:
                # Also when the trouble is over meanwhile.
                server.start()
        else:
            # One killed before it works, again and again, never works: a busy machine takes long to start it.
            await fleet.up(what)
            fleet.kill(what)
        world.went_wrong[f"{what} {'away' if what == 'erp' else 'killed'}"] += 1


async def answered(world: Faulty, crowd: Crowd, deadline: float) -> None:
    """Wait until everything acknowledged is answered, at most until the monotonic `deadline`."""
    while lost(world, crowd) and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    await asyncio.sleep(REPEAT_SECONDS)


def lost(world: Faulty, crowd: Crowd) -> list[str]:
    """What was acknowledged and not answered, in the chats where more is than was told to be asked again."""
    found: list[str] = []
    for chat, numbers in crowd.acknowledged.items():
        unanswered = [number for number in numbers if number not in world.answers]
        if len(unanswered) > world.turned_away[chat]:
            found += unanswered
    return sorted(found)


def report(world: Faulty, crowd: Crowd, questions: int) -> int:
    """Print what became of the questions; returns the exit code."""
    acknowledged, missing = crowd.numbers, lost(world, crowd)
    turned_away = sum(world.turned_away.values())
    disordered = sum(
        _displaced([one for one in said if one in numbers], numbers)
        for chat, numbers in crowd.acknowledged.items()
        for said in (world.direct[chat], world.late[chat])
    )
    rows = [
        ("questions", questions),
        ("acknowledged", len(acknowledged)),
        ("tries that were not acknowledged", crowd.again),
        ("answered", len(acknowledged & world.answers.keys())),
        ("told to ask again, having asked too much", turned_away),
        ("lost", len(missing)),
        ("out of order in a conversation", disordered),
        ("answers doubled", sum(count - 1 for count in world.answers.values())),
        ("answered after an outage of the ERP", sum(map(len, world.late.values()))),
        ("told that theirs will come", world.promises - turned_away),
    ]
    for name, value in rows:
        print(f"{name:40}{value:>10}")
    if missing:
        print("lost:", " ".join(missing[:20]))
    return 1 if missing or disordered or len(acknowledged) < questions else 0


def repeats(world: Faulty, troubles: Sequence[Trouble]) -> int:
    """Print why each answer that came twice did; 1 where the bot could have prevented one."""
    avoidable = 0
    for number, shown in sorted(world.shown.items()):
        if len(shown) > 1:
            why, unavoidable = explained(shown, troubles)
            avoidable += not unavoidable
            print(f"twice: {number} {'' if unavoidable else 'AVOIDABLE: '}{why}")
    return 1 if avoidable else 0


def _displaced(said: Sequence[str], asked: Sequence[str]) -> int:
    return sum(a != b for a, b in zip(said, sorted(said, key=asked.index), strict=True))


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, port: int) -> AsyncIterator[None]:
    """Serve an app on loopback, in this process, for as long as the context lasts."""
    config = uvicorn.Config(app, port=port, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    server = _Quiet(config)
    task = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await task


class _Quiet(uvicorn.Server):
    """Leaves signals to the run: it ends what it serves last."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


if __name__ == "__main__":
    raise SystemExit(main())

"""`make bench`: starts everything on loopback, asks, and prints a table."""

import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import aiohttp
from cryptography.fernet import Fernet

from bench.doubles import COMPANY
from bench.world import (
    PEOPLE,
    SIGNING_SECRET,
    SLACK_TOKEN,
    TELEGRAM_TOKEN,
    WEBHOOK_SECRET,
    Post,
    slack_question,
    telegram_question,
)

RATES = (20, 100)
SECONDS = 6
SATURATION_QUESTIONS = 400
SATURATION_AT_ONCE = 64
DRAIN_SECONDS = 150.0
RESEND_SECONDS = 0.5
WARM_UP_QUESTIONS = 50

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


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_bench(Path(folder)))


async def _bench(folder: Path) -> None:
    doubles_port, bot_port, bare_port = _free_ports(3)
    doubles = f"http://127.0.0.1:{doubles_port}"
    environment = _environment(folder, doubles, bot_port)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_process(["-m", "bench.doubles", str(doubles_port)]))
        await _ready(f"{doubles}/timeline")
        _prepare(environment)
        bot = stack.enter_context(_process(["-m", "bot", "serve"], environment))
        stack.enter_context(_process(["-m", "bench.bare", str(bare_port), doubles]))
        await _ready(f"http://127.0.0.1:{bot_port}/readyz")
        await _ready(f"http://127.0.0.1:{bare_port}/")
        for question in (slack_question, telegram_question):
            for port in (bot_port, bare_port):
                await _saturated(f"http://127.0.0.1:{port}", doubles, question, WARM_UP_QUESTIONS, 4)
        await asyncio.sleep(3)
        print(f"memory at rest: {_resident_megabytes(bot.pid):.0f} MB; processor at rest over 5 s: ", end="")
        print(f"{await _processor_share(bot.pid, 5):.1f} %")
        print(f"{PEOPLE} conversations; times in ms; 'own' is request to delivery less the ERP's time\n")
        titles = ("ack p50", "p95", "p99", "own p50", "p95", "p99", "q/s")
        print(" " * 20 + "".join(f"{title:>9}" for title in titles) + "  lost")
        for platform, question in (("slack", slack_question), ("telegram", telegram_question)):
            for rate in RATES:
                ours = await _paced(f"http://127.0.0.1:{bot_port}", doubles, question, rate)
                bare = await _paced(f"http://127.0.0.1:{bare_port}", doubles, question, rate)
                _print(f"{platform} {rate}/s", ours, bare)
            ours = await _saturated(f"http://127.0.0.1:{bot_port}", doubles, question)
            bare = await _saturated(f"http://127.0.0.1:{bare_port}", doubles, question)
            _print(f"{platform} saturated", ours, bare)
        print(f"\nmemory after: {_resident_megabytes(bot.pid):.0f} MB")


async def _paced(base: str, doubles: str, question: Question, rate: int) -> Run:
    """Ask at a steady rate, whether or not answers keep up."""
    async with aiohttp.ClientSession() as session:
        asked = []
        start = time.monotonic()
        for index in range(rate * SECONDS):
            await asyncio.sleep(max(0.0, start + index / rate - time.monotonic()))
            asked.append(asyncio.create_task(_ask(session, base, question, index)))
        results = await asyncio.gather(*asked)
    return await _collect(doubles, results)


async def _saturated(
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
                results.append(await _ask(session, base, question, index))

        await asyncio.gather(*(ask_on() for _ in range(at_once)))
    return await _collect(doubles, results)


async def _ask(
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


async def _collect(doubles: str, results: Sequence[tuple[str, float, float]]) -> Run:
    deadline = time.monotonic() + DRAIN_SECONDS
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{doubles}/timeline") as response:
                seen = await response.json()
            if all(number in seen["delivered"] for number, _, _ in results) or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
    own, ends = [], []
    for number, start, _ in results:
        if number in seen["delivered"]:
            ends.append(seen["delivered"][number])
            own.append(seen["delivered"][number] - start - _covered(seen["erp"].get(number, [])))
    span = max(ends) - min(start for _, start, _ in results) if ends else float("inf")
    return Run(
        acknowledged=[end - start for _, start, end in results],
        delivered=own,
        lost=len(results) - len(own),
        per_second=len(ends) / span,
    )


def _covered(spans: list[list[float]]) -> float:
    """How long at least one ERP call was under way."""
    total, reached = 0.0, 0.0
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _print(name: str, ours: Run, bare: Run) -> None:
    rows = [(label, _figures(run), run) for label, run in ((name, ours), ("  bare library", bare))]
    for label, figures, run in rows:
        cells = "".join(f"{1000 * figure:9.1f}" for figure in figures)
        print(f"{label:20}{cells}{run.per_second:9.0f}{run.lost:6}")
    ratios = "".join(f"{a / b:9.2f}" for a, b in zip(rows[0][1], rows[1][1], strict=True))
    print(f"{'  ratio':20}{ratios}{ours.per_second / bare.per_second:9.2f}\n")


def _figures(run: Run) -> list[float]:
    return _quantiles(run.acknowledged) + _quantiles(run.delivered)


def _quantiles(values: list[float]) -> list[float]:
    if len(values) < 2:
        return [float("nan")] * 3
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return [cuts[49], cuts[94], cuts[98]]


def _environment(folder: Path, doubles: str, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ORDERBOT_")}
    return kept | {
        "ORDERBOT_DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "ORDERBOT_SECRET_KEYS": Fernet.generate_key().decode(),
        "ORDERBOT_PORT": str(port),
        "ORDERBOT_ERP_URL": f"{doubles}/erp",
        "ORDERBOT_ERP_TOKEN": "bench",
        "ORDERBOT_SLACK_BOT_TOKEN": SLACK_TOKEN,
        "ORDERBOT_SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "ORDERBOT_SLACK_API_URL": f"{doubles}/slack/api/",
        "ORDERBOT_TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
        "ORDERBOT_TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "ORDERBOT_TELEGRAM_API_URL": f"{doubles}/telegram",
        "ORDERBOT_TELEGRAM_MESSAGES_PER_SECOND": "0",
    }


def _prepare(environment: dict[str, str], people: int = PEOPLE, code: Path | None = None) -> None:
    """Make the tables and link everybody who will ask, in one process of its own.

    `code` is the folder of another release, whose tables they are then.
    """
    script = (
        "from bench.people import link_everybody; from bot.settings import Settings; "
        f"link_everybody(Settings(), company={COMPANY}, people={people})"
    )
    here = Path(__file__).parents[1]
    where = environment | {"PYTHONPATH": os.pathsep.join(map(str, (code or here, here)))}
    for command in (["-m", "bot", "migrate"], ["-c", script]):
        command = [sys.executable, "-P", *command]
        subprocess.run(command, env=where, check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def _process(
    arguments: list[str], environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


async def _ready(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(900):
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as response:
                    if response.status < 500:
                        return
            await asyncio.sleep(0.1)
    raise RuntimeError(f"{url} did not come up")


def _free_ports(wanted: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(wanted)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _resident_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


async def _processor_share(pid: int, seconds: float) -> float:
    """Percent of one core, over some seconds."""
    before = _ticks(pid)
    await asyncio.sleep(seconds)
    return 100 * (_ticks(pid) - before) / os.sysconf("SC_CLK_TCK") / seconds


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    main()

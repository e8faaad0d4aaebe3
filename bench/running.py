"""The processes of a run: the bot's settings and tables, its start and end, what they use of the machine."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiohttp
from cryptography.fernet import Fernet

from bench.killed import without_ours
from bench.world import COMPANY, PEOPLE, SIGNING_SECRET, SLACK_TOKEN, TELEGRAM_TOKEN, WEBHOOK_SECRET
from bot.demo.ports import free_ports


def environment_of(folder: Path, doubles: str, port: int) -> dict[str, str]:
    return without_ours() | {
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


def prepare(environment: dict[str, str], people: int = PEOPLE, code: Path | None = None) -> None:
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
def process_of(
    arguments: list[str], environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


async def ready(url: str, *, seconds: float = 90.0) -> None:
    """Wait for `url` to answer, and not that something is amiss; raises TimeoutError."""
    async with asyncio.timeout(seconds), aiohttp.ClientSession() as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(url) as response:
                    if response.status < 500:
                        return
            await asyncio.sleep(0.1)


async def started(
    stack: contextlib.ExitStack, commands: Sequence[str], environment: dict[str, str]
) -> list[int]:
    """The ids of the bot's processes, ready each: what is still starting takes a core for seconds."""
    pages, pids = free_ports(len(commands)), []
    for command, page in zip(commands, pages, strict=True):
        own = environment | {"ORDERBOT_OPS_PORT": str(page)}
        pids.append(stack.enter_context(process_of(["-m", "bot", command], own)).pid)
    for page in pages:
        await ready(f"http://127.0.0.1:{page}/readyz")
    return pids


def resident_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])

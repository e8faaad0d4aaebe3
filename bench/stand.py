"""A bot with its doubles, or the bare libraries with them, ready to be asked; and what all of them use."""

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass
from enum import Enum
from pathlib import Path

from bench import odoo
from bench.processor import Family, machine_seconds
from bench.running import environment_of, prepare, process_of, ready, resident_megabytes, started
from bot.demo.ports import free_ports
from tests.support.postgres import PostgresServer, fresh_database

_ERP_SECONDS, _PLATFORM_SECONDS = "0.15", "0.1"
_ERP_AT_ONCE = 64
"""Questions with the ERP at once. Each takes one or two rounds: of the usual eight 26 to 53 end a second."""


class Erp(Enum):
    """Whose API the doubles speak."""

    VTEX_B2B = "vtex-b2b"
    """Five calls a question, in two rounds."""
    ODOO = "odoo"
    """One call a question."""


def settings_of(erp: Erp, doubles: str) -> dict[str, str]:
    """What tells the bot to ask this one of the doubles."""
    paths = {Erp.VTEX_B2B: "/erp", Erp.ODOO: odoo.PATH}
    return {"ORDERBOT_ERP_KIND": erp.value, "ORDERBOT_ERP_URL": doubles + paths[erp]}


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


async def bot_of(
    stack: ExitStack, folder: Path, erp: Erp, server: PostgresServer | None = None, workers: int = 0
) -> Running:
    """A bot that asks this ERP: one process on SQLite, or with `server` one web process and its workers."""
    doubles, base, port, world = await _doubles(stack)
    environment = environment_of(folder, doubles, port) | settings_of(erp, doubles)
    environment["ORDERBOT_ERP_CONCURRENCY"] = str(_ERP_AT_ONCE)
    if server is not None:
        environment["ORDERBOT_DATABASE_URL"] = fresh_database(server)
    prepare(environment)
    commands = ["web", *["worker"] * workers] if workers else ["serve"]
    pids = await started(stack, commands, environment)
    database = Family(server.pid) if server is not None else None
    return Running(base, doubles, pids, folder, world, database)


async def bare_of(stack: ExitStack, folder: Path, erp: Erp) -> Running:
    """Bare Bolt and python-telegram-bot that ask it the same."""
    doubles, base, port, world = await _doubles(stack)
    bare = stack.enter_context(process_of(["-m", "bench.bare", str(port), doubles, erp.value]))
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

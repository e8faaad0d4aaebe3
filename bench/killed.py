"""A real `orderbot serve` that a run kills and starts again, and what such runs have in common."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from bot.settings import Settings


class Killable(Protocol):
    def kill(self) -> None: ...


Start = Callable[[Mapping[str, str], Path], Killable]
"""Begins a bot with an environment, its log in a folder."""


def started(environment: Mapping[str, str], folder: Path) -> Killable:
    """The bot as a process of its own."""
    with open(folder / "bot.log", "ab") as log:
        command = [sys.executable, "-m", "bot", "serve"]
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)


def migrated(environment: Mapping[str, str]) -> None:
    """Make its tables."""
    subprocess.run([sys.executable, "-m", "bot", "migrate"], env=environment, check=True)


def without_ours() -> dict[str, str]:
    """This process's environment, without what would set up a bot."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ORDERBOT_")}


def store_settings(environment: Mapping[str, str]) -> Settings:
    """As far as somebody needs them who fills its store."""
    return Settings(
        _env_file=None,
        database_url=environment["ORDERBOT_DATABASE_URL"],
        secret_keys=environment["ORDERBOT_SECRET_KEYS"],
    )


async def until(condition: Callable[[], bool], seconds: float) -> None:
    """Wait for what another process does, so long at most."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.1)

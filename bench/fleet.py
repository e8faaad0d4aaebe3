"""Processes of the bot that come back when they end, as under systemd, and are all gone in the end."""

import asyncio
import collections
import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.doubled import Trouble
from bench.running import ready
from bench.starting import Process, Start

CLOCK_SECONDS = 3.0
"""How far the clock of a process that starts may be off, either way."""
AGAIN_AFTER = (0.2, 1.5)
"""How many seconds an ended process stays away."""


@dataclass
class Fleet:
    """Named processes of one release. A name's part before the dash is the command: `web`, `worker-2`."""

    environment: Mapping[str, str]
    log: Path
    chance: random.Random
    begin: Start
    pages: Mapping[str, int]
    """By name, the port of the process's own `/readyz`."""
    wrong_clocks: bool = False
    running: dict[str, Process] = field(default_factory=dict)
    ended: collections.Counter[str] = field(default_factory=collections.Counter)
    """How processes ended, signals negative."""
    troubles: list[Trouble] = field(default_factory=list)
    """When they were killed, or found ended, on the monotonic clock."""

    def start(self, name: str) -> None:
        off = self.chance.uniform(-CLOCK_SECONDS, CLOCK_SECONDS) if self.wrong_clocks else 0.0
        own = {**self.environment, "ORDERBOT_OPS_PORT": str(self.pages[name])}
        self.running[name] = self.begin([name.partition("-")[0]], own, self.log, off)

    @contextlib.asynccontextmanager
    async def kept_alive(self, *names: str) -> AsyncIterator[None]:
        """Start these, and start each again when it ends; none is left when the context closes."""
        for name in names:
            self.start(name)
        caring = asyncio.create_task(self._care())
        try:
            yield
        finally:
            caring.cancel()
            await asyncio.gather(caring, return_exceptions=True)
            self.kill_all()
        if not caring.cancelled() and (error := caring.exception()):
            raise error

    async def up(self, name: str, *, seconds: float = 90.0) -> None:
        """Wait until a process works; raises TimeoutError."""
        await ready(f"http://127.0.0.1:{self.pages[name]}/readyz", seconds=seconds)

    def kill(self, name: str) -> None:
        """As the kernel does when memory runs out: no goodbye."""
        self.troubles.append(Trouble(time.monotonic(), f"{name} killed"))
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.running[name].pid, signal.SIGKILL)

    async def retire(self, *names: str, seconds: float = 30.0) -> None:
        """End these as a deployment does, and do not start them again. TimeoutError if one does not end."""
        leaving = [self.running.pop(name) for name in names]
        for process in leaving:
            process.terminate()
        for process in leaving:
            try:
                await asyncio.to_thread(process.wait, seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                raise TimeoutError(f"{names} did not end on SIGTERM within {seconds:g} s") from None

    def kill_all(self) -> None:
        for process in self.running.values():
            process.kill()
        for process in self.running.values():
            process.wait()

    async def _care(self) -> None:
        while True:
            for name, process in list(self.running.items()):
                code = process.poll()
                if code is not None and self.running.get(name) is process:
                    self.ended[f"{name} ended with {code}"] += 1
                    self.troubles.append(Trouble(time.monotonic(), f"{name} ended with {code}"))
                    await asyncio.sleep(self.chance.uniform(*AGAIN_AFTER))
                    self.start(name)
            await asyncio.sleep(0.1)

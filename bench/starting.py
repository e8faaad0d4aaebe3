"""How a process of the bot starts: anew, as operators do it, or as a fork of one that imported everything."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Protocol

from tests.whole.nursery import HEAVY

HERE = Path(__file__).parents[1]


class Process(Protocol):
    """What `subprocess.Popen` can do, as far as it is needed."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class Start(Protocol):
    def __call__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, off: float
    ) -> Process:
        """Run `orderbot COMMAND…` with a clock that is so many seconds off."""


@dataclass(frozen=True)
class Anew:
    """From the release in a folder. Takes seconds of processor time each."""

    code: Path

    def __call__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, off: float
    ) -> Process:
        launcher = [sys.executable, str(HERE / "bench" / "other_clock.py"), str(self.code), f"{off:.3f}"]
        with log.open("ab") as output:
            return subprocess.Popen(
                [*launcher, *command], env=environment, cwd=self.code, stdout=output, stderr=output
            )


class Forked:
    """From this release. A start takes a tenth of the processor time, so that more can be killed in a run."""

    def __init__(self) -> None:
        self._forks = multiprocessing.get_context("forkserver")
        self._forks.set_forkserver_preload(["__main__", *HEAVY, "bench.other_clock", "bot.cli"])

    def __call__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, off: float
    ) -> Process:
        process = self._forks.Process(
            target=_run, args=(list(command), dict(environment), str(log), off), daemon=True
        )
        process.start()
        return _Fork(process)


@dataclass(frozen=True)
class _Fork:
    process: ForkServerProcess

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    def poll(self) -> int | None:
        return self.process.exitcode

    def terminate(self) -> None:
        self.process.terminate()

    def kill(self) -> None:
        self.process.kill()

    def wait(self, timeout: float | None = None) -> int:
        self.process.join(timeout)
        code = self.process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("orderbot", timeout or 0.0)
        return code


def _run(command: list[str], environment: dict[str, str], log: str, off: float) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with open(log, "ab") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)

    from bench.other_clock import orderbot

    orderbot(off, command)

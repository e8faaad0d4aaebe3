"""Programs beside the stage: real processes."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.demo.child import Child, ChildFailed, finished

SLEEPER = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)")


async def eventually(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("It did not happen in 20 s.")


async def test_a_program_that_ends_badly_says_its_last_words(tmp_path: Path) -> None:
    script = "import sys; sys.exit('the database is missing')"
    with pytest.raises(ChildFailed, match="the database is missing"):
        await finished(
            (sys.executable, "-c", script), environment=os.environ, folder=tmp_path, log=tmp_path / "log"
        )


async def test_a_program_that_ends_well_says_nothing(tmp_path: Path) -> None:
    await finished((sys.executable, "-c", ""), environment=os.environ, folder=tmp_path, log=tmp_path / "log")


async def test_a_program_that_is_killed_is_started_again(tmp_path: Path) -> None:
    told: list[str] = []
    child = Child(SLEEPER, environment=os.environ, folder=tmp_path, log=tmp_path / "log", tell=told.append)
    await child.start()
    try:
        first = child.pid
        await eventually(lambda: (tmp_path / "log").read_text().count("up") == 1)
        os.kill(first, signal.SIGKILL)
        await eventually(lambda: (tmp_path / "log").read_text().count("up") == 2)
        assert child.pid != first
        assert child.alive
        assert "-9" in told[0]
    finally:
        await child.stop()
    assert not child.alive


async def test_a_program_that_was_stopped_stays_stopped(tmp_path: Path) -> None:
    told: list[str] = []
    child = Child(SLEEPER, environment=os.environ, folder=tmp_path, log=tmp_path / "log", tell=told.append)
    await child.start()
    await child.stop()
    assert not child.alive
    assert told == []

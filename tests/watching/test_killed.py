"""Watching processes that are killed at random moments: nothing is missed, nothing is said twice."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.keys import new_secret_key

pytestmark = pytest.mark.kill

KILLS = 12
ORDERS = 20
SEED = 20261126


def test_a_killed_sweeper_misses_nothing_and_says_nothing_twice(tmp_path: Path) -> None:
    """Twenty orders move one after the other while the sweeper is killed and started again."""
    environment = {**os.environ, "WATCH_FOLDER": str(tmp_path), "WATCH_KEY": new_secret_key()}
    chance = random.Random(SEED)  # noqa: S311
    books = sqlite3.connect(tmp_path / "erp.db", isolation_level=None)
    books.execute("PRAGMA journal_mode=WAL")
    books.execute("CREATE TABLE orders (number TEXT PRIMARY KEY, status TEXT, changed_at REAL)")
    books.execute("CREATE TABLE said (id TEXT, number TEXT, sentence TEXT)")
    rows = [(str(number), "confirmed", time.time() - 60) for number in range(ORDERS)]
    books.executemany("INSERT INTO orders VALUES (?, ?, ?)", rows)
    _run(environment, "prepare").wait()

    sweeper = _run(environment, "sweep")
    moved: list[tuple[str, str]] = []
    for step, status in enumerate(("in_preparation", "shipped") * ORDERS):
        number = str(step // 2)
        books.execute(
            "UPDATE orders SET status = ?, changed_at = ? WHERE number = ?", (status, time.time(), number)
        )
        moved.append((number, status))
        if step % (2 * ORDERS // KILLS) == 0:
            time.sleep(chance.uniform(0.0, 0.6))
            os.kill(sweeper.pid, signal.SIGKILL)
            sweeper.wait()
            sweeper = _run(environment, "sweep")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(_shipped(books)) < ORDERS:
        time.sleep(0.2)
    sweeper.kill()
    sweeper.wait()

    assert _shipped(books) == {str(number) for number in range(ORDERS)}
    said = books.execute("SELECT number, sentence, count(*) FROM said GROUP BY number, sentence").fetchall()
    assert [row for row in said if row[2] > 1] == []


def _run(environment: dict[str, str], what: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.watching.process", what], env=environment)


def _shipped(books: sqlite3.Connection) -> set[str]:
    rows = books.execute("SELECT number FROM said WHERE sentence = 'changed_despatched'").fetchall()
    return {number for (number,) in rows}

"""What every SQLite file of ours needs and SQLite does not do by itself."""

import sqlite3
from typing import Any

import stamina


def use_wal(connection: Any) -> None:
    """Let readers and the writer of a file not block each other; `connection` is one, or a cursor.

    SQLite does not wait where two processes switch a new file at once, but tells one of them that it is
    locked. Raises sqlite3.OperationalError after half a minute of that.
    """
    for attempt in stamina.retry_context(
        on=sqlite3.OperationalError, attempts=None, timeout=30, wait_initial=0.02, wait_max=0.2
    ):
        with attempt:
            connection.execute("PRAGMA journal_mode=WAL")

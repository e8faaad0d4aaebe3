"""SQLite answers every statement without an ORDER BY backwards, in the tests' own process.

A database may return such rows in any order, and does so where nobody expects it: PostgreSQL puts a row into
room that its vacuum freed a moment ago. What rests on an order that nobody asked for then fails one time in
many. The tests run on both databases, so here it fails every time.
"""

import contextlib
import sqlite3
from typing import Any


class Backwards(sqlite3.Connection):
    """A connection whose unordered rows come last first."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # A file that is none, or busy: whoever opened it is to find that out, not we.
        with contextlib.suppress(sqlite3.Error):
            self.execute("PRAGMA reverse_unordered_selects=ON")


def turn_unordered_rows_round() -> None:
    """Make every connection from now on one of those, whichever library opens it."""
    opened = sqlite3.connect

    def connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = opened(*arguments, **{"factory": Backwards, **named})
        return connection

    sqlite3.connect = connect  # type: ignore[assignment]
    sqlite3.dbapi2.connect = connect  # type: ignore[assignment]

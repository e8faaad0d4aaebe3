"""SQLite connections that go to their thread once for each statement.

aiosqlite goes there four times for a SELECT (make a cursor, run, fetch, close), and once more to roll back
where nothing was begun. Each of these costs more processor than SQLite takes for what a question asks.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import aiosqlite
from sqlalchemy.engine import URL


async def connected(url: URL) -> "OneTrip":
    """A connection to the file the address names, for SQLAlchemy's `async_creator`."""
    arguments, named = url.get_dialect()().create_connect_args(url)
    connect: Any = sqlite3.connect
    connection = OneTrip(partial(connect, *arguments, **named), iter_chunk_size=64)
    # As SQLAlchemy has it: a process ends though a connection was not closed.
    connection._thread.daemon = True
    await connection
    return connection


class OneTrip(aiosqlite.Connection):
    """Takes a statement to its thread and all that it found back. Nothing is read piece by piece from it.

    One whose statement is given up (its task was cancelled) is closed by SQLAlchemy, and not used again.
    """

    def cursor(self) -> "Trip":  # type: ignore[override]
        return Trip(self)

    async def taken(self, sql: str, parameters: Any, *, many: bool) -> "Found":
        """Run a statement and fetch what it finds; raises sqlite3.Error."""
        found: Found = await self._execute(  # type: ignore[no-untyped-call]
            _run, self._conn, sql, parameters, many
        )
        return found

    async def rollback(self) -> None:
        """Undo what was begun, if anything was: a block that only reads begins nothing."""
        if self.in_transaction:
            await super().rollback()


Found = tuple[Any, int, int | None, Sequence[Any]]
"""A cursor's `description`, `rowcount` and `lastrowid`, and all rows."""


class Trip:
    """What SQLAlchemy's adapter needs of an aiosqlite cursor."""

    arraysize = 1

    def __init__(self, connection: OneTrip) -> None:
        self._connection = connection
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self._rows: Sequence[Any] = ()

    async def __aenter__(self) -> "Trip":
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> None:
        await self._take(sql, parameters, many=False)

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> None:
        await self._take(sql, parameters, many=True)

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    async def close(self) -> None:
        """The real one was closed when its rows had been fetched."""

    async def _take(self, sql: str, parameters: Any, *, many: bool) -> None:
        found = await self._connection.taken(sql, parameters, many=many)
        self.description, self.rowcount, self.lastrowid, self._rows = found


def _run(connection: sqlite3.Connection, sql: str, parameters: Any, many: bool) -> Found:
    cursor = connection.cursor()
    try:
        (cursor.executemany if many else cursor.execute)(sql, parameters)
        rows = cursor.fetchall() if cursor.description else ()
        return cursor.description, cursor.rowcount, cursor.lastrowid, rows
    finally:
        cursor.close()

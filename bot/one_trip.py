"""SQLite connections that go to their thread once for each statement.

aiosqlite goes there four times for a SELECT (make a cursor, run, fetch, close), and once more to roll back
where nothing was begun. Each of these costs more processor than SQLite takes for what a question asks.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

from sqlalchemy.engine import URL

T = TypeVar("T")

_Errands = SimpleQueue[tuple[asyncio.Future[Any] | None, Callable[[], Any]] | None]


async def connected(url: URL) -> "OneTrip":
    """A connection to the file the address names, for SQLAlchemy's `async_creator`.

    Python begins no transaction on it by itself.
    """
    arguments, named = url.get_dialect()().create_connect_args(url)
    named = {**named, "isolation_level": None}
    connect: Callable[[], sqlite3.Connection] = partial(sqlite3.connect, *arguments, **named)
    return await OneTrip().open(connect)


class OneTrip:
    """What SQLAlchemy's adapter needs of an aiosqlite connection; a thread of its own holds the real one.

    Takes a statement to its thread and all that it found back. Nothing is read piece by piece from it.
    One whose statement is given up (its task was cancelled) is closed by SQLAlchemy, and not used again.
    """

    def __init__(self) -> None:
        self._errands: _Errands = SimpleQueue()
        # The adapter looks here whether it is open.
        self._connection: sqlite3.Connection | None = None
        # A process ends though a connection was not closed.
        threading.Thread(target=_run_errands, args=(self._errands,), name="sqlite", daemon=True).start()

    async def open(self, connect: Callable[[], sqlite3.Connection]) -> "OneTrip":
        """Raises sqlite3.Error."""
        try:
            self._connection = await self._errand(connect)
        except BaseException:
            self.stop()
            raise
        return self

    def __del__(self) -> None:
        self.stop()

    @property
    def in_transaction(self) -> bool:
        return self._open.in_transaction

    def cursor(self) -> "Trip":
        return Trip(self)

    async def taken(self, sql: str, parameters: Any, *, many: bool) -> "Found":
        """Run a statement and fetch what it finds; raises sqlite3.Error."""
        return await self._errand(partial(_run, self._open, sql, parameters, many))

    async def commit(self) -> None:
        await self._errand(self._open.commit)

    async def rollback(self) -> None:
        """Undo what was begun, if anything was: a block that only reads begins nothing."""
        if self.in_transaction:
            await self._errand(self._open.rollback)

    async def create_function(self, *arguments: Any, **named: Any) -> None:
        await self._errand(partial(self._open.create_function, *arguments, **named))

    async def close(self) -> None:
        """After what is under way; safe to repeat."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                await self._errand(connection.close)
            finally:
                self.stop()

    def stop(self) -> None:
        """Close without waiting for it."""
        if self._connection is not None:
            self._errands.put((None, self._connection.close))
            self._connection = None
        self._errands.put(None)

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            # By these words SQLAlchemy knows a connection that is gone.
            raise ValueError("connection closed")
        return self._connection

    async def _errand(self, do: Callable[[], T]) -> T:
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._errands.put((done, do))
        return await done


def _run_errands(errands: _Errands) -> None:
    while (errand := errands.get()) is not None:
        done, do = errand
        result, failed = None, None
        try:
            result = do()
        except BaseException as error:
            failed = error
        if done is not None:
            # A loop that is closed has nobody who waits.
            with suppress(RuntimeError):
                done.get_loop().call_soon_threadsafe(_finish, done, result, failed)


def _finish(done: asyncio.Future[Any], result: Any, failed: BaseException | None) -> None:
    if done.done():
        return
    if failed is not None:
        done.set_exception(failed)
    else:
        done.set_result(result)


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

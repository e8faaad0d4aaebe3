"""SQLite without asyncio's way there, for what every question reads and every answer writes.

That way (a greenlet, a thread, and back for each statement) costs several times what SQLite takes for it.
"""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, Engine, Executable, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool


class BusyJustNow(Exception):
    """The file cannot be read without waiting; in WAL that is while it is made, or mended after a crash."""


class Beside:
    """Two connections of their own to the file of a Store, opened when they are first wanted.

    One reads, in the thread that asks, and waits for nothing; one writes, in a thread of its own.
    """

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="sqlite+pysqlite")
        self._reader: Connection | None = None
        self._writer: Engine | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-writes")

    def rows(self, statement: Executable, values: Mapping[str, Any]) -> Sequence[Any]:
        """What a SELECT finds that is committed now; raises BusyJustNow."""
        try:
            if self._reader is None:
                self._reader = _reading_engine(self._url).connect()
            return self._reader.execute(statement, values).all()
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in (
                sqlite3.SQLITE_BUSY,
                sqlite3.SQLITE_LOCKED,
            ):
                raise BusyJustNow from error
            raise

    def bare(self, sql: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """What a SELECT finds that is committed now, as sqlite3 gives it; raises BusyJustNow."""
        try:
            if self._reader is None:
                self._reader = _reading_engine(self._url).connect()
            driver: Any = self._reader.connection.driver_connection
            found: list[tuple[Any, ...]] = driver.execute(sql, values).fetchall()
        except (sqlite3.Error, OperationalError) as error:
            # Whatever it is: asked through SQLAlchemy, it fails as everything else does.
            raise BusyJustNow from error
        return found

    async def write(self, writes: Sequence[tuple[Executable, Sequence[Mapping[str, Any]]]]) -> None:
        """All of these, in one transaction; raises what SQLAlchemy raises, and nothing was written then."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, writes)

    async def aclose(self) -> None:
        await asyncio.to_thread(self._thread.shutdown)
        if self._writer is not None:
            self._writer.dispose()
        if self._reader is not None:
            self._reader.close()
            self._reader.engine.dispose()

    def _write(self, writes: Sequence[tuple[Executable, Sequence[Mapping[str, Any]]]]) -> None:
        if self._writer is None:
            self._writer = _writing_engine(self._url)
        with self._writer.begin() as connection:
            for statement, values in writes:
                connection.execute(statement, values)


def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """What every connection to the store's file is set to."""
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin(connection: Connection) -> None:
    """Begin what every connection begins: nothing, unless it `writes` by its execution options."""
    # Python's own transaction handling, which is switched off, would begin late and deferred.
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _reading_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        poolclass=StaticPool,
        # Each statement by itself, as it is committed then: nothing is begun, and so nothing to be ended.
        connect_args={"check_same_thread": False, "timeout": 0, "isolation_level": None},
    )
    event.listen(engine, "connect", _only_read)
    return engine


def _writing_engine(url: URL) -> Engine:
    apart = {"check_same_thread": False, "isolation_level": None}
    engine = create_engine(url, poolclass=StaticPool, connect_args=apart, execution_options={"writes": True})
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def _only_read(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("query_only=ON", "cache_size=-32000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()

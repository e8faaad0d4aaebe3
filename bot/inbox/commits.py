"""How kept rows get to the disk: each call is one transaction, and has returned when power may fail."""

import sqlite3
from collections.abc import Iterable
from typing import Protocol

import sqlalchemy as sa

from bot.inbox.basics import InboxSettings
from bot.inbox.rows import KeptRow, RowsInFile, RowsOnServer
from bot.inbox.storage import CHANNEL, open_engine, prepare_sqlite

_STATEMENTS = 256
"""Kept ready: two for each size of a batch."""


class Commits(Protocol):
    """Used by one thread at a time."""

    def keep(self, rows: Iterable[KeptRow]) -> None:
        """Keep all of them, those that are not kept yet, or none; raises what the database raises."""

    def close(self) -> None: ...


def open_commits(settings: InboxSettings) -> Commits:
    """Connects with the first rows. Each call gives up within `keep_seconds`."""
    # The database itself gives up before the one who waits does: so nothing is left behind that holds a lock.
    patience = settings.keep_seconds * 0.75
    return InFile(settings, patience) if settings.on_sqlite else OnServer(settings, patience)


def open_quick_commits(settings: InboxSettings) -> Commits | None:
    """For where nothing may be waited for: raises where another writes at that moment. SQLite alone.

    It never tends the file, which takes many times as long as a commit; the others do.
    """
    return InFile(settings, 0.0, tends=False) if settings.on_sqlite else None


class InFile:
    """SQLite, without SQLAlchemy: what that adds to two statements is more than they cost."""

    def __init__(self, settings: InboxSettings, patience: float, *, tends: bool = True) -> None:
        self._path = str(settings.url.database)
        self._patience = patience
        self._tends = tends
        self._rows = RowsInFile()
        self._cursor: sqlite3.Cursor | None = None

    def keep(self, rows: Iterable[KeptRow]) -> None:
        statements = self._rows.statements(rows)
        try:
            execute = (self._cursor or self._connected()).execute
            execute("BEGIN IMMEDIATE")
            for statement, values in statements:
                execute(statement, values)
            execute("COMMIT")
        except BaseException:
            # Undone, and whatever it was, the next ones begin with another connection.
            self.close()
            raise

    def close(self) -> None:
        if self._cursor is not None:
            self._cursor.connection.close()
            self._cursor = None

    def _connected(self) -> sqlite3.Cursor:
        connection = sqlite3.connect(self._path, check_same_thread=False, cached_statements=_STATEMENTS)
        self._cursor = connection.cursor()
        prepare_sqlite(connection, patience=self._patience, synchronous="FULL")
        # Python's own BEGIN and COMMIT are compiled anew each time.
        connection.isolation_level = None
        if not self._tends:
            connection.execute("PRAGMA wal_autocheckpoint=0")
        return self._cursor


class OnServer:
    """PostgreSQL; rings the workers' doorbell in the same transaction."""

    def __init__(self, settings: InboxSettings, patience: float) -> None:
        self._engine = open_engine(settings, connections=1, patience=patience, synchronous="FULL")
        self._rows = RowsOnServer(settings)
        self._wake = settings.wake

    def keep(self, rows: Iterable[KeptRow]) -> None:
        statements = self._rows.statements(rows)
        with self._engine.begin() as connection:
            for statement, values in statements:
                connection.execute(sa.text(statement), values)
            if self._wake:
                connection.execute(sa.text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})

    def close(self) -> None:
        self._engine.dispose()

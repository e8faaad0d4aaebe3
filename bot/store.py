"""The database: one engine for SQLite or PostgreSQL, its sessions, and the column types every room uses.

Tables live in the room that owns them and derive from `Table`. `bot.migrations` creates them.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import (
    DateTime,
    Dialect,
    Executable,
    Insert,
    MetaData,
    String,
    Text,
    event,
    func,
    insert,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ColumnElement, TextClause
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.beside import Beside, BusyJustNow, begin, prepare
from bot.keys import Sealed
from bot.one_trip import connected
from bot.straight import NotStraight, Straight

Write = tuple[UpdateBase, Sequence[Mapping[str, Any]]]
"""A statement, and the rows of values it is run with."""


class DatabaseUrlUnusable(ValueError):
    """ORDERBOT_DATABASE_URL names no database we can use."""


class Store:
    """Sessions on one database. Build one per process, `aclose` it at the end.

    On SQLite writers take the write lock when they begin, so that a transaction which reads before
    it writes never fails half-way with "database is locked"; readers never wait (WAL).
    """

    def __init__(self, database_url: str) -> None:
        url = database(database_url)
        self._on_sqlite = url.get_backend_name() == "sqlite"
        self._engine = _sqlite_engine(url) if self._on_sqlite else _postgresql_engine(url)
        self._readers = (
            self._engine if self._on_sqlite else self._engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        self._writers = self._engine.execution_options(writes=True)
        self._write_turn = asyncio.Lock()
        self._beside = Beside(url) if self._on_sqlite else None
        self._straight = None if self._on_sqlite else Straight(url)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @property
    def engine(self) -> AsyncEngine:
        """For measuring and checking; questions go through `reading` and `writing`."""
        return self._engine

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """For single SELECTs: each statement sees what is committed when it runs."""
        async with AsyncSession(self._readers, expire_on_commit=False) as session:
            yield session

    async def rows(self, statement: Executable, values: Mapping[str, Any]) -> Sequence[Any]:
        """What one small SELECT of columns finds, for what every question asks.

        On SQLite in this thread: to change threads costs more than such a SELECT takes.
        """
        if self._beside is not None:
            try:
                return self._beside.rows(statement, values)
            except BusyJustNow:
                # In another thread it can be waited for.
                pass
        if self._straight is not None:
            try:
                return await self._straight.rows(statement, values)
            except NotStraight:
                pass
        async with self._readers.connect() as connection:
            return (await connection.execute(statement, values)).all()

    async def bare(self, sql: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
        """What one small SELECT finds, as the driver gives it: where SQLAlchemy takes longer than it does.

        `sql` names its values as the driver reads them, `:name` on SQLite and `%(name)s` on PostgreSQL;
        `moment_of` reads the moments of its rows.
        """
        try:
            if self._beside is not None:
                return self._beside.bare(sql, values)
            if self._straight is not None:
                return await self._straight.bare(sql, values)
        except (BusyJustNow, NotStraight):
            pass
        async with self._readers.connect() as connection:
            return [tuple(row) for row in await connection.exec_driver_sql(sql, dict(values))]

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """One transaction, committed when the block ends, rolled back when it raises."""
        async with (
            self._one_at_a_time(),
            AsyncSession(self._writers, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    async def write(self, writes: Sequence[Write]) -> None:
        """All of these, in one transaction: what every answer leaves behind.

        On SQLite the whole of it is one change of threads, where `writing` has one for each statement. It
        is done even where who waits for it is cancelled meanwhile.
        """
        async with self._one_at_a_time():
            if self._beside is not None:
                await self._beside.write(writes)
                return
            async with self._writers.begin() as connection:
                for statement, values in writes:
                    await connection.execute(statement, values)

    async def lock(self, session: AsyncSession, *names: str) -> None:
        """Let one writer at a time pass for each name, until its transaction ends.

        Locks are taken in one order, so two writers cannot wait for each other. On SQLite a writer
        is alone already.
        """
        if self._on_sqlite:
            return
        numbers = {int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True) for name in names}
        for number in sorted(numbers):
            await session.exec(select(func.pg_advisory_xact_lock(number)))

    async def aclose(self) -> None:
        if self._beside is not None:
            await self._beside.aclose()
        if self._straight is not None:
            await self._straight.aclose()
        await self._engine.dispose()

    @asynccontextmanager
    async def _one_at_a_time(self) -> AsyncIterator[None]:
        # SQLite's own way of waiting for the write lock is to sleep, longer each time.
        if not self._on_sqlite:
            yield
            return
        async with self._write_turn:
            yield


class Table(SQLModel):
    """Base of every table: one metadata, with names that migrations can refer to."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: refuses naive ones, stores UTC, returns UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return moment_of(value)


def moment_of(found: str | datetime | None) -> datetime | None:
    """A stored moment, as a driver gives it (`Store.bare`): aware, in UTC."""
    if isinstance(found, str):
        found = datetime.fromisoformat(found)
    if found is None:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class SealedText(TypeDecorator[Sealed]):
    """A column that takes only `Sealed` values, so that plain text cannot get in by mistake.

    Sealing and opening are done by whoever holds the `Keys`; the database layer never does.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("Only a Sealed value may be stored in this column.")
        return value.token

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sealed | None:
        return None if value is None else Sealed(value)


class Digest(TypeDecorator[str]):
    """64 hex digits of `Keys.digest`; anything else is refused, so that plain text cannot get in."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None and (len(value) != 64 or value.strip("0123456789abcdef")):
            raise ValueError("Only a digest may be stored in this column.")
        return value


async def add(session: AsyncSession, table: type[Table], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, as one statement built and compiled once."""
    if rows:
        statement, values = adding(table, rows)
        await session.exec(statement, params=values)


def adding(table: type[Table], rows: Sequence[Mapping[str, Any]]) -> Write:
    """The write that inserts rows, of which there is one at least."""
    return _insert(table), [dict(row) for row in rows]


def adding_once(table: type[Table], rows: Sequence[Mapping[str, Any]], *, on: str) -> Write:
    """The write that inserts rows but those that a unique index has already. One at least.

    `on` is the store's dialect. Whoever writes the same rows in another order at the same moment may be
    refused by PostgreSQL: give them in one order.
    """
    return _insert_once(table, on), [dict(row) for row in rows]


async def upsert(
    session: AsyncSession,
    table: type[Table],
    values: Mapping[str, Any],
    *,
    unique: Sequence[str],
    where: ColumnElement[bool] | TextClause | None = None,
    change: Sequence[str] | None = None,
    returning: str,
) -> Any:
    """Insert a row, or change the one that has the same `unique` columns; returns one of its columns.

    `where` is the condition of a partial unique index, one that stands beside its table: the statement
    is built once for each; `change` names what is overwritten, all that is not unique by default.
    """
    columns = [name for name in values if name not in unique] if change is None else change
    on = session.get_bind().dialect.name
    statement = _insert_or_change(table, on, tuple(unique), where, tuple(columns), returning)
    return (await session.exec(statement, params=dict(values))).scalar_one()


def changing(
    table: type[Table], rows: Sequence[Mapping[str, Any]], *, unique: Sequence[str], on: str
) -> Write:
    """The write that inserts rows, or changes those that have the same `unique` columns. One at least.

    `on` is the store's dialect.
    """
    columns = tuple(name for name in rows[0] if name not in unique)
    statement = _insert_or_change(table, on, tuple(unique), None, columns, None)
    return statement, [dict(row) for row in rows]


@cache
def _insert(table: type[Table]) -> Insert:
    target: SqlTable = table.__table__  # type: ignore[attr-defined]
    return insert(target)


@cache
def _insert_once(table: type[Table], on: str) -> Insert:
    return _inserting(table, on).on_conflict_do_nothing()


@cache
def _insert_or_change(
    table: type[Table],
    on: str,
    unique: tuple[str, ...],
    where: ColumnElement[bool] | TextClause | None,
    change: tuple[str, ...],
    returning: str | None,
) -> Insert:
    """The statement of both. Which columns it fills is told by the values it is run with."""
    target: SqlTable = table.__table__  # type: ignore[attr-defined]
    inserted = _inserting(table, on)
    statement: Insert = inserted.on_conflict_do_update(
        index_elements=[target.c[name] for name in unique],
        index_where=where,
        set_={name: inserted.excluded[name] for name in change},
    )
    return statement if returning is None else statement.returning(target.c[returning])


def _inserting(table: type[Table], on: str) -> postgresql.Insert | sqlite.Insert:
    target: SqlTable = table.__table__  # type: ignore[attr-defined]
    inserted: postgresql.Insert | sqlite.Insert = (postgresql if on == "postgresql" else sqlite).insert(
        target
    )
    return inserted


def utc_now() -> datetime:
    return datetime.now(UTC)


def database(database_url: str) -> URL:
    """The address with our driver; makes the folder of an SQLite file. Raises DatabaseUrlUnusable.

    Accepts `sqlite:///path`, `postgresql://…` and the `postgres://…` of hosting platforms.
    """
    try:
        url = make_url(database_url)
    except ArgumentError as error:
        raise DatabaseUrlUnusable(_URL_ADVICE) from error
    match url.drivername.partition("+")[0]:
        case "sqlite" if url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
    raise DatabaseUrlUnusable(_URL_ADVICE)


_URL_ADVICE = (
    "ORDERBOT_DATABASE_URL must be `sqlite:///path/to/file.db` or `postgresql://user:password@host/name`."
)


def _postgresql_engine(url: URL) -> AsyncEngine:
    return create_async_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10)


def _sqlite_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, async_creator=partial(connected, url))
    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", begin)
    return engine

"""A store of an older release survives `orderbot migrate`, and the older release goes on with it.

Rows are made from the older schema itself, so a new migration is held to this without a line here.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlmodel import select

from bot import migrations
from bot.store import Store, Table, database

Rows = dict[str, list[dict[str, Any]]]


def revisions() -> list[str]:
    """All of them, oldest first."""
    scripts = ScriptDirectory(str(migrations.__path__[0]))
    return [script.revision for script in scripts.walk_revisions()][::-1]


@pytest.fixture
def before_database_url(empty_database_url: str) -> str:
    """A database as the release before the newest migration left it."""
    migrations.migrate(empty_database_url, revisions()[-2])
    return empty_database_url


async def test_every_row_of_the_release_before_is_there_and_readable_after_the_newest_migration(
    before_database_url: str,
) -> None:
    with connected(before_database_url) as connection:
        older = reflected(connection)
        kept = fill(connection, older, values=count(1))
    migrations.migrate(before_database_url)
    with connected(before_database_url) as connection:
        for name, rows in kept.items():
            assert read(connection, older.tables[name]) == rows, name
    assert await readable(before_database_url) >= kept.keys()


async def test_the_release_before_goes_on_reading_and_writing_after_the_newest_migration(
    before_database_url: str,
) -> None:
    """Its statements name the columns it knows: none may be gone, and no new one may be wanted."""
    with connected(before_database_url) as connection:
        older = reflected(connection)
    migrations.migrate(before_database_url)
    with connected(before_database_url) as connection:
        values = count(1)
        first, second = fill(connection, older, values), fill(connection, older, values)
        for name, rows in first.items():
            assert read(connection, older.tables[name]) == sorted_rows([*rows, *second[name]]), name
            if name != "audit":
                change_nothing(connection, older.tables[name])
    assert await readable(before_database_url) >= first.keys()


@pytest.mark.parametrize("revision", revisions()[:-2])
async def test_a_store_of_any_release_survives_to_the_newest(revision: str, tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path}/orderbot.db"
    migrations.migrate(url, revision)
    with connected(url) as connection:
        kept = fill(connection, reflected(connection), values=count(1))
    migrations.migrate(url)
    with connected(url) as connection:
        newest = reflected(connection)
        there = {name: len(read(connection, newest.tables[name])) for name in kept if name in newest.tables}
    assert there == {name: len(rows) for name, rows in kept.items()}
    assert await readable(url) >= kept.keys()


async def readable(url: str) -> set[str]:
    """Read all rows of all tables as the code of now does; the names of the tables that have any."""
    store, found = Store(url), set[str]()
    try:
        for mapper in Table._sa_registry.mappers:
            async with store.reading() as session:
                if (await session.exec(select(mapper.class_))).all():
                    found.add(mapper.local_table.name)  # type: ignore[attr-defined]
    finally:
        await store.aclose()
    return found


def connected(url: str) -> Any:
    address = database(url)
    driver = "sqlite" if address.get_backend_name() == "sqlite" else address.drivername
    return sa.create_engine(address.set(drivername=driver), poolclass=sa.NullPool).begin()


def reflected(connection: sa.Connection) -> sa.MetaData:
    metadata = sa.MetaData()
    metadata.reflect(connection)
    metadata.remove(metadata.tables["alembic_version"])
    return metadata


def fill(connection: sa.Connection, schema: sa.MetaData, values: Iterator[int]) -> Rows:
    """One row with everything and one with the least in each table; returns them as they are read."""
    made: Rows = {}
    for table in schema.sorted_tables:
        rows = [made_up(table, made, values, least=least) for least in (False, True)]
        connection.execute(table.insert(), rows[:1])
        connection.execute(table.insert(), rows[1:])
        made[table.name] = rows
    return {name: sorted_rows(rows) for name, rows in made.items()}


def made_up(table: sa.Table, made: Rows, values: Iterator[int], *, least: bool) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.columns:
        if least and column.nullable:
            row[column.name] = None
        elif column.foreign_keys:
            (key,) = column.foreign_keys
            parents = made.get(key.column.table.name)
            # Its own table's: that row is its own parent.
            row[column.name] = parents[least][key.column.name] if parents else row[key.column.name]
        else:
            row[column.name] = made_up_value(column.type, next(values))
    return row


def made_up_value(kind: sa.types.TypeEngine[Any], number: int) -> Any:
    match kind:
        case sa.Boolean():
            return bool(number % 2)
        case sa.Integer():
            return 1000 + number
        case sa.DateTime():
            moment = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=number)
            return moment if kind.timezone else moment.replace(tzinfo=None)
        case sa.String(length=64):
            return sha256(str(number).encode()).hexdigest()
        case sa.String():
            return f"text {number}"
    raise AssertionError(f"make up a value of {kind!r} here")


def read(connection: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    rows = connection.execute(sa.select(table)).mappings()
    return sorted_rows([{name: in_utc(value) for name, value in row.items()} for row in rows])


def in_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value


def sorted_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: json.dumps(row, default=str, sort_keys=True))


def change_nothing(connection: sa.Connection, table: sa.Table) -> None:
    """Write every column the older release knows, with what it has."""
    connection.execute(table.update().values({column.name: column for column in table.columns}))

"""SQLite as the store goes to it: what comes back, and that nothing given up stays begun."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from bot.store import Store

THINGS = Table(
    "things", MetaData(), Column("id", Integer, primary_key=True), Column("name", String, unique=True)
)


@pytest.fixture
async def stored(tmp_path: Path) -> AsyncIterator[tuple[Store, Path]]:
    store = Store(f"sqlite:///{tmp_path}/things.db")
    async with store.writing() as session:
        await (await session.connection()).run_sync(THINGS.metadata.create_all)
    yield store, tmp_path / "things.db"
    await store.aclose()


async def names(store: Store) -> list[str]:
    async with store.reading() as session:
        found = await (await session.connection()).execute(select(THINGS.c.name).order_by(THINGS.c.name))
        return list(found.scalars())


async def test_rows_counts_and_new_keys_come_back(stored: tuple[Store, Path]) -> None:
    store, _ = stored
    async with store.writing() as session:
        connection = await session.connection()
        added = await connection.execute(insert(THINGS), [{"name": "a"}, {"name": "b"}, {"name": "c"}])
        returned = await connection.execute(insert(THINGS).values(name="d").returning(THINGS.c.id))
        driven = await connection.exec_driver_sql("INSERT INTO things (name) VALUES ('e')")
        gone = await connection.execute(delete(THINGS).where(THINGS.c.name < "c"))
        nothing = await connection.execute(select(THINGS.c.id).where(THINGS.c.name == "z"))
        assert (added.rowcount, returned.scalar_one(), driven.lastrowid) == (3, 4, 5)
        assert (gone.rowcount, nothing.all()) == (2, [])
    assert await names(store) == ["c", "d", "e"]


async def test_after_a_statement_that_fails_nothing_of_its_block_is_kept(stored: tuple[Store, Path]) -> None:
    store, file = stored

    async def add_twice() -> None:
        async with store.writing() as session:
            connection = await session.connection()
            for _ in range(2):
                await connection.execute(insert(THINGS).values(name="a"))

    with pytest.raises(IntegrityError):
        await add_twice()
    assert await names(store) == []
    _write_from_elsewhere(file, "b")
    assert await names(store) == ["b"]


async def test_a_writer_given_up_while_it_waits_for_the_file_leaves_it_free(
    stored: tuple[Store, Path],
) -> None:
    store, file = stored

    async def add(name: str) -> None:
        async with store.writing() as session:
            await (await session.connection()).execute(insert(THINGS).values(name=name))

    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    given_up = asyncio.create_task(add("a"))
    # Time for it to be waiting; whether it does already changes nothing of what is checked.
    await asyncio.sleep(0.2)
    given_up.cancel()
    asyncio.get_running_loop().call_later(0.1, other.execute, "COMMIT")
    with pytest.raises(asyncio.CancelledError):
        await given_up
    await add("b")
    other.close()
    _write_from_elsewhere(file, "c")
    assert await names(store) == ["b", "c"]


def _write_from_elsewhere(file: Path, name: str) -> None:
    """As another process; at once, or it fails."""
    connection = sqlite3.connect(file, timeout=0.1)
    with connection:
        connection.execute("INSERT INTO things (name) VALUES (?)", (name,))
    connection.close()

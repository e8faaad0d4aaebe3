"""Small SELECTs that go straight to the database, and what becomes of them where its connection was lost."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from bot.keys import Sealed
from bot.memory import ButtonRow
from bot.store import Store, adding, moment_of

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def rows(store: Store) -> list[str]:
    return [reference for (reference,) in await store.rows(select(ButtonRow.reference), {})]


async def bare(store: Store, kind: str = "order") -> list[str]:
    value = ":kind" if store.dialect == "sqlite" else "%(kind)s"
    found = await store.bare(f"SELECT reference FROM buttons WHERE kind = {value}", {"kind": kind})  # noqa: S608
    return [reference for (reference,) in found]


async def add_a_button(store: Store) -> None:
    row = {"reference": "r", "kind": "order", "company_id": 1, "act": Sealed("sealed"), "made_at": NOON}
    await store.write([adding(ButtonRow, [row])])


async def test_values_come_back_as_the_driver_gives_them_and_moments_can_be_read(store: Store) -> None:
    await add_a_button(store)
    ((reference, company, act, made_at),) = await store.bare(
        "SELECT reference, company_id, act, made_at FROM buttons", {}
    )
    assert (reference, company, act) == ("r", 1, "sealed")
    assert moment_of(made_at) == NOON
    assert moment_of(None) is None
    assert await bare(store) == ["r"]
    assert await bare(store, "'; DROP TABLE buttons; --") == []


async def test_what_the_database_refuses_is_told_as_every_other_refusal_and_harms_nothing(
    store: Store,
) -> None:
    await add_a_button(store)
    for _ in range(12):
        with pytest.raises(DBAPIError):
            await store.bare("SELECT nothing FROM buttons", {})
    assert await bare(store) == ["r"]


@ON_POSTGRESQL
@pytest.mark.parametrize("ask", [rows, bare])
async def test_a_lost_connection_is_asked_again_another_way(
    store: Store, database_url: str, ask: Callable[[Store], Awaitable[list[str]]]
) -> None:
    await add_a_button(store)
    assert await asyncio.gather(*(ask(store) for _ in range(8))) == [["r"]] * 8
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for _ in range(3):
        assert await asyncio.gather(*(ask(store) for _ in range(8))) == [["r"]] * 8


@ON_POSTGRESQL
async def test_a_select_that_is_given_up_leaves_nothing_in_the_way_of_the_next(store: Store) -> None:
    await add_a_button(store)
    for _ in range(12):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await store.bare("SELECT pg_sleep(20)", {})
    assert await bare(store) == ["r"]

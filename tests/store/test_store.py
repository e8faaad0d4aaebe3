"""What the database gives back, and what it refuses to take."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlmodel import select

from bot.keys import Keys, KeysUnusable, NotOurs, Sealed, new_secret_key
from bot.linking.tables import Company, Contact, Link
from bot.memory import ButtonRow
from bot.spoken import FocusRow
from bot.store import Store, adding, changing

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def _button(made_at: datetime, act: object = Sealed("x")) -> ButtonRow:
    return ButtonRow(reference="r" * 22, kind="order", company_id=1, act=act, made_at=made_at)  # type: ignore[arg-type]


async def test_a_moment_comes_back_aware_and_in_utc(store: Store) -> None:
    there = NOON.astimezone(timezone(timedelta(hours=-3)))
    async with store.writing() as session:
        session.add(_button(made_at=there))
    async with store.reading() as session:
        kept = (await session.exec(select(ButtonRow))).one().made_at
    assert kept == NOON
    assert kept.tzinfo is UTC


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(_button(made_at=datetime(2026, 3, 1)), id="a moment without a zone"),
        pytest.param(_button(made_at=NOON, act="plain text"), id="plain text in a sealed column"),
        pytest.param(
            Contact(company_id=1, email_digest="ana@northwind.example", email=Sealed("x")),
            id="plain text in a digest column",
        ),
    ],
)
async def test_a_column_refuses(store: Store, row: ButtonRow | Contact) -> None:
    with pytest.raises(StatementError):
        async with store.writing() as session:
            session.add(row)


async def test_a_link_to_a_company_that_does_not_exist_is_refused(store: Store) -> None:
    with pytest.raises(DBAPIError):
        async with store.writing() as session:
            session.add(
                Link(
                    platform="slack",
                    workspace="T1",
                    user_id="U1",
                    company_id=404,
                    verified_by="operator",
                    verified_at=NOON,
                    reverify_by=NOON,
                )
            )


async def test_what_raises_is_rolled_back(store: Store) -> None:
    async def write_and_fail() -> None:
        async with store.writing() as session:
            session.add(_button(made_at=NOON))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await write_and_fail()
    async with store.reading() as session:
        assert (await session.exec(select(ButtonRow))).first() is None


async def test_writers_that_read_first_neither_fail_nor_lose_each_others_work(store: Store) -> None:
    async with store.writing() as session:
        session.add(Company(erp="erp", erp_key="55", name="0"))

    async def add_one() -> None:
        async with store.writing() as session:
            await store.lock(session, "counter")
            company = (await session.exec(select(Company))).one()
            await asyncio.sleep(0)
            company.name = str(int(company.name) + 1)

    await asyncio.gather(*(add_one() for _ in range(20)))
    async with store.reading() as session:
        assert (await session.exec(select(Company))).one().name == "20"


async def _buttons(store: Store) -> set[str]:
    found = await store.rows(select(ButtonRow.reference), {})
    return {reference for (reference,) in found}


def _row(reference: str) -> dict[str, Any]:
    return {
        "reference": reference,
        "kind": "order",
        "company_id": 1,
        "act": Sealed("x"),
        "made_at": NOON,
    }


async def test_several_writes_are_all_done_or_none(store: Store) -> None:
    await store.write([adding(ButtonRow, [_row("a")]), adding(ButtonRow, [_row("b"), _row("c")])])
    assert await _buttons(store) == {"a", "b", "c"}
    with pytest.raises(DBAPIError):
        await store.write([adding(ButtonRow, [_row("d")]), adding(ButtonRow, [_row("a")])])
    assert await _buttons(store) == {"a", "b", "c"}


async def test_writes_of_both_kinds_wait_for_each_other(store: Store) -> None:
    async def in_a_block(number: int) -> None:
        async with store.writing() as session:
            session.add(ButtonRow(**_row(f"block {number}")))
            await session.flush()
            await asyncio.sleep(0)

    await asyncio.gather(
        *(in_a_block(number) for number in range(20)),
        *(store.write([adding(ButtonRow, [_row(f"write {number}")])]) for number in range(20)),
    )
    assert len(await _buttons(store)) == 40


async def test_what_was_committed_is_seen_by_the_next_small_select(store: Store) -> None:
    assert await _buttons(store) == set()
    async with store.writing() as session:
        session.add(_button(made_at=NOON))
        await session.flush()
        assert await _buttons(store) == set()
    assert await _buttons(store) == {"r" * 22}


async def test_a_row_is_changed_where_there_is_one_of_the_same_place(store: Store) -> None:
    place, other = "0" * 64, "1" * 64
    noted = {"company_id": 1, "order_number": Sealed("x"), "lives_in": None, "set_at": NOON}
    for company in (1, 2):
        row = {"place": place, **noted, "company_id": company}
        await store.write([changing(FocusRow, [row], unique=("place",), on=store.dialect)])
    both = [{"place": one, **noted, "company_id": 3} for one in (place, other)]
    await store.write([changing(FocusRow, both, unique=("place",), on=store.dialect)])
    found = await store.rows(select(FocusRow.place, FocusRow.company_id), {})
    assert sorted(tuple(row) for row in found) == [(place, 3), (other, 3)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_small_select_waits_for_a_file_that_somebody_has_for_themselves(
    store: Store, database_url: str
) -> None:
    alone = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    alone.execute("PRAGMA locking_mode=EXCLUSIVE")
    alone.execute("BEGIN IMMEDIATE")
    alone.execute("COMMIT")
    waiting = asyncio.create_task(_buttons(store))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(waiting), 0.2)
    alone.close()
    assert await waiting == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_small_select_changes_nothing_in_sqlite(store: Store) -> None:
    with pytest.raises(DBAPIError):
        await store.rows(text("DELETE FROM buttons RETURNING reference"), {})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_runs_with_the_settings_we_rely_on(store: Store) -> None:
    async with store.engine.connect() as connection:
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 10000}


def test_a_sealed_text_opens_again_and_shows_nothing() -> None:
    keys = Keys([new_secret_key()])
    sealed = keys.seal("ana.souza@northwind.example")
    assert not any(word in repr(sealed) for word in ("ana.", "souza", "northwind"))
    assert keys.open(sealed) == "ana.souza@northwind.example"


def test_after_a_rotation_what_the_old_key_sealed_opens_and_is_found() -> None:
    old, new = new_secret_key(), new_secret_key()
    before, after = Keys([old]), Keys([new, old])
    assert after.open(before.seal("PO-7782")) == "PO-7782"
    assert before.digest("email", "a@b.example") in after.digests("email", "a@b.example")
    assert after.digest("email", "a@b.example") == Keys([new]).digest("email", "a@b.example")


def test_what_others_sealed_or_somebody_changed_does_not_open() -> None:
    keys = Keys([new_secret_key()])
    for token in (Keys([new_secret_key()]).seal("x").token, keys.seal("x").token[:-8] + "AAAAAAA=", "", "é"):
        with pytest.raises(NotOurs):
            keys.open(Sealed(token))


def test_a_digest_for_one_purpose_says_nothing_in_another() -> None:
    keys = Keys([new_secret_key()])
    assert keys.digest("email", "x") != keys.digest("code", "x")


@pytest.mark.parametrize("secret_keys", [[], ["short"], [Fernet.generate_key().decode(), "é" * 44]])
def test_keys_that_cannot_be_used_say_what_to_set(secret_keys: list[str]) -> None:
    with pytest.raises(KeysUnusable, match="ORDERBOT_SECRET_KEYS"):
        Keys(secret_keys)

"""What the database gives back, and what it refuses to take."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlmodel import select

from bot.keys import Keys, KeysUnusable, NotOurs, Sealed, new_secret_key
from bot.linking.tables import Company, Contact, Link
from bot.memory import ButtonRow
from bot.store import Store

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
    assert "ana" not in repr(sealed)
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

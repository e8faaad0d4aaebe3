"""After a new key was put first: what is sealed, or found by a digest, is brought to it.

Digests of which the text is not kept stay with the old key: open codes (10 minutes), invitations (3 days),
budgets (a day), files that Telegram holds (they are sent anew), and addresses of links that were proved
before addresses were kept. Audit rows do not
change, so what they hold is readable for as long as the old key is kept: keep it while the audit reaches
back to it (`ORDERBOT_KEEP_AUDIT_DAYS`), or their numbers are lost, and nothing else.
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from sqlalchemy import select, tuple_, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.keys import Keys, NotOurs, Sealed
from bot.linking.addresses import address_digests
from bot.linking.books import Books
from bot.linking.tables import Contact, JoinRequest, Link, LinkCode, LinkCodeCompany, Person, WorkspaceTie

SLICE = 500
"""Rows a transaction."""
UNREADABLE = "unreadable"
Digests = Callable[[Mapping[str, Any], Keys], Mapping[str, str]]
"""The columns of a row that find it, made anew with the newest key."""
_TABLES: tuple[Any, ...] = (Contact, Link, LinkCode, LinkCodeCompany, JoinRequest, WorkspaceTie, Person)


async def reseal(books: Books, others: Mapping[Any, Digests] | None = None) -> Mapping[str, int]:
    """How many rows were brought to the newest key, by table. Safe to run while the bot works.

    `others` are tables of other rooms that live longer than a key may, and what finds their rows.
    Rows that none of the keys opens are left as they are, and counted as `unreadable` where there are
    any: then a key was taken away too early.
    """
    done: dict[str, int] = {}
    for table, digests in {**dict.fromkeys(_TABLES, _digests), **(others or {})}.items():
        resealed, unreadable = await _reseal_table(books, table.__table__, digests)
        done[str(table.__tablename__)] = resealed
        if unreadable:
            structlog.get_logger().error("sealed_unreadable", reason="key_missing", table=table.__tablename__)
            done[UNREADABLE] = done.get(UNREADABLE, 0) + unreadable
    return done


async def _reseal_table(books: Books, table: Any, digests: Digests) -> tuple[int, int]:
    key = list(table.primary_key.columns)
    async with books.reading() as session:
        found = await (await session.connection()).execute(select(*key).order_by(*key))
        row_keys = [tuple(one) for one in found.all()]
    done = unreadable = 0
    for start in range(0, len(row_keys), SLICE):
        async with books.store.writing() as session:
            these = row_keys[start : start + SLICE]
            resealed, left = await _reseal_rows(session, books.keys, table, these, digests)
        done, unreadable = done + resealed, unreadable + left
    return done, unreadable


async def _reseal_rows(
    session: AsyncSession, keys: Keys, table: Any, row_keys: Any, digests: Digests
) -> tuple[int, int]:
    columns = list(table.primary_key.columns)
    connection = await session.connection()
    # Locked until they are written: what somebody changes meanwhile must not be overwritten.
    rows = await connection.execute(
        select(table).where(tuple_(*columns).in_(row_keys)).order_by(*columns).with_for_update()
    )
    done = unreadable = 0
    for row in rows.mappings().all():
        try:
            fresh = _fresh(row, keys, digests)
        except NotOurs:
            unreadable += 1
            continue
        if fresh:
            this = [column == row[column.name] for column in columns]
            await connection.execute(update(table).where(*this).values(fresh))
            done += 1
    return done, unreadable


def _fresh(row: Mapping[Any, Any], keys: Keys, digests: Digests) -> dict[str, object]:
    opened = {name: keys.open(value) for name, value in row.items() if isinstance(value, Sealed)}
    return {**{name: keys.seal(text) for name, text in opened.items()}, **digests({**row, **opened}, keys)}


def _digests(row: Mapping[str, Any], keys: Keys) -> Mapping[str, str]:
    found: dict[str, str] = {}
    if "email_digest" in row and row.get("email"):
        found["email_digest"] = address_digests(keys, row["email"])[0]
    if "phone_digest" in row and row.get("phone"):
        found["phone_digest"] = keys.digest("phone", row["phone"])
    return found

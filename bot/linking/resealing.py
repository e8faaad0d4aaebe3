"""After a new key was put first: what is sealed, or found by a digest, is brought to it.

Codes, tokens and budgets are short-lived and keep their old digests. The audit cannot be changed, so an
old key must be kept for as long as the audit reaches back.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from bot.keys import Keys, Sealed
from bot.linking.addresses import address_digests
from bot.linking.books import Books
from bot.linking.tables import Contact, JoinRequest, Link, LinkCode, LinkCodeCompany, Person, WorkspaceTie

SLICE = 500
_TABLES: tuple[Any, ...] = (Contact, Link, LinkCode, LinkCodeCompany, JoinRequest, WorkspaceTie, Person)


async def reseal(books: Books) -> Mapping[str, int]:
    """How many rows were brought to the newest key, by table. Safe to run while the bot works."""
    done = {}
    for table in _TABLES:
        done[str(table.__tablename__)] = await _reseal_table(books, table.__table__)
    return done


async def _reseal_table(books: Books, table: Any) -> int:
    key = list(table.primary_key.columns)
    async with books.reading() as session:
        connection = await session.connection()
        keys = (await connection.execute(select(*key))).all()
    done = 0
    for start in range(0, len(keys), SLICE):
        async with books.store.writing() as session:
            connection = await session.connection()
            for row_key in keys[start : start + SLICE]:
                condition = [column == value for column, value in zip(key, row_key, strict=True)]
                row = (await connection.execute(select(table).where(*condition))).mappings().first()
                fresh = _fresh(row, books.keys) if row is not None else {}
                if fresh:
                    await connection.execute(update(table).where(*condition).values(fresh))
                    done += 1
    return done


def _fresh(row: Mapping[Any, Any], keys: Keys) -> dict[str, object]:
    opened = {name: keys.open(value) for name, value in row.items() if isinstance(value, Sealed)}
    fresh: dict[str, object] = {name: keys.seal(text) for name, text in opened.items()}
    if "email_digest" in row and opened.get("email"):
        fresh["email_digest"] = address_digests(keys, opened["email"])[0]
    if "phone_digest" in row and opened.get("phone"):
        fresh["phone_digest"] = keys.digest("phone", opened["phone"])
    return fresh

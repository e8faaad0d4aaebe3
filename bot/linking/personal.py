"""One person's data: everything that is stored about them, and forgetting who they were."""

import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, select, update
from sqlmodel import col

from bot.chat import ChatUser
from bot.keys import Keys, NotOurs, Sealed
from bot.linking.books import Books
from bot.linking.links import person
from bot.linking.tables import (
    Audit,
    ChannelTie,
    ChosenCompany,
    Invitation,
    JoinRequest,
    Link,
    LinkCode,
    Person,
    Spending,
    StaffRow,
    WorkspaceTie,
)

_THEIRS: tuple[Any, ...] = (Person, Link, ChosenCompany, LinkCode, JoinRequest, Audit)
"""Tables whose rows are about one person."""
_NAMED: tuple[tuple[Any, str], ...] = (
    (Link, "vouched_by"),
    (Invitation, "made_by"),
    (Invitation, "addressee"),
    (Invitation, "taken_by"),
    (JoinRequest, "decided_by"),
    (WorkspaceTie, "proved_by"),
    (WorkspaceTie, "confirmed_by"),
    (ChannelTie, "tied_by"),
    (StaffRow, "added_by"),
)
"""Columns of other rows that name a person by key."""
_BUDGETS = ("miss", "invitation", "invitation_try", "join_request", "phone")


async def export_person(books: Books, user: ChatUser) -> dict[str, object]:
    """Everything stored about a person, opened, as values JSON can hold."""
    found: dict[str, object] = {"person": user.key}
    async with books.store.reading() as session:
        connection = await session.connection()
        for table in _THEIRS:
            rows = (await connection.execute(select(table.__table__).where(*_is(table, user)))).mappings()
            found[table.__tablename__] = [_plain(row, books.keys) for row in rows]
        staff = (
            await connection.execute(select(StaffRow.__table__).where(*_is_staff(user)))  # type: ignore[attr-defined]
        ).mappings()
        found["staff"] = [_plain(row, books.keys) for row in staff]
        for table, column in _NAMED:
            rows = (
                await connection.execute(select(table.__table__).where(table.__table__.c[column] == user.key))
            ).mappings()
            found[f"{table.__tablename__}.{column}"] = [_plain(row, books.keys) for row in rows]
    return found


async def erase_person(books: Books, user: ChatUser) -> str:
    """End a person's access and forget who they were; the pseudonym that stands in the audit for them.

    What they did for a company stays on record without them: that a workspace was tied, that somebody
    was let in, that a number was asked for.
    """
    pseudonym = f"erased-{secrets.token_hex(6)}"
    erased = ChatUser(user.platform, pseudonym)
    async with books.writing_about(user) as session:
        now = books.clock()
        connection = await session.connection()
        for table, column in _NAMED:
            await connection.execute(
                update(table).where(table.__table__.c[column] == user.key).values({column: erased.key})
            )
        await connection.execute(
            update(StaffRow)
            .where(*_is_staff(user))
            .values(subject_id=pseudonym, workspace="", revoked_at=now)
        )
        await connection.execute(
            update(Audit)
            .where(*_is(Audit, user))
            .values(user_id=pseudonym, workspace="", conversation="", subject=None)
        )
        await _forget_in_subjects(books, connection, user)
        digests = [
            digest for kind in _BUDGETS for digest in books.keys.digests("budget", f"{kind}|{user.key}")
        ]
        await connection.execute(delete(Spending).where(col(Spending.who).in_(digests)))
        for table in (JoinRequest, LinkCode, ChosenCompany, Link, Person):
            await connection.execute(delete(table).where(*_is(table, user)))
        await books.note(session, erased, "erase", "erased")
    return pseudonym


async def _forget_in_subjects(books: Books, connection: Any, user: ChatUser) -> None:
    """Rows of others that name the person lose that name; who acted stays on record."""
    acts = ("decide", "change_role", "remove_member", "staff")
    rows = await connection.execute(
        select(col(Audit.id), col(Audit.subject)).where(
            col(Audit.act).in_(acts), col(Audit.subject).is_not(None)
        )
    )
    for row_id, subject in rows.all():
        named = _opened(subject, books.keys)
        if isinstance(named, list) and {user.key, user.user_id} & set(named):
            await connection.execute(update(Audit).where(col(Audit.id) == row_id).values(subject=None))


def _is(table: Any, user: ChatUser) -> list[Any]:
    return [table.__table__.c[name] == value for name, value in person(user).items()]


def _is_staff(user: ChatUser) -> list[Any]:
    return [
        col(StaffRow.platform) == user.platform.value,
        col(StaffRow.workspace) == user.workspace,
        col(StaffRow.subject) == "user",
        col(StaffRow.subject_id) == user.user_id,
    ]


def _plain(row: RowMapping, keys: Keys) -> dict[str, object]:
    return {str(name): _value(value, keys) for name, value in row.items()}


def _value(value: object, keys: Keys) -> object:
    match value:
        case Sealed():
            return _opened(value, keys)
        case datetime():
            return value.isoformat()
    return value


def _opened(sealed: Sealed, keys: Keys) -> object:
    try:
        text = keys.open(sealed)
    except NotOurs:
        return "(sealed with a key that is gone)"
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, list) else text

"""One person's data: everything that is stored about them, and forgetting who they were."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from bot.chat.people import ChatUser
from bot.keys import Keys, NotOurs, Sealed
from bot.linking.addresses import address_digests
from bot.linking.books import Books
from bot.linking.links import person
from bot.linking.retention import shuts_out
from bot.linking.tables import (
    Audit,
    ChannelTie,
    ChosenCompany,
    Company,
    Contact,
    Invitation,
    JoinRequest,
    Link,
    LinkCode,
    Person,
    Spending,
    StaffRow,
    WorkspaceTie,
)

_ERASED = "erased-"
"""What a pseudonym begins with; the audit accepts no other."""
_THEIRS: tuple[tuple[str, Any], ...] = (
    ("told by the platform", Person),
    ("links", Link),
    ("chosen company", ChosenCompany),
    ("codes asked for", LinkCode),
    ("requests to be let in", JoinRequest),
    ("what they did", Audit),
)
"""Tables whose rows are about one person."""
_NAMED: tuple[tuple[str, Any, str, tuple[str, ...]], ...] = (
    ("people vouched for", Link, "vouched_by", ("company_id", "role", "verified_at")),
    ("invitations made", Invitation, "made_by", ("company_id", "role", "made_at", "taken_at")),
    ("invitations to them", Invitation, "addressee", ("company_id", "role", "made_at", "expires_at")),
    ("invitations taken", Invitation, "taken_by", ("company_id", "role", "made_at", "taken_at")),
    ("requests decided", JoinRequest, "decided_by", ("company_id", "decided_at", "outcome")),
    ("workspaces proved", WorkspaceTie, "proved_by", ("workspace", "company_id", "email", "proved_at")),
    ("workspaces confirmed", WorkspaceTie, "confirmed_by", ("workspace", "company_id", "confirmed_at")),
    ("channels tied", ChannelTie, "tied_by", ("workspace", "channel", "company_id", "tied_at")),
    ("staff named", StaffRow, "added_by", ("admin", "added_at")),
)
"""Columns of other rows that name a person by key; and what of such a row is about them, not others."""
_ABOUT_PEOPLE = ("decide", "change_role", "change_reach", "remove_member", "staff")
"""Acts whose subject is another person."""
_LEFT_OUT = frozenset({"id", "platform", "user_id", "subject_id", "invitation_id", "tries_left", "who"})
_NAMES = {"company_id": "company", "unit_id": "branch", "email": "e-mail", "at": "when"}


async def export_person(books: Books, user: ChatUser) -> dict[str, object]:
    """Everything stored about a person, opened, as values JSON can hold; nothing about anybody else."""
    async with books.reading() as session:
        connection = await session.connection()
        rows = {
            title: await _rows(connection, table.__table__, *_is(table, user)) for title, table in _THEIRS
        }
        for row in rows["what they did"]:
            if row["act"] in _ABOUT_PEOPLE:
                row["subject"] = None
        emails = {one for row in rows["links"] if (one := _opened(row["email"], books.keys))}
        phones = {one for row in rows["links"] if (one := _opened(row["phone"], books.keys))}
        rows["contact of a company"] = await _rows(
            connection, Contact.__table__, _is_contact(books.keys, emails, phones)  # type: ignore[attr-defined]
        )  # fmt: skip
        rows["staff"] = await _rows(connection, StaffRow.__table__, *_is_staff(user))  # type: ignore[attr-defined]
        rows["limits counted"] = await _rows(
            connection, Spending.__table__, await _is_spending(connection, books.keys, user)  # type: ignore[attr-defined]
        )  # fmt: skip
        rows["what others did about them"] = [
            {name: row[name] for name in ("at", "company_id", "act", "outcome")}
            for row in await _naming(connection, books.keys, user)
        ]
        for title, table, column, shown in _NAMED:
            named = await _rows(connection, table.__table__, table.__table__.c[column] == user.key)
            rows[title] = [{name: row[name] for name in shown} for row in named]
        companies = dict((await connection.execute(select(col(Company.id), col(Company.name)))).all())
    opened: dict[str, object] = {
        title: [_plain(row, books.keys, companies) for row in found] for title, found in rows.items()
    }
    return {"person": user.key, **opened}


async def erase_person(books: Books, user: ChatUser) -> str:
    """End a person's access and forget who they were; the pseudonym that stands for them in the audit.

    What they did for a company stays on record without them: that a workspace was tied, that somebody
    was let in. Imported contacts are the company's data and stay. One thing keeps naming the person:
    the bare row by which an admin removed them from a company that their whole workspace is tied to,
    for as long as it is, because they would be back in without it. A member of a tied workspace who was
    not removed has what any colleague has. Buttons that name them are not linking's: see
    `bot.answers.remembered`.
    """
    pseudonym = f"{_ERASED}{secrets.token_hex(6)}"
    erased = ChatUser(user.platform, pseudonym)
    staff = f"staff:{user.platform}:{user.workspace}:{user.user_id}"
    async with books.writing_about(user, staff) as session:
        now = books.clock()
        connection = await session.connection()
        await connection.execute(
            update(Invitation)
            .where(col(Invitation.made_by) == user.key, col(Invitation.taken_at).is_(None))
            .values(revoked_at=func.coalesce(col(Invitation.revoked_at), now))
        )
        await connection.execute(delete(JoinRequest).where(*_is(JoinRequest, user)))
        theirs = or_(col(Invitation.addressee) == user.key, col(Invitation.taken_by) == user.key)
        await connection.execute(delete(Invitation).where(theirs))
        for _, table, column, _ in _NAMED:
            named = table.__table__.c[column] == user.key
            await connection.execute(update(table).where(named).values({column: erased.key}))
        await connection.execute(
            update(StaffRow)
            .where(*_is_staff(user))
            .values(
                subject_id=pseudonym, workspace="", revoked_at=func.coalesce(col(StaffRow.revoked_at), now)
            )
        )
        await connection.execute(delete(Spending).where(await _is_spending(connection, books.keys, user)))
        for table in (LinkCode, ChosenCompany, Person):
            await connection.execute(delete(table).where(*_is(table, user)))
        await _forget_links(connection, user)
        for row in await _naming(connection, books.keys, user):
            await connection.execute(update(Audit).where(col(Audit.id) == row["id"]).values(subject=None))
        await connection.execute(
            update(Audit)
            .where(*_is(Audit, user))
            .values(user_id=pseudonym, workspace="", conversation="", subject=None)
        )
        await books.note(session, erased, "erase", "erased")
    return pseudonym


def is_erased(user: ChatUser) -> bool:
    """Whether this is the pseudonym of somebody who was erased."""
    return user.user_id.startswith(_ERASED) and not user.workspace


async def _forget_links(connection: AsyncConnection, user: ChatUser) -> None:
    """All links go, but for what shuts the person out of a tie that holds, bare."""
    await connection.execute(delete(Link).where(*_is(Link, user), ~shuts_out()))
    bare = {"email_digest": None, "email": None, "phone": None, "contact_name": None, "vouched_by": None}
    await connection.execute(update(Link).where(*_is(Link, user)).values(**bare))


async def _naming(connection: AsyncConnection, keys: Keys, user: ChatUser) -> Sequence[Mapping[str, Any]]:
    """Audit rows of others that name the person. Subjects are sealed, so all of such acts are opened."""
    found = await _rows(
        connection,
        Audit.__table__,  # type: ignore[attr-defined]
        col(Audit.act).in_(_ABOUT_PEOPLE),
    )
    return [row for row in found if _names(row, keys, user)]


def _names(row: Mapping[str, Any], keys: Keys, user: ChatUser) -> bool:
    named = _opened(row["subject"], keys)
    # Staff are noted by their id alone.
    name = user.user_id if row["act"] == "staff" else user.key
    return isinstance(named, list) and name in named


async def _rows(connection: AsyncConnection, table: Any, *conditions: Any) -> list[dict[str, Any]]:
    found = await connection.execute(select(table).where(*conditions).order_by(*table.primary_key))
    return [dict(row) for row in found.mappings()]


def _is(table: Any, user: ChatUser) -> list[Any]:
    return [table.__table__.c[name] == value for name, value in person(user).items()]


def _is_staff(user: ChatUser) -> list[Any]:
    return [
        col(StaffRow.platform) == user.platform.value,
        col(StaffRow.workspace) == user.workspace,
        col(StaffRow.subject) == "user",
        col(StaffRow.subject_id) == user.user_id,
    ]


async def _is_spending(connection: AsyncConnection, keys: Keys, user: ChatUser) -> Any:
    kinds = (await connection.execute(select(col(Spending.kind)).distinct())).scalars().all()
    digests = [one for kind in kinds for one in keys.digests("budget", f"{kind}|{user.key}")]
    return col(Spending.who).in_(digests)


def _is_contact(keys: Keys, emails: set[Any], phones: set[Any]) -> Any:
    by_email = [one for email in emails for one in address_digests(keys, email)]
    by_phone = [one for phone in phones for one in keys.digests("phone", phone)]
    return or_(col(Contact.email_digest).in_(by_email), col(Contact.phone_digest).in_(by_phone))


def _plain(row: Mapping[str, Any], keys: Keys, companies: Mapping[Any, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in row.items():
        if name in _LEFT_OUT or name.endswith("digest"):
            continue
        if name in ("company_id", "unit_id"):
            value = companies.get(value, value)
        found[_NAMES.get(name, name.replace("_", " "))] = _value(value, keys)
    return found


def _value(value: object, keys: Keys) -> object:
    match value:
        case Sealed():
            return _opened(value, keys)
        case datetime():
            return value.isoformat()
    return value


def _opened(sealed: Sealed | None, keys: Keys) -> object:
    if sealed is None:
        return None
    try:
        text = keys.open(sealed)
    except NotOurs:
        return "(sealed with a key that is gone)"
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, list) else text

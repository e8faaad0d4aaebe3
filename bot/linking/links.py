"""Making, choosing and ending links, inside a transaction of the caller."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat import ChatUser
from bot.linking.tables import LIVE, ChosenCompany, Link, LinkCode
from bot.linking.values import VerifiedBy
from bot.store import upsert

_PERSON = ("platform", "workspace", "user_id")


def person(user: ChatUser) -> dict[str, str]:
    """The columns that identify a person."""
    return {"platform": user.platform.value, "workspace": user.workspace, "user_id": user.user_id}


def is_person(
    table: type[Link] | type[LinkCode] | type[ChosenCompany], user: ChatUser
) -> list[ColumnElement[bool]]:
    """The condition that a row is this person's."""
    return [
        col(table.platform) == user.platform.value,
        col(table.workspace) == user.workspace,
        col(table.user_id) == user.user_id,
    ]


async def keep_link(
    session: AsyncSession,
    user: ChatUser,
    company_id: int,
    *,
    verified_by: VerifiedBy,
    email_digest: str | None,
    now: datetime,
    reverify_by: datetime,
) -> None:
    """Link a person to a company; a link that exists already is proved anew."""
    await upsert(
        session,
        Link,
        {
            **person(user),
            "company_id": company_id,
            "verified_by": verified_by.value,
            "email_digest": email_digest,
            "verified_at": now,
            "reverify_by": reverify_by,
        },
        unique=(*_PERSON, "company_id"),
        where=LIVE,
        returning="id",
    )


async def choose(session: AsyncSession, user: ChatUser, company_id: int) -> None:
    """Make one company the one the person asks for. Grants nothing by itself."""
    await upsert(
        session,
        ChosenCompany,
        {**person(user), "company_id": company_id},
        unique=_PERSON,
        returning="company_id",
    )


async def end_links(session: AsyncSession, user: ChatUser, now: datetime) -> Sequence[int]:
    """Revoke every link of a person and void the code they may have; the companies they leave."""
    ended = await session.exec(
        update(Link)
        .where(*is_person(Link, user), col(Link.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(Link.company_id))
    )
    companies = ended.scalars().all()
    await session.exec(delete(ChosenCompany).where(*is_person(ChosenCompany, user)))
    await close_codes(session, user, now)
    return companies


async def close_codes(session: AsyncSession, user: ChatUser, now: datetime) -> None:
    """Void the code a person has open, if any."""
    await session.exec(
        update(LinkCode)
        .where(
            *is_person(LinkCode, user), col(LinkCode.used_at).is_(None), col(LinkCode.replaced_at).is_(None)
        )
        .values(replaced_at=now)
    )

"""Making, choosing and ending links, inside a transaction of the caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser, Platform
from bot.keys import Keys
from bot.linking.addresses import address_digests
from bot.linking.roles import Reach, Role
from bot.linking.tables import LIVE, Audit, ChosenCompany, Company, JoinRequest, Link, LinkCode, Person
from bot.linking.values import VerifiedBy
from bot.store import upsert

_PERSON = ("platform", "workspace", "user_id")


def person(user: ChatUser) -> dict[str, str]:
    """The columns that identify a person."""
    return {"platform": user.platform.value, "workspace": user.workspace, "user_id": user.user_id}


def is_person(
    table: type[Link] | type[LinkCode] | type[ChosenCompany] | type[Person] | type[JoinRequest],
    user: ChatUser,
) -> list[ColumnElement[bool]]:
    """The condition that a row is this person's."""
    return [
        col(table.platform) == user.platform.value,
        col(table.workspace) == user.workspace,
        col(table.user_id) == user.user_id,
    ]


def is_live(now: datetime) -> list[ColumnElement[bool]]:
    """The condition that a link holds: neither revoked nor past its re-verification."""
    return [col(Link.revoked_at).is_(None), col(Link.reverify_by) > now]


def user_of(row: Link | JoinRequest | Audit | Person) -> ChatUser:
    """The person a row is about."""
    return ChatUser(Platform(row.platform), row.user_id, row.workspace)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What a link rests on, and what it allows.

    Without `role` and `reach` a new link gets the company's defaults, and one that exists keeps its own.
    """

    verified_by: VerifiedBy
    email: str | None = None
    phone: str | None = None
    contact_name: str | None = None
    first_role: Role | None = None
    """The role a new link begins with, instead of the company's default."""
    role: Role | None = None
    reach: Reach | None = None
    unit_id: int | None = None
    vouched_by: str | None = None


async def keep_link(
    session: AsyncSession,
    keys: Keys,
    user: ChatUser,
    company_id: int,
    proof: Proof,
    *,
    now: datetime,
    reverify_by: datetime,
) -> None:
    """Link a person to a company; a link that exists already is proved anew."""
    found = await session.exec(
        select(col(Company.default_role), col(Company.default_reach)).where(col(Company.id) == company_id)
    )
    default_role, default_reach = found.one()
    given = {"role": proof.role, "reach": proof.reach, "unit_id": proof.unit_id}
    if proof.role is None and proof.reach is None:
        given = {}
    evidence = {
        "verified_by": proof.verified_by.value,
        "email_digest": address_digests(keys, proof.email)[0] if proof.email else None,
        "email": keys.seal(proof.email) if proof.email else None,
        "phone": keys.seal(proof.phone) if proof.phone else None,
        "contact_name": keys.seal(proof.contact_name) if proof.contact_name else None,
        "vouched_by": proof.vouched_by,
        "verified_at": now,
        "reverify_by": reverify_by,
        "noticed_at": None,
    }
    await upsert(
        session,
        Link,
        {
            **person(user),
            "company_id": company_id,
            **evidence,
            "role": (proof.role or proof.first_role or Role(default_role)).value,
            "reach": (proof.reach or Reach(default_reach)).value,
            "unit_id": proof.unit_id,
        },
        unique=(*_PERSON, "company_id"),
        where=LIVE,
        change=(*evidence, *given),
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


async def end_links(
    session: AsyncSession, user: ChatUser, now: datetime, *, why: str, company_id: int | None = None
) -> Sequence[int]:
    """Revoke a person's links, to one company or to all, and void their code.

    `why` is a reason code, kept with the link. Returned are the companies they leave, in the order of
    their ids: what a statement changed comes back in no order of its own.
    """
    of_company = [] if company_id is None else [col(Link.company_id) == company_id]
    ended = await session.exec(
        update(Link)
        .where(*is_person(Link, user), col(Link.revoked_at).is_(None), *of_company)
        .values(revoked_at=now, ended_by=why)
        .returning(col(Link.company_id))
    )
    companies = sorted(ended.scalars().all())
    chosen = [] if company_id is None else [col(ChosenCompany.company_id) == company_id]
    await session.exec(delete(ChosenCompany).where(*is_person(ChosenCompany, user), *chosen))
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

"""Who may see what, now. The only place where a `CompanyScope` is granted."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat import ChatUser
from bot.linking.links import is_person
from bot.linking.tables import ChosenCompany, Company, Link
from bot.linking.values import Access, LinkedCompany, VerifiedBy
from bot.scope import CompanyScope


async def access_of(session: AsyncSession, user: ChatUser, now: datetime) -> Access:
    """The companies a person has a live link to, in one statement.

    A link is live while it is neither revoked nor past its re-verification, and its company is
    active. A choice counts only as long as the link behind it is live.
    """
    mine_and_chosen = and_(
        col(ChosenCompany.platform) == col(Link.platform),
        col(ChosenCompany.workspace) == col(Link.workspace),
        col(ChosenCompany.user_id) == col(Link.user_id),
        col(ChosenCompany.company_id) == col(Link.company_id),
    )
    connection = await session.connection()
    found = await connection.execute(
        # Columns, not rows as objects: this runs for every question.
        select(*_COLUMNS)
        .select_from(Link)
        .join(Company, col(Company.id) == col(Link.company_id))
        .join(ChosenCompany, mine_and_chosen, isouter=True)
        .where(
            *is_person(Link, user),
            col(Link.revoked_at).is_(None),
            col(Link.reverify_by) > now,
            col(Company.state) == "active",
        )
    )
    # Sorted here: databases differ in how they order names.
    rows = sorted(found, key=lambda row: (row.name.casefold(), row.company_id))
    companies = tuple(_linked(row) for row in rows)
    chosen = [one for one, row in zip(companies, rows, strict=True) if row.chosen is not None]
    return Access(companies, next(iter([*chosen, *companies]), None))


_COLUMNS: tuple[Any, ...] = (
    col(Link.company_id),
    col(Link.verified_by),
    col(Link.verified_at),
    col(Link.reverify_by),
    col(Company.name),
    col(Company.erp),
    col(Company.erp_key),
    col(ChosenCompany.company_id).label("chosen"),
)


def _linked(row: Row[Any]) -> LinkedCompany:
    return LinkedCompany(
        company_id=row.company_id,
        name=row.name,
        verified_by=VerifiedBy(row.verified_by),
        verified_at=row.verified_at,
        reverify_by=row.reverify_by,
        scope=CompanyScope._grant(
            company_id=row.company_id,
            company_name=row.name,
            erp=row.erp,
            keys=(row.erp_key,),
        ),
    )

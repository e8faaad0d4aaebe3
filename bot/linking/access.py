"""Who may see what, now. The only place where a `CompanyScope` is granted."""

from datetime import datetime

from sqlalchemy import and_
from sqlmodel import col, select
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
    found = await session.exec(
        select(Link, Company, ChosenCompany)
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
    rows = sorted(found, key=lambda row: (row[1].name.casefold(), row[0].company_id))
    companies = tuple(_linked(link, company) for link, company, _ in rows)
    chosen = [one for one, (_, _, choice) in zip(companies, rows, strict=True) if choice]
    return Access(companies, next(iter([*chosen, *companies]), None))


def _linked(link: Link, company: Company) -> LinkedCompany:
    return LinkedCompany(
        company_id=link.company_id,
        name=company.name,
        verified_by=VerifiedBy(link.verified_by),
        verified_at=link.verified_at,
        reverify_by=link.reverify_by,
        scope=CompanyScope._grant(
            company_id=link.company_id,
            company_name=company.name,
            erp=company.erp,
            keys=(company.erp_key,),
        ),
    )

"""Whether somebody may do a thing at a company now: asked by every service just before it acts."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser
from bot.linking.errors import NotAllowed
from bot.linking.roles import Permission
from bot.linking.service import Linking
from bot.linking.tables import Company
from bot.linking.values import LinkedCompany


async def managed(linking: Linking, by: ChatUser, company_id: int) -> LinkedCompany:
    """The company, if this person manages its members now; raises NotAllowed, also where there is none."""
    company = (await linking.access(by, concerning=company_id)).company(company_id)
    if company is None or not company.may(Permission.MEMBERS_MANAGE):
        raise NotAllowed
    return company


async def active_company(session: AsyncSession, company_id: int) -> Company | None:
    """A company that is open for business with us."""
    found = await session.exec(
        select(Company).where(col(Company.id) == company_id, col(Company.state) == "active")
    )
    return found.first()

"""How far a member sees: their own orders, one branch, the company, or the company with its branches.

Nobody gives more than they have: only who sees the whole company changes a reach, only who sees its
branches too gives those, and the supplier's staff give any.
"""

from dataclasses import dataclass

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser
from bot.linking.errors import NotAllowed, NotLinked, ReachNotPossible
from bot.linking.links import is_live, is_person
from bot.linking.rights import managed
from bot.linking.roles import Reach, Role
from bot.linking.service import Linking
from bot.linking.tables import Company, CompanyKey, Link
from bot.linking.values import LinkedCompany


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A company that is part of another."""

    id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What somebody's reach can be made by the person who asks."""

    reaches: tuple[Reach, ...]
    branches: tuple[Branch, ...]
    """By name; one of them goes with reach `unit`."""


class Reaches:
    """What a company's admin, or staff, may do about how far its people see."""

    def __init__(self, linking: Linking) -> None:
        self._linking = linking
        self._books = linking.books

    async def choices(self, by: ChatUser, company_id: int, who: ChatUser) -> Choices:
        """What a member's reach can be changed to; raises NotAllowed and NotLinked."""
        company = await self._widely_managed(by, company_id)
        async with self._books.reading() as session:
            row = await self._row(session, company_id, who)
            branches = await _branches(session, company_id)
        possible = {
            Reach.OWN: row.contact_name is not None,
            Reach.UNIT: bool(branches),
            Reach.COMPANY: True,
            Reach.COMPANY_TREE: bool(branches) and _may_give_branches(company),
        }
        return Choices(reaches=tuple(one for one in Reach if possible[one]), branches=branches)

    async def change(
        self, by: ChatUser, company_id: int, who: ChatUser, reach: Reach, *, branch_id: int | None = None
    ) -> None:
        """Let a member see more or less; `branch_id` goes with reach `unit`, and with no other.

        Raises NotAllowed, NotLinked, and ReachNotPossible: own orders of somebody whose name the ERP did
        not tell, or a branch that is none of this company's.
        """
        company = await self._widely_managed(by, company_id)
        if reach is Reach.COMPANY_TREE and not _may_give_branches(company):
            raise NotAllowed
        async with self._books.writing_about(who, f"members:{company_id}") as session:
            row = await self._row(session, company_id, who)
            known = {one.id for one in await _branches(session, company_id)}
            if reach is Reach.OWN and row.contact_name is None:
                raise ReachNotPossible
            if branch_id not in (known if reach is Reach.UNIT else {None}):
                raise ReachNotPossible
            row.reach, row.unit_id = reach.value, branch_id
            session.add(row)
            await session.flush()
            await self._books.note(session, by, "change_reach", reach.value, company_id, subject=[who.key])

    async def _widely_managed(self, by: ChatUser, company_id: int) -> LinkedCompany:
        company = await managed(self._linking, by, company_id)
        if company.role is not Role.STAFF and company.reach not in (Reach.COMPANY, Reach.COMPANY_TREE):
            raise NotAllowed
        return company

    async def _row(self, session: AsyncSession, company_id: int, who: ChatUser) -> Link:
        found = await session.exec(
            select(Link).where(
                col(Link.company_id) == company_id, *is_person(Link, who), *is_live(self._books.clock())
            )
        )
        row = found.first()
        if row is None:
            raise NotLinked
        return row


def _may_give_branches(company: LinkedCompany) -> bool:
    return company.role is Role.STAFF or company.reach is Reach.COMPANY_TREE


async def _branches(session: AsyncSession, company_id: int) -> tuple[Branch, ...]:
    """Active companies right below one, in its ERPs: those that access counts as its branches."""
    first = select(Company.erp).where(col(Company.id) == company_id).scalar_subquery()
    further = select(CompanyKey.erp).where(col(CompanyKey.company_id) == company_id)
    found = await session.exec(
        select(Company).where(
            col(Company.parent_id) == company_id,
            col(Company.state) == "active",
            or_(col(Company.erp) == first, col(Company.erp).in_(further)),
        )
    )
    branches = [Branch(id=one.id or 0, name=one.name) for one in found.all()]
    return tuple(sorted(branches, key=lambda one: (one.name.casefold(), one.id)))

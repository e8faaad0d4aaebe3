"""The supplier's own people who may look up any company: who they are, and how they find one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import col, select

from bot.chat import ChatUser, Platform
from bot.linking import people
from bot.linking.books import OPERATOR
from bot.linking.companies import folded
from bot.linking.errors import NotAllowed, NotFullMember
from bot.linking.service import Linking
from bot.linking.tables import Company, CompanyKey, StaffRow
from bot.membership import Membership, MembershipUnknown


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """A person, or a user group, who may look up any company."""

    platform: Platform
    workspace: str
    subject_id: str
    group: bool
    admin: bool
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class CompanyHit:
    """A company a text may mean."""

    company_id: int
    name: str
    tax_id: str | None
    erp_key: str


class StaffDesk:
    """Names staff and finds companies for them. `workspace` is the supplier's own on Slack."""

    def __init__(self, linking: Linking, memberships: Mapping[Platform, Membership], workspace: str) -> None:
        self._linking = linking
        self._books = linking.books
        self._memberships = dict(memberships)
        self._workspace = workspace

    async def add(
        self,
        by: ChatUser | None,
        platform: Platform,
        workspace: str,
        subject_id: str,
        *,
        group: bool = False,
        admin: bool = False,
    ) -> None:
        """Name a person or user group; `by` is None for the operator on the command line.

        Raises NotAllowed unless a staff admin asks, or for a group outside Slack; NotFullMember for
        somebody who is no full member of the supplier's own workspace now.
        """
        await self._admin_only(by)
        await self._is_ours(platform, workspace, subject_id, group=group)
        async with self._books.writing_about(None, f"staff:{platform}:{workspace}:{subject_id}") as session:
            now = self._books.clock()
            await session.exec(
                update(StaffRow).where(*_row(platform, workspace, subject_id)).values(revoked_at=now)
            )
            session.add(
                StaffRow(
                    platform=platform.value,
                    workspace=workspace,
                    subject="group" if group else "user",
                    subject_id=subject_id,
                    admin=admin,
                    added_by=(by or OPERATOR).key,
                    added_at=now,
                )
            )
            outcome = "added_admin" if admin else "added"
            await self._books.note(session, by or OPERATOR, "staff", outcome, subject=[subject_id])

    async def remove(self, by: ChatUser | None, platform: Platform, workspace: str, subject_id: str) -> bool:
        """Take the right away at once; False when it was not there. Raises NotAllowed."""
        await self._admin_only(by)
        async with self._books.writing_about(None, f"staff:{platform}:{workspace}:{subject_id}") as session:
            gone = await session.exec(
                update(StaffRow)
                .where(*_row(platform, workspace, subject_id))
                .values(revoked_at=self._books.clock())
            )
            await self._books.note(session, by or OPERATOR, "staff", "removed", subject=[subject_id])
        return bool(gone.rowcount)

    async def everybody(self) -> Sequence[StaffMember]:
        """All staff, in the order they were named."""
        async with self._books.reading() as session:
            found = await session.exec(
                select(StaffRow).where(col(StaffRow.revoked_at).is_(None)).order_by(col(StaffRow.id))
            )
            return [
                StaffMember(
                    platform=Platform(row.platform),
                    workspace=row.workspace,
                    subject_id=row.subject_id,
                    group=row.subject == "group",
                    admin=row.admin,
                    added_at=row.added_at,
                )
                for row in found.all()
            ]

    async def admins(self) -> Sequence[ChatUser]:
        """People to be told of what somebody should look into."""
        return [
            ChatUser(one.platform, one.subject_id, one.workspace)
            for one in await self.everybody()
            if one.admin and not one.group
        ]

    async def search(self, by: ChatUser, text: str, *, limit: int = 6) -> Sequence[CompanyHit]:
        """Active companies by tax id or key, else by part of the name; raises NotAllowed."""
        if not (await self._linking.access(by)).staff:
            raise NotAllowed
        wanted = folded(text)
        digits = "".join(one for one in text.upper() if one.isalnum())
        if not wanted:
            return ()
        active = col(Company.state) == "active"
        exact = or_(
            col(Company.erp_key) == text.strip(),
            col(Company.id).in_(
                select(col(CompanyKey.company_id)).where(col(CompanyKey.erp_key) == text.strip())
            ),
            col(Company.tax_id) == text.strip(),
            col(Company.tax_id) == digits,
            col(Company.name_folded) == wanted,
        )
        async with self._books.reading() as session:
            found = (await session.exec(select(Company).where(active, exact).limit(limit))).all()
            if not found:
                part = col(Company.name_folded).contains(wanted, autoescape=True)
                found = (
                    await session.exec(
                        select(Company).where(active, part).order_by(col(Company.name_folded)).limit(limit)
                    )
                ).all()
        return [
            CompanyHit(company_id=one.id or 0, name=one.name, tax_id=one.tax_id, erp_key=one.erp_key)
            for one in found
        ]

    async def _admin_only(self, by: ChatUser | None) -> None:
        if by is not None and not (await self._linking.access(by)).staff_admin:
            raise NotAllowed

    async def _is_ours(self, platform: Platform, workspace: str, subject_id: str, *, group: bool) -> None:
        if platform is Platform.TELEGRAM:
            # No workspace there to be a member of: people are named one by one, by their numeric ids.
            if group or workspace or not subject_id.isascii() or not subject_id.isdigit():
                raise NotAllowed
            return
        if platform is not Platform.SLACK or not self._workspace or workspace != self._workspace:
            raise NotFullMember
        if group:
            return
        membership = self._memberships.get(platform)
        if membership is None:
            raise NotFullMember
        user = ChatUser(platform, subject_id, workspace)
        try:
            seen = await membership.person(user)
        except MembershipUnknown as unknown:
            raise NotFullMember from unknown
        if seen.user != user or not seen.standing.is_full:
            raise NotFullMember
        async with self._books.writing_about(user) as session:
            await people.keep(session, self._books.keys, seen, self._books.clock())


def _row(platform: Platform, workspace: str, subject_id: str) -> tuple[Any, ...]:
    return (
        col(StaffRow.platform) == platform.value,
        col(StaffRow.workspace) == workspace,
        col(StaffRow.subject_id) == subject_id,
        col(StaffRow.revoked_at).is_(None),
    )

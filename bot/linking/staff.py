"""The supplier's own people who may look up any company: who they are, how they find one, what they did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import or_, tuple_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser, Platform
from bot.erp.errors import ErpError
from bot.erp.protocol import CompanyContact
from bot.linking import people
from bot.linking.addresses import normal_address
from bot.linking.books import OPERATOR
from bot.linking.companies import folded
from bot.linking.company_keys import company_of_key
from bot.linking.errors import EmailUnusable, NotAllowed, NotFullMember
from bot.linking.links import user_of
from bot.linking.members import subject_of
from bot.linking.numbers import e164
from bot.linking.service import Linking
from bot.linking.tables import Audit, Company, CompanyKey, Contact, StaffRow
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


@dataclass(frozen=True, kw_only=True)
class TeamLookup:
    """Something one of the staff looked up for a company."""

    id: int
    at: datetime
    name: str
    company: str
    act: str
    outcome: str
    subject: tuple[str, ...]


CONTACTS_LOOKED_THROUGH = 5000
"""Names of contacts are sealed, so a search by name opens them one by one."""
_LOOKED_UP = ("lookup", "lines", "list", "page", "open_orders", "latest_orders", "documents", "file", "share")
_BY_NAME = (col(Company.name_folded), col(Company.id))
_CAME_OF_IT = ("found", "sent", "posted", "posted_least")


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
        """Active companies by tax id or key, by a contact's e-mail address or phone in full, else by part of
        the company's name or by a contact's; raises NotAllowed.

        A tax id is found however it is punctuated, a phone with its country code. A directory that does
        not answer is left out.
        """
        if not (await self._linking.access(by)).staff:
            raise NotAllowed
        wanted = folded(text)
        digits = "".join(one for one in text.upper() if one.isalnum())
        if not wanted:
            return ()
        if "@" in text or text.strip().startswith("+"):
            return await self._of_contacts(await self._contacts(text.strip()), limit)
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
            found = (
                await session.exec(select(Company).where(active, exact).order_by(*_BY_NAME).limit(limit))
            ).all()
            if not found:
                part = col(Company.name_folded).contains(wanted, autoescape=True)
                found = (
                    await session.exec(select(Company).where(active, part).order_by(*_BY_NAME).limit(limit))
                ).all()
            if not found:
                ids = await self._named_contacts(session, wanted)
                statement = select(Company).where(active, col(Company.id).in_(ids))
                found = (await session.exec(statement.order_by(*_BY_NAME).limit(limit))).all()
        return [_hit(one) for one in found]

    async def recent(
        self, by: ChatUser, *, limit: int = 10, before: int | None = None
    ) -> Sequence[TeamLookup]:
        """What the team looked up in the last day, newest first; raises NotAllowed. Reading it is on record.

        `before` is the id of the last row of the part before.
        """
        if not (await self._linking.access(by)).staff:
            raise NotAllowed
        staff = [one for one in await self.everybody() if not one.group]
        people_of_it = or_(
            col(Audit.workspace) == self._workspace if self._workspace else col(Audit.id) < 0,
            tuple_(col(Audit.platform), col(Audit.workspace), col(Audit.user_id)).in_(
                [(one.platform.value, one.workspace, one.subject_id) for one in staff]
            ),
        )
        older = [] if before is None else [col(Audit.id) < before]
        async with self._books.writing_about(None) as session:
            found = await session.exec(
                select(Audit, col(Company.name))
                .join(Company, col(Company.id) == col(Audit.company_id))
                .where(
                    people_of_it,
                    col(Audit.at) > self._books.clock() - timedelta(days=1),
                    col(Audit.act).in_(_LOOKED_UP),
                    col(Audit.outcome).in_(_CAME_OF_IT),
                    *older,
                )
                .order_by(col(Audit.id).desc())
                .limit(limit)
            )
            rows = found.all()
            names = await people.names(session, self._books.keys, [user_of(row) for row, _ in rows])
            await self._books.note(session, by, "team_history", "shown")
        return [
            TeamLookup(
                id=row.id or 0,
                at=row.at,
                name=names.get(user_of(row).key, row.user_id),
                company=company,
                act=row.act,
                outcome=row.outcome,
                subject=subject_of(self._books.keys, row.subject),
            )
            for row, company in rows
        ]

    async def _contacts(self, text: str) -> Sequence[CompanyContact]:
        """The contacts with this very address, or this number."""
        try:
            address = normal_address(text) if "@" in text else ""
        except EmailUnusable:
            return ()
        phone = "" if address else e164(text, "")
        found: list[CompanyContact] = []
        for directory in self._linking.directories:
            try:
                if address:
                    found += await directory.contacts_by_email(address)
                elif phone:
                    found += await directory.contacts_by_phone(phone)
            except ErpError as failure:
                structlog.get_logger().info("contacts_unknown", reason=failure.reason)
        return found

    async def _of_contacts(self, contacts: Sequence[CompanyContact], limit: int) -> Sequence[CompanyHit]:
        async with self._books.reading() as session:
            ids = {await company_of_key(session, one.erp, one.company_key) for one in contacts}
            statement = select(Company).where(
                col(Company.state) == "active", col(Company.id).in_([one for one in ids if one is not None])
            )
            found = await session.exec(statement.order_by(*_BY_NAME).limit(limit))
            return [_hit(one) for one in found.all()]

    async def _named_contacts(self, session: AsyncSession, wanted: str) -> Sequence[int]:
        """The companies that have a contact of whose name this is a part."""
        rows = await session.exec(
            select(col(Contact.company_id), col(Contact.name))
            .where(col(Contact.name).is_not(None))
            .order_by(col(Contact.id))
            .limit(CONTACTS_LOOKED_THROUGH)
        )
        keys = self._books.keys
        return sorted({company for company, name in rows.all() if name and wanted in folded(keys.open(name))})

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


def _hit(company: Company) -> CompanyHit:
    return CompanyHit(
        company_id=company.id or 0, name=company.name, tax_id=company.tax_id, erp_key=company.erp_key
    )


def _row(platform: Platform, workspace: str, subject_id: str) -> tuple[Any, ...]:
    return (
        col(StaffRow.platform) == platform.value,
        col(StaffRow.workspace) == workspace,
        col(StaffRow.subject_id) == subject_id,
        col(StaffRow.revoked_at).is_(None),
    )

"""A whole Slack workspace tied to one company, so that its full members need nothing more.

Two proofs make a tie: a code mailed to a contact of the company, typed by a full member of the
workspace; and the word of an admin or owner of that workspace. How somebody stands is asked of the
platform anew for both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser, Platform
from bot.linking import codes, people
from bot.linking.errors import CodeNotAccepted, CompanyNotActive, NotAllowed, NotFullMember, NothingToDecide
from bot.linking.mailed_codes import WORKSPACE
from bot.linking.rights import active_company, managed
from bot.linking.roles import Role
from bot.linking.service import Linking
from bot.linking.tables import Company, WorkspaceTie
from bot.membership import Membership, MembershipUnknown, Standing

PENDING = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class PendingTie:
    """A tie that waits for an admin of the workspace."""

    id: int
    company_id: int
    company_name: str
    proved_by: ChatUser
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class TiedWorkspace:
    """A tie that holds, or has just ended."""

    id: int
    company_id: int
    company_name: str
    role: Role
    confirmed_at: datetime
    reverify_by: datetime


class Workspaces:
    """Makes and ends ties of workspaces."""

    def __init__(self, linking: Linking, memberships: Mapping[Platform, Membership]) -> None:
        self._linking = linking
        self._books = linking.books
        self._memberships = dict(memberships)

    async def prove(self, user: ChatUser, code: str) -> Sequence[PendingTie]:
        """Type the code that was mailed for the workspace; what then waits for an admin of it.

        Raises CodeNotAccepted and its family, and NotFullMember, upon which the code is not spent.
        """
        await self._standing(user)
        async with self._books.writing_about(user) as session:
            now = self._books.clock()
            proved = await codes.redeem(session, self._books.keys, user, code, now, purpose=WORKSPACE)
            ties = []
            if isinstance(proved, CodeNotAccepted):
                await self._books.note(session, user, "code_fail", proved.reason)
            else:
                for one in proved.companies:
                    company = await active_company(session, one.company_id)
                    if company is not None:
                        ties.append(await self._keep(session, user, company, proved.email, now))
                        await self._books.note(session, user, "workspace", "proved", one.company_id)
        if isinstance(proved, CodeNotAccepted):
            raise proved
        if not ties:
            raise CompanyNotActive
        return ties

    async def pending(self, admin: ChatUser) -> Sequence[PendingTie]:
        """What waits for an admin of this workspace; raises NotFullMember for anybody else."""
        await self._admin(admin)
        async with self._books.reading() as session:
            found = await session.exec(
                select(WorkspaceTie, col(Company.name))
                .join(Company, col(Company.id) == col(WorkspaceTie.company_id))
                .where(*self._pending_at(admin), col(Company.state) == "active")
                .order_by(col(WorkspaceTie.id))
            )
            return [_pending(tie, name) for tie, name in found.all()]

    async def confirm(self, admin: ChatUser, tie_id: int) -> TiedWorkspace:
        """Make a tie hold; raises NotFullMember, and NothingToDecide for what does not wait here."""
        await self._admin(admin)
        async with self._books.writing_about(
            None, f"workspace:{admin.platform}:{admin.workspace}"
        ) as session:
            now = self._books.clock()
            found = await session.exec(
                select(WorkspaceTie).where(col(WorkspaceTie.id) == tie_id, *self._pending_at(admin))
            )
            tie = found.first()
            company = await active_company(session, tie.company_id) if tie else None
            if tie is None or company is None:
                raise NothingToDecide
            # An older tie of the same pair is proved anew by this one.
            await session.exec(
                update(WorkspaceTie)
                .where(
                    col(WorkspaceTie.platform) == tie.platform,
                    col(WorkspaceTie.workspace) == tie.workspace,
                    col(WorkspaceTie.company_id) == tie.company_id,
                    col(WorkspaceTie.confirmed_at).is_not(None),
                    col(WorkspaceTie.revoked_at).is_(None),
                )
                .values(revoked_at=now, ended_by="replaced")
            )
            tie.confirmed_by, tie.confirmed_at = admin.key, now
            tie.reverify_by = now + self._books.reverify_after
            await session.flush()
            await self._books.note(session, admin, "workspace", "confirmed", tie.company_id)
            return _tied(tie, company.name)

    async def untie(self, by: ChatUser, tie_id: int) -> TiedWorkspace:
        """End a tie: an admin of the workspace, the company's own, or staff; raises NotAllowed."""
        async with self._books.reading() as session:
            found = await session.exec(
                select(WorkspaceTie, col(Company.name))
                .join(Company, col(Company.id) == col(WorkspaceTie.company_id))
                .where(col(WorkspaceTie.id) == tie_id, *_live())
            )
            pair = found.first()
        if pair is None:
            raise NotAllowed
        tie, name = pair
        await self._may_end(by, tie)
        async with self._books.writing_about(None, f"workspace:{tie.platform}:{tie.workspace}") as session:
            await session.exec(
                update(WorkspaceTie)
                .where(col(WorkspaceTie.id) == tie_id, *_live())
                .values(revoked_at=self._books.clock(), ended_by="untied")
            )
            await self._books.note(session, by, "workspace", "untied", tie.company_id)
        return _tied(tie, name)

    async def ties_of(self, user: ChatUser) -> Sequence[TiedWorkspace]:
        """The ties of the person's workspace; raises NotFullMember for those they mean nothing to."""
        await self._standing(user)
        async with self._books.reading() as session:
            found = await session.exec(
                select(WorkspaceTie, col(Company.name))
                .join(Company, col(Company.id) == col(WorkspaceTie.company_id))
                .where(
                    col(WorkspaceTie.platform) == user.platform.value,
                    col(WorkspaceTie.workspace) == user.workspace,
                    *_live(),
                )
                .order_by(col(WorkspaceTie.id))
            )
            return [_tied(tie, name) for tie, name in found.all()]

    async def _keep(
        self, session: AsyncSession, user: ChatUser, company: Company, email: str, now: datetime
    ) -> PendingTie:
        tie = WorkspaceTie(
            platform=user.platform.value,
            workspace=user.workspace,
            company_id=company.id or 0,
            role=company.default_role,
            reach=company.default_reach,
            proved_by=user.key,
            email=self._books.keys.seal(email),
            proved_at=now,
            expires_at=now + PENDING,
        )
        session.add(tie)
        await session.flush()
        return _pending(tie, company.name)

    def _pending_at(self, admin: ChatUser) -> tuple[Any, ...]:
        return (
            col(WorkspaceTie.platform) == admin.platform.value,
            col(WorkspaceTie.workspace) == admin.workspace,
            col(WorkspaceTie.confirmed_at).is_(None),
            col(WorkspaceTie.revoked_at).is_(None),
            col(WorkspaceTie.expires_at) > self._books.clock(),
        )

    async def _may_end(self, by: ChatUser, tie: WorkspaceTie) -> None:
        try:
            await managed(self._linking, by, tie.company_id)
        except NotAllowed:
            if (by.platform.value, by.workspace) != (tie.platform, tie.workspace):
                raise
            try:
                await self._admin(by)
            except NotFullMember as not_one:
                raise NotAllowed from not_one

    async def _admin(self, user: ChatUser) -> None:
        if await self._standing(user) is not Standing.ADMIN:
            raise NotFullMember

    async def _standing(self, user: ChatUser) -> Standing:
        """How a person stands at this moment, by the platform itself."""
        membership = self._memberships.get(user.platform)
        if user.platform is not Platform.SLACK or not user.workspace or membership is None:
            raise NotFullMember
        try:
            seen = await membership.person(user)
        except MembershipUnknown as unknown:
            raise NotFullMember from unknown
        async with self._books.writing_about(user) as session:
            await people.keep(session, self._books.keys, seen, self._books.clock())
        if seen.user != user or not seen.standing.is_full:
            raise NotFullMember
        return seen.standing


def _live() -> tuple[Any, ...]:
    return (col(WorkspaceTie.confirmed_at).is_not(None), col(WorkspaceTie.revoked_at).is_(None))


def _pending(tie: WorkspaceTie, name: str) -> PendingTie:
    return PendingTie(
        id=tie.id or 0,
        company_id=tie.company_id,
        company_name=name,
        proved_by=ChatUser.of_key(tie.proved_by),
        expires_at=tie.expires_at,
    )


def _tied(tie: WorkspaceTie, name: str) -> TiedWorkspace:
    return TiedWorkspace(
        id=tie.id or 0,
        company_id=tie.company_id,
        company_name=name,
        role=Role(tie.role),
        confirmed_at=tie.confirmed_at or tie.proved_at,
        reverify_by=tie.reverify_by or tie.expires_at,
    )

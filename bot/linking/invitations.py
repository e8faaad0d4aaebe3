"""Invitations: a single-use way in to one company and role, vouched for by somebody who manages it.

One that names its addressee links exactly that chat account. An open one may have been forwarded, so it
links nobody: whoever takes it first becomes a request, which the inviter decides seeing who it is.
Either dies with the inviter's own right.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser
from bot.linking import people
from bot.linking.budgets import spend
from bot.linking.errors import InvitationNotValid, NotAllowed
from bot.linking.links import Proof
from bot.linking.requests import OpenRequest, keep_request
from bot.linking.rights import active_company, managed
from bot.linking.roles import MEMBER_ROLES, Reach, Role
from bot.linking.service import Linking
from bot.linking.tables import Company, Invitation
from bot.linking.values import LinkedCompany, VerifiedBy

LIFETIME = timedelta(days=3)
PER_DAY = 20
TRIES_PER_HOUR = 20
_TOKEN = re.compile(r"inv-[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class IssuedInvitation:
    """An invitation to hand over, and then forget: only its digest is stored."""

    id: int
    token: str
    company_name: str
    role: Role
    expires_at: datetime

    def __repr__(self) -> str:
        return f"IssuedInvitation(id={self.id})"


@dataclass(frozen=True, kw_only=True)
class InvitationPreview:
    """What somebody is asked to confirm."""

    company_name: str
    role: Role
    reach: Reach
    invited_by_name: str
    addressed: bool
    """It links at once; otherwise the inviter confirms first."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What came of accepting: a company, or a request the inviter decides."""

    company: LinkedCompany | None
    request: OpenRequest | None
    inviter: ChatUser


@dataclass(frozen=True, kw_only=True)
class OpenInvitation:
    """An invitation nobody has taken yet."""

    id: int
    role: Role
    reach: Reach
    addressee: ChatUser | None
    invited_by: ChatUser
    expires_at: datetime


class Invitations:
    """Makes, shows, accepts and takes back invitations, which last `lifetime`."""

    def __init__(self, linking: Linking, *, lifetime: timedelta = LIFETIME) -> None:
        self._linking = linking
        self._books = linking.books
        self._lifetime = lifetime

    async def invite(
        self,
        by: ChatUser,
        company_id: int,
        *,
        role: Role,
        reach: Reach | None = None,
        addressee: ChatUser | None = None,
    ) -> IssuedInvitation:
        """Make an invitation; raises NotAllowed, and TooMuch after 20 a day."""
        company = await managed(self._linking, by, company_id)
        if role not in MEMBER_ROLES or addressee == by:
            raise NotAllowed
        token = f"inv-{secrets.token_hex(16)}"
        async with self._books.writing_about(by) as session:
            now = self._books.clock()
            await spend(
                session,
                self._books.keys,
                "invitation",
                by.key,
                most=PER_DAY,
                window=timedelta(days=1),
                now=now,
            )
            stored = await active_company(session, company_id)
            if stored is None:
                raise NotAllowed
            row = Invitation(
                token_digest=self._books.keys.digest("invitation", token),
                company_id=company_id,
                role=role.value,
                reach=(reach or Reach(stored.default_reach)).value,
                made_by=by.key,
                made_by_staff=company.role is Role.STAFF,
                made_at=now,
                expires_at=now + self._lifetime,
                addressee=addressee.key if addressee else None,
            )
            session.add(row)
            await session.flush()
            await self._books.note(session, by, "invite", role.value, company_id)
            invitation_id, name, expires_at = row.id or 0, stored.name, row.expires_at
        return IssuedInvitation(
            id=invitation_id, token=token, company_name=name, role=role, expires_at=expires_at
        )

    async def preview(self, user: ChatUser, token: str) -> InvitationPreview:
        """What an invitation offers this person; uses nothing up. Raises InvitationNotValid, TooMuch."""
        row, company = await self._valid(user, token)
        inviter = ChatUser.of_key(row.made_by)
        async with self._books.reading() as session:
            names = await people.names(session, self._books.keys, [inviter])
        return InvitationPreview(
            company_name=company.name,
            role=Role(row.role),
            reach=Reach(row.reach),
            invited_by_name=names.get(inviter.key, inviter.key),
            addressed=row.addressee is not None,
        )

    async def accept(self, user: ChatUser, token: str, *, name: str = "") -> Accepted:
        """Take an invitation; of several at once the first one has it. Raises as `preview`."""
        row, company = await self._valid(user, token)
        inviter = ChatUser.of_key(row.made_by)
        if inviter == user:
            raise InvitationNotValid
        async with self._books.writing_about(user) as session:
            await self._take(session, user, row.id)
            if row.addressee is None:
                request = await keep_request(
                    session, self._books, user, company, name=name, role=row.role, reach=row.reach,
                    unit_id=row.unit_id, invitation_id=row.id,
                )  # fmt: skip
                await self._books.note(session, user, "invitation", "awaiting", row.company_id)
                return Accepted(company=None, request=request, inviter=inviter)
            proof = Proof(
                verified_by=VerifiedBy.INVITATION,
                role=Role(row.role),
                reach=Reach(row.reach),
                unit_id=row.unit_id,
                vouched_by=row.made_by,
            )
            await self._books.link(session, user, row.company_id, proof)
            linked = await self._books.made_current(session, user, [row.company_id])
            if not linked:
                raise InvitationNotValid
            await self._books.note(session, user, "link", VerifiedBy.INVITATION.value, row.company_id)
        return Accepted(company=linked[0], request=None, inviter=inviter)

    async def decline(self, user: ChatUser, token: str) -> None:
        """Give an invitation back unused; it is over then. One that is not theirs stays as it is."""
        try:
            row, _ = await self._valid(user, token)
        except InvitationNotValid:
            return
        async with self._books.writing_about(user) as session:
            await session.exec(
                update(Invitation)
                .where(col(Invitation.id) == row.id, col(Invitation.taken_at).is_(None))
                .values(revoked_at=self._books.clock())
            )
            await self._books.note(session, user, "invitation", "declined", row.company_id)

    async def revoke(self, by: ChatUser, invitation_id: int) -> None:
        """Take an invitation back; raises NotAllowed for one that is not there, or not theirs to take."""
        async with self._books.reading() as session:
            row = (await session.exec(select(Invitation).where(col(Invitation.id) == invitation_id))).first()
        if row is None:
            raise NotAllowed
        await managed(self._linking, by, row.company_id)
        async with self._books.writing_about(by) as session:
            await session.exec(
                update(Invitation)
                .where(col(Invitation.id) == invitation_id, col(Invitation.taken_at).is_(None))
                .values(revoked_at=self._books.clock())
            )
            await self._books.note(session, by, "invitation", "revoked", row.company_id)

    async def open_ones(self, by: ChatUser, company_id: int) -> Sequence[OpenInvitation]:
        """Invitations to a company that can still be taken, newest first; raises NotAllowed."""
        await managed(self._linking, by, company_id)
        async with self._books.reading() as session:
            found = await session.exec(
                select(Invitation)
                .where(col(Invitation.company_id) == company_id, *_open(self._books.clock()))
                .order_by(col(Invitation.id).desc())
            )
            rows = found.all()
        return [
            OpenInvitation(
                id=row.id or 0,
                role=Role(row.role),
                reach=Reach(row.reach),
                addressee=ChatUser.of_key(row.addressee) if row.addressee else None,
                invited_by=ChatUser.of_key(row.made_by),
                expires_at=row.expires_at,
            )
            for row in rows
        ]

    async def _valid(self, user: ChatUser, token: str) -> tuple[Invitation, Company]:
        """An invitation this person may take now. All that are not are alike, and each try counts."""
        await self._count_try(user)
        typed = token.strip().lower()
        digests = self._books.keys.digests("invitation", typed)
        async with self._books.reading() as session:
            found = await session.exec(
                select(Invitation, Company)
                .join(Company, col(Company.id) == col(Invitation.company_id))
                .where(
                    col(Invitation.token_digest).in_(digests),
                    *_open(self._books.clock()),
                    col(Company.state) == "active",
                )
            )
            pair = found.first()
        if pair is not None and _TOKEN.fullmatch(typed) and pair[0].addressee in (None, user.key):
            try:
                await managed(self._linking, ChatUser.of_key(pair[0].made_by), pair[0].company_id)
            except NotAllowed:
                pass
            else:
                return pair[0], pair[1]
        async with self._books.writing_about(None) as session:
            await self._books.note(session, user, "invitation", InvitationNotValid.reason)
        raise InvitationNotValid

    async def _count_try(self, user: ChatUser) -> None:
        async with self._books.writing_about(user) as session:
            await spend(
                session,
                self._books.keys,
                "invitation_try",
                user.key,
                most=TRIES_PER_HOUR,
                window=timedelta(hours=1),
                now=self._books.clock(),
            )

    async def _take(self, session: AsyncSession, user: ChatUser, invitation_id: int | None) -> None:
        """One conditional UPDATE, which also locks the row: the second of two finds nothing."""
        now = self._books.clock()
        taken = await session.exec(
            update(Invitation)
            .where(col(Invitation.id) == invitation_id, *_open(now))
            .values(taken_by=user.key, taken_at=now)
            .returning(col(Invitation.id))
        )
        if taken.first() is None:
            raise InvitationNotValid


def _open(now: datetime) -> tuple[Any, ...]:
    return (
        col(Invitation.taken_at).is_(None),
        col(Invitation.revoked_at).is_(None),
        col(Invitation.expires_at) > now,
    )

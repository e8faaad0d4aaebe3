"""Requests to be let in to a company, which an admin of it, the inviter or staff decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser
from bot.linking.books import Books
from bot.linking.budgets import spend
from bot.linking.errors import NotAllowed, NothingToDecide, TooMuch
from bot.linking.links import Proof, is_live, is_person, user_of
from bot.linking.rights import active_company, managed
from bot.linking.roles import MEMBER_ROLES, Reach, Role
from bot.linking.service import Linking
from bot.linking.tables import Company, JoinRequest, Link
from bot.linking.values import VerifiedBy

LIFETIME = timedelta(days=7)
PER_DAY = 3


@dataclass(frozen=True, kw_only=True)
class OpenRequest:
    """Somebody who asks to be let in."""

    id: int
    user: ChatUser
    name: str
    company_id: int
    company_name: str
    role: Role
    requested_at: datetime


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What was decided about whom."""

    user: ChatUser
    company_id: int
    company_name: str
    let_in: bool
    role: Role


class Requests:
    """Keeps and decides requests."""

    def __init__(self, linking: Linking) -> None:
        self._linking = linking
        self._books = linking.books

    async def ask(self, user: ChatUser, name: str, tax_id: str) -> OpenRequest | None:
        """Ask to be let in to the company with this tax id, three times a day at most.

        None when there is no such company, the person is linked to it, or asked too often: tell them
        the same in every case.
        """
        async with self._books.writing_about(user) as session:
            company = await _company_of(session, tax_id)
            outcome = "unknown_company"
            try:
                await spend(
                    session,
                    self._books.keys,
                    "join_request",
                    user.key,
                    most=PER_DAY,
                    window=timedelta(days=1),
                    now=self._books.clock(),
                )
            except TooMuch as too_much:
                company, outcome = None, too_much.reason
            if company is not None and await self._is_linked(session, user, company.id):
                company, outcome = None, "linked_already"
            if company is None:
                await self._books.note(session, user, "join_request", outcome)
                return None
            request = await keep_request(
                session,
                self._books,
                user,
                company,
                name=name,
                role=company.default_role,
                reach=company.default_reach,
            )
            await self._books.note(session, user, "join_request", "kept", company.id)
        return request

    async def decide(
        self, by: ChatUser, request_id: int, *, let_in: bool, role: Role | None = None
    ) -> Decided:
        """Let somebody in or turn them away, once; raises NothingToDecide.

        For a request of another company that is the answer too.
        """
        request, company = await self._request(by, request_id)
        user = user_of(request)
        given = role or Role(request.role)
        if given not in MEMBER_ROLES or by == user:
            raise NothingToDecide
        async with self._books.writing_about(user) as session:
            now = self._books.clock()
            taken = await session.exec(
                update(JoinRequest)
                .where(
                    col(JoinRequest.id) == request_id,
                    col(JoinRequest.decided_at).is_(None),
                    col(JoinRequest.expires_at) > now,
                )
                .values(decided_at=now, decided_by=by.key, outcome="let_in" if let_in else "turned_away")
                .returning(col(JoinRequest.id))
            )
            if taken.first() is None or await active_company(session, request.company_id) is None:
                raise NothingToDecide
            if let_in:
                invited = request.invitation_id is not None
                proof = Proof(
                    verified_by=VerifiedBy.INVITATION if invited else VerifiedBy.APPROVAL,
                    role=given,
                    reach=Reach(request.reach),
                    unit_id=request.unit_id,
                    vouched_by=by.key,
                )
                await self._books.link(session, user, request.company_id, proof)
                await self._books.made_current(session, user, [request.company_id])
                await self._books.note(session, user, "link", proof.verified_by.value, request.company_id)
            outcome = "let_in" if let_in else "turned_away"
            await self._books.note(session, by, "decide", outcome, request.company_id, subject=[user.key])
        return Decided(
            user=user, company_id=request.company_id, company_name=company, let_in=let_in, role=given
        )

    async def open_ones(self, by: ChatUser, company_id: int) -> Sequence[OpenRequest]:
        """Who waits to be let in, oldest first; raises NotAllowed."""
        await managed(self._linking, by, company_id)
        async with self._books.reading() as session:
            found = await session.exec(
                select(JoinRequest, col(Company.name))
                .join(Company, col(Company.id) == col(JoinRequest.company_id))
                .where(
                    col(JoinRequest.company_id) == company_id,
                    col(JoinRequest.decided_at).is_(None),
                    col(JoinRequest.expires_at) > self._books.clock(),
                )
                .order_by(col(JoinRequest.id))
            )
            return [_opened(self._books, row, name) for row, name in found.all()]

    async def _request(self, by: ChatUser, request_id: int) -> tuple[JoinRequest, str]:
        async with self._books.reading() as session:
            request = await session.get(JoinRequest, request_id)
        if request is None:
            raise NothingToDecide
        try:
            company = await managed(self._linking, by, request.company_id)
        except NotAllowed as refused:
            raise NothingToDecide from refused
        return request, company.name

    async def _is_linked(self, session: AsyncSession, user: ChatUser, company_id: int | None) -> bool:
        found = await session.exec(
            select(Link.id).where(
                *is_person(Link, user),
                col(Link.company_id) == company_id,
                *is_live(self._books.clock()),
            )
        )
        return found.first() is not None


async def keep_request(
    session: AsyncSession,
    books: Books,
    user: ChatUser,
    company: Company,
    *,
    name: str,
    role: str,
    reach: str,
    unit_id: int | None = None,
    invitation_id: int | None = None,
) -> OpenRequest:
    """Store a request in place of an older open one of the same person to the same company."""
    now = books.clock()
    await session.exec(
        update(JoinRequest)
        .where(
            *is_person(JoinRequest, user),
            col(JoinRequest.company_id) == company.id,
            col(JoinRequest.decided_at).is_(None),
        )
        .values(decided_at=now, outcome="replaced")
    )
    row = JoinRequest(
        platform=user.platform.value,
        workspace=user.workspace,
        user_id=user.user_id,
        name=books.keys.seal(name) if name else None,
        company_id=company.id or 0,
        invitation_id=invitation_id,
        role=role,
        reach=reach,
        unit_id=unit_id,
        requested_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(row)
    await session.flush()
    return _opened(books, row, company.name)


def _opened(books: Books, row: JoinRequest, company_name: str) -> OpenRequest:
    user = user_of(row)
    return OpenRequest(
        id=row.id or 0,
        user=user,
        name=books.keys.open(row.name) if row.name else user.key,
        company_id=row.company_id,
        company_name=company_name,
        role=Role(row.role),
        requested_at=row.requested_at,
    )


async def _company_of(session: AsyncSession, tax_id: str) -> Company | None:
    """The one active company with a tax id, punctuation aside; None for several."""
    wanted = "".join(one for one in tax_id.upper() if one.isalnum())
    if len(wanted) < 5:
        return None
    plain: ColumnElement[str] = func.upper(col(Company.tax_id))
    for mark in (".", "/", "-", " "):
        plain = func.replace(plain, mark, "")
    found = (
        await session.exec(select(Company).where(plain == wanted, col(Company.state) == "active").limit(2))
    ).all()
    return found[0] if len(found) == 1 else None

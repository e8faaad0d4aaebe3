"""The people of a company, as its own admin sees and changes them; and who looked up what."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser
from bot.keys import Keys, NotOurs, Sealed
from bot.linking import people
from bot.linking.errors import NotAllowed, NotLinked
from bot.linking.links import end_links, is_live, is_person, user_of
from bot.linking.rights import managed
from bot.linking.roles import MEMBER_ROLES, Reach, Role
from bot.linking.service import Linking
from bot.linking.tables import Audit, Company, Link
from bot.linking.values import VerifiedBy

LONGEST_HISTORY = 100


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody with a live link to the company."""

    user: ChatUser
    name: str
    role: Role
    reach: Reach
    verified_by: VerifiedBy
    verified_at: datetime
    reverify_by: datetime


@dataclass(frozen=True, kw_only=True)
class HistoryRow:
    """One act of somebody for the company."""

    id: int
    at: datetime
    user: ChatUser
    name: str
    act: str
    outcome: str
    subject: tuple[str, ...]


class Members:
    """What a company's admin, or staff, may do about its people."""

    def __init__(self, linking: Linking) -> None:
        self._linking = linking
        self._books = linking.books

    async def of(self, by: ChatUser, company_id: int) -> Sequence[Member]:
        """Everybody with a live link, by name; raises NotAllowed."""
        await managed(self._linking, by, company_id)
        async with self._books.reading() as session:
            rows = (await session.exec(select(Link).where(*self._live(company_id)))).all()
            users = [user_of(row) for row in rows]
            names = await people.names(session, self._books.keys, users)
        found = [_member(row, names) for row in rows]
        return sorted(found, key=lambda one: (one.name.casefold(), one.user.key))

    async def change_role(
        self, by: ChatUser, company_id: int, who: ChatUser, role: Role, reach: Reach | None = None
    ) -> Member:
        """Give a member another role; raises NotAllowed and NotLinked."""
        company = await managed(self._linking, by, company_id)
        if role not in MEMBER_ROLES:
            raise NotAllowed
        async with self._books.writing_about(who, f"members:{company_id}") as session:
            row = await self._row(session, company_id, who)
            if role is not Role.ADMIN and company.role is not Role.STAFF:
                await self._keep_an_admin(session, company_id, row)
            row.role = role.value
            row.reach = (reach or Reach(row.reach)).value
            session.add(row)
            await session.flush()
            await self._books.note(session, by, "change_role", role.value, company_id, subject=[who.key])
            names = await people.names(session, self._books.keys, [who])
            return _member(row, names)

    async def remove(self, by: ChatUser, company_id: int, who: ChatUser) -> None:
        """Shut a person out of a company, also where their whole workspace is tied to it.

        Raises NotAllowed and NotLinked.
        """
        company = await managed(self._linking, by, company_id)
        reaches = (await self._linking.access(who)).company(company_id)
        if reaches is None or reaches.verified_by is VerifiedBy.STAFF:
            raise NotLinked
        async with self._books.writing_about(who, f"members:{company_id}") as session:
            now = self._books.clock()
            found = await session.exec(select(Link).where(*self._live(company_id), *is_person(Link, who)))
            row = found.first()
            if row is not None:
                if company.role is not Role.STAFF:
                    await self._keep_an_admin(session, company_id, row)
                await end_links(session, who, now, why="removed", company_id=company_id)
            else:
                session.add(
                    Link(
                        platform=who.platform.value,
                        workspace=who.workspace,
                        user_id=who.user_id,
                        company_id=company_id,
                        verified_by=VerifiedBy.WORKSPACE.value,
                        verified_at=now,
                        reverify_by=now,
                        revoked_at=now,
                        ended_by="removed",
                    )
                )
            await self._books.note(session, by, "remove_member", "removed", company_id, subject=[who.key])

    async def set_default(self, by: ChatUser, company_id: int, role: Role, reach: Reach) -> None:
        """What new links of the company begin with; raises NotAllowed.

        Nobody becomes an admin by default, and a default cannot be bound to one contact or branch.
        """
        await managed(self._linking, by, company_id)
        if role not in MEMBER_ROLES or role is Role.ADMIN or reach in (Reach.OWN, Reach.UNIT):
            raise NotAllowed
        async with self._books.writing_about(by) as session:
            await session.exec(
                update(Company)
                .where(col(Company.id) == company_id)
                .values(default_role=role.value, default_reach=reach.value)
            )
            await self._books.note(session, by, "set_default_role", role.value, company_id)

    async def default_of(self, by: ChatUser, company_id: int) -> tuple[Role, Reach]:
        """What new links begin with; raises NotAllowed."""
        await managed(self._linking, by, company_id)
        async with self._books.reading() as session:
            found = await session.exec(
                select(col(Company.default_role), col(Company.default_reach)).where(
                    col(Company.id) == company_id
                )
            )
            role, reach = found.one()
        return Role(role), Reach(reach)

    async def admins_of(self, company_id: int) -> Sequence[ChatUser]:
        """The company's own admins with a live link: who is told of what happens."""
        async with self._books.reading() as session:
            found = await session.exec(
                select(Link)
                .join(Company, col(Company.id) == col(Link.company_id))
                .where(
                    *self._live(company_id),
                    col(Link.role) == Role.ADMIN.value,
                    col(Company.state) == "active",
                )
                .order_by(col(Link.id))
            )
            return [user_of(row) for row in found.all()]

    async def history(
        self, by: ChatUser, company_id: int, *, limit: int = 10, before: int | None = None
    ) -> Sequence[HistoryRow]:
        """Who did what for the company, newest first, staff included; raises NotAllowed.

        `before` is the id of the last row of the part before. Reading is on record as well.
        """
        await managed(self._linking, by, company_id)
        older = [] if before is None else [col(Audit.id) < before]
        async with self._books.writing_about(None) as session:
            found = await session.exec(
                select(Audit)
                .where(col(Audit.company_id) == company_id, *older)
                .order_by(col(Audit.id).desc())
                .limit(max(1, min(limit, LONGEST_HISTORY)))
            )
            rows = found.all()
            users = {user_of(row).key: user_of(row) for row in rows}
            names = await people.names(session, self._books.keys, users.values())
            await self._books.note(session, by, "history", "shown", company_id)
        return [
            HistoryRow(
                id=row.id or 0,
                at=row.at,
                user=user_of(row),
                name=names.get(user_of(row).key, user_of(row).key),
                act=row.act,
                outcome=row.outcome,
                subject=subject_of(self._books.keys, row.subject),
            )
            for row in rows
        ]

    def _live(self, company_id: int) -> list[Any]:
        return [
            col(Link.company_id) == company_id,
            *is_live(self._books.clock()),
        ]

    async def _row(self, session: AsyncSession, company_id: int, who: ChatUser) -> Link:
        found = await session.exec(select(Link).where(*self._live(company_id), *is_person(Link, who)))
        row = found.first()
        if row is None:
            raise NotLinked
        return row

    async def _keep_an_admin(self, session: AsyncSession, company_id: int, row: Link) -> None:
        """A company's last admin stays until there is another: only staff may leave it without."""
        if row.role != Role.ADMIN.value:
            return
        others = await session.exec(
            select(Link.id).where(
                *self._live(company_id), col(Link.role) == Role.ADMIN.value, col(Link.id) != row.id
            )
        )
        if others.first() is None:
            raise NotAllowed


def subject_of(keys: Keys, sealed: Sealed | None) -> tuple[str, ...]:
    """The numbers an audit row is about; none where they were forgotten, or the key is gone."""
    try:
        return tuple(json.loads(keys.open(sealed))) if sealed else ()
    except NotOurs:
        return ()


def _member(row: Link, names: Mapping[str, str]) -> Member:
    user = user_of(row)
    return Member(
        user=user,
        name=names.get(user.key, user.key),
        role=Role(row.role),
        reach=Reach(row.reach),
        verified_by=VerifiedBy(row.verified_by),
        verified_at=row.verified_at,
        reverify_by=row.reverify_by,
    )

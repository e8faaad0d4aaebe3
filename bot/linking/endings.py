"""Rights that run out unless they are proved again, and who is to hear of it in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from bot.chat.people import ChatUser
from bot.keys import NotOurs, Sealed
from bot.linking.links import is_live, user_of
from bot.linking.service import Linking
from bot.linking.tables import Company, Link, WorkspaceTie

NOTICE = timedelta(days=7)
"""How long before the end it is told."""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A link, or the tie of a whole workspace, that ends soon unless it is proved again."""

    id: int
    user: ChatUser | None
    """Who proved it. None for a tie that they do not see the company by any more."""
    company_id: int
    company_name: str
    reverify_by: datetime
    email: str | None


class Endings:
    """What ends within a week and of which nobody has been told."""

    def __init__(self, linking: Linking) -> None:
        self._linking = linking
        self._books = linking.books

    async def links(self) -> Sequence[Ending]:
        """Links that end, the first one first."""
        now = self._books.clock()
        async with self._books.reading() as session:
            found = await session.exec(
                select(Link, col(Company.name))
                .join(Company, col(Company.id) == col(Link.company_id))
                .where(
                    *is_live(now),
                    col(Link.reverify_by) <= now + NOTICE,
                    col(Link.noticed_at).is_(None),
                    col(Company.state) == "active",
                )
                .order_by(col(Link.reverify_by), col(Link.id))
            )
            rows = found.all()
        return [
            Ending(
                id=row.id or 0,
                user=user_of(row),
                company_id=row.company_id,
                company_name=name,
                reverify_by=row.reverify_by,
                email=self._opened(row.email),
            )
            for row, name in rows
        ]

    async def ties(self) -> Sequence[Ending]:
        """Ties of workspaces that end, the first one first."""
        now = self._books.clock()
        async with self._books.reading() as session:
            found = await session.exec(
                select(WorkspaceTie, col(Company.name), col(WorkspaceTie.reverify_by))
                .join(Company, col(Company.id) == col(WorkspaceTie.company_id))
                .where(
                    col(WorkspaceTie.confirmed_at).is_not(None),
                    col(WorkspaceTie.revoked_at).is_(None),
                    col(WorkspaceTie.reverify_by) > now,
                    col(WorkspaceTie.reverify_by) <= now + NOTICE,
                    col(WorkspaceTie.noticed_at).is_(None),
                    col(Company.state) == "active",
                )
                .order_by(col(WorkspaceTie.reverify_by), col(WorkspaceTie.id))
            )
            rows = found.all()
        return [
            Ending(
                id=row.id or 0,
                user=await self._if_they_see(ChatUser.of_key(row.proved_by), row.company_id),
                company_id=row.company_id,
                company_name=name,
                reverify_by=reverify_by,
                email=self._opened(row.email),
            )
            for row, name, reverify_by in rows
            if reverify_by is not None
        ]

    async def noticed_link(self, link_id: int) -> None:
        """Note that the person has been told."""
        await self._noticed(Link, link_id)

    async def noticed_tie(self, tie_id: int) -> None:
        """Note that somebody has been told."""
        await self._noticed(WorkspaceTie, tie_id)

    async def _noticed(self, table: type[Link] | type[WorkspaceTie], row_id: int) -> None:
        async with self._books.store.writing() as session:
            await session.exec(
                update(table).where(col(table.id) == row_id).values(noticed_at=self._books.clock())
            )

    async def _if_they_see(self, user: ChatUser, company_id: int) -> ChatUser | None:
        return user if (await self._linking.access(user)).company(company_id) else None

    def _opened(self, sealed: Sealed | None) -> str | None:
        try:
            return self._books.keys.open(sealed) if sealed is not None else None
        except NotOurs:
            return None

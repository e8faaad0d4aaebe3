"""How long each table keeps what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, or_, select
from sqlmodel import col

from bot.linking.books import Books
from bot.linking.tables import (
    Audit,
    ChannelTie,
    Invitation,
    JoinRequest,
    Link,
    LinkCode,
    Person,
    Spending,
    StaffRow,
    WorkspaceTie,
)

SLICE = 1000
"""Rows a transaction: nobody waits long for a purge."""


@dataclass(frozen=True, kw_only=True)
class Keep:
    """How long things are kept after they have ended. The audit's rows cannot go before 30 days."""

    audit: timedelta = timedelta(days=730)
    links: timedelta = timedelta(days=365)
    """Ended links and ties, and staff who are none any more."""
    requests: timedelta = timedelta(days=365)
    """Decided requests, and invitations that are over."""
    codes: timedelta = timedelta(days=1)
    spendings: timedelta = timedelta(days=1)
    people: timedelta = timedelta(days=180)
    """Names and standings of people without a live link."""


class Retention:
    """Forgets what has been kept long enough."""

    def __init__(self, books: Books, keep: Keep) -> None:
        self._books = books
        self._keep = keep

    async def purge(self) -> Mapping[str, int]:
        """How many rows went, by table; children before what they point to."""
        gone = {}
        for table, condition in self._old(self._books.clock()):
            gone[str(table.__tablename__)] = await self._forget(table, condition)
        return gone

    def _old(self, now: datetime) -> list[tuple[Any, Any]]:
        keep = self._keep
        ended, decided = now - keep.links, now - keep.requests
        linked = exists().where(
            col(Link.platform) == col(Person.platform),
            col(Link.workspace) == col(Person.workspace),
            col(Link.user_id) == col(Person.user_id),
            col(Link.revoked_at).is_(None),
        )
        used = exists().where(col(JoinRequest.invitation_id) == col(Invitation.id))
        # A row that shuts somebody out of their workspace's tie is no past: it holds while the tie does.
        shut_out = col(Link.ended_by) == "removed"
        return [
            (LinkCode, col(LinkCode.requested_at) < now - keep.codes),
            (Spending, col(Spending.at) < now - keep.spendings),
            (
                JoinRequest,
                or_(col(JoinRequest.decided_at) < decided, col(JoinRequest.expires_at) < decided),
            ),
            (Invitation, and_(col(Invitation.expires_at) < decided, ~used)),
            (
                Link,
                and_(
                    or_(col(Link.revoked_at) < ended, col(Link.reverify_by) < ended),
                    or_(col(Link.ended_by).is_(None), ~shut_out),
                ),
            ),
            (WorkspaceTie, or_(col(WorkspaceTie.revoked_at) < ended, self._never_confirmed(ended))),
            (ChannelTie, col(ChannelTie.revoked_at) < ended),
            (StaffRow, col(StaffRow.revoked_at) < ended),
            (Person, and_(col(Person.checked_at) < now - keep.people, ~linked)),
            (Audit, col(Audit.at) < now - keep.audit),
        ]

    @staticmethod
    def _never_confirmed(before: datetime) -> Any:
        return and_(col(WorkspaceTie.confirmed_at).is_(None), col(WorkspaceTie.expires_at) < before)

    async def _forget(self, table: Any, condition: Any) -> int:
        key = list(table.__table__.primary_key.columns)
        gone = 0
        while True:
            async with self._books.store.writing() as session:
                connection = await session.connection()
                rows = (await connection.execute(select(*key).where(condition).limit(SLICE))).all()
                for row in rows:
                    await connection.execute(
                        delete(table).where(
                            *(column == value for column, value in zip(key, row, strict=True))
                        )
                    )
            gone += len(rows)
            if len(rows) < SLICE:
                return gone

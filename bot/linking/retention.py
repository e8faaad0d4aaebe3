"""How long each table keeps what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, tuple_
from sqlmodel import col

from bot.linking.books import Books
from bot.linking.tables import (
    Audit,
    ChannelTie,
    ChosenCompany,
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
AUDIT_AT_LEAST = timedelta(days=31)
"""Its triggers refuse to delete rows younger than 30 days; a day more, for clocks that differ."""


@dataclass(frozen=True, kw_only=True)
class Keep:
    """How long things are kept after they have ended. The audit is kept for 31 days at least."""

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
        invited = exists().where(col(JoinRequest.invitation_id) == col(Invitation.id))
        linked = _same_person(Link, Person, col(Link.revoked_at).is_(None), col(Link.reverify_by) > now)
        return [
            (LinkCode, col(LinkCode.requested_at) < now - keep.codes),
            (Spending, col(Spending.at) < now - keep.spendings),
            (
                JoinRequest,
                or_(col(JoinRequest.decided_at) < decided, col(JoinRequest.expires_at) < decided),
            ),
            (Invitation, and_(col(Invitation.expires_at) < decided, ~invited)),
            (
                Link,
                and_(
                    or_(col(Link.revoked_at) < ended, col(Link.reverify_by) < ended),
                    ~shuts_out(),
                ),
            ),
            (WorkspaceTie, _tie_is_over(ended)),
            (ChannelTie, col(ChannelTie.revoked_at) < ended),
            (StaffRow, col(StaffRow.revoked_at) < ended),
            (Person, and_(col(Person.checked_at) < now - keep.people, ~linked)),
            (ChosenCompany, _chosen_by_nobody()),
            (Audit, col(Audit.at) < now - max(keep.audit, AUDIT_AT_LEAST)),
        ]

    async def _forget(self, table: Any, condition: Any) -> int:
        key = tuple_(*table.__table__.primary_key.columns)
        # Said again outside: a row that has just come to life again must stay.
        some = select(*table.__table__.primary_key.columns).where(condition).limit(SLICE)
        statement = delete(table).where(key.in_(some), condition)
        gone = 0
        while True:
            async with self._books.store.writing() as session:
                slice_gone = (await (await session.connection()).execute(statement)).rowcount
            gone += slice_gone
            if slice_gone < SLICE:
                return gone


def shuts_out() -> Any:
    """Whether a link is one by which somebody was removed from a company their workspace is tied to.

    It holds for as long as the tie does: without it they would be back in.
    """
    held = exists().where(
        col(WorkspaceTie.platform) == col(Link.platform),
        col(WorkspaceTie.workspace) == col(Link.workspace),
        col(WorkspaceTie.company_id) == col(Link.company_id),
        col(WorkspaceTie.revoked_at).is_(None),
    )
    return func.coalesce(and_(col(Link.ended_by) == "removed", held), False)


def _tie_is_over(before: datetime) -> Any:
    """Ended, run out, or never confirmed."""
    return or_(
        col(WorkspaceTie.revoked_at) < before,
        col(WorkspaceTie.reverify_by) < before,
        and_(col(WorkspaceTie.confirmed_at).is_(None), col(WorkspaceTie.expires_at) < before),
    )


def _chosen_by_nobody() -> Any:
    """A choice of somebody of whom nothing else is known: it has no date, and grants nothing."""
    staff = exists().where(
        col(StaffRow.platform) == col(ChosenCompany.platform),
        col(StaffRow.workspace) == col(ChosenCompany.workspace),
        col(StaffRow.subject_id) == col(ChosenCompany.user_id),
    )
    return and_(~_same_person(Link, ChosenCompany), ~_same_person(Person, ChosenCompany), ~staff)


def _same_person(table: Any, other: Any, *conditions: Any) -> Any:
    return exists().where(
        col(table.platform) == col(other.platform),
        col(table.workspace) == col(other.workspace),
        col(table.user_id) == col(other.user_id),
        *conditions,
    )

"""Everything stored that bears on what a person may see, in one SQL statement; nothing is decided here.

Their links, the tie of their workspace, their place among the supplier's staff, the tie of the channel they
speak in, and what their platform last said of them: a row each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer as SqlInteger
from sqlalchemy import Row, and_, bindparam, case, cast, exists, literal, null, or_, select, union_all
from sqlalchemy import String as SqlString
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser, Conversation
from bot.linking.company_keys import ErpKey, branch_keys, further_keys, has_key_in, has_several
from bot.linking.roles import Reach, Role
from bot.linking.tables import (
    ChannelTie,
    ChosenCompany,
    Company,
    Link,
    Person,
    StaffRow,
    WorkspaceTie,
)
from bot.linking.values import VerifiedBy
from bot.membership import Standing
from bot.store import SealedText, Store, UtcDateTime

LINK, WORKSPACE, STAFF, CHANNEL, PERSON = "link", "workspace", "staff", "channel", "person"
"""Kinds of row: what gives a right, the tie of the place, and what is known of the person."""
RIGHTS = (LINK, WORKSPACE, STAFF)
"""The kinds of right, the one that counts first."""
_COLUMNS: Mapping[str, Any] = {
    "kind": SqlString,
    "company_id": SqlInteger,
    "name": SqlString,
    "erp": SqlString,
    "erp_key": SqlString,
    "chosen": SqlInteger,
    "verified_by": SqlString,
    "since": UtcDateTime(),
    "until": UtcDateTime(),
    "role": SqlString,
    "reach": SqlString,
    "unit_key": SqlString,
    "contact": SealedText(),
    "extra": SqlString,
    "flag": SqlInteger,
    "unit_id": SqlInteger,
    "unit_erp": SqlString,
    "several": SqlInteger,
}
"""What all kinds of row have in common. A NULL has its type said, for PostgreSQL."""


@dataclass(frozen=True)
class Gathered:
    """Everything stored that bears on a person's access, not decided yet."""

    rows: Sequence[Row[Any]]
    branches: Mapping[int, Sequence[ErpKey]]
    """Keys of all branches below a company, for links that reach them."""
    further: Mapping[int, Sequence[ErpKey]]
    """Further keys of companies and units that have some."""

    def without(self, closed: frozenset[str]) -> "Gathered":
        """The same, as if rights of these kinds (`workspace`, `staff`, `channel`) were not there."""
        return replace(self, rows=[row for row in self.rows if row.kind not in closed])

    @property
    def standing(self) -> tuple[Standing, datetime] | None:
        """What the platform last said of the person, and when."""
        return next(
            ((Standing(row.extra), row.since) for row in self.rows if row.kind == PERSON),
            None,
        )

    @property
    def rests_on_standing(self) -> bool:
        """Whether there is a right that only a full member of their workspace has."""
        return any(row.kind in (WORKSPACE, STAFF) for row in self.rows)

    @property
    def staff_groups(self) -> tuple[str, ...]:
        """User groups among the staff, one of which the person may belong to."""
        return tuple(dict.fromkeys(row.extra for row in self.rows if row.kind == STAFF and row.extra))


async def gather(
    session: AsyncSession,
    user: ChatUser,
    now: datetime,
    *,
    place: Conversation | None = None,
    concerning: int | None = None,
) -> Gathered:
    """One statement; more only for links that reach a tree of companies, and for companies of several keys.

    `place` is where the person speaks; `concerning` a company a button or file names, which counts for
    staff only.
    """
    connection = await session.connection()
    statement, values = _asked(user, now, place=place, concerning=concerning)
    return await _completed(session, (await connection.execute(statement, values)).all())


async def look(
    store: Store,
    user: ChatUser,
    now: datetime,
    *,
    place: Conversation | None = None,
    concerning: int | None = None,
) -> Gathered:
    """As `gather`, for who needs no session: this runs for every question."""
    found = await store.rows(*_asked(user, now, place=place, concerning=concerning))
    if not any(row.several or row.reach == Reach.COMPANY_TREE.value for row in found):
        return Gathered(found, {}, {})
    async with store.reading() as session:
        return await _completed(session, found)


def _asked(
    user: ChatUser, now: datetime, *, place: Conversation | None, concerning: int | None
) -> tuple[Any, Mapping[str, Any]]:
    """The statement and its values. It finds columns, not rows as objects."""
    public = place if place is not None and not place.private else None
    statement = _statement(tied=public is not None, concerning=concerning is not None)
    return statement, {
        "platform": user.platform.value,
        "workspace": user.workspace,
        "user_id": user.user_id,
        "now": now,
        "concerning": concerning,
        "place_platform": public.platform.value if public else None,
        "place_workspace": public.workspace if public else None,
        "channel": public.id if public else None,
    }


async def _completed(session: AsyncSession, found: Sequence[Row[Any]]) -> Gathered:
    trees = {row.company_id for row in found if row.reach == Reach.COMPANY_TREE.value}
    branches = {company_id: await branch_keys(session, company_id) for company_id in trees}
    several = {one for row in found if row.several for one in (row.company_id, row.unit_id) if one}
    return Gathered(found, branches, await further_keys(session, several) if several else {})


def _everything(*, tied: bool, concerning: bool) -> Any:
    """The statement, in one of its four shapes."""
    chosen = and_(*_of_person(ChosenCompany))
    unit = aliased(Company)
    active = col(Company.state) == "active"
    links = (
        _right(
            LINK,
            unit,
            verified_by=col(Link.verified_by),
            since=col(Link.verified_at),
            until=col(Link.reverify_by),
            role=col(Link.role),
            reach=col(Link.reach),
            unit_id=col(unit.id),
            unit_erp=col(unit.erp),
            unit_key=col(unit.erp_key),
            contact=col(Link.contact_name),
        )
        .select_from(Link)
        .join(Company, col(Company.id) == col(Link.company_id))
        .join(ChosenCompany, chosen, isouter=True)
        .join(
            unit,
            and_(
                col(unit.id) == col(Link.unit_id),
                col(unit.parent_id) == col(Link.company_id),
                or_(col(unit.erp) == col(Company.erp), has_key_in(col(unit.erp))),
                col(unit.state) == "active",
            ),
            isouter=True,
        )
        .where(
            *_of_person(Link),
            col(Link.revoked_at).is_(None),
            col(Link.reverify_by) > bindparam("now"),
            active,
        )
    )
    removed = exists().where(
        *_of_person(Link),
        col(Link.company_id) == col(WorkspaceTie.company_id),
        col(Link.ended_by) == "removed",
    )
    workspaces = (
        _right(
            WORKSPACE,
            verified_by=literal(VerifiedBy.WORKSPACE.value),
            since=col(WorkspaceTie.confirmed_at),
            until=col(WorkspaceTie.reverify_by),
            role=col(WorkspaceTie.role),
            reach=col(WorkspaceTie.reach),
        )
        .select_from(WorkspaceTie)
        .join(Company, col(Company.id) == col(WorkspaceTie.company_id))
        .join(ChosenCompany, chosen, isouter=True)
        .where(
            col(WorkspaceTie.platform) == bindparam("platform"),
            col(WorkspaceTie.workspace) == bindparam("workspace"),
            # Telegram has none; a tie of nowhere must never be everybody's.
            col(WorkspaceTie.workspace) != "",
            col(WorkspaceTie.confirmed_at).is_not(None),
            col(WorkspaceTie.revoked_at).is_(None),
            col(WorkspaceTie.reverify_by) > bindparam("now"),
            active,
            ~removed,
        )
    )
    wanted = [col(Company.id) == col(ChosenCompany.company_id)]
    if concerning:
        wanted.append(col(Company.id) == bindparam("concerning"))
    if tied:
        tied_company = select(col(ChannelTie.company_id)).where(*_of_place())
        wanted.append(col(Company.id) == tied_company.scalar_subquery())
    staff = (
        _right(
            STAFF,
            verified_by=literal(VerifiedBy.STAFF.value),
            since=col(StaffRow.added_at),
            role=literal(Role.STAFF.value),
            reach=literal(Reach.COMPANY.value),
            # The user group, where it is one.
            extra=case((col(StaffRow.subject) == "group", col(StaffRow.subject_id))),
            flag=cast(col(StaffRow.admin), SqlInteger),
        )
        .select_from(StaffRow)
        .join(ChosenCompany, chosen, isouter=True)
        .join(Company, and_(or_(*wanted), active), isouter=True)
        .where(
            col(StaffRow.platform) == bindparam("platform"),
            col(StaffRow.workspace) == bindparam("workspace"),
            or_(col(StaffRow.subject) == "group", col(StaffRow.subject_id) == bindparam("user_id")),
            col(StaffRow.revoked_at).is_(None),
        )
    )
    named = cast(col(Person.name).is_not(None), SqlInteger)
    person = _row(PERSON, since=col(Person.checked_at), extra=col(Person.standing), flag=named).where(
        *_of_person(Person)
    )
    parts: list[Any] = [links, workspaces, staff, person]
    if tied:
        parts.append(_row(CHANNEL, company_id=col(ChannelTie.company_id)).where(*_of_place()))
    return union_all(*parts)


_statement = cache(_everything)
"""Each shape is built once: building it costs as much as running it."""


def _right(kind: str, unit: Any = None, **values: Any) -> Any:
    """A row for a right to see the company that is joined."""
    return _row(
        kind,
        company_id=col(Company.id),
        name=col(Company.name),
        erp=col(Company.erp),
        erp_key=col(Company.erp_key),
        chosen=col(ChosenCompany.company_id),
        several=cast(has_several(unit), SqlInteger),
        **values,
    )


def _row(kind: str, **values: Any) -> Any:
    """A row of the statement; without a company it says what is known of the person, or of the place."""
    known = {"kind": literal(kind), **values}
    return select(*(known.get(name, cast(null(), of)).label(name) for name, of in _COLUMNS.items()))


def _of_person(table: Any) -> list[Any]:
    return [
        col(table.platform) == bindparam("platform"),
        col(table.workspace) == bindparam("workspace"),
        col(table.user_id) == bindparam("user_id"),
    ]


def _of_place() -> list[Any]:
    return [
        col(ChannelTie.platform) == bindparam("place_platform"),
        col(ChannelTie.workspace) == bindparam("place_workspace"),
        col(ChannelTie.channel) == bindparam("channel"),
        col(ChannelTie.revoked_at).is_(None),
    ]

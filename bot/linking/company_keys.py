"""Keys of companies: the one a company was first known by, and further ones in this ERP or others.

That two keys are one company is said by the operator, in an import, and never guessed: equal names or
tax ids prove nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, literal, or_, select, union_all, update
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.linking.tables import ChannelTie, Company, CompanyKey, Link, WorkspaceTie
from bot.store import upsert

ErpKey = tuple[str, str]
"""The name of an ERP, and a customer key in it."""


DEEPEST_TREE = 8
"""Levels of branches below a company that `company_tree` reaches."""


class KeyInUse(Exception):
    """A key cannot become another company's. `why` is a sentence for the operator."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def company_of_key(session: AsyncSession, erp: str, erp_key: str) -> int | None:
    """Our id of the company that has a key, whether its first or a further one."""
    further = await company_of_further_key(session, erp, erp_key)
    if further is not None:
        return further
    statement = select(col(Company.id)).where(*_is(Company, erp, erp_key))
    found: int | None = (await (await session.connection()).execute(statement)).scalar()
    return found


async def company_of_further_key(session: AsyncSession, erp: str, erp_key: str) -> int | None:
    """Our id of the company of which this is a further key; None for every other key."""
    statement = select(col(CompanyKey.company_id)).where(*_is(CompanyKey, erp, erp_key))
    found: int | None = (await (await session.connection()).execute(statement)).scalar()
    return found


async def further_keys(session: AsyncSession, company_ids: Collection[int]) -> Mapping[int, Sequence[ErpKey]]:
    """The further keys of some companies, in a stable order; companies without any are left out."""
    statement = (
        select(col(CompanyKey.company_id), col(CompanyKey.erp), col(CompanyKey.erp_key))
        .where(col(CompanyKey.company_id).in_(company_ids))
        .order_by(col(CompanyKey.erp), col(CompanyKey.erp_key))
    )
    found: dict[int, list[ErpKey]] = {}
    for company_id, erp, erp_key in (await (await session.connection()).execute(statement)).all():
        found.setdefault(company_id, []).append((erp, erp_key))
    return found


async def give_key(session: AsyncSession, erp: str, erp_key: str, company_id: int, now: datetime) -> None:
    """Make a key a further one of a company, whoever had it as a further one before.

    A company of its own that had it is closed; raises KeyInUse where somebody's right rests on that one.
    """
    connection = await session.connection()
    its_own = select(col(Company.id), col(Company.state)).where(*_is(Company, erp, erp_key))
    found = (await connection.execute(its_own)).first()
    if found is not None and found.id == company_id:
        raise KeyInUse("same_as names the company itself")
    has_it = await company_of_key(session, erp, erp_key)
    if found is not None and has_it == found.id:
        if found.state != "active":
            raise KeyInUse("the key is of a company that is not active; open that one first")
        if (await connection.execute(select(_is_relied_on(found.id, now)))).scalar():
            raise KeyInUse("people, channels or branches are tied to the company of this key; untie them")
        await _set_state(session, found.id, "closed")
    await upsert(
        session,
        CompanyKey,
        {"erp": erp, "erp_key": erp_key, "company_id": company_id},
        unique=("erp", "erp_key"),
        returning="company_id",
    )


async def take_key(session: AsyncSession, erp: str, erp_key: str) -> None:
    """Let a key be a company of its own again: nobody of the company that had it sees it any more."""
    connection = await session.connection()
    gone = await connection.execute(delete(CompanyKey).where(*_is(CompanyKey, erp, erp_key)))
    own = await company_of_key(session, erp, erp_key) if gone.rowcount else None
    if own is not None:
        await _set_state(session, own, "active")


async def _set_state(session: AsyncSession, company_id: int, state: str) -> None:
    await (await session.connection()).execute(
        update(Company).where(col(Company.id) == company_id).values(state=state)
    )


def _is_relied_on(company_id: int, now: datetime) -> Any:
    """Whether somebody's right would change its meaning if the company were another one's key."""
    return or_(
        exists().where(
            or_(col(Link.company_id) == company_id, col(Link.unit_id) == company_id),
            col(Link.revoked_at).is_(None),
            col(Link.reverify_by) > now,
        ),
        exists().where(col(WorkspaceTie.company_id) == company_id, col(WorkspaceTie.revoked_at).is_(None)),
        exists().where(col(ChannelTie.company_id) == company_id, col(ChannelTie.revoked_at).is_(None)),
        exists().where(col(Company.parent_id) == company_id),
    )


def _is(table: type[Company] | type[CompanyKey], erp: str, erp_key: str) -> tuple[Any, ...]:
    return col(table.erp) == erp, col(table.erp_key) == erp_key


async def branch_keys(session: AsyncSession, company_id: int) -> Sequence[ErpKey]:
    """All keys of the active companies below one, in its ERPs; an inactive one hides what is below it."""
    erps = union_all(
        select(col(Company.erp)).where(col(Company.id) == company_id),
        select(col(CompanyKey.erp)).where(col(CompanyKey.company_id) == company_id),
    )
    level = (
        select(
            col(Company.id).label("id"),
            col(Company.erp).label("erp"),
            col(Company.erp_key).label("erp_key"),
            literal(1).label("depth"),
        )
        .where(
            col(Company.parent_id) == company_id,
            col(Company.state) == "active",
            col(Company.erp).in_(erps),
        )
        .cte("below", recursive=True)
    )
    below = aliased(Company)
    level = level.union_all(
        select(col(below.id), col(below.erp), col(below.erp_key), level.c.depth + 1)
        .join(level, col(below.parent_id) == level.c.id)
        .where(
            col(below.state) == "active",
            col(below.erp).in_(erps),
            level.c.depth < DEEPEST_TREE,
        )
    )
    further = select(col(CompanyKey.erp), col(CompanyKey.erp_key)).join(
        level, col(CompanyKey.company_id) == level.c.id
    )
    found = await (await session.connection()).execute(
        union_all(select(level.c.erp, level.c.erp_key), further)
    )
    return sorted({(erp, key) for erp, key in found.all() if key})


def has_key_in(erp: Any) -> Any:
    """Whether the company has a further key in an ERP: a branch of an ERP where it has none is not its."""
    return exists().where(col(CompanyKey.company_id) == col(Company.id), col(CompanyKey.erp) == erp)


def has_several(unit: Any) -> Any:
    """Whether the company or the unit has further keys: they are asked for only where there are any."""
    those = col(CompanyKey.company_id) == col(Company.id)
    return exists().where(those if unit is None else or_(those, col(CompanyKey.company_id) == col(unit.id)))

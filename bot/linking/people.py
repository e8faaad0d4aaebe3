"""What platforms said of people, kept for a while: how they stand, and what they are called."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser
from bot.keys import Keys
from bot.linking.links import person, user_of
from bot.linking.tables import Person
from bot.membership import Seen
from bot.store import upsert


async def keep(session: AsyncSession, keys: Keys, seen: Seen, now: datetime) -> None:
    """Remember a platform's word on a person; a name it did not tell leaves the known one."""
    named = {"name": keys.seal(seen.name)} if seen.name else {}
    await upsert(
        session,
        Person,
        {**person(seen.user), "standing": seen.standing.value, "checked_at": now, **named},
        unique=("platform", "workspace", "user_id"),
        returning="standing",
    )


async def names(session: AsyncSession, keys: Keys, users: Iterable[ChatUser]) -> Mapping[str, str]:
    """What people are called, by their keys; absent for whom no platform has named."""
    wanted = {tuple(person(user).values()) for user in users}
    columns = (col(Person.platform), col(Person.workspace), col(Person.user_id))
    rows = await session.exec(select(Person).where(tuple_(*columns).in_(wanted)))
    return {user_of(row).key: keys.open(row.name) for row in rows.all() if row.name is not None}

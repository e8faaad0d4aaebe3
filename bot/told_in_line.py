"""Which conversations were told of late that they are in line, by whichever process told them.

A question may go over to another process while it waits, and the next one of its conversation to any.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Field, col, select

from bot.keys import Keys
from bot.store import Digest, Store, Table, UtcDateTime, utc_now


class InLineNotice(Table, table=True):
    """A conversation that was told, for as long as that counts."""

    __tablename__ = "in_line_notices"

    lane: str = Field(sa_type=Digest, primary_key=True)
    told_at: datetime = Field(sa_type=UtcDateTime, index=True)


class StoredTold:
    """Who was told (`inbox.in_line.Told`), in the store. Holds no state of its own."""

    def __init__(self, store: Store, keys: Keys, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def claim(self, lanes: Sequence[str], *, once_in: float) -> Collection[str]:
        marks = {self._keys.digest("in-line", lane): lane for lane in lanes}
        now = self._clock()
        async with self._store.writing() as session:
            await self._store.lock(session, "in-line-notices")
            over = now - timedelta(seconds=once_in)
            await session.exec(delete(InLineNotice).where(col(InLineNotice.told_at) <= over))
            known = select(col(InLineNotice.lane)).where(col(InLineNotice.lane).in_(marks))
            fresh = marks.keys() - set((await session.exec(known)).all())
            session.add_all([InLineNotice(lane=mark, told_at=now) for mark in fresh])
        return [marks[mark] for mark in fresh]

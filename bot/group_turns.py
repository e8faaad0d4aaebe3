"""How many messages a group was sent of late, by whichever process sent them.

What a process remembers by itself ends with it, and no other knows of it; a minute's limit outlives both.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Field, col, select

from bot.keys import Keys
from bot.store import Digest, Store, Table, UtcDateTime, utc_now


class GroupMessage(Table, table=True):
    """A message to a group, for as long as it counts."""

    __tablename__ = "group_messages"

    id: int | None = Field(default=None, primary_key=True)
    place: str = Field(sa_type=Digest, index=True)
    sent_at: datetime = Field(sa_type=UtcDateTime, index=True)


class GroupTurns:
    """At most `most` messages to a group in any `seconds`, among all processes of one store."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        *,
        most: int,
        seconds: float,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._keys = keys
        self._most = most
        self._window = timedelta(seconds=seconds)
        self._clock = clock

    async def turn(self, place: str) -> float:
        """0.0 where a message may go to the place, which counts from then on as sent; else the seconds
        after which to ask again."""
        mark = self._keys.digest("group-message", place)
        async with self._store.writing() as session:
            await self._store.lock(session, f"group-messages:{mark}")
            now = self._clock()
            await session.exec(delete(GroupMessage).where(col(GroupMessage.sent_at) <= now - self._window))
            sent = select(col(GroupMessage.sent_at)).where(col(GroupMessage.place) == mark)
            newest = (await session.exec(sent.order_by(col(GroupMessage.sent_at).desc()))).all()
            if len(newest) >= self._most:
                return (newest[self._most - 1] + self._window - now).total_seconds()
            session.add(GroupMessage(place=mark, sent_at=now))
        return 0.0

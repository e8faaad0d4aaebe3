"""When people last asked what had changed."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import col, select

from bot.chat.people import ChatUser
from bot.linking.links import person
from bot.store import Store, upsert, utc_now
from bot.watching.tables import PERSON, LastLook, is_of


class LastLooks:
    """When each person last asked it at each company, in the store."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._clock = clock

    async def renew(self, user: ChatUser, company_id: int) -> datetime | None:
        """When the person last asked what had changed there; from now on that is now."""
        async with self._store.writing() as session:
            last = await session.exec(
                select(col(LastLook.at)).where(*is_of(LastLook, user), col(LastLook.company_id) == company_id)
            )
            before = last.first()
            await upsert(
                session,
                LastLook,
                {**person(user), "company_id": company_id, "at": self._clock()},
                unique=(*PERSON, "company_id"),
                returning="company_id",
            )
        return before

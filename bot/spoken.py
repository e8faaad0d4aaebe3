"""Which order a person is talking about, and in which language. Sealed, short-lived, grants nothing."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.keys import Keys, Sealed
from bot.store import Digest, SealedText, Store, Table, UtcDateTime, Write, changing

FOCUS_LASTS = timedelta(minutes=30)
_OF_NO_COMPANY = 0
"""Company of a row that notes a language: no focus has it."""
_NOT_NOTED: tuple[Any, ...] = ("", "", "", (), "")
"""What is told beside an order's number, where an older process noted less."""


@dataclass(frozen=True)
class Focus:
    """The order that was spoken of last in a place."""

    company_id: int
    order_number: str
    """Empty where only a list was shown."""
    erp: str = ""
    """The ERP it lives in; empty where that was not noted: the company's first one."""
    company_key: str = ""
    """The company's key there, likewise."""
    listed: tuple["Focus", ...] = ()
    """The orders that were listed, for "the second one"."""


@dataclass(frozen=True)
class Spot:
    """Where somebody talks."""

    place: str
    """Their own part of a conversation."""
    thread: str = ""
    """The thread of it; empty outside of any."""
    begins: bool = False
    """What is said here begins that thread, and goes on from what was said before in the conversation."""

    @property
    def _own(self) -> str:
        """What the thread is noted under."""
        return f"{self.place}|{self.thread}"

    @property
    def noted_under(self) -> tuple[str, ...]:
        """Where what is spoken of is noted: in the thread, where there is one, and in the conversation."""
        return (self._own, self.place) if self.thread else (self.place,)

    def goes_on_from(self, thread: str) -> bool:
        """Whether what was last spoken of in the conversation, in that thread, can be meant here too.

        In a thread nobody means what was said in another one.
        """
        return not self.thread or self.begins or thread in ("", self.thread)


class FocusRow(Table, table=True):
    """The last order spoken of in a place, or in a thread of it, by digest; a person's language by theirs."""

    __tablename__ = "focuses"

    place: str = Field(sa_type=Digest, primary_key=True)
    company_id: int
    order_number: Sealed = Field(sa_type=SealedText)
    lives_in: Sealed | None = Field(default=None, sa_type=SealedText)
    """JSON: the ERP, the company's key there, the order's number again, by which it is known to be of this
    order (a process that does not know the column changes the number alone), the orders that were listed,
    and the thread this was said in."""
    set_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Spoken:
    """What was spoken of, in the store. Holds no state of its own."""

    def __init__(self, store: Store, keys: Keys, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def set_focus(self, spot: Spot, spoken_of: Focus) -> None:
        """Note what is spoken of where somebody talks."""
        await self._store.write([self.focusing(spot, spoken_of)])

    def focusing(self, spot: Spot, spoken_of: Focus) -> Write:
        """The same as a write, for a transaction of more."""
        there = [spoken_of.erp, spoken_of.company_key, spoken_of.order_number]
        listed = [[one.erp, one.company_key, one.order_number] for one in spoken_of.listed]
        # The same in all places, and sealed once: it is the same that is known of it there.
        noted = {
            "company_id": spoken_of.company_id,
            "order_number": self._keys.seal(spoken_of.order_number),
            "lives_in": self._keys.seal(json.dumps([*there, listed, spot.thread])),
            "set_at": self._clock(),
        }
        places = [{"place": self._keys.digest("place", place), **noted} for place in sorted(spot.noted_under)]
        return changing(FocusRow, places, unique=("place",), on=self._store.dialect)

    async def focus(self, spot: Spot) -> Focus | None:
        """What was spoken of in the last 30 minutes: in the thread, else in the conversation around it."""
        for place in spot.noted_under:
            found = await self._noted_at(place)
            if found is not None:
                spoken_of, thread = found
                return spoken_of if spot.goes_on_from(thread) else None
        return None

    async def language(self, person: str) -> str | None:
        """The language somebody last wrote in, where they were seen to write."""
        values = {"places": self._keys.digests("language", person)}
        found = await self._store.rows(_noted_last(), values)
        return self._keys.open(found[0].order_number) if found else None

    async def note_language(self, person: str, language: str) -> None:
        """Remember the language somebody wrote in, until it is pruned or they write in another."""
        noted = {
            "place": self._keys.digest("language", person),
            "company_id": _OF_NO_COMPANY,
            "order_number": self._keys.seal(language),
            "lives_in": None,
            "set_at": self._clock(),
        }
        await self._store.write([changing(FocusRow, [noted], unique=("place",), on=self._store.dialect)])

    async def forget_language(self, person: str) -> None:
        """Forget which language somebody wrote in."""
        async with self._store.writing() as session:
            places = self._keys.digests("language", person)
            await session.exec(delete(FocusRow).where(col(FocusRow.place).in_(places)))

    async def prune(self, session: AsyncSession, older_than: datetime) -> int:
        """Forget orders spoken of too long ago to matter, and languages noted before a moment; how many."""
        over = max(older_than, self._clock() - FOCUS_LASTS)
        of_order = col(FocusRow.company_id) != _OF_NO_COMPANY
        gone = 0
        for too_old in ((col(FocusRow.set_at) < over) & of_order, col(FocusRow.set_at) < older_than):
            gone += (await session.exec(delete(FocusRow).where(too_old))).rowcount
        return gone

    async def _noted_at(self, place: str) -> tuple[Focus, str] | None:
        """What was noted there last, and the thread it was said in."""
        statement = (
            select(FocusRow)
            .where(
                col(FocusRow.place).in_(self._keys.digests("place", place)),
                col(FocusRow.set_at) > self._clock() - FOCUS_LASTS,
            )
            .order_by(col(FocusRow.set_at).desc())
            .limit(1)
        )
        async with self._store.reading() as session:
            row = (await session.exec(statement)).first()
        if row is None:
            return None
        number = self._keys.open(row.order_number)
        noted: list[Any] = json.loads(self._keys.open(row.lives_in)) if row.lives_in else []
        erp, company_key, of, orders, thread = (*noted, *_NOT_NOTED[len(noted) :])
        if of != number:
            erp, company_key = "", ""
        listed = tuple(Focus(row.company_id, one, *lives) for *lives, one in orders)
        return Focus(row.company_id, number, erp, company_key, listed), thread


@cache
def _noted_last() -> Any:
    """What was noted last at any of some places, as a statement built once: it runs for every question."""
    return (
        select(col(FocusRow.order_number))
        .where(col(FocusRow.place).in_(bindparam("places", expanding=True)))
        .order_by(col(FocusRow.set_at).desc())
        .limit(1)
    )

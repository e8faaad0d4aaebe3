"""What a button means, and which order a person is talking about. Sealed, short-lived, grants nothing."""

import base64
import json
import re
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.keys import Keys, NotOurs, Sealed
from bot.store import (
    Digest,
    SealedText,
    Store,
    Table,
    UtcDateTime,
    Write,
    adding,
    adding_once,
    changing,
    utc_now,
)

FOCUS_LASTS = timedelta(minutes=30)
_OF_NO_COMPANY = 0
"""Company of a row that notes a language: no focus has it."""
_NOT_NOTED: tuple[Any, ...] = ("", "", "", (), "")
"""What is told beside an order's number, where an older process noted less."""
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{16,40}")


@dataclass(frozen=True)
class Act:
    """What pressing a button asks for. Whether it is allowed is decided when it is pressed."""

    kind: str
    company_id: int
    """The company the button was made for; 0 where none is concerned."""
    values: Mapping[str, str]


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


@dataclass(frozen=True)
class MadeButton:
    """A button that was sent out, without what it means."""

    reference: str
    kind: str
    company_id: int
    made_at: datetime


def new_reference() -> str:
    """A reference for what is like no other: 22 URL-safe characters, unguessable."""
    return secrets.token_urlsafe(16)


class ButtonRow(Table, table=True):
    """A button that was sent out, first at that moment; for others see `bot.answers.acts`."""

    __tablename__ = "buttons"

    reference: str = Field(primary_key=True)
    kind: str
    company_id: int
    act: Sealed = Field(sa_type=SealedText)
    made_at: datetime = Field(sa_type=UtcDateTime, index=True)


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


class Memory:
    """Buttons and focus, in the store. Holds no state of its own."""

    def __init__(self, store: Store, keys: Keys, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def remember(self, acts: Sequence[Act]) -> list[str]:
        """References for buttons, one for each act in order (`reference`)."""
        references = [self.reference(act) for act in acts]
        if acts:
            await self._store.write(self.writes(dict(zip(references, acts, strict=True)), None))
        return references

    def reference(self, act: Act) -> str:
        """What a button carries: 22 URL-safe characters, unguessable.

        The same for the same act all day (UTC): answers repeat their buttons, and a row for each would be
        most of what is kept.
        """
        meant = [self._clock().date().isoformat(), act.kind, act.company_id, dict(act.values)]
        digest = self._keys.digest("button", json.dumps(meant, sort_keys=True))
        return base64.urlsafe_b64encode(bytes.fromhex(digest)[:16]).rstrip(b"=").decode("ascii")

    async def recall(self, reference: str) -> Act | None:
        """What a reference stands for; None for one we never made or no longer keep."""
        if not _REFERENCE.fullmatch(reference):
            return None
        async with self._store.reading() as session:
            found = await session.exec(select(ButtonRow).where(col(ButtonRow.reference) == reference))
            row = found.one_or_none()
        if row is None:
            return None
        return Act(row.kind, row.company_id, json.loads(self._keys.open(row.act)))

    async def set_focus(self, spot: Spot, spoken_of: Focus) -> None:
        """Note what is spoken of where somebody talks."""
        async with self._store.writing() as session:
            await self.keep(session, {}, (spot, spoken_of))

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

    async def note(self, session: AsyncSession, reference: str, act: Act) -> None:
        """Note an act under a reference that was made for it alone; fails where that means something."""
        statement, values = adding(ButtonRow, [self._row(reference, act)])
        await session.exec(statement, params=values)

    async def keep(
        self, session: AsyncSession, acts: Mapping[str, Act], focus: tuple[Spot, Focus] | None
    ) -> None:
        """Note buttons by reference, and what is spoken of where, in the caller's transaction."""
        for statement, values in self.writes(acts, focus):
            await session.exec(statement, params=values)

    def writes(self, acts: Mapping[str, Act], focus: tuple[Spot, Focus] | None) -> list[Write]:
        """The same as writes, for a transaction of nothing else (`Store.write`)."""
        writes = []
        if acts:
            # In one order: two answers with the same buttons would wait for each other.
            rows = [self._row(reference, acts[reference]) for reference in sorted(acts)]
            writes.append(adding_once(ButtonRow, rows, unique=("reference",), on=self._store.dialect))
        if focus is not None:
            spot, spoken_of = focus
            there = [spoken_of.erp, spoken_of.company_key, spoken_of.order_number]
            listed = [[one.erp, one.company_key, one.order_number] for one in spoken_of.listed]
            # The same in all places, and sealed once: it is the same that is known of it there.
            noted = {
                "company_id": spoken_of.company_id,
                "order_number": self._keys.seal(spoken_of.order_number),
                "lives_in": self._keys.seal(json.dumps([*there, listed, spot.thread])),
                "set_at": self._clock(),
            }
            places = [
                {"place": self._keys.digest("place", place), **noted} for place in sorted(spot.noted_under)
            ]
            writes.append(changing(FocusRow, places, unique=("place",), on=self._store.dialect))
        return writes

    async def focus(self, spot: Spot) -> Focus | None:
        """What was spoken of in the last 30 minutes: in the thread, else in the conversation around it."""
        for place in spot.noted_under:
            found = await self._noted_at(place)
            if found is not None:
                spoken_of, thread = found
                return spoken_of if spot.goes_on_from(thread) else None
        return None

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

    async def made(
        self, kinds: Collection[str], meant: Callable[[Mapping[str, str]], bool]
    ) -> Sequence[MadeButton]:
        """The buttons of these kinds whose values are meant, oldest first.

        What they hold is sealed, so all of these kinds are opened; one that no key opens is left out.
        """
        async with self._store.reading() as session:
            found = await session.exec(
                select(ButtonRow).where(col(ButtonRow.kind).in_(kinds)).order_by(col(ButtonRow.made_at))
            )
            rows = found.all()
        return [
            MadeButton(row.reference, row.kind, row.company_id, row.made_at)
            for row in rows
            if (values := self._opened(row)) is not None and meant(values)
        ]

    async def forget(self, references: Collection[str]) -> None:
        """Forget these buttons; a press of one is told that it is too old."""
        async with self._store.writing() as session:
            await session.exec(delete(ButtonRow).where(col(ButtonRow.reference).in_(references)))

    async def prune(self, older_than: datetime, *, kinds: Collection[str] = ()) -> int:
        """Forget buttons from before a moment, of some kinds or of all; how many rows went.

        With those of all kinds go the orders that were spoken of too long ago to matter, and languages
        noted before the same moment.
        """
        of_kinds = [col(ButtonRow.kind).in_(kinds)] if kinds else []
        async with self._store.writing() as session:
            gone = [
                await session.exec(delete(ButtonRow).where(col(ButtonRow.made_at) < older_than, *of_kinds))
            ]
            if not kinds:
                over = max(older_than, self._clock() - FOCUS_LASTS)
                of_order = col(FocusRow.company_id) != _OF_NO_COMPANY
                for too_old in ((col(FocusRow.set_at) < over) & of_order, col(FocusRow.set_at) < older_than):
                    gone.append(await session.exec(delete(FocusRow).where(too_old)))
        return sum(result.rowcount for result in gone)

    def _row(self, reference: str, act: Act) -> Mapping[str, Any]:
        return {
            "reference": reference,
            "kind": act.kind,
            "company_id": act.company_id,
            "act": self._keys.seal(json.dumps(dict(act.values))),
            "made_at": self._clock(),
        }

    def _opened(self, row: ButtonRow) -> Mapping[str, str] | None:
        try:
            values: Mapping[str, str] = json.loads(self._keys.open(row.act))
        except NotOurs:
            return None
        return values


@cache
def _noted_last() -> Any:
    """What was noted last at any of some places, as a statement built once: it runs for every question."""
    return (
        select(col(FocusRow.order_number))
        .where(col(FocusRow.place).in_(bindparam("places", expanding=True)))
        .order_by(col(FocusRow.set_at).desc())
        .limit(1)
    )

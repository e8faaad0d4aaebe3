"""What is remembered between questions: what a button means; what was spoken of is `bot.spoken`.

Sealed, short-lived, grants nothing.
"""

import base64
import json
import re
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.keys import Keys, NotOurs, Sealed
from bot.spoken import Focus, Spoken, Spot
from bot.store import SealedText, Store, Table, UtcDateTime, Write, adding, adding_once, utc_now

_REFERENCE = re.compile(r"[A-Za-z0-9_-]{16,40}")


@dataclass(frozen=True)
class Act:
    """What pressing a button asks for. Whether it is allowed is decided when it is pressed."""

    kind: str
    company_id: int
    """The company the button was made for; 0 where none is concerned."""
    values: Mapping[str, str]


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


class Memory:
    """Buttons, in the store, and beside them what was spoken of. Holds no state of its own."""

    def __init__(self, store: Store, keys: Keys, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self.spoken = Spoken(store, keys, clock=clock)

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
            writes.append(adding_once(ButtonRow, rows, on=self._store.dialect))
        if focus is not None:
            writes.append(self.spoken.focusing(*focus))
        return writes

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
            made_before = delete(ButtonRow).where(col(ButtonRow.made_at) < older_than, *of_kinds)
            gone = (await session.exec(made_before)).rowcount
            return gone if kinds else gone + await self.spoken.prune(session, older_than)

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

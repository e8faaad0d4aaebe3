"""The questions that wait, in the store.

A row goes from waiting to released (its question was put into the inbox once more) and from there to
ended, or back to waiting when the ERP failed again. Every step is taken at most once, whoever takes it
and however often a process dies meanwhile: a step names the attempt it belongs to.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import and_, delete, exists, func, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.chat.messages import Message
from bot.chat.people import ChatUser, Conversation, Platform
from bot.kept.rows import KeptRow, opened, sealed
from bot.kept.values import KeptQuestion, Later, Limits
from bot.keys import Keys, NotOurs
from bot.store import Store, adding_once, utc_now

GIVES_WAY_AFTER = 3
"""Attempts in which the ERP answered its check and failed at the question: that may be the question's own."""
LOST_AFTER = timedelta(minutes=15)
"""Composing and sending an answer is given up by then: what is still under way will not end by itself."""
LEFT_FOR = timedelta(seconds=20)
"""How long one that only a newer release can read lets the others pass, before somebody looks again."""
_EXPORTED = TypeAdapter(KeptQuestion)


class Kept:
    """The questions that wait. Holds no state of its own.

    Args:
        lasts: how long a question waits; zero keeps none.
        places: where each platform takes an answer later; a platform without one keeps none.
    """

    def __init__(
        self,
        store: Store,
        keys: Keys,
        *,
        lasts: timedelta,
        places: Mapping[Platform, Later],
        limits: Limits | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._keys = keys
        self._places = dict(places)
        self._limits = limits or Limits()
        self.lasts = lasts
        self.clock = clock

    def place_for(self, message: Message) -> tuple[Conversation, Mapping[str, str]] | None:
        """Where a later answer to a message goes; None where nothing is kept."""
        later = self._places.get(message.conversation.platform)
        return later(message) if later and self.lasts > timedelta(0) else None

    async def like(self, user: ChatUser, same_as: str) -> KeptQuestion | None:
        """The question of this person that asks the same and still waits."""
        digests = self._keys.digests("kept-question", same_as)
        same = (*_of(user), col(KeptRow.same_as).in_(digests))
        statement = select(KeptRow).where(*same, _open(), ~_lost(self.clock()))
        async with self._store.reading() as session:
            row = (await session.exec(statement)).first()
        return await self._read(row)

    async def room(self, user: ChatUser) -> tuple[bool, int]:
        """Whether one more may wait, and how many of this person's do."""
        own = select(func.count()).select_from(KeptRow).where(*_of(user), _open()).scalar_subquery()
        everybody = select(func.count()).select_from(KeptRow).where(_open()).scalar_subquery()
        statement: Any = select(own, everybody)
        async with self._store.reading() as session:
            theirs, all_of_them = (await session.exec(statement)).one()
        return theirs < self._limits.person and all_of_them < self._limits.all, theirs

    async def waits_in(self, user: ChatUser, lane: str) -> bool:
        """Whether a question of this person waits in a lane."""
        statement = select(KeptRow.id).where(*_of(user), col(KeptRow.lane) == lane, _open()).limit(1)
        async with self._store.reading() as session:
            return (await session.exec(statement)).first() is not None

    async def keep(self, question: KeptQuestion, same_as: str) -> None:
        """Let a question wait; one that does already, by its id or by what it asks, stays as it is."""
        values = {
            "id": question.id,
            **_person(question.sender),
            "erps": ",".join(question.erps),
            "company_id": question.company_id,
            "lane": question.conversation.lane,
            "same_as": self._keys.digest("kept-question", same_as),
            "question": sealed(question, self._keys),
            "kept_at": question.kept_at,
            "until": question.until,
            "not_before": question.not_before,
            "attempt": question.attempt,
        }
        async with self._store.writing() as session:
            same = (*_of(question.sender), col(KeptRow.same_as) == values["same_as"])
            await session.exec(_ending("lost", self.clock()).where(*same, _lost(self.clock())))
            statement, rows = adding_once(KeptRow, [values], on=self._store.dialect)
            await session.exec(statement, params=rows)

    async def find(self, id: str) -> KeptQuestion | None:
        """A question by its id, for as long as it is known; `ended` tells that it waits no more."""
        async with self._store.reading() as session:
            row = (await session.exec(select(KeptRow).where(col(KeptRow.id) == id))).one_or_none()
        return await self._read(row)

    async def again(self, id: str, attempt: int, not_before: datetime, *, gives_way: bool = False) -> None:
        """Back to waiting after an attempt in which the ERP failed, or which came too early for the person.

        One that `gives_way` lets the others of its lane pass from now on.
        """
        await self._change(
            and_(col(KeptRow.id) == id, col(KeptRow.attempt) == attempt),
            attempt=max(attempt, GIVES_WAY_AFTER if gives_way else 0) + 1,
            released_at=None,
            not_before=not_before,
        )

    async def end(self, id: str, outcome: str, attempt: int | None = None) -> bool:
        """It waits no more, unless an attempt is named and a later one is due; False when it did not."""
        this = col(KeptRow.id) == id
        if attempt is not None:
            this = and_(this, col(KeptRow.attempt) == attempt)
        return await self._change(this, ended_at=self.clock(), outcome=outcome)

    async def drop(self, id: str, user: ChatUser) -> bool:
        """End a person's own question at their wish; False when there is none that waits."""
        mine = and_(col(KeptRow.id) == id, *_of(user))
        return await self._change(mine, ended_at=self.clock(), outcome="dropped")

    async def released(self, question: KeptQuestion) -> None:
        """Note that this attempt is in the inbox."""
        this = and_(col(KeptRow.id) == question.id, col(KeptRow.attempt) == question.attempt)
        await self._change(this, released_at=self.clock())

    async def awaited(self) -> Mapping[tuple[str, ...], datetime]:
        """The ERPs that questions wait for, each set with the moment from which the first may be asked."""
        statement: Any = (
            select(col(KeptRow.erps), func.min(col(KeptRow.not_before)))
            .where(_waiting())
            .group_by(KeptRow.erps)
        )
        async with self._store.reading() as session:
            found = (await session.exec(statement)).all()
        return {tuple(erps.split(",")): not_before for erps, not_before in found}

    async def under_way(self) -> int:
        """How many are released and not ended."""
        statement = select(func.count()).where(_open(), col(KeptRow.released_at).is_not(None))
        async with self._store.reading() as session:
            return int((await session.exec(statement)).one())

    async def first(self, erps: Sequence[tuple[str, ...]], most: int) -> Sequence[KeptQuestion]:
        """The oldest that wait for these ERPs, one a lane: the next of a lane comes after it has ended.

        One that the ERP has failed at again and again, or whose person must wait, lets the others of its
        lane pass.
        """
        before = aliased(KeptRow)
        earlier = exists().where(
            col(before.lane) == col(KeptRow.lane),
            col(before.ended_at).is_(None),
            col(before.kept_at) < col(KeptRow.kept_at),
            col(before.attempt) <= GIVES_WAY_AFTER,
        )
        due = col(KeptRow.not_before) <= self.clock()
        return await self._rows(
            _waiting(), due, col(KeptRow.erps).in_([",".join(each) for each in erps]), ~earlier, most=most
        )

    async def overdue(self, most: int) -> Sequence[KeptQuestion]:
        """Those that have waited long enough."""
        return await self._rows(_waiting(), col(KeptRow.until) <= self.clock(), most=most)

    async def give_up_on_lost(self) -> None:
        """End what was released so long ago that its answer must have been lost on its way."""
        async with self._store.writing() as session:
            await session.exec(_ending("lost", self.clock()).where(_lost(self.clock())))

    async def export(self, user: ChatUser) -> dict[str, object]:
        """One person's questions, opened, as values JSON can hold."""
        questions = await self._rows(*_of(user), most=None)
        return {"questions kept": [_EXPORTED.dump_python(one, mode="json") for one in questions]}

    async def forget(self, user: ChatUser) -> None:
        """Forget one person's questions; none of them is answered any more."""
        async with self._store.writing() as session:
            await session.exec(delete(KeptRow).where(*_of(user)))

    async def prune(self, ended_before: datetime) -> int:
        """Forget what ended before a moment; how many rows went."""
        async with self._store.writing() as session:
            gone = await session.exec(delete(KeptRow).where(col(KeptRow.ended_at) < ended_before))
        return int(gone.rowcount)

    async def _change(self, which: Any, **values: Any) -> bool:
        async with self._store.writing() as session:
            changed = await session.exec(update(KeptRow).where(which, _open()).values(**values))
        return bool(changed.rowcount)

    async def _rows(self, *conditions: Any, most: int | None) -> Sequence[KeptQuestion]:
        statement = select(KeptRow).where(*conditions).order_by(col(KeptRow.kept_at), col(KeptRow.id))
        async with self._store.reading() as session:
            rows = (await session.exec(statement.limit(most))).all()
        questions = [await self._read(row) for row in rows]
        return [question for question in questions if question is not None]

    async def _read(self, row: KeptRow | None) -> KeptQuestion | None:
        if row is None:
            return None
        try:
            return opened(row, self._keys)
        except ValidationError:
            if self.clock() < row.until:
                # A newer release kept it, and a worker of that will find it again.
                structlog.get_logger().warning("kept_question_left", reason="of_newer_release")
                later = self.clock() + LEFT_FOR
                await self._change(col(KeptRow.id) == row.id, not_before=later)
                return None
            reason = "of_newer_release"
        except NotOurs as error:
            # Its key was taken away: it must not stand before the others for ever.
            reason = type(error).__name__
        structlog.get_logger().error("kept_question_lost", reason=reason)
        await self.end(row.id, "lost")
        return None


def _person(user: ChatUser) -> dict[str, str]:
    return {"platform": user.platform.value, "workspace": user.workspace, "user_id": user.user_id}


def _of(user: ChatUser) -> list[Any]:
    return [KeptRow.__table__.c[name] == value for name, value in _person(user).items()]  # type: ignore[attr-defined]


def _open() -> Any:
    return col(KeptRow.ended_at).is_(None)


def _lost(now: datetime) -> Any:
    return func.coalesce(col(KeptRow.released_at) < now - LOST_AFTER, False)


def _ending(outcome: str, now: datetime) -> Any:
    return update(KeptRow).where(_open()).values(ended_at=now, outcome=outcome)


def _waiting() -> Any:
    return and_(_open(), col(KeptRow.released_at).is_(None))

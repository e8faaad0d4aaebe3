"""What is being said of watches: counted as told when it is written down, and kept elsewhere after that."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import true, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.unasked import Fired
from bot.keys import Keys, Sealed
from bot.store import Store, utc_now
from bot.watching.changes import Seen
from bot.watching.rows import opened, sealed_outgoing
from bot.watching.tables import LIVE, Watch
from bot.watching.values import LiveWatch, Outgoing


class Outbox:
    """The outboxes of watches. A watch is changed only while it still is as it was read."""

    def __init__(self, store: Store, keys: Keys, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def waiting(self) -> Sequence[LiveWatch]:
        """Watches with something to say that may not have been kept yet."""
        waiting = select(Watch).where(col(Watch.outbox).is_not(None), LIVE).order_by(col(Watch.id))
        async with self._store.reading() as session:
            return [opened(row, self._keys) for row in (await session.exec(waiting)).all()]

    async def note(self, watch: LiveWatch, seen: Seen) -> bool:
        """Note how an order stands where nothing is to be told of it; False when another was faster."""
        return await self._change(watch, seen=self._keys.seal(seen.text()), due_at=None)

    async def say(self, watch: LiveWatch, outgoing: Outgoing, *, due_at: datetime | None) -> LiveWatch | None:
        """Put something in the outbox, and put off when the watch is due next, in one transaction.

        The watch as it then is; None when another process has said something of it meanwhile.
        """
        sealed = sealed_outgoing(outgoing, self._keys)
        if not await self._change(watch, due_at=due_at, outbox=sealed):
            return None
        return replace(watch, outbox=outgoing, was=(watch.was[0], sealed))

    async def say_together(
        self, id: str, told: Sequence[tuple[LiveWatch, Fired, Seen]], lists: Sequence[LiveWatch] = ()
    ) -> tuple[LiveWatch | None, Sequence[LiveWatch]]:
        """As `say`, of several watches of one person in one message, which waits with the first of them; what
        is told counts as seen.

        That watch as it then is, and those of which another process has said something meanwhile. With them
        the person's lists whose hour has come; one that another process has told is left out.
        """
        async with self._store.writing() as session:
            counted: list[tuple[LiveWatch, Fired, Sealed]] = []
            missed: list[LiveWatch] = []
            for watch, fired, seen in told:
                sealed = self._keys.seal(seen.text())
                over = {"ended_at": self._clock(), "ended_by": "over"} if fired.last and counted else {}
                if await self._change_in(session, watch, seen=sealed, due_at=None, **over):
                    counted.append((watch, fired, sealed))
                else:
                    missed.append(watch)
            if not counted:
                return None, missed
            lead, first, sealed = counted[0]
            also = [fired for _, fired, _ in counted[1:]]
            for one in lists:
                next_at = one.digest.next_after(self._clock()) if one.digest else None
                if await self._change_in(session, one, due_at=next_at):
                    also.append(Fired(one.id, one.company_id))
            outgoing = Outgoing(id, replace(first, also=tuple(also)))
            outbox = sealed_outgoing(outgoing, self._keys)
            await session.exec(update(Watch).where(col(Watch.id) == lead.id).values(outbox=outbox))
        return replace(lead, outbox=outgoing, was=(sealed, outbox)), missed

    async def kept(self, watch: LiveWatch) -> None:
        """What was in the outbox is kept elsewhere now; a watch whose last word it was has ended."""
        over = watch.outbox is not None and watch.outbox.fired.last
        ended = {"ended_at": self._clock(), "ended_by": "over"} if over else {}
        await self._change(watch, outbox=None, **ended)

    async def _change(self, watch: LiveWatch, **values: Any) -> bool:
        async with self._store.writing() as session:
            return await self._change_in(session, watch, **values)

    async def _change_in(self, session: AsyncSession, watch: LiveWatch, **values: Any) -> bool:
        """Change a watch that still is as it was read; whether it was."""
        seen, outbox = watch.was
        unchanged = (
            col(Watch.seen).is_not_distinct_from(seen),
            col(Watch.outbox).is_not_distinct_from(outbox),
            col(Watch.due_at).is_not_distinct_from(watch.due_at) if watch.digest and not outbox else true(),
        )
        changed = await session.exec(
            update(Watch)
            .where(col(Watch.id) == watch.id, LIVE, *unchanged)
            .values(**values)
            .returning(col(Watch.id))
        )
        return changed.first() is not None

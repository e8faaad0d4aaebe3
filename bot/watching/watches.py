"""The watches in the store: begun, listed, ended, and which are to be looked at now."""

import json
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import case, delete, func, or_, true, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat import ChatUser, Fired, Platform
from bot.keys import Keys, Sealed
from bot.orders import Order, OrderEvent
from bot.store import Store, upsert, utc_now
from bot.watching.about import WATCH, about_list, about_order
from bot.watching.changes import Seen
from bot.watching.tables import LIVE, LastLook, Sweep, Watch

MOST_OF_ONE_PERSON = 50
CLAIM_LASTS = timedelta(seconds=30)
"""A process that dies keeps a company for so long; one that is at it says so before that."""
OVERLAP = timedelta(minutes=2)
"""Asked for again at each sweep: clocks differ, and an ERP may commit late what it dated early."""
STIRRED_AFTER = timedelta(seconds=5)
"""From an ERP's word that something changed to the look at it: what changes together is looked at once."""
STOPPED = "stopped"
"""Why a watch ended that the person themselves stopped."""
ASLEEP = "asleep"
"""Why a watch rests: its person blocked the bot. It begins again when they may hear of it again."""
_PERSON = ("platform", "workspace", "user_id")


class TooManyWatches(Exception):
    """This person watches as much as one person may."""


@dataclass(frozen=True)
class Watched:
    """An order, as a watch names it."""

    erp: str
    company_key: str
    number: str
    reference: str = ""
    """The customer's own reference: what the person is told it by."""

    @classmethod
    def of(cls, order: Order) -> "Watched":
        return cls(order.erp, order.company_key or "", order.order_number, order.customer_reference or "")


@dataclass(frozen=True)
class Digest:
    """A list told at set hours: `open`, `late` or `backordered`; every day where no weekday is named."""

    listed: str
    weekday: int | None
    at: time
    time_zone: str

    def next_after(self, moment: datetime) -> datetime:
        """The next time it is due, aware UTC; summer time is the zone's own business."""
        zone = ZoneInfo(self.time_zone)
        day = moment.astimezone(zone).date()
        for _ in range(9):
            due = datetime.combine(day, self.at, zone)
            if due > moment and self.weekday in (None, day.weekday()):
                return due.astimezone(moment.tzinfo)
            day += timedelta(days=1)
        raise ValueError(f"no such weekday: {self.weekday}")


@dataclass(frozen=True, kw_only=True)
class LiveWatch:
    """A watch that has not ended."""

    id: int
    user: ChatUser
    company_id: int
    order: Watched | None = None
    events: frozenset[OrderEvent] = frozenset()
    digest: Digest | None = None
    seen: Seen | None = None
    time_zone: str = "UTC"
    due_at: datetime | None = None
    outbox: "Outgoing | None" = None
    started_at: datetime
    was: tuple[Sealed | None, Sealed | None] = (None, None)
    """`seen` and `outbox` as they stood when this was read: what is written rests on nobody having
    written meanwhile. Sealed anew, a text never looks the same twice."""


@dataclass(frozen=True)
class Outgoing:
    """What is being said of a watch; the same id is said once."""

    id: str
    fired: Fired


_OUTGOING = TypeAdapter(Outgoing)


class Watches:
    """Watches in the store. Holds no state of its own; grants nothing."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        *,
        claim_lasts: timedelta = CLAIM_LASTS,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._keys = keys
        self._claim_lasts = claim_lasts
        self._clock = clock

    async def watch_order(
        self,
        user: ChatUser,
        company_id: int,
        order: Watched,
        events: Collection[OrderEvent],
        seen: Seen,
        time_zone: str,
    ) -> int:
        """Begin to watch an order, or for more of its events; the watch's id. Raises TooManyWatches."""
        wanted = set(events)
        async with self._writing_for(user) as session:
            existing = await self._live(session, user, company_id, self._abouts(order))
            if existing is not None:
                wanted |= {OrderEvent(one) for one in existing.events.split(",")}
                if OrderEvent.ANY in wanted:
                    wanted = {OrderEvent.ANY}
                existing.events = ",".join(sorted(wanted))
                existing.seen = self._keys.seal(seen.text())
                existing.time_zone = time_zone
                session.add(existing)
                await session.flush()
                return existing.id or 0
            await self._refuse_too_many(session, user)
            row = Watch(
                platform=user.platform.value,
                workspace=user.workspace,
                user_id=user.user_id,
                company_id=company_id,
                about=self._abouts(order)[0],
                order=self._keys.seal(
                    json.dumps([order.erp, order.company_key, order.number, order.reference])
                ),
                events=",".join(sorted(wanted)),
                seen=self._keys.seal(seen.text()),
                time_zone=time_zone,
                started_at=self._clock(),
            )
            session.add(row)
            await session.flush()
            await self._sweep_soon(session, company_id)
            return row.id or 0

    async def watch_list(self, user: ChatUser, company_id: int, digest: Digest) -> int:
        """Begin to tell a list at set hours, or change the hours; the watch's id."""
        abouts = self._keys.digests(WATCH, about_list(digest.listed))
        now = self._clock()
        async with self._writing_for(user) as session:
            existing = await self._live(session, user, company_id, abouts)
            if existing is None:
                await self._refuse_too_many(session, user)
            row = existing or Watch(
                platform=user.platform.value,
                workspace=user.workspace,
                user_id=user.user_id,
                company_id=company_id,
                about=abouts[0],
                listed=digest.listed,
                started_at=now,
            )
            row.weekday, row.at, row.time_zone = digest.weekday, f"{digest.at:%H:%M}", digest.time_zone
            row.due_at = digest.next_after(now)
            session.add(row)
            await session.flush()
            return row.id or 0

    async def of_person(self, user: ChatUser) -> Sequence[LiveWatch]:
        """What a person watches, the oldest first."""
        return await self._some(*_is(user))

    async def of_company(self, company_id: int) -> Sequence[LiveWatch]:
        """What is watched at a company."""
        return await self._some(col(Watch.company_id) == company_id, col(Watch.order).is_not(None))

    async def one(self, watch_id: int) -> LiveWatch | None:
        """A watch that has not ended."""
        return next(iter(await self._some(col(Watch.id) == watch_id)), None)

    async def said(self, watch_id: int) -> LiveWatch | None:
        """A watch that something is being said of: ended or not, unless the person has stopped it."""
        async with self._store.reading() as session:
            rows = await session.exec(
                select(Watch).where(col(Watch.id) == watch_id, col(Watch.ended_by).is_distinct_from(STOPPED))
            )
            row = rows.first()
        return self._opened(row) if row is not None else None

    async def due(self) -> Sequence[LiveWatch]:
        """Lists to be told now, and orders that stirred at night whose people are awake again."""
        return await self._some(col(Watch.due_at) <= self._clock(), col(Watch.outbox).is_(None))

    async def outgoing(self) -> Sequence[LiveWatch]:
        """Watches with something to say that may not have been kept yet."""
        return await self._some(col(Watch.outbox).is_not(None))

    async def stop(self, watch_id: int, why: str, *, of: ChatUser | None = None) -> LiveWatch | None:
        """End a watch, of this person where one is named; None when there is none to end."""
        found = await self.one(watch_id)
        if found is None or (of is not None and found.user != of):
            return None
        await self._set(watch_id, ended_at=self._clock(), ended_by=why)
        return found

    async def end_of_workspace(self, platform: Platform, workspace: str, why: str) -> None:
        """End everything that people of a workspace wait for."""
        async with self._store.writing() as session:
            await session.exec(
                update(Watch)
                .where(
                    col(Watch.platform) == platform.value,
                    col(Watch.workspace) == workspace,
                    col(Watch.ended_at).is_(None),
                )
                .values(ended_at=self._clock(), ended_by=why)
            )

    async def sleep(self, user: ChatUser) -> int:
        """Let all that a person watches rest, because nothing reaches them; how many rest."""
        async with self._writing_for(user) as session:
            rested = await session.exec(
                update(Watch)
                .where(*_is(user), LIVE)
                .values(ended_at=self._clock(), ended_by=ASLEEP)
                .returning(col(Watch.id))
            )
            return len(rested.all())

    async def sleepers(self) -> Sequence[tuple[ChatUser, int]]:
        """Who has watches that rest, and at which company."""
        columns = [col(getattr(Watch, name)) for name in (*_PERSON, "company_id")]
        async with self._store.reading() as session:
            rows = await session.exec(select(*columns).where(col(Watch.ended_by) == ASLEEP).distinct())
            return [(ChatUser(Platform(row[0]), row[2], row[1]), row[3]) for row in rows.all()]

    async def wake(self, user: ChatUser, company_id: int) -> int:
        """Begin again what rested at a company, but for what the person has begun anew; how many.

        What an order has become meanwhile is told at the next look.
        """
        now = self._clock()
        async with self._writing_for(user) as session:
            rows = await session.exec(
                select(Watch).where(
                    *_is(user), col(Watch.company_id) == company_id, col(Watch.ended_by) == ASLEEP
                )
            )
            woken = 0
            for row in rows.all():
                if await self._live(session, user, company_id, [row.about]) is None:
                    row.ended_at = None
                    woken += 1
                # One that was begun anew meanwhile has taken its place.
                row.ended_by = None if row.ended_at is None else STOPPED
                row.due_at = now
                if row.order is None:
                    digest = Digest(row.listed, row.weekday, time.fromisoformat(row.at), row.time_zone)
                    row.due_at = digest.next_after(now)
                session.add(row)
                await session.flush()
            if woken:
                await self._sweep_soon(session, company_id)
        return woken

    async def note(self, watch: LiveWatch, seen: Seen) -> bool:
        """Note how an order stands where nothing is to be told of it; False when another was faster."""
        return await self._change(watch, seen=self._keys.seal(seen.text()), due_at=None)

    async def say(
        self,
        watch: LiveWatch,
        outgoing: Outgoing,
        *,
        seen: Seen | None = None,
        due_at: datetime | None = None,
    ) -> LiveWatch | None:
        """Put something in the outbox, and count it as told, in one transaction.

        The watch as it then is; None when another process has said something of it meanwhile.
        """
        sealed = self._keys.seal(_OUTGOING.dump_json(outgoing).decode())
        values: dict[str, Any] = {"due_at": due_at, "outbox": sealed}
        if seen is not None:
            values["seen"] = self._keys.seal(seen.text())
        if not await self._change(watch, **values):
            return None
        return replace(watch, outbox=outgoing, was=(values.get("seen", watch.was[0]), sealed))

    async def say_together(
        self, id: str, told: Sequence[tuple[LiveWatch, Fired, Seen]]
    ) -> tuple[LiveWatch | None, Sequence[LiveWatch]]:
        """As `say`, of several watches of one person in one message, which waits with the first of them.

        That watch as it then is, and those of which another process has said something meanwhile.
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
            outgoing = Outgoing(id, replace(first, also=tuple(fired for _, fired, _ in counted[1:])))
            outbox = self._keys.seal(_OUTGOING.dump_json(outgoing).decode())
            await session.exec(update(Watch).where(col(Watch.id) == lead.id).values(outbox=outbox))
        return replace(lead, outbox=outgoing, was=(sealed, outbox)), missed

    async def kept(self, watch: LiveWatch) -> None:
        """What was in the outbox is kept elsewhere now; a watch whose last word it was has ended."""
        over = watch.outbox is not None and watch.outbox.fired.last
        ended = {"ended_at": self._clock(), "ended_by": "over"} if over else {}
        await self._change(watch, outbox=None, **ended)

    async def put_off(self, watch_id: int, until: datetime) -> None:
        """Look at it again, or tell it, later."""
        await self._set(watch_id, due_at=until)

    async def claim(self, *, most: int) -> Sequence[tuple[int, datetime]]:
        """Companies to be swept now, by this process alone; with the moment since when."""
        now = self._clock()
        free = or_(col(Sweep.claimed_until).is_(None), col(Sweep.claimed_until) < now)
        async with self._store.reading() as session:
            ready = await session.exec(
                select(col(Sweep.company_id))
                .where(col(Sweep.due_at) <= now, free)
                .order_by(col(Sweep.due_at))
                .limit(most)
            )
            ids = ready.all()
        claimed = []
        for company_id in ids:
            async with self._store.writing() as session:
                taken = await session.exec(
                    update(Sweep)
                    .where(col(Sweep.company_id) == company_id, col(Sweep.due_at) <= now, free)
                    .values(claimed_until=now + self._claim_lasts)
                    .returning(col(Sweep.since))
                )
                row = taken.first()
            if row is not None:
                claimed.append((company_id, row[0]))
        return claimed

    async def free_claims(self) -> None:
        """Take back what processes that died had in hand: for one that knows it is alone."""
        async with self._store.writing() as session:
            await session.exec(update(Sweep).values(claimed_until=None))

    async def keep_claim(self, company_id: int) -> None:
        """Say that the company is still in hand."""
        async with self._store.writing() as session:
            await session.exec(
                update(Sweep)
                .where(col(Sweep.company_id) == company_id, col(Sweep.claimed_until).is_not(None))
                .values(claimed_until=self._clock() + self._claim_lasts)
            )

    async def swept(self, company_id: int, since: datetime, due_at: datetime, *, begun: datetime) -> None:
        """Changes up to `since` are known; the company is looked at again at `due_at`.

        At once where it was stirred after the sweep had `begun`: that may have come too late for it.
        """
        stirred = col(Sweep.due_at) > begun
        async with self._store.writing() as session:
            await session.exec(
                update(Sweep)
                .where(col(Sweep.company_id) == company_id)
                .values(
                    since=since,
                    due_at=case((stirred, col(Sweep.due_at)), else_=due_at),
                    claimed_until=None,
                )
            )

    async def forget_sweep(self, company_id: int) -> None:
        """Nobody watches anything there any more."""
        watched = select(col(Watch.id)).where(
            col(Watch.company_id) == company_id, LIVE, col(Watch.order).is_not(None)
        )
        async with self._store.writing() as session:
            await session.exec(delete(Sweep).where(col(Sweep.company_id) == company_id, ~watched.exists()))

    async def stir(self, company_id: int) -> None:
        """Look at a company soon: its ERP says that something changed.

        However often it is said, the company is looked at once in so many seconds; once more where it is
        being looked at now, which may be too early for this.
        """
        soon = self._clock() + STIRRED_AFTER
        async with self._store.writing() as session:
            await session.exec(
                update(Sweep)
                .where(
                    col(Sweep.company_id) == company_id,
                    or_(col(Sweep.due_at) > soon, col(Sweep.claimed_until).is_not(None)),
                )
                .values(due_at=soon)
            )

    async def looked(self, user: ChatUser, company_id: int) -> datetime | None:
        """When the person last asked what had changed there; from now on that is now."""
        async with self._store.writing() as session:
            last = await session.exec(
                select(col(LastLook.at)).where(
                    *[col(getattr(LastLook, name)) == value for name, value in _columns(user).items()],
                    col(LastLook.company_id) == company_id,
                )
            )
            before = last.first()
            await upsert(
                session,
                LastLook,
                {**_columns(user), "company_id": company_id, "at": self._clock()},
                unique=(*_PERSON, "company_id"),
                returning="company_id",
            )
        return before

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

    async def _set(self, watch_id: int, **values: Any) -> None:
        async with self._store.writing() as session:
            await session.exec(update(Watch).where(col(Watch.id) == watch_id, LIVE).values(**values))

    @asynccontextmanager
    async def _writing_for(self, user: ChatUser) -> AsyncIterator[AsyncSession]:
        """A transaction in which nothing else begins for this person."""
        async with self._store.writing() as session:
            await self._store.lock(session, f"watch:{user.key}")
            yield session

    def _abouts(self, order: Watched) -> tuple[str, ...]:
        return self._keys.digests(WATCH, about_order(order.erp, order.company_key, order.number))

    async def _live(
        self, session: AsyncSession, user: ChatUser, company_id: int, abouts: Sequence[str]
    ) -> Watch | None:
        found = await session.exec(
            select(Watch).where(
                *_is(user), col(Watch.company_id) == company_id, col(Watch.about).in_(abouts), LIVE
            )
        )
        return found.first()

    async def _refuse_too_many(self, session: AsyncSession, user: ChatUser) -> None:
        counted = await session.exec(select(func.count()).select_from(Watch).where(*_is(user), LIVE))
        if counted.one() >= MOST_OF_ONE_PERSON:
            raise TooManyWatches

    async def _sweep_soon(self, session: AsyncSession, company_id: int) -> None:
        now = self._clock()
        await upsert(
            session,
            Sweep,
            {"company_id": company_id, "since": now - OVERLAP, "due_at": now},
            unique=("company_id",),
            change=("company_id",),
            returning="company_id",
        )

    async def _some(self, *conditions: Any) -> Sequence[LiveWatch]:
        async with self._store.reading() as session:
            rows = await session.exec(select(Watch).where(*conditions, LIVE).order_by(col(Watch.id)))
            return [self._opened(row) for row in rows.all()]

    def _opened(self, row: Watch) -> LiveWatch:
        live = LiveWatch(
            id=row.id or 0,
            user=ChatUser(Platform(row.platform), row.user_id, row.workspace),
            company_id=row.company_id,
            time_zone=row.time_zone,
            due_at=row.due_at,
            outbox=_OUTGOING.validate_json(self._keys.open(row.outbox)) if row.outbox else None,
            started_at=row.started_at,
            was=(row.seen, row.outbox),
        )
        if row.order is None:
            at = time.fromisoformat(row.at)
            return replace(live, digest=Digest(row.listed, row.weekday, at, row.time_zone))
        return replace(
            live,
            order=Watched(*json.loads(self._keys.open(row.order))),
            events=frozenset(OrderEvent(event) for event in row.events.split(",")),
            seen=Seen.of_text(self._keys.open(row.seen)) if row.seen is not None else None,
        )


def _columns(user: ChatUser) -> dict[str, str]:
    return {"platform": user.platform.value, "workspace": user.workspace, "user_id": user.user_id}


def _is(user: ChatUser) -> list[Any]:
    return [col(getattr(Watch, name)) == value for name, value in _columns(user).items()]

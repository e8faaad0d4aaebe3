"""The watches in the store: begun, listed and ended."""

import json
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser, Conversation, Platform
from bot.keys import Keys
from bot.orders import OrderEvent
from bot.store import Store, utc_now
from bot.watching.about import WATCH, about_list, about_order
from bot.watching.changes import Seen
from bot.watching.looks import LastLooks
from bot.watching.outbox import Outbox
from bot.watching.quiet import QuietHours
from bot.watching.rows import opened, place_of_lane
from bot.watching.sweeps import CLAIM_LASTS, Sweeps, sweep_soon
from bot.watching.tables import LIVE, PERSON, Watch, is_of
from bot.watching.values import Digest, LiveWatch, TooManyWatches, Watched

MOST_OF_ONE_PERSON = 50
STOPPED = "stopped"
"""Why a watch ended that the person themselves stopped."""
ASLEEP = "asleep"
"""Why a watch rests: its person blocked the bot. It begins again when they may hear of it again."""


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
        self._clock = clock
        self.quiet = QuietHours(store, clock=clock)
        self.looks = LastLooks(store, clock=clock)
        self.outbox = Outbox(store, keys, clock=clock)
        self.sweeps = Sweeps(store, claim_lasts=claim_lasts, clock=clock)

    async def watch_order(
        self,
        user: ChatUser,
        company_id: int,
        order: Watched,
        events: Collection[OrderEvent],
        seen: Seen,
        time_zone: str,
        *,
        place: Conversation | None = None,
    ) -> int:
        """Begin to watch an order, or for more of its events; the watch's id. Raises TooManyWatches.

        With a `place` it is told to all who are there; there is one of each, of whoever asked last.
        """
        wanted = set(events)
        async with self._writing_for(user, place) as session:
            existing = await self._live(session, user, company_id, self._abouts(order), place)
            if existing is not None:
                _give_to(existing, user)
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
                place=place.lane if place else "",
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
            await sweep_soon(session, company_id, self._clock())
            return row.id or 0

    async def watch_list(
        self, user: ChatUser, company_id: int, digest: Digest, *, place: Conversation | None = None
    ) -> int:
        """Begin to tell a list at set hours, or change the hours; the watch's id. As `watch_order`."""
        abouts = self._keys.digests(WATCH, about_list(digest.listed))
        now = self._clock()
        async with self._writing_for(user, place) as session:
            existing = await self._live(session, user, company_id, abouts, place)
            if existing is None:
                await self._refuse_too_many(session, user)
            else:
                _give_to(existing, user)
            row = existing or Watch(
                platform=user.platform.value,
                workspace=user.workspace,
                user_id=user.user_id,
                company_id=company_id,
                about=abouts[0],
                place=place.lane if place else "",
                listed=digest.listed,
                started_at=now,
            )
            row.weekday, row.at, row.time_zone = digest.weekday, f"{digest.at:%H:%M}", digest.time_zone
            row.due_at = digest.next_after(now)
            session.add(row)
            await session.flush()
            return row.id or 0

    async def of_person(self, user: ChatUser) -> Sequence[LiveWatch]:
        """What a person watches, and has told in channels, the oldest first."""
        return await self._some(*is_of(Watch, user))

    async def of_place(self, place: Conversation) -> Sequence[LiveWatch]:
        """What is told in a channel or group, the oldest first."""
        return await self._some(col(Watch.place) == place.lane)

    async def moved(self, place: Conversation, to: str) -> None:
        """A group is now another one: what is told there goes with it."""
        async with self._store.writing() as session:
            await session.exec(
                update(Watch)
                .where(col(Watch.place) == place.lane)
                .values(place=replace(place, id=to, thread=None, apart="", private=False).lane)
            )

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
        return opened(row, self._keys) if row is not None else None

    async def due(self) -> Sequence[LiveWatch]:
        """Lists to be told now, and orders that stirred in quiet hours that have ended."""
        return await self._some(col(Watch.due_at) <= self._clock(), col(Watch.outbox).is_(None))

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
                .where(*is_of(Watch, user), LIVE)
                .values(ended_at=self._clock(), ended_by=ASLEEP)
                .returning(col(Watch.id))
            )
            return len(rested.all())

    async def sleepers(self) -> Sequence[tuple[ChatUser, int]]:
        """Who has watches that rest, and at which company."""
        columns = [col(getattr(Watch, name)) for name in (*PERSON, "company_id")]
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
                    *is_of(Watch, user),
                    col(Watch.company_id) == company_id,
                    col(Watch.ended_by) == ASLEEP,
                )
            )
            woken = 0
            for row in rows.all():
                place = place_of_lane(row.place)
                if await self._live(session, user, company_id, [row.about], place) is None:
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
                await sweep_soon(session, company_id, self._clock())
        return woken

    async def put_off(self, watch_id: int, until: datetime) -> None:
        """Look at it again, or tell it, later."""
        await self._set(watch_id, due_at=until)

    async def _set(self, watch_id: int, **values: Any) -> None:
        async with self._store.writing() as session:
            await session.exec(update(Watch).where(col(Watch.id) == watch_id, LIVE).values(**values))

    @asynccontextmanager
    async def _writing_for(
        self, user: ChatUser, place: Conversation | None = None
    ) -> AsyncIterator[AsyncSession]:
        """A transaction in which nothing else begins for this person, nor in this place."""
        async with self._store.writing() as session:
            if place is not None:
                await self._store.lock(session, f"watch:{place.lane}")
            await self._store.lock(session, f"watch:{user.key}")
            yield session

    def _abouts(self, order: Watched) -> tuple[str, ...]:
        return self._keys.digests(WATCH, about_order(order.erp, order.company_key, order.number))

    async def _live(
        self,
        session: AsyncSession,
        user: ChatUser,
        company_id: int,
        abouts: Sequence[str],
        place: Conversation | None,
    ) -> Watch | None:
        told = [col(Watch.place) == place.lane] if place else [*is_of(Watch, user), col(Watch.place) == ""]
        found = await session.exec(
            select(Watch).where(
                *told, col(Watch.company_id) == company_id, col(Watch.about).in_(abouts), LIVE
            )
        )
        return found.first()

    async def _refuse_too_many(self, session: AsyncSession, user: ChatUser) -> None:
        counted = await session.exec(select(func.count()).select_from(Watch).where(*is_of(Watch, user), LIVE))
        if counted.one() >= MOST_OF_ONE_PERSON:
            raise TooManyWatches

    async def _some(self, *conditions: Any) -> Sequence[LiveWatch]:
        async with self._store.reading() as session:
            rows = await session.exec(select(Watch).where(*conditions, LIVE).order_by(col(Watch.id)))
            return [opened(row, self._keys) for row in rows.all()]


def _give_to(row: Watch, user: ChatUser) -> None:
    """Whoever asked last for what a place is told answers for it from now on."""
    row.platform, row.workspace, row.user_id = user.platform.value, user.workspace, user.user_id

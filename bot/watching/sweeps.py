"""Which companies are to be looked at, since when, and which process has one in hand."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, delete, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.store import Store, upsert, utc_now
from bot.watching.tables import LIVE, Sweep, Watch

CLAIM_LASTS = timedelta(seconds=30)
"""A process that dies keeps a company for so long; one that is at it says so before that."""
OVERLAP = timedelta(minutes=2)
"""Asked for again at each sweep: clocks differ, and an ERP may commit late what it dated early."""
STIRRED_AFTER = timedelta(seconds=5)
"""From an ERP's word that something changed to the look at it: what changes together is looked at once."""


class Sweeps:
    """The looks at companies, in the store."""

    def __init__(
        self,
        store: Store,
        *,
        claim_lasts: timedelta = CLAIM_LASTS,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._claim_lasts = claim_lasts
        self._clock = clock

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

    async def anything_due(self) -> bool:
        """Whether a company is due or a watch has something to say: asked all the time, so in one go."""
        now = self._clock()
        due = or_(
            select(col(Sweep.company_id)).where(col(Sweep.due_at) <= now).exists(),
            select(col(Watch.id)).where(LIVE, col(Watch.due_at) <= now).exists(),
            select(col(Watch.id)).where(LIVE, col(Watch.outbox).is_not(None)).exists(),
        )
        async with self._store.reading() as session:
            return bool((await session.exec(select(due))).one())

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

    async def forget(self, company_id: int) -> None:
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


async def sweep_soon(session: AsyncSession, company_id: int, now: datetime) -> None:
    """Have a company looked at, in a transaction that begins to watch something there."""
    await upsert(
        session,
        Sweep,
        {"company_id": company_id, "since": now - OVERLAP, "due_at": now},
        unique=("company_id",),
        change=("company_id",),
        returning="company_id",
    )

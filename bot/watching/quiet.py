"""When a person hears no news: the hours they chose, or the night."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import col, select

from bot.chat.people import ChatUser
from bot.linking.links import person
from bot.store import Store, upsert, utc_now
from bot.watching.tables import LIVE, PERSON, QuietRow, Watch, is_of


@dataclass(frozen=True)
class Quiet:
    """From `begins` to `ends` by the reader's clock, over midnight as a rule; the same hour twice: never."""

    begins: time
    ends: time

    def until(self, now: datetime, time_zone: str) -> datetime | None:
        """When the quiet that `now` lies in ends, in the zone of `now`; None outside of it."""
        local = now.astimezone(ZoneInfo(time_zone))
        at = local.time()
        over_midnight = self.begins > self.ends
        if not (at >= self.begins or at < self.ends if over_midnight else self.begins <= at < self.ends):
            return None
        day = local.date() + timedelta(days=1 if over_midnight and at >= self.begins else 0)
        return datetime.combine(day, self.ends, local.tzinfo).astimezone(now.tzinfo)

    @property
    def is_never(self) -> bool:
        return self.begins == self.ends


NIGHT = Quiet(time(21, 0), time(7, 0))
"""Of whoever chose nothing."""
NEVER = Quiet(time(0, 0), time(0, 0))


@dataclass(frozen=True)
class Chosen:
    """What a person chose, and the time zone they were in."""

    quiet: Quiet
    time_zone: str


class QuietHours:
    """The quiet hours of people, in the store."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._clock = clock

    async def of(self, user: ChatUser) -> Chosen | None:
        """What a person chose; None for nothing."""
        async with self._store.reading() as session:
            row = (await session.exec(select(QuietRow).where(*is_of(QuietRow, user)))).first()
        if row is None:
            return None
        return Chosen(Quiet(time.fromisoformat(row.begins), time.fromisoformat(row.ends)), row.time_zone)

    async def choose(self, user: ChatUser, chosen: Chosen) -> None:
        """Hold back news in these hours from now on; what is held back already is looked at at once."""
        values = {
            "begins": f"{chosen.quiet.begins:%H:%M}",
            "ends": f"{chosen.quiet.ends:%H:%M}",
            "time_zone": chosen.time_zone,
        }
        async with self._store.writing() as session:
            await upsert(session, QuietRow, {**person(user), **values}, unique=PERSON, returning="user_id")
            await session.exec(
                update(Watch)
                .where(
                    *is_of(Watch, user),
                    LIVE,
                    col(Watch.order).is_not(None),
                    col(Watch.due_at).is_not(None),
                )
                .values(due_at=self._clock())
            )

    async def until(self, user: ChatUser, time_zone: str) -> datetime | None:
        """Until when a person hears no news; None now that they may. `time_zone` where they chose none."""
        chosen = await self.of(user) or Chosen(NIGHT, time_zone)
        return chosen.quiet.until(self._clock(), chosen.time_zone)

    async def chosen_until(self, user: ChatUser) -> datetime | None:
        """The same, only by what they chose themselves: a list is told at its hour in an ordinary night."""
        chosen = await self.of(user)
        return chosen.quiet.until(self._clock(), chosen.time_zone) if chosen else None

"""Installations in the database: the one the app runs with is never handed out by accident."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlmodel import col, select

from bot.handlers.slack.tokens import Grant
from bot.installs.tables import SlackInstall, SlackInstallState
from bot.keys import Keys
from bot.store import Store, upsert

STATE_LASTS = timedelta(minutes=10)
REFRESH_LASTS = timedelta(seconds=30)
"""How long a process may take to refresh before another tries: longer than a call to Slack may take."""
_STATE, _BROWSER = "slack-install-state", "slack-install-browser"


@dataclass(frozen=True, kw_only=True)
class Installed:
    """An installation as it is now; `token` is empty once the app was removed."""

    place: str
    name: str
    scopes: str
    token: str
    refresh_token: str
    expires_at: datetime | None


class Shelf:
    """Saves, finds and removes installations, and proves that an installation ends where it began."""

    def __init__(self, store: Store, keys: Keys, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def begin(self, browser: str) -> str:
        """A state for Slack to hand back, once, to this browser, within ten minutes."""
        state, now = secrets.token_urlsafe(32), self._clock()
        async with self._store.writing() as session:
            await session.exec(delete(SlackInstallState).where(col(SlackInstallState.expires_at) <= now))
            session.add(
                SlackInstallState(
                    state=self._keys.digest(_STATE, state),
                    browser=self._keys.digest(_BROWSER, browser),
                    expires_at=now + STATE_LASTS,
                )
            )
        return state

    async def end(self, state: str, browser: str) -> bool:
        """Whether this browser began that installation; the state is worth nothing afterwards."""
        async with self._store.writing() as session:
            found = await session.exec(
                delete(SlackInstallState)
                .where(col(SlackInstallState.state).in_(self._keys.digests(_STATE, state)))
                .returning(col(SlackInstallState.browser), col(SlackInstallState.expires_at))
            )
            row = found.first()
        if row is None:
            return False
        return self._keys.matches(_BROWSER, browser, row[0]) and row[1] > self._clock()

    async def save(self, grant: Grant) -> None:
        """Keep an installation, or new tokens of one that is there."""
        now = self._clock()
        values = {
            "name": grant.name,
            "bot_user": grant.bot_user,
            "scopes": grant.scopes,
            "token": self._keys.seal(grant.token),
            "refresh_token": self._keys.seal(grant.refresh_token) if grant.refresh_token else None,
            "expires_at": now + timedelta(seconds=grant.expires_in) if grant.expires_in else None,
            "refreshing_until": None,
            "installed_by": grant.installed_by,
            "installed_at": now,
            "removed_at": None,
        }
        async with self._store.writing() as session:
            await upsert(
                session, SlackInstall, {"place": grant.place, **values}, unique=("place",), returning="place"
            )

    async def renew(self, grant: Grant) -> None:
        """Keep new tokens of an installation, unless it was removed meanwhile."""
        expires = self._clock() + timedelta(seconds=grant.expires_in) if grant.expires_in else None
        async with self._store.writing() as session:
            await session.exec(
                update(SlackInstall)
                .where(col(SlackInstall.place) == grant.place, col(SlackInstall.removed_at).is_(None))
                .values(
                    token=self._keys.seal(grant.token),
                    refresh_token=self._keys.seal(grant.refresh_token) if grant.refresh_token else None,
                    expires_at=expires,
                    refreshing_until=None,
                )
            )

    async def find(self, *places: str) -> Installed | None:
        """The installation at the first of these places that has one; removed ones come last."""
        async with self._store.reading() as session:
            found = await session.exec(select(SlackInstall).where(col(SlackInstall.place).in_(places)))
            rows = {row.place: row for row in found.all()}
        here = [rows[place] for place in places if place in rows]
        row = next((one for one in here if one.removed_at is None), here[0] if here else None)
        return self._opened(row) if row is not None else None

    async def live(self) -> Sequence[Installed]:
        """Every place the app is installed in."""
        async with self._store.reading() as session:
            found = await session.exec(
                select(SlackInstall).where(col(SlackInstall.removed_at).is_(None)).order_by("place")
            )
            return [self._opened(row) for row in found.all()]

    async def remove(self, place: str) -> None:
        """Wipe the tokens. That the app was there stays known, for what Slack still reports of it."""
        async with self._store.writing() as session:
            await session.exec(
                update(SlackInstall)
                .where(col(SlackInstall.place) == place, col(SlackInstall.removed_at).is_(None))
                .values(token=None, refresh_token=None, expires_at=None, removed_at=self._clock())
            )

    async def claim_refresh(self, place: str, expires_at: datetime) -> bool:
        """Whether it falls to this process to ask for new tokens in place of those that end then."""
        now = self._clock()
        async with self._store.writing() as session:
            claimed = await session.exec(
                update(SlackInstall)
                .where(
                    col(SlackInstall.place) == place,
                    col(SlackInstall.expires_at) == expires_at,
                    or_(
                        col(SlackInstall.refreshing_until).is_(None),
                        col(SlackInstall.refreshing_until) < now,
                    ),
                )
                .values(refreshing_until=now + REFRESH_LASTS)
                .returning(col(SlackInstall.place))
            )
            return claimed.first() is not None

    async def drop_claim(self, place: str) -> None:
        """Asking failed: whoever comes next may try."""
        async with self._store.writing() as session:
            await session.exec(
                update(SlackInstall).where(col(SlackInstall.place) == place).values(refreshing_until=None)
            )

    def _opened(self, row: SlackInstall) -> Installed:
        return Installed(
            place=row.place,
            name=row.name,
            scopes=row.scopes,
            token=self._keys.open(row.token) if row.token else "",
            refresh_token=self._keys.open(row.refresh_token) if row.refresh_token else "",
            expires_at=row.expires_at,
        )

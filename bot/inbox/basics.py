"""The inbox's settings, its errors, and what it needs of Python and SQLite."""

import sqlite3
import sys
from dataclasses import dataclass, field
from pathlib import PurePath

from sqlalchemy.engine import URL, make_url


class InboxNotPossible(Exception):
    """The inbox cannot work here; the sentence says why and what to do."""


class InboxBusy(Exception):
    """Another live process works as this executor; the sentence says which and what to do."""


class LeaseLost(Exception):
    """This worker can no longer prove that it is alive; its peers take over what it had begun."""


class NotAllDone(Exception):
    """How a message ends that was not answered, or whose reply did not arrive; codes, no words of anybody.

    DBOS keeps it with the message, where `bot.inbox.failing` finds it.
    """


@dataclass(frozen=True, kw_only=True)
class InboxSettings:
    """Everything the inbox is told. All times are in seconds."""

    database_url: str = field(repr=False)
    """`sqlite:///path` (one worker process) or `postgresql://user:password@host/name` (many)."""
    secret_keys: tuple[str, ...] = field(repr=False)
    """Fernet keys, newest first: the first encrypts, all decrypt."""
    executor_id: str = ""
    """PostgreSQL: unique per live worker process; empty: made at start. SQLite has one worker only."""
    worker_concurrency: int = 50
    """Messages composed at once per worker, and as many sent; ten times as many may wait."""
    poll_seconds: float = 0.1
    """How often the queue is looked at when nothing rang."""
    wake: bool = True
    """Ring the workers when a message was kept, so that it does not wait for the next look."""
    keep_seconds: float = 2.0
    """How long `receive` may take; Slack wants its answer within three."""
    in_line_seconds: float = 5.0
    """Who asks and has waited for so long, while all places are taken, is told that they are in line."""
    answer_seconds: float = 120.0
    """How long composing one reply may take."""
    send_seconds: float = 300.0
    """How long one parcel or errand may take; a large file on a slow line needs minutes."""
    unseen_seconds: float = 5.0
    """After a process ended: what a paced platform may have refused with a wait rests for so long."""
    retry_seconds: float = 1.0
    """The first wait after a failure; each further one is three times as long."""
    give_up_seconds: float = 600.0
    """How long a platform may put a parcel off in total."""
    most_recoveries: int = 60
    """A message under way in this many processes that died is given up, and the person told so."""
    words_seconds: float = 600.0
    """What was said in an answered message is erased after this; what is left is that it was answered."""
    keep_days: float = 7.0
    """Finished messages are forgotten after this; a platform's redelivery comes within one day."""

    @property
    def url(self) -> URL:
        # Heroku and others still hand out the scheme SQLAlchemy dropped.
        return make_url(self.database_url.replace("postgres://", "postgresql://", 1))

    @property
    def on_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"


def inbox_url(database_url: str) -> str:
    """Where the inbox lives beside the store: the same PostgreSQL database, or a second SQLite file.

    SQLite has one writer per file, so the queue's commits would wait for the store's.
    """
    url = make_url(database_url)
    if not url.drivername.startswith("sqlite") or not url.database:
        return database_url
    path = PurePath(url.database)
    beside = path.with_name(f"{path.stem}-inbox{path.suffix}")
    return url.set(drivername="sqlite", database=str(beside)).render_as_string(hide_password=False)


def check_runtime(
    settings: InboxSettings,
    *,
    python: tuple[int, ...] = sys.version_info[:3],
    sqlite: tuple[int, ...] = sqlite3.sqlite_version_info,
) -> None:
    """Refuse what would fail later and unreadably; raises InboxNotPossible.

    DBOS 3.4 calls `unixepoch('subsec')` on Python 3.12 and later, which SQLite knows since 3.42;
    without it the launch dies of a NOT NULL constraint.
    """
    if not settings.secret_keys:
        raise InboxNotPossible(
            "The inbox encrypts what it keeps and has no key. "
            "Make one with `orderbot secret-key` and set ORDERBOT_SECRET_KEYS to it."
        )
    if not settings.on_sqlite:
        return
    if settings.url.database in (None, "", ":memory:"):
        raise InboxNotPossible(
            "The inbox must survive a restart: give it a file, `sqlite:///var/orderbot.db`."
        )
    if python >= (3, 12) and sqlite < (3, 42):
        raise InboxNotPossible(
            f"Python {python[0]}.{python[1]} keeps the inbox in SQLite 3.42 or later, but this is SQLite "
            f"{'.'.join(map(str, sqlite))}. Use Python 3.11, a newer SQLite, or PostgreSQL."
        )

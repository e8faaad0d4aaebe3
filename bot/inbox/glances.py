"""Whether a look at the queue is worth it, and whose look it is.

On PostgreSQL a look takes 1.5 ms of processor though it finds nothing, and to ask before a tenth of that.
A message that is kept rings at every worker, and one of them is enough to fetch it.
"""

import contextlib
from enum import Enum
from typing import Protocol

import psycopg
import sqlalchemy as sa

from bot.inbox.basics import InboxSettings
from bot.inbox.storage import QUEUE, table_of


class Worth(Enum):
    """What a glance tells."""

    NOTHING = "nothing waits"
    LOOK = "something waits, and nobody else is fetching it"
    LATER = "something waits, and another worker is looking"


class Glances(Protocol):
    """Asked in the thread that looks at the queue, before each look; every LOOK is followed by `over`."""

    def worth(self) -> Worth:
        """Never raises: where the database does not answer, the look itself says what is wrong."""

    def over(self) -> None:
        """The look is done. Never raises."""

    def close(self) -> None:
        """Let go of the database. Never raises."""


def glances_for(settings: InboxSettings, engine: sa.Engine) -> Glances:
    """`engine` is the worker's own."""
    waiting = (
        # The second condition is that of the index.
        f"SELECT 1 FROM {table_of(settings, 'workflow_status')} WHERE queue_name = '{QUEUE}' "  # noqa: S608
        "AND status = 'ENQUEUED' AND status IN ('ENQUEUED', 'PENDING') LIMIT 1"
    )
    if settings.on_sqlite:
        return AloneGlances(engine, waiting)
    return SharedGlances(settings.url.render_as_string(hide_password=False), waiting)


class AloneGlances:
    """Of the only worker there is: on SQLite."""

    def __init__(self, engine: sa.Engine, waiting: str) -> None:
        self._engine = engine
        self._waiting = sa.text(waiting)

    def worth(self) -> Worth:
        try:
            with self._engine.connect() as connection:
                return Worth.LOOK if connection.execute(self._waiting).first() else Worth.NOTHING
        except Exception:
            return Worth.LOOK

    def over(self) -> None:
        return

    def close(self) -> None:
        return


class SharedGlances:
    """Of one worker among many: a session advisory lock is the turn to look, which ends with its connection.

    A hint and no gate: one that is stopped while it holds the turn keeps others waiting for two more asks.
    """

    _PATIENCE = 2

    def __init__(self, url: str, waiting: str) -> None:
        self._url = url
        self._ask = f"SELECT pg_try_advisory_lock({_TURN}) FROM ({waiting}) AS waiting".encode()  # noqa: S608
        self._connection: psycopg.Connection | None = None
        self._held = False
        self._refused = 0

    def worth(self) -> Worth:
        try:
            row = self._connected().execute(self._ask).fetchone()
        except psycopg.Error:
            self.close()
            return Worth.LOOK
        if row is None:
            self._refused = 0
            return Worth.NOTHING
        self._held = bool(row[0])
        if not self._held and self._refused < self._PATIENCE:
            self._refused += 1
            return Worth.LATER
        self._refused = 0
        return Worth.LOOK

    def over(self) -> None:
        if not self._held:
            return
        self._held = False
        try:
            self._connected().execute(_UNLOCK)
        except psycopg.Error:
            self.close()

    def close(self) -> None:
        self._held = False
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None

    def _connected(self) -> psycopg.Connection:
        # Plainly, without SQLAlchemy: a tenth of the processor, several times for each message and worker.
        if self._connection is None:
            self._connection = psycopg.connect(
                self._url,
                autocommit=True,
                connect_timeout=5,
                application_name="orderbot_inbox",
                options="-c statement_timeout=5000",
                # A server that vanished says no goodbye.
                keepalives_idle=4,
                keepalives_interval=2,
                keepalives_count=3,
                tcp_user_timeout=10_000,
            )
        return self._connection


_TURN = "hashtextextended('orderbot-look', 0)"
_UNLOCK = f"SELECT pg_advisory_unlock({_TURN})".encode()

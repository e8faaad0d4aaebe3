"""What went wrong lately, and another try: what an operator asks of the inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from dbos import DBOSClient

from bot.inbox.basics import InboxSettings, check_runtime
from bot.inbox.composing import incident
from bot.inbox.storage import (
    ANSWER,
    APPLICATION,
    CHANNEL,
    QUEUE,
    SCHEMA,
    VERSION,
    SealedJson,
    open_engine,
    quiet_dbos,
)

_POISON = "ended_its_process_too_often"
_AGAIN = ":again:"
_LOOKED_THROUGH = 10_000


class NoSuchFailure(Exception):
    """No message that failed has this id; the sentence says so."""


@dataclass(frozen=True)
class FailedMessage:
    """A message that was not answered, or whose reply did not all arrive. Ids and codes only."""

    id: str
    incident: str
    """What the person was told to quote, where they were told anything."""
    at: datetime
    reason: str
    """Steps and codes: `answer TimeoutError`, `send 0 channel_not_found`."""


class Failures:
    """Reads and repeats failed messages, for as long as the inbox keeps them. Blocking; `close` it."""

    def __init__(self, settings: InboxSettings) -> None:
        check_runtime(settings)
        quiet_dbos()
        self._settings = settings
        self._engine = open_engine(settings, connections=1, patience=10, synchronous="FULL")
        # DBOS waits for a database that is away until it is back, however long that is.
        self._engine.connect().close()
        self._client = DBOSClient(
            system_database_engine=self._engine,
            dbos_system_schema=SCHEMA,
            serializer=SealedJson(settings.secret_keys),
            application_name=APPLICATION,
            lazy=True,
        )

    def last(self, limit: int) -> Sequence[FailedMessage]:
        """The last failures, newest first."""
        rows = self._client.list_workflows(
            status=["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
            name=ANSWER,
            limit=limit,
            sort_desc=True,
            load_input=False,
        )
        return [
            FailedMessage(
                id=row.workflow_id,
                incident=incident(_first_id(row.workflow_id)),
                at=datetime.fromtimestamp((row.completed_at or row.updated_at or 0) / 1000, UTC),
                reason=_reason(row.error) if row.status == "ERROR" else _POISON,
            )
            for row in rows
        ]

    def retry(self, which: str) -> str:
        """Answer a failed message again, by its id or its incident code; returns the id of the new try.

        It is composed anew, with the access its sender has then. Raises NoSuchFailure.
        """
        wanted = which.strip()
        found = next(
            (one for one in self.last(_LOOKED_THROUGH) if wanted in (one.id, one.incident)),
            None,
        )
        rows = self._client.list_workflows(workflow_ids=[found.id], load_output=False) if found else []
        if not rows or rows[0].input is None:
            raise NoSuchFailure(f"No failed message has the id or code {wanted!r}; see `orderbot failures`.")
        first = _first_id(rows[0].workflow_id)
        tries = self._client.list_workflows(
            workflow_id_prefix=first + _AGAIN, load_input=False, load_output=False
        )
        again = f"{first}{_AGAIN}{len(tries) + 1}"
        with self._engine.begin() as connection:
            self._client.enqueue_in_transaction(
                connection,
                {
                    "workflow_name": ANSWER,
                    "queue_name": QUEUE,
                    "workflow_id": again,
                    "queue_partition_key": rows[0].queue_partition_key or "",
                    "app_version": VERSION,
                },
                *rows[0].input["args"],
            )
            if not self._settings.on_sqlite:
                connection.execute(sa.text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
        return again

    def close(self) -> None:
        self._client.destroy()
        self._engine.dispose()


def _first_id(id: str) -> str:
    return id.partition(_AGAIN)[0]


def _reason(error: Exception | None) -> str:
    """Codes only: an exception that is none of ours may speak of anything."""
    kind, _, codes = str(error or "unknown").partition(": ")
    return codes if kind == "NotAllDone" else kind.split()[0][:60]

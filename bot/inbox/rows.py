"""How kept messages become rows of DBOS's queue: many in one statement, whatever their number.

DBOS's own `enqueue` writes one message at a time and costs more processor than all else that is done
before a platform gets its answer. What it writes is written here instead, column for column
(`tests/inbox/test_rows.py` compares the two), so that a worker cannot tell who kept a message.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.inbox.basics import InboxSettings
from bot.inbox.storage import ANSWER, APPLICATION, QUEUE, VERSION, SealedJson, table_of


@dataclass(frozen=True)
class KeptRow:
    """A message as it is written."""

    id: str
    lane: str
    packed: str
    waited: bool = False
    """It goes before what waits in its lane: it was asked before that (`bot.inbox.places`)."""


FIRST, IN_TURN = -1, 0
"""DBOS's queue takes the smaller priority first. Through its own doors one cannot ask for less than the 0
of those that ask for none; to what reads the queue a number is a number."""


class Rows:
    """Says how kept messages are written, as SQLite and SQLAlchemy's `text` both read a statement."""

    def __init__(self, settings: InboxSettings) -> None:
        self._serializer = SealedJson(settings.secret_keys)
        # One value for all of a batch: the statements' text, and so their plan, never changes.
        if settings.on_sqlite:
            source = "json_each(:rows)"
            id, lane, inputs, priority = (f"json_extract(value, '$[{place}]')" for place in range(4))
        else:
            source = "jsonb_array_elements(CAST(:rows AS jsonb)) AS kept(value)"
            id, lane, inputs, priority = (f"value->>{place}" for place in range(4))
            priority = f"CAST({priority} AS integer)"
        once = f"FROM {source} WHERE true ON CONFLICT (workflow_uuid) DO NOTHING"
        statuses, inputs_of = (table_of(settings, name) for name in ("workflow_status", "workflow_input"))
        self._statements = (
            f"INSERT INTO {statuses} (workflow_uuid, queue_partition_key, status, name, queue_name, "
            "application_version, application_name, serialization, priority, recovery_attempts) "
            f"SELECT {id}, {lane}, 'ENQUEUED', :name, :queue, :version, :application, :serialization, "
            f"{priority}, 0 {once}",
            f"INSERT INTO {inputs_of} (workflow_uuid, inputs) SELECT {id}, {inputs} {once}",
        )
        self._same: Mapping[str, str] = {
            "name": ANSWER,
            "queue": QUEUE,
            "version": VERSION,
            "application": APPLICATION,
            "serialization": self._serializer.name(),
        }

    def statements(self, rows: Iterable[KeptRow]) -> tuple[tuple[str, Mapping[str, str]], ...]:
        """In one transaction these keep each that is not kept yet; the others stay as they are."""
        seal = self._serializer.serialize
        packed = [
            (
                row.id,
                row.lane,
                seal({"args": (row.packed,), "kwargs": {}}),
                FIRST if row.waited else IN_TURN,
            )
            for row in rows
        ]
        values = {"rows": json.dumps(packed)}
        status, inputs = self._statements
        return (status, {**self._same, **values}), (inputs, values)

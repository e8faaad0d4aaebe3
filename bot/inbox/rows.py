"""How kept messages become rows of DBOS's queue: many in one statement, whatever their number.

DBOS's own `enqueue` writes one message at a time and costs more processor than all else that is done
before a platform gets its answer. What it writes is written here instead, column for column
(`tests/inbox/test_rows.py` compares the two), so that a worker cannot tell who kept a message.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.inbox.basics import InboxSettings
from bot.inbox.storage import ANSWER, APPLICATION, QUEUE, SEALED, VERSION, SealedJson, table_of


@dataclass(frozen=True)
class KeptRow:
    """A message as it is written; `inputs` is what `inputs_of` makes of it."""

    id: str
    lane: str
    inputs: str
    waited: bool = False
    """It goes before what waits in its lane: it was asked before that (`bot.inbox.places`)."""


FIRST, IN_TURN = -1, 0
"""DBOS's queue takes the smaller priority first. Through its own doors one cannot ask for less than the 0
of those that ask for none; to what reads the queue a number is a number."""


def inputs_of(packed: str, serializer: SealedJson) -> str:
    """What the workflow is begun with, sealed."""
    # As JSON without an encoder made for it, which takes as long as the text itself.
    return serializer.seal(f'{{"args":[{json.dumps(packed)}],"kwargs":{{}}}}')


class RowsInFile:
    """Says how kept messages are written in SQLite: as values, which cost half of what JSON does there."""

    def __init__(self) -> None:
        constant = ", ".join(f"'{value}'" for value in _same().values())
        self._statuses, self._inputs = f"(?, ?, {constant}, ?, 0)", "(?, ?)"
        self._texts: dict[int, tuple[str, str]] = {}
        """By how many rows are written: the one row that comes alone is written often."""

    def statements(self, rows: Iterable[KeptRow]) -> Sequence[tuple[str, Sequence[str | int]]]:
        """In one transaction these keep each that is not kept yet; the others stay as they are."""
        values = _values(rows)
        into_statuses, into_inputs = self._texts.get(len(values)) or self._text(len(values))
        return (into_statuses, _flat(values, 0, 1, 3)), (into_inputs, _flat(values, 0, 2))

    def _text(self, rows: int) -> tuple[str, str]:
        statuses, inputs = (", ".join([one] * rows) for one in (self._statuses, self._inputs))
        text = self._texts[rows] = (
            f"{_INTO_STATUSES.format('workflow_status')} VALUES {statuses} {_ONCE}",
            f"{_INTO_INPUTS.format('workflow_input')} VALUES {inputs} {_ONCE}",
        )
        return text


class RowsOnServer:
    """The same for PostgreSQL, as SQLAlchemy's `text` reads a statement."""

    def __init__(self, settings: InboxSettings) -> None:
        self._same = _same()
        # One value for all of a batch: the statements' text, and so their plan, never changes.
        source = "FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS kept(value) WHERE true"
        statuses, inputs = (table_of(settings, name) for name in ("workflow_status", "workflow_input"))
        constant = ", ".join(f":{name}" for name in self._same)
        self._statements = (
            f"{_INTO_STATUSES.format(statuses)} SELECT value->>0, value->>1, {constant}, "
            f"CAST(value->>3 AS integer), 0 {source} {_ONCE}",
            f"{_INTO_INPUTS.format(inputs)} SELECT value->>0, value->>2 {source} {_ONCE}",
        )

    def statements(self, rows: Iterable[KeptRow]) -> Sequence[tuple[str, Mapping[str, str]]]:
        """In one transaction these keep each that is not kept yet; the others stay as they are."""
        values = {"rows": json.dumps(_values(rows))}
        status, inputs = self._statements
        return (status, {**self._same, **values}), (inputs, values)


_INTO_STATUSES = (
    "INSERT INTO {} (workflow_uuid, queue_partition_key, status, name, queue_name, "
    "application_version, application_name, serialization, priority, recovery_attempts)"
)
_INTO_INPUTS = "INSERT INTO {} (workflow_uuid, inputs)"
_ONCE = "ON CONFLICT (workflow_uuid) DO NOTHING"


def _same() -> Mapping[str, str]:
    """What all rows have in common, in the order of the columns; names and values of our own."""
    return {
        "status": "ENQUEUED",
        "name": ANSWER,
        "queue": QUEUE,
        "version": VERSION,
        "application": APPLICATION,
        "serialization": SEALED,
    }


def _values(rows: Iterable[KeptRow]) -> Sequence[tuple[str | int, ...]]:
    """Id, lane, inputs and priority of each."""
    return [(row.id, row.lane, row.inputs, FIRST if row.waited else IN_TURN) for row in rows]


def _flat(rows: Iterable[Sequence[str | int]], *places: int) -> Sequence[str | int]:
    return [row[place] for row in rows for place in places]

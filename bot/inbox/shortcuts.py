"""What DBOS asks the database for every message, in statements that are made once.

DBOS builds each of its statements anew, which costs many times what the database takes for it. Four of
its methods are therefore replaced by others that read and write the same (`tests/inbox/test_shortcuts.py`
compares the rows): claiming messages, looking whether a step was taken before, keeping what came of one,
and keeping how a message ended. All else, trying again and threads included, stays DBOS's.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa

# Not public in DBOS 3.4. tests/inbox fails should a method take other arguments, or a row look otherwise.
from dbos._context import current_owner_xid
from dbos._error import DBOSStepNondeterminismError, DBOSWorkflowConflictIDError
from dbos._sys_db import SystemDatabase

from bot.inbox.basics import InboxSettings
from bot.inbox.rows import IN_TURN
from bot.inbox.storage import APPLICATION, QUEUE, table_of

REPLACED = (
    "start_queued_partitioned_workflows",
    "check_operation_execution",
    "_record_operation_result_txn",
    "update_workflow_outcome",
    "_update_workflow_outcome_in_transaction",
)


class _Queue(Protocol):
    name: str


def take_shortcuts(database: SystemDatabase, settings: InboxSettings) -> None:
    """Replace the methods of the system database of a DBOS that was launched."""
    shortcuts = _Shortcuts(database, settings)
    for name in REPLACED:
        setattr(database, name, getattr(shortcuts, name))


class _Shortcuts:
    """The methods, under DBOS's names and with its arguments; what is not ours goes to DBOS's own."""

    def __init__(self, database: SystemDatabase, settings: InboxSettings) -> None:
        self._engine: sa.Engine = database.engine
        self._theirs = {name: getattr(database, name) for name in REPLACED}
        self._new: set[str] = set()
        """Messages claimed here of which no step was kept then, and so none is but by their own task."""
        on_sqlite = settings.on_sqlite
        self._claim = _claim_on_sqlite(settings) if on_sqlite else _claim_on_postgresql(settings)
        self._record = _recording(settings)
        self._finish, self._output = _finishing(settings) if on_sqlite else ("", "")

    def start_queued_partitioned_workflows(
        self,
        queue: _Queue,
        executor_id: str,
        app_version: str,
        max_tasks: int = sys.maxsize,
        *,
        owner_xid: str | None = None,
        is_latest_version: bool | None = None,
    ) -> list[str]:
        """Claim the first message of each lane that has none under way; their ids."""
        if queue.name != QUEUE:
            theirs = self._theirs["start_queued_partitioned_workflows"]
            return list(
                theirs(
                    queue,
                    executor_id,
                    app_version,
                    max_tasks,
                    owner_xid=owner_xid,
                    is_latest_version=is_latest_version,
                )
            )
        values = {"executor": executor_id, "version": app_version, "most": max_tasks, "owner": owner_xid}
        with self._engine.begin() as connection:
            claimed = connection.exec_driver_sql(self._claim, values).all()
        self._new.difference_update(id for id, _, is_new in claimed if not is_new)
        self._new.update(id for id, _, is_new in claimed if is_new)
        return [id for id, _, _ in sorted(claimed, key=lambda row: row[1])]

    def check_operation_execution(
        self, workflow_id: str, function_id: int, function_name: str, *, owner_key: str | None = None
    ) -> Any:
        """What came of a step an earlier process took; nothing, unasked, where there was no such process."""
        if workflow_id in self._new:
            return None
        return self._theirs["check_operation_execution"](
            workflow_id, function_id, function_name, owner_key=owner_key
        )

    def _record_operation_result_txn(
        self,
        result: Mapping[str, Any],
        completed_at_epoch_ms: int,
        conn: sa.Connection,
        *,
        owner_xid: str | None = None,
        child_values: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep what came of a step; raises DBOSWorkflowConflictIDError where another process took over."""
        id = result["workflow_uuid"]
        owner = owner_xid or current_owner_xid(id)
        if owner is None or child_values or result["child_workflow_id"]:
            self._theirs["_record_operation_result_txn"](
                result, completed_at_epoch_ms, conn, owner_xid=owner_xid, child_values=child_values
            )
            return
        values = {**result, "owner": owner, "completed_at_epoch_ms": completed_at_epoch_ms}
        kept = conn.exec_driver_sql(self._record, values).first()
        if kept is None:
            raise DBOSWorkflowConflictIDError(id)
        if kept[0] != completed_at_epoch_ms:
            raise DBOSStepNondeterminismError(id, result["function_id"])

    def update_workflow_outcome(
        self,
        workflow_id: str,
        status: str,
        *,
        output: str | None = None,
        error: str | None = None,
        owner_xid: str | None = None,
    ) -> bool:
        """Keep how a message ended; False where that is not this process's to say any more."""
        landed = self._theirs["update_workflow_outcome"](
            workflow_id, status, output=output, error=error, owner_xid=owner_xid
        )
        self._new.discard(workflow_id)
        return bool(landed)

    def _update_workflow_outcome_in_transaction(
        self,
        workflow_id: str,
        status: str,
        *,
        output: str | None,
        error: str | None,
        owner_xid: str | None,
    ) -> bool:
        """The same on SQLite; on PostgreSQL DBOS has one statement for it, which it makes once itself."""
        if owner_xid is None or not self._finish:
            return bool(
                self._theirs["_update_workflow_outcome_in_transaction"](
                    workflow_id, status, output=output, error=error, owner_xid=owner_xid
                )
            )
        with self._engine.begin() as connection:
            ended = {"id": workflow_id, "status": status, "owner": owner_xid}
            if connection.exec_driver_sql(self._finish, ended).rowcount == 0:
                return False
            connection.exec_driver_sql(self._output, {"id": workflow_id, "output": output, "error": error})
        return True


_IN_ORDER = "ORDER BY priority, created_at, workflow_uuid LIMIT 1"
# As DBOS asks for it: of this application, or nobody's yet.
_OURS = f"(application_name = '{APPLICATION}' OR application_name IS NULL)"


def _lanes(statuses: str, waits: str) -> str:
    """Every lane in which a message waits, one step of the index each, however many wait there."""
    return (
        f"lanes(lane) AS (SELECT min(queue_partition_key) FROM {statuses} "  # noqa: S608
        f"WHERE {waits} AND queue_partition_key IS NOT NULL "
        f"UNION ALL SELECT (SELECT min(queue_partition_key) FROM {statuses} "
        f"WHERE {waits} AND queue_partition_key > lanes.lane) FROM lanes WHERE lanes.lane IS NOT NULL)"
    )


def _free(statuses: str, waits: str, under_way: str, most: str) -> str:
    """The lanes in which nothing is under way; where there are more than can be claimed, any of them.

    First come those of messages that go before others (`bot.inbox.rows`): a handful, as a rule none.
    """
    before_others = (
        f"SELECT queue_partition_key FROM {statuses} "  # noqa: S608
        f"WHERE {waits} AND priority < {IN_TURN} AND queue_partition_key IS NOT NULL"
    )
    return (
        f"SELECT lane FROM lanes WHERE lane IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {statuses} "  # noqa: S608
        f"WHERE {under_way} AND queue_partition_key = lanes.lane) "
        f"ORDER BY lane NOT IN ({before_others}), random() LIMIT {most}"
    )


def _claiming(now: str, places: Mapping[str, str]) -> str:
    # Nothing here has a timeout, from which DBOS would make a deadline at this moment.
    return (
        f"SET status = 'PENDING', owner_xid = {places['owner']}, application_version = {places['version']}, "
        f"executor_id = {places['executor']}, application_name = '{APPLICATION}', "
        f"started_at_epoch_ms = {now}, rate_limited = {places['false']}, "
        f"recovery_attempts = recovery_attempts + 1, updated_at = {now}"
    )


def _claim_on_sqlite(settings: InboxSettings) -> str:
    statuses, steps = table_of(settings, "workflow_status"), table_of(settings, "operation_outputs")
    # The second condition on the status is that of the index, without which SQLite does not use it.
    indexed = f"queue_name = '{QUEUE}' AND status IN ('ENQUEUED', 'PENDING')"
    waits = f"{indexed} AND status = 'ENQUEUED' AND {_OURS}"
    free = _free(statuses, waits, f"{indexed} AND status = 'PENDING'", ":most")
    places = {"owner": ":owner", "version": ":version", "executor": ":executor", "false": "0"}
    return (
        f"UPDATE {statuses} {_claiming(_NOW_ON_SQLITE, places)} WHERE workflow_uuid IN ("  # noqa: S608
        f"WITH RECURSIVE {_lanes(statuses, waits)} SELECT (SELECT workflow_uuid FROM {statuses} "
        f"WHERE {waits} AND queue_partition_key = free.lane AND application_version = :version {_IN_ORDER}) "
        f"FROM ({free}) AS free) "
        f"RETURNING workflow_uuid, queue_partition_key, NOT EXISTS (SELECT 1 FROM {steps} AS steps "
        f"WHERE steps.workflow_uuid = {statuses}.workflow_uuid)"
    )


def _claim_on_postgresql(settings: InboxSettings) -> str:
    statuses, steps = table_of(settings, "workflow_status"), table_of(settings, "operation_outputs")
    waits = f"queue_name = '{QUEUE}' AND status = 'ENQUEUED' AND {_OURS}"
    under_way = f"queue_name = '{QUEUE}' AND status = 'PENDING'"
    places = {"owner": "%(owner)s", "version": "%(version)s", "executor": "%(executor)s", "false": "false"}
    return (
        f"WITH RECURSIVE {_lanes(statuses, waits)}, free AS MATERIALIZED ("  # noqa: S608
        f"{_free(statuses, waits, under_way, '%(most)s')}), "
        f"first AS MATERIALIZED (SELECT head.workflow_uuid FROM free JOIN LATERAL ("
        f"SELECT workflow_uuid FROM {statuses} WHERE {waits} AND queue_partition_key = free.lane "
        f"AND application_version = %(version)s {_IN_ORDER}) AS head ON true), "
        # Locked by its id, never by its place: past one that a peer has locked must come none of its lane.
        f"mine AS MATERIALIZED (SELECT workflow_uuid FROM {statuses} "
        f"WHERE workflow_uuid IN (SELECT workflow_uuid FROM first) AND {waits} "
        f"AND queue_partition_key IS NOT NULL AND application_version = %(version)s FOR UPDATE SKIP LOCKED) "
        f"UPDATE {statuses} AS claimed {_claiming(_NOW_ON_POSTGRESQL, places)} FROM mine "
        f"WHERE claimed.workflow_uuid = mine.workflow_uuid "
        f"RETURNING claimed.workflow_uuid, claimed.queue_partition_key, NOT EXISTS ("
        f"SELECT 1 FROM {steps} AS steps WHERE steps.workflow_uuid = claimed.workflow_uuid)"
    )


def _recording(settings: InboxSettings) -> str:
    """Keeps a step's outcome if the message is still this process's; nothing comes back where it is not."""
    statuses, steps = table_of(settings, "workflow_status"), table_of(settings, "operation_outputs")
    columns: Sequence[str] = (
        "workflow_uuid",
        "function_id",
        "function_name",
        "started_at_epoch_ms",
        "completed_at_epoch_ms",
        "output",
        "error",
        "serialization",
    )
    if settings.on_sqlite:
        # A write from its first word on: nobody can take over between the question and the row.
        source = (
            "WHERE EXISTS (SELECT 1 FROM {0} WHERE workflow_uuid = :workflow_uuid AND owner_xid = :owner)"
        )
        values, now = [f":{name}" for name in columns], _NOW_ON_SQLITE
        before = ""
    else:
        source, before = (
            "FROM owned",
            (
                "WITH owned AS (SELECT 1 FROM {0} WHERE workflow_uuid = %(workflow_uuid)s "
                "AND owner_xid = %(owner)s FOR NO KEY UPDATE) "
            ),
        )
        values, now = [f"%({name})s" for name in columns], _NOW_ON_POSTGRESQL
    return (
        f"{before.format(statuses)}INSERT INTO {steps} "
        f"({', '.join(columns)}, application_name, retention_timestamp) "
        f"SELECT {', '.join(values)}, '{APPLICATION}', {now} {source.format(statuses)} "
        "ON CONFLICT (workflow_uuid, function_id) DO UPDATE SET completed_at_epoch_ms = "
        f"{steps}.completed_at_epoch_ms RETURNING completed_at_epoch_ms"
    )


def _finishing(settings: InboxSettings) -> tuple[str, str]:
    statuses, outputs = table_of(settings, "workflow_status"), table_of(settings, "workflow_output")
    return (
        f"UPDATE {statuses} SET status = :status, deduplication_id = NULL, owner_xid = NULL, "  # noqa: S608
        f"updated_at = {_NOW_ON_SQLITE}, completed_at = {_NOW_ON_SQLITE} "
        "WHERE workflow_uuid = :id AND status = 'PENDING' AND owner_xid = :owner",
        f"INSERT INTO {outputs} (workflow_uuid, output, error) VALUES (:id, :output, :error) "  # noqa: S608
        "ON CONFLICT (workflow_uuid) DO UPDATE SET output = excluded.output, error = excluded.error",
    )


_NOW_ON_SQLITE = "CAST(strftime('%s', 'now') * 1000 AS BIGINT)"
_NOW_ON_POSTGRESQL = "CAST(EXTRACT(epoch FROM now()) * 1000 AS BIGINT)"

"""What the shortcuts read and write is what DBOS's own methods read and write."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOSClient
from dbos._error import DBOSStepNondeterminismError, DBOSWorkflowConflictIDError
from dbos._queue import _INTERNAL_QUEUE_CONSTRUCTION, Queue
from dbos._sys_db import SystemDatabase

from bot.inbox import InboxSettings
from bot.inbox.commits import open_commits
from bot.inbox.rows import KeptRow, inputs_of
from bot.inbox.shortcuts import REPLACED, take_shortcuts
from bot.inbox.storage import APPLICATION, QUEUE, SCHEMA, VERSION, SealedJson, open_engine, table_of
from tests.inbox.people import KEY

_OF_THE_MOMENT = {
    *("workflow_uuid", "created_at", "updated_at", "started_at_epoch_ms", "completed_at"),
    *("retention_timestamp", "creator_xid"),
}


@dataclass
class _Table:
    """One inbox, with DBOS as it comes and DBOS with the shortcuts."""

    settings: InboxSettings
    engine: sa.Engine
    theirs: SystemDatabase
    ours: SystemDatabase

    def keep(self, *ids_in_lanes: tuple[str, str], waited: bool = False) -> None:
        commits, packed = open_commits(self.settings), inputs_of("packed", SealedJson((KEY,)))
        commits.keep([KeptRow(id, lane, packed, waited) for id, lane in ids_in_lanes])
        commits.close()

    def claim(self, by: SystemDatabase, *, owner: str = "owner", most: int = 100) -> list[str]:
        queue = Queue(QUEUE, partition_concurrency=1, token=_INTERNAL_QUEUE_CONSTRUCTION)
        return by.start_queued_partitioned_workflows(queue, "executor", VERSION, most, owner_xid=owner)

    def change(self, id: str, **values: str | int | None) -> None:
        changes = ", ".join(f"{name} = :{name}" for name in values)
        statuses = table_of(self.settings, "workflow_status")
        with self.engine.begin() as connection:
            connection.execute(
                sa.text(f"UPDATE {statuses} SET {changes} WHERE workflow_uuid = :id"),  # noqa: S608
                {"id": id, **values},
            )

    def row(self, table: str, id: str) -> dict[str, Any]:
        look = sa.text(
            f"SELECT * FROM {table_of(self.settings, table)} WHERE workflow_uuid = :id"  # noqa: S608
        )
        with self.engine.begin() as connection:
            found = connection.execute(look, {"id": id}).one_or_none()
        return {} if found is None else dict(found._mapping)

    def differences(self, table: str) -> set[str]:
        """Columns in which the message `theirs` and the message `ours` differ, but for times and ids."""
        theirs, ours = self.row(table, "theirs"), self.row(table, "ours")
        assert theirs
        assert ours
        assert all((theirs[name] is None) == (ours[name] is None) for name in theirs)
        return {name for name in ours if ours[name] != theirs[name]} - _OF_THE_MOMENT


@contextmanager
def _opened(settings: InboxSettings) -> Iterator[_Table]:
    engine = open_engine(settings, connections=3, patience=5, synchronous="NORMAL")
    client = DBOSClient(
        system_database_engine=engine,
        dbos_system_schema=SCHEMA,
        serializer=SealedJson((KEY,)),
        application_name=APPLICATION,
        lazy=True,
    )
    other = DBOSClient(
        system_database_engine=engine,
        dbos_system_schema=SCHEMA,
        serializer=SealedJson((KEY,)),
        application_name=APPLICATION,
        lazy=True,
    )
    take_shortcuts(other._sys_db, settings)
    yield _Table(settings, engine, client._sys_db, other._sys_db)
    client.destroy()
    other.destroy()
    engine.dispose()


@pytest.fixture
def table(settings: InboxSettings) -> Iterator[_Table]:
    with _opened(settings) as table:
        yield table


def _step(id: str, *, output: str | None = "sealed", function_id: int = 1) -> Any:
    return {
        "workflow_uuid": id,
        "function_id": function_id,
        "function_name": "compose",
        "output": output,
        "error": None if output else "sealed",
        "serialization": "orderbot_sealed_json",
        "started_at_epoch_ms": 1000,
        "child_workflow_id": None,
    }


def test_each_takes_the_arguments_of_what_it_replaces(table: _Table) -> None:
    for name in REPLACED:
        theirs = inspect.signature(getattr(table.theirs, name)).parameters.values()
        ours = inspect.signature(getattr(table.ours, name)).parameters.values()
        assert [(one.name, one.kind, one.default) for one in ours] == [
            (one.name, one.kind, one.default) for one in theirs
        ]


def test_a_claimed_message_looks_as_dbos_leaves_it(table: _Table) -> None:
    table.keep(("theirs", "D1"))
    assert table.claim(table.theirs) == ["theirs"]
    table.keep(("ours", "D2"))
    assert table.claim(table.ours) == ["ours"]
    assert table.differences("workflow_status") == {"queue_partition_key"}
    assert table.row("workflow_status", "ours")["recovery_attempts"] == 1


def test_the_first_of_each_lane_is_claimed_and_no_other_while_it_is_under_way(table: _Table) -> None:
    table.keep(("a1", "A"), ("b1", "B"), ("a2", "A"), ("b2", "B"))
    table.change("a1", created_at=1)
    table.change("a2", created_at=2)
    table.change("b1", created_at=2)
    table.change("b2", created_at=1)
    assert table.claim(table.ours) == ["a1", "b2"]
    assert table.claim(table.ours) == []
    assert table.ours.update_workflow_outcome("a1", "SUCCESS", output="sealed", owner_xid="owner")
    assert table.claim(table.ours) == ["a2"]


def test_no_more_are_claimed_than_there_is_room_for(table: _Table) -> None:
    table.keep(*((f"m{number}", f"D{number}") for number in range(5)))
    assert len(table.claim(table.ours, most=2)) == 2
    assert len(table.claim(table.ours, most=2)) == 2
    assert len(table.claim(table.ours, most=2)) == 1


@pytest.mark.parametrize("by", ["theirs", "ours"])
def test_what_had_waited_before_is_the_first_of_its_lane(table: _Table, by: str) -> None:
    table.keep(("a1", "A"), ("a2", "A"))
    table.keep(("waited", "A"), waited=True)
    assert table.claim(getattr(table, by)) == ["waited"]


def test_where_there_is_not_room_for_all_lanes_those_go_in_which_something_had_waited(table: _Table) -> None:
    others = [(f"m{number}", f"D{number:03}") for number in range(100)]
    table.keep(*others, ("w1", "D500"), ("w2", "D501"), ("w3", "D501"))
    table.keep(("waited 1", "D500"), ("waited 2", "D501"), waited=True)
    assert table.claim(table.ours, most=2) == ["waited 1", "waited 2"]
    assert len(table.claim(table.ours, most=3)) == 3


def test_what_is_of_another_version_or_application_is_left(table: _Table) -> None:
    table.keep(("of another version", "A"), ("of another application", "B"), ("nobody's yet", "C"))
    table.change("of another version", application_version="2")
    table.change("of another application", application_name="other")
    table.change("nobody's yet", application_name=None)
    assert table.claim(table.ours) == ["nobody's yet"]


def test_behind_a_message_that_a_peer_is_claiming_none_of_its_lane_is_claimed(
    on_postgres: InboxSettings,
) -> None:
    lock = sa.text(f"SELECT 1 FROM {SCHEMA}.workflow_status WHERE workflow_uuid = 'a1' FOR UPDATE")  # noqa: S608
    with _opened(on_postgres) as table:
        table.keep(("a1", "A"), ("a2", "A"), ("b1", "B"))
        with table.engine.begin() as peer:
            peer.execute(lock)
            assert table.claim(table.ours) == ["b1"]
        assert table.claim(table.ours) == ["a1"]


@pytest.mark.parametrize("output", ["sealed", None])
def test_what_came_of_a_step_is_kept_as_dbos_keeps_it(table: _Table, output: str | None) -> None:
    table.keep(("theirs", "D1"), ("ours", "D2"))
    table.claim(table.theirs)
    for id, by in (("theirs", table.theirs), ("ours", table.ours)):
        by.record_operation_result(_step(id, output=output), owner_xid="owner")
    assert table.differences("operation_outputs") <= {"completed_at_epoch_ms"}


def test_a_step_of_a_message_that_a_peer_took_over_is_not_kept(table: _Table) -> None:
    table.keep(("m", "D1"))
    table.claim(table.ours)
    table.change("m", owner_xid="peer")
    with pytest.raises(DBOSWorkflowConflictIDError):
        table.ours.record_operation_result(_step("m"), owner_xid="owner")
    assert not table.row("operation_outputs", "m")


def test_a_step_is_kept_once(table: _Table) -> None:
    table.keep(("m", "D1"))
    table.claim(table.ours)
    for _ in range(2):
        table.ours.record_operation_result(_step("m"), owner_xid="owner", completed_at_epoch_ms=2000)
    with pytest.raises(DBOSStepNondeterminismError):
        table.ours.record_operation_result(
            _step("m", output="other"), owner_xid="owner", completed_at_epoch_ms=3000
        )
    assert table.row("operation_outputs", "m")["output"] == "sealed"


def test_how_a_message_ended_is_kept_as_dbos_keeps_it(table: _Table) -> None:
    table.keep(("theirs", "D1"), ("ours", "D1b"))
    table.claim(table.theirs)
    for id, by in (("theirs", table.theirs), ("ours", table.ours)):
        assert by.update_workflow_outcome(id, "SUCCESS", output="sealed", owner_xid="owner")
    assert table.differences("workflow_status") == {"queue_partition_key"}
    assert table.differences("workflow_output") == set()


def test_how_a_message_ended_is_not_this_process_s_to_say_where_a_peer_took_over(table: _Table) -> None:
    table.keep(("m", "D1"))
    table.claim(table.ours)
    table.change("m", owner_xid="peer")
    assert not table.ours.update_workflow_outcome("m", "ERROR", error="sealed", owner_xid="owner")
    assert table.row("workflow_status", "m")["status"] == "PENDING"
    assert not table.row("workflow_output", "m")


def test_a_step_an_earlier_process_took_is_found_however_often_the_message_was_tried(table: _Table) -> None:
    table.keep(("m", "D1"))
    table.claim(table.ours, owner="first")
    assert table.ours.check_operation_execution("m", 1, "compose") is None
    table.ours.record_operation_result(_step("m"), owner_xid="first")
    # As if nobody had ever tried: an operator's `resume` counts from nought again.
    table.change("m", status="ENQUEUED", owner_xid=None, recovery_attempts=0)
    assert table.claim(table.ours, owner="second") == ["m"]
    found = table.ours.check_operation_execution("m", 1, "compose")
    assert found is not None
    assert found["output"] == "sealed"

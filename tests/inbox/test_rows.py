"""What the inbox writes is what DBOS would write."""

from typing import Any

import sqlalchemy as sa

from bot.inbox import InboxSettings
from bot.inbox.commits import open_commits
from bot.inbox.rows import KeptRow, inputs_of
from bot.inbox.storage import SealedJson, open_engine, table_of
from tests.inbox.people import KEY, enqueue_by_dbos

_OF_THE_MOMENT = {"workflow_uuid", "created_at", "updated_at", "retention_timestamp", "creator_xid", "inputs"}


def test_a_row_is_column_for_column_what_dbos_itself_enqueues(settings: InboxSettings) -> None:
    engine, seal = open_engine(settings, connections=1, patience=5, synchronous="FULL"), SealedJson((KEY,))
    with engine.begin() as connection:
        enqueue_by_dbos(connection, "theirs", "lane", "packed")
    commits = open_commits(settings)
    commits.keep([KeptRow("ours", "lane", inputs_of("packed", seal))])
    commits.close()
    for table in ("workflow_status", "workflow_input"):
        theirs, ours = _row(engine, settings, table, "theirs"), _row(engine, settings, table, "ours")
        assert {name for name in ours if ours[name] != theirs[name]} <= _OF_THE_MOMENT
        if table == "workflow_input":
            assert seal.deserialize(ours["inputs"]) == seal.deserialize(theirs["inputs"])
    engine.dispose()


def test_what_is_kept_already_stays_as_it_is(settings: InboxSettings) -> None:
    engine, seal = open_engine(settings, connections=1, patience=5, synchronous="FULL"), SealedJson((KEY,))
    commits = open_commits(settings)
    first, again, later, new = (inputs_of(text, seal) for text in ("first", "same batch", "later", "new"))
    commits.keep([KeptRow("a", "lane", first), KeptRow("a", "lane", again)])
    commits.keep([KeptRow("a", "other", later), KeptRow("b", "lane", new)])
    commits.close()
    kept = {id: _row(engine, settings, "workflow_input", id)["inputs"] for id in ("a", "b")}
    assert {id: seal.deserialize(sealed)["args"] for id, sealed in kept.items()} == {
        "a": ["first"],
        "b": ["new"],
    }
    assert _row(engine, settings, "workflow_status", "a")["queue_partition_key"] == "lane"
    engine.dispose()


def _row(engine: sa.Engine, settings: InboxSettings, table: str, id: str) -> dict[str, Any]:
    with engine.begin() as connection:
        look = sa.text(f"SELECT * FROM {table_of(settings, table)} WHERE workflow_uuid = :id")  # noqa: S608
        row = connection.execute(look, {"id": id}).one()._mapping
    # SQLAlchemy writes JSON's null where a JSON column holds nothing, and reads both alike.
    return {name: None if value == "null" else value for name, value in row.items()}

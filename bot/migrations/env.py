"""Run by Alembic for every command of `bot.migrations`, which hands the connection over."""

import importlib
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from bot.store import Digest, SealedText, Table, UtcDateTime

# Rooms that own tables: importing them fills the metadata.
_ROOMS = (
    "bot.linking.tables",
    "bot.memory",
    "bot.spoken",
    "bot.kept.rows",
    "bot.numbers.tables",
    "bot.watching.tables",
    "bot.pages.tables",
    "bot.installs.tables",
    "bot.group_turns",
    "bot.sent_files",
    "bot.told_in_line",
)

# Revisions must not change when our code does, so they name plain types.
_PLAIN = {
    UtcDateTime: "sa.DateTime(timezone=True)",
    SealedText: "sa.Text()",
    Digest: "sa.String(length=64)",
    AutoString: "sa.String()",
}


def _rendered(kind: str, thing: Any, _: AutogenContext) -> str | Literal[False]:
    return _PLAIN.get(type(thing), False) if kind == "type" else False


for _room in _ROOMS:
    importlib.import_module(_room)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    render_item=_rendered,
    transactional_ddl=True,
)

with context.begin_transaction():
    context.run_migrations()

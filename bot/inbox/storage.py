"""How the inbox's rows are written: the database engine, the migrations, and the encrypted JSON in them."""

import json
import logging
import sqlite3
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from dbos import DBOS, Serializer
from pydantic import TypeAdapter, ValidationError

from bot.chat.messages import Message
from bot.chat.replies import Reply
from bot.delivery import NotKept
from bot.inbox.basics import InboxNotPossible, InboxSettings, NotAllDone, check_runtime
from bot.sqlite import use_wal

APPLICATION = "orderbot"
SCHEMA = "dbos"
QUEUE = "conversations"
ANSWER = "answer"
APOLOGISE = "apologise"
# DBOS's default is a hash of the workflow's source: after a deploy nobody would resume the old rows.
# Raise it only when a replay of the old steps is impossible, and after the queue has run dry.
VERSION = "1"
SEALED = "orderbot_sealed_json"
"""How rows name the way their values are written."""
CHANNEL = "orderbot_inbox"

T = TypeVar("T")


def migrate(settings: InboxSettings) -> None:
    """Create or update the inbox's tables, and switch a SQLite file to WAL. Safe to repeat.

    Raises InboxNotPossible.
    """
    check_runtime(settings)
    quiet_dbos()
    url = settings.url
    if settings.on_sqlite:
        path = Path(str(url.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        # DBOS leaves the rollback journal on, which lets readers and the writer block each other.
        connection = sqlite3.connect(path)
        try:
            use_wal(connection)
        finally:
            connection.close()
    DBOS.migrate(url.render_as_string(hide_password=False), schema=SCHEMA)


def open_engine(settings: InboxSettings, *, connections: int, patience: float, synchronous: str) -> sa.Engine:
    """An engine for DBOS. `patience` bounds, in seconds, connecting, a lock, and on PostgreSQL a statement.

    `synchronous` is SQLite's: FULL for what a platform was told is kept; NORMAL where power loss
    may undo the last commits, because it only repeats work.
    """
    if settings.on_sqlite:
        engine = sa.create_engine(settings.url, pool_size=connections, max_overflow=0, pool_timeout=patience)

        @sa.event.listens_for(engine, "connect")
        def _prepare(connection: sqlite3.Connection, _: Any) -> None:
            prepare_sqlite(connection, patience=patience, synchronous=synchronous)

        return engine
    engine = sa.create_engine(
        settings.url.set(drivername="postgresql+psycopg"),
        pool_size=connections,
        max_overflow=0,
        pool_timeout=patience,
        pool_pre_ping=True,
        connect_args={
            "application_name": "orderbot_inbox",
            # libpq takes whole seconds and reads 1 as 2.
            "connect_timeout": max(2, int(patience)),
            "options": f"-c statement_timeout={int(patience * 1000)} -c lock_timeout={int(patience * 1000)}"
            " -c idle_in_transaction_session_timeout=60000",
        },
    )
    sa.event.listen(engine, "handle_error", _no_connection_is_a_lost_one)
    return engine


def prepare_sqlite(connection: sqlite3.Connection, *, patience: float, synchronous: str) -> None:
    """What `open_engine` says, for a connection that was just made."""
    # As DBOS does for its own engine: a write transaction takes the lock when it begins.
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA synchronous={synchronous}")


def _no_connection_is_a_lost_one(context: sa.ExceptionContext) -> None:
    # DBOS tells by psycopg's words whether trying again helps, and knows "connection failed" but not
    # "connection is bad" (a socket nobody listens on) nor a name that does not resolve just now. What
    # it does not know ends the message with an error: asked, and never answered.
    if context.connection is None:
        context.is_disconnect = True


def table_of(settings: InboxSettings, name: str) -> str:
    """One of DBOS's tables as a statement names it."""
    return name if settings.on_sqlite else f"{SCHEMA}.{name}"


def store_is_away(error: BaseException) -> bool:
    """Whether something failed only because the database could not be reached, ours or the store's."""
    if isinstance(error, sa.exc.DBAPIError):
        return error.connection_invalidated or isinstance(
            error, sa.exc.OperationalError | sa.exc.InterfaceError
        )
    return isinstance(error, sa.exc.TimeoutError | NotKept)


def quiet_dbos() -> None:
    """Let DBOS log warnings through the process's own logging, not to a console of its own."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.WARNING)
    if not logger.handlers:
        # DBOS adds its console, and stops propagating, only where it finds no handler.
        logger.addHandler(logging.NullHandler())
    if _told_already not in logger.filters:
        logger.addFilter(_told_already)


def _told_already(record: logging.LogRecord) -> bool:
    # A message that ends as NotAllDone was logged, with its reason, when that was found out.
    return not (record.exc_info and isinstance(record.exc_info[1], NotAllDone))


class RecordedError(Exception):
    """A failure as a checkpoint remembers it: its type's name and its words."""


class SealedJson(Serializer):
    """JSON under Fernet instead of DBOS's pickle: a reader learns nothing, a writer runs nothing."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        try:
            self._seal = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise InboxNotPossible(
                "A key in ORDERBOT_SECRET_KEYS is not a Fernet key. Make one with `orderbot secret-key`."
            ) from error

    def serialize(self, data: Any) -> str:
        if isinstance(data, BaseException):
            data = {_ERROR: [type(data).__name__, str(data)]}
        return self.seal(_compact(data))

    def seal(self, text: str) -> str:
        """The same for what is JSON already."""
        return self._seal.encrypt(text.encode()).decode()

    def deserialize(self, serialized_data: str) -> Any:
        try:
            data = json.loads(self._seal.decrypt(serialized_data))
        except InvalidToken:
            raise RecordedError("no key in ORDERBOT_SECRET_KEYS opens this row") from None
        if isinstance(data, dict) and _ERROR in data:
            return RecordedError(": ".join(data[_ERROR]))
        return data

    def name(self) -> str:
        return SEALED


_ERROR = "$error"
# `json.dumps` makes an encoder for each call that wants other separators than its own.
_compact = json.JSONEncoder(separators=(",", ":")).encode


class OfNewerRelease(RecordedError):
    """A kept message or reply has what this release does not know: another one must have kept it."""


class Codec:
    """Messages and replies as JSON text.

    What is read must be known to the last field. To pass over a new one would be to answer something
    else than what was asked, or to somebody else than whom it is for.
    """

    def __init__(self) -> None:
        self._messages = TypeAdapter(Message)
        self._replies = TypeAdapter(Reply)

    def pack_message(self, message: Message) -> str:
        return self._messages.dump_json(message).decode()

    def message(self, text: str) -> Message:
        return _read(self._messages, text)

    def pack_reply(self, reply: Reply) -> str:
        return self._replies.dump_json(reply).decode()

    def reply(self, text: str) -> Reply:
        return _read(self._replies, text)


def _read(shape: TypeAdapter[T], text: str) -> T:
    try:
        return shape.validate_json(text, extra="forbid")
    except ValidationError as error:
        # Its own words quote what a person wrote, and DBOS logs them.
        raise OfNewerRelease(f"{error.error_count()} fields of a kept {error.title} do not fit") from None

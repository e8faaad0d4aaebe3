"""One live process per executor id, provably.

DBOS resumes only what its own executor id had begun. So each worker holds a lock named after its id
for as long as it lives, and a lock that is free tells its peers that they may take over its work.
"""

import asyncio
import fcntl
import os
import secrets
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from bot.inbox.basics import InboxBusy, InboxSettings, LeaseLost
from bot.inbox.storage import CHANNEL, QUEUE, SCHEMA


class Lease(Protocol):
    """The proof that this process alone works as `executor_id`."""

    executor_id: str

    async def listen(self, ring: Callable[[], None], seconds: float) -> None:
        """Pass on the ringing of other processes for a while; raises LeaseLost."""

    async def take_dead(self) -> Sequence[str]:
        """Executors that left work behind and are gone, locked until `give_back`; raises LeaseLost."""

    async def give_back(self, executor_ids: Sequence[str]) -> None:
        """Unlock them again; raises LeaseLost."""

    async def release(self) -> None:
        """Stop being this executor. Never raises."""


async def take_lease(settings: InboxSettings) -> Lease:
    """Become an executor; raises InboxBusy when a live process already is."""
    if settings.on_sqlite:
        return FileLease(Path(str(settings.url.database)))
    executor_id = settings.executor_id or f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    return await PostgresLease.take(settings.url.render_as_string(hide_password=False), executor_id)


class FileLease:
    """On SQLite there is one worker: a lock on `<database>.lock`, which the kernel frees with the process."""

    executor_id = "sqlite"

    def __init__(self, database: Path) -> None:
        path = database.with_name(database.name + ".lock")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._file, 32).decode(errors="replace").strip() or "unknown"
            os.close(self._file)
            raise InboxBusy(
                f"Another process (id {holder}) already answers from {database} and holds {path}. "
                "Stop it first, or use PostgreSQL, which takes many."
            ) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    async def listen(self, ring: Callable[[], None], seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def take_dead(self) -> Sequence[str]:
        # What an earlier process left behind carries the same id, so DBOS resumes it at launch.
        return ()

    async def give_back(self, executor_ids: Sequence[str]) -> None:
        return

    async def release(self) -> None:
        self.close()

    def close(self) -> None:
        """Let the next process have the file."""
        os.close(self._file)


class PostgresLease:
    """A session advisory lock: it ends with the connection, and the connection with the process.

    Needs a direct or session-pooled connection; a transaction pooler hands the session to others.
    """

    def __init__(self, connection: psycopg.AsyncConnection, executor_id: str) -> None:
        self._connection = connection
        self.executor_id = executor_id

    @classmethod
    async def take(cls, url: str, executor_id: str) -> "PostgresLease":
        connection = await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=5)
        try:
            # A machine that vanished says no goodbye: the server looks for it after 4 s, and 3 times 2 s.
            for name, value in (("idle", "4"), ("interval", "2"), ("count", "3")):
                await connection.execute(
                    "SELECT set_config(%s, %s, false)", (f"tcp_keepalives_{name}", value)
                )
            taken = await connection.execute(f"SELECT pg_try_advisory_lock({_KEY})", (executor_id,))
            if not (await taken.fetchone() or (False,))[0]:
                raise InboxBusy(
                    f"Another live worker already is executor {executor_id!r}. Stop it first, or give each "
                    "worker its own ORDERBOT_EXECUTOR_ID (empty: one is made at start)."
                )
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        except BaseException:
            await connection.close()
            raise
        return cls(connection, executor_id)

    async def listen(self, ring: Callable[[], None], seconds: float) -> None:
        try:
            async for _ in self._connection.notifies(timeout=seconds):
                ring()
        except _GONE as error:
            raise LeaseLost("the connection that held the lock is gone") from error

    async def take_dead(self) -> Sequence[str]:
        rows = await self._ask(_TAKE_DEAD, (QUEUE, self.executor_id))
        return [str(row[0]) for row in rows]

    async def give_back(self, executor_ids: Sequence[str]) -> None:
        await self._ask(_GIVE_BACK, (list(executor_ids),))

    async def release(self) -> None:
        await self._connection.close()

    async def _ask(self, query: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        try:
            # A server that no longer answers may have given our lock away.
            async with asyncio.timeout(5):
                cursor = await self._connection.execute(query.encode(), values)
                return await cursor.fetchall()
        except (*_GONE, TimeoutError) as error:
            raise LeaseLost("the connection that held the lock is gone") from error


_GONE = (psycopg.OperationalError, psycopg.InterfaceError)
_KEY = "hashtextextended('orderbot-executor:' || %s, 0)"
# DBOS's own table, because its listing would load every row under way, every second, in every worker.
# Materialized, so that locks are tried once per executor and not once per row.
_TAKE_DEAD = f"""
WITH busy AS MATERIALIZED (
    SELECT DISTINCT executor_id FROM {SCHEMA}.workflow_status
    WHERE status = 'PENDING' AND queue_name = %s AND executor_id <> %s
)
SELECT executor_id FROM busy WHERE pg_try_advisory_lock({_KEY.replace("%s", "executor_id")})
"""  # noqa: S608
_GIVE_BACK = f"SELECT pg_advisory_unlock({_KEY.replace('%s', 'dead')}) FROM unnest(%s::text[]) AS dead"  # noqa: S608

"""The receiving side: what a web process needs to keep a message."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from bot.chat.messages import Message
from bot.delivery import NotKept
from bot.inbox.basics import InboxSettings, check_runtime
from bot.inbox.batches import Batches
from bot.inbox.rows import KeptRow, Rows
from bot.inbox.storage import CHANNEL, Codec, open_engine, table_of


@dataclass(frozen=True)
class Waiting:
    """What is kept and not yet answered. `oldest_seconds` is the age of what has waited longest."""

    count: int
    oldest_seconds: float


class Inbox:
    """Keeps messages for a worker, in this process or another. Connects at the first message."""

    def __init__(self, settings: InboxSettings, *, kept: Callable[[], None] = lambda: None) -> None:
        """`kept` is called after each commit: give it the `wake` of a Worker in the same process."""
        check_runtime(settings)
        self._settings = settings
        self._kept = kept
        self._codec = Codec()
        # One keeps, and on a server another looks; SQLite lets both wait for the same file.
        connections = 1 if settings.on_sqlite else 2
        self._engine = open_engine(
            settings, connections=connections, patience=settings.keep_seconds * 0.75, synchronous="FULL"
        )
        self._rows = Rows(settings)
        self._table = table_of(settings, "workflow_status")
        # Not the loop's own pool: DBOS replaces that one and shuts it down.
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix="inbox")
        self._batches = Batches(self._keep_together)

    async def receive(self, message: Message) -> None:
        """Keep a message durably, once by its id; returns after the commit.

        Raises NotKept when the store failed or took longer than `keep_seconds`. The message may have
        been kept all the same: the platform sends it again, and the second time changes nothing.
        """
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self._settings.keep_seconds):
                await self._batches.put(message)
        except Exception as error:
            reason = type(error).__name__
            structlog.get_logger().error("message_not_kept", reason=reason, message=message.id)
            raise NotKept(reason) from error
        structlog.get_logger().info(
            "message_kept",
            message=message.id,
            platform=str(message.conversation.platform),
            kind=message.content.kind,
            seconds=round(time.perf_counter() - began, 4),
        )

    async def ready(self, *, seconds: float | None = None) -> bool:
        """Whether a message could be kept now: the store answers and has our tables.

        It has as long for it as keeping a message has, or `seconds`.
        """
        try:
            async with asyncio.timeout(seconds or self._settings.keep_seconds):
                await asyncio.get_running_loop().run_in_executor(self._threads, self._look)
        except Exception as error:
            structlog.get_logger().warning("inbox_not_ready", reason=type(error).__name__)
            return False
        return True

    async def waiting(self) -> Waiting:
        """How much waits, and how long already; Raises what the database raises."""
        async with asyncio.timeout(self._settings.keep_seconds):
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._count)

    async def close(self) -> None:
        """Let go of the store; messages under way are kept first."""
        await self._batches.emptied()
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        self._engine.dispose()

    async def _keep_together(self, messages: Sequence[Message]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, self._keep, messages)
        self._kept()

    def _keep(self, messages: Sequence[Message]) -> None:
        with self._engine.begin() as connection:
            self._rows.write(
                connection,
                (KeptRow(one.id, one.conversation.lane, self._codec.pack_message(one)) for one in messages),
            )
            if self._settings.wake and not self._settings.on_sqlite:
                connection.execute(sa.text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})

    def _count(self) -> Waiting:
        look = sa.text(
            f"SELECT count(*), min(created_at) FROM {self._table} "  # noqa: S608
            "WHERE status IN ('ENQUEUED', 'PENDING')"
        )
        with self._engine.begin() as connection:
            count, oldest = connection.execute(look).one()
        return Waiting(int(count), max(0.0, time.time() - oldest / 1000) if oldest else 0.0)

    def _look(self) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.text(f"SELECT 1 FROM {self._table} LIMIT 1")).first()  # noqa: S608

"""The receiving side: what a web process needs to keep a message."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
import structlog

from bot.chat.messages import Message
from bot.delivery import NotKept
from bot.inbox.basics import InboxSettings, check_runtime
from bot.inbox.batches import Batches
from bot.inbox.commits import Commits, open_commits, open_quick_commits
from bot.inbox.places import has_waited
from bot.inbox.rows import KeptRow, inputs_of
from bot.inbox.storage import Codec, SealedJson, open_engine, table_of


@dataclass(frozen=True)
class Waiting:
    """What is kept and not yet answered. `oldest_seconds` is the age of what has waited longest."""

    count: int
    oldest_seconds: float


@dataclass(frozen=True)
class _Arrived:
    message: Message
    row: KeptRow
    at: float
    """On the clock of `time.perf_counter`."""


class Inbox:
    """Keeps messages for a worker, in this process or another. Connects at the first message."""

    def __init__(self, settings: InboxSettings, *, kept: Callable[[], None] = lambda: None) -> None:
        """`kept` is called after each commit: give it the `wake` of a Worker in the same process."""
        check_runtime(settings)
        self._settings = settings
        self._kept = kept
        self._codec, self._serializer = Codec(), SealedJson(settings.secret_keys)
        # For looking only; what keeps has a thread and a connection of its own.
        self._engine = open_engine(
            settings, connections=1, patience=settings.keep_seconds * 0.75, synchronous="FULL"
        )
        self._table = table_of(settings, "workflow_status")
        # Not the loop's own pool: DBOS replaces that one and shuts it down.
        self._looks = ThreadPoolExecutor(1, thread_name_prefix="inbox-look")
        self._commits = open_commits(settings)
        self._quick = open_quick_commits(settings)
        self._batches = Batches(
            partial(_keep, self._commits),
            patience=settings.keep_seconds,
            at_once=partial(_keep, self._quick) if self._quick is not None else None,
            then=self._tell,
            name="inbox-keep",
        )

    async def receive(self, message: Message) -> None:
        """Keep a message durably, once by its id; returns after the commit.

        Raises NotKept when the store failed or took longer than `keep_seconds`. The message may have
        been kept all the same: the platform sends it again, and the second time changes nothing.
        """
        began = time.perf_counter()
        try:
            # Packed and sealed here: in the thread that commits it would take Python from whoever reads.
            await self._batches.put(_Arrived(message, self._row(message), began))
        except Exception as error:
            reason = type(error).__name__
            structlog.get_logger().error("message_not_kept", reason=reason, message=message.id)
            raise NotKept(reason) from error

    async def ready(self, *, seconds: float | None = None) -> bool:
        """Whether a message could be kept now: the store answers and has our tables.

        It has as long for it as keeping a message has, or `seconds`.
        """
        try:
            async with asyncio.timeout(seconds or self._settings.keep_seconds):
                await asyncio.get_running_loop().run_in_executor(self._looks, self._look)
        except Exception as error:
            structlog.get_logger().warning("inbox_not_ready", reason=type(error).__name__)
            return False
        return True

    async def waiting(self) -> Waiting:
        """How much waits, and how long already; Raises what the database raises."""
        async with asyncio.timeout(self._settings.keep_seconds):
            return await asyncio.get_running_loop().run_in_executor(self._looks, self._count)

    async def close(self) -> None:
        """Let go of the store; messages under way are kept first."""
        await self._batches.close()
        self._commits.close()
        if self._quick is not None:
            self._quick.close()
        await asyncio.to_thread(self._looks.shutdown, wait=True, cancel_futures=True)
        self._engine.dispose()

    def _row(self, message: Message) -> KeptRow:
        inputs = inputs_of(self._codec.pack_message(message), self._serializer)
        return KeptRow(message.id, message.conversation.lane, inputs, has_waited(message))

    def _tell(self, kept: Sequence[_Arrived]) -> None:
        """Log what was kept, then wake who answers. Whoever waited for it has their answer already."""
        # Bound once: a logger that is not is put together anew for every line.
        log, now = structlog.get_logger().bind(), time.perf_counter()
        for one in kept:
            log.info(
                "message_kept",
                message=one.message.id,
                platform=str(one.message.conversation.platform),
                kind=one.message.content.kind,
                seconds=round(now - one.at, 4),
            )
        self._kept()

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


def _keep(commits: Commits, arrived: Sequence[_Arrived]) -> None:
    commits.keep(one.row for one in arrived)

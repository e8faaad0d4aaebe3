"""The answering side: a worker process's lifetime around DBOS."""

import asyncio
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import sqlalchemy as sa
import structlog
from dbos import DBOS

# Not public in DBOS 3.4, whose own threads only poll, and whose public `resume_workflow` forgets how
# often a message has already ended its process. tests/inbox fails should either change.
from dbos._queue import Queue, queue_worker_thread

from bot.chat.people import Platform
from bot.delivery import Answerer, Courier
from bot.inbox.answering import Answering
from bot.inbox.basics import InboxBusy, InboxSettings, LeaseLost, check_runtime
from bot.inbox.composing import Composing, Group
from bot.inbox.doorbell import Doorbell
from bot.inbox.engine import launch, make_dbos
from bot.inbox.forgetting import Forgetting
from bot.inbox.glances import glances_for
from bot.inbox.in_line import InLine, Told, ToldHere
from bot.inbox.lease import Lease, take_lease
from bot.inbox.shortcuts import take_shortcuts
from bot.inbox.storage import (
    ANSWER,
    APOLOGISE,
    QUEUE,
    VERSION,
    Codec,
    SealedJson,
    open_engine,
    quiet_dbos,
)

_LOOK_AFTER_PEERS_EVERY = 1.0
_LOOK_FOR_POISON_EVERY = 5.0


class Worker:
    """Answers what an Inbox keeps. One per process, for DBOS has one state per process.

    Everything runs on the event loop that calls `start`, so couriers and answerer may share clients
    with the rest of the process. Stop it last: DBOS takes over the loop's thread pool meanwhile.
    """

    def __init__(
        self,
        settings: InboxSettings,
        answerer: Answerer,
        couriers: Mapping[Platform, Courier],
        *,
        group: Group = lambda message: message.conversation.lane,
        told: Told | None = None,
    ) -> None:
        """Of the messages that wait to be composed each `group` has one in turn; `told` is of all workers."""
        check_runtime(settings)
        self._settings = settings
        self._couriers = couriers
        self._told = told or ToldHere()
        codec = Codec()
        self._composing = Composing(settings, codec, answerer, group)
        self._answering = Answering(settings, codec, self._composing, answerer, couriers)
        self._running: set[asyncio.Task[object]] = set()
        self._chores: list[asyncio.Task[None]] = []
        self._engine = _engine_of(settings)
        self.forgetting = Forgetting(settings, self._engine)
        self._glances = glances_for(settings, self._engine)
        self._doorbell = Doorbell(self._glances, trusted=settings.wake)
        self._lease: Lease | None = None
        self._listener: threading.Thread | None = None
        self._lost: LeaseLost | None = None
        self._over = asyncio.Event()

    @property
    def ready(self) -> bool:
        """Whether this worker takes on messages: started, and provably alone with its executor id."""
        return self._lease is not None and not self._doorbell.is_set()

    def wake(self) -> None:
        """Look at the queue now. Callable from any thread; give it to an Inbox in the same process."""
        if self._settings.wake:
            self._doorbell.ring()

    async def start(self) -> None:
        """Take over what this executor left unfinished, and begin to answer.

        Raises InboxBusy (the executor id is in use) and InboxNotPossible (no tables yet).
        """
        quiet_dbos()
        serializer = SealedJson(self._settings.secret_keys)
        lease = await take_lease(self._settings)
        dbos = make_dbos(self._engine, serializer, lease.executor_id)
        if dbos._launched:
            # DBOS handed out the instance of another Worker, which must not be touched.
            await lease.release()
            raise InboxBusy("A worker already runs in this process. Start another process for a second one.")
        self._lease = lease
        try:
            if DBOS.executor_id != self._lease.executor_id:
                raise InboxBusy(
                    "A worker already runs in this process. Start another process for a second one."
                )
            self._register()
            launch(dbos)
            queue = await DBOS.register_queue_async(
                QUEUE,
                partition_concurrency=1,
                worker_concurrency=self._settings.worker_concurrency * 10,
                polling_interval_sec=self._settings.poll_seconds,
                on_conflict="always_update",
            )
        except BaseException:
            await self._shut_down()
            raise
        take_shortcuts(dbos._sys_db, self._settings)
        # Its limits are this process's own settings: no need to read them back at every look.
        queue.database_backed_queue = False
        self._listen(dbos, queue)
        self._chores = [
            asyncio.create_task(self._look_after(lease, dbos, queue)),
            asyncio.create_task(self.forgetting.run()),
            asyncio.create_task(InLine(self._settings, self._composing, self._couriers, self._told).watch()),
        ]

    async def wait(self) -> None:
        """Return when the worker was stopped; raises LeaseLost, on which the process should end."""
        await self._over.wait()
        if self._lost is not None:
            raise self._lost

    async def stop(self, drain_seconds: float = 8.0) -> None:
        """Take on nothing new, give what runs time to finish, and let go.

        What does not finish in time is resumed by a peer, or by the next start.
        """
        if self._lease is None:
            return
        self._doorbell.set()
        for chore in self._chores:
            chore.cancel()
        if self._chores:
            await asyncio.wait(self._chores)
        # On a thread of its own: its last look may still hand messages to this loop.
        if self._listener is not None:
            with ThreadPoolExecutor(1) as thread:
                await asyncio.get_running_loop().run_in_executor(thread, self._listener.join)
        for waiting in self._answering.left_alone:
            waiting.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=drain_seconds)
        await self._abandon()
        await self._shut_down()
        self._over.set()

    def _register(self) -> None:
        answering = self._answering

        async def answer(packed: str) -> None:
            self._follow()
            await answering.answer(packed)

        async def apologise(packed: str) -> None:
            self._follow()
            await answering.apologise(packed)

        for name, workflow in ((ANSWER, answer), (APOLOGISE, apologise)):
            DBOS.workflow(name=name, max_recovery_attempts=self._settings.most_recoveries)(workflow)

    def _follow(self) -> None:
        """Remember the task of a message, and look at the queue when it ends: its lane may have more."""
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[object]) -> None:
        self._running.discard(task)
        self.wake()

    def _listen(self, dbos: DBOS, queue: Queue) -> None:
        self._listener = threading.Thread(
            target=queue_worker_thread, args=(self._doorbell, dbos, queue), name="inbox-listener", daemon=True
        )
        self._listener.start()

    async def _look_after(self, lease: Lease, dbos: DBOS, queue: Queue) -> None:
        """Prove that we live, take over from peers that do not, now and then apologise for poison."""
        looked = -_LOOK_FOR_POISON_EVERY
        while True:
            try:
                await lease.listen(self.wake, _LOOK_AFTER_PEERS_EVERY)
                await self._take_over(lease)
                if time.monotonic() - looked >= _LOOK_FOR_POISON_EVERY:
                    looked = time.monotonic()
                    await self._give_up_on_poison()
            except LeaseLost as lost:
                await self._end_loudly(lost)
                return
            except Exception as error:
                structlog.get_logger().warning("inbox_chore_failed", reason=type(error).__name__)
                await asyncio.sleep(_LOOK_AFTER_PEERS_EVERY)
            if self._listener is None or not self._listener.is_alive():
                structlog.get_logger().error("inbox_listener_restarted", reason="thread_ended")
                self._listen(dbos, queue)

    async def _take_over(self, lease: Lease) -> None:
        dead = list(await lease.take_dead())
        if not dead:
            return
        try:
            # Only rows still marked with a dead executor's id are put back, at their old place in
            # their lane, and the count of recoveries goes on.
            resumed = await asyncio.to_thread(DBOS._recover_pending_workflows, dead)
            structlog.get_logger().warning("work_taken_over", reason="executor_gone", messages=len(resumed))
        finally:
            await lease.give_back(dead)
        self.wake()

    async def _give_up_on_poison(self) -> None:
        for row in await DBOS.list_workflows_async(
            status="MAX_RECOVERY_ATTEMPTS_EXCEEDED", name=ANSWER, load_output=False
        ):
            if row.input is not None and row.queue_partition_key is not None:
                await DBOS.enqueue_workflow_with_options_async(
                    {
                        "workflow_name": APOLOGISE,
                        "queue_name": QUEUE,
                        "workflow_id": f"{row.workflow_id}:apology",
                        "queue_partition_key": row.queue_partition_key,
                        "app_version": VERSION,
                    },
                    *row.input["args"],
                )
            # So that it is not found again.
            await DBOS.cancel_workflow_async(row.workflow_id)
            self.wake()

    async def _end_loudly(self, lost: LeaseLost) -> None:
        structlog.get_logger().critical("worker_ended", reason="lease_lost")
        self._lost = lost
        self._doorbell.set()
        # Peers resume these within a second or two; going on here would answer them twice.
        await self._abandon()
        self._over.set()

    async def _abandon(self) -> None:
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(set(self._running))

    async def _shut_down(self) -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as thread:
            await loop.run_in_executor(thread, partial(DBOS.destroy, destroy_registry=True))
        # DBOS left the loop with a pool that refuses work.
        loop.set_default_executor(ThreadPoolExecutor())
        self._glances.close()
        self._engine.dispose()
        if self._lease is not None:
            await self._lease.release()
            self._lease = None


def _engine_of(settings: InboxSettings) -> sa.Engine:
    # SQLite has one writer: threads that queue for one connection are served sooner than threads
    # that nap until the file's lock is free.
    connections = 1 if settings.on_sqlite else 20
    return open_engine(settings, connections=connections, patience=30, synchronous="NORMAL")

"""What of finished messages goes, and when: the words soon, later that there was a message at all.

Only a platform that sends it again asks for a message that was answered, and for that its id is enough. The
words of one that failed stay, so that it can be tried again (`bot.inbox.failing`).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import structlog
from dbos import DBOS

from bot.inbox.basics import InboxSettings
from bot.inbox.storage import table_of

_ERASE_EVERY = 15.0
_ERASE_BATCH = 100
"""In one transaction, and then a pause: what arrives meanwhile wants the database too."""
_ERASE_PAUSE = 0.05
_PRUNE_EVERY = 3600.0
_PRUNE_BATCH = 500
_FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


class Forgetting:
    """Forgets for one worker; several may at once. `engine` is the worker's own."""

    def __init__(self, settings: InboxSettings, engine: sa.Engine) -> None:
        self._settings = settings
        self._engine = engine
        statuses, inputs, outputs, steps = (
            table_of(settings, name)
            for name in ("workflow_status", "workflow_input", "workflow_output", "operation_outputs")
        )
        # From what has words still: nothing else is looked through, however many were answered. SQLite
        # begins where a CROSS JOIN does.
        self._answered = sa.text(
            f"SELECT kept.workflow_uuid FROM {inputs} AS kept CROSS JOIN {statuses} AS done "  # noqa: S608
            "WHERE done.workflow_uuid = kept.workflow_uuid "
            "AND kept.retention_timestamp < :before AND done.completed_at < :before "
            "AND done.status = 'SUCCESS' LIMIT :most"
            # Two workers that erase the same in another order would wait for each other.
            + ("" if settings.on_sqlite else " FOR UPDATE OF kept SKIP LOCKED")
        )
        self._erasing = [
            sa.text(f"DELETE FROM {table} WHERE workflow_uuid IN :ids").bindparams(  # noqa: S608
                sa.bindparam("ids", expanding=True)
            )
            for table in (steps, outputs, inputs)
        ]

    async def run(self) -> None:
        """Erase words every few seconds and forget messages every hour, for as long as the worker lives."""
        await asyncio.gather(_every(_ERASE_EVERY, self._erase), _every(_PRUNE_EVERY, self._prune))

    async def words(self, older_than: timedelta) -> int:
        """Erase what was said in messages that came and were answered longer ago than this; how many."""
        before = int((time.time() - older_than.total_seconds()) * 1000)
        erased = 0
        while some := await asyncio.to_thread(self._erase_some, before):
            erased += some
            await asyncio.sleep(_ERASE_PAUSE)
        return erased

    async def messages(self, older_than: timedelta) -> int:
        """Forget messages that were finished longer ago than this; returns how many.

        A message redelivered after that would be answered anew.
        """
        before = (datetime.now(UTC) - older_than).isoformat()
        forgotten = 0
        while True:
            old = await DBOS.list_workflows_async(
                status=_FINISHED,
                completed_before=before,
                limit=_PRUNE_BATCH,
                load_input=False,
                load_output=False,
            )
            if not old:
                return forgotten
            await DBOS.delete_workflows_async([row.workflow_id for row in old])
            forgotten += len(old)

    async def _erase(self) -> None:
        await self.words(timedelta(seconds=self._settings.words_seconds))

    async def _prune(self) -> None:
        forgotten = await self.messages(timedelta(days=self._settings.keep_days))
        structlog.get_logger().info("old_messages_forgotten", reason="schedule", messages=forgotten)

    def _erase_some(self, before: int) -> int:
        with self._engine.begin() as connection:
            ids = connection.execute(self._answered, {"before": before, "most": _ERASE_BATCH}).scalars().all()
            if ids:
                for statement in self._erasing:
                    connection.execute(statement, {"ids": ids})
        return len(ids)


async def _every(seconds: float, chore: Callable[[], Awaitable[None]]) -> None:
    """Do it now and again and again; what fails is tried again then."""
    while True:
        try:
            await chore()
        except Exception as error:
            structlog.get_logger().warning("inbox_chore_failed", reason=type(error).__name__)
        await asyncio.sleep(seconds)

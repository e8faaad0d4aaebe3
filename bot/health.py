"""What `/readyz` looks at in each process: database, schema, queue, the worker, the ERPs' breakers."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from bot.inbox import Inbox, Worker
from bot.seeing.health import OK, Finding, Look
from bot.store import Store

QUEUE_OLD_SECONDS = 60.0
"""A message that is due and waits longer than this has somebody wait."""


def looks_of(
    store: Store,
    inbox: Inbox,
    *,
    worker: Worker | None = None,
    erps: Mapping[str, Callable[[], bool]] | None = None,
) -> Mapping[str, Look]:
    """Everything worth looking at in a process that has these parts."""
    looks: dict[str, Look] = {
        "database": partial(_inbox, inbox),
        "migrations": partial(_migrations, store),
        "queue": partial(_queue, inbox),
    }
    if worker is not None:
        looks["worker"] = partial(_worker, worker)
    for name, available in (erps or {}).items():
        looks[f"erp_{name}"] = partial(_erp, available)
    return looks


def newest_revision() -> str:
    """The schema this code was made for, by its files: Alembic takes 0.2 s to say the same."""
    versions = Path(__file__).parent / "migrations" / "versions"
    return max(file.name.partition("_")[0] for file in versions.glob("[0-9]*_*.py"))


async def _inbox(inbox: Inbox) -> Finding:
    return OK if await inbox.ready() else Finding("failed", {"reason": "inbox_does_not_answer"})


async def _migrations(store: Store) -> Finding:
    wanted = newest_revision()
    async with store.reading() as session:
        rows = (await session.exec(sa.text("SELECT version_num FROM alembic_version"))).all()  # type: ignore[call-overload]
    there = max((str(row[0]) for row in rows), default="")
    # A newer schema is that of a release on its way in, and is made so that this one goes on with it.
    if there < wanted:
        return Finding("failed", {"reason": "run_orderbot_migrate", "is": there, "needs": wanted})
    return Finding("ok", {"is": there})


async def _queue(inbox: Inbox) -> Finding:
    waiting = await inbox.waiting()
    state = "degraded" if waiting.oldest_seconds > QUEUE_OLD_SECONDS else "ok"
    return Finding(state, {"waiting": waiting.count, "oldest_seconds": round(waiting.oldest_seconds, 1)})


async def _worker(worker: Worker) -> Finding:
    return OK if worker.ready else Finding("failed", {"reason": "not_answering"})


async def _erp(available: Callable[[], bool]) -> Finding:
    # Questions for it wait, or are answered from memory: the process does its work.
    return OK if available() else Finding("degraded", {"reason": "does_not_answer"})

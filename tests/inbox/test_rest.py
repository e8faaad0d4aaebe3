"""A worker that has nothing to do asks the database next to nothing."""

import asyncio

import psycopg

from bot.inbox import InboxSettings
from tests.inbox.people import Desk, Post, open_inbox

SECONDS = 6
A_SECOND = 9
"""Six are asked in the first minute: peers that died, DBOS's queues and schedules, living connections."""


async def test_a_worker_at_rest_asks_the_database_a_few_times_a_second(on_postgres: InboxSettings) -> None:
    """With DBOS's pollers for what nobody uses it would be fourteen. A busy machine asks less, never more."""
    async with open_inbox(on_postgres, Desk(), Post()):
        await asyncio.sleep(3)
        before = await asyncio.to_thread(_transactions, on_postgres)
        await asyncio.sleep(SECONDS)
        asked = await asyncio.to_thread(_transactions, on_postgres) - before
    assert asked / SECONDS < A_SECOND


def _transactions(settings: InboxSettings) -> int:
    with psycopg.connect(settings.database_url, autocommit=True) as server:
        row = server.execute(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    return int(row[0])

"""`python -m bench.access`: what deciding access costs with 100,000 links, beside one bare SELECT."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

from cryptography.fernet import Fernet
from sqlalchemy import text

from bot.chat.people import ChatUser, Platform
from bot.keys import Keys
from bot.linking import CompanyRow, Linking, Reach, Role, VerifiedBy
from bot.linking.tables import Link
from bot.migrations import migrate
from bot.store import Store, add, utc_now
from tests.support.postgres import fresh_database, running_postgres

LINKS = 100_000
COMPANIES = 5_000
ASKED = 2_000


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-access-") as folder, _postgresql() as postgresql:
        print(f"{LINKS:,} links of {COMPANIES:,} companies, {ASKED:,} look-ups, milliseconds")
        for name, url in (("SQLite", f"sqlite:///{Path(folder) / 'bench.db'}"), ("PostgreSQL", postgresql)):
            migrate(url)
            asyncio.run(_measure(name, url))


async def _measure(name: str, url: str) -> None:
    store, keys = Store(url), Keys([Fernet.generate_key().decode()])
    linking = Linking(store, keys, ())
    try:
        await _fill(linking, store)
        people = [_person(number) for number in Random(1).sample(range(LINKS), ASKED)]  # noqa: S311
        bare = await _timed(people, lambda _: _bare_select(store))
        known = await _timed(people, linking.access)
        strangers = await _timed(
            [ChatUser(Platform.TELEGRAM, f"9{number}") for number in range(ASKED)], linking.access
        )
    finally:
        await store.aclose()
    for what, times in (("bare SELECT", bare), ("linked person", known), ("stranger", strangers)):
        print(f"  {name:11} {what:14} p50 {_at(times, 50):6.2f}  p99 {_at(times, 99):6.2f}")
    print(f"  {name:11} ratio to the bare SELECT at p50: {_at(known, 50) / _at(bare, 50):.1f}")


async def _fill(linking: Linking, store: Store) -> None:
    await linking.import_companies(
        CompanyRow(erp="erp", erp_key=str(number), name=f"Company {number}") for number in range(COMPANIES)
    )
    now = utc_now()
    for start in range(0, LINKS, 5_000):
        rows = [
            {
                "platform": _person(number).platform.value,
                "workspace": _person(number).workspace,
                "user_id": _person(number).user_id,
                "company_id": number % COMPANIES + 1,
                "verified_by": VerifiedBy.EMAIL_CODE.value,
                "role": Role.BUYER.value,
                "reach": Reach.COMPANY.value,
                "verified_at": now,
                "reverify_by": now + timedelta(days=90),
            }
            for number in range(start, start + 5_000)
        ]
        async with store.writing() as session:
            await add(session, Link, rows)
    async with store.writing() as session:
        await session.exec(text("ANALYZE"))  # type: ignore[call-overload]


async def _bare_select(store: Store) -> None:
    async with store.reading() as session:
        await session.exec(text("SELECT 1"))  # type: ignore[call-overload]


async def _timed(people: list[ChatUser], ask: Callable[[ChatUser], Awaitable[object]]) -> list[float]:
    times = []
    for person in people:
        before = time.perf_counter()
        await ask(person)
        times.append((time.perf_counter() - before) * 1000)
    return times


def _person(number: int) -> ChatUser:
    if number % 2:
        return ChatUser(Platform.TELEGRAM, str(700_000 + number))
    return ChatUser(Platform.SLACK, f"U{number:08}", f"T{number % 500:06}")


def _at(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1]


@contextmanager
def _postgresql() -> Iterator[str]:
    with running_postgres() as server:
        yield fresh_database(server)


if __name__ == "__main__":
    main()

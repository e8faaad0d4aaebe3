"""`python -m bench.near [sizes]`: finding mistyped order numbers, beside rapidfuzz over all of them.

10,000 seeded mistypings over 10,000, 100,000 and 1,000,000 orders of one company, which has every fourth
number of its supplier's: so one mistyping in a few is another real order, and nobody can tell.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from cryptography.fernet import Fernet
from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import text

from bench.filled import fill
from bench.mistypings import MISTAKES, SPELLING, mistyped, written
from bench.packed import Packed
from bot.keys import Keys
from bot.migrations import migrate
from bot.numbers.index import Numbers
from bot.numbers.values import Known, Near
from bot.orders import Reference
from bot.store import Store
from tests.erp.builders import scope_of
from tests.support.postgres import fresh_database, running_postgres

SIZES = (10_000, 100_000, 1_000_000)
ASKED = 10_000
IN_DATABASES = 2_000
BY_RAPIDFUZZ = {10_000: 10_000, 100_000: 2_000, 1_000_000: 400}
"""How many of them rapidfuzz is asked: it takes a hundred milliseconds each where there are a million."""
ROUNDS = 3
"""Each question is asked so many times; its best time counts too, for a machine that others use."""
NOW = datetime(2026, 11, 26, tzinfo=UTC)
WRONG = "WRONG"
ENDS = ("answered", "offered", "missed", "another", WRONG)
"""`another`: what was typed is itself the number of another order. WRONG: any other answer."""

LookUp = Callable[[Reference], Awaitable[Near]]


@dataclass(frozen=True)
class Mistyping:
    kind: str
    meant: str
    typed: str


@dataclass
class Score:
    """How questions ended, and how long they took, in milliseconds."""

    ends: list[tuple[str, str]] = field(default_factory=list)
    """Kind of mistake, and how it ended."""
    first: list[float] = field(default_factory=list)
    best: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    """Time of this process's own on a processor: what others on the machine do is not in it."""

    def note(self, kind: str, end: str, times: Sequence[float], worked: Sequence[float]) -> None:
        self.ends.append((kind, end))
        self.first.append(times[0])
        self.best.append(min(times))
        self.worked.append(statistics.median(worked))

    def share(self, kind: str, *ends: str) -> str:
        """Percent of the questions of a kind that ended so."""
        own = Counter(end for one, end in self.ends if one == kind)
        return f"{100 * sum(own[end] for end in ends) / max(1, own.total()):.1f}"

    def found(self, kind: str) -> str:
        """Percent answered or offered of those that could be: that are not another order's number."""
        own = Counter(end for one, end in self.ends if one == kind and end != "another")
        return f"{100 * (own['answered'] + own['offered']) / max(1, own.total()):.1f}"

    def times(self) -> str:
        return "   ".join(
            f"{name}: p50 {_at(times, 50):6.2f} p99 {_at(times, 99):6.2f}"
            for name, times in (
                ("first", self.first),
                (f"best of {ROUNDS}", self.best),
                ("processor", self.worked),
            )
        )


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    with tempfile.TemporaryDirectory(prefix="bench-near-") as folder, running_postgres() as server:
        for size in sizes:
            sqlite = f"sqlite:///{Path(folder) / f'{size}.db'}"
            asyncio.run(_measure(size, {"SQLite": sqlite, "PostgreSQL": fresh_database(server)}))


async def _measure(size: int, databases: Mapping[str, str]) -> None:
    random = Random(size)  # noqa: S311
    orders = orders_of(random, size)
    asked = mistypings(random, orders)
    packed = Packed(orders, NOW)
    print(f"\n{size:,} orders; in memory {packed.size / size:.0f} bytes an order; milliseconds")

    async def in_memory(reference: Reference) -> Near:
        return packed.look_up(reference)

    memory = await score_of(asked, in_memory)
    plain = _score_rapidfuzz(asked[: BY_RAPIDFUZZ.get(size, ASKED)], orders)
    print(f"  {'% of mistypings':26}{''.join(f'{end:>10}' for end in ENDS)}{'found':>10}{'rapidfuzz':>12}")
    for kind in (*MISTAKES, SPELLING):
        shares = "".join(f"{memory.share(kind, end):>10}" for end in ENDS)
        print(f"  {kind:26}{shares}{memory.found(kind):>10}{plain.found(kind):>12}")
    print(f"  {'rapidfuzz':12}{plain.times()}   ({len(plain.ends):,} asked)")
    print(f"  {'memory':12}{memory.times()}   ({len(memory.ends):,} asked; {_load()})")
    await _measure_stored(databases, orders, asked[:IN_DATABASES], memory)


async def _measure_stored(
    databases: Mapping[str, str], orders: Sequence[Known], asked: Sequence[Mistyping], memory: Score
) -> None:
    keys = Keys([Fernet.generate_key().decode()])
    for url in databases.values():
        migrate(url)
    stores = {name: Store(url) for name, url in databases.items()}
    try:
        began = time.perf_counter()
        await fill(list(stores.values()), keys, orders, NOW)
        sizes = [f"{name} {await _size(store) / len(orders):.0f}" for name, store in stores.items()]
        print(f"  filled in {time.perf_counter() - began:.0f} s; bytes an order: {', '.join(sizes)}")
        await ask_stored(stores, keys, asked, memory)
    finally:
        for store in stores.values():
            await store.aclose()


async def ask_stored(
    stores: Mapping[str, Store], keys: Keys, asked: Sequence[Mistyping], memory: Score
) -> None:
    """Ask filled stores, and print how long it takes them to find what memory finds."""
    for name, store in stores.items():
        index = Numbers(store, keys, clock=lambda: NOW)
        score = await score_of(asked, partial(index.look_up, scope_of("55")))
        assert score.ends == memory.ends[: len(asked)], "a database must find what memory finds"
        print(f"  {name:12}{score.times()}   ({len(asked):,} asked; {_load()})")


def _load() -> str:
    """How many others want a processor, over the last minute."""
    return f"load {os.getloadavg()[0]:.0f}"


def orders_of(random: Random, size: int) -> list[Known]:
    """Every fourth number of the supplier's, evenly over the last thousand days; the newest are open."""
    step = timedelta(days=1000) / size
    return [
        Known(
            erp="erp",
            company_key="55",
            order_number=written(number),
            placed_on=NOW - step * (size - place),
            is_open=place > size * 0.95,
        )
        for place, number in enumerate(sorted(random.sample(range(1, 4 * size), size)))
    ]


def mistypings(random: Random, orders: Sequence[Known]) -> list[Mistyping]:
    """So many of each kind, in no order."""
    kinds = (*MISTAKES, SPELLING)
    found: list[Mistyping] = []
    while len(found) < ASKED:
        kind, meant = kinds[len(found) % len(kinds)], random.choice(orders).order_number
        wrong = mistyped(random, kind, meant)
        if wrong is not None:
            found.append(Mistyping(kind, meant, wrong))
    random.shuffle(found)
    return found


async def score_of(asked: Sequence[Mistyping], look_up: LookUp) -> Score:
    score = Score()
    for one in asked:
        times, worked = [], []
        for _ in range(ROUNDS):
            before, idle = time.perf_counter(), time.process_time()
            near = await look_up(Reference(one.typed))
            times.append((time.perf_counter() - before) * 1000)
            worked.append((time.process_time() - idle) * 1000)
        score.note(one.kind, _end(one, near), times, worked)
    assert all(end != WRONG for _, end in score.ends)
    return score


def _end(one: Mistyping, near: Near) -> str:
    answered = [known.order_number for known in near.same]
    if one.meant in answered:
        return "answered"
    if answered:
        return "another" if answered == [_plain(one.typed)] else WRONG
    return "offered" if one.meant in (known.order_number for known in near.nearest) else "missed"


def _score_rapidfuzz(asked: Sequence[Mistyping], orders: Sequence[Known]) -> Score:
    """The five nearest of all numbers, as typed but for case; the newest first where equally near.

    A mistyping that is itself another order's number is counted apart, as above: nobody could know.
    """
    numbers = [known.order_number for known in reversed(orders)]
    score = Score()
    for one in asked:
        before, idle = time.perf_counter(), time.process_time()
        best = process.extract(one.typed.upper(), numbers, scorer=OSA.distance, limit=5)
        taken = [(time.perf_counter() - before) * 1000]
        worked = [(time.process_time() - idle) * 1000]
        numbered = [found[0] for found in best]
        plain = _plain(one.typed)
        another = plain is not None and plain != one.meant and plain in numbered
        score.note(
            one.kind,
            "another" if another else "offered" if one.meant in numbered else "missed",
            taken,
            worked,
        )
    return score


def _plain(number: str) -> str | None:
    """What was typed, as the ERP would write it: by plain arithmetic, None where it is not digits."""
    digits = unicodedata.normalize("NFKC", number).upper().removeprefix("SO").lstrip("-#/ ")
    return written(int(digits)) if digits.isdigit() else None


async def _size(store: Store) -> int:
    """Bytes of the tables, indexes included."""
    if store.engine.dialect.name == "postgresql":
        sql = "SELECT pg_total_relation_size('number_marks') + pg_total_relation_size('numbered_orders')"
    else:
        sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    async with store.reading() as session:
        return int((await session.exec(text(sql))).one()[0])  # type: ignore[call-overload]


def _at(times: Sequence[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1]


if __name__ == "__main__":
    main()

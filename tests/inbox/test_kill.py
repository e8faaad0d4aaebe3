"""`kill -9` at random moments: nothing is lost, and only what was under way can come twice."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.inbox import Inbox, InboxSettings
from tests.inbox.nursery import ERRAND, LANES, PARTS, laned
from tests.inbox.people import until

pytestmark = [pytest.mark.kill, pytest.mark.timeout(180)]

KILLS = 50
ACTS = (*PARTS, ERRAND)


@pytest.mark.parametrize("engine", ["on_sqlite", "on_postgres"])
async def test_fifty_kills_lose_no_message_and_repeat_only_what_was_under_way(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings: InboxSettings = request.getfixturevalue(engine)
    chance = random.Random(20261123)  # noqa: S311
    begun = time.monotonic()
    with nursery(settings, tmp_path / "journal", answer_seconds=0.08, send_seconds=0.03) as hatch:
        for number in range(KILLS):
            child = hatch.start("one", number)
            await until(lambda number=number: ("kept", laned(number).id) in hatch.events())  # type: ignore[misc]
            await asyncio.sleep(chance.uniform(0, 0.3))
            await hatch.kill(child)
        # The platform sends every event again, as it does when an answer was lost on the way.
        hatch.start("one", *range(KILLS + LANES))
        last_words = {(laned(number).id, ERRAND) for number in range(KILLS + LANES)}
        await until(lambda: last_words <= hatch.sent().keys(), seconds=60)
        entries = hatch.entries()
    seconds = time.monotonic() - begun

    sends = Counter((entry.identity, entry.detail) for entry in entries if entry.event == "sent")
    assert sends.keys() == {(laned(number).id, act) for number in range(KILLS + LANES) for act in ACTS}
    repeated = {send: count for send, count in sends.items() if count > 1}
    composed = Counter(entry.identity for entry in entries if entry.event == "composing")
    with capsys.disabled():
        print(
            f"\n{engine}: {KILLS} kills in {seconds:.0f} s, {KILLS + LANES} messages, 0 lost, "
            f"{sum(sends.values())} sends and errands, {sum(repeated.values()) - len(repeated)} repeated "
            f"after a kill, {sum(composed.values()) - len(composed)} composed again"
        )
    assert_only_what_was_under_way_came_twice(entries)
    assert_lanes_in_order(entries, LANES)


async def test_the_work_of_a_worker_that_stays_dead_is_taken_over(
    on_postgres: InboxSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lanes, each = 12, 6
    web = Inbox(on_postgres)
    with nursery(on_postgres, tmp_path / "journal", answer_seconds=0.4, send_seconds=0.02) as hatch:
        doomed, survivor = hatch.start("doomed"), hatch.start("survivor")
        await until(lambda: hatch.count("up") == 2)
        # Else it may take everything before the other has begun.
        os.kill(survivor, signal.SIGSTOP)
        for number in range(lanes * each):
            await web.receive(laned(number, lanes))
        await until(lambda: bool(hatch.under_way(doomed)))
        killed = time.monotonic()
        await hatch.kill(doomed)
        os.kill(survivor, signal.SIGCONT)
        orphans = hatch.under_way(doomed)
        await until(lambda: orphans <= hatch.touched_by(survivor))
        taken_over = time.monotonic() - killed
        last_words = {(laned(number, lanes).id, ERRAND) for number in range(lanes * each)}
        await until(lambda: last_words <= hatch.sent().keys(), seconds=60)
        entries = hatch.entries()
    await web.close()

    assert orphans
    assert_only_what_was_under_way_came_twice(entries)
    assert_lanes_in_order(entries, lanes)
    sends = Counter((entry.identity, entry.detail) for entry in entries if entry.event == "sent")
    with capsys.disabled():
        print(
            f"\npostgresql: {len(orphans)} messages under way in the killed worker, all taken over after "
            f"{taken_over:.2f} s; {sum(sends.values()) - len(sends)} sends repeated"
        )


@dataclass(frozen=True)
class Entry:
    pid: int
    event: str
    identity: str
    detail: str


@dataclass(frozen=True)
class Nursery:
    """The processes of one test, and the journal they write."""

    process: subprocess.Popen[str]
    journal: Path

    def start(self, executor: str, *numbers: int) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(" ".join((executor, *map(str, numbers))) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    async def kill(self, child: int) -> None:
        """`kill -9`, and wait until the system has cleared the process away."""
        os.kill(child, signal.SIGKILL)
        await until(lambda: child not in self.alive())

    def alive(self) -> set[int]:
        pid = self.process.pid
        return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}

    def entries(self) -> list[Entry]:
        if not self.journal.exists():
            return []
        lines = (line.split() for line in self.journal.read_text().splitlines())
        return [Entry(int(pid), event, identity, detail) for pid, event, identity, detail in lines]

    def events(self) -> set[tuple[str, str]]:
        return {(entry.event, entry.identity) for entry in self.entries()}

    def count(self, event: str) -> int:
        return sum(1 for entry in self.entries() if entry.event == event)

    def sent(self) -> dict[tuple[str, str], int]:
        return Counter((entry.identity, entry.detail) for entry in self.entries() if entry.event == "sent")

    def touched_by(self, pid: int) -> set[str]:
        return {entry.identity for entry in self.entries() if entry.pid == pid}

    def under_way(self, pid: int) -> set[str]:
        finished = {entry.identity for entry in self.entries() if entry.detail == ERRAND}
        return {e.identity for e in self.entries() if e.pid == pid and e.event == "composing"} - finished


@contextmanager
def nursery(
    settings: InboxSettings, journal: Path, *, answer_seconds: float, send_seconds: float
) -> Iterator[Nursery]:
    command = [sys.executable, "-m", "tests.inbox.nursery", str(journal), settings.database_url]
    process = subprocess.Popen(
        [*command, str(answer_seconds), str(send_seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    hatch = Nursery(process, journal)
    try:
        yield hatch
    finally:
        for child in hatch.alive():
            os.kill(child, signal.SIGKILL)
        process.kill()
        process.communicate()


def assert_only_what_was_under_way_came_twice(entries: list[Entry]) -> None:
    """A send comes again only in another process, and never once the next act had begun."""
    acts: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.event == "sent":
            acts[entry.identity].append(entry)
    for sent in acts.values():
        steps = [ACTS.index(entry.detail) for entry in sent]
        assert steps == sorted(steps)
        assert len({(entry.pid, entry.detail) for entry in sent}) == len(sent)


def assert_lanes_in_order(entries: list[Entry], lanes: int) -> None:
    """No message of a lane begins before the one before it is through."""
    progress: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.event in {"composing", "sent"}:
            lane = f"{int(entry.identity[9:19]) % lanes}"
            if not progress[lane] or progress[lane][-1] != entry.identity:
                progress[lane].append(entry.identity)
    for identities in progress.values():
        assert identities == sorted(set(identities))

"""An ERP that fails in every way behind a real proxy: what people read then, how soon, and what comes later.

The rows of docs/erp/faults.md are what these tests saw; they fail when the page says something else.
"""

import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.demo.events import ANA
from bot.demo.run import Scene, setting
from tests.erp.kit import faults
from tests.erp.kit.proxy import Fault, Proxy, proxying
from tests.support.certificates import self_signed
from tests.whole.conftest import Overheard, eventually, settled
from tests.whole.test_kill import a_bot, numbers_of_northwind
from tests.whole.test_large_file import forget_peak, peak

pytestmark = pytest.mark.timeout(600)

DEADLINE_SECONDS = 2.0
MARGIN_SECONDS = 8.0
MOST_GROWTH = 150 * 1024 * 1024
"""A reply whose length nobody told is cut at 8 MB, and a number is looked for in several calls at once."""
LITTLE_GROWTH = 20 * 1024 * 1024
PAGE = Path(__file__).parents[2] / "docs" / "erp" / "faults.md"
Break = Callable[[Proxy], Awaitable[None]]


@dataclass(frozen=True)
class Row:
    """What one fault looked like from outside."""

    fault: str
    read: str
    seconds: float
    reason: str
    later: str

    def written(self) -> str:
        return f"| {self.fault} | {self.read} | {self.seconds:.1f} s | {self.reason} | {self.later} |"


def fails(fault: Fault, spared: int = 0) -> Break:
    async def broken(proxy: Proxy) -> None:
        proxy.fail(fault, spared=spared)

    return broken


PLAIN: dict[str, Break] = {
    "refused": Proxy.refuse,
    "reset in the middle of the body": fails(faults.reset_midway()),
    "30 s without a byte": fails(faults.stall(30)),
    "a byte at a time": fails(faults.drip(30)),
    "500": fails(faults.status(500)),
    "429, `Retry-After: 3`": fails(faults.status(429, headers="Retry-After: 3\r\n")),
    "429 without `Retry-After`": fails(faults.status(429)),
    "a web page instead of JSON": fails(faults.page()),
    "JSON cut short": fails(faults.cut_json()),
    "the connection closed in the middle of the body": fails(faults.truncated()),
    "200 MB": fails(faults.endless(200)),
    "another content type": fails(
        faults.status(200, body=f"%PDF-1.7 {faults.SECRET}", media_type="application/pdf")
    ),
    "token refused from the second call on": fails(faults.status(401), spared=1),
}


@dataclass
class Broken:
    """A bot whose ERP is behind a proxy."""

    scene: Scene
    proxy: Proxy
    overheard: Overheard
    pid: int
    numbers: Iterator[str]
    """Orders nobody has asked about yet: of these the bot knows nothing to answer from."""

    def answers(self) -> list[dict[str, Any]]:
        """What the bot said to Ana in Slack."""
        seen = self.scene.stage.slack.sees(ANA.id, ANA.slack_dm)
        return [message for message in seen if message.get("user") != ANA.slack_user]

    async def ask(self, text: str) -> tuple[str, float]:
        """What is read first, and after how many seconds."""
        before, begun = len(self.answers()), time.monotonic()
        assert await self.scene.stage.slack.say(ANA.id, ANA.slack_dm, text) == 200
        await eventually(lambda: len(self.answers()) > before)
        return str(self.answers()[before]["text"]), time.monotonic() - begun

    async def goes_through(self, fault: str, breaks: Break, mends: Break) -> Row:
        """Break the ERP, ask, mend it, and see what comes by itself."""
        log, heard, said = self.log(), len(self.overheard.requests), len(self.answers())
        orders = [next(self.numbers), next(self.numbers)]
        questions = [f"where is {number}?" for number in orders]
        forget_peak(self.pid)
        before = peak(self.pid)
        await breaks(self.proxy)
        asked = [await self.ask(text) for text in questions]
        growth = peak(self.pid) - before
        told = len(await settled(self.answers))
        await mends(self.proxy)
        read = [_timeless(text) for text, _ in asked]
        kept = "I keep your question" in read[0]
        if kept:
            await eventually(lambda: len(self.answers()) >= told + len(questions))
        later = [str(message["text"]) for message in (await settled(self.answers))[told:]]
        entries = [json.loads(line) for line in self.log()[len(log) :].splitlines() if line.startswith("{")]
        reasons = [entry["reason"] for entry in entries if entry["event"] == "erp_failed"]

        assert max(seconds for _, seconds in asked) < DEADLINE_SECONDS + MARGIN_SECONDS
        print(f"{fault}: {growth / 1024 / 1024:.1f} MB more at the peak, {len(self.proxy.recorded)} calls")
        assert growth < LITTLE_GROWTH, f"{growth / 1024 / 1024:.0f} MB"
        sent = b"".join(self.overheard.requests[heard:])
        assert b"hunter2" not in sent
        assert "hunter2" not in self.log()
        assert set(read) == {read[0]}
        if kept:
            assert [text.partition("“")[2].partition("”")[0] for text in later] == questions
            assert all(f"Order {number}" in text for number, text in zip(orders, later, strict=True))
        else:
            assert later == []
            again, _ = await self.ask(questions[0])
            assert f"Order {orders[0]}" in again
            asked.append((again, 0.0))
        assert said + len(asked) + len(later) == len(self.answers())
        return Row(
            fault=fault,
            read=read[0],
            seconds=max(seconds for _, seconds in asked),
            # Of the first question: asked again too soon, an ERP that wants to wait is not asked at all.
            reason=f"`{reasons[0]}`",
            later="both answered, in order" if kept else "nothing; asked again, it is answered",
        )

    def log(self) -> str:
        return (self.scene.place / "bot.log").read_text()


def _timeless(text: str) -> str:
    """A sentence without the time in it, on one line."""
    return re.sub(r"until [^.]*?\d+:\d\d\W[AP]M", "until 4:40 PM", " ".join(text.split()))


@asynccontextmanager
async def broken(folder: Path, proxy_of: Callable[[str], Any], **more: str) -> AsyncIterator[Broken]:
    overheard = Overheard()
    async with (
        setting(port=0, folder=folder, tell=print, around=overheard.around) as scene,
        proxy_of(scene.stage.supplier_url) as proxy,
    ):
        environment = {
            **scene.environment,
            "ORDERBOT_ERP_URL": proxy.url,
            "ORDERBOT_ERP_TIMEOUT_SECONDS": str(DEADLINE_SECONDS),
            "ORDERBOT_ERP_CACHE_SECONDS": "0",
            **more,
        }
        async with a_bot("serve", replace(scene, environment=environment)) as process:
            assert process.pid is not None
            numbers = iter(numbers_of_northwind(scene, 100))
            behind = Broken(scene, proxy, overheard, process.pid, numbers)
            # The first answer loads what any answer needs.
            await behind.ask(f"where is {next(numbers)}?")
            yield behind


@pytest.fixture(scope="module")
async def plainly(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broken]:
    async with broken(tmp_path_factory.mktemp("faults"), proxying) as behind:
        yield behind


async def _mended(proxy: Proxy) -> None:
    proxy.fail(None)
    if proxy.door is None:
        await proxy.listen()


@pytest.mark.parametrize("fault", PLAIN)
async def test_a_fault_is_told_in_time_and_what_can_wait_is_answered_later(
    plainly: Broken, fault: str
) -> None:
    row = await plainly.goes_through(fault, PLAIN[fault], _mended)
    assert plainly.scene.stage.slack.violations == []
    as_documented(row)


async def test_a_reply_of_untold_length_is_cut_off_before_it_fills_the_memory(plainly: Broken) -> None:
    forget_peak(plainly.pid)
    before = peak(plainly.pid)
    await fails(faults.endless(200, told=False))(plainly.proxy)
    read, seconds = await plainly.ask(f"where is {next(plainly.numbers)}?")
    growth = peak(plainly.pid) - before
    await _mended(plainly.proxy)
    print(f"{growth / 1024 / 1024:.0f} MB more at the peak, {seconds:.1f} s")
    assert growth < MOST_GROWTH
    # Either the cap or the deadline comes first.
    assert "something I cannot read" in read or "does not answer right now" in read


async def test_tls_faults_are_told_and_outlived_like_any_other(tmp_path: Path) -> None:
    trusted, right = self_signed(tmp_path, "right")
    _, wrong = self_signed(tmp_path, "wrong")

    async def mended(proxy: Proxy) -> None:
        await proxy.listen(right)

    async def of_another(proxy: Proxy) -> None:
        await proxy.listen(wrong)

    async with broken(
        tmp_path, lambda url: proxying(url, right), ORDERBOT_ERP_CA_FILE=str(trusted)
    ) as behind:
        as_documented(await behind.goes_through("TLS: another certificate", of_another, mended))
        as_documented(await behind.goes_through("TLS: plain text on its port", Proxy.listen, mended))


def as_documented(row: Row) -> None:
    """The page has this row, its seconds aside."""
    print(row.written())
    seconds = re.compile(r"\| [\d.]+ s \|")
    known = [seconds.sub("||", line) for line in PAGE.read_text("utf-8").splitlines()]
    assert seconds.sub("||", row.written()) in known

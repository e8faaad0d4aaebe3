"""Many watches and a real bot that is killed at random moments: `bench.watching`, made small."""

from pathlib import Path

import pytest

from bench.watching import Plan, trial
from tests.whole.nursery import killable_bot

pytestmark = [pytest.mark.kill, pytest.mark.timeout(420)]


async def test_two_hundred_watches_and_two_kills_miss_nothing_and_double_nothing(tmp_path: Path) -> None:
    plan = Plan(companies=10, watches=200, kills=2, every=1, lives=(0.1, 1.0), despatches=20, patience=180)
    outcome = await trial(plan, tmp_path, killable_bot)
    assert outcome.violations == []
    assert outcome.expected == 40
    assert outcome.missed == 0
    # Between the platform's answer and the note of it a kill repeats one send: neither platform has a key
    # that would prevent it. So no kill can account for more than one.
    assert outcome.doubled <= outcome.kills

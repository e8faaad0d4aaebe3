"""Many updates, a Telegram in a bad mood and a bot that is killed: `bench.flood`, made small."""

from pathlib import Path

import pytest

from bench.flood import Plan, trial
from tests.whole.nursery import killable_bot

pytestmark = [pytest.mark.kill, pytest.mark.timeout(400)]


async def test_a_hundred_updates_and_two_kills_lose_double_and_disorder_nothing(tmp_path: Path) -> None:
    plan = Plan(
        updates=100, chats=20, groups=2, a_second=20.0, kills=2, lives=(0.5, 2.0), late=0.0, patience=180.0
    )
    outcome = await trial(plan, tmp_path, killable_bot)
    assert outcome.violations == []
    assert outcome.excesses == {}
    assert outcome.else_said == {}
    assert (outcome.asked, outcome.lost, outcome.doubled, outcome.out_of_order) == (100, 0, 0, 0)
    assert sum(outcome.troubles.values()) > 0

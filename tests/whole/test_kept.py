"""Questions that wait for their ERP survive every end of the process that keeps them."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.demo.events import ANA
from bot.demo.run import Scene, setting
from tests.whole.conftest import eventually
from tests.whole.test_kill import a_bot, ask, numbers_of_northwind
from tests.whole.test_kill import database_url as database_url

KILLS = 12


@pytest.mark.kill
@pytest.mark.timeout(600)
async def test_kept_questions_outlive_kills_and_are_answered_once_and_in_order(
    database_url: str, tmp_path: Path
) -> None:
    """Half of the kills come while questions are being kept, half while they are being answered."""
    chance = random.Random(1640)  # noqa: S311
    async with setting(port=0, folder=tmp_path, tell=print, database_url=database_url) as scene:
        faults = scene.stage.supplier.state.faults
        asked = numbers_of_northwind(scene, 2 * KILLS)
        by_slack, by_telegram = asked[0::2], asked[1::2]
        # As many as one person may have waiting.
        by_slack, by_telegram = by_slack[:10], by_telegram[:10]
        faults.mode = "down"
        for slack, telegram in zip(by_slack, by_telegram, strict=True):
            async with a_bot("serve", scene):
                assert await ask(scene, slack, by_slack=True) == 200
                assert await ask(scene, telegram, by_slack=False) == 200
                await asyncio.sleep(chance.uniform(0, 1.5))
        async with a_bot("serve", scene):
            await eventually(lambda: promises(scene) >= 20 and kept(scene) == 20)
        faults.mode = "ok"
        for _ in range(KILLS):
            async with a_bot("serve", scene):
                await asyncio.sleep(chance.uniform(1.5, 4))
        async with a_bot("serve", scene):
            await eventually(lambda: len(answered(scene)) >= 20)
            # Long enough for a repeated answer to show itself.
            await asyncio.sleep(4)
        seen = [answered(scene, "slack"), answered(scene, "telegram")]
        repeated = len(seen[0]) + len(seen[1]) - 20
        print(f"{10 + 1 + KILLS} kills, 20 questions kept, 0 lost, {repeated} answers repeated")
        # A kill between "the platform took it" and "that is written down" repeats one send.
        assert repeated <= KILLS
        for numbers, expected in zip(seen, (by_slack, by_telegram), strict=True):
            assert list(dict.fromkeys(numbers)) == expected
        assert scene.stage.slack.violations == []
        assert scene.stage.telegram.violations == []


def texts(scene: Scene, platform: str = "") -> list[str]:
    slack = scene.stage.slack.sees(ANA.id, ANA.slack_dm) if platform != "telegram" else []
    telegram: list[dict[str, Any]] = scene.stage.telegram.sees(ANA.id) if platform != "slack" else []
    return [str(message.get("text", "")) for message in (*slack, *telegram)]


def promises(scene: Scene) -> int:
    return sum("I keep your question" in text for text in texts(scene))


def kept(scene: Scene) -> int:
    """How many questions wait; a promise that a kill interrupted may be made twice."""
    url = sa.make_url(scene.environment["ORDERBOT_DATABASE_URL"])
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return int(connection.execute(sa.text("SELECT count(*) FROM kept_questions")).scalar_one())


def answered(scene: Scene, platform: str = "") -> list[str]:
    """The numbers of the answers that came by themselves, in the order they came."""
    marked = "where is "
    quoted = [
        text.partition("“")[2].partition("?”")[0] for text in texts(scene, platform) if "is back" in text
    ]
    return [quote.removeprefix(marked) for quote in quoted if quote.startswith(marked)]

"""A bot that is killed when a platform has taken something, and nobody has written that down yet."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.demo.events import ANA
from bot.demo.run import Scene, setting
from tests.whole.conftest import eventually
from tests.whole.test_kill import a_bot, answers, ask, numbers_of_northwind

LONGER_THAN_THE_BOT_LIVES = 30.0


def files_in_slack(scene: Scene) -> list[dict[str, Any]]:
    return [message for message in scene.stage.slack.sees(ANA.id, ANA.slack_dm) if message.get("files")]


def said_last(scene: Scene) -> str:
    """Who wrote the latest plain message: a file that comes again is none."""
    plain = [one for one in scene.stage.slack.sees(ANA.id, ANA.slack_dm) if not one.get("files")]
    return "bot" if plain[-1].get("bot_id") else "person"


@pytest.mark.kill
@pytest.mark.timeout(180)
@pytest.mark.parametrize("placeholder", [True, False])
async def test_what_a_platform_took_before_the_kill_is_not_sent_again(
    placeholder: bool, tmp_path: Path
) -> None:
    """Slack is asked whether it has it; in Telegram, which cannot be asked, it is an edit by then."""
    async with setting(port=0, folder=tmp_path, tell=print) as scene:
        scene = replace(
            scene, environment={**scene.environment, "ORDERBOT_TELEGRAM_PLACEHOLDER": str(placeholder)}
        )
        slack, telegram = scene.stage.slack, scene.stage.telegram
        first, second, third, last = numbers_of_northwind(scene, 4)
        took = "editMessageText" if placeholder else "sendMessage"
        async with a_bot("serve", scene):
            slack.lose_next("chat.postMessage", LONGER_THAN_THE_BOT_LIVES)
            telegram.lose_next(took, LONGER_THAN_THE_BOT_LIVES)
            assert await ask(scene, first, by_slack=True) == 200
            assert await ask(scene, second, by_slack=False) == 200
            await eventually(lambda: {first, second} <= set(answers(scene)))
        async with a_bot("serve", scene):
            # What comes next in the same chats is answered after what was left over from before.
            assert await ask(scene, third, by_slack=True) == 200
            assert await ask(scene, last, by_slack=False) == 200
            await eventually(lambda: {third, last} <= set(answers(scene)))
            slack.lose_next("files.completeUploadExternal", LONGER_THAN_THE_BOT_LIVES)
            assert await slack.say(ANA.id, ANA.slack_dm, "invoice of PO-7782") == 200
            await eventually(lambda: bool(files_in_slack(scene)))
        async with a_bot("serve", scene):
            assert await slack.say(ANA.id, ANA.slack_dm, "thanks") == 200
            await eventually(lambda: said_last(scene) == "bot")
        counted = answers(scene)
        assert counted[first] == 1
        assert counted[second] == (1 if placeholder else 2)
        sent = [file["name"] for message in files_in_slack(scene) for file in message["files"]]
        assert len(sent) == len(set(sent)), sent
        assert slack.violations == []
        assert telegram.violations == []

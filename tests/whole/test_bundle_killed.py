"""A bundle of documents from the wish to the bytes on both platforms, with a bot killed on the way."""

import asyncio
import json
import random
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from bot.demo.events import ANA
from bot.demo.run import Scene, setting
from tests.whole.conftest import eventually
from tests.whole.test_kill import a_bot
from tests.whole.test_once import said_last

WISH = "all XMLs of the last 30 days"
SLOWLY_SECONDS = 0.2
"""Each answer of the ERP's takes so long: a bundle of twenty documents takes four seconds at least."""


def seen(scene: Scene) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What Ana sees in her chats in Slack and in Telegram."""
    stage = scene.stage
    return stage.slack.sees(ANA.id, ANA.slack_dm), stage.telegram.sees(ANA.id)


def progress(scene: Scene) -> list[int]:
    """How many messages say how far it is, in Slack and in Telegram."""
    return [
        # In Slack it is a task, whose words stand in a block of their own.
        sum("Collecting documents" in json.dumps(message) for message in messages)
        for messages in seen(scene)
    ]


def archives(scene: Scene) -> tuple[list[Path], list[Path]]:
    """The bundles that have arrived, in Slack and in Telegram."""
    slack, telegram = seen(scene)
    in_slack = [scene.stage.slack.file(one["id"]) for message in slack for one in message.get("files", ())]
    in_telegram = [
        scene.stage.telegram.file(message["document"]["file_id"])
        for message in telegram
        if "document" in message
    ]
    return (
        [one.path for one in in_slack if one is not None],
        [one.path for one in in_telegram if one is not None],
    )


async def wish(scene: Scene) -> None:
    """Ask on both; Telegram's part of a bot begins a moment after Slack's."""
    assert await scene.stage.slack.say(ANA.id, ANA.slack_dm, WISH) == 200
    status = await scene.stage.telegram.say(ANA.id, WISH)
    for _ in range(200):
        if status == 200:
            return
        await asyncio.sleep(0.05)
        status = await scene.stage.telegram.redeliver()
    raise AssertionError(status)


def made_to_the_end(scene: Scene) -> int:
    """How many bundles the audit says were made."""
    with sqlite3.connect(scene.place / "orderbot.db") as books:
        [(count,)] = books.execute(
            "SELECT count(*) FROM audit WHERE act = 'made_documents' AND outcome = 'sent'"
        ).fetchall()
    return int(count)


@pytest.mark.kill
@pytest.mark.timeout(300)
async def test_a_bundle_that_was_being_made_when_the_bot_was_killed_is_made_and_comes_once(
    tmp_path: Path,
) -> None:
    chance = random.Random(104233)  # noqa: S311
    async with setting(port=0, folder=tmp_path, tell=print) as scene:
        faults = scene.stage.supplier.state.faults
        faults.mode, faults.delay = "slow", SLOWLY_SECONDS
        async with a_bot("serve", scene):
            await wish(scene)
            await eventually(lambda: min(progress(scene)) > 0)
            # Some documents are in it by now, and some are not.
            await asyncio.sleep(chance.uniform(SLOWLY_SECONDS, 4 * SLOWLY_SECONDS))
        assert archives(scene) == ([], [])
        assert made_to_the_end(scene) == 0
        faults.mode = "ok"
        async with a_bot("serve", scene):
            await eventually(lambda: all(archives(scene)))
            # What is asked after it is answered after it: by then a second one would be there.
            assert await scene.stage.slack.say(ANA.id, ANA.slack_dm, "thanks") == 200
            await eventually(lambda: said_last(scene) == "bot")
            assert [len(one) for one in archives(scene)] == [1, 1]
        assert made_to_the_end(scene) == 2
        # The second process went on with the task that the first one had begun, and ended it.
        (shown,) = [one for one in seen(scene)[0] if "Collecting documents" in json.dumps(one)]
        assert shown["streaming_state"] == "completed"
        assert not any(block.get("status") == "in_progress" for block in shown["blocks"])
        for (path,) in archives(scene):
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None
                *names, contents = archive.namelist()
                listed = archive.read(contents).decode("utf-8-sig").splitlines()
                assert all(fromstring(archive.read(name)).tag.endswith("nfeProc") for name in names)
            assert contents == "contents.txt"
            assert len(names) >= 15
            assert len(set(names)) == len(names)
            assert [line.split("\t")[0] for line in listed[1:]] == names
        assert scene.stage.slack.violations == []
        assert scene.stage.telegram.violations == []

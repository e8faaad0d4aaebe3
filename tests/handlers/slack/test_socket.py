"""Socket Mode: the same messages over a socket the bot opens; acknowledged means kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.chat.messages import Asked
from bot.demo.events import ANA, BRUNO
from bot.demo.slack_double import SlackDouble
from bot.handlers.slack.app import slack_app
from bot.handlers.slack.socket import listen
from tests.handlers.slack.world import CHANNEL, CHANNELS, SECRET, TOKEN, Kept
from tests.support.serving import serving

APP_TOKEN = "xapp-1-demo"
DM = ANA.slack_dm


@dataclass
class Sitting:
    slack: SlackDouble
    kept: Kept


@asynccontextmanager
async def listening() -> AsyncIterator[Sitting]:
    kept = Kept()
    async with AsyncExitStack() as stack:
        slack = SlackDouble(
            bot_url="http://127.0.0.1:9",
            signing_secret=SECRET,
            bot_token=TOKEN,
            people=(ANA, BRUNO),
            on_event=lambda _: None,
            channels=CHANNELS,
            patience_seconds=1.0,
            app_token=APP_TOKEN,
        )
        slack.own_url = await stack.enter_async_context(serving(slack.app(), sockets=True))
        stack.push_async_callback(slack.aclose)
        task = asyncio.create_task(
            listen(slack_app(kept, bot_token=TOKEN), APP_TOKEN, f"{slack.own_url}/api/")
        )
        assert slack.sockets is not None
        await slack.sockets.connected.wait()
        try:
            yield Sitting(slack, kept)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_messages_commands_and_mentions_come_over_the_socket() -> None:
    async with listening() as sitting:
        assert await sitting.slack.say("ana", DM, "where is PO-7782?") == 200
        assert await sitting.slack.command("ana", CHANNEL, "PO-1 in #payload-ops") == 200
        assert await sitting.slack.say("ana", CHANNEL, "@Orderbot PO-2") == 200
        texts = [message.content.text for message in sitting.kept.all() if isinstance(message.content, Asked)]
        assert texts == ["where is PO-7782?", "PO-1 in #payload-ops", "PO-2"]


async def test_an_envelope_is_acknowledged_only_once_its_message_is_kept() -> None:
    async with listening() as sitting:
        sitting.kept.broken = True
        assert await sitting.slack.say("ana", DM, "PO-1") == 504
        assert sitting.kept.calls == 2, "Slack sent it again"
        sitting.kept.broken = False
        assert await sitting.slack.redeliver() == 200
        assert len(sitting.kept.all()) == 1


async def test_an_envelope_that_comes_twice_is_kept_once() -> None:
    async with listening() as sitting:
        assert await sitting.slack.say("ana", DM, "PO-1") == 200
        assert await sitting.slack.redeliver() == 200
        assert len(sitting.kept.all()) == 1


async def test_ending_closes_the_socket_and_says_nothing(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    async with listening() as sitting:
        assert await sitting.slack.say("ana", DM, "PO-1") == 200
    await asyncio.sleep(0)
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []
    assert "Traceback" not in "".join(capfd.readouterr())

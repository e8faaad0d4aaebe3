"""What is posted stays out of every log, at any level."""

import logging

import aiohttp
import pytest

from bot.delivery import DeliveryDelayed
from bot.handlers.slack.calls import Calls


async def test_the_sdk_words_no_call_for_its_debug_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(DeliveryDelayed):
            # Nobody listens there.
            await Calls(session, "xoxb-1", "http://127.0.0.1:9/api/").call(
                "chat.postMessage", {"channel": "D1", "text": "of an order", "blocks": []}
            )
    assert "of an order" not in caplog.text

"""How far a file is that takes long to make: one message, changed in place."""

import time

import structlog

from bot.chat import Phrase, Reader
from bot.delivery import DeliveryDelayed, DeliveryImpossible
from bot.handlers.slack.blocks import saying
from bot.handlers.slack.client import SlackApi
from bot.wording import Wording

EVERY_SECONDS = 2.0
"""Slack takes about one change of a message in a second."""


class Progress:
    """Shows it in one chat (`delivery.Show`); what Slack does not take is left out."""

    def __init__(self, api: SlackApi, channel: str, thread_ts: str, reader: Reader, wording: Wording) -> None:
        self._api = api
        self._channel = channel
        self._thread_ts = thread_ts
        self._reader = reader
        self._wording = wording
        self._ts = ""
        self._not_before = 0.0

    async def __call__(self, phrase: Phrase, *, final: bool = False) -> None:
        if time.monotonic() < self._not_before and not final:
            return
        self._not_before = time.monotonic() + EVERY_SECONDS
        post = saying(phrase, self._reader, self._wording)
        try:
            if self._ts:
                await self._api.update(self._channel, self._ts, post)
            else:
                self._ts = await self._api.post(self._channel, post, thread_ts=self._thread_ts)
        except (DeliveryDelayed, DeliveryImpossible) as error:
            structlog.get_logger().info("slack_progress_not_shown", reason=error.reason)

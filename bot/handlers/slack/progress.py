"""How far a file is that takes long to make: as a task of Slack's own, else as one message changed in place.

Source: https://docs.slack.dev/reference/methods/chat.startStream
"""

import asyncio
import math
import time
from collections.abc import Callable
from typing import Literal

import structlog

from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.delivery import DeliveryDelayed, DeliveryImpossible
from bot.handlers.slack.blocks import saying
from bot.handlers.slack.calls import Content
from bot.handlers.slack.client import SlackApi
from bot.handlers.slack.text import cut, one_line
from bot.handlers.slack.traces import Trace, find
from bot.wording import Wording

EVERY_SECONDS = 2.0
"""Slack takes about one change of a message in a second."""
TITLE = 150
"""Of a task, so that it stays on two lines of a phone."""

_CLOSED, _STILL_OPEN = "message_not_in_streaming_state", "streaming_state_conflict"
_STOP_TRIES, _STOP_PAUSE = 3, 0.2

Status = Literal["in_progress", "complete", "error"]


class Progress:
    """Shows it in one chat (`delivery.Show`); what Slack does not take is left out.

    A stream needs a thread, and a workspace whose Slack has streams; without, and when Slack has closed it on
    its own (it does so after some minutes), the same message is changed as any other. An earlier try of
    another process is gone on with (`resume`), so that there is one message, and it comes to its end.
    """

    def __init__(
        self,
        api: SlackApi,
        channel: str,
        thread_ts: str,
        reader: Reader,
        wording: Wording,
        trace: Trace,
        *,
        patience: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`patience`: seconds before which nothing is shown; what ends without a word is not spoken of."""
        self._api = api
        self._channel = channel
        self._thread_ts = thread_ts
        self._reader = reader
        self._wording = wording
        self._trace = trace
        self._ts = ""
        self._streaming = False
        self._clock = clock
        self._patient = patience > 0
        self._begins_at = clock() + patience
        self._not_before = -math.inf
        self._said: Phrase | None = None

    async def resume(self) -> None:
        """Find what an earlier try has shown. Raises DeliveryDelayed where Slack tells in a while."""
        trace = self._trace
        posted = await find(self._api, self._channel, self._thread_ts, trace.since, self._is_ours)
        if posted is not None:
            self._ts = str(posted["ts"])
            self._streaming = not trace.is_on(posted)

    async def __call__(self, phrase: Phrase, *, final: bool = False) -> None:
        now = self._clock()
        too_early = now < (self._not_before if self._ts else self._begins_at)
        if (final and not self._ts and self._patient) or (too_early and not final):
            return
        self._not_before = now + EVERY_SECONDS
        self._said = None if final else phrase
        await self._show(phrase, "complete" if final else "in_progress")

    async def end(self) -> None:
        """Nothing comes of it: a task that has begun must not turn for ever."""
        if self._said is not None and self._streaming:
            await self._show(self._said, "error")

    async def _show(self, phrase: Phrase, status: Status) -> None:
        try:
            if not self._ts:
                await self._begin(phrase, status)
            elif self._streaming:
                await self._go_on(phrase, status)
            else:
                await self._change(phrase, status)
        except (DeliveryDelayed, DeliveryImpossible) as error:
            structlog.get_logger().info("slack_progress_not_shown", reason=error.reason)

    async def _begin(self, phrase: Phrase, status: Status) -> None:
        if self._thread_ts and status == "in_progress":
            try:
                task = self._task(phrase, status)
                self._ts = await self._api.start_stream(self._channel, self._thread_ts, [task])
                self._streaming = True
                return
            except DeliveryImpossible as refused:
                structlog.get_logger().info("slack_stream_not_started", reason=refused.reason)
        post = saying(phrase, self._reader, self._wording)
        self._ts = await self._api.post(
            self._channel, post, thread_ts=self._thread_ts, metadata=self._trace.metadata
        )

    async def _go_on(self, phrase: Phrase, status: Status) -> None:
        try:
            if status == "in_progress":
                await self._api.append_stream(self._channel, self._ts, [self._task(phrase, status)])
            else:
                await self._stop(phrase, status)
        except DeliveryImpossible as refused:
            if refused.reason != _CLOSED:
                raise
            structlog.get_logger().info("slack_stream_over", reason=refused.reason)
            self._streaming = False
            await self._change(phrase, status)

    async def _change(self, phrase: Phrase, status: Status) -> None:
        """As any other message; one that is still being written after all is gone on with."""
        try:
            await self._api.update(self._channel, self._ts, saying(phrase, self._reader, self._wording))
        except DeliveryImpossible as refused:
            self._streaming = refused.reason == _STILL_OPEN
            if not self._streaming or status == "in_progress":
                raise
            await self._stop(phrase, status)

    async def _stop(self, phrase: Phrase, status: Status) -> None:
        """A stream that is not stopped turns until Slack gives it up as failed, so it is tried again."""
        # Nothing but a task has no words for a notification or a screen reader.
        end = Phrase("task_complete" if status == "complete" else "task_error")
        words = {"type": "markdown_text", "text": one_line(self._wording.say(end, self._reader))}
        chunks = [self._task(phrase, status), words]
        metadata: Content | None = self._trace.metadata
        for left in range(_STOP_TRIES, 0, -1):
            try:
                await self._api.stop_stream(self._channel, self._ts, chunks, metadata=metadata)
                return
            except DeliveryDelayed:
                if left == 1:
                    raise
                await asyncio.sleep(_STOP_PAUSE)
            except DeliveryImpossible as refused:
                if left == 1 or refused.reason == _CLOSED:
                    raise
                # It may be the metadata that is not taken; the words matter more.
                metadata = None

    def _task(self, phrase: Phrase, status: Status) -> Content:
        title = cut(one_line(self._wording.say(phrase, self._reader)), TITLE)
        # In the title: Slack replaces that, where details are added to what was said before.
        return {"type": "task_update", "id": self._trace.key, "title": title, "status": status}

    def _is_ours(self, posted: Content) -> bool:
        return self._trace.is_on(posted) or self._trace.is_task_in(posted)

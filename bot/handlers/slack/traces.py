"""Telling whether a message or a file of ours is there already, after a try whose end nobody saw.

Slack has no key that would make a second post harmless, but hands out what was posted: a message with
the metadata it was posted with, a file's message with the file's id. That is read only after a crash or
a lost answer, and only in the direct chat, for which `im:history` is there anyway.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from bot.chat.messages import Message
from bot.delivery import DeliveryDelayed, DeliveryImpossible
from bot.handlers.slack.client import SlackApi

EVENT_TYPE = "orderbot_answer"
_CLOCKS_DIFFER = timedelta(minutes=10)
"""Between Slack's servers and ours, at most; messages from before are not ours to find."""
_LONGEST_WAIT = 30.0
"""In seconds. Slack lets some distributed apps read once a minute: people would wait for hours after a
crash so that one of them may be spared a repeat."""

Posted = Mapping[str, Any]


@dataclass(frozen=True)
class Trace:
    """By what one parcel of one answer is recognised among a chat's messages."""

    key: str
    """Of the message's id and the parcel's place in the answer: the same in every process."""
    since: float
    """Unix time before which it cannot have been sent."""

    @classmethod
    def of(cls, message: Message, number: int, what: str = "") -> "Trace":
        """Of one part of an answer; `what` tells apart what goes with the same part."""
        key = hashlib.blake2b(f"{message.id}:{what}{number}".encode(), digest_size=12).hexdigest()
        return cls(key, (message.received_at - _CLOCKS_DIFFER).timestamp())

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What a post carries; people do not see it.

        Source: https://docs.slack.dev/messaging/message-metadata
        """
        return {"event_type": EVENT_TYPE, "event_payload": {"key": self.key}}

    def is_on(self, posted: Posted) -> bool:
        metadata = posted.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        return metadata.get("event_type") == EVENT_TYPE and payload.get("key") == self.key

    def is_task_in(self, posted: Posted) -> bool:
        """Whether it is a stream of ours that has not come to its end: metadata comes with that only."""
        blocks = posted.get("blocks") or ()
        tasks = [task for block in blocks for task in (block, *(block.get("tasks") or ()))]
        return any(task.get("task_id") == self.key for task in tasks)


def holds_file(file_id: str) -> Callable[[Posted], bool]:
    """Whether a message shares this file."""
    return lambda posted: any(file.get("id") == file_id for file in posted.get("files") or ())


async def is_there(
    api: SlackApi, channel: str, thread_ts: str, since: float, fits: Callable[[Posted], bool]
) -> bool:
    """Whether a chat, or a thread in it, has a message that fits; as `find` does."""
    return await find(api, channel, thread_ts, since, fits) is not None


async def find(
    api: SlackApi, channel: str, thread_ts: str, since: float, fits: Callable[[Posted], bool]
) -> Posted | None:
    """A message that fits, in a chat or in a thread of it.

    None too where Slack will not say: better said twice than never. Raises DeliveryDelayed where it
    says so in a while.
    """
    try:
        return next(filter(fits, await api.messages(channel, thread_ts=thread_ts, since=since)), None)
    except DeliveryImpossible as refused:
        structlog.get_logger().info("slack_not_asked_whether_sent", reason=refused.reason)
        return None
    except DeliveryDelayed as delayed:
        if delayed.retry_after <= _LONGEST_WAIT:
            raise
        structlog.get_logger().info("slack_not_asked_whether_sent", reason=delayed.reason)
        return None

"""The workspace: people, channels, and what was posted for whom to see."""

import copy
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.demo.events import Person, StageEvent
from bot.demo.slack_double.refusals import Refusal

TEAM = "T0CUSTOMER"
BOT_USER = "U0ORDERBOT"
BOT_ID = "B0ORDERBOT"
APP_ID = "A0ORDERBOT"


@dataclass(frozen=True)
class Channel:
    """A channel and who is in it. `members` are ids of people (`Person.id`); empty means everybody."""

    id: str
    name: str
    members: frozenset[str] = frozenset()
    has_bot: bool = True


@dataclass
class Posted:
    """A message in a channel; with `only_for`, an ephemeral one for that person."""

    channel: str
    message: dict[str, Any]
    only_for: Person | None = None

    @property
    def ts(self) -> str:
        return str(self.message["ts"])


class Workspace:
    """Keeps messages in order and tells the stage what each person can now see."""

    def __init__(
        self,
        people: Sequence[Person],
        channels: Sequence[Channel],
        *,
        publish: Callable[[StageEvent], None],
        clock: Callable[[], float],
    ) -> None:
        self.people = {person.id: person for person in people}
        self.channels = {channel.id: channel for channel in channels}
        self.now = clock
        self.posted: list[Posted] = []
        self.statuses: dict[tuple[str, str], str] = {}
        self._publish = publish
        self._last_micros = 0

    def next_ts(self) -> str:
        """A message's id: the time in microseconds, never the same twice."""
        self._last_micros = max(int(self.now() * 1_000_000), self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06}"

    def person_of(self, slack_user: str) -> Person | None:
        return next((person for person in self.people.values() if person.slack_user == slack_user), None)

    def members(self, channel: str) -> list[Person]:
        if channel.startswith("D"):
            return [person for person in self.people.values() if person.slack_dm == channel]
        members = self.channels[channel].members
        return [person for person in self.people.values() if not members or person.id in members]

    def require_channel(self, channel: str, *, bot: bool = True) -> None:
        """Slack's answers about a channel the bot cannot see or post in."""
        if channel.startswith("D") and self.members(channel):
            return
        if channel not in self.channels:
            raise Refusal("channel_not_found")
        if bot and not self.channels[channel].has_bot:
            raise Refusal("not_in_channel")

    def post(self, channel: str, content: Mapping[str, Any], *, only_for: Person | None = None) -> Posted:
        message = {"type": "message", "ts": self.next_ts(), **_with_block_ids(content)}
        if only_for is not None:
            message["is_ephemeral"] = True
        posted = Posted(channel, message, only_for)
        self.posted.append(posted)
        if message.get("bot_id"):
            self.set_status(channel, str(message.get("thread_ts", "")), "")
        self._tell("message", posted)
        return posted

    def change(self, posted: Posted, content: Mapping[str, Any]) -> None:
        posted.message.update(_with_block_ids(content))
        posted.message["edited"] = {"user": BOT_USER, "ts": self.next_ts()}
        self._tell("update", posted)

    def remove(self, posted: Posted) -> None:
        self.posted.remove(posted)
        for viewer in self._viewers(posted):
            self._emit("delete", viewer, posted.channel, {"ts": posted.ts})

    def told_of_file(self, posted: Posted) -> None:
        self._tell("file", posted)

    def set_status(self, channel: str, thread_ts: str, status: str) -> None:
        """Under a thread, until the bot posts there; an empty one clears it."""
        before = self.statuses.pop((channel, thread_ts), "")
        if status:
            self.statuses[channel, thread_ts] = status
        if status or before:
            for viewer in self.members(channel):
                self._emit("status", viewer, channel, {"status": status, "thread_ts": thread_ts})

    def find(self, channel: str, ts: str) -> Posted | None:
        return next((posted for posted in self.posted if (posted.channel, posted.ts) == (channel, ts)), None)

    def seen_by(self, person: Person, channel: str) -> Iterator[Posted]:
        for posted in self.posted:
            if posted.channel == channel and person in self._viewers(posted):
                yield posted

    def _viewers(self, posted: Posted) -> Sequence[Person]:
        return (posted.only_for,) if posted.only_for is not None else self.members(posted.channel)

    def _tell(self, kind: Any, posted: Posted) -> None:
        for viewer in self._viewers(posted):
            self._emit(kind, viewer, posted.channel, copy.deepcopy(posted.message))

    def _emit(self, kind: Any, person: Person, channel: str, payload: Mapping[str, Any]) -> None:
        self._publish(
            StageEvent(platform="slack", kind=kind, person=person.id, conversation=channel, payload=payload)
        )


def _with_block_ids(content: Mapping[str, Any]) -> dict[str, Any]:
    message = copy.deepcopy(dict(content))
    for block in message.get("blocks", ()):
        block.setdefault("block_id", secrets.token_urlsafe(4))
    return message

"""A workspace: people, channels, and what was posted for whom to see."""

import copy
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.demo.events import CUSTOMER_TEAM, SUPPLIER_TEAM, Person, StageEvent
from bot.demo.slack_double.refusals import Refusal

TEAM = CUSTOMER_TEAM
BOT_USER = "U0ORDERBOT"
BOT_ID = "B0ORDERBOT"
APP_ID = "A0ORDERBOT"
BOT_NAME = "Orderbot"


@dataclass(frozen=True)
class Team:
    """A workspace's own data; the app has a bot user of its own in each."""

    id: str
    name: str
    domain: str
    bot_user: str = BOT_USER
    bot_id: str = BOT_ID
    enterprise: str = ""
    """The organisation of Enterprise Grid it belongs to; its token speaks for all workspaces of that."""


CUSTOMER = Team(CUSTOMER_TEAM, "Northwind", "customer")
SUPPLIER = Team(SUPPLIER_TEAM, "Demo Supply", "supplier", "U0SUPPLIERBOT", "B0SUPPLIERBOT")


@dataclass(frozen=True)
class Channel:
    """A channel and who is in it. `members` are ids of people (`Person.id`); empty means everybody of
    the workspace. Somebody of another workspace among them makes it a shared channel."""

    id: str
    name: str
    members: frozenset[str] = frozenset()
    has_bot: bool = True
    private: bool = False
    pending_ext_shared: bool = False
    """Somebody of another organisation has been invited and has not come yet."""
    org_shared: bool = False
    """Also in other workspaces of the same enterprise."""
    listed: bool = True
    """Whether Slack lists the members; it may fail to (`fetch_members_failed`)."""


@dataclass(frozen=True)
class Group:
    """A user group, mentioned as `@handle`; `members` are ids of people."""

    id: str
    handle: str
    members: frozenset[str]


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
    """Keeps messages in order and tells the stage what each person can now see.

    `people` are those of this workspace and of others; of the latter only members of a channel here
    are known here.
    """

    def __init__(
        self,
        people: Sequence[Person],
        channels: Sequence[Channel],
        *,
        publish: Callable[[StageEvent], None],
        clock: Callable[[], float],
        team: Team = CUSTOMER,
        groups: Sequence[Group] = (),
    ) -> None:
        self.team = team
        self.channels = {channel.id: channel for channel in channels}
        self.groups = {group.id: group for group in groups}
        named = frozenset().union(*(channel.members for channel in channels))
        self.people = {one.id: one for one in people if one.slack_team == team.id or one.id in named}
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

    def is_foreign(self, person: Person) -> bool:
        return person.slack_team != self.team.id

    def members(self, channel: str) -> list[Person]:
        if channel.startswith("D"):
            return [
                person
                for person in self.people.values()
                if person.slack_dm == channel and not self.is_foreign(person)
            ]
        named = self.channels[channel].members
        return [
            person
            for person in self.people.values()
            if (person.id in named if named else not self.is_foreign(person)) and not person.slack_deleted
        ]

    def is_shared(self, channel: str) -> bool:
        """Whether somebody of another workspace is in the channel."""
        return channel in self.channels and any(map(self.is_foreign, self.members(channel)))

    def mentions(self) -> Mapping[str, str]:
        """What can be typed after "@" here, in lower case, and what it becomes."""
        names = {BOT_NAME.lower(): f"<@{self.team.bot_user}>"}
        for person in self.people.values():
            names |= dict.fromkeys((person.id, person.name.lower()), f"<@{person.slack_user}>")
        return names | {group.handle: f"<!subteam^{group.id}>" for group in self.groups.values()}

    def admit(self, person: Person, channel: str) -> None:
        """Make somebody, of whatever workspace, a member of a channel."""
        before = self.channels[channel]
        members = frozenset(one.id for one in self.members(channel)) | {person.id}
        self.people.setdefault(person.id, person)
        self.channels[channel] = replace(before, members=members)

    def require_channel(self, channel: str, *, bot: bool = True) -> None:
        """Slack's answers about a channel the bot cannot see or post in."""
        if channel.startswith("D") and self.members(channel):
            return
        if channel not in self.channels:
            raise Refusal("channel_not_found")
        if not self.channels[channel].has_bot:
            if self.channels[channel].private:
                raise Refusal("channel_not_found")
            if bot:
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

    def change(self, posted: Posted, content: Mapping[str, Any], *, edited: bool = True) -> None:
        """Change what a message holds; what Slack adds to it by itself is no edit."""
        posted.message.update(_with_block_ids(content))
        if edited:
            posted.message["edited"] = {"user": self.team.bot_user, "ts": self.next_ts()}
        self._tell("update", posted)

    def remove(self, posted: Posted) -> None:
        self.posted.remove(posted)
        for viewer in self._viewers(posted):
            self.emit("delete", viewer, posted.channel, {"ts": posted.ts})

    def told_of_file(self, posted: Posted) -> None:
        self._tell("file", posted)

    def set_status(self, channel: str, thread_ts: str, status: str) -> None:
        """Under a thread, until the bot posts there; an empty one clears it."""
        before = self.statuses.pop((channel, thread_ts), "")
        if status:
            self.statuses[channel, thread_ts] = status
        if status or before:
            for viewer in self.members(channel):
                self.emit("status", viewer, channel, {"status": status, "thread_ts": thread_ts})

    def find(self, channel: str, ts: str) -> Posted | None:
        return next((posted for posted in self.posted if (posted.channel, posted.ts) == (channel, ts)), None)

    def seen_by(self, person: Person, channel: str) -> Iterator[Posted]:
        for posted in self.posted:
            if posted.channel == channel and person.id in {viewer.id for viewer in self._viewers(posted)}:
                yield posted

    def _viewers(self, posted: Posted) -> Sequence[Person]:
        return (posted.only_for,) if posted.only_for is not None else self.members(posted.channel)

    def _tell(self, kind: Any, posted: Posted) -> None:
        for viewer in self._viewers(posted):
            self.emit(kind, viewer, posted.channel, copy.deepcopy(posted.message))

    def emit(self, kind: Any, person: Person, channel: str, payload: Mapping[str, Any]) -> None:
        """Tell the stage what a person can now see."""
        self._publish(
            StageEvent(platform="slack", kind=kind, person=person.id, conversation=channel, payload=payload)
        )


def _with_block_ids(content: Mapping[str, Any]) -> dict[str, Any]:
    message = copy.deepcopy(dict(content))
    for block in message.get("blocks", ()):
        block.setdefault("block_id", secrets.token_urlsafe(4))
    return message

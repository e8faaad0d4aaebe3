"""Where a message came from in Slack, and so where its answer goes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast

from bot.chat.messages import Message
from bot.chat.people import ChatUser, Conversation, Platform

RESPONSE_URL_SECONDS = 29 * 60
"""Slack honours a response_url for 30 minutes; a minute is kept for clocks and queues."""

Kind = Literal[
    "message",
    "mention",
    "command",
    "shortcut",
    "button",
    "view",
    "home",
    "chat",
    "link",
    "details",
    "notice",
    "report",
    "share",
]
"""`shortcut`: on a message, in a place where the bot may be no member. `view`: an open modal. `home`: the
App Home. `chat`: the messages tab, just opened. `link`: a posted address to be shown unfurled. `details`: the
pane beside such a link. `notice`: the bot speaks first, in a direct chat whose id is not known yet.
`report`: nobody spoke. `share`: somebody wants it read by everybody."""
_IN_THE_CHAT = frozenset({"message", "mention", "button"})


@dataclass(frozen=True, kw_only=True)
class Place:
    """What delivering needs to know; kept in `Message.handle` as plain strings."""

    kind: Kind
    channel: str
    user: str
    private: bool
    """A direct message channel."""
    thread_ts: str = ""
    """The thread to answer in; empty for the channel itself."""
    response_url: str = ""
    response_until: float = 0.0
    """Unix time after which `response_url` is not tried any more."""
    pressed_ts: str = ""
    """The message whose button was pressed."""
    ephemeral: bool = False
    """That message was shown to the person alone."""
    view: str = ""
    """The id of an open modal."""
    hash: str = ""
    """Of the App Home as the person saw it: a newer one is not overwritten."""
    trigger: str = ""
    """What a pane of details is presented with, once."""
    url: str = ""
    """The address a pane of details is about, as it was posted."""
    number: str = ""
    """The id of the thing behind that address: the number in it."""
    message_ts: str = ""
    """The message that holds a posted address."""
    unfurl_id: str = ""
    """In place of the message, where the address is still being typed; `source` says where."""
    source: str = ""

    @classmethod
    def of(cls, message: Message) -> "Place":
        handle = message.handle
        return cls(
            kind=cast(Kind, handle["kind"]),
            channel=handle.get("channel", ""),
            user=handle["user"],
            private=handle["private"] == "yes",
            thread_ts=handle.get("thread_ts", ""),
            response_url=handle.get("response_url", ""),
            response_until=float(handle.get("response_until", "0")),
            pressed_ts=handle.get("pressed_ts", ""),
            ephemeral=handle.get("ephemeral") == "yes",
            **{name: handle.get(name, "") for name in _PLAIN},
        )

    def handle(self) -> Mapping[str, str]:
        fields = {
            "response_url": self.response_url,
            "response_until": f"{self.response_until:.0f}" if self.response_url else "",
            "pressed_ts": self.pressed_ts,
            "ephemeral": "yes" if self.ephemeral else "",
            **{name: getattr(self, name) for name in _PLAIN},
        }
        return {
            **spoken_in(
                kind=self.kind,
                channel=self.channel,
                user=self.user,
                private=self.private,
                thread_ts=self.thread_ts,
            ),
            **{name: value for name, value in fields.items() if value},
        }

    @property
    def bot_is_here(self) -> bool:
        """The direct chat of this person with the bot, in which the bot can post plainly.

        A command may be typed in a chat between two people, so its channel proves nothing; nor does
        a button on an ephemeral answer to one.
        """
        return self.private and bool(self.channel) and self.kind in _IN_THE_CHAT and not self.ephemeral


def spoken_in(
    *, kind: Kind, channel: str, user: str, private: bool, thread_ts: str = ""
) -> Mapping[str, str]:
    """The handle of a Place with nothing else in it, as what is said in a chat has: made in a fifth of the
    time, before Slack gets its answer."""
    handle = {"kind": kind, "channel": channel, "user": user, "private": "yes" if private else "no"}
    if not channel:
        del handle["channel"]
    if thread_ts:
        handle["thread_ts"] = thread_ts
    return handle


_PLAIN = ("view", "hash", "trigger", "url", "number", "message_ts", "unfurl_id", "source")


def later(message: Message) -> tuple[Conversation, Mapping[str, str]]:
    """Where an answer can still be given when a response_url has run out.

    The direct chat it was asked in, in its thread; for a channel, a command or an ephemeral answer the
    person's direct chat too: Slack shows an ephemeral message only to those who are there at that moment.
    """
    place, conversation = Place.of(message), message.conversation
    if place.bot_is_here:
        here = replace(place, response_url="", response_until=0.0, pressed_ts="")
        return conversation, here.handle()
    direct_place = Place(kind="notice", channel="", user=place.user, private=True)
    there = Conversation(Platform.SLACK, f"@{place.user}", conversation.workspace)
    return there, direct_place.handle()


def home(user: ChatUser) -> tuple[Conversation, Mapping[str, str]]:
    """The App Home of a person. Raises ValueError for somebody elsewhere."""
    if user.platform is not Platform.SLACK:
        raise ValueError("not a person on Slack")
    place = Place(kind="home", channel="", user=user.user_id, private=True)
    # In a lane of its own: nobody's answer waits for a page to be drawn.
    return Conversation(Platform.SLACK, f"home@{user.user_id}", user.workspace), place.handle()


def direct(user: ChatUser) -> tuple[Conversation, Mapping[str, str]]:
    """The direct chat of a person with the bot, for what the bot says without having been asked.

    Its id is found when something is sent. Raises ValueError for somebody elsewhere.
    """
    if user.platform is not Platform.SLACK:
        raise ValueError("not a person on Slack")
    place = Place(kind="notice", channel="", user=user.user_id, private=True)
    return Conversation(Platform.SLACK, f"@{user.user_id}", user.workspace), place.handle()


def openly(user: ChatUser, place: Conversation) -> Mapping[str, str]:
    """How a post for everybody in a channel, or in a thread of it, is delivered."""
    return Place(
        kind="share",
        channel=place.id,
        user=user.user_id,
        private=False,
        thread_ts=place.thread or "",
    ).handle()

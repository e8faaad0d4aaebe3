"""What a platform says about people and places now: the seam between linking and the handlers.

Whatever cannot be found out is an error here, never a guess: who asks must deny.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.chat.people import ChatUser, Conversation


class Standing(StrEnum):
    """How somebody stands in the workspace their identity names; the value is stored."""

    MEMBER = "member"
    ADMIN = "admin"
    """A full member who is an admin or owner of the workspace."""
    GUEST = "guest"
    STRANGER = "stranger"
    """Of another workspace, seen through a shared channel."""
    UNCONFIRMED = "unconfirmed"
    """Their e-mail address has not been confirmed."""
    BOT = "bot"
    GONE = "gone"
    """Deactivated, deleted or removed."""

    @property
    def is_full(self) -> bool:
        """A full member of their workspace: the only kind a workspace's own right reaches."""
        return self in (Standing.MEMBER, Standing.ADMIN)


@dataclass(frozen=True)
class Seen:
    """A person as their platform describes them at this moment."""

    user: ChatUser
    standing: Standing
    name: str = ""
    """For people to read, never to decide by."""


@dataclass(frozen=True)
class PlaceSeen:
    """A channel or group as its platform describes it at this moment."""

    name: str = ""
    """For people to read; may be empty."""
    open_to: str = ""
    """Why people of other organisations can read along there, whoever is in it now: a reason code, such
    as `is_ext_shared`; empty where none can."""


class MembershipUnknown(Exception):
    """The platform did not tell; `reason` is for the operator. Whoever asked must deny."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Membership(Protocol):
    """One platform's word on its people. All methods raise MembershipUnknown."""

    async def person(self, user: ChatUser) -> Seen:
        """How a person stands now."""

    async def members(self, place: Conversation, known: Sequence[ChatUser]) -> Sequence[Seen]:
        """Everybody in a channel or group, this bot aside.

        Telegram lets no bot list a group: there the `known` people are looked up one by one, and
        unless they are all there is, the membership is unknown.
        """

    async def attends(self, user: ChatUser, place: Conversation) -> bool:
        """Whether a person is in a channel or group of which not everybody is known."""

    async def place(self, place: Conversation) -> PlaceSeen:
        """What a channel or group is called, and whether it is shared with others."""

    async def in_group(self, user: ChatUser, group_id: str) -> bool:
        """Whether a person belongs to a user group of their workspace."""

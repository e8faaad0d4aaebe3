"""Who speaks, in which conversation, who reads along, and for whose eyes a reply is written."""

from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Platform(StrEnum):
    SLACK = "slack"
    TELEGRAM = "telegram"
    CONSOLE = "console"


@dataclass(frozen=True)
class ChatUser:
    """A person on one platform, by ids that nobody can choose or reuse; never by name or e-mail."""

    platform: Platform
    user_id: str
    workspace: str = ""
    """Slack: the team or enterprise the user belongs to (not the channel's). Telegram: empty."""
    display_name: str = field(default="", compare=False)
    """For people to read, never to decide by."""

    @property
    def key(self) -> str:
        """`slack:T1/U1` or `telegram:42`, as stored and as typed after `--as`."""
        return (
            f"{self.platform}:{self.workspace}/{self.user_id}"
            if self.workspace
            else (f"{self.platform}:{self.user_id}")
        )

    @classmethod
    def of_key(cls, key: str) -> "ChatUser":
        """The person of a `key`; raises ValueError for a text that is none."""
        platform, _, rest = key.partition(":")
        workspace, _, user_id = rest.rpartition("/")
        if not user_id:
            raise ValueError("not the key of a person")
        return cls(Platform(platform), user_id, workspace)


class Audience(StrEnum):
    """Who sees a reply. What cannot be found out counts as EXTERNAL."""

    PERSON = "person"
    COMPANY = "company"
    EXTERNAL = "external"


@dataclass(frozen=True)
class Conversation:
    platform: Platform
    id: str
    """Slack channel id or Telegram chat id."""
    workspace: str = ""
    thread: str | None = None
    apart: str = ""
    """Work that takes long and must not keep what is asked in the same place waiting."""
    private: bool = True
    """A chat between this person and the bot alone."""

    @property
    def lane(self) -> str:
        """Messages that share a lane are answered in order."""
        lane = f"{self.platform}:{self.workspace}:{self.id}"
        return f"{lane}:{self.apart}" if self.apart else lane


@dataclass(frozen=True)
class PostedAt:
    """Where a message that everybody reads went, in the handler's own terms."""

    conversation: Conversation
    message: str


@dataclass(frozen=True)
class Reader:
    """Whose eyes a reply is written for: BCP 47 locale ("pt-BR") and IANA time zone."""

    locale: str = "en"
    time_zone: str = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone by its name; UTC where there is none of that name."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

"""What a person says to the bot, whichever way: one message, and what can be in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.chat.people import Audience, ChatUser, Conversation
from bot.chat.unasked import Collect, Fired, Resumed, Shared, Told
from bot.orders import DocumentKind, OrderStatus


@dataclass(frozen=True)
class Asked:
    """Free text, or the text after a command such as `/order`. Hostile until parsed."""

    text: str
    kind: Literal["asked"] = "asked"


@dataclass(frozen=True)
class Commanded:
    """A command with a meaning of its own: `start`, `help`, `whoami`, `link`, `unlink`, `orders`.

    `lookup`: `text` is what somebody else wrote. The orders in it are looked up; it asks for nothing itself.
    """

    name: str
    text: str = ""
    kind: Literal["commanded"] = "commanded"


@dataclass(frozen=True)
class Pressed:
    """A button of ours; `action` is the opaque reference it carried."""

    action: str
    kind: Literal["pressed"] = "pressed"


@dataclass(frozen=True)
class Searched:
    """A search form, filled in: a number, or what orders to list. The number is hostile until parsed."""

    number: str = ""
    days: int = 0
    """Orders of so many days until today; 0 for any."""
    open_only: bool = False
    status: OrderStatus | None = None
    document: DocumentKind | None = None
    """The file wanted of the order with that number."""
    kind: Literal["searched"] = "searched"


@dataclass(frozen=True)
class Opened:
    """The sender opened a page of the bot's own: its home, or the chat with it."""

    what: Literal["home", "chat"]
    kind: Literal["opened"] = "opened"


@dataclass(frozen=True)
class Posted:
    """Somebody posted addresses of orders in a place; `numbers` are what the addresses say, by address."""

    numbers: Mapping[str, str]
    kind: Literal["posted"] = "posted"


@dataclass(frozen=True)
class SharedContact:
    """A phone number handed over with the platform's own button."""

    phone: str
    """As the platform sent it."""
    own: bool
    """The platform vouches that it is the sender's own, sent by themselves and not forwarded."""
    kind: Literal["shared_contact"] = "shared_contact"


@dataclass(frozen=True)
class Shown:
    """A picture or file somebody sent; its bytes stay with the platform until they are looked at."""

    file: str
    """The platform's own id of it."""
    size: int = 0
    """In bytes; 0 where the platform does not tell."""
    text: str = ""
    """What was written with it."""
    kind: Literal["shown"] = "shown"


@dataclass(frozen=True)
class Happened:
    """Something a platform reports about the sender or a place, which nobody said.

    `seen`: the sender's account is now as `values["standing"]` and `values["name"]` say.
    `blocked`: the sender wants to hear nothing from the bot any more.
    `moved`: the group is now `values["to"]`. `joined`: somebody came to the channel or group.
    `removed`: the bot was taken out of the whole workspace of the conversation.
    """

    event: Literal["seen", "blocked", "moved", "joined", "removed"]
    values: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["happened"] = "happened"


Content = (
    Asked
    | Commanded
    | Pressed
    | Searched
    | Opened
    | Posted
    | SharedContact
    | Shown
    | Happened
    | Told
    | Resumed
    | Fired
    | Shared
    | Collect
)


@dataclass(frozen=True, kw_only=True)
class Message:
    """One thing a person said to the bot.

    `id` is unique per platform event and sorts by arrival (`slack:ev:<ts>:<event id>`,
    `tg:<bot>:<update id, 15 digits>`): the inbox answers each id once, and a lane in order of id.
    `handle` is the handler's own note of where and how to deliver; nobody else reads it.
    """

    id: str
    sender: ChatUser
    conversation: Conversation
    content: Content
    received_at: datetime
    seen_by: Audience = Audience.PERSON
    """Who would see a reply given in this place (an ephemeral reply in a channel: the person)."""
    begins: str = ""
    """The thread that a reply to this message would be in; empty where it is in one already."""
    about: tuple[str, ...] = ()
    """Our references on the message of ours that this one replies to, in order."""
    handle: Mapping[str, str] = field(default_factory=dict)

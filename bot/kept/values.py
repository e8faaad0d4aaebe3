"""A question that waits, and how many may."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat.files import OrderFile
from bot.chat.messages import Asked, Commanded, Message, Pressed, Searched
from bot.chat.people import Audience, ChatUser, Conversation
from bot.spoken import Focus

Later = Callable[[Message], tuple[Conversation, Mapping[str, str]]]
"""Where on a platform an answer can still be given hours after a message, and the note for delivery."""
Wanted = Asked | Commanded | Pressed | Searched | OrderFile
"""What a person said, or the document they were promised."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many questions wait at once."""

    person: int = 10
    all: int = 5000


@dataclass(frozen=True, kw_only=True)
class KeptQuestion:
    """A question that waits. Holds no right: whether it is answered is decided when it is."""

    id: str
    """Of the message that asked, or of the document it was promised."""
    sender: ChatUser
    erps: tuple[str, ...]
    """The ERPs it is asked of: it goes when one of them answers again."""
    company_id: int
    """The company it was about when it was asked."""
    wanted: Wanted
    conversation: Conversation
    """Where the answer goes."""
    handle: Mapping[str, str]
    seen_by: Audience
    locale: str
    kept_at: datetime
    until: datetime
    """When it is given up."""
    not_before: datetime
    """When the ERP may be asked again."""
    spoken_of: Focus | None = None
    """The order "it" stood for."""
    asked_in: Conversation | None = None
    """The channel or group it was asked in, where the answer goes elsewhere."""
    attempt: int = 1
    ended: bool = False

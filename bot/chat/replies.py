"""What the person reads: the parts of a reply, and what is left to do after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.chat.buttons import Button
from bot.chat.files import MadeFile, OrderFile
from bot.chat.people import Audience, PostedAt, Reader
from bot.chat.phrases import Phrase
from bot.orders import Order, ReferenceKind


@dataclass(frozen=True)
class Say:
    """A paragraph."""

    phrase: Phrase
    kind: Literal["say"] = "say"
    courtesy: bool = False
    """True when it tells nothing: where a platform has a reaction to what was said, that does as well."""
    announces: bool = False
    """True when it says only what file comes next: in a chat the file, or why there is none, says it too."""


@dataclass(frozen=True)
class OrderCard:
    """One order in full, or as full as the ERP told."""

    order: Order
    company_name: str
    matched: ReferenceKind | None = None
    """Which number of the order the person quoted, when that is worth saying."""
    buttons: tuple[Button, ...] = ()
    kind: Literal["order_card"] = "order_card"


@dataclass(frozen=True)
class OrderLines:
    """The lines of one order, for the person who pressed "lines"."""

    order: Order
    company_name: str
    kind: Literal["order_lines"] = "order_lines"


@dataclass(frozen=True)
class OrderTable:
    """A page of orders, one row each; `buttons` turn the page."""

    heading: Phrase
    orders: tuple[Order, ...]
    company_name: str
    rows: tuple[Button, ...] = ()
    """One button an order, in the order of `orders`: opens it."""
    buttons: tuple[Button, ...] = ()
    as_of: datetime | None = None
    kind: Literal["order_table"] = "order_table"


@dataclass(frozen=True)
class Choice:
    """Several orders answer to what was asked: the person chooses. `buttons[i]` opens `orders[i]`."""

    question: Phrase
    orders: tuple[Order, ...]
    buttons: tuple[Button, ...]
    company_name: str
    kind: Literal["choice"] = "choice"


@dataclass(frozen=True)
class Files:
    """Documents, each sent as a file to the person alone."""

    files: tuple[OrderFile, ...]
    kind: Literal["files"] = "files"


@dataclass(frozen=True)
class Made:
    """A file of the bot's own making, sent to the person alone."""

    file: MadeFile
    kind: Literal["made"] = "made"


@dataclass(frozen=True)
class AskContact:
    """A request for the person's own phone number, with the platform's button for it where it has one."""

    phrase: Phrase
    label: Phrase
    kind: Literal["ask_contact"] = "ask_contact"


@dataclass(frozen=True)
class DeepLink:
    """A token to hand to somebody else: as a link the platform opens, and as a text to copy.

    The handler knows whether its platform has such links; the token is always shown to copy.
    """

    token: str
    """`inv-` and 32 hexadecimal digits."""
    kind: Literal["deep_link"] = "deep_link"


@dataclass(frozen=True)
class PageLink:
    """A page of ours to open in a browser, for one person alone: whoever follows it first counts as them."""

    label: Phrase
    url: str
    kind: Literal["page_link"] = "page_link"


@dataclass(frozen=True)
class GoOnInPrivate:
    """A way into the chat with the bot alone, from where others read along.

    The handler knows whether its platform has links that open it. `action` is the reference of what to
    go on with there, in the right of whoever opens it; empty where there is nothing to go on with.
    """

    label: Phrase
    action: str = ""
    kind: Literal["go_on_in_private"] = "go_on_in_private"


@dataclass(frozen=True)
class Actions:
    """Buttons on their own."""

    buttons: tuple[Button, ...]
    kind: Literal["actions"] = "actions"


@dataclass(frozen=True)
class Heading:
    """What the parts after it are about, where a page has several."""

    phrase: Phrase
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Prompts:
    """Questions to offer where a chat begins; each is sent as it reads."""

    title: Phrase
    questions: tuple[Phrase, ...]
    kind: Literal["prompts"] = "prompts"


@dataclass(frozen=True)
class LinkPreview:
    """What everybody in a place may see of an order's address: the number that stands in it."""

    url: str
    number: str
    kind: Literal["link_preview"] = "link_preview"


Part = (
    Say
    | OrderCard
    | OrderLines
    | OrderTable
    | Choice
    | Files
    | Made
    | AskContact
    | DeepLink
    | PageLink
    | GoOnInPrivate
    | Actions
    | Heading
    | Prompts
    | LinkPreview
)


@dataclass(frozen=True)
class Errand:
    """Work that follows a reply and must not be lost, such as mailing a code."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the person reads, composed for an audience and a reader."""

    parts: tuple[Part, ...]
    reader: Reader
    audience: Audience = Audience.PERSON
    to_all: bool = False
    """True when everybody in the conversation is to read it, rather than the sender alone."""
    retracts: tuple[PostedAt, ...] = ()
    """Messages of the bot's that are taken back before anything is said."""
    replaces: bool = False
    """True when this takes the place of the message whose button was pressed (turning a page)."""
    errands: tuple[Errand, ...] = ()

    @property
    def files(self) -> tuple[OrderFile | MadeFile, ...]:
        """The files that its parts hold, in their order."""
        found: list[OrderFile | MadeFile] = []
        for part in self.parts:
            if isinstance(part, Files):
                found += part.files
            elif isinstance(part, Made):
                found.append(part.file)
        return tuple(found)


@dataclass(frozen=True)
class Posting:
    """An order that somebody may post anywhere: by its number alone, for readers nobody knows.

    `action` opens it in private, for those who may see it.
    """

    number: str
    also: str
    """Its other number, for the poster's own eyes; empty where there is none."""
    action: str

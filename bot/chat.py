"""Messages in and replies out, in no platform's words. Values only, no markup.

A reply is data until the last moment: it names phrases by key (`bot/locales` holds the sentences)
and carries orders as values; a handler renders it for its platform, in the reader's locale and time
zone. Everything here survives a trip through JSON (`pydantic.TypeAdapter`), because the inbox keeps it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.orders import Document, DocumentKind, Money, Order, OrderStatus, ReferenceKind


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


@dataclass(frozen=True)
class Offer:
    """A button to be made: what it says and what pressing it asks for."""

    label: "Phrase"
    act: str
    values: Mapping[str, str] = field(default_factory=dict)
    primary: bool = False
    rare: bool = False
    """Seldom wanted: out of the way where a platform has a place for such."""
    company_id: int = 0
    """Another company than the one the answer speaks of; 0 for that one."""


@dataclass(frozen=True)
class Told:
    """What the bot itself has to say to the person it is addressed to.

    With `company_id` and `permission` it is said only if the person still has that permission there
    when it is delivered; without them it holds nothing of any company.
    """

    phrases: tuple["Phrase", ...]
    offers: tuple[Offer, ...] = ()
    company_id: int = 0
    permission: str = ""
    kind: Literal["told"] = "told"


@dataclass(frozen=True)
class Resumed:
    """A question that was kept while the ERP did not answer (`bot.kept`): its turn has come.

    `over`: it has waited long enough, and the person is told so.
    """

    kept: str
    """Id of the kept question."""
    attempt: int
    over: bool = False
    kind: Literal["resumed"] = "resumed"


@dataclass(frozen=True)
class Fired:
    """A watch of the person it is addressed to has something to tell.

    Whether they may still hear it, and what of the order they may see, is decided when it is said.
    """

    watch_id: int
    company_id: int
    phrases: tuple["Phrase", ...] = ()
    """What changed about the order; empty for a list, which is asked for when it is said."""
    last: bool = False
    """Nothing more can come: the watch has ended with this."""
    also: tuple["Fired", ...] = ()
    """What other watches of the same person at the same company have to tell with it, in one message."""
    kind: Literal["fired"] = "fired"


@dataclass(frozen=True)
class Shared:
    """Somebody has confirmed that an order be shown to everybody in the conversation it is addressed to.

    Whether they still may, and who is there to read it, is decided when it is posted.
    """

    share: str
    """Our reference of this share."""
    company_id: int
    values: Mapping[str, str]
    """Which order, and where it lives; with `document`, which document of it."""
    extent: str
    """How much of it was agreed to: a value of `bot.answers.sharing.Extent`."""
    locale: str = ""
    """What the preview was written in."""
    kind: Literal["shared"] = "shared"


@dataclass(frozen=True)
class PostedAt:
    """Where a message that everybody reads went, in the handler's own terms."""

    conversation: Conversation
    message: str


@dataclass(frozen=True)
class Collect:
    """The documents of a period, to be found and sent as bundles to the person it is addressed to."""

    company_id: int
    position: str
    """Which orders' (`bot.answers.listing.Position` as JSON)."""
    kinds: tuple[DocumentKind, ...]
    """Empty: of every kind."""
    reader: "Reader"
    kind: Literal["collect"] = "collect"


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


@dataclass(frozen=True)
class Day:
    """A date within a phrase, written in the reader's locale."""

    day: date


@dataclass(frozen=True)
class Moment:
    """An aware UTC moment within a phrase, written in the reader's time zone."""

    at: datetime


@dataclass(frozen=True)
class Clock:
    """An aware UTC moment within a phrase, written as the time of day in the reader's time zone."""

    time: datetime


@dataclass(frozen=True)
class Hour:
    """A time of day by the reader's own clock, whatever the day, within a phrase."""

    hour: time


@dataclass(frozen=True)
class Phrase:
    """A sentence of the catalogs, by key, with the values it speaks of.

    Values are plain text from wherever: the renderer escapes them. A value named `count` picks the
    plural form.
    """

    key: str
    values: Mapping[str, "Value"] = field(default_factory=dict)


Value = str | int | Money | Day | Moment | Clock | Hour | Phrase
"""What a phrase can speak of."""


@dataclass(frozen=True)
class Button:
    """Something to press. `action` is an opaque reference of ours, at most 40 ASCII characters."""

    label: Phrase
    action: str
    primary: bool = False
    rare: bool = False
    """Seldom wanted."""


@dataclass(frozen=True)
class Say:
    """A paragraph."""

    phrase: Phrase
    kind: Literal["say"] = "say"


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
class OrderFile:
    """A document to hand over; opened, and access decided again, at the moment it is sent."""

    company_id: int
    document: Document

    @property
    def name(self) -> Phrase:
        """What the person would call it: its kind, and the invoice it belongs to."""
        document, kind = self.document, Phrase(f"document_{self.document.kind}")
        if document.kind is DocumentKind.OTHER and document.title:
            return Phrase("document_titled", {"title": document.title})
        if document.number:
            return Phrase("document_numbered", {"kind": kind, "number": document.number})
        return kind


@dataclass(frozen=True)
class MadeFile:
    """A file the bot makes itself: what is in it is looked up, and access decided, when it is sent."""

    company_id: int
    what: Literal["orders", "statement", "documents"]
    reader: Reader
    """In whose language and time zone it is written."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What exactly is asked for, in the words of whoever makes it."""

    @property
    def name(self) -> Phrase:
        """What the person would call it."""
        return Phrase(f"made_{self.what}")

    @property
    def takes_long(self) -> bool:
        """Whether it is shown how far it is while it is made."""
        return self.what == "documents"


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
class Posting:
    """An order that somebody may post anywhere: by its number alone, for readers nobody knows.

    `action` opens it in private, for those who may see it.
    """

    number: str
    also: str
    """Its other number, for the poster's own eyes; empty where there is none."""
    action: str


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

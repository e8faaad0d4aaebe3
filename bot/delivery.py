"""The seams between handlers, inbox and answers: who keeps a message, answers it, delivers the reply."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol, runtime_checkable

from bot.chat.files import MadeFile, OrderFile
from bot.chat.messages import Message, Shown
from bot.chat.people import ChatUser, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Errand, Posting, Reply


class NotKept(Exception):
    """A message could not be stored: the platform must be told to send it again (5xx)."""


class DeliveryDelayed(Exception):
    """The platform did not take it now; try again after `retry_after` seconds."""

    def __init__(self, reason: str, retry_after: float = 1.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class DeliveryImpossible(Exception):
    """The platform will never take it (blocked, left, deactivated); `reason` is for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FileNotAvailable(Exception):
    """A file cannot be handed over; `phrase` tells the person why and what to do next."""

    def __init__(self, phrase: Phrase) -> None:
        super().__init__(phrase.key)
        self.phrase = phrase


class FileTooLarge(FileNotAvailable):
    """A file is there, and larger than the chat's platform takes."""


@dataclass(frozen=True, kw_only=True)
class OpenedFile:
    """A document on local disk, checked and ready to send; gone when its context closes."""

    content: BinaryIO
    """Positioned at its start."""
    name: str
    """A plain file name for the person's disk."""
    media_type: str
    size: int
    caption: Phrase
    """What is said with it."""
    version: str = ""
    """Another one for every change of its bytes; empty for what is made anew each time."""


class Show(Protocol):
    async def __call__(self, phrase: Phrase, *, final: bool = False) -> None:
        """Show how far a file is that takes long to make: one message, changed in place. Never raises."""


class FileOpener(Protocol):
    def open(
        self, message: Message, file: OrderFile | MadeFile, show: Show | None = None
    ) -> AbstractAsyncContextManager[OpenedFile]:
        """Decide the sender's access anew, fetch, check, audit; raises FileNotAvailable with what to say."""


class FilePlaces(Protocol):
    """Decides at the moment it goes whether a document may be shown to everybody in a place."""

    async def may_be_posted(self, message: Message, file: OrderFile) -> bool:
        """Whether everybody where the message was written may have it now."""

    async def posted(self, message: Message, file: OrderFile) -> None:
        """Note that it was shown there."""


@dataclass(frozen=True)
class OneTimeLink:
    """A link of ours to a file or a page: for one person, once, until `ends_at` (aware UTC)."""

    url: str
    ends_at: datetime


class FileLinks(Protocol):
    async def link(self, message: Message, file: OrderFile, reader: Reader) -> OneTimeLink:
        """Make a link for the sender. What it opens, and whether, is decided when it is followed."""


class SentFiles(Protocol):
    """Remembers how a platform names what it holds already, for one company and one version of a file."""

    async def known(self, account: str, file: OrderFile, opened: OpenedFile) -> str | None:
        """The platform's name of exactly this file, sent before by this account for this company."""

    async def sent(self, account: str, file: OrderFile, opened: OpenedFile, name: str) -> None:
        """Note what the platform calls it. `account` is the bot's own secret there."""

    async def forget(self, account: str, file: OrderFile, opened: OpenedFile) -> None:
        """The platform knows it no more."""


class PostLog(Protocol):
    """Remembers where posts for everybody went, so that they are made once and can be taken back."""

    async def where(self, message: Message) -> str | None:
        """The post a message has already become, in the handler's own terms."""

    async def posted(self, message: Message, post: str) -> None:
        """Note where it went."""


class NotFetched(Exception):
    """What somebody sent cannot be had; `reason` is `too_large` or `not_fetched`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Fetcher(Protocol):
    """Fetches from one platform what people send there."""

    async def fetch(self, shown: Shown) -> bytes:
        """All of it, at most what the platform hands over; raises NotFetched."""


class Receiver(Protocol):
    async def receive(self, message: Message) -> None:
        """Keep a message durably, once by its id; raises NotKept. Returns after the commit."""


class Answerer(Protocol):
    async def answer(self, message: Message, reader: Reader) -> Reply:
        """Compose the reply; expected failures are replies too, not exceptions."""

    async def run(self, message: Message, errand: Errand) -> None:
        """Do what a reply left to be done; called again after a crash or an exception."""


@dataclass(frozen=True)
class Completion:
    """An order of the person's that goes on from what they have typed."""

    number: str
    """What to look up when it is chosen."""
    label: Phrase


class Doorkeeper(Protocol):
    """What cannot wait for the inbox: decided from the store alone, as the person's access is now.

    The ERP is never asked.
    """

    async def is_linked(self, user: ChatUser) -> bool:
        """Whether there is a company whose orders this person may see."""

    async def complete(
        self, user: ChatUser, typed: str, *, reader: Reader, limit: int
    ) -> Sequence[Completion]:
        """The person's own orders whose numbers hold what was typed, likeliest first; with nothing typed
        the newest ones. Empty for somebody who may see none, as for a number nobody has."""


class Poster(Protocol):
    async def postings(self, user: ChatUser, text: str) -> Sequence[Posting] | None:
        """Orders that somebody may post by what they typed so far; None when they may see none at all.

        Answered at the door, from the store alone, in the right they have at this moment.
        """


class Parcel(Protocol):
    """One call to a platform's send: a message, an edit, or a file."""

    async def send(self) -> None:
        """Send it; raises DeliveryDelayed or DeliveryImpossible."""


@runtime_checkable
class TracedParcel(Parcel, Protocol):
    """A parcel whose platform can be asked whether it arrived."""

    async def arrived(self) -> bool:
        """Whether an earlier try got through. Asked only after one whose end nobody saw.

        Raises DeliveryDelayed where that cannot be told just now.
        """


@runtime_checkable
class StagedParcel(Parcel, Protocol):
    """A parcel in two calls: one that shows nothing yet, and one that shows what it made.

    What the first says is kept before the second is made, so that after a crash the platform can be
    asked for, or told to change, that very thing. `send` does both in one go.
    """

    async def stage(self) -> str:
        """Do what comes first and return its name at the platform; empty when all is done already.

        Raises DeliveryDelayed and DeliveryImpossible.
        """

    def staged(self, note: str) -> Parcel:
        """What is left to do."""


@runtime_checkable
class ResumedParcel(StagedParcel, Protocol):
    """A staged parcel that shows how far it is, and can go on with what an earlier try has shown."""

    def again(self) -> StagedParcel:
        """The same, after a try whose end nobody saw, or that is to be repeated."""


@runtime_checkable
class PacedParcel(Parcel, Protocol):
    """A parcel for a platform that limits how fast a bot may speak."""

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Wait until it may be sent; left when it was, or was not.

        Nothing is lost when the process ends meanwhile: it waits anew.
        """


class Courier(Protocol):
    """Delivers on one platform."""

    async def reader(self, message: Message) -> Reader:
        """Locale and time zone of the sender, as far as known; never raises."""

    async def working(self, message: Message) -> None:
        """Show that an answer is on its way; called after 0.7 s, then every four. Never raises."""

    def parcels(self, message: Message, reply: Reply) -> Sequence[Parcel]:
        """Split a reply into single sends, in order. The same reply always gives the same parcels."""

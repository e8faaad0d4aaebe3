"""What the bot has to say or to do without being asked just now; it goes the way of what it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.chat.buttons import Offer
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.orders import DocumentKind


@dataclass(frozen=True)
class Told:
    """What the bot itself has to say to the person it is addressed to.

    With `company_id` and `permission` it is said only if the person still has that permission there
    when it is delivered; without them it holds nothing of any company.
    """

    phrases: tuple[Phrase, ...]
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
    phrases: tuple[Phrase, ...] = ()
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
    """How much of it was agreed to: a value of `bot.answers.extents.Extent`."""
    locale: str = ""
    """What the preview was written in."""
    kind: Literal["shared"] = "shared"


@dataclass(frozen=True)
class Collect:
    """The documents of a period, to be found and sent as bundles to the person it is addressed to."""

    company_id: int
    position: str
    """Which orders' (`bot.answers.listing.Position` as JSON)."""
    kinds: tuple[DocumentKind, ...]
    """Empty: of every kind."""
    reader: Reader
    kind: Literal["collect"] = "collect"

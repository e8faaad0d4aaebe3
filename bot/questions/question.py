"""What a text asks, once understood. Values only."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Literal

from bot.orders import DocumentKind, OrderEvent, OrderStatus, Reference

Language = Literal["en", "pt", "es"]


class Intent(StrEnum):
    """What a person wants; the value is stable, it is logged and counted.

    The first group is what `orderbot parse` prints; those of linking print as the one they belong to.
    """

    FIND = "find_orders"
    """The state of an order; without references they did not say which one."""
    LIST = "list_orders"
    DOCUMENTS = "get_documents"
    """Files of an order; without references, of the one being talked about."""
    WATCH = "watch"
    UNWATCH = "unwatch"
    LIST_WATCHES = "list_watches"
    CHANGES = "changes"
    """What became different since they last looked, or since a day."""
    QUIET = "quiet"
    """When they want to hear nothing."""
    SHARE = "share"
    """Show an answer to others."""
    LINK = "link"
    UNLINK = "unlink"
    SWITCH_COMPANY = "switch_company"
    """Which of their companies is meant; for staff, any."""
    WHO_AM_I = "who_am_i"
    HELP = "help"
    THANKS = "thanks"
    UNKNOWN = "unknown"

    GREETING = "greeting"
    CODE = "code"
    """They enter the code they were mailed, and say so."""
    UNSHARE = "unshare"
    """Take back what was shown to others."""
    LINK_PHONE = "link_phone"
    LINK_WORKSPACE = "link_workspace"
    CONFIRM_WORKSPACE = "confirm_workspace"
    UNTIE_WORKSPACE = "untie_workspace"
    TIE_CHANNEL = "tie_channel"
    UNTIE_CHANNEL = "untie_channel"
    INVITE = "invite"
    INVITATION = "invitation"
    """They hold an invitation's token."""
    JOIN = "join"
    MEMBERS = "members"
    REACH = "reach"
    """How far a member of their company sees."""
    HISTORY = "history"
    """Who looked up what."""
    OPEN_PAGE = "open_page"
    """All orders, on a page outside the chat."""
    RECENT = "recent"
    """What the supplier's people looked up today."""
    STAFF_ADD = "staff_add"
    STAFF_REMOVE = "staff_remove"
    STAFF_LIST = "staff_list"

    @property
    def public(self) -> "Intent":
        """The intent this one prints as."""
        return _PUBLIC.get(self, self)


_PUBLIC = {
    Intent.QUIET: Intent.UNWATCH,
    Intent.GREETING: Intent.HELP,
    Intent.CODE: Intent.LINK,
    Intent.UNSHARE: Intent.SHARE,
    Intent.LINK_PHONE: Intent.LINK,
    Intent.LINK_WORKSPACE: Intent.LINK,
    Intent.CONFIRM_WORKSPACE: Intent.LINK,
    Intent.UNTIE_WORKSPACE: Intent.UNLINK,
    Intent.TIE_CHANNEL: Intent.LINK,
    Intent.UNTIE_CHANNEL: Intent.UNLINK,
    Intent.INVITE: Intent.LINK,
    Intent.INVITATION: Intent.LINK,
    Intent.JOIN: Intent.LINK,
    Intent.REACH: Intent.LINK,
    Intent.MEMBERS: Intent.WHO_AM_I,
    Intent.HISTORY: Intent.WHO_AM_I,
    Intent.OPEN_PAGE: Intent.LIST,
    Intent.RECENT: Intent.LIST,
    Intent.STAFF_ADD: Intent.LINK,
    Intent.STAFF_REMOVE: Intent.UNLINK,
    Intent.STAFF_LIST: Intent.WHO_AM_I,
}


@dataclass(frozen=True)
class QuietWish:
    """What is wanted of one's quiet hours; `begins` and `ends` belong to "set"."""

    what: Literal["set", "show", "off"]
    begins: time = time(0, 0)
    ends: time = time(0, 0)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """ "Every Monday at 9", in the reader's time zone."""

    weekday: int | None = None
    """Monday is 0; None for every day."""
    at: time | None = None
    """None where no hour was named."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which orders of many are meant. Nothing set means all."""

    late: bool = False
    backordered: bool = False
    invoiced: bool | None = None
    unpaid: bool = False
    overdue: bool = False
    """With an invoice past its due date."""
    on_hold: bool = False
    statuses: tuple[OrderStatus, ...] = ()
    """Any of these."""
    product: str | None = None
    """Words for a product, as written."""
    sku: str | None = None
    """An article's number, upper case."""
    place: str | None = None
    """Where the goods go, as written."""
    placed_by: str | None = None
    """A person's name as written, or ME."""


ME = "me"
"""In `Filters.placed_by`: whoever asks."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """A stretch of time, aware UTC; `until` is exclusive. Whole days of the reader's time zone."""

    since: datetime
    until: datetime
    words: str = ""
    """The words it was read from, folded ("since 1 june")."""
    began: bool = True
    """False for "until 1 June": `since` is only as far back as anybody asks."""
    ended: bool = True
    """False for "since 1 June": `until` is only the end of today."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A text, understood. Fields that do not belong to the intent are empty.

    `references` belong to FIND, DOCUMENTS, WATCH, UNWATCH, CHANGES and SHARE; `period` to LIST, CHANGES and
    DOCUMENTS; `limit`, `open_only` and `filters` to LIST, DOCUMENTS and WATCH; `sheet` and `invoices` to
    LIST and DOCUMENTS; `events`, `schedule` and `for_all` to WATCH; `every` to
    UNWATCH; `email` to LINK and LINK_WORKSPACE; `invitation`
    to INVITATION; `role` and `people` to INVITE and STAFF_ADD; `tax_id` to JOIN; `company` to
    SWITCH_COMPANY and TIE_CHANNEL, and to any question that names one before a colon; `reach`, `people` or
    `member`, and the branch as `company` to REACH. `code` belongs to CODE, and to a FIND whose text was
    nothing but six digits: whether they are a code depends on whether one is awaited.
    """

    intent: Intent
    references: tuple[Reference, ...] = ()
    documents: tuple[DocumentKind, ...] = ()
    """The kinds asked for, in the order they were named."""
    all_documents: bool = False
    """Every document there is; `documents` is empty then."""
    period: Period | None = None
    limit: int | None = None
    open_only: bool = False
    filters: Filters = Filters()
    ordinal: int | None = None
    """ "The second one" of what was listed; -1 is the last."""
    same_order: bool = False
    """It goes on from the order being talked about: "and its XML?"."""
    for_all: bool = False
    """Of a watch: all who are in the place are to hear of it, "tell us", "let the channel know"."""
    every: bool = False
    """All that is watched: "stop all alerts"."""
    events: tuple[OrderEvent, ...] = ()
    schedule: Schedule | None = None
    quiet: QuietWish | None = None
    """Of QUIET."""
    confidence: float = 1.0
    """How sure the reading is, from 0 to 1; below DOUBTFUL it is better to ask back."""
    nearest: tuple[Intent, ...] = ()
    """Of UNKNOWN: the two intents that come nearest."""
    sheet: bool = False
    """A list or statement is wanted as a workbook: "as excel", "em planilha"."""
    invoices: bool = False
    """The open invoices themselves are asked for, not the orders that have some."""
    email: str | None = None
    """Lower case."""
    code: str | None = None
    """Six digits."""
    invitation: str | None = None
    """`inv-` and 32 hexadecimal digits."""
    role: str | None = None
    """buyer, accounts_payable, logistics or admin."""
    people: tuple[str, ...] = ()
    """Ids of people and user groups that were mentioned, as the platform has them."""
    member: str | None = None
    """A colleague's name, folded, where nobody was mentioned."""
    reach: str | None = None
    """own, unit, company or company_tree."""
    company: str | None = None
    """A company's name, key or tax id, folded."""
    tax_id: str | None = None
    """Letters and digits only, upper case."""
    language: Language = "en"
    """The language of the text, or of the locale where the text gives no sign."""
    language_told: bool = True
    """False where the text gave no sign."""


DOUBTFUL = 0.5

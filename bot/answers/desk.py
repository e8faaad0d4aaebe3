"""What every answer works with: the tools on the desk, the turn at hand, the answer being made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import structlog

from bot.answers.notebook import Notebook
from bot.answers.regulars import Regulars
from bot.chat.buttons import Button, Offer
from bot.chat.messages import Message, Shown
from bot.chat.people import Audience, ChatUser, Conversation, Platform, PostedAt, Reader
from bot.chat.phrases import Phrase, Value
from bot.chat.replies import Errand, Part, Say
from bot.chat.unasked import Collect, Shared, Told
from bot.delivery import OneTimeLink
from bot.erp.gateway import Gateway
from bot.kept.questions import Kept
from bot.kept.values import KeptQuestion
from bot.linking import Access, AuditEntry, IssuedCode, LinkedCompany, Linking
from bot.linking.invitations import Invitations
from bot.linking.members import Members
from bot.linking.requests import Requests
from bot.linking.staff import StaffDesk
from bot.linking.ways import Way, Ways
from bot.memory import Act, Memory
from bot.numbers.index import Numbers
from bot.orders import Order
from bot.reading.found import Seen
from bot.scope import CompanyScope
from bot.spoken import Focus, Spot
from bot.store import Store
from bot.watching import Watches


class CodeMailer(Protocol):
    """Mails what the bot has to say outside the chat, in the reader's language."""

    async def reachable(self) -> bool:
        """Whether the mail server answers now; asks it nothing about any address."""

    async def send(self, issued: IssuedCode, platform: str, reader: Reader) -> None:
        """Mail a one-time code; raises bot.mail.MailFailed, after which sending may be tried again."""

    async def notify(self, to: str, subject: Phrase, lines: Sequence[Phrase], reader: Reader) -> None:
        """Mail a few sentences; raises bot.mail.MailFailed."""


class Eyes(Protocol):
    """Looks at a picture or file somebody sent."""

    async def look(self, platform: Platform, shown: Shown) -> Seen:
        """The numbers on it, or why there are none; never raises for what it is shown."""


class Teller(Protocol):
    """Says something to a person who has not asked, in their direct chat."""

    async def tell(self, id: str, user: ChatUser, told: Told) -> None:
        """Kept durably and said once per id; raises bot.delivery.NotKept."""


class Speaker(Teller, Protocol):
    """Says something on behalf of a person, too."""

    async def collect(
        self, id: str, user: ChatUser, asked: Collect, place: tuple[Conversation, Mapping[str, str]] | None
    ) -> None:
        """Do what takes long, apart from the chat, and say there what comes of it; likewise."""

    async def share(self, id: str, user: ChatUser, shared: Shared, place: Conversation) -> None:
        """Post for everybody in a place, as this person; likewise."""


class Homes(Protocol):
    """Shows people their home anew, on platforms where the bot has one."""

    def has_home(self, user: ChatUser) -> bool:
        """Whether this person's platform has such a page."""

    async def show(self, id: str, user: ChatUser) -> None:
        """Kept durably and done once per id; raises bot.delivery.NotKept."""


class Browser(Protocol):
    """Lets a person go on with their orders outside the chat."""

    async def orders(self, user: ChatUser, company_id: int, reader: Reader) -> OneTimeLink:
        """Make a link to a company's orders. Whether it opens anything is decided when it is followed."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The tools an answer may use. `code_mailer` is None where no mail is set up, `browser` where the bot
    has no address that browsers reach."""

    gateway: Gateway
    store: Store
    linking: Linking
    services: Ways
    memory: Memory
    kept: Kept
    numbers: Numbers
    watches: Watches
    teller: Speaker
    homes: Homes
    code_mailer: CodeMailer | None
    eyes: Eyes
    support_contact: str
    clock: Callable[[], datetime]
    browser: Browser | None = None
    files_in_channels: frozenset[Platform] = frozenset()
    """Where documents may be posted in a company's own channel."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """What customers may call an ERP's part of their orders, by the ERP's name."""
    regulars: Regulars = field(default_factory=Regulars)

    @property
    def ways(self) -> frozenset[Way]:
        """The ways in that are open."""
        return self.services.open

    @property
    def invitations(self) -> Invitations:
        return self.services.invitations

    @property
    def requests(self) -> Requests:
        return self.services.requests

    @property
    def members(self) -> Members:
        return self.services.members

    @property
    def staff(self) -> StaffDesk:
        return self.services.staff

    async def tell(self, id: str, user: ChatUser, told: Told) -> None:
        """Say something to a person who has not asked; once per id.

        On Telegram only to those who have spoken with the bot: it may not begin a chat there.
        """
        if user.platform is Platform.TELEGRAM and await self.linking.standings.name_of(user) is None:
            structlog.get_logger().info("not_told", reason="never_spoken")
            return
        await self.teller.tell(id, user, told)

    def record(
        self, turn: "Turn", act: str, outcome: str, numbers: Sequence[str] = (), *, missing: int = 0
    ) -> None:
        """Note the audit row of this turn: who, for which company, what, and how it ended.

        `missing` is how many of several numbers were not found; what was not found at all is one.
        """
        if misses := missing or int(outcome == "not_found"):
            turn.notebook.miss(misses)
        company = turn.about
        turn.notebook.audit(
            AuditEntry(
                user=turn.message.sender,
                company_id=company.company_id if company else None,
                act=act,
                outcome=outcome,
                subject=tuple(numbers),
                conversation=turn.message.conversation.lane,
            )
        )

    def buttons(self, turn: "Turn", wanted: Sequence[Offer]) -> tuple[Button, ...]:
        """Make buttons whose meaning stays with us: they carry opaque references only."""
        company = turn.about
        acts = [
            Act(
                kind=button.act,
                company_id=button.company_id or (company.company_id if company else 0),
                values={**button.values, "locale": turn.reader.locale},
            )
            for button in wanted
        ]
        return tuple(
            Button(
                label=button.label,
                action=turn.notebook.button(act),
                primary=button.primary,
                rare=button.rare,
            )
            for button, act in zip(wanted, acts, strict=True)
        )

    def speak_of(self, turn: "Turn", scope: CompanyScope, order_number: str) -> None:
        """Note the order being talked about, for "and its invoice?"; `scope` is the part where it lives."""
        erp = scope.erp if len(scope.erps) == 1 else ""
        key = scope.keys[0] if erp and len(scope.keys) == 1 else ""
        turn.notebook.focus(turn.spot, Focus(scope.company_id, order_number, erp, key))

    def speak_of_list(self, turn: "Turn", scope: CompanyScope, orders: Sequence[Order]) -> None:
        """Note the orders that are listed, for "the second one"."""
        listed = (
            Focus(scope.company_id, order.order_number, order.erp, order.company_key or "")
            for order in orders
        )
        turn.notebook.focus(turn.spot, Focus(scope.company_id, "", listed=tuple(listed)))


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One message being answered, with the access its sender has at this moment."""

    message: Message
    reader: Reader
    access: Access
    now: datetime
    notebook: Notebook
    company: LinkedCompany | None = None
    """The company this answer is about, where it is another than the current one."""
    again: KeptQuestion | None = None
    """The question that waited and is asked once more; `now` is then when it was asked first."""

    @property
    def about(self) -> LinkedCompany | None:
        """The company this answer is about."""
        return self.company or self.access.current

    @property
    def spot(self) -> Spot:
        """Where this person's talk is remembered: in their own part of the conversation, and its thread."""
        message = self.message
        return Spot(
            f"{message.conversation.lane}|{message.sender.key}",
            message.conversation.thread or message.begins,
            begins=bool(message.begins),
        )


@dataclass(frozen=True)
class Answer:
    """The content of a reply, before it is addressed."""

    parts: tuple[Part, ...]
    errands: tuple[Errand, ...] = ()
    replaces: bool = False
    company: LinkedCompany | None = None
    """The company it speaks of, where that is not the current one: what its reader may see there counts."""

    open_to: Audience | None = None
    """Who else reads it, where it is posted for everybody in the conversation."""
    retracts: tuple[PostedAt, ...] = ()
    """Posts of ours to be taken back."""

    def then(self, *errands: Errand) -> "Answer":
        """The same answer, with more to be done after it."""
        return replace(self, errands=(*self.errands, *errands))


def say(key: str, **values: Value) -> Answer:
    """An answer of one sentence."""
    return Answer((Say(Phrase(key, values)),))


def not_found(scope: CompanyScope, numbers: Sequence[str] = ()) -> Answer:
    """The same words for what is not there and for what belongs to somebody else; several are named."""
    if len(numbers) > 1:
        return say("not_found_none", company=scope.company_name, numbers=", ".join(numbers))
    return say("not_found", company=scope.company_name)

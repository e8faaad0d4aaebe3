"""A stage for random play: the real assistant, linking and store; an ERP and a platform in memory.

One store serves all sequences, each with companies and people of its own: a migration and a database
a sequence would cost more than the play.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

from bot.answers.assistant import Assistant
from bot.answers.desk import Desk
from bot.answers.files import Files
from bot.chat.buttons import Button
from bot.chat.messages import Asked, Content, Message, Pressed
from bot.chat.people import ChatUser, Conversation, Platform, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Choice, DeepLink, OrderCard, OrderTable, Reply
from bot.chat.replies import Files as FilesPart
from bot.delivery import FileNotAvailable
from bot.erp.gateway import Gateway
from bot.erp.line import ErpLimits
from bot.handlers.slack.blocks import posts
from bot.handlers.telegram.render import Bubble, render
from bot.kept.questions import Kept
from bot.keys import Keys
from bot.linking import IssuedCode, Linking, StoredContacts
from bot.linking.budgets import Budgets, Limits
from bot.linking.channels import Channels
from bot.linking.invitations import Invitations
from bot.linking.members import Members
from bot.linking.phones import Phones
from bot.linking.reaches import Reaches
from bot.linking.requests import Requests
from bot.linking.staff import StaffDesk
from bot.linking.ways import Way, Ways
from bot.linking.workspaces import Workspaces
from bot.looking import Looker
from bot.making.maker import Maker
from bot.memory import Memory
from bot.numbers.index import Numbers
from bot.store import Store
from bot.telling import HomePages, Teller
from bot.watching import Watches
from bot.watching.sweeper import Sweeper
from bot.wording import Wording, load_catalogs
from tests.linking.desk import Clock
from tests.linking.platform import ThePlatform
from tests.machine.books import LooseErp

READER = Reader("en", "UTC")
SUPPLIER = "T0SUPPLIER"


@dataclass
class Mailbox:
    """A mail server that keeps what it was given (`bot.answers.desk.CodeMailer`)."""

    codes: dict[str, IssuedCode] = field(default_factory=dict)
    notices: list[tuple[str, tuple[Phrase, ...]]] = field(default_factory=list)

    async def reachable(self) -> bool:
        return True

    async def send(self, issued: IssuedCode, platform: str, reader: Reader) -> None:
        self.codes[issued.email] = issued

    async def notify(self, to: str, subject: Phrase, lines: Sequence[Phrase], reader: Reader) -> None:
        self.notices.append((to, (subject, *lines)))


@dataclass
class Later:
    """An inbox that delivers what the bot says by itself only when the play says so."""

    messages: list[Message] = field(default_factory=list)

    async def receive(self, message: Message) -> None:
        self.messages.append(message)


class Stage:
    """Everything, built once; `runner` is the one loop it lives on."""

    def __init__(self, database: Path, keys: Keys) -> None:
        self.runner = asyncio.Runner()
        self.clock, self.platform, self.erp = Clock(), ThePlatform(), LooseErp()
        self.mailbox, self.later = Mailbox(), Later()
        self.numbers = count(1)
        self.runner.run(self._build(database, keys))

    async def _build(self, database: Path, keys: Keys) -> None:
        self.store = Store(f"sqlite:///{database}")
        directories = [StoredContacts(self.store, keys)]
        memberships = {Platform.SLACK: self.platform, Platform.TELEGRAM: self.platform}
        self.linking = Linking(
            self.store,
            keys,
            directories,
            clock=self.clock,
            memberships=memberships,
            staff_workspace=SUPPLIER,
        )
        self.services = Ways(
            open=frozenset(Way),
            invitations=Invitations(self.linking),
            requests=Requests(self.linking),
            members=Members(self.linking),
            reaches=Reaches(self.linking),
            workspaces=Workspaces(self.linking, memberships),
            channels=Channels(self.linking, memberships),
            staff=StaffDesk(self.linking, memberships, SUPPLIER),
            phones=Phones(self.linking, directories, region="BR"),
            budgets=Budgets(self.linking.books, Limits()),
        )
        self.order_numbers = Numbers(self.store, keys, clock=self.clock)
        self.wording = Wording(load_catalogs(), supplier_name="Acme")
        gateway = Gateway([self.erp], limits=ErpLimits(cache_seconds=600), clock=self.clock)
        kept = Kept(self.store, keys, lasts=timedelta(0), places={}, clock=self.clock)
        self.watches = Watches(self.store, keys, clock=self.clock)
        maker = Maker(gateway, self.linking, self.wording, clock=self.clock)
        self.files = Files(gateway, self.linking, kept, maker, largest_megabytes=1)
        direct = {Platform.SLACK: direct_place, Platform.TELEGRAM: direct_place}
        teller = Teller(self.later, direct)
        self.sweeper = Sweeper(
            watches=self.watches,
            linking=self.linking,
            gateway=gateway,
            say=teller,
            every=timedelta(minutes=5),
            clock=self.clock,
        )
        self.assistant = Assistant(
            Desk(
                gateway=gateway,
                store=self.store,
                linking=self.linking,
                services=self.services,
                memory=Memory(self.store, keys, clock=self.clock),
                kept=kept,
                numbers=self.order_numbers,
                watches=self.watches,
                teller=teller,
                homes=HomePages(self.later, {Platform.SLACK: direct_place}),
                code_mailer=self.mailbox,
                eyes=Looker({}),
                support_contact="",
                clock=self.clock,
            )
        )

    def sweep(self) -> None:
        """Look at what is watched, as a running bot does every few minutes."""
        self.runner.run(self.sweeper.hand_over())
        self.runner.run(self.sweeper.tell_due())
        self.runner.run(self.sweeper.sweep_due())

    def close(self) -> None:
        self.runner.run(self.store.aclose())
        self.runner.close()

    def say(self, user: ChatUser, content: Content | str) -> tuple[Reply, str]:
        """What somebody is answered in their direct chat, and all of it as the platforms would get it."""
        message = Message(
            id=f"play:{next(self.numbers):09}",
            sender=user,
            conversation=direct_place(user)[0],
            content=Asked(content) if isinstance(content, str) else content,
            received_at=self.clock(),
        )
        return self.runner.run(self._answered(message))

    def press(self, user: ChatUser, button: Button) -> tuple[Reply, str]:
        return self.say(user, Pressed(button.action))

    async def _answered(self, message: Message) -> tuple[Reply, str]:
        reply = await self.assistant.answer(message, READER)
        for errand in reply.errands:
            await self.assistant.run(message, errand)
        return reply, self.payload(reply)

    def payload(self, reply: Reply) -> str:
        """Every character that leaves for either platform."""
        slack = [post.blocks for post in posts(reply.parts, reply.reader, self.wording)]
        slack_text = [post.text for post in posts(reply.parts, reply.reader, self.wording)]
        telegram = [
            repr(piece) if isinstance(piece, Bubble) else json.dumps(asdict(piece), default=str)
            for piece in render(reply, self.wording)
        ]
        return json.dumps([slack, slack_text, telegram], default=str, ensure_ascii=False)

    def deliver(self, reply: Reply, user: ChatUser) -> str:
        """What a person gets when the files of a reply are sent to them now."""
        return self.runner.run(self._deliver(reply, user))

    async def _deliver(self, reply: Reply, user: ChatUser) -> str:
        sent = []
        asked = Message(
            id="play:files",
            sender=user,
            conversation=direct_place(user)[0],
            content=Asked(""),
            received_at=self.clock(),
        )
        for part in reply.parts:
            for file in part.files if isinstance(part, FilesPart) else ():
                try:
                    async with self.files.open(asked, file) as opened:
                        sent.append(opened.content.read().decode())
                except FileNotAvailable:
                    continue
        return " ".join(sent)


def direct_place(user: ChatUser) -> tuple[Conversation, Mapping[str, str]]:
    return Conversation(user.platform, f"D{user.user_id}", user.workspace), {}


def buttons_of(reply: Reply) -> list[Button]:
    found: list[Button] = []
    for part in reply.parts:
        match part:
            case OrderCard() | Choice() | Actions():
                found += part.buttons
            case OrderTable():
                found += (*part.rows, *part.buttons)
    return found


def tokens_of(reply: Reply) -> list[str]:
    return [part.token for part in reply.parts if isinstance(part, DeepLink)]

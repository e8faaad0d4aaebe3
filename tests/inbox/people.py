"""Messages, and an answerer and a courier whose behaviour a test states."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa
from dbos import DBOSClient

from bot.chat.messages import Asked, Message
from bot.chat.people import ChatUser, Conversation, Platform, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Errand, Reply, Say
from bot.inbox import Inbox, InboxSettings, Worker
from bot.inbox.in_line import Told
from bot.inbox.storage import ANSWER, APPLICATION, QUEUE, SCHEMA, VERSION, SealedJson

KEY = "qLpeZkUEMCKLnAf3wDDD2HMmJrUSyJLDVXiQIYBmdYI="
OTHER_KEY = "HhkTxVMrsnQ2ZlOqTKhyyZHaoDZ5fzcG_dGkCHzhk2A="


def message(number: int, *, lane: str = "D0ANA", text: str = "Where is PO-7782?") -> Message:
    return Message(
        id=f"slack:ev:{number:010d}.000100:Ev{number}",
        sender=ChatUser(Platform.SLACK, "U0ANA", "T0CUSTOMER"),
        conversation=Conversation(Platform.SLACK, lane, "T0CUSTOMER"),
        content=Asked(text),
        received_at=datetime(2026, 1, 5, 12, 0, tzinfo=UTC),
        handle={"channel": lane},
    )


def saying(*keys: str, errands: Sequence[Errand] = ()) -> Reply:
    """A reply of one paragraph per key; each goes out as a parcel of its own."""
    return Reply(parts=tuple(Say(Phrase(key)) for key in keys), reader=Reader(), errands=tuple(errands))


def enqueue_by_dbos(connection: sa.Connection, id: str, lane: str, packed: str) -> None:
    """Keep a message as DBOS itself does, and releases did that left it to do so."""
    client = DBOSClient(
        system_database_engine=connection.engine,
        dbos_system_schema=SCHEMA,
        serializer=SealedJson((KEY,)),
        application_name=APPLICATION,
        lazy=True,
    )
    client.enqueue_in_transaction(
        connection,
        {
            "workflow_name": ANSWER,
            "queue_name": QUEUE,
            "workflow_id": id,
            "queue_partition_key": lane,
            "app_version": VERSION,
        },
        packed,
    )
    client.destroy()


async def nothing() -> None:
    """What happens while a parcel is sent, unless a test says otherwise."""


@dataclass
class Desk:
    """Answers with `reply`, or with what `does` returns for a message."""

    reply: Reply = field(default_factory=lambda: saying("found"))
    does: Callable[[Message], Awaitable[Reply]] | None = None
    errand: Callable[[Errand], Awaitable[None]] | None = None
    asked: list[str] = field(default_factory=list)
    errands: list[str] = field(default_factory=list)

    async def answer(self, message: Message, reader: Reader) -> Reply:
        self.asked.append(message.id)
        return await self.does(message) if self.does else self.reply

    async def run(self, message: Message, errand: Errand) -> None:
        self.errands.append(errand.name)
        if self.errand:
            await self.errand(errand)


@dataclass
class Post:
    """Delivers by remembering; `before` may raise or wait for a given message and phrase."""

    before: Callable[[Message, Phrase], Awaitable[None]] | None = None
    tried: list[tuple[str, str]] = field(default_factory=list)
    delivered: list[tuple[str, str]] = field(default_factory=list)
    phrases: dict[str, list[Phrase]] = field(default_factory=lambda: defaultdict(list))
    shown_working: list[str] = field(default_factory=list)

    async def reader(self, message: Message) -> Reader:
        return Reader("pt-BR", "America/Sao_Paulo")

    async def working(self, message: Message) -> None:
        self.shown_working.append(message.id)

    def parcels(self, message: Message, reply: Reply) -> Sequence["Letter"]:
        return [Letter(self, message, part.phrase) for part in reply.parts if isinstance(part, Say)]


@dataclass
class Letter:
    post: Post
    message: Message
    phrase: Phrase

    async def send(self) -> None:
        self.post.tried.append((self.message.id, self.phrase.key))
        if self.post.before:
            await self.post.before(self.message, self.phrase)
        self.post.delivered.append((self.message.id, self.phrase.key))
        self.post.phrases[self.message.id].append(self.phrase)


@asynccontextmanager
async def open_inbox(
    settings: InboxSettings, desk: Desk, post: Post, told: Told | None = None
) -> AsyncIterator[tuple[Inbox, Worker]]:
    """Both sides in one process, as `orderbot serve` runs them."""
    worker = Worker(settings, desk, {Platform.SLACK: post}, told=told)
    inbox = Inbox(settings, kept=worker.wake)
    await worker.start()
    try:
        yield inbox, worker
    finally:
        await inbox.close()
        await worker.stop(drain_seconds=0)


async def until(condition: Callable[[], bool], *, seconds: float = 20.0) -> None:
    """Wait for something to become true; fails the test when it does not."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - much of what is waited for happens in other processes
            await asyncio.sleep(0.01)

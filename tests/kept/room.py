"""People who ask while the ERP is down, and what they read then and later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import update
from sqlmodel import col, select

from bot.building.built import Core
from bot.chat.buttons import Button
from bot.chat.messages import Asked, Content, Message, Pressed
from bot.chat.people import ChatUser, Conversation, Platform, Reader
from bot.chat.replies import Actions, Choice, OrderCard, OrderTable, Reply, Say
from bot.demo.supplier.faults import Faults
from bot.handlers.slack.places import Place
from bot.kept.rows import KeptRow
from bot.linking.tables import Spending

ANA = ChatUser(Platform.SLACK, "U0ANA", "T1")
BRUNO = ChatUser(Platform.SLACK, "U0BRUNO", "T1")
READER = Reader("en", "UTC")
How = Literal["message", "command", "button"]


@dataclass
class Kept:
    """An inbox that keeps in a list, each id once."""

    messages: list[Message] = field(default_factory=list)

    async def receive(self, message: Message) -> None:
        if all(message.id != one.id for one in self.messages):
            self.messages.append(message)


@dataclass
class Room:
    core: Core
    faults: Faults
    inbox: Kept
    asked: int = 0
    done: int = 0
    replies: dict[str, Reply] = field(default_factory=dict)

    async def ask(
        self, text: str, *, who: ChatUser = ANA, how: How = "message", reader: Reader = READER
    ) -> Reply:
        return await self.say(Asked(text), who=who, how=how, reader=reader)

    async def press(self, button: Button, *, who: ChatUser = ANA) -> Reply:
        return await self.say(Pressed(button.action), who=who, how="button")

    async def say(
        self, content: Content, *, who: ChatUser = ANA, how: How = "message", reader: Reader = READER
    ) -> Reply:
        return await self.answered(self.message(content, who=who, how=how), reader)

    def message(self, content: Content, *, who: ChatUser = ANA, how: How = "message") -> Message:
        """In the direct chat, or by a command typed in a channel."""
        self.asked += 1
        direct = how != "command"
        channel = f"D{who.user_id}" if direct else "C0ORDERS"
        place = Place(
            kind=how,
            channel=channel,
            user=who.user_id,
            private=direct,
            response_url="" if direct else "https://slack.example/respond",
            response_until=0.0 if direct else datetime.now(UTC).timestamp() + 1800,
        )
        return Message(
            id=f"slack:ev:{self.asked:06}",
            sender=who,
            conversation=Conversation(Platform.SLACK, channel, "T1", private=direct),
            content=content,
            received_at=datetime.now(UTC),
            handle=place.handle(),
        )

    async def answered(self, message: Message, reader: Reader = READER) -> Reply:
        """Compose, and run the errands, as a worker does."""
        reply = await self.core.assistant.answer(message, reader)
        for errand in reply.errands:
            await self.core.assistant.run(message, errand)
        return reply

    async def let_go(self) -> list[tuple[Message, Reply]]:
        """One look at what waits, and the answers to what was let go."""
        await self.core.releaser.look()
        fresh, self.done = self.inbox.messages[self.done :], len(self.inbox.messages)
        return [(message, await self.answered(message)) for message in fresh]

    async def come_back(self, *, looks: int = 10, after: float = 300) -> list[tuple[Message, Reply]]:
        """The ERP answers again, after some seconds: everything that is answered then, in order."""
        self.faults.mode = "ok"
        await self.later(seconds=after)
        answers = []
        for _ in range(looks):
            answers += await self.let_go()
        return answers

    async def later(self, *, seconds: float) -> None:
        """As if so much time had passed since anything was asked, tried or missed."""
        ago = timedelta(seconds=seconds)
        async with self.core.store.writing() as session:
            for at in {*(await session.exec(select(col(Spending.at)))).all()}:
                await session.exec(update(Spending).where(col(Spending.at) == at).values(at=at - ago))
            rows = (await session.exec(select(KeptRow))).all()
            for row in rows:
                values: Mapping[str, object] = {
                    "not_before": row.not_before - ago,
                    "until": row.until - ago,
                    "released_at": row.released_at and row.released_at - ago,
                    "ended_at": row.ended_at and row.ended_at - ago,
                }
                await session.exec(update(KeptRow).where(col(KeptRow.id) == row.id).values(**values))

    async def rows(self) -> list[KeptRow]:
        async with self.core.store.reading() as session:
            return list((await session.exec(select(KeptRow).order_by(col(KeptRow.kept_at)))).all())

    def words(self, reply: Reply) -> list[str]:
        """The sentences of a reply."""
        say = self.core.wording.say
        return [say(part.phrase, reply.reader) for part in reply.parts if isinstance(part, Say)]

    def button(self, reply: Reply, label: str) -> Button:
        found = [one for one in buttons(reply) if self.core.wording.say(one.label, reply.reader) == label]
        assert found, [self.core.wording.say(one.label, reply.reader) for one in buttons(reply)]
        return found[0]


def buttons(reply: Reply) -> list[Button]:
    found: list[Button] = []
    for part in reply.parts:
        match part:
            case OrderCard() | Choice() | Actions():
                found += part.buttons
            case OrderTable():
                found += (*part.rows, *part.buttons)
    return found


def orders(reply: Reply) -> list[str]:
    """The orders a reply shows in full."""
    return [part.order.order_number for part in reply.parts if isinstance(part, OrderCard)]

"""What the parcels of one reply share: where they go, how, and what a refusal says about the chat."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from telegram.ext import ExtBot

from bot.chat.messages import Message
from bot.chat.people import Reader
from bot.chat.unasked import Fired, Resumed, Told
from bot.delivery import DeliveryDelayed, DeliveryImpossible
from bot.handlers.telegram.client import bot_id
from bot.handlers.telegram.pace import Pace
from bot.handlers.telegram.places import Place
from bot.handlers.telegram.quiet import QuietHours
from bot.handlers.telegram.render import Bubble
from bot.handlers.telegram.reports import blocked_by, moved_to
from bot.handlers.telegram.sending import BLOCKED, RATE_LIMITED, Posted, send_text


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How the bot behaves towards Telegram and its people."""

    pace: Pace | None = None
    """None: as fast as it can, for a server of one's own without limits."""
    quiet: QuietHours | None = None
    """When what nobody asked for makes no sound."""
    placeholder: bool = False
    """Whether an answer takes its place before it comes, so that a crash cannot repeat it."""
    protect: bool = False
    """Whether files may not be forwarded or saved."""
    megabytes: int = 0
    """The largest file the server takes; 0: by whose it is."""
    report: Callable[[Message], Awaitable[None]] | None = None
    """Keeps what Telegram lets us know by refusing a call: somebody blocked the bot, a group moved."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True)
class Line:
    """From one reply to one place."""

    bot: ExtBot[None]
    place: Place
    message: Message
    reader: Reader
    manners: Manners

    def turn(self, messages: int = 1, *, slow: bool = False) -> AbstractAsyncContextManager[None]:
        """Wait until so many may be sent, before sending them; `slow` is what takes long."""
        pace = self.manners.pace
        if pace is None:
            return nullcontext()
        return (pace.slow_turn if slow else pace.turn)(self.place.chat, messages)

    def one_more(self) -> AbstractAsyncContextManager[None]:
        """Wait until one more message may be sent, in a turn that did not count."""
        return self.manners.pace.one_more() if self.manners.pace is not None else nullcontext()

    @property
    def unasked(self) -> bool:
        """Whether the reader is not waiting for it at this moment."""
        return isinstance(self.message.content, Fired | Told | Resumed)

    @property
    def silent(self) -> bool:
        """Whether this comes unasked, at night where the reader is."""
        quiet = self.manners.quiet
        return self.unasked and quiet is not None and quiet.at(self.manners.clock(), self.reader)

    async def say(self, bubble: Bubble) -> Posted:
        return await send_text(self.bot, self.place, bubble, silent=self.silent, moved=self._moved)

    @asynccontextmanager
    async def noting(self) -> AsyncIterator[None]:
        """Note what a refusal says about the chat, and pass it on."""
        try:
            yield
        except DeliveryDelayed as delayed:
            if delayed.reason == RATE_LIMITED and self.manners.pace is not None:
                self.manners.pace.hold(self.place.chat, delayed.retry_after)
            raise
        except DeliveryImpossible as impossible:
            if impossible.reason == BLOCKED and self.message.conversation.private:
                await self._report(blocked_by(self.message))
            raise

    async def _moved(self, new: int) -> None:
        await self._report(moved_to(bot_id(self.bot.token), self.place.chat, new))

    async def _report(self, message: Message) -> None:
        if self.manners.report is not None:
            await self.manners.report(message)

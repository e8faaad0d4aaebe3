"""How a message becomes its reply: in its turn, within a time, and an apology where it does not."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from bot.chat.messages import Message
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Reply, Say
from bot.delivery import Answerer, Courier
from bot.frames import came_through
from bot.inbox.basics import InboxSettings
from bot.inbox.places import Places, has_waited
from bot.inbox.storage import Codec, store_is_away
from bot.inbox.trying import Patience, delayed

Log = structlog.typing.FilteringBoundLogger
Group = Callable[[Message], str]
"""With whom a message shares its turn, where there are more than can be composed at once."""

# After 0.7 s, below which nobody wonders, then every 4 s: Telegram's typing sign lasts five seconds.
_WORKING_AFTER = 0.7
_WORKING_EVERY = 4.0
_APOLOGY = "answer_failed"


class Composing:
    """Composes for one worker, so many replies at a time."""

    def __init__(self, settings: InboxSettings, codec: Codec, answerer: Answerer, group: Group) -> None:
        self._settings = settings
        self._codec = codec
        self._answerer = answerer
        self._group = group
        self._places = Places(settings.worker_concurrency)
        self._waiting: dict[str, Message] = {}

    def waiting(self) -> Sequence[Message]:
        """What has been taken up and waits for a place in which to be composed."""
        return list(self._waiting.values())

    async def reply(self, message: Message, courier: Courier) -> tuple[Reply, str]:
        """The reply, and as it is kept."""
        began, outcome, reader = time.perf_counter(), "done", Reader()
        log, patience = structlog.get_logger(), Patience(self._settings)
        while True:
            try:
                async with self._place(message), asyncio.timeout(self._settings.answer_seconds):
                    reader = await courier.reader(message)
                    async with _shown_as_working(courier, message):
                        reply = await self._answerer.answer(message, reader)
                packed = self._codec.pack_reply(reply)
            except Exception as error:
                # A database that restarts is no reason to tell somebody that they will get no answer.
                pause = patience.after(delayed(error)) if store_is_away(error) else None
                if pause is not None:
                    log.warning("answer_delayed", reason=type(error).__name__, retry_after=pause)
                    await asyncio.sleep(pause)
                    continue
                outcome = "failed"
                log_failure(log, "answer_failed", message, error)
                reply = apology(message, reader, type(error).__name__)
                packed = self._codec.pack_reply(reply)
            break
        log.info(
            "composed",
            platform=str(message.conversation.platform),
            outcome=outcome,
            seconds=round(time.perf_counter() - began, 4),
        )
        return reply, packed

    async def last_words(self, message: Message, courier: Courier) -> tuple[Reply, str]:
        """The same where the message ended several processes."""
        reason = "ended_its_process_too_often"
        structlog.get_logger().error("answer_failed", reason=reason, incident=incident(message.id))
        reply = apology(message, await courier.reader(message), reason)
        return reply, self._codec.pack_reply(reply)

    @asynccontextmanager
    async def _place(self, message: Message) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            self._waiting[message.id] = message
            try:
                place = self._places.of(self._group(message), waited=has_waited(message))
                await stack.enter_async_context(place)
            finally:
                del self._waiting[message.id]
            yield


def apology(message: Message, reader: Reader, reason: str = "") -> Reply:
    """The last words on a message that could not be answered; `reason` is for the operator alone."""
    phrase = Phrase(_APOLOGY, {"incident": incident(message.id), "reason": reason})
    return Reply(parts=(Say(phrase),), reader=reader)


def apologises_for(reply: Reply) -> str:
    """Why a message was not answered, where the reply is an apology; else nothing."""
    match reply.parts:
        case (Say(Phrase(key=key, values=values)),) if key == _APOLOGY:
            return str(values.get("reason") or "failed")
    return ""


def incident(message_id: str) -> str:
    """What the person quotes and the operator searches for. Of the id alone: a second run says the same."""
    return hashlib.blake2b(message_id.encode(), digest_size=4).hexdigest().upper()


def log_failure(log: Log, event: str, message: Message, error: Exception) -> None:
    """Tell the operator why somebody reads an apology, under what it has them quote."""
    log.error(event, reason=type(error).__name__, incident=incident(message.id), trace=came_through(error))


@asynccontextmanager
async def _shown_as_working(courier: Courier, message: Message) -> AsyncIterator[None]:
    async def show() -> None:
        await asyncio.sleep(_WORKING_AFTER)
        while True:
            await courier.working(message)
            await asyncio.sleep(_WORKING_EVERY)

    task = asyncio.create_task(show())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})

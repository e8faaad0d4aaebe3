"""What a worker does with one message: compose, send, run errands. Each step is committed before the next."""

import asyncio
import hashlib
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

import structlog

from bot.chat.messages import Message
from bot.chat.people import Platform, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Reply, Say
from bot.delivery import (
    Answerer,
    Courier,
    DeliveryDelayed,
    DeliveryImpossible,
    PacedParcel,
    Parcel,
    ResumedParcel,
    StagedParcel,
    TracedParcel,
)
from bot.inbox.basics import InboxSettings, NotAllDone
from bot.inbox.places import Places, has_waited
from bot.inbox.steps import Steps
from bot.inbox.storage import Codec, OfNewerRelease, store_is_away
from bot.inbox.trying import KNOWN, TOLD_TO_WAIT, Patience, Unsure, Verdict, delayed

Act = Callable[[], Awaitable[str | None]]
"""Returns a note where there is more to do."""
Group = Callable[[Message], str]
"""With whom a message shares its turn, where there are more than can be composed at once."""
Turn = Callable[[], AbstractAsyncContextManager[None]]
Compose = Callable[[Message, Courier], Coroutine[Any, Any, tuple[Reply, str]]]
"""The reply, and as it is kept."""

# After 0.7 s, below which nobody wonders, then every 4 s: Telegram's typing sign lasts five seconds.
_WORKING_AFTER = 0.7
_WORKING_EVERY = 4.0
_APOLOGY = "answer_failed"


@dataclass(frozen=True)
class Piece:
    """One thing to do, and in what step it is remembered."""

    step: str
    kind: Literal["delivery", "errand"]
    act: Act
    turn: Turn | None = None
    rest: Callable[[str], "Piece"] | None = None
    """What is left where `act` returned a note."""


class Answering:
    """The workflows' bodies. Deterministic: whatever can differ on a second run happens inside a step."""

    def __init__(
        self,
        settings: InboxSettings,
        codec: Codec,
        answerer: Answerer,
        couriers: Mapping[Platform, Courier],
        group: Group,
    ) -> None:
        self._settings = settings
        self._codec = codec
        self._answerer = answerer
        self._couriers = couriers
        self._group = group
        # Bounds work, not messages: one that waits for its next try holds no place. What is composed has
        # places of its own: behind all who wait to be composed, answers would lie ready and not be sent.
        self._places = Places(settings.worker_concurrency)
        self._sending = asyncio.Semaphore(settings.worker_concurrency)
        self.left_alone: set[asyncio.Future[None]] = set()
        """What waits for a newer release. Cancel it, and a peer takes it over."""
        self._waiting: dict[str, Message] = {}

    def waiting(self) -> Sequence[Message]:
        """What has been taken up and waits for a place in which to be composed."""
        return list(self._waiting.values())

    async def answer(self, packed: str) -> None:
        """Answer a message and deliver the reply."""
        await self._serve(packed, self._compose)

    async def apologise(self, packed: str) -> None:
        """Tell the person that their message, which ended several processes, will not be answered."""
        await self._serve(packed, self._compose_apology)

    async def _serve(self, packed: str, compose: Compose) -> None:
        try:
            message = self._codec.message(packed)
        except OfNewerRelease:
            await self._leave_alone("message")
            raise NotAllDone("answer message_not_readable") from None
        with structlog.contextvars.bound_contextvars(message=message.id):
            await self._serve_message(message, compose)

    async def _serve_message(self, message: Message, compose: Compose) -> None:
        log = structlog.get_logger().bind(platform=str(message.conversation.platform))
        courier = self._couriers.get(message.conversation.platform)
        if courier is None:
            log.error("not_answered", reason="platform_not_configured")
            raise NotAllDone("not_answered platform_not_configured")
        steps = Steps()
        made: list[Reply] = []

        # DBOS logs a step's function with its arguments; a closure has none.
        async def composing() -> str:
            reply, packed = await compose(message, courier)
            made.append(reply)
            return packed

        composed = await steps.take("compose", composing)
        first_run = bool(made)
        if not first_run:
            await steps.look_back()
        failed: list[str] = []
        try:
            reply = made[0] if made else await self._reply(composed)
            parcels = courier.parcels(message, reply)
        except Exception as error:
            # A reply that cannot be rendered, or whose release did not come back for it.
            _log_failure(log, "reply_not_rendered", message, error)
            reply = apology(message, Reader(), "reply_not_rendered")
            parcels = courier.parcels(message, reply)
        if why := apologises_for(reply):
            failed.append(f"answer {why}")
        # Nothing was sent before the reply was composed. Where it was composed by a process that died,
        # the first thing this one does may have been done already.
        unsure = Unsure(not first_run, settled_in=self._settings.unseen_seconds)
        sends = [_sending(number, parcel, unsure) for number, parcel in enumerate(parcels)]
        errands = [
            Piece(f"errand {errand.name}", "errand", partial(self._answerer.run, message, errand))
            for errand in reply.errands
        ]
        todo: Sequence[Piece] = [*sends, *errands]
        for number, piece in enumerate(todo, start=1):
            reason = await self._see_to(piece, steps, unsure, log, last=number == len(todo))
            if reason:
                failed.append(f"{piece.step} {reason}")
        seconds = (datetime.now(UTC) - message.received_at).total_seconds()
        log.info("message_done", seconds=round(max(seconds, 0.0), 4), outcome="failed" if failed else "done")
        if failed:
            raise NotAllDone("; ".join(failed))

    async def _reply(self, composed: str) -> Reply:
        try:
            return self._codec.reply(composed)
        except OfNewerRelease:
            await self._leave_alone("reply")
            raise

    async def _leave_alone(self, what: str) -> None:
        """Wait for this process to end, as it does in an upgrade: then a peer that can read it goes on.

        Its lane waits meanwhile. Returns where no upgrade comes, `give_up_seconds` later.
        """
        structlog.get_logger().warning("left_to_newer_release", reason=f"{what}_not_readable")
        waiting = asyncio.ensure_future(asyncio.sleep(self._settings.give_up_seconds))
        self.left_alone.add(waiting)
        try:
            await waiting
        finally:
            self.left_alone.discard(waiting)

    async def _see_to(self, piece: Piece, steps: Steps, unsure: Unsure, log: Any, *, last: bool) -> str:
        """Do a piece and what it leaves to do; why it was not done, or nothing."""
        verdict = await self._see_through(piece, steps, unsure, log, last=last and piece.rest is None)
        if verdict.keys() - KNOWN or (piece.rest is None and verdict.get("note")):
            # More was done than this release knows to go on from; taking it for all would lose the rest.
            await self._leave_alone("step")
            return "left_unfinished"
        if piece.rest is not None and (note := verdict.get("note")):
            verdict = await self._see_through(piece.rest(note), steps, unsure, log, last=last)
        return verdict["reason"]

    async def _see_through(
        self, piece: Piece, steps: Steps, unsure: Unsure, log: Any, *, last: bool
    ) -> Verdict:
        """Try until done or given up, sleeping durably in between; the last verdict."""
        patience = Patience(self._settings)
        attempt = partial(self._try, log, piece, unsure)
        while True:
            if last and patience.untried and steps.next_was_sleep:
                # Tried by a process that was told to wait, and noted until when before it ended.
                verdict = TOLD_TO_WAIT
            elif last and patience.untried:
                # Its checkpoint would be followed at once by the workflow's own outcome: save a commit.
                verdict = await attempt()
            else:
                verdict = await steps.take(piece.step, attempt)
            if verdict["state"] == "done":
                return verdict
            pause = patience.after(verdict)
            if pause is None:
                reason = verdict["reason"] or "failed"
                log.error(f"{piece.kind}_failed", reason=reason, step=piece.step)
                return {**verdict, "reason": reason}
            await steps.sleep(pause)

    async def _try(self, log: Any, piece: Piece, unsure: Unsure) -> Verdict:
        began, kind = time.perf_counter(), piece.kind
        verdict: Verdict = {"state": "done", "reason": "", "retry_after": 0.0}
        try:
            if piece.turn is not None:
                await unsure.settled()
            # Outside the places: who waits for a platform's limits keeps nobody else waiting.
            async with (
                piece.turn() if piece.turn is not None else nullcontext(),
                self._sending,
                asyncio.timeout(self._settings.send_seconds),
            ):
                if note := await piece.act():
                    verdict["note"] = note
        except DeliveryImpossible as error:
            # Nothing is left to be tried: done, and the reason says how.
            verdict["reason"] = error.reason
            log.warning(f"{kind}_impossible", reason=error.reason)
        except DeliveryDelayed as error:
            verdict = {"state": "delayed", "reason": error.reason, "retry_after": error.retry_after}
            log.info(f"{kind}_delayed", reason=error.reason, retry_after=error.retry_after)
        except Exception as error:
            # Our own database is waited for as a platform is that says when to come again.
            verdict = delayed(error)
            if not store_is_away(error):
                verdict["state"] = "failed"
            log.warning(f"{kind}_try_failed", reason=type(error).__name__, trace=_trace(error))
        unsure.tried(verdict)
        log.info(
            "delivery_tried",
            kind=kind,
            outcome="impossible" if verdict["state"] == "done" and verdict["reason"] else verdict["state"],
            reason=verdict["reason"],
            seconds=round(time.perf_counter() - began, 4),
        )
        return verdict

    async def _compose(self, message: Message, courier: Courier) -> tuple[Reply, str]:
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
                _log_failure(log, "answer_failed", message, error)
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

    async def _compose_apology(self, message: Message, courier: Courier) -> tuple[Reply, str]:
        reason = "ended_its_process_too_often"
        structlog.get_logger().error("answer_failed", reason=reason, incident=incident(message.id))
        reply = apology(message, await courier.reader(message), reason)
        return reply, self._codec.pack_reply(reply)


def _sending(number: int, parcel: Parcel, unsure: Unsure) -> Piece:
    if not isinstance(parcel, StagedParcel):
        return Piece(f"send {number}", "delivery", partial(_send, parcel, unsure), _turn(parcel))

    def rest(note: str) -> Piece:
        staged = parcel.staged(note)
        return Piece(f"finish {number}", "delivery", partial(_send, staged, unsure), _turn(staged))

    begun = False

    async def stage() -> str:
        nonlocal begun
        again = begun or unsure.maybe_sent
        begun = True
        return await (parcel.again() if again and isinstance(parcel, ResumedParcel) else parcel).stage()

    return Piece(f"send {number}", "delivery", stage, _turn(parcel), rest)


def _turn(parcel: Parcel) -> Turn | None:
    return parcel.turn if isinstance(parcel, PacedParcel) else None


async def _send(parcel: Parcel, unsure: Unsure) -> None:
    if unsure.maybe_sent and isinstance(parcel, TracedParcel) and await _arrived(parcel):
        structlog.get_logger().info("delivery_found", reason="sent_before")
        return
    await parcel.send()


async def _arrived(parcel: TracedParcel) -> bool:
    try:
        return await parcel.arrived()
    except (DeliveryDelayed, DeliveryImpossible):
        raise
    except Exception as error:
        # Asked again it would make no sense again, and the tries would be spent: better twice than never.
        structlog.get_logger().warning("not_told_whether_sent", reason=type(error).__name__)
        return False


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


def _log_failure(log: Any, event: str, message: Message, error: Exception) -> None:
    log.error(
        event,
        reason=type(error).__name__,
        incident=incident(message.id),
        trace=_trace(error),
    )


def _trace(error: Exception) -> str:
    # The places, not the words: an exception may quote what a person wrote or an ERP answered.
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)

"""What a worker does with one message: compose, send, run errands. Each step is committed before the next."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from bot.chat.messages import Message
from bot.chat.people import Platform, Reader
from bot.chat.replies import Reply
from bot.delivery import Answerer, Courier, DeliveryDelayed, DeliveryImpossible
from bot.frames import came_through
from bot.inbox.basics import InboxSettings, NotAllDone
from bot.inbox.composing import Composing, apologises_for, apology, log_failure
from bot.inbox.pieces import Piece, sending
from bot.inbox.steps import Steps
from bot.inbox.storage import Codec, OfNewerRelease, store_is_away
from bot.inbox.trying import KNOWN, TOLD_TO_WAIT, Patience, Unsure, Verdict, delayed

Compose = Callable[[Message, Courier], Coroutine[Any, Any, tuple[Reply, str]]]
"""The reply, and as it is kept."""


class Answering:
    """The workflows' bodies. Deterministic: whatever can differ on a second run happens inside a step."""

    def __init__(
        self,
        settings: InboxSettings,
        codec: Codec,
        composing: Composing,
        answerer: Answerer,
        couriers: Mapping[Platform, Courier],
    ) -> None:
        self._settings = settings
        self._codec = codec
        self._composing = composing
        self._answerer = answerer
        self._couriers = couriers
        # Bounds work, not messages: one that waits for its next try holds no place. What is composed has
        # places of its own: behind all who wait to be composed, answers would lie ready and not be sent.
        self._sending = asyncio.Semaphore(settings.worker_concurrency)
        self.left_alone: set[asyncio.Future[None]] = set()
        """What waits for a newer release. Cancel it, and a peer takes it over."""

    async def answer(self, packed: str) -> None:
        """Answer a message and deliver the reply."""
        await self._serve(packed, self._composing.reply)

    async def apologise(self, packed: str) -> None:
        """Tell the person that their message, which ended several processes, will not be answered."""
        await self._serve(packed, self._composing.last_words)

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
            log_failure(log, "reply_not_rendered", message, error)
            reply = apology(message, Reader(), "reply_not_rendered")
            parcels = courier.parcels(message, reply)
        if why := apologises_for(reply):
            failed.append(f"answer {why}")
        # Nothing was sent before the reply was composed. Where it was composed by a process that died,
        # the first thing this one does may have been done already.
        unsure = Unsure(not first_run, settled_in=self._settings.unseen_seconds)
        sends = [sending(number, parcel, unsure) for number, parcel in enumerate(parcels)]
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
            if piece.paced:
                await unsure.settled()
            # Outside the places: who waits for a platform's limits keeps nobody else waiting.
            async with (
                piece.turn(),
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
            log.warning(f"{kind}_try_failed", reason=type(error).__name__, trace=came_through(error))
        unsure.tried(verdict)
        log.info(
            "delivery_tried",
            kind=kind,
            outcome="impossible" if verdict["state"] == "done" and verdict["reason"] else verdict["state"],
            reason=verdict["reason"],
            seconds=round(time.perf_counter() - began, 4),
        )
        return verdict

"""Telling people who wait for their turn that they are in line: now and then, and beside the answer.

Said by a workflow of its own, whose id is the conversation's and the time's: however many workers find the
same people waiting, each conversation is told once in five minutes.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import Any

import structlog
from dbos import DBOS, SetWorkflowID

from bot.chat import Asked, Message, Phrase, Platform, Reply, Say
from bot.delivery import Courier, DeliveryDelayed, DeliveryImpossible, PacedParcel
from bot.inbox.answering import Answering
from bot.inbox.basics import InboxSettings
from bot.inbox.storage import ANSWER, QUEUE, Codec

Workflow = Callable[[str], Coroutine[Any, Any, None]]

_LOOK_EVERY = 1.0
_MOST_A_LOOK = 100
_WINDOW = 300.0
_AT_ONCE = 4
"""What is said here takes time from answers: a little."""


class InLine:
    """Looks, while a worker has more to do than it has places, who has waited for long."""

    def __init__(
        self,
        settings: InboxSettings,
        codec: Codec,
        answering: Answering,
        couriers: Mapping[Platform, Courier],
    ) -> None:
        self._settings = settings
        self._codec = codec
        self._answering = answering
        self._couriers = couriers
        self._looked_at = datetime.fromtimestamp(0, UTC)
        self._told: dict[str, float] = {}
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def watch(self, workflow: Workflow) -> None:
        """For as long as the worker lives; `workflow` is `tell` as DBOS knows it."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            if not self._answering.full:
                continue
            try:
                for message in [*self._answering.waiting(), *await self._queued()]:
                    await self._begin(message, workflow)
            except Exception as error:
                structlog.get_logger().warning("inbox_chore_failed", reason=type(error).__name__)

    async def _queued(self) -> list[Message]:
        """Questions that no worker has taken up yet and that have waited for long, each looked at once."""
        rows = await DBOS.list_workflows_async(
            status="ENQUEUED",
            name=ANSWER,
            queue_name=QUEUE,
            start_time=self._looked_at.isoformat(),
            end_time=(datetime.now(UTC) - timedelta(seconds=self._settings.in_line_seconds)).isoformat(),
            limit=_MOST_A_LOOK,
            load_output=False,
        )
        if rows and rows[-1].created_at is not None:
            self._looked_at = datetime.fromtimestamp((rows[-1].created_at + 1) / 1000, UTC)
        return [self._codec.message(row.input["args"][0]) for row in rows if row.input is not None]

    async def _begin(self, message: Message, workflow: Workflow) -> None:
        age = (datetime.now(UTC) - message.received_at).total_seconds()
        if not isinstance(message.content, Asked) or age < self._settings.in_line_seconds:
            return
        now = time.time()
        self._told = {lane: at for lane, at in self._told.items() if now - at < _WINDOW}
        lane = message.conversation.lane
        if lane in self._told:
            return
        self._told[lane] = now
        key = blake2b(f"{lane}:{now // _WINDOW:.0f}".encode(), digest_size=12).hexdigest()
        with SetWorkflowID(f"in_line:{key}"):
            await DBOS.start_workflow_async(workflow, self._codec.pack_message(message))

    async def tell(self, packed: str) -> None:
        """Tell the sender of a message, unless it has been answered meanwhile; never raises."""
        # In a step, so that what is read here is not kept as a step of its own.
        await DBOS.run_step_async({"name": "tell"}, partial(self._tell, self._codec.message(packed)))

    async def _tell(self, message: Message) -> None:
        with structlog.contextvars.bound_contextvars(message=message.id):
            async with self._at_once:
                row = await DBOS.get_workflow_status_async(message.id)
                if row is not None and row.status in ("ENQUEUED", "PENDING"):
                    await self._say(message)

    async def _say(self, message: Message) -> None:
        log = structlog.get_logger()
        courier = self._couriers[message.conversation.platform]
        # Under a name of its own: the answer must not be taken for sent because this was.
        notice = replace(message, id=f"{message.id}:in_line")
        reply = Reply(parts=(Say(Phrase("in_line")),), reader=await courier.reader(message))
        try:
            async with asyncio.timeout(self._settings.send_seconds):
                for parcel in courier.parcels(notice, reply):
                    if isinstance(parcel, PacedParcel):
                        await parcel.turn()
                    await parcel.send()
        except (DeliveryDelayed, DeliveryImpossible) as error:
            # The answer itself will be tried again; this is not worth it.
            log.info("not_told_in_line", reason=error.reason)
        except Exception as error:
            log.warning("not_told_in_line", reason=type(error).__name__)
        else:
            log.info("told_in_line", reason="overload")

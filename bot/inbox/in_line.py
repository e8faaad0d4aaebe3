"""Telling people who wait for their turn that they are in line: now and then, and beside the answer.

A courtesy of the worker that holds their question: it costs no commit, is not tried again, and a worker
that takes over from one that died may say it once more.
"""

import asyncio
import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bot.chat.messages import Asked, Message
from bot.chat.people import Platform
from bot.chat.phrases import Phrase
from bot.chat.replies import Reply, Say
from bot.delivery import Courier, DeliveryDelayed, DeliveryImpossible, PacedParcel
from bot.inbox.answering import Answering
from bot.inbox.basics import InboxSettings

_LOOK_EVERY = 1.0
_ONCE_IN = 300.0
_AT_ONCE = 4
"""What is said here takes time from answers: a little."""


class InLine:
    """Looks, while a worker has more to do than it has places, who has waited for long."""

    def __init__(
        self, settings: InboxSettings, answering: Answering, couriers: Mapping[Platform, Courier]
    ) -> None:
        self._settings = settings
        self._answering = answering
        self._couriers = couriers
        self._told: dict[str, float] = {}
        """When each conversation was told, on the monotonic clock."""

    async def watch(self) -> None:
        """For as long as the worker lives."""
        at_once = asyncio.Semaphore(_AT_ONCE)
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            if waiting := self._long_waiting():
                await asyncio.gather(*(self._tell(message, at_once) for message in waiting))

    def _long_waiting(self) -> list[Message]:
        """Questions of conversations that have not been told lately."""
        now, clock = datetime.now(UTC), time.monotonic()
        self._told = {lane: at for lane, at in self._told.items() if clock - at < _ONCE_IN}
        found = []
        for message in self._answering.waiting():
            lane, age = message.conversation.lane, (now - message.received_at).total_seconds()
            if (
                isinstance(message.content, Asked)
                and age >= self._settings.in_line_seconds
                and lane not in self._told
            ):
                self._told[lane] = clock
                found.append(message)
        return found

    async def _tell(self, message: Message, at_once: asyncio.Semaphore) -> None:
        log = structlog.get_logger().bind(message=message.id)
        courier = self._couriers[message.conversation.platform]
        # Under a name of its own: the answer must not be taken for sent because this was.
        notice = replace(message, id=f"{message.id}:in_line")
        try:
            async with at_once, asyncio.timeout(self._settings.send_seconds):
                reply = Reply(parts=(Say(Phrase("in_line")),), reader=await courier.reader(message))
                for parcel in courier.parcels(notice, reply):
                    async with parcel.turn() if isinstance(parcel, PacedParcel) else nullcontext():
                        if message not in self._answering.waiting():
                            return
                        await parcel.send()
        except (DeliveryDelayed, DeliveryImpossible) as error:
            # The answer itself will be tried again; this is not worth it.
            log.info("not_told_in_line", reason=error.reason)
        except Exception as error:
            log.warning("not_told_in_line", reason=type(error).__name__)
        else:
            log.info("told_in_line", reason="overload")

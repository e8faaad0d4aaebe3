"""Telling people who wait for their turn that they are in line: now and then, and beside the answer.

A courtesy of the worker that holds their question: it is not tried again. Who was told is remembered where
all workers look (`Told`), before it is said: a conversation that goes over to another one is not told again.
"""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

import structlog

from bot.chat.messages import Asked, Message
from bot.chat.people import Platform
from bot.chat.phrases import Phrase
from bot.chat.replies import Reply, Say
from bot.delivery import Courier, DeliveryDelayed, DeliveryImpossible
from bot.inbox.basics import InboxSettings
from bot.inbox.composing import Composing
from bot.inbox.pieces import turn_of

_LOOK_EVERY = 1.0
_ONCE_IN = 300.0
_AT_ONCE = 4
"""What is said here takes time from answers: a little."""


class Told(Protocol):
    """Remembers which conversations were told that they are in line."""

    async def claim(self, lanes: Sequence[str], *, once_in: float) -> Collection[str]:
        """Those of the lanes that nobody claimed in the last `once_in` seconds; they are claimed by this."""


class ToldHere:
    """Remembers it for as long as this process lives: enough for a worker that has no peers."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}
        """On the monotonic clock."""

    async def claim(self, lanes: Sequence[str], *, once_in: float) -> Collection[str]:
        now = time.monotonic()
        self._at = {lane: at for lane, at in self._at.items() if now - at < once_in}
        fresh = [lane for lane in lanes if lane not in self._at]
        self._at |= dict.fromkeys(fresh, now)
        return fresh


class InLine:
    """Looks, while a worker has more to do than it has places, who has waited for long."""

    def __init__(
        self,
        settings: InboxSettings,
        composing: Composing,
        couriers: Mapping[Platform, Courier],
        told: Told,
    ) -> None:
        self._settings = settings
        self._composing = composing
        self._couriers = couriers
        self._told = told
        self._asked = ToldHere()
        """Whom `told` need not be asked about again at every look."""

    async def watch(self) -> None:
        """For as long as the worker lives."""
        at_once = asyncio.Semaphore(_AT_ONCE)
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            if waiting := self._long_waiting():
                await asyncio.gather(*(self._tell(one, at_once) for one in await self._untold(waiting)))

    def _long_waiting(self) -> Mapping[str, Message]:
        """By lane, whoever has asked and waits."""
        now = datetime.now(UTC)
        return {
            message.conversation.lane: message
            for message in self._composing.waiting()
            if isinstance(message.content, Asked)
            and (now - message.received_at).total_seconds() >= self._settings.in_line_seconds
        }

    async def _untold(self, waiting: Mapping[str, Message]) -> Sequence[Message]:
        lanes = await self._asked.claim(list(waiting), once_in=_ONCE_IN)
        if not lanes:
            return ()
        try:
            fresh = await self._told.claim(list(lanes), once_in=_ONCE_IN)
        except Exception as error:
            # The store is away: who was not told now is told by their answer.
            structlog.get_logger().warning("not_told_in_line", reason=type(error).__name__)
            return ()
        return [waiting[lane] for lane in fresh]

    async def _tell(self, message: Message, at_once: asyncio.Semaphore) -> None:
        log = structlog.get_logger().bind(message=message.id)
        courier = self._couriers[message.conversation.platform]
        # Under a name of its own: the answer must not be taken for sent because this was.
        notice = replace(message, id=f"{message.id}:in_line")
        try:
            async with at_once, asyncio.timeout(self._settings.send_seconds):
                reply = Reply(parts=(Say(Phrase("in_line")),), reader=await courier.reader(message))
                for parcel in courier.parcels(notice, reply):
                    async with turn_of(parcel)():
                        if message not in self._composing.waiting():
                            return
                        await parcel.send()
        except (DeliveryDelayed, DeliveryImpossible) as error:
            # The answer itself will be tried again; this is not worth it.
            log.info("not_told_in_line", reason=error.reason)
        except Exception as error:
            log.warning("not_told_in_line", reason=type(error).__name__)
        else:
            log.info("told_in_line", reason="overload")

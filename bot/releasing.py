"""Lets kept questions go when their ERP answers again: the oldest first, a few at a time.

Every process with a worker runs it. Whatever it puts into the inbox carries the id of the question and
of its attempt, so two processes that let the same one go let it go once.
"""

import asyncio
from collections.abc import Set
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.chat.messages import Message
from bot.chat.unasked import Resumed
from bot.delivery import NotKept, Receiver
from bot.kept.questions import Kept
from bot.kept.values import KeptQuestion

AT_ONCE = 4
"""Questions on their way from waiting to answered: what an ERP that just came back is asked at once."""
_LOOK_EVERY = 2.0
_NEXT_AFTER = 0.3
_LONGEST_WAIT = 10.0
_OVERDUE_AT_ONCE = 20


class Probe(Protocol):
    """Finds out whether ERPs answer (`bot.erp.gateway.Gateway`)."""

    async def answering(self) -> Set[str]: ...


@dataclass(frozen=True)
class Look:
    """What one look found and did."""

    waiting: bool = False
    released: int = 0


class Releaser:
    """Looks every other second whether a question waits; while one does, whether its ERP is back.

    An ERP that just answered a question is; where nobody asked, one check a look tells for all that wait.
    While the ERP is down the looks become rarer, down to one in ten seconds. A question goes when the one
    before it in its lane has ended.
    """

    def __init__(self, kept: Kept, erps: Probe, receiver: Receiver) -> None:
        self._kept = kept
        self._erps = erps
        self._receiver = receiver

    async def run(self) -> None:
        """For as long as the process lives; what fails is tried again."""
        pause = _LOOK_EVERY
        while True:
            await asyncio.sleep(pause)
            look = Look(waiting=True)
            try:
                look = await self.look()
            except NotKept as error:
                structlog.get_logger().warning("kept_questions_stay", reason=str(error))
            except Exception as error:
                structlog.get_logger().warning("kept_questions_stay", reason=type(error).__name__)
            if look.released:
                pause = _NEXT_AFTER
            else:
                pause = min(max(pause, 1.0) * 1.5, _LONGEST_WAIT) if look.waiting else _LOOK_EVERY

    async def look(self) -> Look:
        """End what has waited too long, and let go what can be answered now. Raises NotKept."""
        kept, now = self._kept, self._kept.clock()
        waiting = await kept.awaited()
        if not waiting:
            return Look()
        for question in await kept.overdue(_OVERDUE_AT_ONCE):
            await self._receiver.receive(self._message(question, over=True))
            await kept.released(question)
        await kept.give_up_on_lost()
        room = AT_ONCE - await kept.under_way()
        due = [erps for erps, not_before in waiting.items() if not_before <= now]
        if room <= 0 or not due:
            return Look(waiting=True)
        answering = await self._erps.answering()
        back = [erps for erps in due if not answering.isdisjoint(erps)]
        going = await kept.first(back, room) if back else []
        for question in going:
            await self._receiver.receive(self._message(question))
            await kept.released(question)
        if going:
            structlog.get_logger().info("kept_questions_released", reason="erp_back", questions=len(going))
        return Look(waiting=True, released=len(going))

    def _message(self, question: KeptQuestion, *, over: bool = False) -> Message:
        # In a lane the inbox goes by arrival, and by id within a second: so the id begins with the time.
        attempt = "over" if over else f"{question.attempt:04}"
        return Message(
            id=f"kept:{question.kept_at:%Y%m%d%H%M%S%f}:{attempt}:{question.id}",
            sender=question.sender,
            conversation=question.conversation,
            content=Resumed(question.id, question.attempt, over=over),
            received_at=self._kept.clock(),
            seen_by=question.seen_by,
            handle=question.handle,
        )

"""How fast one ERP is asked: requests evenly spread over a second, and the pauses it asks for.

Not aiolimiter, good as it is: here a pause asked for by the ERP stops the same clock, and the queue of
questions has to know when the next request may go before it lets a question in.
"""

import asyncio
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Protocol

from bot.erp.errors import ErpBusy

PATIENCE = 2.0
"""Seconds of a pause that are waited for; for a longer one people are told at once."""
PAUSE_MAX = 120.0
"""Seconds that one `Retry-After` is believed for; then the ERP is asked again."""


class Pace:
    """The requests of this process to one ERP, at most `per_second` of them (0: no limit).

    For one event loop. A pause is for everybody: requests wait for a short one, and a long one refuses them.
    """

    def __init__(self, per_second: float = 0, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._gap = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._paused_until = 0.0

    def pause(self, seconds: float) -> None:
        """Send nothing for a while: the ERP said so."""
        self._paused_until = max(self._paused_until, self._now() + min(seconds, PAUSE_MAX))

    @property
    def paused(self) -> float:
        """Seconds that a pause still lasts."""
        return max(0.0, self._paused_until - self._now())

    def refuse_long_pause(self) -> None:
        """Raise ErpBusy where the pause is too long to wait for."""
        if (left := self.paused) > PATIENCE:
            raise ErpBusy(left)

    @property
    def delay(self) -> float:
        """Seconds until a request may go; a long pause counts as none: it is refused, not waited for."""
        pause = self.paused
        return max(self._next - self._now(), pause if pause <= PATIENCE else 0.0, 0.0)

    def take(self) -> float:
        """Take the next request's place; the seconds until it."""
        at = max(self._now() + self.delay, self._next)
        self._next = at + self._gap
        return at - self._now()


class Ticket:
    """What a question that was let in may ask: its first request has its place already."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._paid = True

    async def request(self) -> None:
        """Wait for the place of one request; raises ErpBusy within a long pause."""
        if self._paid:
            self._paid = False
            return
        self._pace.refuse_long_pause()
        if (wait := self._pace.take()) > 0:
            await asyncio.sleep(wait)


class Admission(Protocol):
    """Lets single requests go (`Ticket`)."""

    async def request(self) -> None: ...


ADMISSION: ContextVar[Admission | None] = ContextVar("admission", default=None)
"""Whose question the requests of this task belong to: so that adapters need not hand it on."""


async def paced() -> None:
    """Wait until a request of the question at hand may go; at once where nobody set a pace."""
    admission = ADMISSION.get()
    if admission is not None:
        await admission.request()

"""Stops asking an ERP that does not answer, and finds out when it is back.

Little code of our own, because of the libraries pybreaker 1.4 is asynchronous on Tornado only, aiobreaker
was last released in 2021, and purgatory 3.0 lets everybody through when it tries whether the other side is
back, takes a caller who gives up for a failure, and has nothing to wait by until the outage is over.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from bot.erp.errors import ErpBusy, ErpError, ErpUnavailable


class Breaker:
    """Opens after `failures` unanswered questions in a row, for `seconds`; then one caller tries.

    For one event loop. Whatever an ERP answers, refusals included, shows that it is there; a caller
    who gives up shows nothing. An ERP that says how long it is away is believed up to `longest` seconds.
    """

    def __init__(
        self,
        erp: str,
        *,
        failures: int,
        seconds: float,
        clock: Callable[[], datetime],
        longest: float = 120.0,
    ) -> None:
        self._erp = erp
        self._failures = failures
        self._seconds = seconds
        self._longest = longest
        self._clock = clock
        self._in_a_row = 0
        self._answered_at: datetime | None = None
        """None from the moment on that something was not answered."""
        self._open_until: datetime | None = None
        self._trying = False
        self._changed = asyncio.Event()

    @property
    def available(self) -> bool:
        """Whether a question would be asked now."""
        return self._open_until is None or (not self._trying and self._clock() >= self._open_until)

    def answered_within(self, time: timedelta) -> bool:
        """Whether what was asked last was answered, and not longer ago than this."""
        return self._answered_at is not None and self._clock() - self._answered_at <= time

    def refuse(self) -> None:
        """Raise ErpUnavailable at once while the ERP is not to be asked."""
        if not self.available:
            raise ErpUnavailable("not asked: it did not answer a moment ago")

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Ask within this; raises ErpUnavailable at once while the ERP is not to be asked."""
        self.refuse()
        trying = self._open_until is not None
        self._trying = trying
        try:
            yield
        except ErpUnavailable as failure:
            self._failed(failure.retry_after)
            raise
        except ErpBusy:
            raise
        except ErpError:
            self.answered()
            raise
        else:
            self.answered()
        finally:
            if trying:
                self._trying = False
                self._tell()

    def answered(self) -> None:
        """Note that the ERP is there."""
        self._in_a_row, self._answered_at = 0, self._clock()
        if self._open_until is not None:
            self._open_until = None
            structlog.get_logger().info("erp_back", erp=self._erp, reason="answered")
            self._tell()

    async def wait(self) -> None:
        """Until a question would be asked."""
        while not self.available:
            changed = self._changed
            left = (self._open_until - self._clock()).total_seconds() if self._open_until else 0.0
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if self._trying else max(left, 0.01)):
                    await changed.wait()

    def _failed(self, retry_after: float | None) -> None:
        self._in_a_row, self._answered_at = self._in_a_row + 1, None
        if self._in_a_row < self._failures and self._open_until is None and retry_after is None:
            return
        if self._open_until is None:
            structlog.get_logger().warning("erp_away", erp=self._erp, reason="breaker_open")
        seconds = self._seconds if retry_after is None else min(retry_after, self._longest)
        self._open_until = self._clock() + timedelta(seconds=seconds)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

"""One commit for all that arrives while another is under way.

A commit that survives power loss costs the better part of a millisecond whatever is in it. What comes
alone is through at once; what comes while the disk is busy goes together in the next commit, in the order
of its arrival.

All of that is done in a thread, for the event loop must not stand still while a disk takes its time. But the
two changes of thread cost as much as a quick disk does. So what comes alone, after others that did, goes
through in the event loop for as long as that takes no longer than reading a request does.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST = 64
"""In one commit: so many are written within the time that one commit takes, or a few of them."""
_ALONE = 8
"""So many must have come one by one, and quickly gone, before the next is tried in the event loop."""
_ROUND = 512
"""Of so many in a row one goes through the thread, so that what it does besides is done now and then."""
_QUICK = 0.003
"""In seconds."""


class Closed(Exception):
    """Something was put after the end."""


@dataclass(frozen=True)
class _Put(Generic[T]):
    item: T
    done: asyncio.Future[None]


class Batches(Generic[T]):
    """Hands items on in batches, one batch at a time, in a thread of its own that begins with the first."""

    def __init__(
        self,
        through: Callable[[Sequence[T]], None],
        *,
        patience: float,
        at_once: Callable[[Sequence[T]], None] | None = None,
        then: Callable[[Sequence[T]], None] = lambda _: None,
        name: str | None = None,
    ) -> None:
        """`through` takes all of a batch or, where it raises, nothing of it. It runs in the thread.
        `patience` is how many seconds whoever puts something waits for it.

        `at_once` does the same with one, in the event loop, without waiting for anybody, or raises; then it
        is left to `through`. Without it everything is.

        `then` is given, in the event loop, those of a batch that somebody still waited for, once they have
        gone on: what it does keeps nobody waiting.
        """
        self._through = through
        self._patience = patience
        self._at_once = at_once
        self._then = then
        self._arrived: SimpleQueue[_Put[T] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._closed = False
        self._gathered: list[_Put[T]] = []
        self._waiting = 0
        self._alone = 0
        """So many have come one by one."""
        self._just_went = False
        """In this turn of the loop: whatever else is put in it does not come alone."""

    async def put(self, item: T) -> None:
        """Return when the item is through.

        Raises what `through` raises for it alone, TimeoutError when it takes too long, and Closed.
        """
        if self._closed:
            raise Closed
        if self._comes_alone() and self._went_at_once(item):
            return
        loop = asyncio.get_running_loop()
        one = _Put(item, loop.create_future())
        # Not `asyncio.timeout`, which costs three times as much for each of them.
        late = loop.call_later(self._patience, _too_late, one.done)
        if not self._gathered:
            # After all that is put in this turn of the loop: then they go together.
            loop.call_soon(self._send)
        self._gathered.append(one)
        self._waiting += 1
        try:
            await one.done
        finally:
            self._waiting -= 1
            late.cancel()

    async def close(self) -> None:
        """Wait for what has been put; nothing is taken any more."""
        if not self._closed:
            self._closed = True
            self._send()
            self._arrived.put(None)
        if self._thread.ident is not None:
            await asyncio.to_thread(self._thread.join)

    def _comes_alone(self) -> bool:
        """Whether what comes now is to be tried at once: it came alone, and so did those before it."""
        self._alone = 0 if self._waiting or self._just_went else self._alone + 1
        return self._alone > _ALONE and self._alone % _ROUND != 0

    def _went_at_once(self, item: T) -> bool:
        if self._at_once is None:
            return False
        began = time.perf_counter()
        try:
            self._at_once((item,))
        except Exception:
            # Whatever it was: who waits is told what becomes of it in the thread.
            self._alone = 0
            return False
        self._note(time.perf_counter() - began)
        self._just_went = True
        asyncio.get_running_loop().call_soon(self._gone, item)
        return True

    def _gone(self, item: T) -> None:
        self._just_went = False
        self._then([item])

    def _send(self) -> None:
        gathered, self._gathered = self._gathered, []
        if gathered and self._thread.ident is None:
            self._thread.start()
        for one in gathered:
            self._arrived.put(one)

    def _run(self) -> None:
        taken: list[_Put[T] | None] = []
        while not taken or taken[-1] is not None:
            taken = [self._arrived.get()]
            # Nobody else takes from it, so what is there stays there. Nothing comes behind the end.
            while len(taken) < _MOST and not self._arrived.empty():
                taken.append(self._arrived.get())
            self._put_through([one for one in taken if one is not None])

    def _put_through(self, batch: Sequence[_Put[T]]) -> None:
        # Who has stopped waiting told the platform so, which will send it again.
        batch = [one for one in batch if not one.done.done()]
        if not batch:
            return
        began = time.perf_counter()
        try:
            self._through([one.item for one in batch])
        except Exception as error:
            if len(batch) > 1:
                # One of them must not take the others along.
                for one in batch:
                    self._put_through([one])
                return
            self._tell(batch, began, error)
        else:
            self._tell(batch, began, None)

    def _tell(self, batch: Sequence[_Put[T]], began: float, error: Exception | None) -> None:
        took = time.perf_counter() - began
        # A loop that is closed has nobody who waits.
        with suppress(RuntimeError):
            batch[0].done.get_loop().call_soon_threadsafe(self._finish, batch, took, error)

    def _finish(self, batch: Sequence[_Put[T]], took: float, error: Exception | None) -> None:
        self._note(took)
        waited = [one for one in batch if not one.done.done()]
        for one in waited:
            if error is not None:
                one.done.set_exception(error)
            else:
                one.done.set_result(None)
        if error is None:
            asyncio.get_running_loop().call_soon(self._then, [one.item for one in waited])

    def _note(self, took: float) -> None:
        if took > _QUICK:
            self._alone = 0


def _too_late(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_exception(TimeoutError())

"""What wakes the thread that looks at the queue."""

import threading

from bot.inbox.glances import Glances, Worth


class Doorbell(threading.Event):
    """DBOS's stop signal for a queue's thread, whose wait between two looks also ends when it is rung."""

    # Under load one look serves every message that came meanwhile.
    _SHORTEST_WAIT = 0.02
    _LONGEST_WAIT = 2.0

    def __init__(self, glances: Glances, *, trusted: bool = True) -> None:
        """`trusted`: whoever keeps a message rings. Looks without a ring then only make up for a lost one,
        and come less and less often: ten a second cost a process at rest 3 % of a processor.

        `glances` are asked before each look, in its thread. Every message rings at every worker when it is
        kept, of which one is to fetch it, and at its own when it ends, for the one behind it, which mostly
        is not there."""
        super().__init__()
        self._glances = glances
        self._rung = threading.Event()
        self._trusted = trusted
        self._quiet = 0

    def ring(self) -> None:
        self._rung.set()

    def set(self) -> None:
        super().set()
        self._rung.set()

    def wait(self, timeout: float | None = None) -> bool:
        """True when stopped; False when it is time to look, because of the ring or the time."""
        self._glances.over()
        while True:
            if super().wait(self._SHORTEST_WAIT):
                return True
            longest = timeout
            if longest is not None and self._trusted:
                longest = min(longest * 2**self._quiet, max(longest, self._LONGEST_WAIT))
            self._quiet = 0 if self._rung.wait(longest) else min(self._quiet + 1, 10)
            # Before the look, so that a ring during it leads to another.
            self._rung.clear()
            if self.is_set():
                return True
            worth = self._glances.worth()
            if worth is Worth.LOOK:
                return False
            if worth is Worth.LATER:
                # What it fetches may have been there before this: asked again when it is most likely done.
                self._rung.set()

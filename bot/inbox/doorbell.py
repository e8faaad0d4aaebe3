"""What wakes the thread that looks at the queue."""

import threading


class Doorbell(threading.Event):
    """DBOS's stop signal for a queue's thread, whose wait between two looks also ends when it is rung."""

    # Under load one look serves every message that came meanwhile.
    _SHORTEST_WAIT = 0.02

    def __init__(self) -> None:
        super().__init__()
        self._rung = threading.Event()

    def ring(self) -> None:
        self._rung.set()

    def set(self) -> None:
        super().set()
        self._rung.set()

    def wait(self, timeout: float | None = None) -> bool:
        """True when stopped; False when it is time to look, because of the ring or the time."""
        if super().wait(self._SHORTEST_WAIT):
            return True
        self._rung.wait(timeout)
        # Before the look, so that a ring during it leads to another.
        self._rung.clear()
        return self.is_set()

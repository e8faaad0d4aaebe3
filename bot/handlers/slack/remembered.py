"""What Slack told lately, kept for a while so that it is not asked for every time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """At most `limit` values; beyond that, what was told longest ago goes. `clock` counts seconds."""

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._clock = clock
        self._told: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """None when it was never told, or its time is over."""
        told = self._told.get(key)
        return told[1] if told is not None and told[0] > self._clock() else None

    def last(self, key: K) -> V | None:
        """What was told last, though its time be over."""
        told = self._told.get(key)
        return None if told is None else told[1]

    def put(self, key: K, value: V, *, seconds: float) -> None:
        self._told[key] = (self._clock() + seconds, value)
        self._told.move_to_end(key)
        if len(self._told) > self._limit:
            self._told.popitem(last=False)

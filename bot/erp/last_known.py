"""What an ERP said last, for when it does not answer: by whose question it was, and not for ever."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


class LastKnown(Generic[T]):
    """The `most` latest answers, each for `minutes`; 0 keeps none. In memory, for one event loop.

    A question carries the company, its keys and the contact: nobody is told what another asked for.
    """

    def __init__(self, *, minutes: float, most: int, clock: Callable[[], datetime]) -> None:
        self._lifetime = timedelta(minutes=minutes)
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[datetime, T]] = OrderedDict()

    def keep(self, question: Hashable, answer: T) -> None:
        if self._lifetime <= timedelta(0):
            return
        self._kept[question] = (self._clock(), answer)
        self._kept.move_to_end(question)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def forget(self, question: Hashable) -> None:
        self._kept.pop(question, None)

    def recall(self, question: Hashable) -> T | None:
        """The answer given last; None when there was none, or too long ago."""
        kept = self._kept.get(question)
        if kept is None:
            return None
        if self._clock() - kept[0] >= self._lifetime:
            del self._kept[question]
            return None
        return kept[1]

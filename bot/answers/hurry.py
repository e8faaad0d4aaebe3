"""Before each look-up: has this person asked for too much, or guessed too often?"""

from math import ceil

from bot.answers.desk import Desk, Turn
from bot.chat.phrases import Phrase

_IN_SECONDS = 120
"""Up to so many seconds people are told seconds, then minutes."""


class Hurried(Exception):
    """Too much was asked for, or guessed at: `seconds` to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds

    @property
    def said(self) -> Phrase:
        """What the person reads."""
        if self.seconds <= _IN_SECONDS:
            return Phrase("slow_down", {"count": self.seconds})
        return Phrase("slow_down_minutes", {"count": ceil(self.seconds / 60)})


async def in_time(desk: Desk, turn: Turn, act: str = "lookup") -> None:
    """Raises Hurried while this person may look nothing up; `act` is what the audit calls it then.

    A question that was kept leaves no row: each counts as an act, and would prolong what it waits for.
    """
    if seconds := await desk.services.budgets.wait(turn.message.sender):
        if turn.again is None:
            desk.record(turn, act, "exhausted")
        raise Hurried(seconds)

"""How one try went, what that leaves unsure, and how long to wait for the next."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Final, Literal, NotRequired, TypedDict

from bot.inbox.basics import InboxSettings

_TRIES = 5
_LONGEST_WAIT = 60.0


class Verdict(TypedDict):
    """How one try went, as its checkpoint remembers it."""

    state: Literal["done", "delayed", "failed"]
    reason: str
    retry_after: float
    note: NotRequired[str]
    """What a staged parcel made; absent in checkpoints of before there were any."""


KNOWN = Verdict.__annotations__.keys()
"""What this release knows of a verdict; one with more is of a newer release."""


TOLD_TO_WAIT: Final[Verdict] = {"state": "delayed", "reason": "", "retry_after": 0.0}
"""On a try of which is known only how long to wait after it."""


def delayed(error: Exception) -> Verdict:
    """The verdict on a try that failed by no fault of the message or the platform."""
    return {"state": "delayed", "reason": type(error).__name__, "retry_after": 0.0}


@dataclass
class Unsure:
    """Whether the next thing to be sent may have arrived already, as an earlier try ended unseen."""

    maybe_sent: bool
    settled_in: float = 0.0
    """Seconds: the platform may have asked an earlier process to wait, and nobody has read for how long."""
    _began: float = field(default_factory=time.monotonic)

    async def settled(self) -> None:
        """Return when a wait that nobody read is most likely over."""
        if self.maybe_sent:
            await asyncio.sleep(self._began + self.settled_in - time.monotonic())

    def tried(self, verdict: Verdict) -> None:
        """A platform that said no did not take it; one that did not answer may have."""
        answered = verdict["state"] == "done" or "limit" in verdict["reason"].replace("_", "")
        self.maybe_sent = not answered


@dataclass
class Patience:
    """How long to wait between tries, and when to stop: a count of what the verdicts said so far."""

    settings: InboxSettings
    delays: int = 0
    failures: int = 0
    waited: float = 0.0

    @property
    def untried(self) -> bool:
        return self.delays == self.failures == 0

    def after(self, verdict: Verdict) -> float | None:
        """Seconds until the next try, or None to give up."""
        if verdict["state"] == "delayed":
            pause = max(
                verdict["retry_after"], min(self.settings.retry_seconds * 2.0**self.delays, _LONGEST_WAIT)
            )
            self.delays += 1
            if self.waited + pause > self.settings.give_up_seconds:
                return None
        else:
            pause = self.settings.retry_seconds * 3.0**self.failures
            self.failures += 1
            if self.failures >= _TRIES:
                return None
        self.waited += pause
        return pause

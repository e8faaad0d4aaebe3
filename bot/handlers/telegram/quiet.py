"""The hours in which what nobody asked for arrives without a sound."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Self

from bot.chat.people import Reader


@dataclass(frozen=True)
class QuietHours:
    """From `begins` to `ends` by the reader's clock, over midnight as a rule."""

    begins: time
    ends: time

    @classmethod
    def of(cls, written: str) -> Self | None:
        """`21:00-07:00`; None for an empty text. Raises ValueError for anything else."""
        if not written:
            return None
        found = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)", written)
        if found is None:
            raise ValueError("quiet hours are written 21:00-07:00")
        return cls(time.fromisoformat(found[1]), time.fromisoformat(found[2]))

    def at(self, moment: datetime, reader: Reader) -> bool:
        """Whether an aware moment is quiet where the reader is."""
        now = moment.astimezone(reader.zone).time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends

"""What came of many questions, as everybody sees it: which were answered, how often, and in which order."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bench.world import NUMBER
from bot.demo.events import StageEvent

_LOOKING = "Looking that up…"
_IN_LINE = "So many questions came at once"
"""How the bot tells, under load, that an answer is still to come."""

Key = tuple[int, str]
"""A chat, and the number asked about there."""


@dataclass(frozen=True)
class Outcome:
    """What was seen from outside."""

    asked: int
    answered: int
    lost: int
    doubled: int
    out_of_order: int
    excesses: Mapping[str, int]
    """By limit."""
    left_standing: int
    """Notes that an answer is on its way, which never became one."""
    else_said: Mapping[str, int]
    """What the bot said that was neither."""
    troubles: Mapping[str, int]
    kills: int
    seconds: float
    violations: Sequence[str]


@dataclass
class Seen:
    """What the bot said, as everybody sees it."""

    questions: dict[tuple[int, int], str] = field(default_factory=dict)
    """Numbers by the message of a group that asks for them."""
    answers: dict[Key, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    """By what was asked: the messages that answer it, and when each was first seen to, counted on."""
    standing: set[tuple[int, int]] = field(default_factory=set)
    other: Counter[str] = field(default_factory=Counter)
    count: int = 0

    def take(self, event: StageEvent) -> None:
        """Look at what somebody or the bot said, or changed."""
        message = event.payload
        if event.kind not in ("message", "update") or "text" not in message:
            return
        chat, text = int(event.conversation), str(message["text"])
        if not message["from"]["is_bot"]:
            if found := NUMBER.search(text):
                self.questions[chat, message["message_id"]] = found.group()
            return
        at = (chat, message["message_id"])
        if text == _LOOKING:
            self.standing.add(at)
            return
        self.standing.discard(at)
        number = None if text.startswith(_IN_LINE) else self._number(chat, message)
        if number is None:
            self.other[text[:60]] += 1
            return
        self.count += 1
        self.answers[chat, number].setdefault(message["message_id"], self.count)

    def out_of_order(self, asked: Mapping[int, Sequence[str]]) -> int:
        """Answers that were first seen after that to a later question of the same chat."""
        late = 0
        for chat, numbers in asked.items():
            firsts = [min(self.answers[chat, one].values()) for one in numbers if (chat, one) in self.answers]
            late += sum(first > after for first, after in pairwise(firsts))
        return late

    def _number(self, chat: int, message: Mapping[str, Any]) -> str | None:
        if "reply_to_message" in message:
            return self.questions.get((chat, message["reply_to_message"]["message_id"]))
        found = NUMBER.search(str(message["text"]))
        return found.group() if found else None

"""Telegram's published limits on messages, counted as they arrive.

At most 30 messages in any second to all chats together; to one chat one a second, of which three may have
been saved up; to a group, edits among them, 20 in any minute; and none to a chat before the seconds are
over that it was asked to wait. Source: https://core.telegram.org/bots/faq#broadcasting-to-users, which
says neither how long a burst may be nor how Telegram counts.
"""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from telegram.constants import FloodLimit

from bot.demo.telegram_double.refusals import Refused

SAVED_UP: Final = 3
"""Messages to one chat that may come at once after a while of none."""
_MINUTE: Final = 60.0
_MESSAGES: Final = frozenset({"sendMessage", "sendDocument"})
_EDITS: Final = frozenset({"editMessageText", "editMessageReplyMarkup"})


class FloodLimits:
    """Counts calls (`TelegramDouble.on_call`); what is over a limit is refused and remembered."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.excesses: list[str] = []
        """What was over, in order: `all`, `chat`, `group` or `held`, and the chat."""
        self._clock = clock
        self._all: deque[float] = deque()
        self._groups: defaultdict[int, deque[float]] = defaultdict(deque)
        self._saved: dict[int, tuple[float, float]] = {}
        """By chat: messages that may still come at once, and as of when."""
        self._held: dict[int, float] = {}

    def __call__(self, method: str, given: Mapping[str, Any]) -> None:
        """Raises Refused, with the seconds after which to try again."""
        chat = given.get("chat_id")
        messages = len(given.get("media", ())) if method == "sendMediaGroup" else int(method in _MESSAGES)
        counted_in_group = messages or int(method in _EDITS)
        if not isinstance(chat, int) or not counted_in_group:
            return
        now = self._clock()
        if now < self._held.get(chat, now):
            self._refuse("held", chat, self._held[chat] - now)
        if chat < 0:
            self._within(self._groups[chat], FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP, _MINUTE, "group", chat)
        if messages:
            saved = self._saved_up(chat, now)
            if saved < messages:
                self._refuse("chat", chat, messages - saved)
            self._within(self._all, FloodLimit.MESSAGES_PER_SECOND, 1.0, "all", chat)
            self._saved[chat] = (saved - messages, now)
            self._all.extend([now] * messages)
        if chat < 0:
            self._groups[chat].extend([now] * counted_in_group)

    def hold(self, chat: int, seconds: float) -> None:
        """Expect nothing in this chat for so long: the bot was asked to wait."""
        self._held[chat] = max(self._held.get(chat, 0.0), self._clock() + seconds)

    def _saved_up(self, chat: int, now: float) -> float:
        saved, at = self._saved.get(chat, (float(SAVED_UP), now))
        return min(float(SAVED_UP), saved + (now - at) * FloodLimit.MESSAGES_PER_SECOND_PER_CHAT)

    def _within(self, past: deque[float], most: int, seconds: float, which: str, chat: int) -> None:
        now = self._clock()
        while past and past[0] <= now - seconds:
            past.popleft()
        if len(past) >= most:
            self._refuse(which, chat, past[0] + seconds - now)

    def _refuse(self, which: str, chat: int, seconds: float) -> None:
        self.excesses.append(f"{which} {chat}")
        raise too_many_requests(seconds)


def too_many_requests(seconds: float) -> Refused:
    """How Telegram asks a bot to wait: in whole seconds, one at least."""
    wait = max(1, math.ceil(seconds))
    return Refused(
        f"Too Many Requests: retry after {wait}", 429, violation=False, parameters={"retry_after": wait}
    )

"""Inline mode: what people type after the bot's name anywhere, and post from what it shows."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from telegram.constants import InlineQueryLimit, MessageLimit

from bot.demo.events import Person
from bot.demo.telegram_double.inline_results import checked_answer, checked_button
from bot.demo.telegram_double.markup import parse
from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.world import Chat, World, user

Arguments = Mapping[str, Any]
_ANSWER_SECONDS = 30


@dataclass
class Typed:
    """What one person typed, and what the bot shows for it."""

    person: Person
    asked_at: float
    results: Sequence[Mapping[str, Any]] | None = None
    button: Mapping[str, Any] | None = None
    personal: bool = False
    cache_seconds: int = 300


class InlineMode:
    """The queries of people, by their ids."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ids = count(4_006_000_000_000_000_001)
        self.typed: dict[str, Typed] = {}

    def query(self, person: Person, text: str) -> dict[str, Any]:
        """The `InlineQuery` of somebody typing."""
        if len(text) > InlineQueryLimit.MAX_QUERY_LENGTH:
            raise ValueError("clients send no longer queries")
        query_id = str(next(self._ids))
        self.typed[query_id] = Typed(person, time.monotonic())
        return {"id": query_id, "from": user(person), "query": text, "offset": "", "chat_type": "group"}

    async def answer(self, given: Arguments) -> Any:
        """answerInlineQuery."""
        typed = self.typed.get(given["inline_query_id"])
        late = typed is not None and time.monotonic() - typed.asked_at > _ANSWER_SECONDS
        if typed is None or late:
            raise Refused(
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
                violation=typed is None,
            )
        typed.results = checked_answer(given)
        typed.button = checked_button(given.get("button"))
        typed.personal = given.get("is_personal", False)
        typed.cache_seconds = given.get("cache_time", 300)
        return True

    def post(self, typed: Typed, chat: Chat, at: int) -> dict[str, Any]:
        """The message that posting a result makes, in the name of who typed."""
        if typed.results is None:
            raise LookupError("nothing is shown for it")
        result = typed.results[at]
        content = result.get("input_message_content", {})
        if "message_text" not in content:
            raise LookupError("people here post texts only")
        read = parse(content["message_text"], content.get("parse_mode"), MessageLimit.MAX_TEXT_LENGTH)
        message: dict[str, Any] = {"text": read.plain, "via_bot": dict(self._world.bot)}
        if read.entities:
            message["entities"] = list(read.entities)
        if result.get("reply_markup"):
            message["reply_markup"] = result["reply_markup"]
        return self._world.sent(typed.person, chat, message)

"""Inline mode: what people type after the bot's name anywhere, and post from what it shows."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from telegram.constants import InlineQueryLimit, InlineQueryResultLimit, MessageLimit

from bot.demo.events import Person
from bot.demo.telegram_double.keyboards import checked_keyboard
from bot.demo.telegram_double.markup import parse
from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.world import Chat, World, user

Arguments = Mapping[str, Any]
_ANSWER_SECONDS = 30
_BUTTON_TEXT = 64
_START = 64


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
        results = given["results"]
        if len(results) > InlineQueryLimit.RESULTS:
            raise Refused("Bad Request: RESULTS_TOO_MUCH")
        if len({result.get("id") for result in results}) != len(results):
            raise Refused("Bad Request: RESULT_ID_DUPLICATE")
        typed.results = [_checked(result) for result in results]
        typed.button = _checked_button(given.get("button"))
        typed.personal = given.get("is_personal", False)
        typed.cache_seconds = given.get("cache_time", 300)
        return True

    def post(self, typed: Typed, chat: Chat, at: int) -> dict[str, Any]:
        """The message that posting a result makes, in the name of who typed."""
        if typed.results is None:
            raise LookupError("nothing is shown for it")
        result = typed.results[at]
        content = result["input_message_content"]
        read = parse(content["message_text"], content.get("parse_mode"), MessageLimit.MAX_TEXT_LENGTH)
        message: dict[str, Any] = {"text": read.plain, "via_bot": dict(self._world.bot)}
        if read.entities:
            message["entities"] = list(read.entities)
        if result.get("reply_markup"):
            message["reply_markup"] = result["reply_markup"]
        return self._world.sent(typed.person, chat, message)


def _checked(result: Mapping[str, Any]) -> Mapping[str, Any]:
    size = len(str(result.get("id", "")).encode())
    if not InlineQueryResultLimit.MIN_ID_LENGTH <= size <= InlineQueryResultLimit.MAX_ID_LENGTH:
        raise Refused("Bad Request: RESULT_ID_INVALID")
    if result.get("type") != "article":
        raise Refused("Bad Request: this stand-in shows articles only")
    if not str(result.get("title", "")).strip():
        raise Refused("Bad Request: article title is empty")
    content = result.get("input_message_content") or {}
    # Raises Refused for what could not be sent as a message.
    parse(content.get("message_text", ""), content.get("parse_mode"), MessageLimit.MAX_TEXT_LENGTH)
    return {**result, "reply_markup": checked_keyboard(result.get("reply_markup"))}


def _checked_button(button: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if button is None:
        return None
    if not 1 <= len(button.get("text", "")) <= _BUTTON_TEXT:
        raise Refused("Bad Request: BUTTON_TEXT_INVALID")
    payload = button.get("start_parameter", "")
    plain = payload.replace("_", "a").replace("-", "a")
    if len(payload) > _START or (payload and not (plain.isascii() and plain.isalnum())):
        raise Refused("Bad Request: START_PARAM_INVALID")
    return button

"""What a bot may show for what somebody types after its name: every kind of result, and its limits.

Source: https://core.telegram.org/bots/api#inlinequeryresult
"""

from collections.abc import Mapping
from typing import Any

import telegram
from telegram.constants import (
    InlineQueryLimit,
    InlineQueryResultLimit,
    InlineQueryResultsButtonLimit,
    MessageLimit,
)

from bot.demo.telegram_double.addresses import checked_app_url, checked_url
from bot.demo.telegram_double.keyboards import checked_keyboard
from bot.demo.telegram_double.markup import parse
from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.signatures import checked_object

_KINDS: Mapping[str, tuple[type, type | None]] = {
    "article": (telegram.InlineQueryResultArticle, None),
    "audio": (telegram.InlineQueryResultAudio, telegram.InlineQueryResultCachedAudio),
    "contact": (telegram.InlineQueryResultContact, None),
    "document": (telegram.InlineQueryResultDocument, telegram.InlineQueryResultCachedDocument),
    "game": (telegram.InlineQueryResultGame, None),
    "gif": (telegram.InlineQueryResultGif, telegram.InlineQueryResultCachedGif),
    "location": (telegram.InlineQueryResultLocation, None),
    "mpeg4_gif": (telegram.InlineQueryResultMpeg4Gif, telegram.InlineQueryResultCachedMpeg4Gif),
    "photo": (telegram.InlineQueryResultPhoto, telegram.InlineQueryResultCachedPhoto),
    "sticker": (telegram.InlineQueryResultCachedSticker, telegram.InlineQueryResultCachedSticker),
    "venue": (telegram.InlineQueryResultVenue, None),
    "video": (telegram.InlineQueryResultVideo, telegram.InlineQueryResultCachedVideo),
    "voice": (telegram.InlineQueryResultVoice, telegram.InlineQueryResultCachedVoice),
}
"""By their type: the class of one that is at an address, and of one that Telegram has by its file_id."""
_CONTENTS: Mapping[str, type] = {
    "message_text": telegram.InputTextMessageContent,
    "phone_number": telegram.InputContactMessageContent,
    "payload": telegram.InputInvoiceMessageContent,
    "address": telegram.InputVenueMessageContent,
    "latitude": telegram.InputLocationMessageContent,
}
"""By a field that only this kind of content has, the venue's before those it shares with a location."""
_MEDIA_TYPES: Mapping[str, frozenset[str]] = {
    "document": frozenset({"application/pdf", "application/zip"}),
    "video": frozenset({"text/html", "video/mp4"}),
}
_BUTTON_TEXT = 64


def checked_answer(given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The results of an answerInlineQuery; raises Refused for anything wrong with the call."""
    results = given["results"]
    if len(results) > InlineQueryLimit.RESULTS:
        raise Refused("Bad Request: RESULTS_TOO_MUCH")
    checked = [checked_result(result) for result in results]
    if len({result["id"] for result in checked}) != len(checked):
        raise Refused("Bad Request: RESULT_ID_DUPLICATE")
    if given.get("cache_time", 0) < 0:
        raise Refused("Bad Request: cache_time must be non-negative")
    if len(given.get("next_offset", "").encode()) > InlineQueryLimit.MAX_OFFSET_LENGTH:
        raise Refused("Bad Request: NEXT_OFFSET_INVALID")
    return checked


def checked_result(result: Any) -> Mapping[str, Any]:
    """One result, its keyboard as a message would keep it."""
    if not isinstance(result, dict) or result.get("type") not in _KINDS:
        raise Refused("Bad Request: can't parse inline query result: unsupported type")
    kind = result["type"]
    at_address, cached = _KINDS[kind]
    is_cached = cached is not None and any(name.endswith("_file_id") for name in result)
    result = dict(checked_object(result, cached if is_cached and cached else at_address))
    size = len(result["id"].encode())
    if not InlineQueryResultLimit.MIN_ID_LENGTH <= size <= InlineQueryResultLimit.MAX_ID_LENGTH:
        raise Refused("Bad Request: RESULT_ID_INVALID")
    if not str(result.get("title", "x")).strip():
        raise Refused(f"Bad Request: {kind} title is empty")
    for name in result:
        if name.endswith("_url") or name == "url":
            checked_url(result[name], "WEBDOCUMENT_URL_INVALID")
    if kind in _MEDIA_TYPES and not is_cached and result["mime_type"] not in _MEDIA_TYPES[kind]:
        raise Refused(f"Bad Request: unallowed {kind} MIME type")
    parse(result.get("caption", ""), result.get("parse_mode"), MessageLimit.CAPTION_LENGTH, may_be_empty=True)
    if "input_message_content" in result:
        _check_content(result["input_message_content"])
    elif kind == "video" and result.get("mime_type") == "text/html":
        raise Refused("Bad Request: a video on a page needs something to send instead")
    return {**result, "reply_markup": checked_keyboard(result.get("reply_markup"), private=False)}


def checked_button(button: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The button above the results: one's private chat with the bot, or a web app."""
    if button is None:
        return None
    checked_object(button, telegram.InlineQueryResultsButton)
    if not 1 <= len(button["text"]) <= _BUTTON_TEXT:
        raise Refused("Bad Request: BUTTON_TEXT_INVALID")
    if len(set(button) & {"web_app", "start_parameter"}) != 1:
        raise Refused("Bad Request: exactly one of web_app and start_parameter is expected")
    if "web_app" in button:
        checked_app_url(button["web_app"].get("url"))
        return button
    payload = button["start_parameter"]
    limit = InlineQueryResultsButtonLimit
    plain = payload.replace("_", "a").replace("-", "a")
    if not limit.MIN_START_PARAMETER_LENGTH <= len(payload) <= limit.MAX_START_PARAMETER_LENGTH or not (
        plain.isascii() and plain.isalnum()
    ):
        raise Refused("Bad Request: START_PARAM_INVALID")
    return button


def _check_content(content: Any) -> None:
    fields = set(content) if isinstance(content, dict) else set()
    known = next((kind for field, kind in _CONTENTS.items() if field in fields), None)
    if known is None:
        raise Refused("Bad Request: can't parse input message content")
    checked_object(content, known)
    if known is telegram.InputTextMessageContent:
        # Raises Refused for what could not be sent as a message.
        parse(content["message_text"], content.get("parse_mode"), MessageLimit.MAX_TEXT_LENGTH)

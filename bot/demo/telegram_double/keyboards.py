"""Inline keyboards, held to what Telegram's clients lay out and its server takes."""

import inspect
from typing import Any

from telegram import InlineKeyboardButton
from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit, KeyboardButtonStyle

from bot.demo.telegram_double.refusals import Refused

_FIELDS = frozenset(inspect.signature(InlineKeyboardButton.__init__).parameters) - {"self", "api_kwargs"}
_LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})


def checked_keyboard(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """The keyboard as a message keeps it, None when there is none; raises Refused."""
    if markup is None:
        return None
    if set(markup) != {"inline_keyboard"}:
        raise Refused("Bad Request: this stand-in knows inline keyboards only")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refused("Bad Request: can't parse inline keyboard: an array of arrays is expected")
    buttons = [button for row in rows for button in row]
    if len(buttons) > InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER:
        raise Refused("Bad Request: too many inline keyboard buttons")
    if any(len(row) > InlineKeyboardMarkupLimit.BUTTONS_PER_ROW for row in rows):
        raise Refused("Bad Request: too many buttons in a row")
    for button in buttons:
        _check(button)
    return {"inline_keyboard": [row for row in rows if row]} if buttons else None


def holds(markup: dict[str, Any] | None, data: str) -> bool:
    """Whether one of the buttons carries this callback data."""
    rows = markup["inline_keyboard"] if markup else []
    return any(button.get("callback_data") == data for row in rows for button in row)


def _check(button: Any) -> None:
    if not isinstance(button, dict):
        raise Refused("Bad Request: can't parse inline keyboard button: an object is expected")
    if extra := set(button) - _FIELDS:
        raise Refused(f"Bad Request: inline keyboard button has no field {sorted(extra)[0]!r}")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise Refused("Bad Request: text buttons are unallowed in the inline keyboard")
    if len(set(button) - _LOOKS) != 1:
        raise Refused("Bad Request: inline keyboard buttons must have exactly one optional field")
    if "style" in button and button["style"] not in list(KeyboardButtonStyle):
        raise Refused("Bad Request: invalid button style")
    data = button.get("callback_data")
    if data is not None:
        size = len(data.encode()) if isinstance(data, str) else 0
        lowest, most = (
            InlineKeyboardButtonLimit.MIN_CALLBACK_DATA,
            InlineKeyboardButtonLimit.MAX_CALLBACK_DATA,
        )
        if not lowest <= size <= most:
            raise Refused("Bad Request: BUTTON_DATA_INVALID")

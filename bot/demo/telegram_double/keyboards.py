"""Keyboards, under a message or in place of the letters.

Held to what Telegram's clients lay out and its server takes.
"""

import inspect
from typing import Any

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    WebAppInfo,
)
from telegram.constants import (
    InlineKeyboardButtonLimit,
    InlineKeyboardMarkupLimit,
    KeyboardButtonStyle,
    ReplyLimit,
)

from bot.demo.telegram_double.addresses import checked_app_url, checked_url
from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.signatures import checked_object


def _fields(kind: type) -> frozenset[str]:
    return frozenset(inspect.signature(kind.__init__).parameters) - {"self", "api_kwargs"}  # type: ignore[misc]


_FIELDS = _fields(InlineKeyboardButton)
_KEY_FIELDS = _fields(KeyboardButton)
_REPLY_FIELDS = _fields(ReplyKeyboardMarkup)
_REMOVE_FIELDS = _fields(ReplyKeyboardRemove) | {"remove_keyboard"}
_LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})


def checked_markup(markup: dict[str, Any] | None, *, private: bool) -> dict[str, Any] | None:
    """As `checked_keyboard`, for a new message, which may bring or remove a reply keyboard too."""
    if markup is not None and "keyboard" in markup:
        return _checked_reply_keyboard(markup, private=private)
    if markup is not None and "remove_keyboard" in markup:
        if extra := set(markup) - _REMOVE_FIELDS:
            raise Refused(f"Bad Request: reply keyboard remove has no field {sorted(extra)[0]!r}")
        if markup["remove_keyboard"] is not True:
            raise Refused("Bad Request: object expected as reply markup")
        return markup
    return checked_keyboard(markup, private=private)


def is_inline(markup: dict[str, Any]) -> bool:
    """Inline keyboards are part of their message; the others belong to the chat."""
    return "inline_keyboard" in markup


def checked_keyboard(markup: dict[str, Any] | None, *, private: bool) -> dict[str, Any] | None:
    """The keyboard as a message keeps it, None when there is none; raises Refused."""
    if markup is None:
        return None
    if set(markup) != {"inline_keyboard"}:
        raise Refused("Bad Request: inline keyboard expected")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refused("Bad Request: can't parse inline keyboard: an array of arrays is expected")
    buttons = [button for row in rows for button in row]
    if len(buttons) > InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER:
        raise Refused("Bad Request: too many inline keyboard buttons")
    if any(len(row) > InlineKeyboardMarkupLimit.BUTTONS_PER_ROW for row in rows):
        raise Refused("Bad Request: too many buttons in a row")
    for button in buttons:
        _check(button, private=private)
    return {"inline_keyboard": [row for row in rows if row]} if buttons else None


def holds(markup: dict[str, Any] | None, data: str) -> bool:
    """Whether one of the buttons carries this callback data."""
    rows = markup.get("inline_keyboard", []) if markup else []
    return any(button.get("callback_data") == data for row in rows for button in row)


def opens(markup: dict[str, Any] | None, url: str) -> bool:
    """Whether one of the buttons opens this web app."""
    rows = markup.get("inline_keyboard", []) if markup else []
    return any((button.get("web_app") or {}).get("url") == url for row in rows for button in row)


def _check(button: Any, *, private: bool) -> None:
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
    if "url" in button:
        checked_url(button["url"], "BUTTON_URL_INVALID", schemes=("http", "https", "tg"))
    if "web_app" in button:
        if not private:
            raise Refused("Bad Request: BUTTON_TYPE_INVALID")
        checked_app_url(checked_object(button["web_app"], WebAppInfo).get("url"))
    copied = button.get("copy_text")
    if copied is not None:
        size = len(checked_object(copied, CopyTextButton)["text"])
        if not 1 <= size <= InlineKeyboardButtonLimit.MAX_COPY_TEXT:
            raise Refused("Bad Request: BUTTON_COPY_TEXT_INVALID")
    data = button.get("callback_data")
    if data is not None:
        size = len(data.encode()) if isinstance(data, str) else 0
        lowest, most = (
            InlineKeyboardButtonLimit.MIN_CALLBACK_DATA,
            InlineKeyboardButtonLimit.MAX_CALLBACK_DATA,
        )
        if not lowest <= size <= most:
            raise Refused("Bad Request: BUTTON_DATA_INVALID")


def _checked_reply_keyboard(markup: dict[str, Any], *, private: bool) -> dict[str, Any]:
    if extra := set(markup) - _REPLY_FIELDS:
        raise Refused(f"Bad Request: reply keyboard has no field {sorted(extra)[0]!r}")
    rows = markup["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refused("Bad Request: can't parse reply keyboard: an array of arrays is expected")
    buttons = [button for row in rows for button in row]
    if not buttons:
        raise Refused("Bad Request: a reply keyboard needs a button")
    for button in buttons:
        _check_key(button, private=private)
    for switch in ("resize_keyboard", "one_time_keyboard", "selective", "is_persistent"):
        if not isinstance(markup.get(switch, False), bool):
            raise Refused(f"Bad Request: field {switch!r} must be of type Boolean")
    hint = markup.get("input_field_placeholder")
    if hint is not None and not (
        isinstance(hint, str)
        and ReplyLimit.MIN_INPUT_FIELD_PLACEHOLDER <= len(hint) <= ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER
    ):
        raise Refused("Bad Request: the placeholder of the input field has a wrong length")
    return markup


def _check_key(button: Any, *, private: bool) -> None:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise Refused("Bad Request: can't parse keyboard button: an object is expected")
    if extra := set(button) - _KEY_FIELDS:
        raise Refused(f"Bad Request: keyboard button has no field {sorted(extra)[0]!r}")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise Refused("Bad Request: keyboard button text must not be empty")
    asks = set(button) - _LOOKS
    if len(asks) > 1:
        raise Refused("Bad Request: a keyboard button may ask for one thing only")
    if asks and asks != {"request_contact"}:
        raise Refused("Bad Request: this stand-in knows buttons that request a contact only")
    if not isinstance(button.get("request_contact", True), bool):
        raise Refused("Bad Request: field 'request_contact' must be of type Boolean")
    if button.get("request_contact") and not private:
        raise Refused("Bad Request: phone number can be requested in private chats only")

"""One message to the Bot API, and what its errors mean."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, TypeVar

import structlog
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyParameters,
    WebAppInfo,
)
from telegram.constants import KeyboardButtonStyle, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot

from bot.delivery import DeliveryDelayed, DeliveryImpossible
from bot.handlers.telegram.client import redact, seconds_to_wait
from bot.handlers.telegram.keys import Key, Keyboard
from bot.handlers.telegram.places import Place
from bot.handlers.telegram.render import Bubble

_T = TypeVar("_T")
Posted = tuple[int, int]
"""The chat a message went to, and its id there."""

BLOCKED: Final = "blocked"
"""Why a delivery is impossible to somebody who blocked the bot, or whose account is no more."""
RATE_LIMITED: Final = "rate_limited"

_GONE: Final = ("blocked by the user", "user is deactivated")


async def send_text(
    bot: ExtBot[None],
    place: Place,
    bubble: Bubble,
    *,
    silent: bool = False,
    moved: Callable[[int], Awaitable[None]] | None = None,
) -> Posted:
    """Send a message; raises DeliveryDelayed and DeliveryImpossible.

    A group that became a supergroup is followed; `moved` is told its new id first.
    """
    with errors_explained():
        try:
            return await _send_once(bot, place, bubble, silent=silent)
        except ChatMigrated as migrated:
            if moved is not None:
                await moved(migrated.new_chat_id)
            # Its topics and messages stayed behind.
            return await _send_once(bot, Place(chat=migrated.new_chat_id), bubble, silent=silent)
        except BadRequest as error:
            if "thread not found" not in str(error).lower():
                raise
            return await _send_once(bot, replace(place, thread=None), bubble, silent=silent)


async def _send_once(bot: ExtBot[None], place: Place, bubble: Bubble, *, silent: bool) -> Posted:
    async def send(body: str, parse_mode: str | None) -> Posted:
        answers = None
        if place.answers is not None:
            answers = ReplyParameters(place.answers, allow_sending_without_reply=True)
        sent = await bot.send_message(
            place.chat,
            body,
            parse_mode=parse_mode,
            reply_markup=_contact_keyboard(bubble) or inline_keyboard(bubble.keyboard),
            message_thread_id=place.thread,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_parameters=answers,
            disable_notification=silent or None,
        )
        return place.chat, sent.message_id

    return await formatted(bubble, send)


async def formatted(bubble: Bubble, call: Callable[[str, str | None], Awaitable[_T]]) -> _T:
    """Make a call with the text and its parse mode, once more in plain text where the markup is refused."""
    try:
        return await call(bubble.html.markup, ParseMode.HTML)
    except BadRequest as error:
        if "can't parse entities" not in str(error).lower():
            raise
        log_refusal("telegram_markup_refused", error)
        return await call(bubble.html.plain, None)


def _contact_keyboard(bubble: Bubble) -> ReplyKeyboardMarkup | None:
    if not bubble.asks_contact:
        return None
    share = KeyboardButton(bubble.asks_contact, request_contact=True)
    # Once it is pressed, the client hides it by itself.
    return ReplyKeyboardMarkup([[share]], resize_keyboard=True, one_time_keyboard=True)


def inline_keyboard(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    key.label,
                    **_what_it_does(key),
                    style=KeyboardButtonStyle.PRIMARY if key.primary else None,
                )
                for key in row
            ]
            for row in keyboard
        ]
    )


def _what_it_does(key: Key) -> dict[str, Any]:
    if key.url:
        return {"web_app": WebAppInfo(key.url)} if key.in_telegram else {"url": key.url}
    return {"url": key.data} if key.opens else {"callback_data": key.data}


@contextmanager
def errors_explained() -> Iterator[None]:
    """The Bot API's errors as ours. Order matters: BadRequest and TimedOut are NetworkErrors too."""
    try:
        yield
    except RetryAfter as error:
        raise DeliveryDelayed(RATE_LIMITED, max(seconds_to_wait(error), 1.0)) from error
    except ChatMigrated as error:
        raise DeliveryImpossible("chat_migrated") from error
    except Forbidden as error:
        gone = any(reason in str(error).lower() for reason in _GONE)
        raise DeliveryImpossible(BLOCKED if gone else "forbidden") from error
    except BadRequest as error:
        log_refusal("telegram_message_refused", error)
        raise DeliveryImpossible("bad_request") from error
    except (InvalidToken, EndPointNotFound, Conflict) as error:
        # The operator can mend this, so the answer waits for it.
        structlog.get_logger().error(
            "telegram_delivery_refused",
            reason="token_refused",
            advice="Set ORDERBOT_TELEGRAM_BOT_TOKEN to the token @BotFather shows for this bot.",
        )
        raise DeliveryDelayed("token_refused", 30.0) from error
    except TimedOut as error:
        raise DeliveryDelayed("timed_out", 2.0) from error
    except TelegramError as error:
        raise DeliveryDelayed("network", 2.0) from error


def log_refusal(event: str, error: TelegramError) -> None:
    structlog.get_logger().error(event, reason=redact(str(error))[:200])

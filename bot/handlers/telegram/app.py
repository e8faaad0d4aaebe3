"""Which Telegram update goes to which function.

The application has no updater and no queue of its own: the door and the polling loop hand it one
update at a time, and it is done with it when the message is kept.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.chat.messages import Message
from bot.delivery import Receiver
from bot.handlers.telegram import events, reports
from bot.handlers.telegram.client import redact
from bot.handlers.telegram.inline import Inline

Context = CallbackContext[ExtBot[None], Any, Any, Any]
TelegramApplication = Application[ExtBot[None], Context, Any, Any, Any, None]
Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]

TOAST_SECONDS = 3.0
"""How long a press may wait for Telegram to take our answer to it; the message is kept meanwhile."""


class Failures:
    """What went wrong with an update, for the one who has to say so.

    python-telegram-bot swallows what a handler raises; without this note, an update that was not
    kept would be acknowledged, and lost.
    """

    def __init__(self) -> None:
        self._by_update: dict[int, Exception] = {}

    async def record(self, update: object, context: Context) -> None:
        """The application's error handler."""
        if isinstance(context.error, Exception):
            self._by_update[id(update)] = context.error

    def take(self, update: Update) -> Exception | None:
        """The failure of this very update, and forget it."""
        return self._by_update.pop(id(update), None)


def build_application(
    bot: ExtBot[None], receiver: Receiver, failures: Failures, inline: Inline | None = None
) -> TelegramApplication:
    """The table. Handlers block, and access is decided in the answer, not in a handler group."""
    private = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL
    groups = filters.UpdateType.MESSAGE & filters.ChatType.GROUPS

    in_private = _keeps(events.from_private, receiver)
    in_group = _keeps(events.from_group, receiver)
    press = _answers_then(_keeps(events.from_button, receiver))
    moved = _keeps(reports.from_move, receiver)
    joined = _keeps(reports.from_newcomers, receiver)
    blocked = _keeps(reports.from_blocking, receiver)

    application: TelegramApplication = ApplicationBuilder().bot(bot).updater(None).job_queue(None).build()
    application.add_handler(CommandHandler(events.COMMANDS, in_private, filters=private))
    application.add_handler(MessageHandler(private, in_private))
    application.add_handler(MessageHandler(groups & ~filters.StatusUpdate.ALL, in_group))
    application.add_handler(CallbackQueryHandler(press))
    application.add_handler(MessageHandler(groups & filters.StatusUpdate.MIGRATE, moved))
    application.add_handler(MessageHandler(groups & filters.StatusUpdate.NEW_CHAT_MEMBERS, joined))
    application.add_handler(ChatMemberHandler(blocked, ChatMemberHandler.MY_CHAT_MEMBER))
    if inline is not None:
        application.add_handler(InlineQueryHandler(_shows(inline)))
    application.add_error_handler(failures.record)
    return application


def _keeps(read: Callable[[Update, Any], Message | None], receiver: Receiver) -> Handler:
    async def keep(update: Update, context: Context) -> None:
        message = read(update, context.bot.bot)
        if message is None:
            structlog.get_logger().info("telegram_update_ignored", reason="not_for_us")
            return
        await receiver.receive(message)

    return keep


def _shows(inline: Inline) -> Handler:
    async def show(update: Update, context: Context) -> None:
        if update.inline_query is not None:
            await inline.answer(context.bot, update.inline_query)

    return show


def _answers_then(keep: Handler) -> Handler:
    # A press must be answered within seconds, so it cannot wait in the inbox; the two go side by side.
    async def press(update: Update, context: Context) -> None:
        toast = asyncio.ensure_future(_toast(update, context))
        try:
            await keep(update, context)
        finally:
            await toast

    return press


async def _toast(update: Update, context: Context) -> None:
    if update.callback_query is None:
        return
    try:
        async with asyncio.timeout(TOAST_SECONDS):
            await context.bot.answer_callback_query(update.callback_query.id)
    except (TelegramError, TimeoutError) as error:
        # Too old, or answered before a redelivery: the spinner has ended by itself.
        structlog.get_logger().info("telegram_press_not_answered", reason=redact(str(error)) or "timeout")

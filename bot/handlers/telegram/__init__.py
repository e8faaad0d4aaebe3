"""Telegram: updates in through a webhook or by polling, replies out through the Bot API."""

from bot.handlers.telegram.client import make_bot, protect_logs, redact, redact_event
from bot.handlers.telegram.courier import TelegramCourier
from bot.handlers.telegram.door import webhook_route
from bot.handlers.telegram.intake import Intake
from bot.handlers.telegram.polling import poll

__all__ = [
    "Intake",
    "TelegramCourier",
    "make_bot",
    "poll",
    "protect_logs",
    "redact",
    "redact_event",
    "webhook_route",
]

"""A strict stand-in for Telegram: its Bot API on loopback, and the people who write to the bot."""

from bot.demo.telegram_double.double import TelegramDouble

__all__ = ["TelegramDouble"]

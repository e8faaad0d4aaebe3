"""What Telegram is told about the bot once per release, not at each start of a worker."""

from typing import Any, Final
from urllib.parse import urlsplit

from telegram import BotCommand
from telegram.constants import (
    SUPPORTED_WEBHOOK_PORTS,
    BotCommandLimit,
    BotDescriptionLimit,
)
from telegram.ext import ExtBot

from bot.chat import Phrase, Reader
from bot.handlers.telegram.door import PATH, is_secret
from bot.handlers.telegram.events import ALLOWED_UPDATES
from bot.handlers.telegram.html import cut
from bot.wording import Wording

_MENU: Final = ("orders", "help", "link", "unlink", "whoami")
_READERS: Final = {"": Reader("en"), "pt": Reader("pt-BR"), "es": Reader("es")}
"""By Telegram's language code; the empty one is for everybody else."""


async def register(bot: ExtBot[None], public_url: str, secret: str) -> str:
    """Have Telegram send updates to `public_url` + "/telegram/webhook"; returns that address.

    Waiting updates are kept. Raises ValueError with what to change in the address or the secret, and
    telegram.error.TelegramError.
    """
    if not is_secret(secret):
        raise ValueError("The webhook secret must be 1 to 256 of A-Z a-z 0-9 _ -.")
    try:
        parts = urlsplit(public_url)
        port = parts.port or 443
    except ValueError as error:
        raise ValueError(f"{public_url!r} is not an address.") from error
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("Telegram sends to https addresses only, such as https://bot.example.com.")
    if port not in SUPPORTED_WEBHOOK_PORTS:
        allowed = ", ".join(str(port) for port in SUPPORTED_WEBHOOK_PORTS)
        raise ValueError(f"Telegram sends to the ports {allowed} only, not to {port}.")
    url = public_url.rstrip("/") + PATH
    await bot.set_webhook(
        url,
        secret_token=secret,
        allowed_updates=ALLOWED_UPDATES,
        max_connections=40,
        drop_pending_updates=False,
    )
    return url


async def unregister(bot: ExtBot[None]) -> None:
    """Remove the webhook, so that polling works; waiting updates are kept."""
    await bot.delete_webhook(drop_pending_updates=False)


async def describe(bot: ExtBot[None], wording: Wording) -> None:
    """Set the command menu and the texts of the empty chat, in every language."""
    for language, reader in _READERS.items():
        code: dict[str, Any] = {"language_code": language} if language else {}

        def say(key: str, limit: int, reader: Reader = reader) -> str:
            return cut(wording.say(Phrase(key), reader), limit)

        commands = [
            BotCommand(name, say(f"command_{name}", BotCommandLimit.MAX_DESCRIPTION)) for name in _MENU
        ]
        await bot.set_my_commands(commands, **code)
        await bot.set_my_description(say("help_intro", BotDescriptionLimit.MAX_DESCRIPTION_LENGTH), **code)
        short = say("help_intro", BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH)
        await bot.set_my_short_description(short, **code)

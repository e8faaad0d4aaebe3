"""What Telegram is told about the bot, when it does not know yet."""

from typing import Final
from urllib.parse import urlsplit

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeDefault,
    MenuButtonWebApp,
    WebAppInfo,
)
from telegram.constants import (
    SUPPORTED_WEBHOOK_PORTS,
    BotCommandLimit,
    BotDescriptionLimit,
)
from telegram.ext import ExtBot

from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.handlers.telegram.door import PATH, is_secret
from bot.handlers.telegram.events import ALLOWED_UPDATES
from bot.handlers.telegram.html import cut
from bot.wording import Wording

_MENU: Final = ("orders", "help", "link", "unlink", "whoami")
_GROUP_MENU: Final = ("orders", "help")
"""Where others read along, a person's own affairs are not on the menu."""
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


async def settle(
    bot: ExtBot[None],
    wording: Wording,
    *,
    polling: bool,
    public_url: str,
    secret: str,
    reader: Reader | None = None,
) -> bool:
    """Have Telegram know what this process wants: who fetches or is sent updates, menus, texts.

    Each is set only where it differs, so that any number of processes may start. Waiting updates
    are kept in every change from webhook to polling and back. True when anything was changed.
    Raises ValueError and telegram.error.TelegramError, as `register` does.
    """
    changed = await _hand_over(bot, polling=polling, public_url=public_url, secret=secret)
    changed = await describe(bot, wording) or changed
    return await offer_orders(bot, wording, public_url, reader or Reader()) or changed


async def offer_orders(bot: ExtBot[None], wording: Wording, public_url: str, reader: Reader) -> bool:
    """Have the menu button open the orders' page where there is one; True when it did not yet.

    Without a public address the button stays as the operator left it. It has one text for everybody.
    """
    if not public_url.startswith("https://"):
        # Telegram opens no other.
        return False
    text = wording.say(Phrase("page_title"), reader)
    wanted = MenuButtonWebApp(text, WebAppInfo(f"{public_url.rstrip('/')}/app/"))
    if await bot.get_chat_menu_button() == wanted:
        return False
    return await bot.set_chat_menu_button(menu_button=wanted)


async def _hand_over(bot: ExtBot[None], *, polling: bool, public_url: str, secret: str) -> bool:
    info = await bot.get_webhook_info()
    if polling:
        if info.url:
            await unregister(bot)
        return bool(info.url)
    # Without a public address of our own, what `orderbot telegram register` set stays as it is.
    wanted = public_url.rstrip("/") + PATH if public_url else info.url
    narrow = bool(info.allowed_updates) and not set(ALLOWED_UPDATES) <= set(info.allowed_updates or ())
    if not wanted.startswith("https://") or (wanted == info.url and not narrow):
        return False
    await register(bot, wanted.removesuffix(PATH), secret)
    return True


async def describe(bot: ExtBot[None], wording: Wording) -> bool:
    """Set the command menus and the texts of the empty chat where they differ, in every language."""
    changed = False
    for language, reader in _READERS.items():
        code = language or None

        def say(key: str, limit: int, reader: Reader = reader) -> str:
            return cut(wording.say(Phrase(key), reader), limit)

        for scope, names in _menus():
            commands = tuple(
                BotCommand(name, say(f"command_{name}", BotCommandLimit.MAX_DESCRIPTION)) for name in names
            )
            if await bot.get_my_commands(scope=scope, language_code=code) != commands:
                changed = await bot.set_my_commands(commands, scope=scope, language_code=code)
        long = say("help_intro", BotDescriptionLimit.MAX_DESCRIPTION_LENGTH)
        if (await bot.get_my_description(language_code=code)).description != long:
            changed = await bot.set_my_description(long, language_code=code)
        short = say("help_intro", BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH)
        if (await bot.get_my_short_description(language_code=code)).short_description != short:
            changed = await bot.set_my_short_description(short, language_code=code)
    return changed


def _menus() -> tuple[tuple[BotCommandScope, tuple[str, ...]], ...]:
    return (BotCommandScopeDefault(), _MENU), (BotCommandScopeAllGroupChats(), _GROUP_MENU)

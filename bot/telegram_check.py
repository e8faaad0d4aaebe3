"""`orderbot check telegram`: what Telegram knows of this bot, what is wrong with it, and what to do.

It only reads.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Final

from bot.checks import Finding, print_findings
from bot.exits import FAILED, OK, say
from bot.settings import Settings

if TYPE_CHECKING:
    from telegram import User, WebhookInfo
    from telegram.ext import ExtBot

MANY_WAITING: Final = 100
"""Updates that wait for delivery, above which something holds them up."""
_REGISTER: Final = "Run `orderbot telegram register --public-url https://…`, or start the bot again."
_REASONS: Final = (
    (
        "certificate",
        "The public address needs a certificate that is valid for it, with the whole chain.",
    ),
    ("ssl", "The public address needs a certificate that is valid for it, with the whole chain."),
    (
        "403",
        "ORDERBOT_TELEGRAM_WEBHOOK_SECRET is not the one that was registered: do it again.",
    ),
    ("404", "The address must end at the bot itself: nothing before /telegram/webhook may rewrite the path."),
    ("50", "The bot could not keep messages: see its log and /readyz."),
    (
        "connection",
        "Nothing answers at the public address: is the bot running, the port open?",
    ),
    ("timed out", "The bot took too long to say that it kept a message: see its log and the database."),
    ("resolve", "The public address has no entry in the DNS, or none for IPv4, which Telegram needs."),
)


def run_check_telegram(settings: Settings) -> int:
    """Print every finding; 0 when all is well."""
    if not settings.telegram_on:
        return say("Telegram is off. Set ORDERBOT_TELEGRAM_BOT_TOKEN to the token @BotFather shows.")
    findings = asyncio.run(check_telegram(settings))
    print_findings(findings)
    return OK if all(finding.ok for finding in findings) else FAILED


async def check_telegram(settings: Settings) -> Sequence[Finding]:
    """Token, webhook or polling, waiting updates, privacy mode, menus, inline mode."""
    from telegram.error import EndPointNotFound, InvalidToken, TelegramError

    from bot.handlers.telegram.client import bot_id, make_bot, redact

    token = settings.telegram_bot_token.get_secret_value()
    refused = "Copy the token from @BotFather again, whole: it looks like 1234567890:AA…"
    try:
        bot_id(token)
    except ValueError:
        return [Finding("token", False, "is no bot token", refused)]
    bot = make_bot(token, settings.telegram_api_url)
    findings: list[Finding] = []
    try:
        async for finding in _findings(bot, settings):
            findings.append(finding)
    except (InvalidToken, EndPointNotFound):
        findings.append(Finding("token", False, "Telegram refuses it", refused))
    except TelegramError as error:
        advice = "Check the network and ORDERBOT_TELEGRAM_API_URL."
        findings.append(Finding("telegram", False, redact(str(error)) or "no answer", advice))
    finally:
        await bot.shutdown()
    return findings


async def _findings(bot: "ExtBot[None]", settings: Settings) -> AsyncIterator[Finding]:
    me = await bot.get_me()
    yield Finding("token", True, f"belongs to @{me.username}")
    info = await bot.get_webhook_info()
    if settings.telegram_mode == "polling":
        yield _polling(info)
    else:
        yield _webhook(info, settings)
        if info.url:
            yield _deliveries(info)
            yield _kinds(info)
    yield _waiting(info)
    yield _privacy(me)
    yield await _menus(bot)
    yield _inline(me)


def _polling(info: "WebhookInfo") -> Finding:
    if info.url:
        return Finding("polling", False, "a webhook is set, so polling gets nothing", _REGISTER)
    return Finding("polling", True, "no webhook is in the way")


def _webhook(info: "WebhookInfo", settings: Settings) -> Finding:
    from bot.handlers.telegram.door import PATH

    if not info.url:
        return Finding("webhook", False, "none is set, so nothing arrives", _REGISTER)
    wanted = settings.public_url.rstrip("/") + PATH if settings.public_url else ""
    if wanted and info.url != wanted:
        return Finding("webhook", False, f"is {info.url}, not {wanted}", _REGISTER)
    if not info.url.endswith(PATH):
        return Finding("webhook", False, f"is {info.url}, which does not end in {PATH}", _REGISTER)
    own = ", with a certificate that was uploaded" if info.has_custom_certificate else ""
    return Finding("webhook", True, f"{info.url}{own}")


def _deliveries(info: "WebhookInfo") -> Finding:
    said = info.last_error_message
    if not said:
        return Finding("deliveries", True, "no error was noted")
    when = f" at {info.last_error_date:%Y-%m-%d %H:%M} UTC" if info.last_error_date else ""
    advice = next((advice for word, advice in _REASONS if word in said.lower()), "See the bot's log.")
    return Finding("deliveries", False, f"Telegram could not deliver{when}: {said}", advice)


def _kinds(info: "WebhookInfo") -> Finding:
    from bot.handlers.telegram.events import ALLOWED_UPDATES

    missing = set(ALLOWED_UPDATES) - set(info.allowed_updates or ALLOWED_UPDATES)
    if missing:
        return Finding("updates", False, f"Telegram does not send {', '.join(sorted(missing))}", _REGISTER)
    return Finding("updates", True, "all kinds the bot reads are sent")


def _waiting(info: "WebhookInfo") -> Finding:
    count = info.pending_update_count
    if count > MANY_WAITING:
        advice = "They are delivered once the error above is mended; Telegram keeps them for a day."
        return Finding("waiting", False, f"{count} updates", advice)
    return Finding("waiting", True, f"{count} updates")


def _privacy(me: "User") -> Finding:
    if me.can_read_all_group_messages:
        advice = "@BotFather: /setprivacy, Enable; then remove it from its groups and add it again."
        return Finding("privacy", False, "the bot is sent all that is said in groups", advice)
    return Finding("privacy", True, "on: of groups, only what is said to the bot arrives")


async def _menus(bot: "ExtBot[None]") -> Finding:
    if not await bot.get_my_commands():
        return Finding("commands", False, "none are set", _REGISTER)
    return Finding("commands", True, "are set")


def _inline(me: "User") -> Finding:
    if me.supports_inline_queries:
        return Finding("inline", True, f"on: “@{me.username} 4711” works in any chat")
    return Finding("inline", True, "off; @BotFather: /setinline turns it on")

"""Fetching updates ourselves, for those without a public URL.

python-telegram-bot's own polling confirms updates before they are handled, and a process killed in
between loses them. Here the offset moves, and with it Telegram's memory, only past what is kept.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import structlog
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.delivery import NotKept
from bot.handlers.telegram.client import redact, seconds_to_wait
from bot.handlers.telegram.events import ALLOWED_UPDATES
from bot.handlers.telegram.intake import Intake, NotReady

POLL_SECONDS: Final = 50
"""Telegram's own cap on how long a getUpdates may stay open."""
ATTEMPTS: Final = 10
"""How often an update is tried that fails by a fault of ours rather than of the inbox."""
FIRST_WAIT_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 30.0


async def poll(bot: ExtBot[None], intake: Intake, *, poll_seconds: int = POLL_SECONDS) -> None:
    """Fetch and keep updates until cancelled.

    Cancelling loses nothing: what is kept but not yet confirmed comes again and is known by its id.
    One process per bot; Telegram refuses a second one.
    """
    await intake.wait_until_ready()
    offset: int | None = None
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            updates = await _fetch(bot, offset, poll_seconds)
        except TelegramError as error:
            wait = _explain(error, wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            continue
        wait = FIRST_WAIT_SECONDS
        for raw in updates:
            await _keep(intake, raw)
            offset = int(raw["update_id"]) + 1


async def _fetch(bot: ExtBot[None], offset: int | None, poll_seconds: int) -> list[Mapping[str, Any]]:
    asked: dict[str, Any] = {"timeout": poll_seconds, "allowed_updates": list(ALLOWED_UPDATES)}
    if offset is not None:
        asked["offset"] = offset
    # Raw, because `Bot.get_updates` fails for the whole batch when it cannot read one of them. The
    # Bot API takes any case; written like its own method, the library would warn at each call.
    found = await bot.do_api_request("getupdates", api_kwargs=asked, read_timeout=poll_seconds + 10)
    return list(found)


async def _keep(intake: Intake, raw: Mapping[str, Any]) -> None:
    log = structlog.get_logger()
    wait, faults = FIRST_WAIT_SECONDS, 0
    while True:
        try:
            await intake.take(raw)
        except (NotKept, NotReady):
            log.warning("telegram_update_not_kept", reason="inbox_unavailable", retry_in=wait)
        except Exception:
            faults += 1
            if faults >= ATTEMPTS:
                log.exception("telegram_update_dropped", reason="fault", update_id=raw.get("update_id"))
                return
            log.exception("telegram_update_not_kept", reason="fault", retry_in=wait)
        else:
            return
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)


def _explain(error: TelegramError, wait: float) -> float:
    """Log what the operator can do, and return how many seconds to wait."""
    log = structlog.get_logger()
    if isinstance(error, RetryAfter):
        wait = max(wait, seconds_to_wait(error))
        log.warning("telegram_polling_delayed", reason="rate_limited", retry_in=wait)
    elif isinstance(error, Conflict) and "webhook" in str(error).lower():
        log.error(
            "telegram_polling_refused",
            reason="webhook_set",
            advice="This bot has a webhook, which excludes polling. Remove it with `orderbot telegram "
            "register` in this mode, or set ORDERBOT_TELEGRAM_MODE=webhook.",
            retry_in=wait,
        )
    elif isinstance(error, Conflict):
        log.error(
            "telegram_polling_refused",
            reason="second_poller",
            advice="Another process polls with this token. Stop it, or give this one a bot of its own.",
            retry_in=wait,
        )
    elif isinstance(error, InvalidToken | EndPointNotFound):
        wait = LONGEST_WAIT_SECONDS
        log.error(
            "telegram_polling_refused",
            reason="token_refused",
            advice="Set ORDERBOT_TELEGRAM_BOT_TOKEN to the token @BotFather shows for this bot.",
            retry_in=wait,
        )
    else:
        log.warning("telegram_polling_delayed", reason=redact(str(error)), retry_in=wait)
    return wait

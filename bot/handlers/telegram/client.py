"""The one Telegram client of a process, and what keeps its token out of every log."""

import logging
import re
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from telegram.constants import FileSizeLimit
from telegram.error import RetryAfter
from telegram.ext import ExtBot

from bot.handlers.telegram.transport import AiohttpRequest

_TOKEN: Final = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
# It stands in every Bot API URL, where the colon may be escaped, and so in the text of many exceptions.
_TOKEN_IN_TEXT: Final = re.compile(r"\d{6,}(?::|%3[Aa])[A-Za-z0-9_-]{30,}")

UPLOAD_SECONDS: Final = 120.0
READ_SECONDS: Final = 20.0


def make_bot(token: str, api_url: str) -> ExtBot[None]:
    """A client for the Bot API at `api_url` ("https://api.telegram.org" or a server of one's own).

    It does not connect. Timeouts in seconds: 5 to connect, 20 to read, 120 to upload. Proxy
    variables of the environment are not followed: `api_url` is where a proxy is named.
    """
    base = api_url.rstrip("/")
    return _Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=_request(pool=32),
        get_updates_request=_request(pool=2),
    )


def bot_id(token: str) -> int:
    """The bot's own user id, which its token starts with; ValueError when it is no token."""
    if not _TOKEN.fullmatch(token):
        raise ValueError("A Telegram bot token looks like 1234567890:AA…; get one from @BotFather.")
    return int(token.partition(":")[0])


async def username_of(bot: ExtBot[None]) -> str:
    """The name by which links open a chat with the bot; asked for once, where nobody has before.

    Raises telegram.error.TelegramError.
    """
    try:
        return bot.username
    except RuntimeError:
        # A bot that only sends was never initialised.
        me = await bot.get_me()
        return me.username or ""


def largest_upload(api_url: str, megabytes: int = 0) -> int:
    """The largest file the server takes, in bytes: Telegram's own 50 MB, one of ours 2,000 MB.

    `megabytes` is what the operator says it takes: one of ours without local mode takes 50 as well.
    """
    if megabytes:
        return megabytes * 1_000_000
    own = is_telegrams_own(api_url)
    return int(FileSizeLimit.FILESIZE_UPLOAD if own else FileSizeLimit.FILESIZE_UPLOAD_LOCAL_MODE)


def is_telegrams_own(api_url: str) -> bool:
    """Whether a Bot API server is Telegram's, and not one of ours."""
    return urlsplit(api_url).hostname == "api.telegram.org"


def seconds_to_wait(error: RetryAfter) -> float:
    """What Telegram asked for, in seconds; the library is moving from int to timedelta."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def redact(text: str) -> str:
    """The text with every bot token in it replaced."""
    return _TOKEN_IN_TEXT.sub("[telegram token]", text)


def redact_event(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor; put it last before the renderer, after exceptions became text."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
        elif isinstance(value, BaseException):
            event[key] = redact(repr(value))
    return event


class RedactTokens(logging.Filter):
    """Takes bot tokens out of standard log records, message and traceback alike."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str):
            record.msg = redact(record.msg)
        if isinstance(record.args, tuple):
            # In place, because some formatters (uvicorn's) read single arguments.
            record.args = tuple(_redacted(value) for value in record.args)
        if record.exc_info and not record.exc_text:
            # Where a formatter of ours stands, it shows no words of exceptions at all.
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True


def protect_logs() -> None:
    """Keep tokens and message texts out of the standard logs; call once, after handlers are set up.

    httpx, which others here use, logs each URL at INFO; python-telegram-bot logs whole messages at DEBUG.
    """
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.INFO)
    # A filter on a logger does not see the records of its children; one on a handler sees all.
    for handler in logging.getLogger().handlers:
        if not any(isinstance(existing, RedactTokens) for existing in handler.filters):
            handler.addFilter(RedactTokens())


class _Bot(ExtBot[None]):
    __slots__ = ()

    async def shutdown(self) -> None:
        """Close connections, also of a bot that only ever sent and so was never initialised."""
        await super().shutdown()
        await self.request.shutdown()


def _redacted(value: object) -> object:
    shown = str(value)
    return redact(shown) if _TOKEN_IN_TEXT.search(shown) else value


def _request(*, pool: int) -> AiohttpRequest:
    return AiohttpRequest(
        pool=pool,
        connect=5.0,
        read=READ_SECONDS,
        write=10.0,
        media_write=UPLOAD_SECONDS,
        waiting=10.0,
    )

"""Fetching what people send to the bot on Telegram."""

from typing import Final

import structlog
from telegram.constants import FileSizeLimit
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.chat.messages import Shown
from bot.delivery import NotFetched
from bot.handlers.telegram.client import redact

LARGEST: Final = int(FileSizeLimit.FILESIZE_DOWNLOAD)
"""In bytes: what the Bot API hands over."""


class TelegramFetcher:
    """Fetches by `file_id`, over the bot's own connections (`delivery.Fetcher`)."""

    def __init__(self, bot: ExtBot[None]) -> None:
        self._bot = bot

    async def fetch(self, shown: Shown) -> bytes:
        """All of a file of at most 20 MB; raises NotFetched."""
        if shown.size > LARGEST:
            raise NotFetched("too_large")
        try:
            file = await self._bot.get_file(shown.file)
            return bytes(await file.download_as_bytearray())
        except BadRequest as error:
            raise NotFetched("too_large" if "too big" in str(error).lower() else "not_fetched") from error
        except (TelegramError, OSError) as error:
            structlog.get_logger().warning("telegram_file_not_fetched", reason=redact(str(error))[:200])
            raise NotFetched("not_fetched") from error

"""`@bot 4711` in any chat: what may be posted there, answered while it is typed.

What is shown is the person's own and cached by nobody; what is posted is safe for strangers: a number,
and a way into the chat with the bot, where access is decided.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.chat.people import ChatUser, Platform, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Posting
from bot.delivery import Poster
from bot.handlers.telegram.client import redact
from bot.handlers.telegram.deep_links import link_to, start_payload
from bot.handlers.telegram.events import is_nobody
from bot.handlers.telegram.html import bold, clean, cut, join, text
from bot.handlers.telegram.languages import locale_of
from bot.wording import Wording

SECONDS: Final = 8.0
"""How long an answer may take; Telegram waits 30 s, a person less."""
START_LINKING: Final = "link"
_TITLE: Final = 100


class Inline:
    """Answers inline queries, and never fails an update: nobody waits for one that is late."""

    def __init__(self, poster: Poster, wording: Wording, *, default: Reader) -> None:
        self._poster = poster
        self._wording = wording
        self._default = default

    async def answer(self, bot: ExtBot[None], query: InlineQuery) -> None:
        """Show what the person may post."""
        log = structlog.get_logger()
        if is_nobody(query.from_user):
            return
        reader = Reader(
            locale_of(query.from_user.language_code or "") or self._default.locale, self._default.time_zone
        )
        try:
            async with asyncio.timeout(SECONDS):
                user = ChatUser(Platform.TELEGRAM, str(query.from_user.id))
                found = await self._poster.postings(user, query.query)
                await self._show(bot, query, found, reader)
        except (TelegramError, TimeoutError) as error:
            log.info("telegram_inline_not_answered", reason=redact(str(error)) or "timeout")
        except Exception as error:
            log.error("telegram_inline_failed", reason=type(error).__name__)

    async def _show(
        self, bot: ExtBot[None], query: InlineQuery, found: Sequence[Posting] | None, reader: Reader
    ) -> None:
        button = None
        if found is None:
            label = cut(self._say("posting_link_first", reader), 64)
            button = InlineQueryResultsButton(label, start_parameter=START_LINKING)
        await bot.answer_inline_query(
            query.id,
            [self._result(posting, bot.username, reader) for posting in found or ()],
            cache_time=0,
            is_personal=True,
            button=button,
        )

    def _result(self, posting: Posting, username: str, reader: Reader) -> InlineQueryResultArticle:
        heading = self._say("posting_text", reader, number=posting.number)
        shown = join("\n", (bold(heading), text(self._say("posting_below", reader))))
        opens = InlineKeyboardButton(
            self._say("button_in_private", reader), url=link_to(username, start_payload(posting.action))
        )
        also = self._say("posting_also", reader, number=posting.also) if posting.also else None
        return InlineQueryResultArticle(
            posting.action,
            cut(clean(self._say("posting_title", reader, number=posting.number)), _TITLE),
            InputTextMessageContent(
                shown.markup, ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
            ),
            InlineKeyboardMarkup([[opens]]),
            description=None if also is None else cut(clean(also), _TITLE),
        )

    def _say(self, key: str, reader: Reader, **values: str) -> str:
        return self._wording.say(Phrase(key, values), reader)

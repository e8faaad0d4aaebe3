"""How far a file is that takes long to make: one message, changed in place."""

import time
from contextlib import suppress

from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.chat import Phrase, Reader
from bot.handlers.telegram.html import clean
from bot.handlers.telegram.places import Place
from bot.wording import Wording

EVERY_SECONDS = 3.0
"""Telegram takes about one message a second in a chat; the answers to questions come first."""


class Progress:
    """Shows it in one chat (`delivery.Show`); what Telegram does not take is left out."""

    def __init__(self, bot: ExtBot[None], place: Place, reader: Reader, wording: Wording) -> None:
        self._bot = bot
        self._place = place
        self._reader = reader
        self._wording = wording
        self._message_id: int | None = None
        self._not_before = 0.0

    async def __call__(self, phrase: Phrase, *, final: bool = False) -> None:
        if time.monotonic() < self._not_before and not final:
            return
        self._not_before = time.monotonic() + EVERY_SECONDS
        text = clean(self._wording.say(phrase, self._reader))
        with suppress(TelegramError):
            if self._message_id is None:
                sent = await self._bot.send_message(
                    self._place.chat, text, message_thread_id=self._place.thread
                )
                self._message_id = sent.message_id
            else:
                await self._bot.edit_message_text(text, chat_id=self._place.chat, message_id=self._message_id)

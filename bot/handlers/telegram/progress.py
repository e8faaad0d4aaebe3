"""How far a file is that takes long to make: one message, changed in place."""

import time
from contextlib import suppress

from telegram.error import TelegramError

from bot.chat.phrases import Phrase
from bot.handlers.telegram.html import clean
from bot.handlers.telegram.line import Line
from bot.wording import Wording

EVERY_SECONDS = 3.0
"""Telegram takes about one message a second in a chat; the answers to questions come first."""


class Progress:
    """Shows it in one private chat (`delivery.Show`); what Telegram does not take is left out."""

    def __init__(self, line: Line, wording: Wording) -> None:
        self._line = line
        self._wording = wording
        self._message_id: int | None = None
        self._not_before = 0.0

    async def __call__(self, phrase: Phrase, *, final: bool = False) -> None:
        if time.monotonic() < self._not_before and not final:
            return
        self._not_before = time.monotonic() + EVERY_SECONDS
        text = clean(self._wording.say(phrase, self._line.reader))
        bot, place = self._line.bot, self._line.place
        with suppress(TelegramError):
            if self._message_id is None:
                async with self._line.turn():
                    sent = await bot.send_message(place.chat, text, message_thread_id=place.thread)
                self._message_id = sent.message_id
            else:
                async with self._line.turn(0):
                    await bot.edit_message_text(text, chat_id=place.chat, message_id=self._message_id)

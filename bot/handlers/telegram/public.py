"""What everybody in a group reads: made once, remembered, taken back."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from telegram.error import BadRequest, Forbidden

from bot.chat.people import PostedAt
from bot.chat.phrases import Phrase
from bot.delivery import PostLog
from bot.handlers.telegram.html import text
from bot.handlers.telegram.line import Line
from bot.handlers.telegram.render import Bubble
from bot.handlers.telegram.sending import errors_explained, log_refusal
from bot.wording import Wording


@dataclass(frozen=True)
class PublicParcel:
    """A post for everybody in a group."""

    line: Line
    bubbles: Sequence[Bubble]
    log: PostLog

    def turn(self) -> AbstractAsyncContextManager[None]:
        # All of it goes out in one step: begun again after a refusal, it would be there twice.
        return self.line.turn(len(self.bubbles))

    async def send(self) -> None:
        if await self.log.where(self.line.message) is not None:
            return
        async with self.line.noting():
            made = [await self.line.say(bubble) for bubble in self.bubbles]
        if made:
            # A group may have become a supergroup on the way: each with the chat it is in.
            await self.log.posted(self.line.message, " ".join(f"{chat}:{message}" for chat, message in made))


@dataclass(frozen=True)
class RetractParcel:
    """A post that is deleted. Telegram lets a bot do so for 48 hours; after that a person must."""

    line: Line
    posted: PostedAt
    wording: Wording

    async def send(self) -> None:
        for one in self.posted.message.split():
            chat, _, message = one.partition(":")
            with errors_explained():
                try:
                    await self.line.bot.delete_message(int(chat), int(message))
                except (BadRequest, Forbidden) as error:
                    if "not found" in str(error).lower():
                        continue
                    log_refusal("telegram_share_not_deleted", error)
                    words = self.wording.say(Phrase("share_undo_refused"), self.line.reader)
                    async with self.line.turn():
                        await self.line.say(Bubble(text(words)))
                    return

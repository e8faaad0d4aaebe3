"""Delivering replies on Telegram: one call to the Bot API a parcel, and what its errors mean."""

from collections import deque
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Final

import structlog
from telegram import LinkPreviewOptions
from telegram.constants import ChatAction, ReactionEmoji
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.chat.files import MadeFile, OrderFile
from bot.chat.messages import Happened, Message
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Reply, Say
from bot.chat.unasked import Fired, Resumed, Shared, Told
from bot.delivery import FileOpener, Parcel, PostLog
from bot.handlers.telegram.client import redact, username_of
from bot.handlers.telegram.files import MOST_IN_AN_ALBUM, FileParcel, Handing
from bot.handlers.telegram.html import Html, text
from bot.handlers.telegram.languages import locale_of
from bot.handlers.telegram.line import Line, Manners
from bot.handlers.telegram.places import Place
from bot.handlers.telegram.public import PublicParcel, RetractParcel
from bot.handlers.telegram.render import Bubble, render, with_link
from bot.handlers.telegram.sending import Posted, errors_explained, formatted, inline_keyboard
from bot.wording import Wording

__all__ = ["Manners", "TelegramCourier"]

_LOOKING: Final = Phrase("looking")
_REACTIONS_REMEMBERED: Final = 200


class TelegramCourier:
    """Delivers on Telegram.

    Args:
        posts: remembers what was posted for everybody; without it nothing is.
        default: for people whose client names no language we speak; its time zone for everyone,
            since Telegram tells none.
    """

    def __init__(
        self,
        bot: ExtBot[None],
        wording: Wording,
        files: FileOpener | Handing,
        *,
        default: Reader,
        posts: PostLog | None = None,
        manners: Manners | None = None,
    ) -> None:
        self._posts = posts
        self._bot = bot
        self._wording = wording
        self._handing = files if isinstance(files, Handing) else Handing(files)
        self._default = default
        self._manners = manners or Manners()
        self._reacted: deque[tuple[int, int]] = deque(maxlen=_REACTIONS_REMEMBERED)

    async def reader(self, message: Message) -> Reader:
        return replace(self._default, locale=locale_of(Place.of(message).language) or self._default.locale)

    async def working(self, message: Message) -> None:
        if isinstance(message.content, Happened | Resumed | Shared | Fired | Told):
            # Nobody waits for an answer to it, or not just now.
            return
        place = Place.of(message)
        if place.answers is not None:
            await self._seen(place.chat, place.answers)
        with suppress(TelegramError):
            await self._bot.send_chat_action(place.chat, ChatAction.TYPING, message_thread_id=place.thread)

    async def _seen(self, chat: int, message_id: int) -> None:
        """In a group, where others go on writing, the question itself shows that it is being looked at."""
        if (chat, message_id) in self._reacted:
            return
        # Of one process and of the last few: a reaction that is set again changes nothing.
        self._reacted.append((chat, message_id))
        try:
            await self._bot.set_message_reaction(chat, message_id, ReactionEmoji.EYES)
        except TelegramError as error:
            # A group may allow none, or other ones.
            structlog.get_logger().info("telegram_reaction_refused", reason=redact(str(error))[:200])

    def parcels(self, message: Message, reply: Reply) -> Sequence[Parcel]:
        place = Place.of(message)
        line = Line(self._bot, place, message, reply.reader, self._manners)
        if reply.to_all:
            if self._posts is None:
                raise RuntimeError("nobody remembers what is posted for everybody")
            pieces = render(reply, self._wording, private=False)
            bubbles = tuple(piece for piece in pieces if isinstance(piece, Bubble))
            return [PublicParcel(line, bubbles, self._posts)]
        parcels: list[Parcel] = [RetractParcel(line, posted, self._wording) for posted in reply.retracts]
        waiting: list[OrderFile] = []

        def hand_over() -> None:
            # Documents that follow each other go together.
            for at in range(0, len(waiting), MOST_IN_AN_ALBUM):
                files = tuple(waiting[at : at + MOST_IN_AN_ALBUM])
                parcels.append(FileParcel(line, self._wording, self._handing, files))
            waiting.clear()

        courtesy = all(isinstance(part, Say) and part.courtesy for part in reply.parts)
        for at, piece in enumerate(render(reply, self._wording, private=message.conversation.private)):
            if isinstance(piece, OrderFile) and message.conversation.private:
                waiting.append(piece)
                continue
            hand_over()
            if isinstance(piece, Bubble):
                # An edited message takes no keyboard of the kind that asks for a contact.
                edits = reply.replaces and at == 0 and not piece.asks_contact
                parcel = _TextParcel(line, piece, place.replaces if edits else None)
                # An edit is as good as its repeat, and what nobody asked for is announced by its words.
                plain = parcel.replaces is None and not piece.asks_contact and not line.unasked
                said = place.answers or place.said
                if courtesy and plain and said is not None:
                    parcels.append(_NodParcel(parcel, said))
                elif self._manners.placeholder and plain:
                    parcels.append(_HeldPlaceParcel(parcel, text(self._wording.say(_LOOKING, reply.reader))))
                else:
                    parcels.append(parcel)
            elif isinstance(piece, MadeFile) and message.conversation.private:
                parcels.append(FileParcel(line, self._wording, self._handing, (piece,)))
            else:
                structlog.get_logger().error("telegram_file_left_out", reason="not_private")
        hand_over()
        return parcels


@dataclass(frozen=True)
class _TextParcel:
    line: Line
    bubble: Bubble
    replaces: int | None

    def turn(self) -> AbstractAsyncContextManager[None]:
        return self.line.turn()

    async def send(self) -> None:
        async with self.line.noting():
            bubble = await self._whole()
            place = self.line.place.chat
            if self.replaces is not None and await self._edit((place, self.replaces), bubble):
                return
            await self.line.say(bubble)

    async def _whole(self) -> Bubble:
        if not self.bubble.names_bot:
            return self.bubble
        with errors_explained():
            return with_link(self.bubble, await username_of(self.line.bot))

    async def put_into(self, posted: Posted) -> None:
        """Show it in a message that is there."""
        async with self.line.noting():
            bubble = await self._whole()
            if not await self._edit(posted, bubble):
                # In a private chat the edit did not count.
                async with self.line.one_more() if posted[0] > 0 else nullcontext():
                    await self.line.say(bubble)

    async def _edit(self, posted: Posted, bubble: Bubble) -> bool:
        """True when the message now reads as it should, False when it can no longer be edited."""

        async def edit(body: str, parse_mode: str | None) -> None:
            await self.line.bot.edit_message_text(
                body,
                chat_id=posted[0],
                message_id=posted[1],
                parse_mode=parse_mode,
                reply_markup=inline_keyboard(bubble.keyboard),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        with errors_explained():
            try:
                await formatted(bubble, edit)
            except BadRequest as error:
                reason = str(error).lower()
                if "message is not modified" in reason:
                    return True
                if "message to edit not found" in reason or "message can't be edited" in reason:
                    return False
                raise
        return True


@dataclass(frozen=True)
class _NodParcel:
    """A reaction to what somebody said, where words would say no more. Set twice, it is seen once."""

    words: _TextParcel
    said: int

    def turn(self) -> AbstractAsyncContextManager[None]:
        return self.words.turn()

    async def send(self) -> None:
        line = self.words.line
        async with line.noting():
            with errors_explained():
                try:
                    await line.bot.set_message_reaction(line.place.chat, self.said, ReactionEmoji.THUMBS_UP)
                    return
                except BadRequest as error:
                    # A group may allow none, or other ones; what was said may be gone.
                    structlog.get_logger().info("telegram_reaction_refused", reason=redact(str(error))[:200])
        await self.words.send()


@dataclass(frozen=True)
class _HeldPlaceParcel:
    """An answer whose place is taken first, by a message that says only that it is coming.

    Once its id is kept, sending the answer is an edit, which can be made twice and is seen once.
    """

    answer: _TextParcel
    meanwhile: Html

    def turn(self) -> AbstractAsyncContextManager[None]:
        return self.answer.turn()

    async def send(self) -> None:
        await self.staged(await self.stage()).send()

    async def stage(self) -> str:
        async with self.answer.line.noting():
            chat, message_id = await self.answer.line.say(Bubble(self.meanwhile))
        return f"{chat}:{message_id}"

    def staged(self, note: str) -> Parcel:
        chat, message_id = note.split(":")
        return _PlaceholderParcel(self.answer, (int(chat), int(message_id)))


@dataclass(frozen=True)
class _PlaceholderParcel:
    answer: _TextParcel
    placeholder: Posted

    def turn(self) -> AbstractAsyncContextManager[None]:
        # In a group Telegram counts edits with the messages.
        return self.answer.line.turn(int(self.answer.line.place.chat < 0))

    async def send(self) -> None:
        await self.answer.put_into(self.placeholder)

"""Delivering replies on Telegram: one call to the Bot API a parcel, and what its errors mean."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import structlog
from telegram import InputFile, LinkPreviewOptions
from telegram.constants import ChatAction, FileSizeLimit, MessageLimit
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.chat import Happened, MadeFile, Message, OrderFile, Phrase, Reader, Reply, Resumed, Shared
from bot.delivery import FileNotAvailable, FileOpener, OpenedFile, Parcel, PostLog
from bot.handlers.telegram.client import is_cloud, username_of
from bot.handlers.telegram.html import clean, cut, text
from bot.handlers.telegram.places import Place
from bot.handlers.telegram.public import PublicParcel, RetractParcel
from bot.handlers.telegram.render import Bubble, render, with_link
from bot.handlers.telegram.sending import (
    errors_explained,
    formatted,
    inline_keyboard,
    log_refusal,
    send_text,
)
from bot.handlers.telegram.transport import Unconfirmed
from bot.wording import Wording

_LOCALES: Final = {"en": "en", "pt": "pt-BR", "es": "es"}
_SHOWS_UPLOAD_FROM: Final = 1_000_000
"""In bytes: below this a file is there before "sending a file…" could be read."""
_UPLOAD_READ_SECONDS: Final = 60.0


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
        files: FileOpener,
        *,
        default: Reader,
        posts: PostLog | None = None,
    ) -> None:
        self._posts = posts
        self._bot = bot
        self._wording = wording
        self._files = files
        self._default = default

    async def reader(self, message: Message) -> Reader:
        language = Place.of(message).language.replace("_", "-").partition("-")[0].lower()
        return replace(self._default, locale=_LOCALES.get(language, self._default.locale))

    async def working(self, message: Message) -> None:
        if isinstance(message.content, Happened | Resumed | Shared):
            # Nobody waits for an answer to it, or not just now.
            return
        place = Place.of(message)
        with suppress(TelegramError):
            await self._bot.send_chat_action(place.chat, ChatAction.TYPING, message_thread_id=place.thread)

    def parcels(self, message: Message, reply: Reply) -> Sequence[Parcel]:
        place = Place.of(message)
        if reply.to_all:
            if self._posts is None:
                raise RuntimeError("nobody remembers what is posted for everybody")
            pieces = render(reply, self._wording, private=False)
            bubbles = tuple(piece for piece in pieces if isinstance(piece, Bubble))
            return [PublicParcel(self._bot, place, bubbles, message, self._posts)]
        parcels: list[Parcel] = [
            RetractParcel(self._bot, posted, place, self._wording, reply.reader) for posted in reply.retracts
        ]
        for at, piece in enumerate(render(reply, self._wording, private=message.conversation.private)):
            if isinstance(piece, Bubble):
                # An edited message takes no keyboard of the kind that asks for a contact.
                edits = reply.replaces and at == 0 and not piece.asks_contact
                replaces = place.replaces if edits else None
                parcels.append(_TextParcel(self._bot, place, piece, replaces))
            elif message.conversation.private:
                parcels.append(
                    _FileParcel(self._bot, place, self._wording, self._files, message, reply.reader, piece)
                )
            else:
                structlog.get_logger().error("telegram_file_left_out", reason="not_private")
        return parcels


@dataclass(frozen=True)
class _TextParcel:
    bot: ExtBot[None]
    place: Place
    bubble: Bubble
    replaces: int | None

    async def send(self) -> None:
        bubble = self.bubble
        if bubble.token:
            with errors_explained():
                bubble = with_link(bubble, await username_of(self.bot))
        if self.replaces is not None and await self._edit(self.replaces, bubble):
            return
        await send_text(self.bot, self.place, bubble)

    async def _edit(self, message_id: int, bubble: Bubble) -> bool:
        """True when the message now reads as it should, False when it can no longer be edited."""

        async def edit(body: str, parse_mode: str | None) -> None:
            await self.bot.edit_message_text(
                body,
                chat_id=self.place.chat,
                message_id=message_id,
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
class _FileParcel:
    bot: ExtBot[None]
    place: Place
    wording: Wording
    files: FileOpener
    message: Message
    reader: Reader
    file: OrderFile | MadeFile

    async def send(self) -> None:
        try:
            async with self.files.open(self.message, self.file) as opened:
                await self._upload(opened)
        except FileNotAvailable as unavailable:
            await self._say(unavailable.phrase)

    async def _upload(self, opened: OpenedFile) -> None:
        limit = (
            FileSizeLimit.FILESIZE_UPLOAD if is_cloud(self.bot) else FileSizeLimit.FILESIZE_UPLOAD_LOCAL_MODE
        )
        if opened.size > limit:
            raise self._too_large(limit)
        if opened.size >= _SHOWS_UPLOAD_FROM:
            with suppress(TelegramError):
                await self.bot.send_chat_action(
                    self.place.chat, ChatAction.UPLOAD_DOCUMENT, message_thread_id=self.place.thread
                )
        with errors_explained():
            try:
                await self.bot.send_document(
                    self.place.chat,
                    # Read while it is sent; the default reads all of it into memory first.
                    InputFile(opened.content, filename=clean(opened.name), read_file_handle=False),
                    caption=cut(
                        clean(self.wording.say(opened.caption, self.reader)), MessageLimit.CAPTION_LENGTH
                    ),
                    message_thread_id=self.place.thread,
                    read_timeout=_UPLOAD_READ_SECONDS,
                )
            except BadRequest as error:
                log_refusal("telegram_file_refused", error)
                refused = Phrase("file_platform_refused", {"kind": self._kind, "reason": "Telegram, 400"})
                raise FileNotAvailable(refused) from error
            except Unconfirmed:
                # All of it went out and no answer came: it is most likely there, and the Bot API
                # has no key that would keep a second try from being a second file.
                structlog.get_logger().warning("telegram_file_unconfirmed", reason="timed_out")
            except NetworkError as error:
                if "entity too large" not in str(error).lower():
                    raise
                raise self._too_large(limit) from error

    def _too_large(self, limit: int) -> FileNotAvailable:
        return FileNotAvailable(
            Phrase("file_too_large", {"kind": self._kind, "limit": int(limit) // 1_000_000})
        )

    @property
    def _kind(self) -> Phrase:
        return self.file.name

    async def _say(self, phrase: Phrase) -> None:
        await send_text(self.bot, self.place, Bubble(text(self.wording.say(phrase, self.reader))))

"""Delivering replies on Telegram: one call to the Bot API a parcel, and what its errors mean."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import structlog
from telegram import InputFile, LinkPreviewOptions
from telegram.constants import ChatAction, FileSizeLimit, MessageLimit
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.chat import (
    Fired,
    Happened,
    MadeFile,
    Message,
    OrderFile,
    Phrase,
    Reader,
    Reply,
    Resumed,
    Shared,
    Told,
)
from bot.delivery import (
    DeliveryDelayed,
    DeliveryImpossible,
    FileNotAvailable,
    FileOpener,
    OpenedFile,
    Parcel,
    PostLog,
)
from bot.handlers.telegram.client import bot_id, is_cloud, username_of
from bot.handlers.telegram.html import clean, cut, text
from bot.handlers.telegram.languages import locale_of
from bot.handlers.telegram.pace import Pace
from bot.handlers.telegram.places import Place
from bot.handlers.telegram.progress import Progress
from bot.handlers.telegram.public import PublicParcel, RetractParcel
from bot.handlers.telegram.quiet import QuietHours
from bot.handlers.telegram.render import Bubble, render, with_link
from bot.handlers.telegram.reports import blocked_by, moved_to
from bot.handlers.telegram.sending import (
    BLOCKED,
    RATE_LIMITED,
    errors_explained,
    formatted,
    inline_keyboard,
    log_refusal,
    send_text,
)
from bot.handlers.telegram.transport import Unconfirmed
from bot.wording import Wording

_SHOWS_UPLOAD_FROM: Final = 1_000_000
"""In bytes: below this a file is there before "sending a file…" could be read."""
_UPLOAD_READ_SECONDS: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How the bot behaves towards Telegram and its people."""

    pace: Pace | None = None
    """None: as fast as it can, for a server of one's own without limits."""
    quiet: QuietHours | None = None
    """When what nobody asked for makes no sound."""
    protect: bool = False
    """Whether files may not be forwarded or saved."""
    report: Callable[[Message], Awaitable[None]] | None = None
    """Keeps what Telegram lets us know by refusing a call: somebody blocked the bot, a group moved."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


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
        manners: Manners | None = None,
    ) -> None:
        self._posts = posts
        self._bot = bot
        self._wording = wording
        self._files = files
        self._default = default
        self._manners = manners or Manners()

    async def reader(self, message: Message) -> Reader:
        return replace(self._default, locale=locale_of(Place.of(message).language) or self._default.locale)

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
                line = _Line(self._bot, place, message, reply.reader, self._manners)
                parcels.append(_TextParcel(line, piece, replaces))
            elif message.conversation.private:
                line = _Line(self._bot, place, message, reply.reader, self._manners)
                parcels.append(_FileParcel(line, self._wording, self._files, piece))
            else:
                structlog.get_logger().error("telegram_file_left_out", reason="not_private")
        return parcels


@dataclass(frozen=True)
class _Line:
    """What the parcels of one reply share: where they go, and how."""

    bot: ExtBot[None]
    place: Place
    message: Message
    reader: Reader
    manners: Manners

    async def turn(self) -> None:
        if self.manners.pace is not None:
            await self.manners.pace.turn(self.place.chat)

    @property
    def silent(self) -> bool:
        """Whether this comes unasked, at night where the reader is."""
        unasked = isinstance(self.message.content, Fired | Told | Resumed)
        quiet = self.manners.quiet
        return unasked and quiet is not None and quiet.at(self.manners.clock(), self.reader)

    async def say(self, bubble: Bubble) -> None:
        await send_text(self.bot, self.place, bubble, silent=self.silent, moved=self._moved)

    @asynccontextmanager
    async def noting(self) -> AsyncIterator[None]:
        """Note what a refusal says about the chat, and pass it on."""
        try:
            yield
        except DeliveryDelayed as delayed:
            if delayed.reason == RATE_LIMITED and self.manners.pace is not None:
                self.manners.pace.hold(self.place.chat, delayed.retry_after)
            raise
        except DeliveryImpossible as impossible:
            if impossible.reason == BLOCKED and self.message.conversation.private:
                await self._report(blocked_by(self.message))
            raise

    async def _moved(self, new: int) -> None:
        await self._report(moved_to(bot_id(self.bot.token), self.place.chat, new))

    async def _report(self, message: Message) -> None:
        if self.manners.report is not None:
            await self.manners.report(message)


@dataclass(frozen=True)
class _TextParcel:
    line: _Line
    bubble: Bubble
    replaces: int | None

    async def turn(self) -> None:
        await self.line.turn()

    async def send(self) -> None:
        async with self.line.noting():
            bubble = self.bubble
            if bubble.names_bot:
                with errors_explained():
                    bubble = with_link(bubble, await username_of(self.line.bot))
            if self.replaces is not None and await self._edit(self.replaces, bubble):
                return
            await self.line.say(bubble)

    async def _edit(self, message_id: int, bubble: Bubble) -> bool:
        """True when the message now reads as it should, False when it can no longer be edited."""

        async def edit(body: str, parse_mode: str | None) -> None:
            await self.line.bot.edit_message_text(
                body,
                chat_id=self.line.place.chat,
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
    line: _Line
    wording: Wording
    files: FileOpener
    file: OrderFile | MadeFile

    async def turn(self) -> None:
        await self.line.turn()

    async def send(self) -> None:
        show = None
        if isinstance(self.file, MadeFile) and self.file.takes_long:
            show = Progress(self.line.bot, self.line.place, self.line.reader, self.wording)
        async with self.line.noting():
            try:
                async with self.files.open(self.line.message, self.file, show) as opened:
                    await self._upload(opened)
            except FileNotAvailable as unavailable:
                said = self.wording.say(unavailable.phrase, self.line.reader)
                await self.line.say(Bubble(text(said)))

    async def _upload(self, opened: OpenedFile) -> None:
        bot, place = self.line.bot, self.line.place
        limit = FileSizeLimit.FILESIZE_UPLOAD if is_cloud(bot) else FileSizeLimit.FILESIZE_UPLOAD_LOCAL_MODE
        if opened.size > limit:
            raise self._too_large(limit)
        if opened.size >= _SHOWS_UPLOAD_FROM:
            with suppress(TelegramError):
                await bot.send_chat_action(
                    place.chat, ChatAction.UPLOAD_DOCUMENT, message_thread_id=place.thread
                )
        with errors_explained():
            try:
                await bot.send_document(
                    place.chat,
                    # Read while it is sent; the default reads all of it into memory first.
                    InputFile(opened.content, filename=clean(opened.name), read_file_handle=False),
                    caption=cut(
                        clean(self.wording.say(opened.caption, self.line.reader)), MessageLimit.CAPTION_LENGTH
                    ),
                    message_thread_id=place.thread,
                    protect_content=self.line.manners.protect or None,
                    disable_notification=self.line.silent or None,
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

"""Files to one person: alone or as an album, sent again by name where Telegram holds them, or as a link."""

from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from typing import Final

import structlog
from telegram import Document, InputFile, InputMediaDocument
from telegram import Message as TelegramMessage
from telegram.constants import ChatAction, FileSizeLimit, MediaGroupLimit, MessageLimit
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.chat.files import MadeFile, OrderFile
from bot.chat.phrases import Clock, Phrase
from bot.delivery import (
    FileLinks,
    FileNotAvailable,
    FileOpener,
    FileTooLarge,
    OpenedFile,
    SentFiles,
)
from bot.handlers.telegram.client import largest_upload
from bot.handlers.telegram.html import clean, cut, text
from bot.handlers.telegram.keys import Key
from bot.handlers.telegram.line import Line
from bot.handlers.telegram.progress import Progress
from bot.handlers.telegram.render import Bubble
from bot.handlers.telegram.sending import errors_explained, log_refusal
from bot.handlers.telegram.transport import Unconfirmed
from bot.wording import Wording

MOST_IN_AN_ALBUM: Final = int(MediaGroupLimit.MAX_MEDIA_LENGTH)
_SHOWS_UPLOAD_FROM: Final = 1_000_000
"""In bytes: below this a file is there before "sending a file…" could be read."""
_UPLOAD_READ_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Handing:
    """What handing files over rests on. Without `sent` every file is uploaded, without `links` what is
    too large for Telegram is not to be had."""

    opener: FileOpener
    sent: SentFiles | None = None
    links: FileLinks | None = None


@dataclass(frozen=True)
class _Ready:
    """A file that is open, and Telegram's name of it where it holds it already."""

    at: int
    file: OrderFile | MadeFile
    opened: OpenedFile
    held: str | None


@dataclass(frozen=True)
class FileParcel:
    """Up to ten documents as one album, or a single file.

    An album that is not taken goes file by file. What has been settled is not done again when a later
    file is delayed; a process that is killed half-way begins the parcel anew.
    """

    line: Line
    wording: Wording
    handing: Handing
    files: tuple[OrderFile | MadeFile, ...]
    _settled: set[int] = field(default_factory=set)

    async def send(self) -> None:
        async with self.line.noting(), AsyncExitStack() as stack:
            ready = []
            for at, file in enumerate(self.files):
                if at not in self._settled and (one := await self._open(stack, at, file)) is not None:
                    ready.append(one)
            for batch in _batches(ready, self._limit):
                if len(batch) == 1 or not await self._send_album(batch):
                    for one in batch:
                        await self._send_alone(one)

    async def _open(self, stack: AsyncExitStack, at: int, file: OrderFile | MadeFile) -> _Ready | None:
        show = None
        if isinstance(file, MadeFile) and file.takes_long:
            show = Progress(self.line, self.wording)
        try:
            opened = await stack.enter_async_context(self.handing.opener.open(self.line.message, file, show))
            if opened.size > self._limit:
                raise self._too_large(file)
        except FileNotAvailable as unavailable:
            await self._say(at, file, unavailable)
            return None
        held = None
        if self.handing.sent is not None and isinstance(file, OrderFile):
            held = await self.handing.sent.known(self.line.bot.token, file, opened)
        return _Ready(at, file, opened, held)

    async def _send_album(self, batch: Sequence[_Ready]) -> bool:
        """Send several at once; False when Telegram does not take them so."""
        await self._show_upload(batch)
        with errors_explained():
            try:
                # Telegram counts each file of an album.
                async with self.line.turn(len(batch), slow=True):
                    sent = await self.line.bot.send_media_group(
                        self.line.place.chat,
                        [
                            InputMediaDocument(
                                one.held or _upload(one.opened, attach=True), self._caption(one)
                            )
                            for one in batch
                        ],
                        message_thread_id=self.line.place.thread,
                        protect_content=self.line.manners.protect or None,
                        disable_notification=self.line.silent or None,
                        read_timeout=_UPLOAD_READ_SECONDS,
                    )
            except BadRequest as error:
                log_refusal("telegram_album_refused", error)
                return False
            except Unconfirmed:
                _log_unconfirmed()
                sent = ()
            except NetworkError as error:
                if "entity too large" not in str(error).lower():
                    raise
                return False
        self._settled.update(one.at for one in batch)
        for one, message in zip(batch, sent, strict=False):
            await self._note(one, message)
        return True

    async def _send_alone(self, one: _Ready) -> None:
        if one.at in self._settled:
            return
        try:
            await self._send_one(one)
        except FileNotAvailable as unavailable:
            await self._say(one.at, one.file, unavailable)
        self._settled.add(one.at)

    async def _send_one(self, one: _Ready) -> None:
        if one.held is not None and await self._send_held(one, one.held):
            return
        one = replace(one, held=None)
        await self._show_upload([one])
        with errors_explained():
            try:
                await self._note(one, await self._document(one, _upload(one.opened)))
            except BadRequest as error:
                log_refusal("telegram_file_refused", error)
                refused = Phrase("file_platform_refused", {"kind": one.file.name, "reason": "Telegram, 400"})
                raise FileNotAvailable(refused) from error
            except Unconfirmed:
                _log_unconfirmed()
            except NetworkError as error:
                if "entity too large" not in str(error).lower():
                    raise
                raise self._too_large(one.file) from error

    async def _send_held(self, one: _Ready, held: str) -> bool:
        """Send what Telegram holds already; False when it does not know it any more."""
        with errors_explained():
            try:
                await self._document(one, held)
            except BadRequest as error:
                log_refusal("telegram_held_file_refused", error)
                if self.handing.sent is not None and isinstance(one.file, OrderFile):
                    await self.handing.sent.forget(self.line.bot.token, one.file, one.opened)
                return False
            except Unconfirmed:
                _log_unconfirmed()
        return True

    async def _document(self, one: _Ready, document: InputFile | str) -> TelegramMessage:
        async with self.line.turn(slow=True):
            return await self.line.bot.send_document(
                self.line.place.chat,
                document,
                caption=self._caption(one),
                message_thread_id=self.line.place.thread,
                protect_content=self.line.manners.protect or None,
                disable_notification=self.line.silent or None,
                read_timeout=_UPLOAD_READ_SECONDS,
            )

    async def _note(self, one: _Ready, message: TelegramMessage) -> None:
        known, document = self.handing.sent, message.document
        if known is None or one.held or not isinstance(one.file, OrderFile):
            return
        if isinstance(document, Document):
            await known.sent(self.line.bot.token, one.file, one.opened, document.file_id)

    async def _show_upload(self, batch: Sequence[_Ready]) -> None:
        if sum(one.opened.size for one in batch if one.held is None) < _SHOWS_UPLOAD_FROM:
            return
        place = self.line.place
        with suppress(TelegramError):
            await self.line.bot.send_chat_action(
                place.chat, ChatAction.UPLOAD_DOCUMENT, message_thread_id=place.thread
            )

    async def _say(self, at: int, file: OrderFile | MadeFile, unavailable: FileNotAvailable) -> None:
        """Why a file does not come; with a link to it where it is only too large for a chat."""
        links, reader = self.handing.links, self.line.reader
        bubble = Bubble(text(self.wording.say(unavailable.phrase, reader)))
        if isinstance(unavailable, FileTooLarge) and links is not None and isinstance(file, OrderFile):
            link = await links.link(self.line.message, file, reader)
            said = Phrase(
                "file_by_link",
                {"kind": file.name, "number": file.document.order_number, "until": Clock(link.ends_at)},
            )
            label = self.wording.say(Phrase("page_file_open"), reader)
            key = Key(label, "", primary=True, url=link.url, in_telegram=True)
            bubble = Bubble(text(self.wording.say(said, reader)), ((key,),))
        async with self.line.turn():
            await self.line.say(bubble)
        self._settled.add(at)

    def _caption(self, one: _Ready) -> str:
        said = self.wording.say(one.opened.caption, self.line.reader)
        return cut(clean(said), MessageLimit.CAPTION_LENGTH)

    def _too_large(self, file: OrderFile | MadeFile) -> FileTooLarge:
        megabytes = self._limit // 1_000_000
        return FileTooLarge(Phrase("file_too_large", {"kind": file.name, "limit": megabytes}))

    @property
    def _limit(self) -> int:
        return largest_upload(self.line.bot.base_url, self.line.manners.megabytes)


def _upload(opened: OpenedFile, *, attach: bool = False) -> InputFile:
    # Read while it is sent; the default reads all of it into memory first.
    return InputFile(opened.content, filename=clean(opened.name), attach=attach, read_file_handle=False)


def _batches(ready: Sequence[_Ready], limit: int) -> list[list[_Ready]]:
    """In order, as many at once as fit into one request."""
    batches: list[list[_Ready]] = []
    size = 0
    for one in ready:
        adds = 0 if one.held else one.opened.size
        if batches and size + adds <= min(limit, FileSizeLimit.FILESIZE_UPLOAD):
            batches[-1].append(one)
            size += adds
        else:
            batches.append([one])
            size = adds
    return batches


def _log_unconfirmed() -> None:
    # All of it went out and no answer came: it is most likely there, and the Bot API
    # has no key that would keep a second try from being a second file.
    structlog.get_logger().warning("telegram_file_unconfirmed", reason="timed_out")

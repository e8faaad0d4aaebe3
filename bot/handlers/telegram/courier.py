"""Delivering replies on Telegram: one call to the Bot API a parcel, and what its errors mean."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import httpx
import structlog
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import (
    ChatAction,
    FileSizeLimit,
    KeyboardButtonStyle,
    MessageLimit,
    ParseMode,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot

from bot.chat import Message, OrderFile, Phrase, Reader, Reply
from bot.delivery import (
    DeliveryDelayed,
    DeliveryImpossible,
    FileNotAvailable,
    FileOpener,
    OpenedFile,
    Parcel,
)
from bot.handlers.telegram.client import is_cloud, redact, seconds_to_wait
from bot.handlers.telegram.html import clean, cut, text
from bot.handlers.telegram.render import Bubble, Keyboard, render
from bot.wording import Wording

_LOCALES: Final = {"en": "en", "pt": "pt-BR", "es": "es"}
_SHOWS_UPLOAD_FROM: Final = 1_000_000
"""In bytes: below this a file is there before "sending a file…" could be read."""
_UPLOAD_READ_SECONDS: Final = 60.0


class TelegramCourier:
    """Delivers on Telegram.

    Args:
        default: for people whose client names no language we speak; its time zone for everyone,
            since Telegram tells none.
    """

    def __init__(self, bot: ExtBot[None], wording: Wording, files: FileOpener, *, default: Reader) -> None:
        self._bot = bot
        self._wording = wording
        self._files = files
        self._default = default

    async def reader(self, message: Message) -> Reader:
        language = message.handle.get("language", "").replace("_", "-").partition("-")[0].lower()
        return replace(self._default, locale=_LOCALES.get(language, self._default.locale))

    async def working(self, message: Message) -> None:
        place = _Place.of(message)
        with suppress(TelegramError):
            await self._bot.send_chat_action(place.chat, ChatAction.TYPING, message_thread_id=place.thread)

    def parcels(self, message: Message, reply: Reply) -> Sequence[Parcel]:
        place = _Place.of(message)
        parcels: list[Parcel] = []
        for at, piece in enumerate(render(reply, self._wording)):
            if isinstance(piece, Bubble):
                replaces = place.replaces if reply.replaces and at == 0 else None
                parcels.append(_TextParcel(self._bot, place, piece, replaces))
            elif message.conversation.private:
                parcels.append(
                    _FileParcel(self._bot, place, self._wording, self._files, message, reply.reader, piece)
                )
            else:
                structlog.get_logger().error("telegram_file_left_out", reason="not_private")
        return parcels


@dataclass(frozen=True)
class _Place:
    """Where to deliver, from the message's handle."""

    chat: int
    thread: int | None
    answers: int | None
    replaces: int | None

    @classmethod
    def of(cls, message: Message) -> "_Place":
        def number(name: str) -> int | None:
            value = message.handle.get(name)
            return None if value is None else int(value)

        return cls(int(message.handle["chat"]), number("thread"), number("answers"), number("replaces"))


@dataclass(frozen=True)
class _TextParcel:
    bot: ExtBot[None]
    place: _Place
    bubble: Bubble
    replaces: int | None

    async def send(self) -> None:
        if self.replaces is not None and await self._edit(self.replaces):
            return
        await _send_text(self.bot, self.place, self.bubble)

    async def _edit(self, message_id: int) -> bool:
        """True when the message now reads as it should, False when it can no longer be edited."""

        async def edit(body: str, parse_mode: str | None) -> None:
            await self.bot.edit_message_text(
                body,
                chat_id=self.place.chat,
                message_id=message_id,
                parse_mode=parse_mode,
                reply_markup=_markup(self.bubble.keyboard),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        with _errors_explained():
            try:
                await _formatted(self.bubble, edit)
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
    place: _Place
    wording: Wording
    files: FileOpener
    message: Message
    reader: Reader
    file: OrderFile

    async def send(self) -> None:
        try:
            async with self.files.open(self.message.sender, self.file) as opened:
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
        caption = Phrase("file_caption", {"kind": self._kind, "number": self.file.document.order_number})
        with _errors_explained():
            try:
                await self.bot.send_document(
                    self.place.chat,
                    # Read while it is sent; the default reads all of it into memory first.
                    InputFile(opened.content, filename=clean(opened.name), read_file_handle=False),
                    caption=cut(clean(self.wording.say(caption, self.reader)), MessageLimit.CAPTION_LENGTH),
                    message_thread_id=self.place.thread,
                    read_timeout=_UPLOAD_READ_SECONDS,
                )
            except BadRequest as error:
                _log_refusal("telegram_file_refused", error)
                refused = Phrase("file_platform_refused", {"kind": self._kind, "reason": "Telegram, 400"})
                raise FileNotAvailable(refused) from error
            except TimedOut as error:
                if not isinstance(error.__cause__, httpx.ReadTimeout):
                    raise
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
        await _send_text(self.bot, self.place, Bubble(text(self.wording.say(phrase, self.reader))))


async def _send_text(bot: ExtBot[None], place: _Place, bubble: Bubble) -> None:
    with _errors_explained():
        try:
            await _send_once(bot, place, bubble)
        except ChatMigrated as moved:
            # A group became a supergroup; its topics and messages stayed behind.
            await _send_once(bot, _Place(moved.new_chat_id, None, None, None), bubble)
        except BadRequest as error:
            if "thread not found" not in str(error).lower():
                raise
            await _send_once(bot, replace(place, thread=None), bubble)


async def _send_once(bot: ExtBot[None], place: _Place, bubble: Bubble) -> None:
    async def send(body: str, parse_mode: str | None) -> None:
        answers = None
        if place.answers is not None:
            answers = ReplyParameters(place.answers, allow_sending_without_reply=True)
        await bot.send_message(
            place.chat,
            body,
            parse_mode=parse_mode,
            reply_markup=_markup(bubble.keyboard),
            message_thread_id=place.thread,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_parameters=answers,
        )

    await _formatted(bubble, send)


async def _formatted(bubble: Bubble, call: Callable[[str, str | None], Awaitable[Any]]) -> None:
    try:
        await call(bubble.html.markup, ParseMode.HTML)
    except BadRequest as error:
        if "can't parse entities" not in str(error).lower():
            raise
        _log_refusal("telegram_markup_refused", error)
        await call(bubble.html.plain, None)


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    key.label,
                    callback_data=key.data,
                    style=KeyboardButtonStyle.PRIMARY if key.primary else None,
                )
                for key in row
            ]
            for row in keyboard
        ]
    )


@contextmanager
def _errors_explained() -> Iterator[None]:
    """The Bot API's errors as ours. Order matters: BadRequest and TimedOut are NetworkErrors too."""
    try:
        yield
    except RetryAfter as error:
        raise DeliveryDelayed("rate_limited", max(seconds_to_wait(error), 1.0)) from error
    except ChatMigrated as error:
        raise DeliveryImpossible("chat_migrated") from error
    except Forbidden as error:
        raise DeliveryImpossible("forbidden") from error
    except BadRequest as error:
        _log_refusal("telegram_message_refused", error)
        raise DeliveryImpossible("bad_request") from error
    except (InvalidToken, EndPointNotFound, Conflict) as error:
        # The operator can mend this, so the answer waits for it.
        structlog.get_logger().error(
            "telegram_delivery_refused",
            reason="token_refused",
            advice="Set ORDERBOT_TELEGRAM_BOT_TOKEN to the token @BotFather shows for this bot.",
        )
        raise DeliveryDelayed("token_refused", 30.0) from error
    except TimedOut as error:
        raise DeliveryDelayed("timed_out", 2.0) from error
    except TelegramError as error:
        raise DeliveryDelayed("network", 2.0) from error


def _log_refusal(event: str, error: TelegramError) -> None:
    structlog.get_logger().error(event, reason=redact(str(error))[:200])

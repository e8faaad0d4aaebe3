"""Updates into messages: what Telegram sent, in the bot's own words.

A person is their numeric id, never a name. Who writes behind a channel's or a group's name is nobody
in particular, and linking "them" would link everyone who does the same, so they are not heard.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from telegram import CallbackQuery, MaybeInaccessibleMessage, MessageEntity, Update, User
from telegram import Message as TelegramMessage
from telegram.constants import ChatID, ChatType

from bot.chat import Asked, Audience, ChatUser, Commanded, Content, Conversation, Message, Platform, Pressed

COMMANDS: Final = ("start", "help", "orders", "link", "unlink", "whoami")
ALLOWED_UPDATES: Final = ("message", "callback_query")
"""Everything else (edits, channels, business chats, guests) is not even delivered to us."""

_PSEUDO_USERS: Final = frozenset(int(chat) for chat in ChatID)
_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)


def is_readable(raw: Mapping[str, Any]) -> bool:
    """Whether an update has the few fields that python-telegram-bot takes for granted."""
    message, query = raw.get("message"), raw.get("callback_query")
    if message is not None:
        return _is_message(message)
    if query is not None:
        return (
            isinstance(query, dict)
            and isinstance(query.get("id"), str)
            and _is_user(query.get("from"))
            and ("message" not in query or _is_message(query["message"]))
        )
    return True


def from_private(update: Update, bot: User) -> Message | None:
    """A message in a chat between a person and the bot; None when nobody in particular sent it."""
    message = update.message
    if message is None or (sender := _sender(message.from_user, message)) is None:
        return None
    content = _content(message.text or message.caption or "")
    return _message(update, bot, sender, message, content, thread=_thread(message))


def from_group(update: Update, bot: User) -> Message | None:
    """A message in a group that speaks to the bot: a mention, a reply to it, or a command.

    What follows `/start` or `/link` is dropped: a secret typed where others read links nobody.
    """
    message = update.message
    if message is None or (sender := _sender(message.from_user, message)) is None:
        return None
    text = message.text or message.caption or ""
    command = _COMMAND.fullmatch(text)
    if command is not None:
        name, addressed = command[1].lower(), command[2]
        if addressed is not None and addressed.lower() != (bot.username or "").lower():
            return None
        if addressed is None and name not in COMMANDS:
            return None
        content = Commanded(name) if name in ("start", "link") else _content(text)
    elif _mentions(message, bot) or _replies_to(message, bot):
        content = Asked(_without_mention(text, bot))
    else:
        return None
    return _message(update, bot, sender, message, content, thread=_thread(message))


def from_button(update: Update, bot: User) -> Message | None:
    """A press of one of our buttons; None where there is no chat to answer in."""
    query = update.callback_query
    if query is None or query.message is None or not query.data:
        return None
    sender = _sender(query.from_user, None)
    if sender is None:
        return None
    thread = _thread(query.message) if isinstance(query.message, TelegramMessage) else None
    return _message(update, bot, sender, query.message, Pressed(query.data), thread=thread, pressed=query)


def _message(
    update: Update,
    bot: User,
    sender: User,
    place: MaybeInaccessibleMessage,
    content: Content,
    *,
    thread: int | None,
    pressed: CallbackQuery | None = None,
) -> Message:
    private = place.chat.type == ChatType.PRIVATE
    handle = {"chat": str(place.chat.id)}
    if thread is not None:
        handle["thread"] = str(thread)
    if sender.language_code:
        handle["language"] = sender.language_code[:35]
    if pressed is not None:
        handle["replaces"] = str(place.message_id)
    elif not private:
        handle["answers"] = str(place.message_id)
    return Message(
        id=f"tg:{bot.id}:{update.update_id:015d}",
        sender=ChatUser(Platform.TELEGRAM, str(sender.id), display_name=sender.full_name),
        conversation=Conversation(
            Platform.TELEGRAM,
            str(place.chat.id),
            thread=None if thread is None else str(thread),
            private=private,
        ),
        content=content,
        received_at=datetime.now(UTC),
        seen_by=Audience.PERSON if private else Audience.EXTERNAL,
        handle=handle,
    )


def _content(text: str) -> Content:
    command = _COMMAND.fullmatch(text)
    if command is None:
        return Asked(text)
    name, rest = command[1].lower(), (command[3] or "").strip()
    if name in COMMANDS:
        return Commanded(name, rest)
    # "/order PO-7782" asks about PO-7782, and so does "/7782".
    return Asked(rest or command[1])


def _sender(user: User | None, message: TelegramMessage | None) -> User | None:
    if user is None or user.is_bot or user.id in _PSEUDO_USERS:
        return None
    if message is not None and message.sender_chat is not None:
        return None
    return user


def _thread(message: TelegramMessage) -> int | None:
    return message.message_thread_id if message.is_topic_message else None


def _mentions(message: TelegramMessage, bot: User) -> bool:
    wanted = f"@{bot.username}".lower()
    kinds: list[str | None] = [MessageEntity.MENTION]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    return any(mention.lower() == wanted for mention in found.values())


def _replies_to(message: TelegramMessage, bot: User) -> bool:
    answered = message.reply_to_message
    return answered is not None and answered.from_user is not None and answered.from_user.id == bot.id


def _without_mention(text: str, bot: User) -> str:
    return re.sub(rf"@{re.escape(bot.username or '')}\b", "", text, flags=re.IGNORECASE).strip()


def _is_message(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    chat = value.get("chat")
    return (
        isinstance(value.get("message_id"), int)
        and isinstance(value.get("date"), int)
        and isinstance(chat, dict)
        and isinstance(chat.get("id"), int)
        and isinstance(chat.get("type"), str)
        and ("from" not in value or _is_user(value["from"]))
    )


def _is_user(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("id"), int)
        and isinstance(value.get("is_bot"), bool)
        and isinstance(value.get("first_name"), str)
    )

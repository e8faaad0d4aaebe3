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

from bot.chat.messages import Asked, Commanded, Content, Message, Pressed, SharedContact, Shown
from bot.chat.people import Audience, ChatUser, Conversation, Platform
from bot.handlers.telegram.deep_links import action_of
from bot.handlers.telegram.places import Place

COMMANDS: Final = ("start", "help", "orders", "link", "unlink", "whoami")
WORDS: Final = ("invite", "members", "company", "join")
"""Commands that are the first word of what is asked: "/invite Bruno" reads as "invite Bruno"."""
ALLOWED_UPDATES: Final = ("message", "callback_query", "inline_query", "my_chat_member")
"""Everything else (edits, channels, business chats, guests) is not even delivered to us."""
PSEUDO_USERS: Final = frozenset(int(chat) for chat in ChatID)
"""Accounts of Telegram's own, behind which anybody may write."""

_SECRET_FOLLOWS: Final = frozenset({"start", "link", "join"})
_MOST_REFERENCES: Final = 12
"""Of one message: more than a card or a page of a list has."""
_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)


def is_readable(raw: Mapping[str, Any]) -> bool:
    """Whether an update has the few fields that python-telegram-bot takes for granted."""
    message, query, member = raw.get("message"), raw.get("callback_query"), raw.get("my_chat_member")
    typing = raw.get("inline_query")
    if message is not None:
        return _is_message(message)
    if query is not None:
        return (
            isinstance(query, dict)
            and isinstance(query.get("id"), str)
            and _is_user(query.get("from"))
            and ("message" not in query or _is_message(query["message"]))
        )
    if typing is not None:
        return (
            isinstance(typing, dict)
            and all(isinstance(typing.get(name), str) for name in ("id", "query", "offset"))
            and _is_user(typing.get("from"))
        )
    if member is not None:
        return (
            isinstance(member, dict)
            and _is_chat(member.get("chat"))
            and _is_user(member.get("from"))
            and _is_member(member.get("new_chat_member"))
        )
    return True


def from_private(update: Update, bot: User) -> Message | None:
    """A message in a chat between a person and the bot; None when nobody in particular sent it."""
    message = update.message
    if message is None or (sender := _sender(message.from_user, message)) is None:
        return None
    content: Content = _content(message.text or message.caption or "")
    if (shown := _shown(message)) is not None:
        content = shown
    if message.contact is not None:
        own = message.contact.user_id == sender.id and _is_first_hand(message)
        content = SharedContact(message.contact.phone_number, own)
    return _message(update, bot, sender, message, content, thread=_thread(message))


def from_group(update: Update, bot: User) -> Message | None:
    """A message in a group that speaks to the bot: a mention, a reply to it, or a command.

    What follows `/start`, `/link` or `/join` is dropped: a secret typed where others read links
    nobody. A contact somebody shares there is not for us either.
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
        if addressed is None and name not in (*COMMANDS, *WORDS):
            return None
        content = _content(f"/{name}" if name in _SECRET_FOLLOWS else text)
    elif message.contact is not None:
        return None
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


def message_id(update: Update, bot: User) -> str:
    """The id of the message an update is kept as."""
    return f"tg:{bot.id}:{update.update_id:015d}"


def is_nobody(user: User | None) -> bool:
    """Whether there is no one person to speak of."""
    return user is None or user.is_bot or user.id in PSEUDO_USERS


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
    handle = Place(
        chat=place.chat.id,
        thread=thread,
        answers=place.message_id if pressed is None and not private else None,
        said=place.message_id if pressed is None and private else None,
        replaces=place.message_id if pressed is not None else None,
        language=sender.language_code or "",
    ).handle()
    return Message(
        id=message_id(update, bot),
        sender=ChatUser(Platform.TELEGRAM, str(sender.id), display_name=sender.full_name),
        conversation=Conversation(
            Platform.TELEGRAM,
            str(place.chat.id),
            thread=None if thread is None else str(thread),
            private=private,
        ),
        content=content,
        received_at=datetime.now(UTC),
        about=_about(place, bot) if pressed is None else (),
        seen_by=Audience.PERSON if private else Audience.EXTERNAL,
        handle=handle,
    )


def _about(message: MaybeInaccessibleMessage, bot: User) -> tuple[str, ...]:
    """What the buttons of the answered message carry, where it is one of ours."""
    answered = message.reply_to_message if isinstance(message, TelegramMessage) else None
    if answered is None or answered.reply_markup is None or not _is_by(answered, bot):
        return ()
    keys = [key for row in answered.reply_markup.inline_keyboard for key in row]
    links = (action_of((key.url or "").partition("?start=")[2]) for key in keys)
    carried = (key.callback_data or link for key, link in zip(keys, links, strict=True))
    return tuple(one for one in carried if isinstance(one, str))[:_MOST_REFERENCES]


def _shown(message: TelegramMessage) -> Shown | None:
    """The picture or file of a message; of a picture its largest copy."""
    file = max(message.photo, key=lambda size: size.width * size.height) if message.photo else None
    sent = file or message.document
    if sent is None:
        return None
    return Shown(sent.file_id, sent.file_size or 0, (message.caption or "").strip())


def _content(text: str) -> Content:
    command = _COMMAND.fullmatch(text)
    if command is None:
        return Asked(text)
    name, rest = command[1].lower(), (command[3] or "").strip()
    if name == "start" and (action := action_of(rest)) is not None:
        # A link of ours; what it opens is decided now, in the right of who opened it.
        return Pressed(action)
    if name in COMMANDS:
        return Commanded(name, rest)
    if name in WORDS:
        return Asked(f"{name} {rest}".strip())
    # "/order PO-7782" asks about PO-7782, and so does "/7782".
    return Asked(rest or command[1])


def _sender(user: User | None, message: TelegramMessage | None) -> User | None:
    if is_nobody(user) or (message is not None and message.sender_chat is not None):
        return None
    return user


def _is_first_hand(message: TelegramMessage) -> bool:
    """Written by the sender here: not forwarded, and not put together by another bot."""
    return (
        message.forward_origin is None
        and not message.is_automatic_forward
        # What older servers say of a forwarded message.
        and not any(name.startswith("forward_") for name in message.api_kwargs)
        and message.via_bot is None
        and message.sender_business_bot is None
    )


def _thread(message: TelegramMessage) -> int | None:
    return message.message_thread_id if message.is_topic_message else None


def _mentions(message: TelegramMessage, bot: User) -> bool:
    wanted = f"@{bot.username}".lower()
    kinds: list[str | None] = [MessageEntity.MENTION]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    return any(mention.lower() == wanted for mention in found.values())


def _replies_to(message: TelegramMessage, bot: User) -> bool:
    return message.reply_to_message is not None and _is_by(message.reply_to_message, bot)


def _is_by(message: TelegramMessage, bot: User) -> bool:
    return message.from_user is not None and message.from_user.id == bot.id


def _without_mention(text: str, bot: User) -> str:
    return re.sub(rf"@{re.escape(bot.username or '')}\b", "", text, flags=re.IGNORECASE).strip()


def _is_message(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return (
        isinstance(value.get("message_id"), int)
        and isinstance(value.get("date"), int)
        and _is_chat(value.get("chat"))
        and ("from" not in value or _is_user(value["from"]))
    )


def _is_chat(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), int) and isinstance(value.get("type"), str)


def _is_member(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("status"), str) and _is_user(value.get("user"))


def _is_user(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("id"), int)
        and isinstance(value.get("is_bot"), bool)
        and isinstance(value.get("first_name"), str)
    )

"""What Telegram reports and nobody said: the bot was blocked, a group moved, somebody joined it."""

from datetime import UTC, datetime
from typing import Final

from telegram import Update, User
from telegram.constants import ChatMemberStatus

from bot.chat.messages import Happened, Message
from bot.chat.people import Audience, ChatUser, Conversation, Platform
from bot.handlers.telegram.events import is_nobody, message_id
from bot.handlers.telegram.places import Place, direct

NOBODY: Final = ChatUser(Platform.TELEGRAM, "0")
"""The sender of what happens to a group. It is true because Telegram says so, and whoever set it off,
perhaps an anonymous admin, gives it no right; no account has this id."""


def from_blocking(update: Update, bot: User) -> Message | None:
    """Somebody blocked the bot. That they let it speak again gives nothing back."""
    changed = update.my_chat_member
    # A chat with the bot alone has the id of the person.
    if changed is None or is_nobody(changed.from_user) or changed.chat.id != changed.from_user.id:
        return None
    after = changed.new_chat_member
    if after.user.id != bot.id or after.status != ChatMemberStatus.BANNED:
        return None
    sender = ChatUser(Platform.TELEGRAM, str(changed.from_user.id), display_name=changed.from_user.full_name)
    return _blocked(message_id(update, bot), sender)


def blocked_by(undelivered: Message) -> Message:
    """The same, learnt from Telegram's refusal to deliver an answer to this message."""
    return _blocked(f"{undelivered.id}:blocked", undelivered.sender)


def from_move(update: Update, bot: User) -> Message | None:
    """A group became a supergroup, which has another id.

    Telegram says so twice, in the old group and in the new one, in any order: both are one message,
    by their id, in the old group's conversation.
    """
    message = update.message
    if message is None:
        return None
    here = message.chat.id
    old = message.migrate_from_chat_id or here
    new = message.migrate_to_chat_id or here
    if old == new:
        return None
    return moved_to(bot.id, old, new)


def moved_to(bot: int, old: int, new: int) -> Message:
    """The same, learnt from Telegram's refusal to deliver to the old group; one message with the report."""
    return _in_group(f"tg:{bot}:moved:{old}:{new}", old, Happened("moved", {"to": str(new)}))


def from_newcomers(update: Update, bot: User) -> Message | None:
    """Somebody joined a group, or was added to it; None when that was the bot alone."""
    message = update.message
    if message is None or all(user.id == bot.id for user in message.new_chat_members):
        return None
    return _in_group(message_id(update, bot), message.chat.id, Happened("joined"))


def _blocked(id: str, sender: ChatUser) -> Message:
    # In the lane of what they say, so that it cannot end a link they make afterwards.
    conversation, handle = direct(sender)
    return Message(
        id=id,
        sender=sender,
        conversation=conversation,
        content=Happened("blocked"),
        received_at=datetime.now(UTC),
        handle=handle,
    )


def _in_group(id: str, chat: int, happened: Happened) -> Message:
    return Message(
        id=id,
        sender=NOBODY,
        conversation=Conversation(Platform.TELEGRAM, str(chat), private=False),
        content=happened,
        received_at=datetime.now(UTC),
        seen_by=Audience.EXTERNAL,
        handle=Place(chat=chat).handle(),
    )

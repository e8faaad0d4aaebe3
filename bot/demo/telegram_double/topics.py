"""Topics: where in a supergroup a message is.

A topic is called by the id of the service message that made it. Each message in it carries that id, and
answers that service message where it answers no other. What is in no topic is shown under "General", which
has no id to send to. Source: https://github.com/tdlib/telegram-bot-api/issues/356 and /798
"""

from collections.abc import Mapping
from typing import Any

from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.world import Chat

GENERAL = 1
"""What a client calls the topic that a bot cannot send to by its id; a bot may only be seen typing there."""


def topic_to_write_to(chat: Chat, asked: int | None, answered: int | None) -> int | None:
    """The topic a message of the bot's belongs to: the one asked for, or that of what it answers.

    Raises Refused for a topic that is not there or takes no messages, and for an answer to another topic.
    """
    known = chat.messages.get(answered) if answered is not None else None
    there = topic_of(known) if known is not None else None
    if asked is None:
        return _open(chat, there) if there is not None else None
    _open(chat, asked)
    if known is not None and there != asked:
        # Sending without the answer is not possible across topics, whatever was asked.
        raise Refused("Bad Request: message to be replied not found")
    return asked


def topic_to_be_seen_in(chat: Chat, asked: int | None) -> None:
    """Raises Refused where nobody can be seen typing."""
    if asked is not None and not (chat.topics and asked == GENERAL):
        _open(chat, asked)


def topic_of(message: Mapping[str, Any]) -> int | None:
    """The topic a message is in."""
    thread = message.get("message_thread_id")
    return thread if isinstance(thread, int) and message.get("is_topic_message") else None


def _open(chat: Chat, topic: int) -> int:
    if topic in chat.deleted_topics:
        # A bot that does everything right may not know of it yet.
        raise Refused("Bad Request: message thread not found", violation=False)
    if topic not in chat.topics:
        raise Refused("Bad Request: message thread not found")
    if topic in chat.closed_topics:
        raise Refused("Bad Request: TOPIC_CLOSED", violation=False)
    return topic

"""Where on Telegram something is said: what `Message.handle` holds, in plain strings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.chat.messages import Message
from bot.chat.people import ChatUser, Conversation, Platform


@dataclass(frozen=True, kw_only=True)
class Place:
    """A chat, and what in it an answer belongs to."""

    chat: int
    thread: int | None = None
    """The topic."""
    answers: int | None = None
    """The message of a group that is answered."""
    said: int | None = None
    """The message of a private chat that is answered."""
    replaces: int | None = None
    """The message whose button was pressed."""
    language: str = ""
    """IETF tag of the sender's client."""

    @classmethod
    def of(cls, message: Message) -> "Place":
        """The place a message came from, as `handle` wrote it down."""
        handle = message.handle

        def number(name: str) -> int | None:
            value = handle.get(name)
            return None if value is None else int(value)

        return cls(
            chat=int(handle["chat"]),
            thread=number("thread"),
            answers=number("answers"),
            said=number("said"),
            replaces=number("replaces"),
            language=handle.get("language", ""),
        )

    def handle(self) -> Mapping[str, str]:
        numbers = {
            "chat": self.chat,
            "thread": self.thread,
            "answers": self.answers,
            "said": self.said,
            "replaces": self.replaces,
        }
        written = {name: str(number) for name, number in numbers.items() if number is not None}
        return {**written, "language": self.language[:35]} if self.language else written


def later(message: Message) -> tuple[Conversation, Mapping[str, str]]:
    """Where an answer can be given later: the same chat. A pressed message keeps what it says by then."""
    return message.conversation, replace(Place.of(message), said=None, replaces=None).handle()


def direct(user: ChatUser) -> tuple[Conversation, Mapping[str, str]]:
    """The chat between a person and the bot, for what the bot says without having been asked.

    Its id is the person's own. Telegram lets a bot write there only once the person has; before
    that, and after they blocked it, delivery is impossible. Raises ValueError for somebody elsewhere.
    """
    if user.platform is not Platform.TELEGRAM:
        raise ValueError("not a person on Telegram")
    return Conversation(Platform.TELEGRAM, user.user_id), Place(chat=int(user.user_id)).handle()


def openly(user: ChatUser, place: Conversation) -> Mapping[str, str]:
    """How a post for everybody in a group, or in a topic of it, is delivered."""
    thread = int(place.thread) if place.thread else None
    return Place(chat=int(place.id), thread=thread).handle()

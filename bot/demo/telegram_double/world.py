"""Chats, messages, presses and files: what Telegram knows."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Literal

from telegram.constants import FileSizeLimit

from bot.demo.events import Person, StageEvent
from bot.demo.telegram_double.markup import typed
from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.signatures import Upload

Emit = Callable[[StageEvent], None]
EventKind = Literal["message", "update", "delete", "status", "toast"]


@dataclass
class Chat:
    """A chat with the bot; `open` once the bot may write there."""

    id: int
    type: Literal["private", "group", "supergroup"]
    members: tuple[Person, ...]
    title: str = ""
    open: bool = False
    blocked: bool = False
    has_bot: bool = True
    admins: tuple[Person, ...] = ()
    """The first of them made the group."""
    removed: frozenset[str] = frozenset()
    """Ids of people who may not come back."""
    moved_to: int | None = None
    """The supergroup this group has become."""
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    """Names by the id of the message that made the topic; the group is a forum once it has one."""
    closed_topics: set[int] = field(default_factory=set)
    deleted_topics: set[int] = field(default_factory=set)

    def payload(self) -> dict[str, Any]:
        if self.type == "private":
            return {"id": self.id, "type": "private", **name_of(self.members[0])}
        forum = {"is_forum": True} if self.topics else {}
        return {"id": self.id, "type": self.type, "title": self.title, **forum}


@dataclass
class Press:
    chat: Chat
    person: Person
    answered: bool = False
    sent_again: bool = False


class World:
    """The state behind the Bot API."""

    def __init__(
        self, *, people: Sequence[Person], bot: Mapping[str, Any], folder: Path, on_event: Emit
    ) -> None:
        self.bot = dict(bot)
        self.folder = folder
        self.people = {person.id: person for person in people}
        self.chats = {person.telegram_id: Chat(person.telegram_id, "private", (person,)) for person in people}
        self.presses: dict[str, Press] = {}
        self.files: dict[str, Upload] = {}
        self.largest_upload = int(FileSizeLimit.FILESIZE_UPLOAD)
        """In bytes: Telegram's own limit; a server of one's own in local mode takes more."""
        self._emit = on_event
        self._message_ids = count(1)
        self._group_ids = count(2_000_000_001)
        self._press_ids = count(3_006_000_000_000_000_001)

    def person(self, who: str) -> Person:
        return self.people[who]

    def chat_of(self, who: str, chat: int | None = None) -> Chat:
        return self.chats[self.person(who).telegram_id if chat is None else chat]

    def add_group(
        self,
        chat_id: int,
        title: str,
        members: Sequence[str],
        admins: Sequence[str],
        *,
        supergroup: bool,
        has_bot: bool,
    ) -> None:
        people = tuple(self.people[member] for member in members)
        leading = tuple(self.people[member] for member in admins)
        kind: Literal["group", "supergroup"] = "supergroup" if supergroup else "group"
        self.chats[chat_id] = Chat(chat_id, kind, people, title, open=True, admins=leading, has_bot=has_bot)

    def moved(self, old: Chat) -> Chat:
        """The supergroup that takes the place of a group, with an id of its own and no messages."""
        new = Chat(
            -1_000_000_000_000 - next(self._group_ids),
            "supergroup",
            old.members,
            old.title,
            open=True,
            admins=old.admins,
        )
        old.moved_to = new.id
        self.chats[new.id] = new
        return new

    def said(
        self, person: Person, chat: Chat, text: str, *, answers: int | None = None, topic: int | None = None
    ) -> dict[str, Any]:
        """A message of a person, now part of the chat."""
        chat.open = True
        chat.blocked = False
        read = typed(text)
        entities = {"entities": list(read.entities)} if read.entities else {}
        answered = {}
        if answers is not None:
            before = chat.messages[answers]
            answered = {
                "reply_to_message": {name: before[name] for name in before if name != "reply_to_message"}
            }
        return self.sent(person, chat, {"text": read.plain, **entities, **answered}, topic=topic)

    def sent(
        self, person: Person, chat: Chat, content: Mapping[str, Any], *, topic: int | None = None
    ) -> dict[str, Any]:
        """Anything else a person sends, and what Telegram notes in their name."""
        message = self._new(chat, user(person), topic) | dict(content)
        self.keep(chat, message, "message")
        return message

    def writable(self, chat_id: int | str, *, even_blocked: bool = False) -> Chat:
        """The chat the bot wants to write to; raises Refused where it may not."""
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None or not chat.open:
            raise Refused("Bad Request: chat not found")
        if chat.moved_to is not None:
            raise Refused(
                "Bad Request: group chat was upgraded to a supergroup chat",
                violation=False,
                parameters={"migrate_to_chat_id": chat.moved_to},
            )
        if not chat.has_bot:
            raise Refused(f"Forbidden: bot is not a member of the {chat.type} chat", 403)
        if chat.blocked and not even_blocked:
            raise Refused("Forbidden: bot was blocked by the user", 403, violation=False)
        return chat

    def new_from_bot(
        self, chat: Chat, answers: int | None = None, topic: int | None = None
    ) -> dict[str, Any]:
        message = self._new(chat, self.bot, topic)
        if answers is not None and answers in chat.messages:
            message["reply_to_message"] = {
                key: value for key, value in chat.messages[answers].items() if key != "reply_to_message"
            }
        return message

    def own_message(self, chat: Chat, message_id: int | None) -> dict[str, Any]:
        """A message of the bot's, to be edited."""
        message = chat.messages.get(message_id) if message_id is not None else None
        if message is None:
            raise Refused("Bad Request: message to edit not found", violation=False)
        if not message["from"]["is_bot"]:
            raise Refused("Bad Request: message can't be edited")
        return message

    def keep(self, chat: Chat, message: dict[str, Any], kind: EventKind) -> None:
        chat.messages[message["message_id"]] = message
        self.tell(chat, kind, message)

    def tell(self, chat: Chat, kind: EventKind, payload: Mapping[str, Any]) -> None:
        """Show something to everyone in a chat."""
        for person in chat.members:
            self.tell_one(person, chat, kind, payload)

    def tell_one(self, person: Person, chat: Chat, kind: EventKind, payload: Mapping[str, Any]) -> None:
        self._emit(
            StageEvent(
                platform="telegram",
                kind=kind,
                person=person.id,
                conversation=str(chat.id),
                payload=dict(payload),
            )
        )

    def keep_file(self, upload: Upload) -> dict[str, Any]:
        """The Bot API's `Document` of an upload."""
        file_id = token_urlsafe(24)
        self.files[file_id] = upload
        return self.described(file_id, upload)

    def described(self, file_id: str, upload: Upload) -> dict[str, Any]:
        """A file that is held, under the name it goes by here."""
        return {
            "file_id": file_id,
            "file_unique_id": file_id[:12],
            "file_name": upload.name,
            "mime_type": upload.media_type,
            "file_size": upload.size,
        }

    def pressed(self, person: Person, chat: Chat, message: Mapping[str, Any], data: str) -> dict[str, Any]:
        """The callback query of a press."""
        press_id = str(next(self._press_ids))
        self.presses[press_id] = Press(chat, person)
        return {
            "id": press_id,
            "from": user(person),
            "message": dict(message),
            "chat_instance": str(-chat.id),
            "data": data,
        }

    def sent_again(self, update: Mapping[str, Any]) -> None:
        """A press that was sent twice may be answered twice, in vain."""
        press = self.presses.get(update.get("callback_query", {}).get("id", ""))
        if press is not None:
            press.sent_again = True

    def topic_opened(self, person: Person, chat: Chat, name: str) -> dict[str, Any]:
        """The service message that makes a topic, and is the first in it."""
        made = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = self._new(chat, user(person)) | made
        chat.topics[message["message_id"]] = name
        message |= {
            "chat": chat.payload(),
            "message_thread_id": message["message_id"],
            "is_topic_message": True,
        }
        self.keep(chat, message, "message")
        return message

    def _new(self, chat: Chat, sender: Mapping[str, Any], topic: int | None = None) -> dict[str, Any]:
        message = {
            "message_id": next(self._message_ids),
            "from": dict(sender),
            "chat": chat.payload(),
            "date": int(time.time()),
        }
        if topic is None:
            return message
        return message | {
            "message_thread_id": topic,
            "is_topic_message": True,
            "reply_to_message": chat.messages[topic],
        }


def user(person: Person) -> dict[str, Any]:
    """The Bot API's `User` of a person, as it comes with what they send."""
    return {
        "id": person.telegram_id,
        "is_bot": False,
        **name_of(person),
        # Clients send IETF tags in lower case, most of them without a region.
        "language_code": "pt-br" if person.locale == "pt-BR" else person.locale.partition("-")[0],
    }


def name_of(person: Person) -> dict[str, str]:
    first, _, last = person.name.partition(" ")
    return {"first_name": first, **({"last_name": last} if last else {})}

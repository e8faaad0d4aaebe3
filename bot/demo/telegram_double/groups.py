"""What happens to groups: they are made, people come and go, topics open and close."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.demo.telegram_double.deliveries import Deliveries
from bot.demo.telegram_double.topics import topic_of
from bot.demo.telegram_double.world import World, user


class Groups:
    """Acts of people in groups return the HTTP status the bot answered, 0 where it fetches by itself."""

    def __init__(self, world: World, deliveries: Deliveries) -> None:
        self._world = world
        self._deliveries = deliveries

    def add(
        self,
        chat_id: int,
        title: str,
        members: Sequence[str],
        *,
        admins: Sequence[str] = (),
        supergroup: bool = True,
        has_bot: bool = True,
    ) -> None:
        """A group, as a rule with the bot; the first of the admins, who are members too, made it."""
        self._world.add_group(chat_id, title, members, admins, supergroup=supergroup, has_bot=has_bot)

    def known(self) -> Sequence[Mapping[str, Any]]:
        """Every group by its id, with its title, who is in it, and whether the bot is."""
        return [
            {
                "id": str(chat.id),
                "title": chat.title,
                "members": [one.id for one in chat.members],
                "has_bot": chat.has_bot,
            }
            for chat in self._world.chats.values()
            if chat.type != "private"
        ]

    def hears(self, chat: int) -> bool:
        """Whether the bot is in a chat."""
        return self._world.chats[chat].has_bot

    async def join(self, person: str, chat: int) -> int:
        """Come to a group."""
        where, newcomer = self._world.chats[chat], self._world.person(person)
        where.members = (*(one for one in where.members if one.id != person), newcomer)
        where.removed -= {person}
        message = self._world.sent(newcomer, where, {"new_chat_members": [user(newcomer)]})
        return await self._deliveries.send(str(chat), {"message": message})

    async def leave(self, person: str, chat: int, *, removed: bool = False) -> int:
        """Leave a group, or be `removed` from it for good."""
        where, leaver = self._world.chats[chat], self._world.person(person)
        message = self._world.sent(leaver, where, {"left_chat_member": user(leaver)})
        where.members = tuple(one for one in where.members if one.id != person)
        where.admins = tuple(one for one in where.admins if one.id != person)
        where.removed |= {person} if removed else frozenset()
        return await self._deliveries.send(str(chat), {"message": message})

    async def migrate(self, chat: int) -> int:
        """Make a group a supergroup; returns its new id. The old id is of no use any more."""
        old = self._world.chats[chat]
        author = (*old.admins, *old.members)[0]
        leaving = self._world.sent(author, old, {"migrate_to_chat_id": 0})
        new = self._world.moved(old)
        leaving["migrate_to_chat_id"] = new.id
        arriving = self._world.sent(author, new, {"migrate_from_chat_id": old.id})
        await self._deliveries.send(str(old.id), {"message": leaving})
        await self._deliveries.send(str(new.id), {"message": arriving})
        return new.id

    async def open_topic(self, person: str, chat: int, name: str) -> int:
        """Make a topic in a supergroup, which is a forum from then on; the topic's id."""
        message = self._world.topic_opened(self._world.person(person), self._world.chats[chat], name)
        await self._deliveries.send(str(chat), {"message": message})
        topic: int = message["message_id"]
        return topic

    def close_topic(self, chat: int, topic: int) -> None:
        """Let nobody write in it any more."""
        self._world.chats[chat].closed_topics.add(topic)

    def delete_topic(self, chat: int, topic: int) -> None:
        """Take a topic and all that was said in it away; Telegram tells no bot."""
        where = self._world.chats[chat]
        where.deleted_topics.add(topic)
        gone = [known for known, message in where.messages.items() if topic_of(message) == topic]
        for message_id in gone:
            del where.messages[message_id]

"""Who is in a chat, as the Bot API tells a bot that asks."""

from collections.abc import Mapping
from typing import Any

from bot.demo.events import Person
from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.world import Chat, World, user

Arguments = Mapping[str, Any]

_POWERS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


class ChatMembers:
    """The methods about members; a bot can look up people one by one, and list the admins alone."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def member(self, given: Arguments) -> Any:
        chat = self._readable(given)
        if given["user_id"] == self._world.bot["id"]:
            return {"user": self._world.bot, "status": "member"}
        everybody = self._world.people.values()
        person = next((one for one in everybody if one.telegram_id == given["user_id"]), None)
        if person is None:
            raise Refused("Bad Request: user not found", violation=False)
        return _member(chat, person)

    async def count(self, given: Arguments) -> Any:
        return len(self._readable(given).members) + 1

    async def administrators(self, given: Arguments) -> Any:
        chat = self._readable(given)
        if chat.type == "private":
            raise Refused("Bad Request: there are no administrators in the private chat")
        return [_member(chat, person) for person in chat.admins]

    def _readable(self, given: Arguments) -> Chat:
        return self._world.writable(given["chat_id"], even_blocked=True)


def _member(chat: Chat, person: Person) -> dict[str, Any]:
    told = {"user": user(person)}
    if person.id in chat.removed:
        return told | {"status": "kicked", "until_date": 0}
    if person.id not in {one.id for one in chat.members}:
        return told | {"status": "left"}
    if person.id not in {one.id for one in chat.admins}:
        return told | {"status": "member"}
    if person.id == chat.admins[0].id:
        return told | {"status": "creator", "is_anonymous": False}
    powers = dict.fromkeys(_POWERS, True)
    return told | {"status": "administrator", "can_be_edited": False, "is_anonymous": False, **powers}

"""A platform that answers as told, for tests of linking (`bot.membership.Membership`)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.chat.people import ChatUser, Conversation
from bot.membership import MembershipUnknown, PlaceSeen, Seen, Standing


@dataclass
class ThePlatform:
    """Everybody is a full member unless `standings` says otherwise; with None there it does not tell."""

    standings: dict[ChatUser, Standing | None] = field(default_factory=dict)
    groups: dict[str, set[ChatUser]] = field(default_factory=dict)
    channels: dict[str, Sequence[ChatUser] | None] = field(default_factory=dict)
    open_to: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    async def person(self, user: ChatUser) -> Seen:
        self.asked += 1
        standing = self.standings.get(user, Standing.MEMBER)
        if standing is None:
            raise MembershipUnknown("platform_silent")
        return Seen(user, standing, f"Name of {user.user_id}")

    async def members(self, place: Conversation, known: Sequence[ChatUser]) -> Sequence[Seen]:
        users = self.channels.get(place.id)
        if users is None:
            raise MembershipUnknown("members_not_readable")
        return [Seen(user, self.standings.get(user) or Standing.MEMBER, user.user_id) for user in users]

    async def attends(self, user: ChatUser, place: Conversation) -> bool:
        return any(seen.user == user for seen in await self.members(place, ()))

    async def place(self, place: Conversation) -> PlaceSeen:
        return PlaceSeen(place.id, self.open_to.get(place.id, ""))

    async def in_group(self, user: ChatUser, group_id: str) -> bool:
        return user in self.groups.get(group_id, set())

"""Slack's word on its people: who is a full member of their own workspace, and who is in a channel.

Fields are read strictly: somebody is a full member only if every field that must say so does.
Source: https://docs.slack.dev/reference/objects/user-object
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from bot.chat.people import ChatUser, Conversation, Platform
from bot.delivery import DeliveryDelayed, DeliveryImpossible
from bot.handlers.slack.apis import SlackApis
from bot.handlers.slack.remembered import Remembered
from bot.membership import MembershipUnknown, PlaceSeen, Seen, Standing

PATIENCE_SECONDS = 3.0
MOST_MEMBERS = 200
"""People of a channel who are looked up; a larger one is unknown."""
AT_ONCE = 8
MOST_TEAMS = 10
"""Workspaces of one organisation in which a user group is looked for."""
GROUP_KEPT_SECONDS = 60.0
GROUPS_KEPT = 256
_SHARED = ("is_ext_shared", "is_pending_ext_shared", "is_org_shared")
"""What must be plainly false of a channel that is this workspace's alone.

Source: https://docs.slack.dev/reference/objects/conversation-object
"""
_NOT_THERE = frozenset({"user_not_found", "users_not_found"})
_SLACKBOT = "USLACKBOT"


class SlackMembership:
    """Asks Slack (`bot.membership.Membership`). Remembers who is in a user group for a minute."""

    def __init__(self, apis: SlackApis, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._apis = apis
        self._groups: Remembered[tuple[str, str], frozenset[str]] = Remembered(GROUPS_KEPT, clock)

    async def person(self, user: ChatUser) -> Seen:
        """How a person stands in the workspace their identity names."""
        with _unknown_unless_told():
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    profile = await self._apis.of(user.workspace).person(user.user_id)
            except DeliveryImpossible as refused:
                if refused.reason in _NOT_THERE:
                    return Seen(user, Standing.GONE)
                raise
        return seen_in(profile, user)

    async def members(self, place: Conversation, known: Sequence[ChatUser]) -> Sequence[Seen]:
        """Everybody in a channel, each looked up; a channel Slack shows us no members of is unknown."""
        api = self._apis.of(place.workspace)
        with _unknown_unless_told():
            async with asyncio.timeout(PATIENCE_SECONDS * 4):
                channel = await api.channel(place.id)
                if channel.get("is_im") or channel.get("is_mpim"):
                    raise MembershipUnknown("not_a_channel")
                if channel.get("is_pending_ext_shared") is not False:
                    # People are on their way whom nobody lists yet, and they will read what is there.
                    raise MembershipUnknown("is_pending_ext_shared")
                ids = await api.channel_members(place.id, MOST_MEMBERS)
                if len(ids) > MOST_MEMBERS:
                    raise MembershipUnknown("too_many_members")
                me = str((await api.whoami())["user_id"])
                free = asyncio.Semaphore(AT_ONCE)
                return await asyncio.gather(*(self._there(place, one, free) for one in ids if one != me))

    async def attends(self, user: ChatUser, place: Conversation) -> bool:
        """Slack lists everybody or nobody, so it has nothing to add where not everybody is known."""
        raise MembershipUnknown("not_listed")

    async def place(self, place: Conversation) -> PlaceSeen:
        """A channel's name and with whom it is shared, asked for every time."""
        with _unknown_unless_told():
            async with asyncio.timeout(PATIENCE_SECONDS):
                channel = await self._apis.of(place.workspace).channel(place.id)
        if channel.get("is_im") or channel.get("is_mpim"):
            raise MembershipUnknown("not_a_channel")
        name = channel.get("name")
        open_to = next((flag for flag in _SHARED if channel.get(flag) is not False), "")
        return PlaceSeen(name[:80] if isinstance(name, str) else "", open_to)

    async def in_group(self, user: ChatUser, group_id: str) -> bool:
        """Whether a person is in a user group of their workspace."""
        key = (user.workspace, group_id)
        people = self._groups.get(key)
        if people is None:
            with _unknown_unless_told():
                async with asyncio.timeout(PATIENCE_SECONDS):
                    people = await self._group(user, group_id)
            self._groups.put(key, people, seconds=GROUP_KEPT_SECONDS)
        return user.user_id in people

    async def _group(self, user: ChatUser, group_id: str) -> frozenset[str]:
        api = self._apis.of(user.workspace)
        if not user.workspace.startswith("E"):
            return await api.group_members(group_id)
        # The token of an organisation speaks for all its workspaces, and groups are of one of them.
        profile = await api.person(user.user_id)
        for team in _teams(profile)[:MOST_TEAMS]:
            try:
                return await api.group_members(group_id, team=team)
            except DeliveryImpossible as refused:
                if refused.reason != "no_such_subteam":
                    raise
        raise MembershipUnknown("no_such_subteam")

    async def _there(self, place: Conversation, user_id: str, free: asyncio.Semaphore) -> Seen:
        """Somebody in a channel, as a person of their own workspace."""
        async with free:
            profile = await self._apis.of(place.workspace).person(user_id)
        home = home_of(profile)
        if home is None:
            raise MembershipUnknown("member_without_team")
        user = ChatUser(Platform.SLACK, user_id, home)
        here = seen_in(profile, user)
        # Another workspace's member is a stranger here, whoever they are at home.
        foreign = profile.get("is_stranger") or place.workspace not in _homes(profile)
        return Seen(user, Standing.STRANGER, here.name) if foreign else here


@contextmanager
def _unknown_unless_told() -> Iterator[None]:
    try:
        yield
    except (DeliveryImpossible, DeliveryDelayed, TimeoutError, KeyError) as error:
        raise MembershipUnknown(getattr(error, "reason", type(error).__name__)) from error


def seen_in(profile: Mapping[str, Any], user: ChatUser) -> Seen:
    """What a user object says of a person; nothing in it can make it raise."""
    return Seen(user, _standing(profile, user), name_of(profile))


def home_of(profile: Mapping[str, Any]) -> str | None:
    """The organisation an account belongs to: an enterprise where there is one, else a team."""
    enterprise = profile.get("enterprise_user")
    if isinstance(enterprise, Mapping) and isinstance(enterprise.get("enterprise_id"), str):
        return str(enterprise["enterprise_id"]) or None
    team = profile.get("team_id")
    return team if isinstance(team, str) and team else None


def _teams(profile: Mapping[str, Any]) -> list[str]:
    """The workspaces of its organisation that an account is in."""
    enterprise = profile.get("enterprise_user")
    teams: object = enterprise.get("teams") if isinstance(enterprise, Mapping) else None
    return [one for one in teams if isinstance(one, str)] if isinstance(teams, list | tuple) else []


def _homes(profile: Mapping[str, Any]) -> frozenset[object]:
    """The workspaces, and the enterprise, that an account is at home in."""
    return frozenset((profile.get("team_id"), home_of(profile), *_teams(profile)))


def name_of(profile: Mapping[str, Any]) -> str:
    """What people call them, for people to read."""
    name = profile.get("real_name") or profile.get("name")
    return name[:80] if isinstance(name, str) else ""


def _standing(profile: Mapping[str, Any], user: ChatUser) -> Standing:
    if profile.get("id") != user.user_id:
        return Standing.STRANGER
    if profile.get("deleted") is not False:
        return Standing.GONE if profile.get("deleted") is True else Standing.STRANGER
    if profile.get("is_bot") is not False or user.user_id == _SLACKBOT:
        return Standing.BOT
    if home_of(profile) != user.workspace or profile.get("is_stranger", False) is not False:
        return Standing.STRANGER
    guest = ("is_restricted", "is_ultra_restricted")
    if (
        any(profile.get(flag) is not False for flag in guest)
        or profile.get("is_invited_user", False) is not False
    ):
        return Standing.GUEST
    if profile.get("is_email_confirmed") is not True:
        return Standing.UNCONFIRMED
    return Standing.ADMIN if True in (profile.get("is_admin"), profile.get("is_owner")) else Standing.MEMBER

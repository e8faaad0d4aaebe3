"""What Telegram says of people and groups. It has no workspaces, and lets no bot list a group."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from telegram.constants import ChatMemberStatus
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot

from bot.chat.people import ChatUser, Conversation, Platform
from bot.handlers.telegram.client import bot_id
from bot.handlers.telegram.events import PSEUDO_USERS
from bot.membership import MembershipUnknown, PlaceSeen, Seen, Standing

MOST_MEMBERS: Final = 50
"""People of a group who are looked up; a larger one is unknown."""
PATIENCE_SECONDS: Final = 8.0
AT_ONCE: Final = 8
"""Look-ups of one group under way together."""

_INSIDE: Final = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER})
_NOT_THERE: Final = ("user not found", "member not found", "participant_id_invalid", "user_id_invalid")
"""What Telegram answers for somebody it does not know in that group."""


class TelegramMembership:
    """Telegram's word on its people (`bot.membership.Membership`)."""

    def __init__(self, bot: ExtBot[None]) -> None:
        self._bot = bot
        self._me = bot_id(bot.token)

    async def person(self, user: ChatUser) -> Seen:
        """Every account is a full member of the workspace Telegram does not have; nobody is asked.

        Raises MembershipUnknown for what is no person's account.
        """
        if _account(user) is None:
            raise MembershipUnknown("not_a_person")
        return Seen(user, Standing.MEMBER)

    async def members(self, place: Conversation, known: Sequence[ChatUser]) -> Sequence[Seen]:
        """Those of the `known` people who are in a group, if they and this bot are all who is in it.

        Raises MembershipUnknown: `too_many_members` for more than 50 known, `strangers_present`,
        `timed_out` after 8 s, or what Telegram's refusal is called.
        """
        chat = _group(place)
        people = {account: user for user in known if (account := _account(user)) is not None}
        people.pop(self._me, None)
        if len(people) > MOST_MEMBERS:
            raise MembershipUnknown("too_many_members")
        with _unknown_unless_told():
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._if_all(chat, people)

    async def attends(self, user: ChatUser, place: Conversation) -> bool:
        """Whether a person is in a group, whoever else is."""
        chat, account = _group(place), _account(user)
        if account is None:
            raise MembershipUnknown("not_a_person")
        with _unknown_unless_told():
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._member(chat, account) is not None

    async def place(self, place: Conversation) -> PlaceSeen:
        """A group is nobody's but its members', who are all looked up or unknown."""
        _group(place)
        return PlaceSeen()

    async def in_group(self, user: ChatUser, group_id: str) -> bool:
        """Telegram has no user groups: always MembershipUnknown."""
        raise MembershipUnknown("no_user_groups")

    async def _if_all(self, chat: int, people: dict[int, ChatUser]) -> Sequence[Seen]:
        count = await self._bot.get_chat_member_count(chat)
        if count > len(people) + 1:
            # Spares the look-ups; what they would say cannot matter any more.
            raise MembershipUnknown("strangers_present")
        # The bot is looked up too: one that was removed is not the one that makes up the number.
        me, *found = await self._looked_up(chat, (self._me, *people))
        inside = [
            _seen(user, member)
            for user, member in zip(people.values(), found, strict=True)
            if member is not None
        ]
        if me is None or count != len(inside) + 1:
            raise MembershipUnknown("strangers_present")
        # Somebody may have come while we looked.
        if await self._bot.get_chat_member_count(chat) != count:
            raise MembershipUnknown("strangers_present")
        return inside

    async def _looked_up(self, chat: int, accounts: Sequence[int]) -> Sequence[Mapping[str, Any] | None]:
        slots = asyncio.Semaphore(AT_ONCE)

        async def look_up(account: int) -> Mapping[str, Any] | None:
            async with slots:
                return await self._member(chat, account)

        tasks = [asyncio.create_task(look_up(account)) for account in accounts]
        try:
            return await asyncio.gather(*tasks)
        finally:
            # After a failure or a time-out nobody waits for the others.
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _member(self, chat: int, account: int) -> Mapping[str, Any] | None:
        """Somebody who is in a group, as `User`; None for who is not."""
        asked = {"chat_id": chat, "user_id": account}
        try:
            # Raw, because the library cannot read a member without every right it knows of; the Bot API
            # takes any case, and written like its own method the library would warn at each call.
            member = await self._bot.do_api_request("getchatmember", api_kwargs=asked)
        except BadRequest as error:
            # If they are in it all the same, the number of members says so.
            if any(reason in str(error).lower() for reason in _NOT_THERE):
                return None
            raise
        restricted = member["status"] == ChatMemberStatus.RESTRICTED
        inside = member["is_member"] is True if restricted else member["status"] in _INSIDE
        user: Mapping[str, Any] = member["user"]
        return user if inside and user["id"] == account else None


@contextmanager
def _unknown_unless_told() -> Iterator[None]:
    """Whatever keeps Telegram from telling is a MembershipUnknown."""
    try:
        yield
    except TimeoutError as error:
        raise MembershipUnknown("timed_out") from error
    except TelegramError as error:
        raise MembershipUnknown(_reason(error)) from error
    except (KeyError, TypeError, ValueError) as error:
        raise MembershipUnknown("unreadable") from error


def _seen(user: ChatUser, member: Mapping[str, Any]) -> Seen:
    name = " ".join(filter(None, (member["first_name"], member.get("last_name"))))
    return Seen(user, Standing.BOT if member["is_bot"] else Standing.MEMBER, name)


def _account(user: ChatUser) -> int | None:
    """The number of a person's account; None for what no person has."""
    if user.platform is not Platform.TELEGRAM or user.workspace:
        return None
    try:
        account = int(user.user_id)
    except ValueError:
        return None
    written_plainly = str(account) == user.user_id
    return account if written_plainly and account > 0 and account not in PSEUDO_USERS else None


def _group(place: Conversation) -> int:
    try:
        chat = int(place.id)
    except ValueError:
        chat = 0
    if place.platform is not Platform.TELEGRAM or place.private or chat >= 0:
        raise MembershipUnknown("not_a_group")
    return chat


def _reason(error: TelegramError) -> str:
    match error:
        case RetryAfter():
            return "rate_limited"
        case ChatMigrated():
            return "chat_migrated"
        case Forbidden():
            return "forbidden"
        case BadRequest():
            return "bad_request"
        case InvalidToken() | EndPointNotFound():
            return "token_refused"
        case TimedOut():
            return "timed_out"
    return "network"

"""What buttons say of one person: for an export of their data, and to be forgotten with them."""

from collections.abc import Callable, Collection, Mapping, Sequence

from bot.answers import acts
from bot.chat.people import ChatUser, Platform
from bot.memory import MadeButton, Memory

_NAMING = (
    acts.MEMBER,
    acts.CHANGE_ROLE,
    acts.SHOW_REACH,
    acts.CHANGE_REACH,
    acts.REMOVE_MEMBER,
    acts.INVITE,
    acts.RESEND_CODE,
    acts.UNDO_SHARE,
    acts.POSTED_SHARE,
)
"""Buttons that hold a person's key, their Slack id, or an address somebody typed."""


async def buttons_about(memory: Memory, user: ChatUser, emails: Collection[str]) -> Sequence[MadeButton]:
    """Buttons that name a person, or one of their addresses."""
    return await memory.made(_NAMING, _naming(user, emails))


async def forget_buttons(memory: Memory, user: ChatUser, emails: Collection[str]) -> None:
    """Forget the buttons that name a person, or one of their addresses."""
    await memory.forget([one.reference for one in await buttons_about(memory, user, emails)])


def _naming(user: ChatUser, emails: Collection[str]) -> Callable[[Mapping[str, str]], bool]:
    # An invitation names a colleague in the inviter's workspace by id alone.
    keys = {user.key, user.user_id} if user.platform is Platform.SLACK else {user.key}
    addresses = {email.casefold() for email in emails}
    return lambda values: values.get("person") in keys or values.get("email", "").casefold() in addresses

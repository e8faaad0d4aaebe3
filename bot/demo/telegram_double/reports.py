"""What Telegram sends besides text and presses, in its own shapes."""

import time
from collections.abc import Callable, Coroutine, Generator, Mapping
from typing import Any

from bot.demo.events import Person
from bot.demo.telegram_double.world import Chat, name_of, user


def contact_card(subject: Person, *, forwarded: bool) -> dict[str, Any]:
    """The contact of somebody with an account; Telegram often sends the number without "+"."""
    if not subject.phone:
        raise LookupError(f"{subject.id} has no phone")
    number = subject.phone.removeprefix("+")
    card = {
        "contact": {"phone_number": number, **name_of(subject), "user_id": subject.telegram_id},
    }
    if not forwarded:
        return card
    return card | {"forward_origin": {"type": "user", "date": _now(), "sender_user": user(subject)}}


def blocking(chat: Chat, bot: Mapping[str, Any], *, blocked: bool) -> dict[str, Any]:
    """The `my_chat_member` of a private chat."""
    member = {"user": dict(bot), "status": "member"}
    kicked = {"user": dict(bot), "status": "kicked", "until_date": 0}
    return {
        "chat": chat.payload(),
        "from": user(chat.members[0]),
        "date": _now(),
        "old_chat_member": member if blocked else kicked,
        "new_chat_member": kicked if blocked else member,
    }


class Told:
    """Tells the bot when awaited, and only then."""

    def __init__(self, tell: Callable[[], Coroutine[Any, Any, int]]) -> None:
        self._tell = tell

    def __await__(self) -> Generator[Any, None, int]:
        return self._tell().__await__()


def _now() -> int:
    return int(time.time())

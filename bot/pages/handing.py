"""Links to the page of orders, and to documents too large for a chat: for one person, once, for a while."""

from collections.abc import Callable
from datetime import datetime

from bot.chat.files import OrderFile
from bot.chat.messages import Message
from bot.chat.people import ChatUser, Reader
from bot.delivery import OneTimeLink
from bot.pages.promises import PROMISE_LASTS, Promises
from bot.pages.sessions import TICKET_LASTS, Sessions
from bot.store import utc_now


class PageLinks:
    """Makes links to the orders (`answers.desk.Browser`).

    Whoever has one first opens it: a browser brings nobody's word along.
    """

    def __init__(
        self, sessions: Sessions, public_url: str, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._clock = clock
        self._sessions = sessions
        self._public_url = public_url

    async def orders(self, user: ChatUser, company_id: int, reader: Reader) -> OneTimeLink:
        ends_at = self._clock() + TICKET_LASTS
        token = await self._sessions.ticket(user, company_id, reader)
        return OneTimeLink(f"{self._public_url}/app/open/{token}", ends_at)


class PromiseLinks:
    """Makes links to documents (`delivery.FileLinks`), which open for the sender alone, in Telegram."""

    def __init__(
        self, promises: Promises, public_url: str, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._clock = clock
        self._promises = promises
        self._public_url = public_url

    async def link(self, message: Message, file: OrderFile, reader: Reader) -> OneTimeLink:
        ends_at = self._clock() + PROMISE_LASTS
        token = await self._promises.make(message.sender, file, reader)
        return OneTimeLink(f"{self._public_url}/app/file/{token}", ends_at)

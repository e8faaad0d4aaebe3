"""Links to documents too large for a chat, and to the page of orders: for one person, once, for a while."""

from collections.abc import Callable
from datetime import datetime

from bot.chat.files import OrderFile
from bot.chat.messages import Message
from bot.chat.people import ChatUser, Reader
from bot.delivery import OneTimeLink
from bot.pages.sessions import TICKET_LASTS, Sessions
from bot.store import utc_now


class PageLinks:
    """Makes links to our pages (`delivery.FileLinks`, `answers.desk.Browser`)."""

    def __init__(
        self, sessions: Sessions, public_url: str, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._clock = clock
        self._sessions = sessions
        self._public_url = public_url

    async def link(self, message: Message, file: OrderFile, reader: Reader) -> OneTimeLink:
        ends_at = self._clock() + TICKET_LASTS
        token = await self._sessions.ticket(message.sender, file.company_id, "file", reader, file.document)
        return OneTimeLink(f"{self._public_url}/app/file/{token}", ends_at)

    async def orders(self, user: ChatUser, company_id: int, reader: Reader) -> OneTimeLink:
        ends_at = self._clock() + TICKET_LASTS
        token = await self._sessions.ticket(user, company_id, "orders", reader)
        return OneTimeLink(f"{self._public_url}/app/open/{token}", ends_at)

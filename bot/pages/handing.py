"""Links to documents that are too large for a chat: for one person, once, for a quarter of an hour."""

from collections.abc import Callable
from datetime import datetime

from bot.chat import Message, OrderFile, Reader
from bot.delivery import FileLink
from bot.pages.sessions import TICKET_LASTS, Sessions
from bot.store import utc_now


class PageLinks:
    """Makes links to the page that hands a document over (`delivery.FileLinks`)."""

    def __init__(
        self, sessions: Sessions, public_url: str, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._clock = clock
        self._sessions = sessions
        self._public_url = public_url

    async def link(self, message: Message, file: OrderFile, reader: Reader) -> FileLink:
        ends_at = self._clock() + TICKET_LASTS
        token = await self._sessions.ticket(message.sender, file.company_id, "file", reader, file.document)
        return FileLink(f"{self._public_url}/app/file/{token}", ends_at)

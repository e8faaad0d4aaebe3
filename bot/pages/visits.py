"""Who stands behind a request, what they may see now, and what they are told when that is nothing."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.answers.asking import no_company
from bot.answers.desk import Desk, Turn
from bot.answers.notebook import Notebook
from bot.chat.messages import Asked, Message
from bot.chat.people import ChatUser, Conversation, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Say
from bot.linking import Access, LinkedCompany
from bot.pages.init_data import NotVouched, Vouched, vouched
from bot.pages.sessions import Sessions, Ticket

_LOCALES = {"en": "en", "pt": "pt-BR", "es": "es"}


class Refused(Exception):
    """A request that is not answered with what it asks for; `phrase` tells the person why, below `title`."""

    def __init__(
        self, status: int, phrase: Phrase, reader: Reader | None = None, *, title: Phrase | None = None
    ) -> None:
        super().__init__(phrase.key)
        self.status = status
        self.phrase = phrase
        self.reader = reader
        self.title = title or Phrase("page_title")


def link_over(reader: Reader | None = None) -> Refused:
    """A link that was used, is too old, is somebody else's, or never was: one answer for all of them."""
    return Refused(404, Phrase("page_link_over"), reader, title=Phrase("page_link_over_title"))


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request in the right of a person, decided now."""

    turn: Turn
    access: Access
    company: LinkedCompany

    @property
    def reader(self) -> Reader:
        return self.turn.reader

    @property
    def user(self) -> ChatUser:
        return self.turn.message.sender


@dataclass(frozen=True, kw_only=True)
class Porter:
    """Lets people in. `telegram_token` is empty where there is no Telegram."""

    desk: Desk
    sessions: Sessions
    telegram_token: str
    fallback: Reader
    clock: Callable[[], datetime]

    async def enter(self, init_data: str, time_zone: str) -> str:
        """The token of a new session for whom Telegram vouches; raises Refused."""
        found = self.vouched(init_data)
        reader = self.reader_of(found.language, time_zone)
        access = await self.desk.linking.access(found.user)
        company = self._current(found.user, access, reader)
        token = await self.sessions.open(found.user, company, reader, proof=found.proof)
        if token is None:
            structlog.get_logger().warning("page_not_opened", reason="shown_again")
            raise Refused(401, Phrase("page_not_vouched"), reader)
        return token

    def vouched(self, init_data: str) -> Vouched:
        """Who opened a page in Telegram, by its word of just now; raises Refused."""
        try:
            if not self.telegram_token:
                raise NotVouched("no_telegram")
            return vouched(init_data, token=self.telegram_token, now=self.clock())
        except NotVouched as refused:
            structlog.get_logger().warning("page_not_opened", reason=refused.reason)
            raise Refused(401, Phrase("page_not_vouched")) from refused

    async def redeem(self, token: str) -> tuple[str, Ticket]:
        """The token of a new session by a link somebody was sent; raises Refused."""
        ticket = await self.sessions.redeemed(token)
        if ticket is None:
            raise link_over()
        access = await self.desk.linking.access(ticket.user, concerning=ticket.company_id)
        company = access.company(ticket.company_id)
        if company is None:
            raise self._nothing(ticket.user, access, ticket.reader)
        session = await self.sessions.open(ticket.user, company, ticket.reader, proof=token)
        if session is None:
            raise link_over(ticket.reader)
        return session, ticket

    async def visit(self, token: str) -> Visit:
        """Who asks, with the right they have now; raises Refused, and ends a session whose link has ended."""
        opened = await self.sessions.of(token)
        if opened is None:
            raise Refused(401, Phrase("page_ended"))
        access = await self.desk.linking.access(opened.user, concerning=opened.company_id)
        company = access.company(opened.company_id)
        if company is None and access.unsure:
            raise self._nothing(opened.user, access, opened.reader)
        if company is None or company.verified_at != opened.linked_at:
            await self.sessions.end(token)
            raise Refused(401, Phrase("page_ended"), opened.reader)
        return Visit(
            turn=self._turn(opened.user, access, opened.reader, company), access=access, company=company
        )

    async def turn_to(self, token: str, visit: Visit, company_id: int) -> Visit:
        """The same person at another of their companies; raises Refused."""
        company = visit.access.company(company_id)
        if company is None:
            raise Refused(404, Phrase("page_bad_request"), visit.reader)
        await self.sessions.turn_to(token, company)
        return replace(visit, company=company, turn=replace(visit.turn, company=company))

    def reader_of(self, language: str, time_zone: str = "") -> Reader:
        """The reader of a language code or an Accept-Language header, and a time zone by name."""
        first = language.partition(",")[0].partition(";")[0]
        named = first.strip().replace("_", "-").partition("-")[0].lower()
        known = Reader(time_zone=time_zone)
        return Reader(
            locale=_LOCALES.get(named, self.fallback.locale),
            time_zone=time_zone if known.zone.key == time_zone else self.fallback.time_zone,
        )

    def _current(self, user: ChatUser, access: Access, reader: Reader) -> LinkedCompany:
        if access.current is None:
            raise self._nothing(user, access, reader)
        return access.current

    def _nothing(self, user: ChatUser, access: Access, reader: Reader) -> Refused:
        said = no_company(self._turn(user, access, reader, None))
        phrase = next(part.phrase for part in said.parts if isinstance(part, Say))
        return Refused(503 if access.unsure else 403, phrase, reader)

    def _turn(self, user: ChatUser, access: Access, reader: Reader, company: LinkedCompany | None) -> Turn:
        """A request as a turn of talk, so that what answers a chat answers a page."""
        now = self.clock()
        message = Message(
            id=f"page:{secrets.token_hex(8)}",
            sender=user,
            conversation=Conversation(user.platform, "page", user.workspace),
            content=Asked(""),
            received_at=now,
        )
        return Turn(
            message=message,
            reader=reader,
            access=access,
            now=now,
            notebook=Notebook(self.desk.memory),
            company=company,
        )

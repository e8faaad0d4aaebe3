"""Who has a page open, and links that open one once.

Nothing here grants a right: it says who asks, and for which company; access is decided at every request.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from bot.chat.people import ChatUser, Platform, Reader
from bot.keys import Keys, Sealed
from bot.linking import LinkedCompany
from bot.linking.links import person
from bot.pages.tables import PageSession, PageTicket
from bot.store import Store, add, utc_now

SESSION_LASTS = timedelta(hours=2)
TICKET_LASTS = timedelta(minutes=15)
OPENS_PER_PROOF = 3
"""A page that is loaded again shows the same words of Telegram's again; a thief would too."""
TOKEN_LENGTH = 43
_OPENS = "orders"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A page that is open."""

    user: ChatUser
    company_id: int
    linked_at: datetime
    reader: Reader


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """Whose orders a link opens."""

    user: ChatUser
    company_id: int
    reader: Reader
    ends_at: datetime


class Sessions:
    """Sessions and tickets, in the store. Holds no state of its own."""

    def __init__(self, store: Store, keys: Keys, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def open(self, user: ChatUser, company: LinkedCompany, reader: Reader, *, proof: str) -> str | None:
        """The token of a new session, which takes the place of one that was opened with the same proof.

        None where the proof has opened as many as it may.
        """
        token, now = secrets.token_urlsafe(32), self._clock()
        proofs = self._keys.digests("page-proof", proof)
        same_proof = col(PageSession.proof).in_(proofs)
        async with self._store.writing() as session:
            await self._store.lock(session, f"page-proof:{proofs[0]}")
            used = (await session.exec(select(func.count()).where(same_proof))).one()
            if used >= OPENS_PER_PROOF:
                return None
            await session.exec(update(PageSession).where(same_proof).values(ended=True))
            row = {
                "token": self._digest(token),
                **person(user),
                "company_id": company.company_id,
                "linked_at": company.verified_at,
                "proof": proofs[0],
                "locale": reader.locale,
                "time_zone": reader.time_zone,
                "opened_at": now,
                "ends_at": now + SESSION_LASTS,
                "ended": False,
            }
            await add(session, PageSession, [row])
        return token

    async def of(self, token: str) -> Opened | None:
        """The session of a token; None for one that ended, and one that never was."""
        if len(token) != TOKEN_LENGTH:
            return None
        async with self._store.reading() as session:
            found = await session.exec(
                select(PageSession).where(
                    *self._is(PageSession, token),
                    col(PageSession.ended).is_(False),
                    col(PageSession.ends_at) > self._clock(),
                )
            )
            row = found.first()
        if row is None:
            return None
        return Opened(
            user=ChatUser(Platform(row.platform), row.user_id, row.workspace),
            company_id=row.company_id,
            linked_at=row.linked_at,
            reader=Reader(row.locale, row.time_zone),
        )

    async def turn_to(self, token: str, company: LinkedCompany) -> None:
        """Make a session one for another company."""
        async with self._store.writing() as session:
            await session.exec(
                update(PageSession)
                .where(*self._is(PageSession, token))
                .values(company_id=company.company_id, linked_at=company.verified_at)
            )

    async def end(self, token: str) -> None:
        async with self._store.writing() as session:
            await session.exec(update(PageSession).where(*self._is(PageSession, token)).values(ended=True))

    async def ticket(self, user: ChatUser, company_id: int, reader: Reader) -> str:
        """The token of a link that opens the orders, once within 15 minutes."""
        token, now = secrets.token_urlsafe(32), self._clock()
        row = ticket_row(self._digest(token), _OPENS, user, company_id, reader, now, now + TICKET_LASTS)
        async with self._store.writing() as session:
            await add(session, PageTicket, [row])
        return token

    async def looked_at(self, token: str) -> Ticket | None:
        """What a link would open, without opening it; None for one that is used, too old or not ours."""
        if len(token) != TOKEN_LENGTH:
            return None
        async with self._store.reading() as session:
            found = await session.exec(select(PageTicket).where(*self._is_good(token)))
            row = found.first()
        return None if row is None else _read(row)

    async def redeemed(self, token: str) -> Ticket | None:
        """What a link opens, once: of two at the same time one gets it."""
        if len(token) != TOKEN_LENGTH:
            return None
        async with self._store.writing() as session:
            taken = await session.exec(
                update(PageTicket)
                .where(*self._is_good(token))
                .values(used_at=self._clock())
                .returning(col(PageTicket.token))
            )
            digest = taken.scalars().first()
            if digest is None:
                return None
            row = (await session.exec(select(PageTicket).where(col(PageTicket.token) == digest))).one()
        return _read(row)

    def _is(self, table: type[PageSession] | type[PageTicket], token: str) -> list[Any]:
        return [col(table.token).in_(self._keys.digests("page-token", token))]

    def _is_good(self, token: str) -> list[Any]:
        return [
            *self._is(PageTicket, token),
            col(PageTicket.opens) == _OPENS,
            col(PageTicket.used_at).is_(None),
            col(PageTicket.ends_at) > self._clock(),
        ]

    def _digest(self, token: str) -> str:
        return self._keys.digest("page-token", token)


def ticket_row(
    digest: str,
    opens: str,
    user: ChatUser,
    company_id: int,
    reader: Reader,
    made_at: datetime,
    ends_at: datetime,
    document: Sealed | None = None,
) -> Mapping[str, Any]:
    """What is kept of a token that opens something for a person once: a page, or a sealed `document`."""
    return {
        "token": digest,
        "opens": opens,
        **person(user),
        "company_id": company_id,
        "document": document,
        "locale": reader.locale,
        "time_zone": reader.time_zone,
        "made_at": made_at,
        "ends_at": ends_at,
        "used_at": None,
    }


def _read(row: PageTicket) -> Ticket:
    return Ticket(
        user=ChatUser(Platform(row.platform), row.user_id, row.workspace),
        company_id=row.company_id,
        reader=Reader(row.locale, row.time_zone),
        ends_at=row.ends_at,
    )


async def prune_pages(store: Store, before: datetime) -> None:
    """Forget sessions and links that ended before a moment."""
    async with store.writing() as session:
        await session.exec(delete(PageSession).where(col(PageSession.ends_at) < before))
        await session.exec(delete(PageTicket).where(col(PageTicket.ends_at) < before))


async def export_pages(store: Store, user: ChatUser) -> dict[str, object]:
    """When a person opened pages, and asked for links, as far back as it is kept; for JSON."""
    async with store.reading() as session:
        pages = (await session.exec(select(PageSession).where(*_of(PageSession, user)))).all()
        links = (await session.exec(select(PageTicket).where(*_of(PageTicket, user)))).all()
    return {
        "pages opened": [{"company_id": one.company_id, "at": one.opened_at.isoformat()} for one in pages],
        "links to pages and files": [
            {"company_id": one.company_id, "opens": one.opens, "at": one.made_at.isoformat()} for one in links
        ],
    }


async def forget_pages(store: Store, user: ChatUser) -> None:
    """End and forget all of a person's pages and links."""
    async with store.writing() as session:
        await session.exec(delete(PageSession).where(*_of(PageSession, user)))
        await session.exec(delete(PageTicket).where(*_of(PageTicket, user)))


def _of(table: type[PageSession] | type[PageTicket], user: ChatUser) -> list[Any]:
    return [col(getattr(table, name)) == value for name, value in person(user).items()]

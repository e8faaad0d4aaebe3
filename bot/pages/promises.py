"""Documents promised to one person, and the proof by which a browser fetches one.

What is promised is opened by nobody else, however they came by its token. Whoever fetches a file for a
person (Telegram's own apps do, and browsers) brings no word of theirs along: for them a proof is made once
the person was seen to be there, good for a moment. Access is decided again when the file is handed over.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, literal, update
from sqlmodel import col, select

from bot.chat.files import OrderFile
from bot.chat.people import ChatUser, Platform, Reader
from bot.keys import Keys, NotOurs, Sealed
from bot.linking.links import person
from bot.orders import Document
from bot.pages.sessions import TOKEN_LENGTH, ticket_row
from bot.pages.tables import PageTicket
from bot.store import Store, UtcDateTime, add, utc_now

PROMISE_LASTS = timedelta(minutes=15)
PROOF_LASTS = timedelta(minutes=2)
LONGEST_PROOF = 500
"""Characters; ours have about 250."""
ASKED_BY_TELEGRAM = 3
"""How often Telegram's apps may ask for one file. The one for Android asks once for its size, reads
nothing of it, asks the person, and fetches it then; its browser asks twice as well.
Source: TMessagesProj/src/main/java/org/telegram/ui/bots/BotDownloads.java in DrKLO/Telegram."""
ASKED_BY_A_BROWSER = 1
_OPENS = "file"
_DOCUMENT = TypeAdapter(Document)


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A document somebody was promised."""

    user: ChatUser
    file: OrderFile
    reader: Reader
    ends_at: datetime


class Promises:
    """Promises, in the store. Holds no state of its own."""

    def __init__(self, store: Store, keys: Keys, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def make(self, user: ChatUser, file: OrderFile, reader: Reader) -> str:
        """The token of a promise: to this person, once, within 15 minutes."""
        token, now = secrets.token_urlsafe(32), self._clock()
        digest = self._keys.digest("page-promise", token)
        document = self._keys.seal(_DOCUMENT.dump_json(file.document).decode())
        row = ticket_row(digest, _OPENS, user, file.company_id, reader, now, now + PROMISE_LASTS, document)
        async with self._store.writing() as session:
            await add(session, PageTicket, [row])
        return token

    async def of(self, token: str, user: ChatUser) -> Promise | None:
        """What this person was promised; None for somebody else's as for none, a used one and an old one."""
        if len(token) != TOKEN_LENGTH:
            return None
        theirs = [col(getattr(PageTicket, name)) == value for name, value in person(user).items()]
        async with self._store.reading() as session:
            found = await session.exec(
                select(PageTicket).where(*self._lasting(token), col(PageTicket.used_at).is_(None), *theirs)
            )
            row = found.first()
        return None if row is None else self._read(row)

    def proof(self, token: str, *, asked: int) -> str:
        """What lets whoever shows it fetch a promised file, begun at most so often, within two minutes.

        For a promise that was just seen to hold.
        """
        ends_at = int((self._clock() + PROOF_LASTS).timestamp())
        return self._keys.seal(json.dumps(["page", "proof", token, asked, ends_at])).token

    async def fetching(self, proof: str) -> Promise | None:
        """What would be fetched by a proof, without beginning it."""
        token, asked = self._shown(proof)
        async with self._store.reading() as session:
            row = (await session.exec(select(PageTicket).where(*self._unspent(token, asked)))).first()
        return None if row is None else self._read(row)

    async def fetched(self, proof: str) -> Promise | None:
        """What is fetched by a proof. The promise is used with the first time: no other proof is made."""
        token, asked = self._shown(proof)
        now = literal(self._clock(), UtcDateTime())
        async with self._store.writing() as session:
            taken = await session.exec(
                update(PageTicket)
                .where(*self._unspent(token, asked))
                .values(begun=col(PageTicket.begun) + 1, used_at=func.coalesce(col(PageTicket.used_at), now))
                .returning(col(PageTicket.token))
            )
            digest = taken.scalars().first()
            if digest is None:
                return None
            row = (await session.exec(select(PageTicket).where(col(PageTicket.token) == digest))).one()
        return self._read(row)

    def _shown(self, proof: str) -> tuple[str, int]:
        """The token a proof is for, and how often it may be begun; nothing where it proves nothing now."""
        if len(proof) > LONGEST_PROOF or not proof.isascii():
            return "", 0
        try:
            opened = json.loads(self._keys.open(Sealed(proof)))
        except (NotOurs, ValueError):
            return "", 0
        match opened:
            case ["page", "proof", str(token), int(asked), int(ends_at)]:
                if self._clock() < datetime.fromtimestamp(ends_at, UTC):
                    return token, asked
        return "", 0

    def _lasting(self, token: str) -> list[Any]:
        return [
            col(PageTicket.token).in_(self._keys.digests("page-promise", token)),
            col(PageTicket.opens) == _OPENS,
            col(PageTicket.ends_at) > self._clock(),
        ]

    def _unspent(self, token: str, asked: int) -> list[Any]:
        return [*self._lasting(token), col(PageTicket.begun) < asked]

    def _read(self, row: PageTicket) -> Promise | None:
        if row.document is None:
            return None
        try:
            document = _DOCUMENT.validate_json(self._keys.open(row.document))
        except NotOurs:
            return None
        return Promise(
            user=ChatUser(Platform(row.platform), row.user_id, row.workspace),
            file=OrderFile(row.company_id, document),
            reader=Reader(row.locale, row.time_zone),
            ends_at=row.ends_at,
        )

"""How a platform names files it holds already, so that the same bytes need not be sent to it again.

A name is found only by the account that sent the file, the company it was sent for, the document and its
exact bytes together: what changed is sent anew, and what another company was sent is never found. Nothing
is handed over on its strength: the document was fetched and access decided before anybody asks here.
"""

import json
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Field, col, select

from bot.chat.files import OrderFile
from bot.delivery import OpenedFile
from bot.keys import Keys, NotOurs, Sealed
from bot.store import Digest, SealedText, Store, Table, UtcDateTime, upsert, utc_now


class SentFile(Table, table=True):
    """A file a platform holds."""

    __tablename__ = "sent_files"

    file: str = Field(sa_type=Digest, primary_key=True)
    company_id: int = Field(foreign_key="companies.id", ondelete="CASCADE", index=True)
    name: Sealed = Field(sa_type=SealedText)
    """What the platform calls it."""
    sent_at: datetime = Field(sa_type=UtcDateTime, index=True)


class StoredFiles:
    """What was sent (`delivery.SentFiles`), in the store. Holds no state of its own."""

    def __init__(self, store: Store, keys: Keys, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def known(self, account: str, file: OrderFile, opened: OpenedFile) -> str | None:
        if not opened.version:
            return None
        digests = self._keys.digests("sent-file", _one(account, file, opened))
        statement = select(SentFile).where(
            col(SentFile.file).in_(digests), col(SentFile.company_id) == file.company_id
        )
        async with self._store.reading() as session:
            row = (await session.exec(statement.limit(1))).first()
        if row is None:
            return None
        try:
            return self._keys.open(row.name)
        except NotOurs:
            return None

    async def sent(self, account: str, file: OrderFile, opened: OpenedFile, name: str) -> None:
        if not opened.version:
            return
        values = {
            "file": self._keys.digest("sent-file", _one(account, file, opened)),
            "company_id": file.company_id,
            "name": self._keys.seal(name),
            "sent_at": self._clock(),
        }
        async with self._store.writing() as session:
            await upsert(session, SentFile, values, unique=("file",), returning="company_id")

    async def forget(self, account: str, file: OrderFile, opened: OpenedFile) -> None:
        digests = self._keys.digests("sent-file", _one(account, file, opened))
        async with self._store.writing() as session:
            await session.exec(delete(SentFile).where(col(SentFile.file).in_(digests)))


async def prune_sent_files(store: Store, before: datetime) -> None:
    """Forget what was first sent before a moment."""
    async with store.writing() as session:
        await session.exec(delete(SentFile).where(col(SentFile.sent_at) < before))


def _one(account: str, file: OrderFile, opened: OpenedFile) -> str:
    document = file.document
    where = [document.erp, document.company_key, document.order_number, document.id]
    return json.dumps([account, file.company_id, *where, opened.version])

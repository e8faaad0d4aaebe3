"""The shelves: one for each company whose numbers are kept, and how far each has been brought."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, update
from sqlmodel import col, select

from bot.keys import Keys, NotOurs
from bot.numbers.tables import PURPOSE, ShelfRow
from bot.store import Store, upsert, utc_now

TAKEN_FOR = timedelta(minutes=15)
"""Longer than a round with one company may take: a process that died is waited for no longer."""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A company's numbers, taken by this process to bring them up to date."""

    id: int
    erp: str
    company_key: str
    orders: int
    began_at: datetime | None = None
    """When its first filling began."""
    filled: bool = False
    cursor: str | None = None
    """Where the ERP's list goes on; None from its beginning."""
    fresh_at: datetime | None = None
    """All that changed before is in it."""


class Shelves:
    """Takes shelves and puts them back. Holds no state."""

    def __init__(self, store: Store, keys: Keys, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    async def take(self, erp: str, company_key: str, *, unless_fresh_since: datetime) -> Shelf | None:
        """The shelf of a company, made where there is none; None where nothing is to be done.

        That is so while another process has it, or when it was brought up to date since that moment. One
        that was filled under another secret key comes back empty: nothing would be found in it.
        """
        now, check = self._clock(), self._keys.digest(PURPOSE, "check")
        own = (col(ShelfRow.erp) == erp, col(ShelfRow.company_key) == company_key)
        async with self._store.writing() as session:
            await self._store.lock(session, f"numbers:{erp}:{company_key}")
            await session.exec(delete(ShelfRow).where(*own, col(ShelfRow.key_check) != check))
            made = {"erp": erp, "company_key": company_key, "key_check": check, "orders": 0, "filled": False}
            await upsert(
                session, ShelfRow, made, unique=("erp", "company_key"), change=("erp",), returning="id"
            )
            taken = await session.exec(
                update(ShelfRow)
                .where(
                    *own,
                    or_(col(ShelfRow.taken_until).is_(None), col(ShelfRow.taken_until) < now),
                    or_(col(ShelfRow.fresh_at).is_(None), col(ShelfRow.fresh_at) < unless_fresh_since),
                )
                .values(taken_until=now + TAKEN_FOR)
                .returning(col(ShelfRow.id))
            )
            if taken.first() is None:
                return None
            row = (await session.exec(select(ShelfRow).where(*own))).one()
        return self._shelf(row)

    async def put_back(self, shelf: Shelf) -> None:
        """Note how far it has been brought, and let others have it."""
        async with self._store.writing() as session:
            await session.exec(
                update(ShelfRow)
                .where(col(ShelfRow.id) == shelf.id)
                .values(
                    taken_until=None,
                    began_at=shelf.began_at,
                    filled=shelf.filled,
                    cursor=self._keys.seal(shelf.cursor) if shelf.cursor else None,
                    fresh_at=shelf.fresh_at,
                )
            )

    async def keep_only(self, companies: Collection[tuple[str, str]]) -> int:
        """Drop the numbers of all companies but these, by ERP and key; how many companies went."""
        async with self._store.reading() as session:
            found = await session.exec(select(ShelfRow.id, ShelfRow.erp, ShelfRow.company_key))
            gone = [shelf_id for shelf_id, *company in found if tuple(company) not in companies]
        for shelf_id in gone:
            async with self._store.writing() as session:
                await session.exec(delete(ShelfRow).where(col(ShelfRow.id) == shelf_id))
        return len(gone)

    def _shelf(self, row: ShelfRow) -> Shelf:
        known: dict[str, Any] = {
            name: getattr(row, name) for name in ("erp", "company_key", "orders", "began_at", "filled")
        }
        try:
            cursor = self._keys.open(row.cursor) if row.cursor else None
        except NotOurs:
            cursor = None
        return Shelf(id=row.id or 0, cursor=cursor, fresh_at=row.fresh_at, **known)

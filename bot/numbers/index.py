"""The index in the store: looks numbers up, and keeps those of orders."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import and_, delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.keys import Keys
from bot.numbers.entries import Entries, merged
from bot.numbers.finding import Found, found_under
from bot.numbers.matching import exact_texts, near_texts, nearest, same_number, typed
from bot.numbers.tables import MarkRow, OrderRow, ShelfRow
from bot.numbers.values import Known, Near, known_of
from bot.orders import Order, Reference
from bot.scope import CompanyScope
from bot.store import Store, add, utc_now

_SLICE = 200
_MOST_SEEN = 5_000


class Numbers:
    """Which of a company's orders a number means, and which come near.

    Nobody waits for it: it is filled in the background (`bot.numbers.filling`), and what is not in it yet
    is only not suggested.
    """

    def __init__(self, store: Store, keys: Keys, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._entries = Entries(keys)
        self._clock = clock
        self._seen: deque[Known] = deque(maxlen=_MOST_SEEN)

    async def look_up(self, scope: CompanyScope, reference: Reference) -> Near:
        """Orders of the scope with this very number, or else at most five with one like it.

        Of the scope's companies only, and of its contact's own orders only where it is bound to one.
        """
        asked, now = typed(reference), self._clock()
        exact, near = exact_texts(asked), near_texts(asked)
        if not exact:
            return Near()
        marked = dict(zip(self._entries.marks(near), near.values(), strict=True))
        marks = set(self._entries.marks(exact))
        found = await found_under(self._store, scope, {*marks, *marked})
        same = same_number(asked, self._opened(scope, (row for row in found if row.text_mark in marks)), now)
        if same:
            return Near(same=same)
        # The likeliest mistake is the last, and stays.
        like = sorted(
            ((marked[row.text_mark], row) for row in found if row.text_mark in marked),
            key=lambda one: -one[0],
        )
        each = {(row.erp, row.company_key, row.order_mark): (mistake, row) for mistake, row in like}
        return Near(nearest=nearest(asked, each.values(), partial(self._opened_one, scope), now))

    async def keep(self, orders: Iterable[Known]) -> None:
        """Note the numbers of orders of companies that have a shelf; of others nothing is kept."""
        by_company: dict[tuple[str, str], dict[str, Known]] = {}
        for known in orders:
            by_company.setdefault((known.erp, known.company_key), {})[known.order_number] = known
        for (erp, company_key), own in by_company.items():
            each = list(own.values())
            for start in range(0, len(each), _SLICE):
                async with self._store.writing() as session:
                    await self._store.lock(session, f"numbers:{erp}:{company_key}")
                    await self._keep(session, erp, company_key, each[start : start + _SLICE])

    def saw(self, orders: Iterable[Order]) -> None:
        """Note orders that an answer passed by; they are kept when nobody waits (`keep_seen`)."""
        for order in orders:
            known = known_of(order)
            if known is not None:
                self._seen.append(known)

    async def keep_seen(self) -> None:
        """Keep the numbers of the orders seen since the last time."""
        seen = list(self._seen)
        self._seen.clear()
        await self.keep(seen)

    async def forget_before(self, placed_before: datetime) -> int:
        """Drop orders from before a moment, and those without a date that were not seen since; how many."""
        gone = 0
        async with self._store.reading() as session:
            shelves = (await session.exec(select(col(ShelfRow.id)))).all()
        old = (
            col(OrderRow.placed_on) < placed_before,
            and_(col(OrderRow.placed_on).is_(None), col(OrderRow.seen_at) < placed_before),
        )
        for shelf_id in shelves:
            for condition in old:
                while slice_gone := await self._forget_some(shelf_id, condition):
                    gone += slice_gone
        return gone

    async def trim(self, erp: str, company_key: str, most: int) -> None:
        """Drop the oldest orders of a company above a number of them."""
        async with self._store.reading() as session:
            shelf = (await session.exec(_shelf(erp, company_key))).first()
            if shelf is None or shelf.orders <= most:
                return
            newest_first = (
                select(col(OrderRow.placed_on))
                .where(col(OrderRow.shelf_id) == shelf.id, col(OrderRow.placed_on).is_not(None))
                .order_by(col(OrderRow.placed_on).desc())
            )
            bound = (await session.exec(newest_first.offset(most).limit(1))).first()
        if bound is not None:
            while await self._forget_some(shelf.id, col(OrderRow.placed_on) <= bound):
                pass

    def _opened(self, scope: CompanyScope, rows: Iterable[Found]) -> list[Known]:
        """Each order once; those of colleagues left out where the scope is one contact's own."""
        each = {(row.erp, row.company_key, row.order_mark): row for row in rows}
        return [known for row in each.values() if (known := self._opened_one(scope, row)) is not None]

    def _opened_one(self, scope: CompanyScope, row: Found) -> Known | None:
        known = self._entries.opened(row)
        return known if known is not None and may_see(scope, known) else None

    async def _keep(self, session: AsyncSession, erp: str, company_key: str, orders: Sequence[Known]) -> None:
        shelf = (await session.exec(_shelf(erp, company_key))).first()
        if shelf is None or shelf.key_check != self._entries.key_check:
            return
        marks = self._entries.by_mark(orders)
        rows = await self._rows(session, shelf, list(marks))
        known_before = {mark: self._entries.opened(row) for mark, row in rows.items()}
        fresh: dict[int, Known] = {}
        for mark, order in marks.items():
            now_known = merged(order, known_before.get(mark))
            if mark not in rows or rows[mark].content != self._entries.content(now_known):
                fresh[mark] = now_known
        await self._drop(session, shelf.id, {mark: known_before[mark] for mark in fresh if mark in rows})
        order_rows, mark_rows = self._entries.rows(shelf.id or 0, list(fresh.values()), self._clock())
        await add(session, OrderRow, order_rows)
        await add(session, MarkRow, mark_rows)
        await _count(session, shelf.id, len(fresh.keys() - rows.keys()))

    async def _forget_some(self, shelf_id: int | None, condition: Any) -> int:
        async with self._store.writing() as session:
            some = (
                select(*ROW_COLUMNS)
                .join(ShelfRow, col(ShelfRow.id) == col(OrderRow.shelf_id))
                .where(col(OrderRow.shelf_id) == shelf_id, condition)
                .limit(_SLICE)
            )
            found = (await (await session.connection()).execute(some)).all()
            await self._drop(session, shelf_id, {row.order_mark: self._entries.opened(row) for row in found})
            await _count(session, shelf_id, -len(found))
        return len(found)

    async def _drop(
        self, session: AsyncSession, shelf_id: int | None, orders: Mapping[int, Known | None]
    ) -> None:
        """Take orders off a shelf with all they are found by."""
        texts = {mark for known in orders.values() if known for mark in self._entries.text_marks(known)}
        if not orders:
            return
        await session.exec(
            delete(MarkRow).where(
                col(MarkRow.shelf_id) == shelf_id,
                col(MarkRow.mark).in_(texts),
                col(MarkRow.order_mark).in_(orders),
            )
        )
        await session.exec(
            delete(OrderRow).where(col(OrderRow.shelf_id) == shelf_id, col(OrderRow.mark).in_(orders))
        )

    async def _rows(self, session: AsyncSession, shelf: ShelfRow, marks: Sequence[int]) -> dict[int, Any]:
        statement = (
            select(*ROW_COLUMNS)
            .join(ShelfRow, col(ShelfRow.id) == col(OrderRow.shelf_id))
            .where(col(OrderRow.shelf_id) == shelf.id, col(OrderRow.mark).in_(marks))
        )
        found = await (await session.connection()).execute(statement)
        return {row.order_mark: row for row in found}


ROW_COLUMNS: tuple[Any, ...] = (
    col(ShelfRow.erp).label("erp"),
    col(ShelfRow.company_key).label("company_key"),
    col(OrderRow.mark).label("order_mark"),
    col(OrderRow.placed_on).label("placed_on"),
    col(OrderRow.is_open).label("is_open"),
    col(OrderRow.content).label("content"),
    col(OrderRow.entry).label("entry"),
)


def _shelf(erp: str, company_key: str) -> Any:
    return select(ShelfRow).where(col(ShelfRow.erp) == erp, col(ShelfRow.company_key) == company_key)


async def _count(session: AsyncSession, shelf_id: int | None, more: int) -> None:
    if more:
        orders = col(ShelfRow.orders)
        await session.exec(update(ShelfRow).where(col(ShelfRow.id) == shelf_id).values(orders=orders + more))


def may_see(scope: CompanyScope, known: Known) -> bool:
    """Whether an order is one of the scope's: of one contact's own where it is bound to one."""
    if scope.within(known.erp, known.company_key) is None:
        return False
    if scope.placed_by is None:
        return True
    return known.placed_by is not None and _name(known.placed_by) == _name(scope.placed_by)


def _name(text: str) -> str:
    return " ".join(text.casefold().split())

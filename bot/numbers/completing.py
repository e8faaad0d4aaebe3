"""Completes a number while it is typed, from the company's own orders and from the store alone."""

import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import and_, tuple_
from sqlmodel import col, select

from bot.keys import Keys
from bot.numbers.entries import Entries
from bot.numbers.index import ROW_COLUMNS, Numbers, may_see
from bot.numbers.tables import OrderRow, ShelfRow
from bot.numbers.values import Known
from bot.orders import Reference
from bot.scope import CompanyScope
from bot.store import Store

LOOKED_THROUGH = 400
"""The newest orders of a scope are opened and compared; an older one is completed by its whole number."""
LONGEST = 60
_SHORTEST_WHOLE = 3


class Completer:
    """Holds the store and the keys, and no state."""

    def __init__(self, store: Store, keys: Keys, numbers: Numbers) -> None:
        self._store = store
        self._entries = Entries(keys)
        self._numbers = numbers

    async def complete(self, scope: CompanyScope, typed: str, limit: int) -> Sequence[Known]:
        """Orders of the scope with a number that holds what was typed: those that begin with it first, then
        the newest. With nothing typed the newest orders, open ones first."""
        part = _plain(typed[:LONGEST])
        newest = await self._newest(scope)
        if not part:
            return sorted(newest, key=lambda known: not known.is_open)[:limit]
        found = sorted(
            (known for known in newest if _place(part, known) is not None),
            key=lambda known: _place(part, known) or 0,
        )
        if len(found) < limit and len(part) >= _SHORTEST_WHOLE:
            near = await self._numbers.look_up(scope, Reference(typed.strip()[:LONGEST]))
            found = _each_once((*found, *near.same, *(near.nearest if not found else ())))
        return found[:limit]

    async def _newest(self, scope: CompanyScope) -> list[Known]:
        companies = [(erp, key) for erp in scope.erps if (part := scope.within(erp)) for key in part.keys]
        statement = (
            select(*ROW_COLUMNS)
            .select_from(ShelfRow)
            .join(OrderRow, and_(col(OrderRow.shelf_id) == col(ShelfRow.id)))
            .where(
                tuple_(col(ShelfRow.erp), col(ShelfRow.company_key)).in_(companies),
                col(OrderRow.placed_on).is_not(None),
            )
            .order_by(col(OrderRow.placed_on).desc(), col(OrderRow.mark))
            .limit(LOOKED_THROUGH)
        )
        async with self._store.reading() as session:
            rows = (await (await session.connection()).execute(statement)).all()
        opened = (self._entries.opened(row) for row in rows)
        return [known for known in opened if known is not None and may_see(scope, known)]


def _plain(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _place(part: str, known: Known) -> int | None:
    """0 where a number begins with it, 1 where one holds it."""
    numbers = [_plain(number) for _, number in known.numbers()]
    if any(number.startswith(part) for number in numbers):
        return 0
    return 1 if any(part in number for number in numbers) else None


def _each_once(orders: Iterable[Known]) -> list[Known]:
    return list({known.identity: known for known in orders}.values())

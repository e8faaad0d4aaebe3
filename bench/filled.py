"""A company's shelf with very many orders on it, at once: rows in the order of their keys, all in one go.

In the order in which orders come each of their rows lies on another page, and a million of them take an hour.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import text

from bot.keys import Keys, Sealed
from bot.numbers.entries import Entries, Row
from bot.numbers.shelves import Shelves
from bot.numbers.tables import MarkRow, OrderRow
from bot.numbers.values import Known
from bot.store import Store, Table, adding

SHELF = 1
_AT_ONCE = 10_000


async def fill(stores: Sequence[Store], keys: Keys, orders: Sequence[Known], now: datetime) -> None:
    """The same rows in each, made once, as `bot.numbers` makes them; on a shelf that is new."""
    for store in stores:
        one = orders[0]
        taken = await Shelves(store, keys).take(one.erp, one.company_key, unless_fresh_since=now)
        assert taken is not None
        assert taken.id == SHELF
    entries, marked = Entries(keys), list[tuple[int, int]]()
    in_order = [known for _, known in sorted(entries.by_mark(orders).items())]
    for some in _parts(in_order):
        order_rows, mark_rows = entries.rows(SHELF, some, now)
        marked += ((row["mark"], row["order_mark"]) for row in mark_rows)
        for store in stores:
            await _add(store, OrderRow, order_rows)
    marked.sort()
    for some in _parts(marked):
        mark_rows = [{"shelf_id": SHELF, "mark": mark, "order_mark": order} for mark, order in some]
        for store in stores:
            await _add(store, MarkRow, mark_rows)
    for store in stores:
        async with store.writing() as session:
            await session.exec(text("ANALYZE"))  # type: ignore[call-overload]


async def _add(store: Store, table: type[Table], rows: Sequence[Row]) -> None:
    if store.dialect == "sqlite":
        await store.write([adding(table, rows)])
        return
    async with store.engine.begin() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        # Else the shelf is looked for anew for every row.
        await driver.execute("SET LOCAL session_replication_role = replica")
        copying = f"COPY {table.__tablename__} ({', '.join(rows[0])}) FROM STDIN"
        async with driver.cursor() as cursor, cursor.copy(copying) as copy:
            for row in rows:
                await copy.write_row(tuple(_plain(row)))


def _plain(row: Mapping[str, Any]) -> Iterator[Any]:
    for value in row.values():
        yield value.token if isinstance(value, Sealed) else value


def _parts(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        yield some

"""Finds orders by the marks of their texts, in one statement: what every look-up waits for.

In plain words, and its rows as the driver gives them: through SQLAlchemy both take longer than finding does.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.keys import Sealed
from bot.numbers.tables import MarkRow, OrderRow, ShelfRow
from bot.scope import CompanyScope
from bot.store import Store, moment_of

MOST_FOUND = 400
"""Rows read for one question: texts that very many orders share find no more."""


class Found(NamedTuple):
    """An order, and by which of the texts it is kept under it was found."""

    text_mark: int
    erp: str
    company_key: str
    order_mark: int
    placed_on: datetime | None
    is_open: bool
    entry: Sealed


async def found_under(store: Store, scope: CompanyScope, marks: Collection[int]) -> Sequence[Found]:
    """The scope's orders that are kept under any of these marks of texts."""
    companies = [(erp, key) for erp in scope.erps if (part := scope.within(erp)) for key in part.keys]
    # One value for all of them: to bind two hundred takes longer than to find them.
    listed = json.dumps(list(marks))
    if store.dialect == "sqlite":
        words, values = _ON_SQLITE, {"marks": listed}
    else:
        words, values = _ON_POSTGRESQL, {"marks": f"{{{listed[1:-1]}}}"}
    if len(companies) == 1:
        values["erp"], values["company_key"] = companies[0]
        statement = words["one company"]
    else:
        values["companies"] = json.dumps(companies)
        statement = words["several"]
    return [
        Found(mark, erp, company_key, order, moment_of(placed_on), bool(is_open), Sealed(entry))
        for mark, erp, company_key, order, placed_on, is_open, entry in await store.bare(statement, values)
    ]


def _statement(own: str, marked: str) -> str:
    return (
        "SELECT marks.mark, shelves.erp, shelves.company_key, orders.mark, orders.placed_on, orders.is_open, "  # noqa: S608
        f"orders.entry FROM {ShelfRow.__tablename__} AS shelves "
        f"JOIN {MarkRow.__tablename__} AS marks ON marks.shelf_id = shelves.id "
        f"JOIN {OrderRow.__tablename__} AS orders "
        "ON orders.shelf_id = marks.shelf_id AND orders.mark = marks.order_mark "
        f"WHERE {own} AND marks.mark {marked} LIMIT {MOST_FOUND}"
    )


_MARKED_ON_SQLITE = "IN (SELECT value FROM json_each(:marks))"
_ON_SQLITE: Mapping[str, str] = {
    "one company": _statement("shelves.erp = :erp AND shelves.company_key = :company_key", _MARKED_ON_SQLITE),
    "several": _statement(
        "(shelves.erp, shelves.company_key) IN (SELECT json_extract(value, '$[0]'), "
        "json_extract(value, '$[1]') FROM json_each(:companies))",
        _MARKED_ON_SQLITE,
    ),
}
_MARKED_ON_POSTGRESQL = "= ANY (CAST(%(marks)s AS bigint[]))"
_ON_POSTGRESQL: Mapping[str, str] = {
    "one company": _statement(
        "shelves.erp = %(erp)s AND shelves.company_key = %(company_key)s", _MARKED_ON_POSTGRESQL
    ),
    "several": _statement(
        "(shelves.erp, shelves.company_key) IN (SELECT value->>0, value->>1 "
        "FROM jsonb_array_elements(CAST(%(companies)s AS jsonb)) AS asked(value))",
        _MARKED_ON_POSTGRESQL,
    ),
}

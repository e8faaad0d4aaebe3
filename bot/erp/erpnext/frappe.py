"""Frappe's interface: list queries and methods, and the rows that come back.

Sources: frappe/client.py, frappe/desk/reportview.py, frappe/model/db_query.py (14, 15),
frappe/database/query.py (16).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.erp import fields
from bot.erp.calls import ErpHttp
from bot.erp.errors import ErpBadAnswer

Row = Mapping[str, object]
Condition = tuple[str, str, str, str | int | Sequence[str] | Sequence[int]]
"""Doctype (the parent's, or a child table's), field, operator, value."""

_GET_LIST = "/api/method/frappe.client.get_list"
_ROWS = 1000
_CALLS_MAX = 20


@dataclass(frozen=True, kw_only=True)
class Query:
    """A list query of one doctype.

    `filters` hold all, `either` hold at least one. A field of a child table is `table.field`; naming
    one, or filtering by one, brings the parent once for each of its child rows. `order` are fields of
    the parent, each with its direction; the last of them is unique.
    """

    doctype: str
    fields: Sequence[str]
    filters: Sequence[Condition]
    either: Sequence[Condition] = ()
    order: Sequence[tuple[str, str]]


class Frappe:
    """One site, asked with one token; `erp` is its name in the log."""

    def __init__(self, http: ErpHttp, *, erp: str) -> None:
        self._http = http
        self._erp = erp

    async def rows(self, query: Query, *, start: int = 0, limit: int = _ROWS) -> list[Row]:
        """Rows `start` to `start + limit` of the join.

        Posted, although nothing is written: gunicorn takes no address above 4094 characters, which
        a few dozen order numbers exceed.
        """
        body = {
            "doctype": query.doctype,
            "fields": list(query.fields),
            "filters": [list(condition) for condition in query.filters],
            "or_filters": [list(condition) for condition in query.either],
            # With its table: where a child is joined, versions 14 and 15 find a bare name ambiguous.
            "order_by": ", ".join(f"`tab{query.doctype}`.`{name}` {way}" for name, way in query.order),
            "limit_start": start,
            "limit_page_length": limit,
        }
        answer = await self._http.post(_GET_LIST, body)
        return listed(_message(answer.status, answer.ok, answer.body))

    async def whole(self, query: Query, *, rows: int = _ROWS) -> list[Row]:
        """All rows, in one call where they fit.

        The last parent of a full answer may have more rows than came: it is asked for again, whole.
        """
        found: list[Row] = []
        for _ in range(_CALLS_MAX):
            part = await self.rows(query, start=len(found), limit=rows)
            if len(part) < rows:
                return found + part
            last = part[-1].get("name")
            settled = [row for row in part if row.get("name") != last]
            found += settled or part
        log = structlog.get_logger()
        log.warning("answer_cut", reason="too_many_rows", doctype=query.doctype)
        return found

    async def owned(self, query: Query, keys: Sequence[str]) -> list[Row]:
        """All rows of a query that are these customers'."""
        return own(await self.whole(query), keys, erp=self._erp)

    async def ask(self, method: str, **params: str) -> object:
        """What a method that only reads answers."""
        answer = await self._http.get(f"/api/method/{method}", list(params.items()))
        return _message(answer.status, answer.ok, answer.body)


def listed(message: object) -> list[Row]:
    """The rows of a list; ErpBadAnswer for anything else."""
    if not isinstance(message, list):
        raise ErpBadAnswer("no list of rows")
    return fields.records({"rows": message}, "rows", most=len(message))


def own(rows: Sequence[Row], keys: Sequence[str], *, field: str = "customer", erp: str) -> list[Row]:
    """The rows of these customers, by the exact name: the server compares without case and accents."""
    kept = [row for row in rows if row.get(field) in keys]
    if len(kept) < len(rows):
        log = structlog.get_logger()
        log.warning("foreign_record_dropped", erp=erp, reason="row_of_other_company")
    return kept


def _message(status: int, ok: bool, body: object) -> object:
    if not ok:
        # 417 for a field it does not know, 404 for a method; the text in it is not for us.
        raise ErpBadAnswer(f"status {status}")
    if not isinstance(body, dict) or "message" not in body:
        raise ErpBadAnswer("no message")
    return body["message"]

"""A list query as Frappe answers it, with what surprises those who send one.

Sources: frappe/client.py get_list, frappe/desk/reportview.py validate_args, frappe/model/db_query.py
(14 and 15), frappe/database/query.py and frappe/model/qb_query.py (16).
"""

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tests.erp.erpnext.meta import DOCTYPES, DocType

Doc = Mapping[str, object]
Joined = Mapping[str, Doc]
"""One row of the join: by doctype, the parent and one row of each joined child table (or nothing)."""

_FIELD = re.compile(r"(?:(?:`tab([\w -]+)`|(\w+))\.)?`?(\w+)`?(?:\s+as\s+`?(\w+)`?)?", re.IGNORECASE)
_CALL = re.compile(r"\w+\s*\(")


class Refusal(Exception):
    """What Frappe raises: the exception's name decides the status."""

    STATUS: Mapping[str, int] = {
        "AuthenticationError": 401,
        "PermissionError": 403,
        "DoesNotExistError": 404,
        "DataError": 417,
        "ValidationError": 417,
        "OperationalError": 500,
    }

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message

    @property
    def status(self) -> int:
        return self.STATUS[self.kind]


@dataclass(frozen=True)
class Column:
    doctype: str
    name: str
    label: str


@dataclass(frozen=True)
class Condition:
    doctype: str
    name: str
    operator: str
    value: object


def listed(
    doctype: str, docs: Iterable[Doc], asked: Mapping[str, object], *, version: int
) -> list[dict[str, object]]:
    """The rows of `get_list`. Whoever calls has checked the right to read the doctype."""
    meta = DOCTYPES[doctype]
    columns = [_column(meta, told, version) for told in _strings(asked.get("fields") or ["name"])]
    wanted = [_condition(meta, told) for told in _conditions(asked.get("filters"))]
    either = [_condition(meta, told) for told in _conditions(asked.get("or_filters"))]
    named = {one.doctype for one in columns} | {one.doctype for one in (*wanted, *either)}
    children = named - {doctype}
    start = int(str(asked.get("limit_start") or 0))
    rows = [
        row
        for doc in docs
        for row in _joined(meta, doc, sorted(children), backwards=start > 0)
        if all(_holds(one, row) for one in wanted) and (not either or any(_holds(one, row) for one in either))
    ]
    for told in reversed(str(asked.get("order_by") or "modified desc").split(",")):
        (table, name), descending = _order(meta, told.strip(), children, version)
        rows.sort(key=_sorting(table, name), reverse=descending)
    length = int(str(asked.get("limit_page_length", 20)))
    shown = rows[start : start + length] if length else rows[start:]
    # Two columns of one name: the later one stays, as in a dict of a database cursor.
    return [{one.label: row[one.doctype].get(one.name) for one in columns} for row in shown]


def _column(meta: DocType, told: str, version: int) -> Column:
    if _CALL.match(told):
        kind = "ValidationError" if version >= 16 else "DataError"
        raise Refusal(kind, f"SQL functions are not allowed as strings in SELECT: <b>{told}</b>")
    match = _FIELD.fullmatch(told.strip())
    if match is None:
        raise Refusal("PermissionError", f"Invalid field format for SELECT: {told}")
    quoted, table, name, label = match.groups()
    doctype = quoted or (meta.tables.get(table) if table else meta.name)
    known = DOCTYPES.get(doctype or "")
    if known is None or not known.has(name):
        raise Refusal("DataError", f"Field not permitted in query: <b>{told}</b>")
    return Column(known.name, name, label or name)


def _condition(meta: DocType, told: Sequence[object]) -> Condition:
    if len(told) == 4:
        doctype, name, operator, value = told
    elif len(told) == 3:
        (name, operator, value), doctype = told, meta.name
    else:
        raise Refusal("ValidationError", f"Unknown filter format: {told}")
    known = DOCTYPES.get(str(doctype))
    if known is None or (known is not meta and known.name not in meta.tables.values()):
        raise Refusal("PermissionError", f"Insufficient Permission for <b>{doctype}</b>")
    if not known.has(str(name)):
        raise Refusal("DataError", f"Field not permitted in query: <b>{name}</b>")
    return Condition(known.name, str(name), str(operator).lower(), value)


def _order(meta: DocType, told: str, children: Iterable[str], version: int) -> tuple[tuple[str, str], bool]:
    words = told.rsplit(" ", 1)
    descending = len(words) == 2 and words[1].lower() == "desc"
    match = _FIELD.fullmatch(words[0] if len(words) == 2 and words[1].lower() in ("asc", "desc") else told)
    if match is None:
        raise Refusal("ValidationError", f"Invalid field format in Order By: {told}")
    quoted, table, name, _ = match.groups()
    doctype = quoted or (meta.tables.get(table) if table else meta.name)
    if not quoted and version < 16 and any(DOCTYPES[child].has(name) for child in children):
        # Up to 15 the clause goes to MariaDB as it came.
        raise Refusal("OperationalError", f"(1052, \"Column '{name}' in order clause is ambiguous\")")
    if doctype is None or not DOCTYPES[doctype].has(name):
        raise Refusal("DataError", f"Field not permitted in query: <b>{told}</b>")
    return (doctype, name), descending


def _sorting(table: str, name: str) -> Callable[[Joined], tuple[int, float, str]]:
    return lambda row: _sortable(row[table].get(name))


def _joined(meta: DocType, doc: Doc, children: Sequence[str], *, backwards: bool) -> Iterator[Joined]:
    """A left join of each child table: a parent comes once for every combination of its children.

    In which order children come, no database promises: those of a later page come the other way round.
    """
    by_child = {child: field for field, child in meta.tables.items()}
    choices: list[list[Doc]] = []
    for child in children:
        rows = doc.get(by_child[child])
        choices.append(
            [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) and rows else [{}]
        )
    combinations = list(itertools.product(*choices))
    for combination in reversed(combinations) if backwards else combinations:
        yield {meta.name: doc, **dict(zip(children, combination, strict=True))}


def _holds(one: Condition, row: Joined) -> bool:
    stored = row[one.doctype].get(one.name)
    match one.operator:
        case "in" | "not in":
            values = one.value if isinstance(one.value, list) else str(one.value).split(",")
            # An empty list is an empty string to MariaDB, and an empty string is no value.
            told = "" if stored is None else stored
            found = any(_folded(told) == _folded(value) for value in values or [""])
            return found is (one.operator == "in")
        case "=":
            return _folded(stored) == _folded(one.value)
        case "!=":
            return _folded(stored) != _folded(one.value)
        case "like" | "not like":
            found = _like(str(one.value), str(stored or ""))
            return found is (one.operator == "like")
        case ">" | "<" | ">=" | "<=":
            if stored is None or stored == "":
                return False
            left, right = _sortable(stored), _sortable(one.value)
            above = {">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}
            return above[one.operator]
    raise Refusal("ValidationError", f"Operator must be one of =, in, like: {one.operator}")


def _folded(value: object) -> object:
    """utf8mb4_unicode_ci with PAD SPACE: case, accents and trailing spaces do not count."""
    if isinstance(value, str):
        plain = unicodedata.normalize("NFKD", value.rstrip(" "))
        return "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    return value


def _like(pattern: str, text: str) -> bool:
    parts = []
    for char in str(_folded(pattern)):
        parts.append(".*" if char == "%" else "." if char == "_" else re.escape(char))
    return re.fullmatch("".join(parts), str(_folded(text)), re.DOTALL) is not None


def _sortable(value: object) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, bool | int | float):
        return (1, float(value), "")
    if isinstance(value, date | datetime):
        return (2, 0.0, value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat())
    return (2, 0.0, str(_folded(value)))


def _strings(told: object) -> list[str]:
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise Refusal("ValidationError", "Fields must be a list of strings")
    return told


def _conditions(told: object) -> list[list[object]]:
    if told is None:
        return []
    if not isinstance(told, list) or not all(isinstance(one, list) for one in told):
        raise Refusal("ValidationError", "Filters must be a list of lists")
    return told

"""Search domains as Odoo evaluates them: polish notation, dotted paths, hierarchies, wildcards."""

import re
from collections.abc import Callable, Sequence
from typing import Any

Test = Callable[[int], bool]
_LIKES = ("like", "ilike", "not like", "not ilike", "=like", "=ilike")


def evaluate(domain: Sequence[Any], one: Callable[[Sequence[Any]], Test]) -> Test:
    """A test of record ids. Terms that no operator joins are joined by "and"; none means everything."""
    stack: list[Test] = []
    for term in reversed(domain):
        if term == "!":
            inner = stack.pop()
            stack.append(lambda row, inner=inner: not inner(row))  # type: ignore[misc]
        elif term in ("&", "|"):
            left, right = stack.pop(), stack.pop()
            stack.append(_joined(term, left, right))
        elif isinstance(term, list | tuple) and len(term) == 3:
            stack.append(one(term))
        else:
            raise ValueError(f"Invalid leaf {term!r}")
    return lambda row: all(test(row) for test in stack)


def _joined(operator: str, left: Test, right: Test) -> Test:
    if operator == "&":
        return lambda row: left(row) and right(row)
    return lambda row: left(row) or right(row)


def compares(operator: str, value: Any) -> Callable[[Any], bool]:
    """A test of one field's value, as PostgreSQL would make it: nothing compares with NULL."""
    if operator in ("=", "!="):
        if operator == "=":
            return lambda told: told == value or (value in (False, None) and told in (False, None))
        return lambda told: not (told == value or (value in (False, None) and told in (False, None)))
    if operator in ("in", "not in"):
        values = list(value) if isinstance(value, list | tuple) else [value]
        listed = operator == "in"
        return lambda told: (told in values or (told in (False, None) and False in values)) is listed
    if operator in ("<", ">", "<=", ">="):
        return lambda told: told not in (None, False) and _ordered(operator, told, value)
    if operator in _LIKES:
        pattern = pattern_of(value, whole=operator.startswith("="), blind="ilike" in operator)
        negative = operator.startswith("not")
        return lambda told: isinstance(told, str) and bool(pattern.fullmatch(told)) is not negative
    raise ValueError(f"Invalid operator {operator!r}")


def _ordered(operator: str, told: Any, value: Any) -> bool:
    return bool({"<": told < value, ">": told > value, "<=": told <= value, ">=": told >= value}[operator])


def pattern_of(value: Any, *, whole: bool, blind: bool) -> re.Pattern[str]:
    """LIKE: `%` any text, `_` any character, a backslash makes the next one stand for itself."""
    text = str(value) if whole else f"%{value}%"
    parts, at = [], 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            parts.append(re.escape(text[at + 1]))
            at += 2
            continue
        parts.append({"%": ".*", "_": "."}.get(char, re.escape(char)))
        at += 1
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if blind else 0))

"""Odoo search domains: conditions in polish notation, built from values and never from text.

Source: Odoo, "ORM API", search domains.
"""

from collections.abc import Iterable, Sequence

Domain = list[object]
"""A condition is a list of one leaf, or of an operator and what it joins."""


def leaf(path: str, operator: str, value: object) -> Domain:
    return [[path, operator, value]]


def all_of(conditions: Iterable[Domain]) -> Domain:
    return _joined("&", conditions)


def any_of(conditions: Iterable[Domain]) -> Domain:
    return _joined("|", conditions)


def _joined(operator: str, conditions: Iterable[Domain]) -> Domain:
    parts = [condition for condition in conditions if condition]
    if not parts:
        # An empty domain is everything in Odoo; nothing of ours may ever mean that.
        raise ValueError("a condition of nothing")
    return [operator] * (len(parts) - 1) + [term for part in parts for term in part]


def within(keys: Sequence[int], *, branches: bool, at: str = "") -> Domain:
    """The company clause, of orders or of what `at` (a dotted path) leads to. Integers only.

    `child_of` includes branches and the contacts of all of them; a branch that is a company is a
    commercial entity of its own, so `commercial_partner_id` leaves it out. A text after `child_of`
    would search by name, and a missing clause would mean everything.
    """
    ids = [key for key in keys if isinstance(key, int) and not isinstance(key, bool) and key > 0]
    if not ids or len(ids) != len(keys):
        raise ValueError("a company clause needs the ids of customers")
    if branches:
        return leaf(f"{at}partner_id", "child_of", ids)
    return leaf(f"{at}partner_id.commercial_partner_id", "in", ids)


def literal(text: str) -> str:
    """Text as `=ilike` must see it to stand for itself: `%` and `_` are wildcards there."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

"""By what a watch is found again, as a digest of it: the order, or the list."""

import json
from collections.abc import Mapping
from typing import Any

from bot.keys import Keys

WATCH = "watch"
"""What the digests are of."""


def about_order(erp: str, company_key: str, number: str) -> str:
    """The text that stands for watching one order."""
    return json.dumps(["order", erp, company_key, number])


def about_list(listed: str) -> str:
    """The text that stands for being told a list."""
    return f"list|{listed}"


def about_of(row: Mapping[str, Any], keys: Keys) -> Mapping[str, str]:
    """The digest by which a watch is found, with the newest key; `row` is the watch, opened."""
    if row["order"] is None:
        return {"about": keys.digest(WATCH, about_list(row["listed"]))}
    erp, company_key, number, *_ = json.loads(row["order"])
    return {"about": keys.digest(WATCH, about_order(erp, company_key, number))}

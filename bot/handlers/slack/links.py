"""Addresses of orders in the supplier's portal or shop: the number is read off them, none is fetched."""

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

MOST_DOMAINS = 5
"""Slack lets an app unfurl so many."""
PLACEHOLDER = "{number}"
_LONGEST_URL = 2000
_NUMBER = re.compile(r"[^\W_](?:[\w.\-/ ]{0,58}[^\W_])?")
_PORTS = {None, 443}


class OrderLinks:
    """Patterns such as `https://shop.example/account/orders/{number}`.

    Raises ValueError for a pattern that is no https address with `{number}` in its path or query.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [_compiled(pattern) for pattern in patterns]

    @property
    def domains(self) -> tuple[str, ...]:
        """Where these addresses are, each once."""
        return tuple(dict.fromkeys(host for host, _ in self._patterns))

    def number_in(self, url: str) -> str | None:
        """The number an address holds, with its %-signs read; None for an address that is none of ours."""
        if len(url) > _LONGEST_URL:
            return None
        try:
            parts = urlsplit(url)
            if parts.scheme != "https" or parts.username is not None or parts.port not in _PORTS:
                return None
        except ValueError:
            return None
        for host, pattern in self._patterns:
            if parts.hostname != host:
                continue
            found = pattern.fullmatch(parts.path + (f"?{parts.query}" if parts.query else ""))
            if found is not None:
                return _number(found["number"])
        return None


def _compiled(pattern: str) -> tuple[str, re.Pattern[str]]:
    parts = urlsplit(pattern)
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    if parts.scheme != "https" or not parts.hostname or rest.count(PLACEHOLDER) != 1:
        raise ValueError(
            "write addresses of orders with https and one {number}, such as https://shop.example/orders/{number}"
        )
    before, after = rest.split(PLACEHOLDER)
    # More of a path or a query may follow: shops add their own.
    more = r"(?:[/&?].*)?" if "?" in before else r"(?:[/?].*)?"
    if after.strip("/"):
        more = ""
    return parts.hostname, re.compile(
        re.escape(before) + r"(?P<number>[^/?&#]{1,180})" + re.escape(after.rstrip("/")) + more
    )


def _number(text: str) -> str | None:
    number = unquote(text).strip()
    found = _NUMBER.fullmatch(number) is not None and any(char.isdecimal() for char in number)
    return number if found else None

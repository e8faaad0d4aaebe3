"""Text for Telegram: everything from outside escaped, and counted as Telegram counts.

There is one way to markup, the functions below; nothing else in this package writes a tag.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final, Self
from urllib.parse import urlsplit

from telegram.constants import MessageLimit

RAW_LIMIT: Final = 30_000
"""In bytes of markup. The server refuses more than 32 KiB, whatever remains after parsing."""
URL_LIMIT: Final = 500

# Controls would be dropped or refused; direction overrides would make a text read as another one.
_UNWANTED: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Html:
    """A piece of a message: its markup, the text that remains of it, and how many entities it has."""

    markup: str = ""
    plain: str = ""
    entities: int = 0

    @property
    def units(self) -> int:
        """Length after entities, in UTF-16 code units, which is what Telegram limits."""
        return units(self.plain)

    def __add__(self, other: "Html") -> "Html":
        return Html(self.markup + other.markup, self.plain + other.plain, self.entities + other.entities)

    def __bool__(self) -> bool:
        return bool(self.plain)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def text(value: str, limit: int = MessageLimit.MAX_TEXT_LENGTH) -> Html:
    """Plain text from anywhere, at most `limit` UTF-16 units."""
    plain = cut(clean(value), limit)
    return Html(escape(plain, quote=False), plain)


def bold(value: str, limit: int = MessageLimit.MAX_TEXT_LENGTH) -> Html:
    inner = text(value, limit)
    return Html(f"<b>{inner.markup}</b>", inner.plain, 1) if inner.plain.strip() else inner


def code(value: str, limit: int = MessageLimit.MAX_TEXT_LENGTH) -> Html:
    """Text that is copied when it is pressed."""
    inner = text(value, limit)
    return Html(f"<code>{inner.markup}</code>", inner.plain, 1) if inner.plain.strip() else inner


def link(label: str, url: str, limit: int = 200) -> Html:
    """A link that names its host; plain text when the address is not one we show."""
    host = _host(url)
    if host is None:
        return text(label, limit)
    if host not in label:
        label = f"{cut(label, limit - units(host) - 3)} ({host})"
    inner = text(label, limit)
    return Html(f'<a href="{escape(url, quote=True)}">{inner.markup}</a>', inner.plain, 1)


def join(separator: str, pieces: Iterable[Html]) -> Html:
    """The pieces that hold something, with a separator of ours between them."""
    whole = Html()
    for piece in pieces:
        if piece:
            whole = whole + (Html(separator, separator) if whole else Html()) + piece
    return whole


def clean(value: str) -> str:
    """Without what Telegram refuses or a reader could be misled by: controls, lone surrogates."""
    return _UNWANTED.sub("", value.replace("\t", " ").encode("utf-16", "replace").decode("utf-16"))


def cut(value: str, limit: int) -> str:
    """At most `limit` UTF-16 units, ending in "…" where something is missing."""
    if units(value) <= limit:
        return value
    kept = value.encode("utf-16-le")[: max(limit - 1, 0) * 2].decode("utf-16-le", "ignore")
    return kept.rstrip() + "…" if limit > 0 else ""


class Sheet:
    """A message being filled line by line, within every limit a message has.

    `reserve` UTF-16 units are kept free for what must come last.
    """

    def __init__(self, *, reserve: int = 0, start: Html | None = None) -> None:
        self.html = start or Html()
        self._room = MessageLimit.MAX_TEXT_LENGTH - reserve

    def add(self, piece: Html, *, separator: str = "\n") -> bool:
        """Add a piece whole, or leave it out and say so."""
        grown = join(separator, (self.html, piece))
        if not _fits(grown, self._room):
            return False
        self.html = grown
        return True

    def end(self, piece: Html, *, separator: str = "\n") -> Self:
        """Add what the reserve was kept for."""
        grown = join(separator, (self.html, piece))
        if _fits(grown, MessageLimit.MAX_TEXT_LENGTH):
            self.html = grown
        return self


def _fits(html: Html, room: int) -> bool:
    return (
        html.units <= room
        and html.entities <= MessageLimit.MESSAGE_ENTITIES
        and len(html.markup.encode()) <= RAW_LIMIT
    )


def _host(url: str) -> str | None:
    # Whitespace, controls and look-alike letters have no place in an address we make clickable.
    if len(url) > URL_LIMIT or not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
        return None
    try:
        parts = urlsplit(url)
        plain = parts.scheme == "https" and parts.username is None and parts.password is None
        return parts.hostname if plain else None
    except ValueError:
        return None

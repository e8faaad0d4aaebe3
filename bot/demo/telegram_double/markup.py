"""HTML as Telegram reads it: a few tags, properly nested, or the whole message is refused."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from telegram.constants import MessageLimit

from bot.demo.telegram_double.refusals import Refused

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "a": "text_link",
}
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s+[a-z-]+(?:=(?:\"[^\"]*\"|'[^']*'))?)*)\s*>")
_HREF = re.compile(r"href=(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_RAW_LIMIT = 32_768
_PLAIN_TOKENS = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w+)?")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("url", re.compile(r"https?://[^\s<>\"]+")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z]\w{3,31}")),
)


@dataclass(frozen=True)
class Text:
    """A text as it is shown, with its entities in UTF-16 units."""

    plain: str
    entities: tuple[dict[str, Any], ...]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def parse(raw: str, parse_mode: str | None, limit: int, *, may_be_empty: bool = False) -> Text:
    """Read a text or caption and hold it to its limits; raises Refused."""
    if len(raw.encode()) > _RAW_LIMIT:
        raise Refused("Bad Request: message is too long")
    if parse_mode is None:
        read = Text(raw, ())
    elif parse_mode.upper() == "HTML":
        read = _parse_html(raw)
    else:
        raise Refused("Bad Request: this stand-in reads HTML only")
    read = _trimmed(read)
    if not read.plain and not may_be_empty:
        raise Refused("Bad Request: message text is empty")
    if units(read.plain) > limit:
        raise Refused("Bad Request: message is too long")
    if len(read.entities) > MessageLimit.MESSAGE_ENTITIES:
        raise Refused("Bad Request: too many entities")
    return Text(read.plain, (*read.entities, *_found_in(read)))


def typed(text: str) -> Text:
    """What a person typed, with the entities Telegram finds in it."""
    return Text(text, tuple(_found_in(Text(text, ()))))


def _parse_html(raw: str) -> Text:
    shown: list[str] = []
    entities: list[dict[str, Any]] = []
    stack: list[tuple[str, int, str]] = []
    at = length = 0
    while at < len(raw):
        if raw[at] == "<":
            tag = _TAG.match(raw, at)
            if tag is None:
                raise _cannot(f"Unsupported start tag at byte offset {len(raw[:at].encode())}")
            closing, name, attributes = tag[1], tag[2].lower(), tag[3]
            if name not in _TAGS:
                raise _cannot(f'Unsupported start tag "{name}" at byte offset {len(raw[:at].encode())}')
            if not closing:
                stack.append((name, length, attributes))
            elif not stack or stack[-1][0] != name:
                raise _cannot(f'Unmatched end tag at byte offset {len(raw[:at].encode())}, found "{name}"')
            else:
                _, start, attributes = stack.pop()
                entity = _entity(name, start, length - start, attributes)
                if entity is not None:
                    entities.append(entity)
            at = tag.end()
            continue
        reference = _REFERENCE.match(raw, at)
        piece = unescape(reference[0]) if reference else raw[at]
        at = reference.end() if reference else at + 1
        shown.append(piece)
        length += units(piece)
    if stack:
        raise _cannot(f'Can\'t find end tag corresponding to start tag "{stack[-1][0]}"')
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return Text("".join(shown), tuple(entities))


def _entity(name: str, start: int, length: int, attributes: str) -> dict[str, Any] | None:
    entity: dict[str, Any] = {"type": _TAGS[name], "offset": start, "length": length}
    if length == 0:
        return None
    if name == "a":
        href = _HREF.search(attributes)
        url = unescape((href[1] or href[2] or "") if href else "")
        if urlsplit(url).scheme not in ("http", "https", "tg"):
            return None
        entity["url"] = url
    return entity


def _trimmed(read: Text) -> Text:
    plain = read.plain.strip()
    lead = units(read.plain) - units(read.plain.lstrip())
    end = units(plain)
    kept = []
    for entity in read.entities:
        start = max(entity["offset"] - lead, 0)
        stop = min(entity["offset"] + entity["length"] - lead, end)
        if stop > start:
            kept.append({**entity, "offset": start, "length": stop - start})
    return Text(plain, tuple(kept))


def _found_in(read: Text) -> list[dict[str, Any]]:
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in read.entities
        if entity["type"] in ("text_link", "code", "pre")
    ]
    found = []
    for kind, pattern in _PLAIN_TOKENS:
        for match in pattern.finditer(read.plain):
            start = units(read.plain[: match.start()])
            stop = start + units(match[0])
            if all(stop <= low or start >= high for low, high in taken):
                taken.append((start, stop))
                found.append({"type": kind, "offset": start, "length": stop - start})
    return sorted(found, key=lambda entity: entity["offset"])


def _cannot(detail: str) -> Refused:
    return Refused(f"Bad Request: can't parse entities: {detail}")

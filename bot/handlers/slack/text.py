"""Text from outside made safe and short enough for Slack."""

import re
import unicodedata
from html import unescape
from urllib.parse import urlsplit

URL_LIMIT = 1500
"""Slack takes 3000 characters of text with links in it; longer addresses are shown as words."""

_MENTIONED = re.compile(r"(?:@|!subteam\^)([UWS][A-Z0-9]{2,20})")
_MARKED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_BOUNDARY_MARKER = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])|`")
_LOOK_ALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_ADDRESS = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]+")
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Outside text without control and direction characters; line ends stay.

    Direction overrides go because they let a document title read as another one.
    """
    if text.isprintable():
        # Neither is printable, and most texts have none.
        return text.strip()
    text = _BIDI_CONTROLS.sub("", text.replace("\r\n", "\n"))
    return "".join(
        " " if unicodedata.category(char) == "Cc" and char != "\n" else char for char in text
    ).strip()


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def cut(text: str, limit: int) -> str:
    """At most `limit` characters as Slack counts them, ending in "…" where something is missing.

    Slack's clients count UTF-16 units, so an emoji counts twice.
    """
    if size(text) <= limit:
        return text
    kept = text[: limit - 1]
    while size(kept) > limit - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def mrkdwn(text: str) -> str:
    """Text for a place where Slack reads markup, such that none of it is markup.

    Escaping & < > disarms mentions and links but not *bold* and its like, which have no escape in
    Slack: a marker at the edge of a word is replaced by a look-alike, one within a word is harmless.
    """
    calm = _BOUNDARY_MARKER.sub(lambda found: _LOOK_ALIKES[found[0]], text)
    return calm.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(text: str, url: str) -> str:
    """`<url|text>` for an https address, the escaped text alone for anything else."""
    label = mrkdwn(one_line(text).replace("|", "¦"))
    return f"<{url.replace('&', '&amp;')}|{label}>" if _may_be_linked(url) else label


def said(text: str, bot_user: str = "") -> str:
    """What a person typed, from the marked-up form in which Slack hands it over.

    Mentions of the bot go, those of people and user groups become their ids (`@U0BRUNO`); mail
    addresses, links, channels and dates become the words they show.
    Source: https://docs.slack.dev/messaging/formatting-message-text
    """

    def shown(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if bot_user and target == f"@{bot_user}":
            return " "
        mentioned = _MENTIONED.fullmatch(target)
        if mentioned:
            # By id, whatever the label says: a name identifies nobody.
            return f" @{mentioned[1]} "
        if label:
            return label
        return target.partition(":")[2] if target.startswith(("mailto:", "tel:")) else target

    return unescape(_MARKED.sub(shown, text)).strip()


def _may_be_linked(url: str) -> bool:
    if len(url) > URL_LIMIT or not _ADDRESS.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False

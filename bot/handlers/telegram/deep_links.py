"""Links that open the chat with the bot, and say there why: `https://t.me/<bot>?start=<payload>`."""

import re
from typing import Final

_GOES_ON: Final = "go-"
_PAYLOAD: Final = re.compile(rf"{_GOES_ON}([A-Za-z0-9_-]{{16,40}})")


def start_payload(action: str) -> str:
    """What the link to go on with something carries: an opaque reference of ours, or nothing."""
    return f"{_GOES_ON}{action}" if action else ""


def action_of(payload: str) -> str | None:
    """The reference such a link carries; None for any other payload."""
    found = _PAYLOAD.fullmatch(payload)
    return found[1] if found else None


def link_to(username: str, payload: str = "") -> str:
    """The link itself. Source: https://core.telegram.org/api/links#bot-links"""
    base = f"https://t.me/{username}"
    return f"{base}?start={payload}" if payload else base

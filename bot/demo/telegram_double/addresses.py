"""Addresses inside a call."""

from typing import Any
from urllib.parse import urlsplit

from bot.demo.telegram_double.refusals import Refused


def checked_url(url: Any, refusal: str, *, schemes: tuple[str, ...] = ("http", "https")) -> None:
    """Raises Refused for what is no address somebody could open."""
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.scheme not in schemes or not (parts.netloc or parts.path):
        raise Refused(f"Bad Request: {refusal}")


def checked_app_url(url: Any) -> None:
    """A web app's: Telegram takes https only; the demo's pages are on this machine."""
    checked_url(url, "BUTTON_URL_INVALID")
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname != "127.0.0.1":
        raise Refused("Bad Request: BUTTON_URL_INVALID")

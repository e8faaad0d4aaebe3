"""Objects inside a call, held to the fields that python-telegram-bot's own classes have."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.signatures import Parameter, coerced, parameters_of


def checked_object(value: Any, kind: type, *, beside: str = "type") -> Mapping[str, Any]:
    """The object with the types it should have, `beside` being what tells its kind; raises Refused."""
    name = kind.__name__
    if not isinstance(value, dict):
        raise Refused(f"Bad Request: can't parse {name}: an object is expected")
    fields = _fields(kind)
    if extra := set(value) - set(fields) - {beside}:
        raise Refused(f"Bad Request: {name} has no field {sorted(extra)[0]!r}")
    for field in fields.values():
        if field.required and field.name not in value:
            raise Refused(f"Bad Request: {name} needs the field {field.name!r}")
    return value | {key: coerced(fields[key], given) for key, given in value.items() if key in fields}


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


@cache
def _fields(kind: type) -> Mapping[str, Parameter]:
    return parameters_of(kind.__init__)  # type: ignore[misc]

"""Reading single fields of JSON from outside: the value, or None when it is not what it should be.

Nothing here raises. A field of the wrong type counts as absent.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx

from bot.orders import Money

TEXT_MAX = 500
_YEARS = range(1990, 2200)  # .NET sends year 1 for "no date"
_MAX_DIGITS = 15
_CURRENCY = re.compile(r"[A-Z]{3}")
# Format characters that reorder or hide text: bidi overrides, isolates, zero width, byte order mark.
_HIDDEN = frozenset("\u200b\u200e\u200f\u2060\ufeff") | {chr(c) for c in range(0x202A, 0x202F)}
_INVISIBLE = _HIDDEN | {chr(c) for c in range(0x2066, 0x206A)}


def text(record: Mapping[str, object], *names: str, longest: int = TEXT_MAX) -> str | None:
    """The first of the fields that holds text, on one line and without control characters.

    Numbers written as JSON numbers ("pedidoErpId": 12345) are taken as their digits.
    """
    for name in names:
        value = record.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if abs(value) < 10**_MAX_DIGITS else None
        if isinstance(value, str) and (cleaned := plain(value, longest)):
            return cleaned
    return None


def plain(value: str, longest: int = TEXT_MAX) -> str:
    """Text from outside as one line that every platform can encode."""
    kept = (
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in value[: longest * 4]
        if char not in _INVISIBLE and unicodedata.category(char) != "Cs"
    )
    return " ".join("".join(kept).split())[:longest].rstrip()


def whole(record: Mapping[str, object], *names: str) -> int | None:
    """The first of the fields that holds a whole number, as a number or as its digits."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str):
            value = value.strip()
            if re.fullmatch(r"-?[0-9]{1,15}", value):
                return int(value)
        elif isinstance(value, bool):
            continue
        elif isinstance(value, int):
            if abs(value) < 10**_MAX_DIGITS:
                return value
        elif isinstance(value, Decimal) and _is_sane(value) and value == value.to_integral_value():
            return int(value)
    return None


def decimal(record: Mapping[str, object], *names: str) -> Decimal | None:
    """The first of the fields that holds a finite number of a size that money and goods have."""
    for name in names:
        value = record.get(name)
        if isinstance(value, bool):
            continue
        if isinstance(value, int) and abs(value) < 10**_MAX_DIGITS:
            return Decimal(value)
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", value.strip()):
            return Decimal(value.strip())
        if isinstance(value, Decimal) and _is_sane(value):
            return value
    return None


def money(record: Mapping[str, object], *names: str, currency: str) -> Money | None:
    """The first of the fields that holds an amount, in this currency."""
    amount = decimal(record, *names)
    return None if amount is None else Money(amount, currency)


def currency(record: Mapping[str, object], name: str, default: str) -> str:
    value = record.get(name)
    if isinstance(value, str) and _CURRENCY.fullmatch(value.strip().upper()):
        return value.strip().upper()
    return default


def moment(record: Mapping[str, object], name: str, zone: ZoneInfo) -> datetime | None:
    """An ISO 8601 date or time as aware UTC; one without an offset is read in `zone`."""
    local = _local(record, name, zone)
    return local.astimezone(UTC) if local is not None else None


def day(record: Mapping[str, object], name: str, zone: ZoneInfo) -> date | None:
    """The calendar day, in `zone`, of an ISO 8601 date or time."""
    local = _local(record, name, zone)
    return local.astimezone(zone).date() if local is not None else None


def https_url(record: Mapping[str, object], name: str, hosts: frozenset[str] = frozenset()) -> str | None:
    """An https address with a host, of those hosts or their subdomains when any are named."""
    value = record.get(name)
    if not isinstance(value, str) or len(value) > 2000:
        return None
    try:
        url = httpx.URL(value.strip())
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        return None
    if url.scheme != "https" or not host or url.userinfo:
        return None
    if hosts and not any(host == allowed or host.endswith(f".{allowed}") for allowed in hosts):
        return None
    return str(url)


def records(record: Mapping[str, object], name: str, *, most: int = 1000) -> list[Mapping[str, object]]:
    """The objects in an array field; whatever else the array holds is left out."""
    value = record.get(name)
    if not isinstance(value, list):
        return []
    return [item for item in value[:most] if isinstance(item, dict)]


def _local(record: Mapping[str, object], name: str, zone: ZoneInfo) -> datetime | None:
    value = record.get(name)
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        parsed = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if parsed.year not in _YEARS:
        return None
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=zone)


def _is_sane(value: Decimal) -> bool:
    # Decimal("1E999999") is a few bytes of JSON and a megabyte of digits when turned into an int.
    if not value.is_finite() or len(value.as_tuple().digits) > 40:
        return False
    return -_MAX_DIGITS <= value.adjusted() < _MAX_DIGITS

"""Tryton's JSON: dates, moments and decimals are objects with a `__class__`, both ways.

Reading never raises: what is not what it should be counts as absent. Moments are naive UTC (trytond
forces TZ=UTC). Source: trytond/protocols/jsonrpc.py.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from bot.erp import fields

Record = Mapping[str, object]
_YEARS = range(1990, 2200)
# A float of a quantity may carry the noise of binary fractions; no unit has more places than these.
_FLOAT_PLACES = Decimal("0.000001")


def date_value(day: date) -> dict[str, object]:
    """A date as a domain takes it."""
    return {"__class__": "date", "year": day.year, "month": day.month, "day": day.day}


def moment_value(moment: datetime) -> dict[str, object]:
    """An aware moment as a domain takes it."""
    utc = moment.astimezone(UTC)
    return {
        "__class__": "datetime",
        "year": utc.year,
        "month": utc.month,
        "day": utc.day,
        "hour": utc.hour,
        "minute": utc.minute,
        "second": utc.second,
        "microsecond": utc.microsecond,
    }


def decimal(record: Record, name: str) -> Decimal | None:
    """A Numeric (an object) or a Float (a JSON number)."""
    value = record.get(name)
    if isinstance(value, Mapping):
        return fields.decimal(value, "decimal") if value.get("__class__") == "Decimal" else None
    number = fields.decimal(record, name)
    if number is None or not isinstance(value, Decimal):
        return number
    return number.quantize(_FLOAT_PLACES).normalize() + 0


def day(record: Record, name: str) -> date | None:
    """A Date, or the day of a DateTime."""
    value = record.get(name)
    if not isinstance(value, Mapping) or value.get("__class__") not in ("date", "datetime"):
        return None
    moment = _built(value, ("year", "month", "day"))
    return None if moment is None else moment.date()


def moment(record: Record, name: str) -> datetime | None:
    """A DateTime as aware UTC."""
    value = record.get(name)
    if not isinstance(value, Mapping) or value.get("__class__") != "datetime":
        return None
    return _built(value, ("year", "month", "day", "hour", "minute", "second", "microsecond"))


def one(record: Record, name: str) -> Record:
    """The record a Many2One leads to; empty when there is none."""
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}


def many(record: Record, name: str, *, most: int = 1000) -> list[Record]:
    """The records of a One2Many or Many2Many."""
    return fields.records(record, name, most=most)


def identity(record: Record, name: str) -> int | None:
    """The id a Many2One holds, whether it was read alone or with fields of its own."""
    value = record.get(name)
    if isinstance(value, Mapping):
        return fields.whole(value, "id")
    return fields.whole(record, name)


def without_dots(value: object) -> object:
    """JSON-RPC puts what a Many2One leads to under "party.": under "party", as REST has it."""
    if isinstance(value, list):
        return [without_dots(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {name: item for name, item in value.items() if not name.endswith(".")}
    led = {name[:-1]: without_dots(item) for name, item in value.items() if name.endswith(".")}
    # Nothing at the other end: the Many2One itself says so.
    return plain | {name: item for name, item in led.items() if item is not None}


def _built(value: Record, names: tuple[str, ...]) -> datetime | None:
    parts = [fields.whole(value, name) for name in names]
    numbers = [part for part in parts if part is not None]
    if len(numbers) < len(parts) or numbers[0] not in _YEARS:
        return None
    try:
        return datetime(*numbers, tzinfo=UTC)  # type: ignore[misc, arg-type]
    except (ValueError, OverflowError):
        return None

"""What several of Odoo's records have in common: links, amounts, and how a reply is to be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.erp import fields
from bot.orders import Money

Record = Mapping[str, object]
UTC_ZONE = ZoneInfo("UTC")
"""Odoo writes datetimes in UTC, whatever zone its users see, and without saying so."""
_CENT = Decimal("0.01")
_FINEST = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True)
class Read:
    """How to read a reply: whose question it answers and what the records leave open."""

    erp: str
    keys: tuple[int, ...]
    """The customers that were asked about."""
    currency: str
    """Of amounts that name none (ISO 4217)."""
    today: date
    """Where the supplier is; an open invoice due before it is overdue."""
    zone: ZoneInfo
    """Where the supplier is: a moment of Odoo's is a day there."""
    web_field: str
    tracking_hosts: frozenset[str] = frozenset()


def whole_id(value: object) -> int | None:
    """The id of a link, as a number or as an object; None for `false`."""
    told = value.get("id") if isinstance(value, dict) else value
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 < told < 2**31 else None


def linking(value: object) -> object:
    """A link as older methods send it, `[7, "Name"]`, as an object."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], str):
        return {"id": value[0], "display_name": value[1]}
    return value


def local_day(record: Record, name: str, zone: ZoneInfo) -> date | None:
    """The day, in `zone`, of a moment."""
    moment = fields.moment(record, name, UTC_ZONE)
    return None if moment is None else moment.astimezone(zone).date()


def owner(record: Record, keys: tuple[int, ...]) -> str | None:
    """The customer a record belongs to: one of `keys`, or else whose it is; None when it does not tell.

    Upwards from the contact through its branch: there are links only where branches are included.
    """
    partner = record.get("partner_id")
    if not isinstance(partner, dict):
        return None
    commercial = whole_id(partner.get("commercial_partner_id"))
    if commercial in keys:
        return str(commercial)
    above = partner.get("parent_id")
    while isinstance(above, dict):
        if whole_id(above) in keys:
            return str(whole_id(above))
        above = above.get("parent_id")
    return None if commercial is None else str(commercial)


def currency_of(record: Record, default: str) -> str:
    told = record.get("currency_id")
    return fields.currency(told, "display_name", default) if isinstance(told, dict) else default


def money(record: Record, name: str, currency: str) -> Money | None:
    amount = fields.decimal(record, name)
    return None if amount is None else Money(rounded(amount), currency)


def rounded(amount: Decimal) -> Decimal:
    """An amount that came as a binary fraction, without its noise; in cents at least."""
    plain = amount.quantize(_FINEST)
    cents = plain.quantize(_CENT)
    return cents if cents == plain else plain.normalize()

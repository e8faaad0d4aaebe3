"""Delivery notes and parcels as shipments: what left together, and what the carriers say of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.erp import fields
from bot.erp.erpnext import statuses
from bot.erp.erpnext.frappe import Row
from bot.erp.erpnext.rows import NAME_MAX, Read, by_name, children, name_of
from bot.orders import OrderLine, Package, Shipment, ShipmentStatus

_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,6})?")
_SEVERAL = re.compile(r"[,;\s]+")


@dataclass(frozen=True, kw_only=True)
class Note:
    """A delivery note: goods of one or more orders that left together."""

    name: str
    released: bool
    shipment: Shipment
    row: Row
    lines: Mapping[str, tuple[OrderLine, ...]]
    """By order."""
    posted: date | None


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A shipment with a carrier, of one or more delivery notes."""

    notes: tuple[str, ...]
    status: ShipmentStatus
    carrier: str | None
    packages: tuple[Package, ...]


def notes(rows: Iterable[Row], read: Read) -> list[Note]:
    """The delivery notes of a query; returns are left out, for they ship nothing."""
    return [
        _note(name, group, read)
        for name, group in by_name(rows).items()
        if not fields.whole(group[0], "is_return")
    ]


def parcels(rows: Iterable[Row], read: Read) -> list[Parcel]:
    return [_parcel(group, read) for group in by_name(rows).values()]


def shipped(note: Note, order_number: str, sent: Sequence[Parcel]) -> Shipment:
    """The note as a shipment of one order, with what its parcels add."""
    known = {package.tracking_number: package for package in note.shipment.packages}
    for parcel in sent:
        for package in parcel.packages:
            # The same number on the note and the parcel is one package, with the parcel's link.
            known[package.tracking_number] = package
    return replace(
        note.shipment,
        status=statuses.note_status(note.row, [parcel.status for parcel in sent]),
        carrier=next((parcel.carrier for parcel in sent if parcel.carrier), note.shipment.carrier),
        packages=tuple(known.values()),
        lines=note.lines[order_number],
    )


def _note(name: str, group: Sequence[Row], read: Read) -> Note:
    row = group[0]
    lines: dict[str, list[OrderLine]] = {}
    for place, child in children(group):
        order_name = name_of(child, "against_sales_order")
        if order_name is None:
            continue
        quantity = fields.decimal(child, "qty") or Decimal(0)
        lines.setdefault(order_name, []).append(
            OrderLine(
                line_id=str(place),
                sku=fields.text(child, "item_code", longest=NAME_MAX) or "",
                description=fields.text(child, "item_name") or "",
                ordered=quantity,
                shipped=quantity if fields.whole(row, "docstatus") else None,
            )
        )
    released = bool(fields.whole(row, "docstatus"))
    number = fields.text(row, "lr_no", longest=80) if released else None
    shipment = Shipment(
        number=name,
        status=statuses.note_status(row, []),
        carrier=fields.text(row, "transporter_name", longest=120),
        despatched_on=_posted(row, read.zone) if released else None,
        packages=tuple(Package(tracking_number=one) for one in _numbers(number)),
    )
    return Note(
        name=name,
        released=released,
        shipment=shipment,
        row=row,
        lines={order_name: tuple(some) for order_name, some in lines.items()},
        posted=fields.day(row, "posting_date", read.zone),
    )


def _parcel(group: Sequence[Row], read: Read) -> Parcel:
    row = group[0]
    link = fields.https_url(row, "tracking_url", read.tracking_hosts)
    numbers = _numbers(fields.text(row, "awb_number", longest=400))
    packages = tuple(Package(tracking_number=one, tracking_url=link) for one in numbers)
    carried = dict.fromkeys(name for child in group if (name := name_of(child, "delivery_note")) is not None)
    return Parcel(
        notes=tuple(carried),
        status=statuses.TRACKING.get(
            fields.text(row, "tracking_status", longest=40) or "", ShipmentStatus.UNKNOWN
        ),
        carrier=fields.text(row, "carrier", "service_provider", longest=120),
        packages=packages or ((Package(tracking_url=link),) if link else ()),
    )


def _numbers(told: str | None) -> list[str]:
    """Tracking numbers; shipping apps write several into the one field."""
    return [one for one in _SEVERAL.split(told or "") if one][:50]


def _posted(row: Row, zone: ZoneInfo) -> datetime | None:
    """`posting_date` and `posting_time`; the time comes as "9:05:01" too."""
    day = fields.day(row, "posting_date", zone)
    if day is None:
        return None
    match = _CLOCK.fullmatch(fields.text(row, "posting_time", longest=20) or "")
    clock = f"{int(match[1]):02}:{match[2]}:{match[3]}" if match else "00:00:00"
    return fields.moment({"at": f"{day.isoformat()}T{clock}"}, "at", zone)

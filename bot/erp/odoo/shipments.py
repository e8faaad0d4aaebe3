"""Odoo's transfers (`stock.picking`) as shipments: those to the customer, with their tracking numbers."""

import json
import re
from collections.abc import Mapping, Sequence

from bot.erp import fields
from bot.erp.odoo import statuses
from bot.erp.odoo.values import UTC_ZONE, Read, Record, local_day, whole_id
from bot.orders import Package, Shipment, ShipmentStatus

# Transfers within the warehouse and returns are no shipments to the customer.
_OUTWARD = ("outgoing", "dropship")
_PACKAGES_MAX = 50
_LINKS_MAX_CHARS = 20_000


def outward(record: Record) -> list[Record]:
    """The transfers of an order that are on their way to the customer, or will be."""
    return [
        one
        for one in fields.records(record, "picking_ids")
        if one.get("picking_type_code") in _OUTWARD and one.get("state") != statuses.CANCELLED
    ]


def shipment(picking: Record, read: Read) -> Shipment:
    status = statuses.SHIPMENT.get(fields.text(picking, "state") or "", ShipmentStatus.UNKNOWN)
    carrier = picking.get("carrier_id")
    gone = status is ShipmentStatus.SHIPPED
    return Shipment(
        number=fields.text(picking, "name", longest=60) or str(whole_id(picking.get("id")) or ""),
        status=status,
        carrier=fields.text(carrier, "display_name", longest=120) if isinstance(carrier, dict) else None,
        despatched_on=fields.moment(picking, "date_done", UTC_ZONE) if gone else None,
        estimated_on=None if gone else local_day(picking, "scheduled_date", read.zone),
        packages=_packages(picking, read),
    )


def waits_for_stock(transfers: Sequence[Record]) -> bool:
    return any(one.get("state") == statuses.WAITS_FOR_STOCK for one in transfers)


def _packages(picking: Record, read: Read) -> tuple[Package, ...]:
    """One for each tracking number. Odoo joins several by commas, and their links as JSON."""
    told = fields.text(picking, "carrier_tracking_ref", longest=2000) or ""
    numbers = list(dict.fromkeys(part.strip()[:80] for part in told.split(",") if part.strip()))
    links = _links(picking.get("carrier_tracking_url"), read)
    alone = links.get("") if len(numbers) == 1 else None
    return tuple(
        Package(tracking_number=one, tracking_url=links.get(one) or alone) for one in numbers[:_PACKAGES_MAX]
    )


def _links(value: object, read: Read) -> Mapping[str, str]:
    """https links by tracking number; under "" the one link that comes without a number."""
    if not isinstance(value, str) or len(value) > _LINKS_MAX_CHARS:
        return {}
    pairs: object = [["", value]]
    if value.startswith("["):
        try:
            pairs = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    found = {}
    for pair in pairs if isinstance(pairs, list) else []:
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str):
            link = fields.https_url({"url": pair[1]}, "url", read.tracking_hosts)
            if link is not None:
                found[re.sub(r"\s", "", pair[0])] = link
    return found

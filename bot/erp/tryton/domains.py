"""Tryton's search clauses. What a person typed stands in lists after "in", never in a pattern.

A dotted field means: of any record it leads to. Source: trytond docs, "Domain syntax".
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.erp.protocol import OrderFilter
from bot.erp.tryton import status
from bot.erp.tryton.schema import INVOICE, SHIPMENT, Schema
from bot.erp.tryton.values import date_value, moment_value
from bot.orders import OrderStatus, ReferenceKind

Clause = list[object]
NEWEST_FIRST = (("sale_date", "DESC NULLS LAST"), ("id", "DESC"))


def both(*clauses: Clause) -> Clause:
    return ["AND", *clauses]


def either(*clauses: Clause) -> Clause:
    return ["OR", *clauses]


def sales_of(parties: Iterable[int], companies: Sequence[int]) -> Clause:
    """Orders of these parties, as customers may see them: numbered, and no mere offer."""
    clauses: list[Clause] = [
        ["party", "in", sorted(parties)],
        ["state", "not in", list(status.HIDDEN_SALES)],
        ["number", "!=", None],
    ]
    if companies:
        clauses.append(["company", "in", list(companies)])
    return both(*clauses)


def released_invoices_of(parties: Iterable[int], companies: Sequence[int]) -> Clause:
    """Invoices and credit notes to these parties that may be handed out."""
    clauses: list[Clause] = [
        ["party", "in", sorted(parties)],
        ["type", "=", "out"],
        ["state", "in", list(status.RELEASED_INVOICES)],
        ["number", "!=", None],
    ]
    if companies:
        clauses.append(["company", "in", list(companies)])
    return both(*clauses)


def by_numbers(
    asked: dict[ReferenceKind, list[str]], schema: Schema, web_number_field: str, access_key_field: str
) -> Clause | None:
    """Orders with any of these numbers of any of these kinds; None when no kind can be asked for."""
    clauses: list[Clause] = []
    for kind, numbers in asked.items():
        if numbers:
            paths = _paths(kind, schema, web_number_field, access_key_field)
            clauses += [[path, "in", numbers] for path in paths]
    return either(*clauses) if clauses else None


def _paths(kind: ReferenceKind, schema: Schema, web_number_field: str, access_key_field: str) -> list[str]:
    paths = {
        ReferenceKind.ORDER_NUMBER: ["number"],
        ReferenceKind.CUSTOMER_REFERENCE: ["reference"],
        ReferenceKind.WEB_NUMBER: [web_number_field] if web_number_field else [],
        ReferenceKind.INVOICE_NUMBER: ["invoices.number"],
        ReferenceKind.ACCESS_KEY: [f"invoices.{access_key_field}"] if access_key_field else [],
        ReferenceKind.TRACKING_NUMBER: [
            "shipments.shipping_reference",
            "shipments.root_packages.shipping_reference",
        ],
    }
    return [path for path in paths.get(kind, []) if schema.has(path)]


def listed(wanted: OrderFilter, zone: ZoneInfo) -> list[Clause]:
    """The clauses of a list. They let through at least what is wanted; who reads looks again."""
    clauses: list[Clause] = []
    if wanted.since is not None:
        clauses.append(["sale_date", ">=", date_value(first_day(wanted.since, zone))])
    if wanted.until is not None:
        clauses.append(["sale_date", "<", date_value(first_day(wanted.until, zone))])
    if wanted.open_only:
        clauses.append(["state", "not in", list(status.OVER_SALES)])
    if wanted.statuses and OrderStatus.UNKNOWN not in wanted.statuses:
        under_way = wanted.statuses - {OrderStatus.COMPLETED, OrderStatus.CANCELLED}
        states = [state for state, told in status.SALE.items() if told in wanted.statuses]
        clauses.append(["state", "in", states + (["processing"] if under_way else [])])
    return clauses


def after(day: date | None, key: int) -> Clause:
    """What comes after an order in the list: older, or of that day with a lower id; undated ones last."""
    if day is None:
        return both(["sale_date", "=", None], ["id", "<", key])
    told = date_value(day)
    same_day = both(["sale_date", "=", told], ["id", "<", key])
    return either(["sale_date", "<", told], ["sale_date", "=", None], same_day)


def changed_since(since: datetime, schema: Schema) -> Clause:
    """A sale that changed, or whose lines, moves, shipments or invoices did."""
    moment = moment_value(since)
    paths = ["create_date", "write_date", "lines.write_date", "lines.moves.write_date"]
    paths += ["shipments.write_date"] if schema.may_read(SHIPMENT) else []
    paths += ["invoices.write_date", "invoices.create_date"] if schema.may_read(INVOICE) else []
    clauses: list[Clause] = [[path, ">=", moment] for path in paths]
    return either(*clauses)


def first_day(moment: datetime, zone: ZoneInfo) -> date:
    """The first day that begins at or after a moment: orders have a day, which begins in `zone`."""
    local = moment.astimezone(zone)
    is_midnight = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    return local.date() if is_midnight else local.date() + timedelta(days=1)

"""A company's orders as a workbook: a row an order, in the reader's language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.answers.listing import Position
from bot.answers.selecting import SoFar, earliest, holds, walk
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.erp.gateway import Gateway
from bot.making.sheets import Cell, Sheet
from bot.orders import Order
from bot.scope import CompanyScope
from bot.wording import Wording

MOST_ORDERS = 5_000
"""Orders looked through for one workbook; said where it was not enough."""


@dataclass(frozen=True)
class Column:
    title: str
    """A key of the catalogs."""
    width: int
    cell: Callable[[Order], Cell]


@dataclass(frozen=True)
class Written:
    """How many orders were looked through for a workbook, whether those were all, and how fresh they are."""

    looked_through: int
    whole: bool
    last_known: datetime | None
    """Since when, where an ERP does not answer now and this is what it said last."""


def columns_for(wording: Wording, reader: Reader, *, amounts: bool) -> Sequence[Column]:
    """What is told of an order; amounts only to who may see them."""

    def day(moment: datetime | None) -> Cell:
        return None if moment is None else moment.astimezone(reader.zone).date()

    def status(order: Order) -> Cell:
        return wording.say(Phrase(f"status_{order.status}"), reader)

    told = [
        Column("column_order", 14, lambda order: order.order_number),
        Column("column_reference", 18, lambda order: order.customer_reference),
        Column("column_web_number", 16, lambda order: order.web_number),
        Column("column_placed_on", 12, lambda order: day(order.placed_on)),
        Column("column_placed_by", 18, lambda order: order.placed_by),
        Column("column_status", 18, status),
        Column("column_promised_on", 12, lambda order: order.promised_on),
        Column("column_delivers_to", 18, lambda order: order.delivers_to),
    ]
    if amounts:
        told += [
            Column("column_total", 14, lambda order: order.total.amount if order.total else None),
            Column("column_currency", 8, lambda order: order.total.currency if order.total else None),
        ]
    return told


async def write_orders(
    sheet: Sheet,
    columns: Sequence[Column],
    gateway: Gateway,
    scope: CompanyScope,
    position: Position,
    *,
    me: str | None,
    now: datetime,
    reader: Reader,
    most: int = MOST_ORDERS,
    so_far: SoFar | None = None,
) -> Written:
    """Write the orders of a list; `so_far` is told how many were looked through."""
    today = now.astimezone(reader.zone).date()
    looked_through, whole, last_known = 0, True, None
    selection = position.selection
    async for part in walk(gateway, scope, position.wanted, in_full=selection.needs_all, most=most):
        looked_through += len(part.orders)
        whole = part.is_end and not part.missing
        last_known = earliest(last_known, part.last_known)
        for order in part.orders:
            if not selection or holds(selection, order, today, me):
                sheet.add([column.cell(order) for column in columns])
        if so_far is not None:
            await so_far(looked_through)
    return Written(looked_through, whole, last_known)

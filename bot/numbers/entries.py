"""An order's numbers as rows: sealed, and marked by every text they are looked up by."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot.keys import Keys, NotOurs, Sealed
from bot.numbers.matching import kept_under
from bot.numbers.tables import PURPOSE
from bot.numbers.values import Known

Row = Mapping[str, Any]
_MOST_INVOICES = 50


class Entries:
    """Makes rows of orders, and orders of rows. Holds the keys and no state."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    @property
    def key_check(self) -> str:
        """Tells by which key marks were made."""
        return self._keys.digest(PURPOSE, "check")

    def marks(self, texts: Iterable[str]) -> list[int]:
        """What texts are found by, in order."""
        return self._keys.marks(PURPOSE, texts)

    def by_mark(self, orders: Sequence[Known]) -> dict[int, Known]:
        """Orders by the marks of their own numbers."""
        marks = self.marks(f"order {order.order_number}" for order in orders)
        return dict(zip(marks, orders, strict=True))

    def text_marks(self, known: Known) -> set[int]:
        """The marks of all texts an order is kept under."""
        return set(self.marks({text for _, number in known.numbers() for text in kept_under(number)}))

    def content(self, known: Known) -> int:
        """A mark of all that is known of an order."""
        return self.marks([f"content {known!r}"])[0]

    def rows(self, shelf_id: int, orders: Sequence[Known], now: datetime) -> tuple[list[Row], list[Row]]:
        """What is stored of orders, each in there once: the rows of orders, and of what they are found by."""
        by_mark = self.by_mark(orders)
        order_rows: list[Row] = [
            {
                "shelf_id": shelf_id,
                "mark": mark,
                "placed_on": known.placed_on,
                "is_open": known.is_open,
                "content": self.content(known),
                "seen_at": now,
                "entry": self._sealed(known),
            }
            for mark, known in by_mark.items()
        ]
        mark_rows: list[Row] = [
            {"shelf_id": shelf_id, "mark": text_mark, "order_mark": mark}
            for mark, known in by_mark.items()
            for text_mark in self.text_marks(known)
        ]
        return order_rows, mark_rows

    def opened(self, row: Any) -> Known | None:
        """The order of a row; None, and logged, where its key was taken away."""
        try:
            number, reference, web, invoices, placed_by = json.loads(self._keys.open(row.entry))
        except NotOurs:
            structlog.get_logger().error("sealed_unreadable", reason="key_missing", table="numbered_orders")
            return None
        return Known(
            erp=row.erp,
            company_key=row.company_key,
            order_number=number,
            customer_reference=reference,
            web_number=web,
            invoice_numbers=tuple(invoices),
            placed_by=placed_by,
            placed_on=row.placed_on,
            is_open=row.is_open,
        )

    def _sealed(self, known: Known) -> Sealed:
        values = (
            known.order_number,
            known.customer_reference,
            known.web_number,
            known.invoice_numbers,
            known.placed_by,
        )
        return self._keys.seal(json.dumps(values, ensure_ascii=False, separators=(",", ":")))


def merged(order: Known, before: Known | None) -> Known:
    """An order as it is now, with what only an earlier, fuller answer told."""
    if before is None:
        return order
    invoices = dict.fromkeys((*order.invoice_numbers, *before.invoice_numbers))
    return replace(
        order,
        customer_reference=order.customer_reference or before.customer_reference,
        web_number=order.web_number or before.web_number,
        invoice_numbers=tuple(invoices)[:_MOST_INVOICES],
        placed_on=order.placed_on or before.placed_on,
        placed_by=order.placed_by or before.placed_by,
    )

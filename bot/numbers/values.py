"""What is known of an order by its numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.orders import Order, ReferenceKind


@dataclass(frozen=True, kw_only=True)
class Known:
    """An order of one company: the numbers it answers to, and what tells it from others."""

    erp: str
    """The ERP it lives in, by the name settings give it."""
    company_key: str
    """The customer's key there."""
    order_number: str
    customer_reference: str | None = None
    web_number: str | None = None
    invoice_numbers: tuple[str, ...] = ()
    placed_on: datetime | None = None
    placed_by: str | None = None
    is_open: bool = True

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells it from every other order: ERP, company and number."""
        return self.erp, self.company_key, self.order_number

    def numbers(self) -> Iterator[tuple[ReferenceKind, str]]:
        """Each number with what it is."""
        yield ReferenceKind.ORDER_NUMBER, self.order_number
        if self.customer_reference:
            yield ReferenceKind.CUSTOMER_REFERENCE, self.customer_reference
        if self.web_number:
            yield ReferenceKind.WEB_NUMBER, self.web_number
        for number in self.invoice_numbers:
            yield ReferenceKind.INVOICE_NUMBER, number


@dataclass(frozen=True)
class Near:
    """What a number that the ERP does not know as it was typed may be."""

    same: tuple[Known, ...] = ()
    """Orders that have this very number, spelt another way; may be answered."""
    nearest: tuple[Known, ...] = ()
    """Orders with a number like it, the likeliest first; only ever offered."""


def known_of(order: Order) -> Known | None:
    """The numbers of an order; None for one that does not name its company."""
    if order.company_key is None:
        return None
    return Known(
        erp=order.erp,
        company_key=order.company_key,
        order_number=order.order_number,
        customer_reference=order.customer_reference,
        web_number=order.web_number,
        invoice_numbers=tuple(invoice.number for invoice in order.invoices),
        placed_on=order.placed_on,
        placed_by=order.placed_by,
        is_open=order.status.is_open,
    )

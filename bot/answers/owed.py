"""What a company owes: its invoices that are open, due or overdue, its credit, and the balance.

Invoices are found by their orders; the ERP's list of orders is looked through as for any list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.answers.selecting import LOOKED_THROUGH_MAX, SoFar, earliest, is_overdue, is_owed, walk
from bot.erp.gateway import Gateway
from bot.erp.protocol import OrderFilter
from bot.orders import Invoice, InvoiceKind, InvoiceState, Money, Order
from bot.scope import CompanyScope

_SPENT = frozenset({InvoiceState.PAID, InvoiceState.CANCELLED})


@dataclass(frozen=True)
class Owed:
    """One invoice or credit note of a statement."""

    order_number: str
    customer_reference: str | None
    invoice: Invoice
    overdue: bool

    @property
    def is_credit(self) -> bool:
        return self.invoice.kind is InvoiceKind.CREDIT_NOTE

    @property
    def balance(self) -> Money | None:
        """What is left of it: less than nothing for a credit note; None where the ERP does not tell."""
        left = self.invoice.open_amount or self.invoice.total
        if left is None:
            return None
        return Money(-abs(left.amount), left.currency) if self.is_credit else left


@dataclass(frozen=True)
class Total:
    """Of one currency. `balance` is what is open, less the credit."""

    open: Decimal = Decimal(0)
    overdue: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)

    @property
    def balance(self) -> Decimal:
        return self.open - self.credit


@dataclass(frozen=True)
class Statement:
    """The open invoices of a company, those due first on top."""

    rows: tuple[Owed, ...]
    looked_through: int
    whole: bool
    missing: tuple[str, ...] = ()
    """ERPs that did not answer."""
    last_known: datetime | None = None
    """Since when, where an ERP does not answer now and this is what it said last."""

    @property
    def totals(self) -> Mapping[str, Total]:
        """By currency, in order; what the ERP names no amount for is in none."""
        found: dict[str, Total] = {}
        for row in self.rows:
            if (balance := row.balance) is None:
                continue
            before = found.get(balance.currency, Total())
            amount = balance.amount
            found[balance.currency] = Total(
                open=before.open + (Decimal(0) if row.is_credit else amount),
                overdue=before.overdue + (amount if row.overdue else Decimal(0)),
                credit=before.credit - (amount if row.is_credit else Decimal(0)),
            )
        return dict(sorted(found.items()))

    @property
    def untold(self) -> int:
        """How many have no amount."""
        return sum(row.balance is None for row in self.rows)


async def look_for_owed(
    gateway: Gateway,
    scope: CompanyScope,
    wanted: OrderFilter,
    today: date,
    *,
    overdue_only: bool = False,
    most: int = LOOKED_THROUGH_MAX,
    so_far: SoFar | None = None,
) -> Statement:
    """The statement of a company; `so_far` hears how many orders, of at most `most`, were looked through."""
    rows: list[Owed] = []
    looked_through, whole, missing = 0, True, dict[str, None]()
    last_known: datetime | None = None
    async for part in walk(gateway, scope, wanted, in_full=True, most=most):
        looked_through += len(part.orders)
        whole = part.is_end
        missing.update(dict.fromkeys(part.missing))
        last_known = earliest(last_known, part.last_known)
        rows += [row for row in owed_of(part.orders, today) if row.overdue or not overdue_only]
        if so_far is not None:
            await so_far(looked_through)
    unique = {(row.is_credit, row.invoice.number, row.invoice.series): row for row in rows}
    ordered = sorted(unique.values(), key=_by_due)
    return Statement(tuple(ordered), looked_through, whole, tuple(missing), last_known)


def owed_of(orders: Iterable[Order], today: date) -> Iterable[Owed]:
    """Invoices that are still to be paid, and credit notes that are not used up."""
    for order in orders:
        for invoice in order.invoices:
            credit = invoice.kind is InvoiceKind.CREDIT_NOTE and invoice.state not in _SPENT
            if credit or is_owed(invoice):
                yield Owed(order.order_number, order.customer_reference, invoice, is_overdue(invoice, today))


def _by_due(row: Owed) -> tuple[bool, date, str]:
    return row.is_credit, row.invoice.due_on or row.invoice.issued_on or date.max, row.invoice.number

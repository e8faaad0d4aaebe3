"""An ERP in memory that answers every question with everybody's orders: only the gateway's check remains.

Each value of an order carries the mark of its company, so that a leak can be seen in any text.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from bot.erp.protocol import Capabilities, CompanyContact, DocumentStream, Health, OrderFilter, Page
from bot.orders import (
    Document,
    DocumentKind,
    Invoice,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Reference,
    ReferenceKind,
    Shipment,
)
from bot.scope import CompanyScope

ERP = "erp"
_LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")
"""A mark without digits, so that a name made of it reads like a name."""
PLACED = datetime(2026, 2, 1, 12, tzinfo=UTC)


def mark_of(company_key: str) -> str:
    """What stands in every value of a company's orders and in no other."""
    return f"ZQ{company_key.translate(_LETTERS)}QZ"


def order_number(company_key: str, number: int) -> str:
    return f"{mark_of(company_key)}-{number}"


def orders_of(company_key: str, *, buyer: str = "") -> tuple[Order, ...]:
    """Two orders of a company, every text of which carries its mark."""
    mark = mark_of(company_key)
    amount = Money(Decimal("12.50"), "BRL")
    return tuple(
        Order(
            erp=ERP,
            company_key=company_key,
            order_number=order_number(company_key, number),
            # The same at every company: the likeliest way to meet a stranger's order.
            customer_reference="PO-1",
            web_number=f"{mark}-W{number}",
            status=OrderStatus.CONFIRMED,
            placed_on=PLACED,
            placed_by=buyer or f"{mark} buyer",
            promised_on=date(2026, 3, 1),
            total=amount,
            lines=(
                OrderLine(
                    line_id="1",
                    sku=f"{mark}-SKU",
                    description=f"{mark} valve",
                    ordered=Decimal(2),
                    total=amount,
                ),
            ),
            shipments=(Shipment(number="1", carrier=f"{mark} carrier"),),
            invoices=(Invoice(number=f"{mark}-N{number}", total=amount),),
            complete=True,
        )
        for number in (1, 2)
    )


@dataclass
class LooseErp:
    """Answers whatever it is asked with the orders of all companies (`bot.erp.protocol.Erp`)."""

    orders: dict[str, tuple[Order, ...]] = field(default_factory=dict)
    name: str = ERP

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            reference_kinds=frozenset(ReferenceKind),
            complete_in_find=True,
            echoes_company=True,
            changes=True,
        )

    def add(self, company_key: str) -> None:
        self.orders[company_key] = orders_of(company_key)

    def move(self, company_key: str) -> None:
        """All orders of a company go out, or come back."""
        there = {OrderStatus.CONFIRMED: OrderStatus.IN_PREPARATION}
        self.orders[company_key] = tuple(
            replace(order, status=there.get(order.status, OrderStatus.CONFIRMED))
            for order in self.orders[company_key]
        )

    @property
    def everything(self) -> tuple[Order, ...]:
        return tuple(order for orders in self.orders.values() for order in orders)

    async def check(self) -> Health:
        return Health(True, "in memory")

    async def find(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        return dict.fromkeys(references, self.everything)

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        return Page(self.everything)

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        return Page(self.everything)

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        return self.everything

    async def documents(self, scope: CompanyScope, order_number: str) -> Sequence[Document]:
        # Documents name no company: here the adapter's own query is the only guard, as in the contract.
        owned = [order for key in scope.keys for order in self.orders.get(key, ())]
        return [
            document_of(order.order_number, kind)
            for order in owned
            if order.order_number == order_number
            for kind in (DocumentKind.DANFE, DocumentKind.BOLETO)
        ]

    @asynccontextmanager
    async def open_document(self, scope: CompanyScope, document: Document) -> AsyncIterator[DocumentStream]:
        async def chunks() -> AsyncIterator[bytes]:
            yield f"{document.order_number}-N".encode()

        yield DocumentStream(filename="f.pdf", media_type="application/pdf", size=None, chunks=chunks())

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        return ()

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        return ()

    async def aclose(self) -> None: ...


def document_of(order_number: str, kind: DocumentKind) -> Document:
    return Document(id=f"{kind}-1", kind=kind, order_number=order_number, number=f"{order_number}-N")

"""An ERP in memory whose orders move when a test says so, and which counts what it is asked."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.erp.errors import DocumentNotThere, ErpUnavailable
from bot.erp.protocol import Capabilities, CompanyContact, DocumentStream, Health, OrderFilter, Page
from bot.orders import Document, Order, OrderStatus, Reference, ReferenceKind
from bot.scope import CompanyScope


@dataclass
class MovingErp:
    """Speaks `bot.erp.protocol.Erp`; `tells` says whether it can be asked what changed."""

    name: str = "erp"
    tells: bool = True
    down: bool = False
    now: datetime = datetime(2026, 11, 20, 12, tzinfo=UTC)
    orders: dict[tuple[str, str], Order] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            reference_kinds=frozenset(ReferenceKind),
            complete_in_find=True,
            echoes_company=True,
            changes=self.tells,
        )

    def put(self, company: str, number: str, **values: object) -> Order:
        """Make or change an order; it changed now."""
        known = self.orders.get((company, number)) or Order(
            erp=self.name,
            company_key=company,
            order_number=number,
            customer_reference=f"PO-{number}",
            status=OrderStatus.CONFIRMED,
            placed_on=self.now - timedelta(days=3),
            complete=True,
        )
        order = replace(known, changed_at=self.now, **values)  # type: ignore[arg-type]
        self.orders[company, number] = order
        return order

    async def check(self) -> Health:
        return Health(True, "in memory")

    async def find(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        return {
            reference: [
                order
                for order in self._own("find", scope)
                if reference.value in (order.order_number, order.customer_reference)
            ]
            for reference in references
        }

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        open_ones = [one for one in self._own("page", scope) if one.status.is_open or not wanted.open_only]
        return Page(tuple(open_ones[:limit]))

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        found = [one for one in self._own("changed", scope) if one.changed_at and one.changed_at >= since]
        start = int(after or 0)
        following = str(start + limit) if len(found) > start + limit else None
        return Page(tuple(found[start : start + limit]), following)

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        return [order for order in self._own("details", scope) if order.order_number in order_numbers]

    async def documents(self, scope: CompanyScope, order_number: str) -> Sequence[Document]:
        self._own("documents", scope)
        return []

    @asynccontextmanager
    async def open_document(self, scope: CompanyScope, document: Document) -> AsyncIterator[DocumentStream]:
        raise DocumentNotThere("none")
        yield

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        return ()

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        return ()

    async def aclose(self) -> None: ...

    def _own(self, asked: str, scope: CompanyScope) -> list[Order]:
        self.asked.append(asked)
        if self.down:
            raise ErpUnavailable("down")
        return [order for (company, _), order in self.orders.items() if company in scope.keys]

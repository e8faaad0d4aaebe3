"""An ERP in memory of which only lists are asked, counted, and may fail (`bot.erp.protocol.Erp`)."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime

from bot.erp.errors import ErpUnavailable
from bot.erp.protocol import Capabilities, DocumentStream, Health, OrderFilter, Page
from bot.orders import Document, Order, Reference, ReferenceKind
from bot.scope import CompanyScope


@dataclass
class Books:
    """Orders of several companies; `changed_at` of each decides what `changed` tells."""

    orders: list[Order] = field(default_factory=list)
    tells: bool = True
    failing: bool = False
    asked: list[str] = field(default_factory=list)
    name: str = "erp"

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(reference_kinds=frozenset(ReferenceKind), echoes_company=True, changes=self.tells)

    async def check(self) -> Health:
        return Health(True, "in memory")

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        self._ask("page")
        own = [
            order
            for order in self.orders
            if order.company_key in scope.keys
            and order.placed_on is not None
            and (wanted.since is None or order.placed_on >= wanted.since)
        ]
        own.sort(key=lambda order: (order.placed_on, order.order_number), reverse=True)
        return _part(own, after, limit)

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        self._ask("changed")
        own = [
            order
            for order in self.orders
            if order.company_key in scope.keys and order.changed_at is not None and order.changed_at >= since
        ]
        own.sort(key=lambda order: (order.changed_at, order.order_number))
        return _part(own, after, limit)

    async def find(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        return dict.fromkeys(references, ())

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        return ()

    async def documents(self, scope: CompanyScope, order_number: str) -> Sequence[Document]:
        return ()

    def open_document(
        self, scope: CompanyScope, document: Document
    ) -> AbstractAsyncContextManager[DocumentStream]:
        raise NotImplementedError

    async def aclose(self) -> None: ...

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.failing:
            raise ErpUnavailable("down")


def _part(orders: Sequence[Order], after: str | None, limit: int) -> Page:
    start = int(after or 0)
    rest = start + limit < len(orders)
    return Page(tuple(orders[start : start + limit]), str(start + limit) if rest else None)

"""An ERP in memory that answers every question with whatever it holds, and counts what it was asked."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.erp.protocol import Capabilities, DocumentStream, Health, OrderFilter, Page
from bot.orders import Document, Order, Reference, ReferenceKind
from bot.scope import CompanyScope


@dataclass
class Liar:
    """Ignores scopes, filters and limits. `hides_company`: rows name no company, complete orders do."""

    name: str
    orders: tuple[Order, ...] = ()
    hides_company: bool = False
    complete_in_find: bool = True
    asked: list[str] = field(default_factory=list)
    scopes: list[CompanyScope] = field(default_factory=list)
    opened: list[Document] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            reference_kinds=frozenset(ReferenceKind),
            complete_in_find=self.complete_in_find,
            echoes_company=not self.hides_company,
            changes=True,
        )

    async def check(self) -> Health:
        return Health(True, "in memory")

    async def find(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        self._note("find", scope)
        return dict.fromkeys(references, self._rows())

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        self._note("page", scope)
        return Page(self._rows())

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        self._note("changed", scope)
        return Page(self._rows())

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        self._note("details", scope)
        return [replace(order, complete=True) for order in self.orders]

    async def documents(self, scope: CompanyScope, order_number: str) -> Sequence[Document]:
        self._note("documents", scope)
        return ()

    @asynccontextmanager
    async def open_document(self, scope: CompanyScope, document: Document) -> AsyncIterator[DocumentStream]:
        async def nothing() -> AsyncIterator[bytes]:
            yield b""

        self._note("open_document", scope)
        self.opened.append(document)
        yield DocumentStream(filename="f.pdf", media_type="application/pdf", size=None, chunks=nothing())

    async def aclose(self) -> None:
        return None

    def _note(self, question: str, scope: CompanyScope) -> None:
        self.asked.append(question)
        self.scopes.append(scope)

    def _rows(self) -> tuple[Order, ...]:
        if self.hides_company:
            return tuple(replace(order, company_key=None, complete=False) for order in self.orders)
        return tuple(replace(order, complete=self.complete_in_find) for order in self.orders)

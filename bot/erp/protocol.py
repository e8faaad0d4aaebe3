"""What an ERP adapter can be asked. Every question carries the company's scope."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.orders import Document, DocumentKind, Order, OrderStatus, Reference, ReferenceKind
from bot.scope import CompanyScope


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What an ERP's interface can do, so that the gateway asks no more than it must."""

    reference_kinds: frozenset[ReferenceKind]
    complete_in_find: bool = False
    """`find` already returns lines, shipments and invoices; no call for details is needed."""
    echoes_company: bool = False
    """Rows of a search name their company, so they can be verified without a second call."""
    changes: bool = False
    """`changed` can be asked: the ERP tells which orders changed since a moment."""
    documents: frozenset[DocumentKind] = frozenset()
    """Kinds of documents the ERP may have; empty: it does not tell beforehand."""


@dataclass(frozen=True, kw_only=True)
class OrderFilter:
    """Which orders to list. Moments are aware UTC, `until` is exclusive. Newest come first."""

    since: datetime | None = None
    until: datetime | None = None
    open_only: bool = False
    statuses: frozenset[OrderStatus] = field(default_factory=frozenset)
    """Empty means any."""

    def admits(self, status: OrderStatus) -> bool:
        """Whether orders of this status are wanted, whenever they were placed."""
        return (not self.open_only or status.is_open) and (not self.statuses or status in self.statuses)


@dataclass(frozen=True)
class Page:
    """Part of a list. `next` asks for the part after it and is bound to scope and filter."""

    orders: tuple[Order, ...]
    next: str | None = None
    total: int | None = None
    """How many there are in all, where the ERP tells."""
    missing: tuple[str, ...] = ()
    """ERPs whose orders are left out of the list, for they do not answer."""


@dataclass(frozen=True)
class Health:
    """What a check of the ERP found; `advice` tells the operator what to do."""

    ok: bool
    detail: str
    advice: str = ""
    warnings: tuple[str, ...] = ()
    """What works and should not be so: a key that may write, one that soon ends."""


@dataclass(frozen=True, kw_only=True)
class DocumentStream:
    """A document being fetched. `chunks` can be read once; it raises the family of ErpError."""

    filename: str
    media_type: str
    size: int | None
    chunks: AsyncIterator[bytes]


class Erp(Protocol):
    """An ERP. All methods raise ErpUnavailable, ErpRateLimited, ErpDenied or ErpBadAnswer."""

    @property
    def name(self) -> str:
        """The id by which settings and scopes name this ERP."""

    @property
    def capabilities(self) -> Capabilities: ...

    async def check(self) -> Health:
        """Try the connection and credentials without any company's data."""

    async def find(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        """Look up orders of the company by any of the numbers people quote.

        Every reference asked for is a key of the answer; its orders come newest first. An order of
        another company is absent, exactly as one that does not exist.
        """

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        """List orders of the company, newest first, stable between pages."""

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        """Orders of the company that changed at or after `since` (aware UTC), the oldest change first.

        A change of its lines, shipments and invoices is a change of the order. Rows carry
        `changed_at`. Only where `capabilities.changes`; elsewhere the page is empty.
        """

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        """Complete orders by ERP order number; foreign and unknown numbers are silently absent."""

    async def documents(self, scope: CompanyScope, order_number: str) -> Sequence[Document]:
        """Released documents of one order of the company; empty when the order is not there."""

    def open_document(
        self, scope: CompanyScope, document: Document
    ) -> AbstractAsyncContextManager[DocumentStream]:
        """Fetch a document's bytes, after asking the ERP anew whether it belongs to the company.

        Raises DocumentNotThere and DocumentRefused too.
        """

    async def aclose(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class CompanyContact:
    """A person the ERP knows at a customer; what an e-mail code is checked against."""

    erp: str
    company_key: str
    company_name: str
    email: str
    """Empty for a contact that is known by phone only."""
    tax_id: str | None = None
    contact_name: str | None = None
    phone: str | None = None
    """As the ERP writes it."""
    role: str | None = None
    """What the contact does at the company, where the directory says: a value of linking's `Role`."""


class ContactDirectory(Protocol):
    """Who may be mailed a code. Asked before anyone is linked, so it carries no scope."""

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        """Contacts with exactly this address, compared without case; raises ErpError."""

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        """Contacts who may have this phone (E.164), `phone` as the directory writes it; raises ErpError.

        Whoever asks compares again: a directory may be lenient in how it searches.
        """


class ConnectedErp(Erp, ContactDirectory, Protocol):
    """What every adapter is: an ERP that may also know its customers' people."""

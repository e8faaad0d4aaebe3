"""What the kit needs of an ERP: a server with the kit's data, an adapter for it, and what to expect.

The data tell one story everywhere. Northwind Industrial has a quotation (PO-7781, hidden), PO-7782
confirmed and not shipped, PO-7783 shipped and invoiced, PO-7784 done and paid with a credit note, PO-7785
partly shipped, PO-7786 cancelled, PO-7787 twice, an order whose invoice is still a draft, and one whose
reference is PO_77%9. A branch of it has PO-7788. Southgate Parts has a PO-7782 of its own, PO-8001 that
waits for stock, and forty orders BULK-001 to BULK-040. Empty Shell has none.
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from bot.erp.protocol import ConnectedErp
from bot.orders import BillingState, InvoiceState, OrderStatus
from tests.erp.kit.proxy import Proxy, Recorded

SHARED = "PO-7782"
REUSED = "PO-7787"
HIDDEN = "PO-7781"
ODD = "PO_77%9"
BULK = 40
ANA = "ana@northwind.example"
CAROL = "carol@southgate.example"
ANA_PHONE = "+5511987654321"
TRACKED = "1Z999AA10123456784"


@dataclass(frozen=True)
class Expected:
    """An order as the adapter must tell it."""

    number: str
    status: OrderStatus
    billing: BillingState
    invoices: tuple[tuple[str, InvoiceState], ...] = ()
    """Invoice numbers as customers read them, with what is owed; credit notes too."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """The story in one ERP's own keys and numbers."""

    northwind: str
    branch: str
    southgate: str
    empty: str
    confirmed: Expected
    shipped: Expected
    done: Expected
    partial: Expected
    cancelled: Expected
    reused: tuple[str, str]
    """Numbers of the two orders PO-7787, the newer first."""
    drafted: str
    """Number of the order whose invoice is a draft; its customer reference is PO-7789."""
    odd: str
    branch_order: str
    southgate_shared: str
    """Southgate's own PO-7782: shipped, invoiced, with a PDF."""
    waiting: str
    """Southgate's PO-8001, which waits for stock."""
    web_number: str | None = None
    """The web shop's number of the shipped order; None where the ERP has none."""
    currency: str = "BRL"


class Asks(Enum):
    """What a recorded request asks for, as far as scope goes."""

    NOBODYS = "nobody's data: a version, a schema, a session"
    SCOPED = "a company's data, with the company in the query"
    BYTES = "the bytes of a document that a scoped query has just named"
    CONTACTS = "contacts by an address, before anybody is linked"
    UNSCOPED = "a company's data without the company in the query"


class World(Protocol):
    """A running ERP with the kit's data."""

    name: str
    known: Known
    proxy: Proxy
    """Between the adapter and the server."""

    def erp(
        self, *, timeout_seconds: float = 10.0, document_max_bytes: int = 10 << 20, token: str | None = None
    ) -> AbstractAsyncContextManager[ConnectedErp]:
        """An adapter, through the proxy; another `token` than the right one, where given."""

    def asks(self, request: Recorded, keys: tuple[str, ...]) -> Asks:
        """Judge a request: is the company's clause of exactly these keys in the server's own query?"""

    async def touch(self, order_number: str) -> None:
        """Change something that belongs to an order (a shipment, an invoice, its date) in the ERP itself."""

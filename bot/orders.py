"""Orders, shipments, invoices and documents as the whole bot speaks of them. Values only.

Every amount is a Decimal with a currency, every moment an aware UTC datetime, every text from
outside plain text. Names follow the field: X12 869/870 (order status inquiry and report), UBL and
Peppol BIS 3, schema.org OrderStatus.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class OrderStatus(StrEnum):
    """The one headline of an order. Billing and holds are told apart from it, never mixed in."""

    RECEIVED = "received"
    AWAITING_APPROVAL = "awaiting_approval"
    CONFIRMED = "confirmed"
    IN_PREPARATION = "in_preparation"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        """Whether the customer still waits for something. An unknown status counts as open."""
        return self not in _CLOSED


_CLOSED = frozenset(
    {OrderStatus.DELIVERED, OrderStatus.COMPLETED, OrderStatus.CANCELLED, OrderStatus.RETURNED}
)


class BillingState(StrEnum):
    """How much of an order has been invoiced. "Invoiced" never means delivered."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"
    UNKNOWN = "unknown"


class InvoiceState(StrEnum):
    """What is still owed on an invoice; drafts are never shown, so they have no state here."""

    OPEN = "open"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_owed(self) -> bool:
        """Whether something is left to pay."""
        return self in _OWED

    def as_of(self, today: date, *, due: date | None) -> "InvoiceState":
        """The state with its day looked at: not every ERP says that what is owed is overdue."""
        return InvoiceState.OVERDUE if self.is_owed and due is not None and due < today else self


_OWED = frozenset({InvoiceState.OPEN, InvoiceState.PARTIALLY_PAID, InvoiceState.OVERDUE})


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    DEBIT_NOTE = "debit_note"
    DOWN_PAYMENT = "down_payment"


class HoldKind(StrEnum):
    """Why an order waits, apart from its status (SAP blocks, X12 368 HQ and PH)."""

    CREDIT = "credit"
    COMMERCIAL = "commercial"
    STOCK = "stock"
    PAYMENT = "payment"
    OTHER = "other"


class DocumentGroup(StrEnum):
    """Documents that one permission covers."""

    FISCAL = "fiscal"
    PAYMENT = "payment"
    OTHER = "other"


class DocumentKind(StrEnum):
    """What a document is; the value is stored and must never change."""

    INVOICE_PDF = "invoice_pdf"
    DANFE = "danfe"
    NFE_XML = "nfe_xml"
    NFSE_PDF = "nfse_pdf"
    NFSE_XML = "nfse_xml"
    CTE_XML = "cte_xml"
    DACTE = "dacte"
    CCE = "cce"
    """A correction letter (carta de correção eletrônica)."""
    EINVOICE_XML = "einvoice_xml"
    CREDIT_NOTE = "credit_note"
    DEBIT_NOTE = "debit_note"
    BOLETO = "boleto"
    TRANSFER_SLIP = "transfer_slip"
    GARE = "gare"
    GNRE = "gnre"
    STATEMENT = "statement"
    SERIAL_NUMBERS = "serial_numbers"
    ORDER_CONFIRMATION = "order_confirmation"
    PACKING_SLIP = "packing_slip"
    DELIVERY_NOTE = "delivery_note"
    CERTIFICATE = "certificate"
    """Of quality, conformity, origin; safety data sheets too."""
    PROOF_OF_DELIVERY = "proof_of_delivery"
    OTHER = "other"

    @property
    def group(self) -> DocumentGroup:
        return _GROUPS.get(self, DocumentGroup.OTHER)


_GROUPS = {
    DocumentKind.INVOICE_PDF: DocumentGroup.FISCAL,
    DocumentKind.DANFE: DocumentGroup.FISCAL,
    DocumentKind.NFE_XML: DocumentGroup.FISCAL,
    DocumentKind.NFSE_PDF: DocumentGroup.FISCAL,
    DocumentKind.NFSE_XML: DocumentGroup.FISCAL,
    DocumentKind.CTE_XML: DocumentGroup.FISCAL,
    DocumentKind.DACTE: DocumentGroup.FISCAL,
    DocumentKind.CCE: DocumentGroup.FISCAL,
    DocumentKind.EINVOICE_XML: DocumentGroup.FISCAL,
    DocumentKind.CREDIT_NOTE: DocumentGroup.FISCAL,
    DocumentKind.DEBIT_NOTE: DocumentGroup.FISCAL,
    DocumentKind.BOLETO: DocumentGroup.PAYMENT,
    DocumentKind.TRANSFER_SLIP: DocumentGroup.PAYMENT,
    DocumentKind.GARE: DocumentGroup.PAYMENT,
    DocumentKind.GNRE: DocumentGroup.PAYMENT,
    DocumentKind.STATEMENT: DocumentGroup.PAYMENT,
}


class OrderEvent(StrEnum):
    """What may happen to an order that somebody wants to hear of; the value is stored."""

    DISPATCH = "dispatch"
    DELIVERY = "delivery"
    DELAY = "delay"
    INVOICE = "invoice"
    DOCUMENT = "document"
    ANY = "any"


class ReferenceKind(StrEnum):
    """Which number a person quotes; ANY when they did not say, which is the usual case."""

    ANY = "any"
    CUSTOMER_REFERENCE = "customer_reference"
    ORDER_NUMBER = "order_number"
    WEB_NUMBER = "web_number"
    INVOICE_NUMBER = "invoice_number"
    ACCESS_KEY = "access_key"
    TRACKING_NUMBER = "tracking_number"


@dataclass(frozen=True)
class Reference:
    """A number somebody quoted, cleaned but not yet looked up.

    `value` is the spelling to try first; `alternatives` are other spellings of the same number
    ("PO 7782" is also "PO-7782" and "7782"), tried in that order when the first finds nothing.
    `series` goes with an invoice number where the person gave one. `text` and `kinds` tell how it was
    written and what it may be, the likeliest first; they do not make it another reference.
    """

    value: str
    kind: ReferenceKind = ReferenceKind.ANY
    alternatives: tuple[str, ...] = ()
    series: str | None = None
    text: str = field(default="", compare=False)
    kinds: tuple[ReferenceKind, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str
    """ISO 4217 code."""


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    line_id: str
    sku: str
    description: str
    ordered: Decimal
    shipped: Decimal | None = None
    """None when the ERP does not tell per line."""
    backordered: Decimal | None = None
    backorder_expected_on: date | None = None
    unit_price: Money | None = None
    total: Money | None = None


@dataclass(frozen=True, kw_only=True)
class Package:
    tracking_number: str | None = None
    tracking_url: str | None = None
    """https only, checked by the adapter; shown with its host, never followed by us."""


class ShipmentStatus(StrEnum):
    PLANNED = "planned"
    IN_PREPARATION = "in_preparation"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Shipment:
    number: str
    status: ShipmentStatus = ShipmentStatus.UNKNOWN
    warehouse: str | None = None
    carrier: str | None = None
    despatched_on: datetime | None = None
    estimated_on: date | None = None
    delivered_on: datetime | None = None
    packages: tuple[Package, ...] = ()
    lines: tuple[OrderLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Invoice:
    number: str
    series: str | None = None
    kind: InvoiceKind = InvoiceKind.INVOICE
    state: InvoiceState = InvoiceState.UNKNOWN
    issued_on: date | None = None
    due_on: date | None = None
    total: Money | None = None
    open_amount: Money | None = None
    access_key: str | None = None
    """The 44 digits of a Brazilian NF-e."""


@dataclass(frozen=True, kw_only=True)
class Hold:
    kind: HoldKind
    since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order of one company. `complete` tells a full answer from the row of a search."""

    erp: str
    company_key: str | None
    """The customer's key in the ERP as the record itself names it; None when it names none."""
    order_number: str
    customer_reference: str | None = None
    web_number: str | None = None
    status: OrderStatus = OrderStatus.UNKNOWN
    status_raw: str = ""
    """What the ERP said, for support; never shown to a customer."""
    status_since: datetime | None = None
    billing: BillingState = BillingState.UNKNOWN
    holds: tuple[Hold, ...] = ()
    placed_on: datetime | None = None
    placed_by: str | None = None
    channel: str | None = None
    """"web" or "telesales" where the ERP tells."""
    promised_on: date | None = None
    delivers_to: str | None = None
    """The town or place the goods go to, where the ERP tells; no street, no person."""
    freight: Money | None = None
    total: Money | None = None
    lines: tuple[OrderLine, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    carrier_url: str | None = None
    """Where the ERP gives one tracking page for the whole order."""
    complete: bool = False
    changed_at: datetime | None = None
    """When the order, or something that belongs to it, last changed in the ERP, where it tells."""
    as_of: datetime | None = None
    """When the ERP said so."""
    stale: bool = False
    """The ERP does not answer at present: this is what it said last."""

    @property
    def lines_shipped(self) -> int | None:
        """How many lines have shipped whole; None when the ERP does not tell per line."""
        if not self.lines or any(line.shipped is None for line in self.lines):
            return None
        return sum(1 for line in self.lines if line.shipped is not None and line.shipped >= line.ordered)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document of an order. Its bytes are fetched by the adapter; its address never leaves it."""

    id: str
    """Stable within the order, made by the adapter (for instance "danfe-1"); never a URL."""
    kind: DocumentKind
    order_number: str
    title: str = ""
    """As the ERP describes it: plain text from outside."""
    number: str | None = None
    """The invoice number it belongs to, where known."""
    media_type: str | None = None
    size: int | None = None
    issued_on: date | None = None
    legal: bool = True
    """False for a pro forma: a rendering that is not the released document."""
    erp: str = ""
    """The ERP it lives in, as the gateway says; empty: the company's first one."""
    company_key: str = ""
    """The company's key there, where only one was asked for."""

"""Builders of orders for these tests."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bot.chat.buttons import Button
from bot.chat.files import OrderFile
from bot.chat.phrases import Phrase
from bot.orders import (
    Document,
    DocumentKind,
    Invoice,
    InvoiceState,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Package,
    Shipment,
    ShipmentStatus,
)

NOON = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)


def order(**changes: Any) -> Order:
    values: dict[str, Any] = {
        "erp": "erp",
        "company_key": "55",
        "order_number": "10042",
        "customer_reference": "PO-7782",
        "web_number": "1203948572-01",
        "status": OrderStatus.PARTIALLY_SHIPPED,
        "status_since": NOON,
        "placed_on": NOON,
        "promised_on": date(2026, 5, 20),
        "total": Money(Decimal("1234.50"), "BRL"),
        "lines": (line(),),
        "shipments": (shipment(),),
        "invoices": (invoice(),),
        "complete": True,
        "as_of": NOON,
    }
    return Order(**(values | changes))


def line(**changes: Any) -> OrderLine:
    values: dict[str, Any] = {
        "line_id": "1",
        "sku": "SKU-1",
        "description": "Hex bolt M8",
        "ordered": Decimal(10),
        "shipped": Decimal(4),
    }
    return OrderLine(**(values | changes))


def shipment(**changes: Any) -> Shipment:
    values: dict[str, Any] = {
        "number": "1",
        "status": ShipmentStatus.SHIPPED,
        "warehouse": "São Paulo",
        "carrier": "Correios",
        "despatched_on": NOON,
        "packages": (
            Package(tracking_number="BR123", tracking_url="https://correios.example/t?n=BR123&l=pt"),
        ),
    }
    return Shipment(**(values | changes))


def invoice(**changes: Any) -> Invoice:
    values: dict[str, Any] = {
        "number": "4711",
        "series": "1",
        "state": InvoiceState.OPEN,
        "due_on": date(2026, 6, 12),
        "total": Money(Decimal("1234.50"), "BRL"),
    }
    return Invoice(**(values | changes))


def button(action: str = "b-1", key: str = "button_refresh", **values: Any) -> Button:
    return Button(Phrase(key, values), action)


def file(document_id: str = "danfe-1") -> OrderFile:
    document = Document(id=document_id, kind=DocumentKind.DANFE, order_number="10042", number="4711")
    return OrderFile(company_id=1, document=document)

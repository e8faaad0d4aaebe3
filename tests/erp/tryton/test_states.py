"""Tryton's states as ours: each value that a running server knows has a row."""

from collections.abc import Mapping

import pytest

from bot.erp.tryton import status
from bot.orders import OrderStatus, ShipmentStatus
from tests.erp.tryton.server import TrytonServer

PLANNED, PREPARED, GONE = ShipmentStatus.PLANNED, ShipmentStatus.IN_PREPARATION, ShipmentStatus.SHIPPED


@pytest.mark.parametrize(
    ("model", "field", "rows"),
    [
        ("sale.sale", "state", status.SALE),
        ("sale.sale", "shipment_state", status.SALE_SHIPMENT),
        ("sale.sale", "invoice_state", status.SALE_INVOICE),
        ("stock.shipment.out", "state", status.SHIPMENT),
        ("account.invoice", "state", status.INVOICE),
    ],
)
def test_every_value_of_a_running_server_has_a_row(
    tryton: TrytonServer, model: str, field: str, rows: Mapping[str, object]
) -> None:
    told = tryton.as_admin(f"model.{model}.fields_get", [field])[field]["selection"]
    assert {value for value, _ in told} == set(rows)


@pytest.mark.parametrize(
    ("state", "shipment_state", "shipments", "all_gone", "expected"),
    [
        ("confirmed", "none", [], False, OrderStatus.CONFIRMED),
        ("processing", "none", [], False, OrderStatus.CONFIRMED),
        ("processing", "waiting", [PLANNED], False, OrderStatus.CONFIRMED),
        ("processing", "waiting", [PLANNED, PREPARED], False, OrderStatus.IN_PREPARATION),
        ("processing", "waiting", [GONE], True, OrderStatus.SHIPPED),
        ("processing", "waiting", [GONE], False, OrderStatus.PARTIALLY_SHIPPED),
        ("processing", "waiting", [GONE, PREPARED], True, OrderStatus.PARTIALLY_SHIPPED),
        ("processing", "partially shipped", [GONE, PLANNED], False, OrderStatus.PARTIALLY_SHIPPED),
        ("processing", "partially shipped", [], False, OrderStatus.PARTIALLY_SHIPPED),
        ("processing", "sent", [GONE], True, OrderStatus.SHIPPED),
        ("processing", "exception", [], False, OrderStatus.CONFIRMED),
        ("processing", "exception", [GONE, PLANNED], False, OrderStatus.PARTIALLY_SHIPPED),
        ("processing", "teleported", [], False, OrderStatus.UNKNOWN),
        ("done", "sent", [GONE], True, OrderStatus.COMPLETED),
        ("cancelled", "none", [], False, OrderStatus.CANCELLED),
        ("on a cloud", "sent", [GONE], True, OrderStatus.UNKNOWN),
    ],
)
def test_the_headline(
    state: str,
    shipment_state: str,
    shipments: list[ShipmentStatus],
    all_gone: bool,
    expected: OrderStatus,
) -> None:
    assert status.headline(state, shipment_state, shipments, all_gone=all_gone) is expected

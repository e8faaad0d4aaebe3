"""Odoo's states as ours: every documented value has a row, and every row a test."""

import pytest

from bot.erp.odoo import parsing, shipments, statuses
from bot.erp.odoo.statuses import Told, billing, headline
from bot.erp.odoo.values import UTC_ZONE, Read
from bot.orders import BillingState, InvoiceKind, InvoiceState, OrderStatus, ShipmentStatus
from tests.erp.odoo.builders import NOW

READ = Read(erp="odoo", keys=(2,), currency="EUR", today=NOW.date(), zone=UTC_ZONE, web_field="origin")
FULL, PARTIAL, NONE = BillingState.FULL, BillingState.PARTIAL, BillingState.NONE


def told(state: str = "sale", delivery: str | None = "pending", **more: object) -> Told:
    values = {"billing": NONE, **more}
    return Told(state=state, delivery=delivery, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (told(), OrderStatus.CONFIRMED),
        (told(state="done"), OrderStatus.CONFIRMED),
        (told(prepared=True), OrderStatus.IN_PREPARATION),
        (told(delivery="started"), OrderStatus.IN_PREPARATION),
        (told(delivery="partial"), OrderStatus.PARTIALLY_SHIPPED),
        (told(delivery="full"), OrderStatus.SHIPPED),
        (told(delivery="full", billing=FULL, unpaid=True), OrderStatus.SHIPPED),
        (told(delivery="full", billing=PARTIAL), OrderStatus.SHIPPED),
        (told(delivery="full", billing=FULL), OrderStatus.COMPLETED),
        (told(delivery="full", billing=FULL, nothing_kept=True), OrderStatus.RETURNED),
        (told(delivery="pending", billing=FULL), OrderStatus.CONFIRMED),
        (told(delivery=None), OrderStatus.CONFIRMED),
        (told(delivery=None, billing=FULL), OrderStatus.COMPLETED),
        (told(state="cancel", delivery="partial"), OrderStatus.CANCELLED),
        (told(state="to_approve"), OrderStatus.UNKNOWN),
        (told(delivery="teleported"), OrderStatus.UNKNOWN),
    ],
)
def test_the_headline_of_an_order(one: Told, status: OrderStatus) -> None:
    assert headline(one) is status


@pytest.mark.parametrize("state", ["draft", "sent"])
def test_a_quotation_is_no_order(state: str) -> None:
    assert parsing.order({"id": 1, "name": "S00001", "state": state}, READ) is None
    assert state not in statuses.ORDER_STATES


@pytest.mark.parametrize(
    ("invoice_status", "posted", "unposted", "state"),
    [
        ("no", 0, 0, NONE),
        ("to invoice", 0, 0, NONE),
        ("no", 1, 0, PARTIAL),
        ("to invoice", 1, 0, PARTIAL),
        ("invoiced", 1, 0, FULL),
        ("upselling", 1, 0, FULL),
        ("invoiced", 0, 1, NONE),
        ("invoiced", 1, 1, PARTIAL),
        ("invoiced", 0, 0, NONE),
        ("something else", 1, 0, BillingState.UNKNOWN),
        (None, 1, 0, BillingState.UNKNOWN),
    ],
)
def test_how_much_is_invoiced(
    invoice_status: str | None, posted: int, unposted: int, state: BillingState
) -> None:
    assert billing(invoice_status, posted=posted, unposted=unposted) is state


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("draft", ShipmentStatus.PLANNED),
        ("waiting", ShipmentStatus.PLANNED),
        ("confirmed", ShipmentStatus.PLANNED),
        ("assigned", ShipmentStatus.IN_PREPARATION),
        ("done", ShipmentStatus.SHIPPED),
        ("teleported", ShipmentStatus.UNKNOWN),
    ],
)
def test_the_state_of_a_transfer(state: str, status: ShipmentStatus) -> None:
    assert shipments.shipment({"id": 1, "name": "WH/OUT/1", "state": state}, READ).status is status


def test_a_cancelled_transfer_is_no_shipment() -> None:
    picking = {"id": 1, "name": "WH/OUT/1", "state": "cancel", "picking_type_code": "outgoing"}
    assert shipments.outward({"picking_ids": [picking]}) == []
    assert shipments.outward({"picking_ids": [{**picking, "state": "done"}]}) != []


@pytest.mark.parametrize(
    ("payment_state", "state"),
    [
        ("not_paid", InvoiceState.OPEN),
        ("in_payment", InvoiceState.PAID),
        ("paid", InvoiceState.PAID),
        ("partial", InvoiceState.PARTIALLY_PAID),
        ("reversed", InvoiceState.CANCELLED),
        ("blocked", InvoiceState.OPEN),
        ("invoicing_legacy", InvoiceState.UNKNOWN),
        ("something else", InvoiceState.UNKNOWN),
        (False, InvoiceState.UNKNOWN),
    ],
)
def test_what_is_owed_on_an_invoice(payment_state: object, state: InvoiceState) -> None:
    one = parsing.invoice(move(payment_state=payment_state), READ)
    assert one is not None
    assert one.state is state


@pytest.mark.parametrize(
    ("payment_state", "move_type", "state"),
    [
        ("not_paid", "out_invoice", InvoiceState.OVERDUE),
        ("partial", "out_invoice", InvoiceState.OVERDUE),
        ("blocked", "out_invoice", InvoiceState.OVERDUE),
        ("paid", "out_invoice", InvoiceState.PAID),
        ("in_payment", "out_invoice", InvoiceState.PAID),
        ("reversed", "out_invoice", InvoiceState.CANCELLED),
        ("not_paid", "out_refund", InvoiceState.OPEN),
    ],
)
def test_an_invoice_past_its_due_date_is_overdue_while_it_is_owed(
    payment_state: str, move_type: str, state: InvoiceState
) -> None:
    late = move(payment_state=payment_state, move_type=move_type, invoice_date_due="2026-11-19")
    one = parsing.invoice(late, READ)
    assert one is not None
    assert one.state is state


@pytest.mark.parametrize(
    ("move_type", "origin", "kind"),
    [
        ("out_invoice", False, InvoiceKind.INVOICE),
        ("out_invoice", 4, InvoiceKind.DEBIT_NOTE),
        ("out_refund", False, InvoiceKind.CREDIT_NOTE),
    ],
)
def test_what_kind_of_invoice_it_is(move_type: str, origin: object, kind: InvoiceKind) -> None:
    one = parsing.invoice(move(move_type=move_type, debit_origin_id=origin), READ)
    assert one is not None
    assert one.kind is kind


@pytest.mark.parametrize(
    "told",
    [
        {"state": "draft"},
        {"state": "cancel"},
        {"move_type": "entry"},
        {"move_type": "in_invoice"},
        {"move_type": "out_receipt"},
        {"name": False},
        {"name": ""},
    ],
)
def test_what_is_no_posted_customer_invoice_is_not_shown(told: dict[str, object]) -> None:
    assert parsing.invoice(move(**told), READ) is None


def move(**told: object) -> dict[str, object]:
    values: dict[str, object] = {
        "name": "INV/2026/1",
        "state": "posted",
        "move_type": "out_invoice",
        "payment_state": "not_paid",
        "invoice_date_due": "2026-12-04",
    }
    return values | told


def test_the_raw_states_are_kept_for_support() -> None:
    order = parsing.order(
        {
            "id": 1,
            "name": "S1",
            "state": "sale",
            "delivery_status": "full",
            "invoice_status": "to invoice",
            "partner_id": {"id": 2, "commercial_partner_id": 2},
        },
        READ,
    )
    assert order is not None
    assert order.status_raw == "sale, delivery full, invoice to invoice"

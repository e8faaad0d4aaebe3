"""Rows as orders: every documented state, and whatever else a server may send."""

import contextlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from bot.erp.bodies import decode_json
from bot.erp.erpnext import listing, parsing, queries, shipments, statuses
from bot.erp.erpnext.frappe import Row, listed, own
from bot.erp.errors import ErpBadAnswer, ErpError
from bot.erp.protocol import OrderFilter
from bot.orders import BillingState, InvoiceState, Order, OrderStatus, Reference, ShipmentStatus
from tests.erp.erpnext.building import OURS, READ, connected
from tests.erp.erpnext.site import Asked
from tests.erp.erpnext.story import attachment, shipment, story

# The options of the fields `status` and so on, versions 14 to 16.
_ORDER_STATES = "Draft;On Hold;To Pay;To Deliver and Bill;To Bill;To Deliver;Completed;Cancelled;Closed"
_INVOICE_STATES = (
    "Draft;Return;Credit Note Issued;Submitted;Paid;Partly Paid;Unpaid;Unpaid and Discounted;"
    "Partly Paid and Discounted;Overdue and Discounted;Overdue;Cancelled;Internal Transfer"
)
_NOTE_STATES = "Draft;To Bill;Partially Billed;Completed;Return Issued;Closed"


def test_every_documented_state_has_a_row() -> None:
    assert set(statuses.ORDER) == set(_ORDER_STATES.split(";"))
    assert set(statuses.INVOICE) == set(_INVOICE_STATES.split(";"))
    # "Return" and "Cancelled" notes are left out before.
    assert set(statuses.NOTE) == set(_NOTE_STATES.split(";"))
    assert set(statuses.TRACKING) == {"", "In Progress", "Delivered", "Returned", "Lost"}


@pytest.mark.parametrize(
    ("status", "delivered", "expected"),
    [
        ("Draft", 0, OrderStatus.UNKNOWN),
        ("On Hold", 0, OrderStatus.AWAITING_APPROVAL),
        ("On Hold", 40, OrderStatus.PARTIALLY_SHIPPED),
        ("On Hold", 100, OrderStatus.SHIPPED),
        ("To Pay", 0, OrderStatus.CONFIRMED),
        ("To Pay", 100, OrderStatus.SHIPPED),
        ("To Deliver and Bill", 0, OrderStatus.CONFIRMED),
        ("To Deliver and Bill", "0.0005", OrderStatus.CONFIRMED),
        ("To Deliver and Bill", "33.333333", OrderStatus.PARTIALLY_SHIPPED),
        ("To Deliver", 0, OrderStatus.CONFIRMED),
        ("To Deliver", 50, OrderStatus.PARTIALLY_SHIPPED),
        ("To Bill", 100, OrderStatus.SHIPPED),
        ("To Bill", "99.9999991", OrderStatus.SHIPPED),
        ("To Bill", 0, OrderStatus.CONFIRMED),  # an order that needs no delivery
        ("Completed", 100, OrderStatus.COMPLETED),
        ("Closed", 30, OrderStatus.COMPLETED),
        ("Cancelled", 0, OrderStatus.CANCELLED),
        ("Something New", 100, OrderStatus.UNKNOWN),
        (None, 100, OrderStatus.UNKNOWN),
    ],
)
def test_the_headline_of_an_order(status: str | None, delivered: int | str, expected: OrderStatus) -> None:
    row: Row = {"docstatus": 1, "status": status, "per_delivered": Decimal(delivered)}
    assert statuses.order_status(row) is expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Not Delivered", OrderStatus.CONFIRMED),
        ("Partly Delivered", OrderStatus.PARTIALLY_SHIPPED),
        ("Fully Delivered", OrderStatus.SHIPPED),
        ("Not Applicable", OrderStatus.CONFIRMED),
        ("Closed", OrderStatus.CONFIRMED),
        (None, OrderStatus.CONFIRMED),
    ],
)
def test_without_a_percentage_the_delivery_status_decides(told: str | None, expected: OrderStatus) -> None:
    assert (
        statuses.order_status({"docstatus": 1, "status": "To Deliver", "delivery_status": told}) is expected
    )


def test_a_cancelled_document_is_cancelled_whatever_it_says_beside() -> None:
    assert statuses.order_status({"docstatus": 2, "status": "To Bill"}) is OrderStatus.CANCELLED
    today = date(2026, 11, 20)
    assert statuses.invoice_state({"docstatus": 2, "status": "Paid"}, None, today) is InvoiceState.CANCELLED


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"per_billed": 0}, BillingState.NONE),
        ({"per_billed": Decimal("0.0004")}, BillingState.NONE),
        ({"per_billed": Decimal("45.45")}, BillingState.PARTIAL),
        ({"per_billed": Decimal("99.9999995")}, BillingState.FULL),
        ({"per_billed": 120}, BillingState.FULL),
        ({"billing_status": "Not Billed"}, BillingState.NONE),
        ({"billing_status": "Partly Billed"}, BillingState.PARTIAL),
        ({"billing_status": "Fully Billed"}, BillingState.FULL),
        ({"billing_status": "Closed"}, BillingState.UNKNOWN),
        ({}, BillingState.UNKNOWN),
    ],
)
def test_how_much_was_billed(row: Row, expected: BillingState) -> None:
    assert statuses.billing(row) is expected


@pytest.mark.parametrize(
    ("status", "outstanding", "due", "expected"),
    [
        ("Draft", 1, None, InvoiceState.UNKNOWN),
        ("Submitted", 10, None, InvoiceState.OPEN),
        ("Submitted", 0, None, InvoiceState.PAID),
        ("Unpaid", 10, "2026-11-20", InvoiceState.OPEN),
        ("Unpaid", 10, "2026-11-19", InvoiceState.OVERDUE),
        ("Unpaid and Discounted", 10, None, InvoiceState.OPEN),
        ("Partly Paid", 5, "2026-12-01", InvoiceState.PARTIALLY_PAID),
        ("Partly Paid", 5, "2026-11-01", InvoiceState.OVERDUE),
        ("Partly Paid and Discounted", 5, None, InvoiceState.PARTIALLY_PAID),
        ("Overdue", 10, None, InvoiceState.OVERDUE),
        ("Overdue and Discounted", 10, None, InvoiceState.OVERDUE),
        ("Paid", 0, "2026-01-01", InvoiceState.PAID),
        ("Credit Note Issued", 0, "2026-01-01", InvoiceState.PAID),
        ("Return", 0, "2026-01-01", InvoiceState.PAID),
        ("Return", -31, "2026-01-01", InvoiceState.OPEN),
        ("Internal Transfer", 0, None, InvoiceState.PAID),
        ("Cancelled", 0, None, InvoiceState.CANCELLED),
        ("Something New", 0, None, InvoiceState.UNKNOWN),
    ],
)
def test_what_is_owed_on_an_invoice(
    status: str, outstanding: int, due: str | None, expected: InvoiceState
) -> None:
    row: Row = {"docstatus": 1, "status": status, "outstanding_amount": outstanding}
    on = date.fromisoformat(due) if due else None
    assert statuses.invoice_state(row, on, date(2026, 11, 20)) is expected


@pytest.mark.parametrize(
    ("status", "tracked", "expected"),
    [
        ("To Bill", "", ShipmentStatus.SHIPPED),
        ("Partially Billed", "", ShipmentStatus.SHIPPED),
        ("Completed", "In Progress", ShipmentStatus.SHIPPED),
        ("Closed", "Delivered", ShipmentStatus.DELIVERED),
        ("Completed", "Lost", ShipmentStatus.UNKNOWN),
        ("Completed", "Returned", ShipmentStatus.UNKNOWN),
        ("Completed", "Something New", ShipmentStatus.UNKNOWN),
        ("Return Issued", "Delivered", ShipmentStatus.UNKNOWN),
        ("Something New", "Delivered", ShipmentStatus.UNKNOWN),
    ],
)
def test_the_state_of_a_delivery(status: str, tracked: str, expected: ShipmentStatus) -> None:
    state = statuses.TRACKING.get(tracked, ShipmentStatus.UNKNOWN)
    assert statuses.note_status({"docstatus": 1, "status": status}, [state]) is expected


def test_a_delivery_in_draft_is_being_prepared() -> None:
    assert statuses.note_status({"docstatus": 0, "status": "Draft"}, []) is ShipmentStatus.IN_PREPARATION


def test_a_line_that_comes_twice_is_one_line() -> None:
    """A site may join further tables into the query, by a permission script of its own."""
    rows: list[Row] = [{"name": "SO-1", "idx": idx, "item_code": f"SKU-{idx}"} for idx in (2, 1, 2, 1)]
    [sale] = parsing.sales(rows, READ)
    assert [line.sku for line in sale.order.lines] == ["SKU-1", "SKU-2"]


@pytest.mark.parametrize("body", [None, 7, "x", {}, {"message": 1}])
def test_a_list_that_is_none_is_a_bad_answer(body: object) -> None:
    with pytest.raises(ErpBadAnswer):
        listed(body)


# Every field that is asked for, by the name its column has.
NAMES = st.sampled_from(
    sorted(
        {
            name.rpartition(" as ")[2].rpartition(".")[2]
            for query in (
                queries.orders(["x"], web_field="web_order"),
                queries.notes(["x"]),
                queries.bills(["x"]),
                queries.parcels(["x"]),
                queries.files_of(["x"]),
            )
            for name in query.fields
        }
        | {"salutation", "first_name", "email_id", "phone", "link_doctype", "link_name", "tax_id", "disabled"}
    )
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(),
    st.text(max_size=30),
    st.sampled_from(
        [
            "SO-1",
            "Northwind Industrial",
            "2026-02-30",
            "0001-01-01 00:00:00",
            "9999-12-31 23:59:59.999999",
            "25:61:61",
            "9:05:01",
            "https://[",
            "\ud800",
            "/private/files/a.xml",
            "Sales Invoice",
            "On Hold",
            "Unpaid",
        ]
    ),
    st.sampled_from([Decimal("1E+999999"), Decimal("1E-999999"), Decimal("NaN"), 10**400, 1, 2]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=10,
)
ROWS = st.lists(st.dictionaries(NAMES, VALUES, max_size=20), max_size=6)


def _joined(row: Row, table: str) -> dict[str, object]:
    """A row as a list query brings it: its first child beside it."""
    children = row.get(table)
    child = children[0] if isinstance(children, list) and children else {}
    flat = {name: value for name, value in row.items() if not isinstance(value, list)}
    contact = {"email_id": "ana@northwind.example", "phone": "+55 11 98765-4321"} if table == "links" else {}
    return {**flat, **child, **contact, "name": row["name"]}


def _plain(value: object) -> object:
    """Decimals as numbers, where JSON has them."""
    return float(value) if isinstance(value, Decimal) and value.is_finite() else str(value)


@given(ROWS)
def test_any_rows_are_read_or_left_out(rows: list[Row]) -> None:
    sales, notes = parsing.sales(rows, READ), shipments.notes(rows, READ)
    bills, parcels = parsing.bills(rows, READ), shipments.parcels(rows, READ)
    for sale in sales:
        full = parsing.completed(sale, notes, bills, parcels)
        assert isinstance(full, Order)
        assert full.order_number
        for money in (full.total, *(bill.total for bill in full.invoices)):
            assert money is None or money.amount.is_finite()
    own(rows, ["Northwind Industrial"], erp="erp")
    for change in listing.changes_in(rows, 1):
        listing.changed_at(change, READ)


_SITE = story()
_RIGHT = {
    "Sales Order": _joined(_SITE.find("Sales Order", "SAL-ORD-2026-00003"), "items"),
    "Delivery Note": _joined(_SITE.find("Delivery Note", "MAT-DN-2026-00001"), "items"),
    "Sales Invoice": _joined(_SITE.find("Sales Invoice", "ACC-SINV-2026-00001"), "items"),
    "Shipment": _joined(
        shipment("SHIPMENT-1", _SITE.find("Delivery Note", "MAT-DN-2026-00001")), "shipment_delivery_note"
    ),
    "File": attachment("f1", "/private/files/nfe.xml", _SITE.find("Sales Invoice", "ACC-SINV-2026-00001")),
    "Contact": _joined(_SITE.find("Contact", "Ana Prado-Northwind Industrial"), "links"),
    "Customer": _SITE.find("Customer", "Northwind Industrial"),
}
# Mostly right: what is wrong with one field is seen only where the rest of the row passes.
ANSWERS = st.fixed_dictionaries(
    {
        doctype: st.lists(
            st.dictionaries(st.sampled_from(sorted(row)), VALUES, max_size=1).map(row.__or__),
            min_size=1,
            max_size=3,
        )
        for doctype, row in _RIGHT.items()
    }
)


# Without shrinking: each try is a dozen calls to a server.
@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(ANSWERS)
async def test_whatever_a_site_answers_only_our_errors_come_out(answers: dict[str, list[Row]]) -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        if not asked.path.endswith("get_list"):
            return None
        content = json.dumps({"message": answers.get(asked.doctype, [])}, default=_plain)
        return Response(content, media_type="application/json")

    site = story()
    site.behave = behave
    number = "SAL-ORD-2026-00003"
    async with connected(site) as erp:
        for asking in (
            lambda: erp.find(OURS, [Reference(number)]),
            lambda: erp.page(OURS, OrderFilter(), after=None, limit=2),
            lambda: erp.details(OURS, [number]),
            lambda: erp.documents(OURS, number),
            lambda: erp.changed(OURS, datetime(2026, 1, 1, tzinfo=UTC), after=None, limit=2),
            lambda: erp.contacts_by_email("ana@northwind.example"),
            lambda: erp.contacts_by_phone("+5511987654321"),
        ):
            with contextlib.suppress(ErpError):
                await asking()


@given(st.one_of(VALUES, st.lists(VALUES, max_size=4)))
def test_any_message_is_a_list_or_a_bad_answer(message: object) -> None:
    try:
        rows = listed(message)
    except ErpError:
        return
    assert all(isinstance(row, dict) for row in rows)


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_a_bad_answer(content: bytes) -> None:
    try:
        decode_json(content)
    except ErpBadAnswer:
        return
    json.loads(content)

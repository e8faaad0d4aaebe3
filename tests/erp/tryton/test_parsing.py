"""Whatever comes back: an order, nothing, or an error of the family."""

import contextlib
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.erp.bodies import records
from bot.erp.errors import ErpError
from bot.erp.tryton import dialects, parsing, schema, values
from bot.orders import BillingState, InvoiceKind, InvoiceState, Order

READ = parsing.Read(
    erp="erp",
    parties=frozenset({3}),
    currency="BRL",
    zone=ZoneInfo("America/Sao_Paulo"),
    today=date(2026, 11, 26),
    web_number_field="web_id",
    access_key_field="nfe_key",
)

# The names and the special values we look at, so that garbage reaches the depths.
_NAMES = sorted({part for path in (*schema.SALE_FIELDS, *schema.CHANGE_FIELDS) for part in path.split(".")})
_NAMES += [*schema.INVOICE_FIELDS, "id", "type", "state", "origin_invoices", "sales", "__class__", "decimal"]
_NAMES += ["year", "month", "day", "web_id", "nfe_key", "value", "result", "error", "party.", "base64"]
_WORDS = [
    "line",
    "out",
    "posted",
    "done",
    "processing",
    "stock.shipment.out,7",
    "Decimal",
    "date",
    "datetime",
    "1",
]
_numbers = st.integers() | st.integers(-9, 4000) | st.decimals() | st.just(Decimal("1E999999"))
_plain = st.none() | st.booleans() | _numbers | st.text(max_size=8) | st.sampled_from(_WORDS)
_dates = st.fixed_dictionaries(
    {"__class__": st.sampled_from(["date", "datetime", "Decimal", "timedelta", "bytes"])},
    optional=dict.fromkeys(("year", "month", "day", "hour", "minute", "second", "microsecond"), _plain),
)
json = st.recursive(
    _plain | _dates,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=12),
    max_leaves=60,
)
_records = st.dictionaries(st.sampled_from(_NAMES), json, max_size=20)
_shown = st.fixed_dictionaries(
    {"party": st.just(3), "number": st.just("SO-1"), "state": st.sampled_from(["processing", "done", "x"])},
    optional={name: json for name in _NAMES if name not in ("party", "number", "state")},
)


@given(record=_records | _shown)
def test_any_record_is_an_order_or_none(record: dict[str, object]) -> None:
    order = parsing.order(record, READ)
    assert order is None or (isinstance(order, Order) and order.company_key == "3")
    parsing.an_invoice(record, READ)
    parsing.contact(record, "erp")
    parsing.changed_at(record)
    parsing.credited_orders(record)


@given(body=json)
def test_any_reply_is_read_or_refused(body: object) -> None:
    for read in (
        records,
        dialects.result,
        dialects.report_bytes,
        schema.field_names,
        schema.rights,
        lambda told: dialects.judge(400, told),
    ):
        with contextlib.suppress(ErpError):
            read(body)
    values.without_dots(body)


def sale(**more: object) -> dict[str, object]:
    return {"party": 3, "number": "SO-1", "state": "processing", "shipment_state": "waiting"} | more


def bill(amount: str, *, still_open: str = "", **more: Any) -> dict[str, object]:
    return {
        "number": "INV-1",
        "state": "posted",
        "type": "out",
        "party": 3,
        "total_amount": {"__class__": "Decimal", "decimal": amount},
        "amount_to_pay": {"__class__": "Decimal", "decimal": still_open or amount},
    } | more


@pytest.mark.parametrize(
    "hidden",
    [
        {"party": 4},
        {"party": None},
        {"number": None},
        {"number": ""},
        {"state": "draft"},
        {"state": "quotation"},
        {"party": {"id": 4, "name": "Southgate"}},
    ],
)
def test_a_sale_that_is_not_the_companys_is_left_out_whatever_was_asked(hidden: dict[str, object]) -> None:
    assert parsing.order(sale(), READ) is not None
    assert parsing.order(sale(**hidden), READ) is None


@pytest.mark.parametrize(
    "hidden", [{"state": "draft"}, {"state": "validated"}, {"number": None}, {"party": 4}, {"type": "in"}]
)
def test_an_invoice_that_is_not_released_to_the_company_is_left_out(hidden: dict[str, Any]) -> None:
    assert parsing.an_invoice(bill("10.00"), READ) is not None
    assert parsing.an_invoice(bill("10.00", **hidden), READ) is None


def due(year: int, month: int, day: int) -> list[dict[str, object]]:
    return [{"maturity_date": {"__class__": "date", "year": year, "month": month, "day": day}}]


@pytest.mark.parametrize(
    ("record", "kind", "state"),
    [
        (bill("10.00"), InvoiceKind.INVOICE, InvoiceState.OPEN),
        (bill("10.00", still_open="4.00"), InvoiceKind.INVOICE, InvoiceState.PARTIALLY_PAID),
        (bill("10.00", still_open="0"), InvoiceKind.INVOICE, InvoiceState.PAID),
        (bill("10.00", state="paid", still_open="0"), InvoiceKind.INVOICE, InvoiceState.PAID),
        (bill("10.00", lines_to_pay=due(2026, 11, 25)), InvoiceKind.INVOICE, InvoiceState.OVERDUE),
        (bill("10.00", lines_to_pay=due(2026, 11, 26)), InvoiceKind.INVOICE, InvoiceState.OPEN),
        (bill("10.00", state="cancelled"), InvoiceKind.INVOICE, InvoiceState.CANCELLED),
        (bill("-10.00"), InvoiceKind.CREDIT_NOTE, InvoiceState.OPEN),
        (bill("-10.00", lines_to_pay=due(2026, 1, 1)), InvoiceKind.CREDIT_NOTE, InvoiceState.OPEN),
        (bill("-10.00", still_open="-4.00"), InvoiceKind.CREDIT_NOTE, InvoiceState.PARTIALLY_PAID),
    ],
)
def test_what_is_owed_on_an_invoice(
    record: dict[str, object], kind: InvoiceKind, state: InvoiceState
) -> None:
    invoice = parsing.an_invoice(record, READ)
    assert invoice is not None
    assert (invoice.kind, invoice.state) == (kind, state)
    assert invoice.total is not None
    assert invoice.total.amount == 10


@pytest.mark.parametrize(
    ("invoice_state", "invoices", "expected"),
    [
        ("none", [], BillingState.NONE),
        ("pending", [], BillingState.NONE),
        ("awaiting payment", [bill("4.00")], BillingState.PARTIAL),
        ("awaiting payment", [bill("9.99")], BillingState.FULL),
        ("partially paid", [bill("4.00"), bill("6.00")], BillingState.FULL),
        ("paid", [bill("10.00"), bill("-10.00")], BillingState.FULL),
        ("exception", [bill("10.00", state="cancelled")], BillingState.NONE),
        ("bartered", [bill("10.00")], BillingState.UNKNOWN),
    ],
)
def test_how_much_of_a_sale_is_invoiced(
    invoice_state: str, invoices: list[object], expected: BillingState
) -> None:
    total = {"__class__": "Decimal", "decimal": "10.00"}
    order = parsing.order(sale(total_amount=total, invoice_state=invoice_state, invoices=invoices), READ)
    assert order is not None
    assert order.billing is expected


def test_moves_in_another_unit_are_not_added_up() -> None:
    moves = [{"quantity": Decimal("1.5"), "state": "done", "unit": 2}]
    line = {"type": "line", "quantity": Decimal("3.0"), "unit": 2, "moves": moves}
    order = parsing.order(sale(lines=[line, line | {"unit": 1}, {"type": "comment", "quantity": None}]), READ)
    assert order is not None
    assert [line.shipped for line in order.lines] == [Decimal("1.5"), None]


def test_the_noise_of_binary_fractions_is_not_told() -> None:
    order = parsing.order(sale(lines=[{"type": "line", "quantity": Decimal("0.30000000000000004")}]), READ)
    assert order is not None
    assert [line.ordered for line in order.lines] == [Decimal("0.3")]


def test_a_tracking_number_that_packages_repeat_is_told_once() -> None:
    package = {"shipping_reference": "1Z1", "shipping_tracking_url": "https://ups.example/1Z1"}
    shipment = {"id": 1, "number": "CS-1", "state": "shipped", "shipping_reference": "1Z1"}
    order = parsing.order(
        sale(shipments=[shipment | {"root_packages": [package, {"shipping_reference": "1Z2"}]}]), READ
    )
    assert order is not None
    packages = [(one.tracking_number, one.tracking_url) for one in order.shipments[0].packages]
    assert packages == [("1Z1", "https://ups.example/1Z1"), ("1Z2", None)]

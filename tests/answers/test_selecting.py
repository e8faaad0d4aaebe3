"""Lists that no ERP can be asked for as such: which orders are meant, and what is said of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.answers.selecting import Selection, holds, is_late
from bot.orders import (
    BillingState,
    Hold,
    HoldKind,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Money,
    Order,
    OrderLine,
    OrderStatus,
)
from bot.questions import ME
from tests.answers.conftest import Office, table

TODAY = date(2026, 11, 20)
ORDER = Order(
    erp="erp",
    company_key="55",
    order_number="1",
    status=OrderStatus.CONFIRMED,
    billing=BillingState.NONE,
    promised_on=date(2026, 11, 19),
    placed_by="Ana Prado",
    delivers_to="São Paulo, SP",
    lines=(
        OrderLine(
            line_id="1", sku="VLV-2", description="Ball valve 2in", ordered=Decimal(2), shipped=Decimal(0)
        ),
    ),
)
OWED = Invoice(
    number="9",
    state=InvoiceState.OPEN,
    due_on=date(2026, 11, 19),
    open_amount=Money(Decimal(5), "BRL"),
)


@pytest.mark.parametrize(
    ("selection", "order", "meant"),
    [
        (Selection(late=True), ORDER, True),
        (Selection(late=True), replace(ORDER, promised_on=TODAY), False),
        (Selection(late=True), replace(ORDER, promised_on=None), False),
        (Selection(late=True), replace(ORDER, status=OrderStatus.SHIPPED), False),
        (Selection(late=True), replace(ORDER, status=OrderStatus.PARTIALLY_SHIPPED), True),
        (Selection(backordered=True), ORDER, False),
        (
            Selection(backordered=True),
            replace(ORDER, lines=(replace(ORDER.lines[0], backordered=Decimal(2)),)),
            True,
        ),
        (Selection(on_hold=True), ORDER, False),
        (Selection(on_hold=True), replace(ORDER, holds=(Hold(kind=HoldKind.CREDIT),)), True),
        (Selection(invoiced=True), ORDER, False),
        (Selection(invoiced=False), ORDER, True),
        (Selection(invoiced=True), replace(ORDER, billing=BillingState.PARTIAL), True),
        (Selection(unpaid=True), ORDER, False),
        (Selection(unpaid=True), replace(ORDER, invoices=(OWED,)), True),
        (Selection(unpaid=True), replace(ORDER, invoices=(replace(OWED, state=InvoiceState.PAID),)), False),
        (
            Selection(unpaid=True),
            replace(ORDER, invoices=(replace(OWED, kind=InvoiceKind.CREDIT_NOTE),)),
            False,
        ),
        (Selection(overdue=True), replace(ORDER, invoices=(OWED,)), True),
        (Selection(overdue=True), replace(ORDER, invoices=(replace(OWED, due_on=TODAY),)), False),
        (Selection(product="valve ball"), ORDER, True),
        (Selection(product="pump"), ORDER, False),
        (Selection(sku="vlv-2"), ORDER, True),
        (Selection(sku="vlv"), ORDER, False),
        (Selection(place="são paulo"), ORDER, True),
        (Selection(place="campinas"), ORDER, False),
        (Selection(place="campinas"), replace(ORDER, delivers_to=None), False),
        (Selection(placed_by="ana"), ORDER, True),
        (Selection(placed_by=ME), ORDER, True),
        (Selection(placed_by="bruno"), ORDER, False),
        (Selection(late=True, sku="vlv-2"), ORDER, True),
        (Selection(late=True, sku="other"), ORDER, False),
    ],
)
def test_an_order_is_meant_when_all_that_was_asked_holds(
    selection: Selection, order: Order, meant: bool
) -> None:
    assert holds(selection, order, TODAY, "Ana Prado") is meant


def test_mine_is_nobodys_where_the_person_has_no_name_in_the_erp() -> None:
    assert not holds(Selection(placed_by=ME), ORDER, TODAY, None)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("late orders", "Late orders"),
        ("orders with unpaid invoices", "Orders with unpaid invoices"),
        ("which orders have no invoice yet?", "Orders without an invoice"),
    ],
)
async def test_a_list_says_what_it_lists_and_holds_nothing_else(
    office: Office, text: str, title: str
) -> None:
    listed = table(await office.ask(text))
    assert office.core.wording.say(listed.heading, (await office.ask(text)).reader).startswith(title)
    if "Late" in title:
        assert all(is_late(order, date.today()) for order in listed.orders)


async def test_the_pages_of_such_a_list_go_on_where_they_ended(office: Office) -> None:
    first = await office.ask("orders with unpaid invoices")
    second = await office.press(office.labels(first)["Next page"])
    shown = [{order.order_number for order in table(page).orders} for page in (first, second)]
    assert len(shown[0] | shown[1]) == len(shown[0]) + len(shown[1])
    back = await office.press(office.labels(second)["Previous page"])
    assert {order.order_number for order in table(back).orders} == shown[0]


async def test_nothing_of_that_kind_is_said_with_what_was_asked(office: Office) -> None:
    words = office.words(await office.ask("orders with article ZZZ-999"))
    assert words[0] == "No order of Northwind is of this kind:"
    assert "ZZZ-999" in " ".join(words).upper()

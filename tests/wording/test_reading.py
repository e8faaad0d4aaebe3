"""The same order as different people read it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.files import OrderFile
from bot.chat.people import Reader
from bot.chat.phrases import Day, Moment, Phrase
from bot.chat.replies import OrderCard, OrderLines
from bot.orders import (
    Document,
    DocumentKind,
    Hold,
    HoldKind,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Package,
    ReferenceKind,
    Shipment,
    ShipmentStatus,
)
from bot.wording import Wording, load_catalogs

NIGHT = datetime(2026, 11, 3, 1, 30, tzinfo=UTC)
ENGLISH = Reader("en-US", "America/Sao_Paulo")
PORTUGUESE = Reader("pt-BR", "America/Sao_Paulo")
SPANISH = Reader("es", "Europe/Madrid")


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording(load_catalogs(), supplier_name="Acme")


def order(**changes: object) -> Order:
    values: dict[str, object] = {
        "erp": "erp",
        "company_key": "55",
        "order_number": "104233",
        "customer_reference": "PO-7782",
        "status": OrderStatus.PARTIALLY_SHIPPED,
        "status_since": NIGHT,
        "total": Money(Decimal("12345.60"), "BRL"),
        "as_of": NIGHT,
    }
    return Order(**(values | changes))  # type: ignore[arg-type]


def test_dates_are_of_the_readers_clock_and_amounts_of_the_readers_locale(wording: Wording) -> None:
    card = OrderCard(order(), "Northwind")
    assert wording.card(card, ENGLISH).status == "Partially shipped since Nov 2, 2026"
    assert wording.card(card, SPANISH).status == "Enviado en parte desde el 3 nov 2026"
    assert ("Total", "R$\xa012.345,60") in [
        (fact.label, fact.value) for fact in wording.card(card, PORTUGUESE).facts
    ]
    assert wording.card(card, SPANISH).footer == "Actualizado a las 2:30"


@pytest.mark.parametrize(
    ("reader", "alone", "within"),
    [
        (ENGLISH, "Invoice (DANFE) 4711", "has no invoice (DANFE) yet"),
        (PORTUGUESE, "Nota fiscal (DANFE) 4711", "ainda não tem nota fiscal (DANFE)"),
        (SPANISH, "Factura (DANFE) 4711", "aún no tiene factura (DANFE)"),
    ],
)
def test_a_document_standing_alone_begins_with_a_capital(
    wording: Wording, reader: Reader, alone: str, within: str
) -> None:
    file = OrderFile(1, Document(id="danfe-1", kind=DocumentKind.DANFE, order_number="1", number="4711"))
    assert wording.say(file.label, reader) == alone
    sentence = Phrase("documents_none_of_kind", {"number": "1", "kind": Phrase("document_danfe")})
    assert within in wording.say(sentence, reader)


def test_invoiced_and_paid_never_reads_as_delivered(wording: Wording) -> None:
    paid = Invoice(number="123", series="1", state=InvoiceState.PAID, total=Money(Decimal(5), "BRL"))
    card = wording.card(OrderCard(order(invoices=(paid,), status=OrderStatus.SHIPPED), "N"), ENGLISH)
    assert card.invoices == ("Invoice 123/1: paid · R$5.00",)
    assert card.status.startswith("Shipped")
    assert card.progress == "●●●●○ 4/5"


def test_an_overdue_invoice_says_what_is_left_and_since_when(wording: Wording) -> None:
    overdue = Invoice(
        number="123",
        state=InvoiceState.OVERDUE,
        total=Money(Decimal(50), "BRL"),
        open_amount=Money(Decimal(20), "BRL"),
        due_on=date(2026, 10, 1),
    )
    (text,) = wording.card(OrderCard(order(invoices=(overdue,)), "N"), ENGLISH).invoices
    assert text == "Invoice 123: overdue · R$50.00 · R$20.00 left to pay · due Oct 1, 2026"


def test_a_cancelled_order_has_no_progress_and_no_promise(wording: Wording) -> None:
    card = wording.card(
        OrderCard(order(status=OrderStatus.CANCELLED, promised_on=date(2026, 1, 1)), "N"), ENGLISH
    )
    assert card.progress == ""
    assert "Promised" not in [fact.label for fact in card.facts]


def test_a_tracking_link_shows_where_it_leads(wording: Wording) -> None:
    package = Package(tracking_number="BR123", tracking_url="https://track.example/x?y=1")
    shipment = Shipment(number="1", status=ShipmentStatus.SHIPPED, carrier="Correios", packages=(package,))
    (text,) = wording.card(OrderCard(order(shipments=(shipment,)), "N"), ENGLISH).shipments
    assert text.links[0].text == "Track BR123 (track.example)"
    assert text.links[0].url == "https://track.example/x?y=1"


def test_why_an_order_waits_and_what_is_backordered_is_said_in_plain_words(wording: Wording) -> None:
    line = OrderLine(
        line_id="1",
        sku="V-1",
        description="Valve",
        ordered=Decimal(10),
        shipped=Decimal(4),
        backordered=Decimal(6),
        backorder_expected_on=date(2026, 12, 1),
    )
    held = order(lines=(line,), holds=(Hold(kind=HoldKind.CREDIT),))
    facts = {fact.label: fact.value for fact in wording.card(OrderCard(held, "N"), ENGLISH).facts}
    assert facts["Why it waits"] == "waiting for credit release"
    assert facts["Shipped"] == "0 of 1 lines"
    assert facts["Backordered"] == "6 × Valve, expected Dec 1, 2026"
    title, text = wording.lines(OrderLines(held, "N"), ENGLISH)
    assert title == "Lines of order 104233"
    assert text == "10 × Valve (V-1) · 4 shipped · 6 backordered · expected Dec 1, 2026"


def test_the_card_says_by_which_number_it_was_found(wording: Wording) -> None:
    card = OrderCard(order(), "Northwind", matched=ReferenceKind.CUSTOMER_REFERENCE)
    assert wording.card(card, ENGLISH).company == "Northwind · found by your reference"


def test_a_plural_follows_its_count(wording: Wording) -> None:
    assert wording.say(Phrase("shipment_lines", {"count": 1}), PORTUGUESE) == "1 item"
    assert wording.say(Phrase("shipment_lines", {"count": 2}), PORTUGUESE) == "2 itens"


def test_values_within_a_phrase_are_written_for_the_reader(wording: Wording) -> None:
    page = Phrase("list_page", {"heading": Phrase("list_since", {"since": Day(date(2026, 6, 1))}), "page": 2})
    assert wording.say(page, SPANISH) == "Pedidos desde el 1 jun 2026 · página 2"
    assert "Nov 2, 2026" in wording.say(Phrase("list_since", {"since": Moment(NIGHT)}), ENGLISH)


@pytest.mark.parametrize("reader", [ENGLISH, PORTUGUESE, SPANISH])
def test_a_name_that_ends_in_a_full_stop_ends_its_sentence_with_that_one(
    wording: Wording, reader: Reader
) -> None:
    def said(key: str, company: str) -> str:
        return wording.say(Phrase(key, {"company": company}), reader)

    for key in ("company_chosen", "not_found", "channel_untied"):
        named, abbreviated = said(key, "Acme"), said(key, "Acme S.A.")
        assert "Acme." in named
        assert abbreviated == named.replace("Acme.", "Acme S.A.")
    afternoon = wording.say(Phrase("members_invitation", {"role": "x", "until": "2:30 p.m."}), reader)
    assert afternoon.endswith("2:30 p.m.")
    assert said("not_found", "Wait..").count("..") == 1


@given(st.text())
def test_foreign_text_is_never_read_as_a_template(wording: Wording, text: str) -> None:
    template = "{company}{0}{x.__class__}" + text
    assert template in wording.say(Phrase("not_found", {"company": template}), ENGLISH)


@given(st.text(max_size=20), st.text(max_size=40))
def test_any_locale_and_time_zone_can_be_read(wording: Wording, locale: str, zone: str) -> None:
    assert wording.say(Phrase("help_account"), Reader(locale, zone))


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        (ENGLISH, "Credit note INV-2 · R$90.00"),
        (PORTUGUESE, "Nota de crédito INV-2 · R$\xa090,00"),
        (SPANISH, "Nota de crédito INV-2 · 90,00\xa0BRL"),
    ],
)
def test_a_credit_note_is_not_told_as_something_to_pay(
    wording: Wording, reader: Reader, expected: str
) -> None:
    amount = Money(Decimal("90.00"), "BRL")
    credit = Invoice(
        number="INV-2",
        kind=InvoiceKind.CREDIT_NOTE,
        state=InvoiceState.OPEN,
        due_on=date(2026, 11, 26),
        total=amount,
        open_amount=amount,
    )
    assert wording.card(OrderCard(order(invoices=(credit,)), "Northwind"), reader).invoices == (expected,)

"""Which digits of a text are numbers of orders, what they may be, and which are none."""

import pytest

from bot.orders import ReferenceKind
from bot.questions.ranges import MOST_REFERENCES
from tests.questions.reading import read

KEY = "35260714200166000187550010000901231123456780"


def values(text: str) -> list[str]:
    return [reference.value for reference in read(text).references]


@pytest.mark.parametrize(
    "around",
    [
        "call me at +44 20 7946 0958 about 4711",
        "call (312) 555-0148 about 4711",
        "tel. 11 98765-4321, pedido 4711",
        "mi móvil es 600 123 456, pedido 4711",
        "my number is 07700 900123, order 4711",
        "4711 at 14:30",
        "pedido 4711 às 14h30",
        "order 4711 of 12/06/2026",
        "order 4711, dated 2026-06-12",
        "4711 for R$ 12.450,00",
        "4711 por 12.450,00 €",
        "4711, USD 12,450.00",
        "i paid 500 on 4711",
        "4711 less 15%",
        "CNPJ 12.345.678/0001-95, pedido 4711",
        "CNPJ 12345678000195 pedido 4711",
        "CPF 123.456.789-09 pedido 4711",
        "RUT 76.123.456-7, pedido 4711",
        "CIF B12345678, pedido 4711",
        "VAT ES B12345678, order 4711",
        "IBAN DE89 3704 0044 0532 0130 00 for 4711",
        "IBAN ES9121000418450200051332 pedido 4711",
        "CEP 13010-050, pedido 4711",
        "Chicago, IL 60607, order 4711",
        "London NW1 6XE, order 4711",
        "Rua das Flores, 250, pedido 4711",
        "221 Baker Street, order 4711",
        "calle Alcalá 250, 28027 Madrid, pedido 4711",
        "4711, 250 pcs of 6204-2RS",
        "order 4711, sku AX-4471",
        "part no. 88123 of order 4711",
        "500 pumps on order 4711",
        "25 units of 4711",
        "4711 is 250kg, 120x80 cm",
        "order 4711, ext. 4455",
        "12345-678 Campinas, pedido 4711",
        "order 4711 for 30 days",
    ],
)
def test_digits_that_are_no_order_are_told_apart(around: str) -> None:
    assert values(around) == ["4711"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("4711 to 4715", ["4711", "4712", "4713", "4714", "4715"]),
        ("pedidos 4711 ao 4713", ["4711", "4712", "4713"]),
        ("pedidos 4711 al 4713", ["4711", "4712", "4713"]),
        ("orders 4711-4713", ["4711", "4712", "4713"]),
        ("PO-0098 to PO-0101", ["PO-0098", "PO-0099", "PO-0100", "PO-0101"]),
        ("between 4711 and 4713", ["4711", "4712", "4713"]),
        ("4711 and 4713", ["4711", "4713"]),
        ("4715 to 4711", ["4715", "4711"]),
        ("4711 to 99", ["4711"]),
        ("orders from 4711 to 9999", ["4711", "9999"]),
        ("4711/4712/4713", ["4711", "4712", "4713"]),
        ("2231/2026", ["2231/2026"]),
        ("PO 47 11", ["PO-4711"]),
        ("order 104 233", ["104233"]),
        ("pedido 104.233", ["104233"]),
        ("S00045", ["S00045"]),
    ],
)
def test_lists_and_ranges_are_read_out(text: str, wanted: list[str]) -> None:
    assert values(text) == wanted


def test_no_message_brings_more_numbers_than_are_looked_up_at_once() -> None:
    assert len(values(" ".join(str(number) for number in range(4711, 4811)))) == MOST_REFERENCES
    assert len(values("4711 to 4730")) == MOST_REFERENCES
    assert values("4711 to 4731") == ["4711", "4731"]


@pytest.mark.parametrize(
    ("text", "also"),
    [("order 1O4233", "104233"), ("PO-77B2", "PO-7782"), ("order 47l1", "4711"), ("4S11", "4511")],
)
def test_letters_like_digits_stay_as_typed_and_are_offered_as_digits(text: str, also: str) -> None:
    (reference,) = read(text).references
    assert reference.value != also
    assert also in reference.alternatives


def test_letters_that_are_most_of_a_number_are_letters() -> None:
    (reference,) = read("order BOSS1").references
    assert reference.alternatives == () or all("8055" not in other for other in reference.alternatives)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (KEY, ReferenceKind.ACCESS_KEY),
        (" ".join(KEY[at : at + 4] for at in range(0, 44, 4)), ReferenceKind.ACCESS_KEY),
        (f"NFe{KEY}", ReferenceKind.ACCESS_KEY),
        ("1Z999AA10123456784", ReferenceKind.TRACKING_NUMBER),
        ("1Z 999 AA1 01 2345 6784", ReferenceKind.TRACKING_NUMBER),
        ("AA123456785BR", ReferenceKind.TRACKING_NUMBER),
        ("AA 123 456 785 BR", ReferenceKind.TRACKING_NUMBER),
        ("fedex 7946 1234 5678", ReferenceKind.TRACKING_NUMBER),
        ("tracking number 794612345678", ReferenceKind.TRACKING_NUMBER),
        ("dhl 1234567890", ReferenceKind.TRACKING_NUMBER),
        ("is invoice 11 paid?", ReferenceKind.INVOICE_NUMBER),
        ("nota 90021", ReferenceKind.INVOICE_NUMBER),
        ("when did you invoice 4711", ReferenceKind.ORDER_NUMBER),
        ("PO 4711", ReferenceKind.CUSTOMER_REFERENCE),
        ("our reference is 2231/26", ReferenceKind.CUSTOMER_REFERENCE),
        ("SO-4711", ReferenceKind.ORDER_NUMBER),
        ("order 4711", ReferenceKind.ORDER_NUMBER),
        ("1423560012345-01", ReferenceKind.WEB_NUMBER),
        ("pedido do site 4711", ReferenceKind.WEB_NUMBER),
        ("tracking number for order 4500012345", ReferenceKind.ORDER_NUMBER),
    ],
)
def test_a_number_says_what_it_may_be(text: str, kind: ReferenceKind) -> None:
    (reference,) = read(text).references
    assert reference.kinds[0] is kind


def test_a_key_with_a_wrong_digit_is_one_number_and_no_key() -> None:
    wrong = KEY[:-1] + "1"
    for text in (wrong, " ".join(wrong[at : at + 4] for at in range(0, 44, 4))):
        (reference,) = read(text).references
        assert reference.value == wrong
        assert ReferenceKind.ACCESS_KEY not in reference.kinds


def test_a_key_with_letters_in_its_cnpj_is_a_key() -> None:
    begin, end = "352607", "55001000090123112345678"
    body = begin + "12ABC34501DE35" + end
    weighted = sum((ord(char) - 48) * (2 + at % 8) for at, char in enumerate(reversed(body)))
    key = body + str(0 if weighted % 11 < 2 else 11 - weighted % 11)
    (reference,) = read(f"xml {key}").references
    assert (reference.value, reference.kind) == (key, ReferenceKind.ACCESS_KEY)


def test_the_text_is_what_was_written() -> None:
    assert [reference.text for reference in read("where is PO 7782 and #104233?").references] == [
        "PO 7782",
        "104233",
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Order\tQty\n4711\t12\n4712\t300\nstatus?", ["4711", "4712"]),
        ("Data;Pedido;Valor\n01/06/2026;4711;1000\n02/06/2026;4712;2000", ["4711", "4712"]),
        ("| NF | Total |\n|----|----|\n| 901 | 1000 |\n| 902 | 2000 |\nboletos", ["901", "902"]),
        ("where is 4711?\n\nKind regards,\nJohn\nSuite 1200\n555 0148", ["4711"]),
        ("4711?\n--\nJoão\n3456 7890\nPO 4712", ["4711", "PO-4712"]),
        ("From: a@b.example\nDate: 14 July 2026 1612\nSubject: order 4711", ["4711"]),
        ("4711\n4712\n4713", ["4711", "4712", "4713"]),
    ],
)
def test_of_what_is_pasted_only_the_orders_are_read(text: str, wanted: list[str]) -> None:
    assert values(text) == wanted

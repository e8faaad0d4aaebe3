"""Numbers said to a phone, which writes them in words."""

import pytest

from tests.questions.reading import read


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("where is order four four one seven", "4417"),
        ("where is order nine oh four one seven please", "90417"),
        ("order forty-seven eleven", "4711"),
        ("order four thousand seven hundred and eleven", "4711"),
        ("order double seven oh one", "7701"),
        ("where is order 9 0 4 1 7", "90417"),
        ("cadê o pedido quatro quatro um sete", "4417"),
        ("pedido setenta e sete zero um", "7701"),
        ("pedido quatro mil setecentos e onze", "4711"),
        ("pedido nove meia zero um", "9601"),
        ("dónde está el pedido cuatro cuatro uno siete", "4417"),
        ("pedido cuarenta y siete once", "4711"),
        ("pedido cuatro mil setecientos once", "4711"),
    ],
)
def test_a_number_in_words_is_a_number(text: str, number: str) -> None:
    assert [reference.value for reference in read(text).references] == [number]


@pytest.mark.parametrize(
    "text",
    [
        "the last twenty five orders",
        "orders of the last two or three weeks",
        "um dos dois pedidos",
        "uno de los dos pedidos de hoy",
        "two hundred fifty pieces are missing",
    ],
)
def test_what_is_counted_is_no_number_of_an_order(text: str) -> None:
    assert not read(text).references


def test_a_written_number_is_meant_rather_than_what_was_said_before_it() -> None:
    question = read("where is order four seven one one no sorry 4712")
    assert [reference.value for reference in question.references] == ["4712"]

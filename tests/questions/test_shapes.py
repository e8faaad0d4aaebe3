"""In what shape an answer is wanted, and what the bot is asked about its own watching."""

import pytest

from bot.questions import Intent
from tests.questions.reading import read


@pytest.mark.parametrize(
    "text",
    [
        "orders of June as excel",
        "send me the orders of last month in a spreadsheet",
        "planilha de junho",
        "pedidos do mês passado em excel por favor",
        "excel de los pedidos del Q2",
        "exporta los pedidos de junio a excel",
    ],
)
def test_a_list_is_wanted_as_a_workbook_and_that_is_no_place_of_its_orders(text: str) -> None:
    question = read(text)
    assert (question.intent, question.sheet) == (Intent.LIST, True)
    assert question.period is not None
    assert (question.filters.place, question.filters.product) == (None, None)


@pytest.mark.parametrize(
    ("text", "invoices"),
    [
        ("statement of open invoices", True),
        ("account statement", True),
        ("which invoices are overdue?", True),
        ("extrato das notas em aberto", True),
        ("estado de cuenta", True),
        ("orders with unpaid invoices", False),
        ("pedidos com notas vencidas", False),
        ("is invoice 11 paid?", False),
        ("orders of June", False),
    ],
)
def test_invoices_are_told_apart_from_the_orders_that_have_some(text: str, invoices: bool) -> None:
    assert read(text).invoices is invoices


@pytest.mark.parametrize(
    "text",
    [
        "what do you watch for me?",
        "what are you watching for me",
        "o que você está monitorando pra mim?",
        "quais pedidos você acompanha?",
        "¿qué estás vigilando por mí?",
        "qué vigilas para mí",
    ],
)
def test_what_the_bot_watches_is_asked_in_its_own_person(text: str) -> None:
    assert read(text).intent is Intent.LIST_WATCHES


@pytest.mark.parametrize("text", ["watch 4711", "você acompanha o 4711?", "tell me when 4711 ships"])
def test_an_order_that_is_named_is_to_be_watched(text: str) -> None:
    assert read(text).intent is Intent.WATCH

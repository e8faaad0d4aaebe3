"""What a text says it does not mean is not answered."""

import pytest

from bot.orders import DocumentKind, OrderStatus
from bot.questions import Intent
from tests.questions.reading import read

XML, BOLETO = DocumentKind.NFE_XML, DocumentKind.BOLETO


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("not the boleto, the XML of 4711", XML),
        ("the XML of 4711 and not the boleto", XML),
        ("XML of 4711 instead of the boleto", XML),
        ("I don't need the boleto, just the XML of 4711", XML),
        ("no boleto for 4711, I want the XML", XML),
        ("não é o XML, é o boleto do 4711", BOLETO),
        ("manda o boleto do 4711, sem o XML", BOLETO),
        ("boleto do 4711 em vez do XML", BOLETO),
        ("el boleto no, el XML del 4711", XML),
        ("quiero el XML del 4711, no el boleto", XML),
        ("en lugar del boleto mándame el XML del 4711", XML),
    ],
)
def test_a_refused_document_is_not_handed_over(text: str, wanted: DocumentKind) -> None:
    question = read(text)
    assert question.intent is Intent.DOCUMENTS
    assert question.documents == (wanted,)
    assert [reference.value for reference in question.references] == ["4711"]


def test_what_is_missing_is_not_refused() -> None:
    assert read("I have no boleto for 4711").documents == (BOLETO,)
    assert read("não recebi o boleto do 4711").documents == (BOLETO,)


def test_on_a_document_is_not_without_it() -> None:
    """In Portuguese "no" is "on the"."""
    assert read("manda o que tem no boleto e na danfe do 4711", locale="pt-BR").documents == (
        BOLETO,
        DocumentKind.DANFE,
    )


@pytest.mark.parametrize(
    "text",
    [
        "all orders except the delivered ones",
        "orders but not the delivered ones",
        "all but the delivered orders",
        "todos os pedidos menos os entregues",
        "pedidos que não os já entregues",
        "todos los pedidos excepto los entregados",
        "pedidos de este mes, salvo los ya entregados",
    ],
)
def test_all_but_the_delivered_ones_are_those_still_open(text: str) -> None:
    question = read(text)
    assert question.intent is Intent.LIST
    assert question.open_only
    assert OrderStatus.DELIVERED not in question.filters.statuses


def test_all_but_the_cancelled_ones_have_any_other_status() -> None:
    for text in ("orders of May except cancelled", "pedidos de maio tirando os cancelados"):
        statuses = read(text).filters.statuses
        assert OrderStatus.CANCELLED not in statuses
        assert len(statuses) == len(OrderStatus) - 1

"""Replies from outside, right and wrong: values of ours, or the family's errors, and nothing else."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.erp import fields
from bot.erp.bodies import decode_json
from bot.erp.errors import ErpBadAnswer, ErpError
from bot.erp.vtex_b2b import parsing
from bot.erp.vtex_b2b.documents import listed_documents
from bot.orders import (
    BillingState,
    DocumentKind,
    HoldKind,
    InvoiceState,
    Order,
    OrderLine,
    OrderStatus,
    Shipment,
    ShipmentStatus,
)

ZONE = ZoneInfo("America/Sao_Paulo")
READ = parsing.Read(erp="erp", key="55", currency="BRL", zone=ZONE, today=date(2026, 11, 20))

NAMES = st.sampled_from(
    [
        "itens",
        "pedidoErpId",
        "pedidoErp",
        "pedidoClienteId",
        "meuPedido",
        "pedidoId",
        "status",
        "dataPedido",
        "totalPedido",
        "moeda",
        "canal",
        "revendaId",
        "notaFiscal",
        "serieNotaFiscal",
        "notasFiscais",
        "numero",
        "serie",
        "chaveAcesso",
        "situacao",
        "dataVencimento",
        "valorTotal",
        "valorEmAberto",
        "centrosDeDistribuicao",
        "distributionCenterPrefix",
        "quantidade",
        "quantidadeEnviada",
        "dataPrevisaoEntrega",
        "linkTransportadora",
        "tipoArquivo",
        "descricao",
        "url",
        "tamanho",
        "tipoMime",
        "email",
        "cnpj",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(),
    st.text(max_size=30),
    st.sampled_from(
        ["2026-02-30", "0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00", "https://[", "55", "\ud800"]
    ),
    st.sampled_from([Decimal("1E+999999"), Decimal("1E-999999"), Decimal("NaN"), 10**400]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=8)),
    max_leaves=25,
)


def details(**told: Any) -> Order:
    order = parsing.order_details({"pedidoErpId": "10042", "revendaId": 55, **told}, READ)
    assert order is not None
    return order


@given(JSON)
def test_no_json_crashes_the_parsers(body: object) -> None:
    for parse in (
        lambda: [parsing.order_row(row, READ) for row in parsing.search_rows(body)],
        lambda: parsing.order_details(body, READ),
        lambda: parsing.contacts(body, "erp"),
        lambda: listed_documents(body, "10042"),
    ):
        try:
            told = repr(parse())
        except ErpError:
            continue
        told.encode()  # nothing that a platform's JSON could not carry


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_decoder(content: bytes) -> None:
    try:
        decode_json(content)
    except ErpBadAnswer:
        return


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b'{"itens": [',
        b"[" * 100_000,
        b"NaN",
        b"1" * 5000,
        '{"a": "é"}'.encode("latin-1"),
        b"1e99999999999999999999999",
    ],
)
def test_what_is_no_json_is_a_bad_answer(content: bytes) -> None:
    with pytest.raises(ErpBadAnswer):
        decode_json(content)


def test_amounts_stay_exact() -> None:
    body = decode_json(b'{"pedidoErpId": "1", "revendaId": 55, "valorTotalPedido": 0.1, "valorFrete": 10}')

    order = parsing.order_details(body, READ)

    assert order is not None
    assert order.total is not None
    assert order.freight is not None
    assert (order.total.amount, order.freight.amount) == (Decimal("0.1"), Decimal(10))


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (-1, OrderStatus.CANCELLED),
        (0, OrderStatus.RECEIVED),
        (1, OrderStatus.AWAITING_APPROVAL),
        (2, OrderStatus.AWAITING_APPROVAL),
        (3, OrderStatus.IN_PREPARATION),
        (4, OrderStatus.SHIPPED),
        (5, OrderStatus.DELIVERED),
        ("5", OrderStatus.DELIVERED),
        (6, OrderStatus.UNKNOWN),
        (None, OrderStatus.UNKNOWN),
        ("Despachado", OrderStatus.UNKNOWN),
        (True, OrderStatus.UNKNOWN),
    ],
)
def test_the_status_integers_are_one_headline(code: object, status: OrderStatus) -> None:
    assert details(status=code).status is status


def test_the_two_releases_are_holds() -> None:
    since = "2026-11-19T10:00:00"

    assert [hold.kind for hold in details(status=1).holds] == [HoldKind.COMMERCIAL]
    (hold,) = details(status=2, statusDesde=since).holds
    assert (hold.kind, hold.since) == (HoldKind.CREDIT, datetime(2026, 11, 19, 13, tzinfo=UTC))


def test_centres_that_differ_make_a_partial_shipment() -> None:
    order = details(
        status=4,
        centrosDeDistribuicao=[
            {"distributionCenterPrefix": "CD1", "status": 4, "codigoRastreamento": "BR1"},
            {"distributionCenterPrefix": "CD2", "status": 3},
        ],
    )

    assert order.status is OrderStatus.PARTIALLY_SHIPPED
    assert [s.status for s in order.shipments] == [ShipmentStatus.SHIPPED, ShipmentStatus.IN_PREPARATION]


@pytest.mark.parametrize(("code", "status"), [(-1, OrderStatus.CANCELLED), (5, OrderStatus.DELIVERED)])
def test_cancelled_and_delivered_stay_what_they_are(code: int, status: OrderStatus) -> None:
    order = details(status=code, centrosDeDistribuicao=[{"status": 4}, {"status": 3}])

    assert order.status is status


def test_the_extension_fields_are_read() -> None:
    order = details(
        pedidoId="W-1",
        pedidoClienteId="PO-1",
        moeda="USD",
        canal="televendas",
        compradorNome="Ana",
        valorTotalPedido=Decimal("100.00"),
        itens=[{"partNumber": 7, "quantidade": 2, "quantidadeEnviada": 1, "quantidadePendente": 1,
                "previsaoReposicao": "2026-12-03", "valorUnitario": 5}],
        centrosDeDistribuicao=[{"nome": "Recife", "transportadora": "Rápido", "dataDespacho": "2026-11-01",
                                "linkTransportadora": "https://carrier.example/1"}],
    )  # fmt: skip

    (line,) = order.lines
    assert isinstance(line, OrderLine)
    assert (line.sku, line.shipped, line.backordered) == ("7", Decimal(1), Decimal(1))
    assert line.backorder_expected_on == date(2026, 12, 3)
    assert line.unit_price is not None
    assert line.unit_price.currency == "USD"
    assert (order.web_number, order.customer_reference, order.channel, order.placed_by) == (
        "W-1",
        "PO-1",
        "telesales",
        "Ana",
    )
    (shipment,) = order.shipments
    assert isinstance(shipment, Shipment)
    assert (shipment.warehouse, shipment.carrier, shipment.status) == (
        "Recife",
        "Rápido",
        ShipmentStatus.SHIPPED,
    )


def test_the_spellings_only_the_apps_code_uses_are_read_too() -> None:
    row = parsing.order_row({"pedidoErp": 12345, "meuPedido": "PO-9"}, READ)

    assert row is not None
    assert (row.order_number, row.customer_reference) == ("12345", "PO-9")


@pytest.mark.parametrize(
    ("code", "due", "state"),
    [
        (0, "2026-11-20", InvoiceState.OPEN),
        (0, "2026-11-19", InvoiceState.OVERDUE),
        (1, "2026-11-19", InvoiceState.OVERDUE),
        (1, None, InvoiceState.PARTIALLY_PAID),
        (2, "2026-11-19", InvoiceState.PAID),
        (3, "2026-11-19", InvoiceState.CANCELLED),
        (9, "2026-11-19", InvoiceState.UNKNOWN),
    ],
)
def test_an_invoice_is_overdue_by_its_due_date(code: int, due: str | None, state: InvoiceState) -> None:
    (invoice,) = details(notasFiscais=[{"numero": "9", "situacao": code, "dataVencimento": due}]).invoices

    assert invoice.state is state


@pytest.mark.parametrize(
    ("told", "billing"),
    [
        ({}, BillingState.UNKNOWN),
        ({"notaFiscal": ""}, BillingState.NONE),
        ({"notaFiscal": "9"}, BillingState.UNKNOWN),
        ({"notasFiscais": []}, BillingState.NONE),
        ({"notasFiscais": [{"numero": "9", "valorTotal": 60}]}, BillingState.PARTIAL),
        (
            {"notasFiscais": [{"numero": "9", "valorTotal": 60}, {"numero": "10", "valorTotal": 40}]},
            BillingState.FULL,
        ),
        ({"notasFiscais": [{"numero": "9", "valorTotal": 100, "situacao": 3}]}, BillingState.NONE),
    ],
)
def test_billing_is_told_apart_from_the_status(told: dict[str, object], billing: BillingState) -> None:
    order = details(status=3, valorTotalPedido=100, **told)

    assert (order.billing, order.status) == (billing, OrderStatus.IN_PREPARATION)


def test_a_time_without_a_zone_is_the_erps_own() -> None:
    record: dict[str, object] = {
        "naive": "2026-11-20T22:30:00.1234567",
        "aware": "2026-11-20T22:30:00Z",
        "day": "2026-11-20",
        "late": "2026-11-21T01:30:00Z",
    }

    assert fields.moment(record, "naive", ZONE) == datetime(2026, 11, 21, 1, 30, 0, 123456, tzinfo=UTC)
    assert fields.moment(record, "aware", ZONE) == datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
    assert fields.day(record, "day", ZONE) == date(2026, 11, 20)
    assert fields.day(record, "late", ZONE) == date(2026, 11, 20)


@pytest.mark.parametrize(
    "link",
    [
        "http://carrier.example/1",
        "javascript:alert(1)",
        "https://user@carrier.example/",
        "//carrier.example",
        "https://",
        "https://evil.example/",
        "https://notcarrier.example/",
        7,
    ],
)
def test_a_tracking_link_that_is_not_https_to_a_listed_host_is_left_out(link: object) -> None:
    assert fields.https_url({"link": link}, "link", frozenset({"carrier.example"})) is None


def test_a_tracking_link_to_a_listed_host_or_its_subdomain_is_kept() -> None:
    link = "https://track.carrier.example/?n=1"

    assert fields.https_url({"link": link}, "link", frozenset({"carrier.example"})) == link


def test_text_is_one_line_without_tricks() -> None:
    hostile = "a\r\n\u202eb\x00c\u200bd\ud800 \t e"

    assert fields.plain(hostile) == "a b cd e"
    assert len(fields.plain("x" * 10_000)) == fields.TEXT_MAX


def test_documents_are_numbered_within_their_kind_whatever_their_order() -> None:
    items = [
        {"tipoArquivo": 0, "descricao": "2/2", "url": "https://erp.example/b2", "notaFiscal": "9"},
        {"tipoArquivo": 3, "descricao": "DANFE", "url": "https://erp.example/d", "tamanho": 10},
        {"tipoArquivo": 0, "descricao": "1/2", "url": "https://erp.example/b1", "notaFiscal": "9"},
        {"tipoArquivo": 99, "descricao": "?", "url": "https://erp.example/o", "tipoMime": "Application/PDF"},
        {"tipoArquivo": 2, "descricao": "no address"},
    ]

    for told in (items, list(reversed(items))):
        listed = listed_documents(json.loads(json.dumps({"itens": told})), "10042")
        by_id = {entry.document.id: entry for entry in listed}
        assert set(by_id) == {"boleto-1", "boleto-2", "danfe-1", "other-1"}
        assert by_id["boleto-1"].url == "https://erp.example/b1"
        assert by_id["danfe-1"].document.size == 10
        assert by_id["other-1"].document.media_type == "application/pdf"
        assert by_id["other-1"].document.kind is DocumentKind.OTHER

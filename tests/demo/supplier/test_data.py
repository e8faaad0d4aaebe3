"""The supplier's data: enough of it, of every kind, and the same every time."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from stdnum.br import cnpj, cpf

from bot.demo.supplier import known
from bot.demo.supplier.catalogue import CARRIERS, CENTRES, COMPANIES
from bot.demo.supplier.data import fingerprint, prepare
from bot.demo.supplier.known import KnownOrder
from bot.demo.supplier.products import PRODUCTS
from tests.demo.supplier.erp import TODAY, Erp, Json

COMPANY_IDS = [company.id for company in COMPANIES]


async def test_four_companies_have_more_than_600_orders_over_18_months(erp: Erp) -> None:
    orders = [row for company in COMPANY_IDS for row in await erp.all(company)]
    assert len(COMPANY_IDS) >= 4
    assert len(orders) >= 600
    placed = [datetime.fromisoformat(row["dataPedido"]) for row in orders]
    assert max(placed) - min(placed) > timedelta(days=540)
    assert datetime(2026, 11, 23, tzinfo=UTC) - max(placed) < timedelta(days=1)
    assert max(placed) < datetime(2026, 11, 23, tzinfo=UTC)


async def test_orders_come_by_web_and_by_telesales_and_stand_in_every_status(erp: Erp) -> None:
    orders = [row for company in COMPANY_IDS for row in await erp.all(company)]
    assert {row["status"] for row in orders} == {-1, 0, 1, 2, 3, 4, 5}
    channels = Counter(row["canal"] for row in orders)
    assert channels["web"] > 100
    assert channels["televendas"] > 100
    assert all(("pedidoId" in row) == (row["canal"] == "web") for row in orders)


async def test_there_are_backorders_split_shipments_and_invoices_in_every_state(erp: Erp) -> None:
    orders = [
        await erp.order(row["revendaId"], row["pedidoErpId"])
        for row in (await erp.all(known.NORTHWIND))[-110:]
    ]
    states = {invoice["situacao"] for order in orders for invoice in order["notasFiscais"]}
    assert states == {0, 1, 2, 3}
    overdue = [
        invoice
        for order in orders
        for invoice in order["notasFiscais"]
        if invoice["valorEmAberto"] and invoice["dataVencimento"] < TODAY
    ]
    assert overdue
    assert any(not order["notasFiscais"] for order in orders)
    assert sum(len(order["centrosDeDistribuicao"]) == 2 for order in orders) > 10
    waiting = [line for order in orders for line in order["itens"] if line["quantidadePendente"]]
    assert waiting
    assert all(line["previsaoReposicao"] > TODAY for line in waiting)


async def test_what_an_order_says_adds_up_and_happened_in_order(erp: Erp) -> None:
    for company in COMPANY_IDS:
        for row in (await erp.all(company))[::8]:
            order = await erp.order(company, row["pedidoErpId"])
            _check_amounts(order)
            _check_times(order)


def _check_amounts(order: Json) -> None:
    lines = round(sum(line["valorTotal"] for line in order["itens"]), 2)
    assert order["valorTotalPedido"] == pytest.approx(lines + order["valorFrete"])
    assert order["totalPedido"] == order["valorTotalPedido"]
    centres = order["centrosDeDistribuicao"]
    assert sum(centre["valorTotalCD"] for centre in centres) == pytest.approx(order["valorTotalPedido"])
    assert sum(len(centre["itens"]) for centre in centres) == len(order["itens"])
    assert (
        sum(invoice["valorTotal"] for invoice in order["notasFiscais"]) <= order["valorTotalPedido"] + 0.001
    )
    for invoice in order["notasFiscais"]:
        assert (invoice["valorEmAberto"] == 0) == (invoice["situacao"] in (2, 3))
        assert 0 <= invoice["valorEmAberto"] <= invoice["valorTotal"]
    for line in order["itens"]:
        assert line["quantidadeEnviada"] + line["quantidadePendente"] <= line["quantidade"]


def _check_times(order: Json) -> None:
    assert order["dataPedido"] <= order["statusDesde"] < TODAY
    for centre in order["centrosDeDistribuicao"]:
        assert (centre["dataDespacho"] is not None) == (centre["status"] >= 4)
        assert (centre["dataEntrega"] is not None) == (centre["status"] == 5)
        if centre["status"] >= 4:
            assert order["dataPedido"] < centre["dataDespacho"] <= (centre["dataEntrega"] or TODAY)
            assert centre["linkTransportadora"].startswith("https://")
            assert centre["codigoRastreamento"] in centre["linkTransportadora"]
    for invoice in order["notasFiscais"]:
        assert order["dataPedido"] <= invoice["dataEmissao"] < TODAY
        assert invoice["dataEmissao"][:10] <= invoice["dataVencimento"]


async def test_the_star_is_partially_shipped_from_two_centres(erp: Erp) -> None:
    star = await erp.order(known.NORTHWIND, known.STAR.order_number)
    assert [(centre["nome"], centre["status"]) for centre in star["centrosDeDistribuicao"]] == [
        ("CD1 São Paulo", 4),
        ("CD2 Recife", 3),
    ]
    assert star["status"] == 3
    shipped = [line for line in star["itens"] if line["quantidadeEnviada"] == line["quantidade"]]
    waiting = [line for line in star["itens"] if line["quantidadePendente"]]
    assert (len(star["itens"]), len(shipped), len(waiting)) == (6, 3, 1)
    assert [(invoice["numero"], invoice["situacao"]) for invoice in star["notasFiscais"]] == [
        ("000119920", 2),
        ("000047920", 0),
    ]
    kinds = Counter(document["tipoArquivo"] for document in await erp.documents(55, "104233"))
    assert kinds == {3: 2, 2: 2, 4: 2, 0: 1}


async def test_one_reference_stands_on_orders_of_two_companies_and_one_on_three_orders(erp: Erp) -> None:
    assert await erp.by_number(55, "PO-7782", 1) == [known.STAR.order_number]
    assert await erp.by_number(56, "PO-7782", 1) == [known.NAMESAKE.order_number]
    split = await erp.by_number(55, "PO-7800", 1)
    assert split == [order.order_number for order in known.SPLIT]
    orders = [await erp.order(55, number) for number in split]
    assert [order["status"] for order in orders] == [5, 4, 3]
    assert len({order["dataPedido"][:10] for order in orders}) == 3


async def test_one_order_has_sixty_lines_and_one_reads_like_markup(erp: Erp) -> None:
    assert len((await erp.order(55, known.LONG.order_number))["itens"]) == 60
    hostile = await erp.order(55, known.MARKUP.order_number)
    assert hostile["itens"][0]["descricaoDoProduto"] == "<b>Fixture & bolts</b> *bold* <!channel>"
    assert "<!channel>" in hostile["observacao"]


@pytest.mark.parametrize("order", known.ALL, ids=lambda order: f"{order.company}-{order.order_number}")
async def test_the_numbers_of_the_well_known_orders_are_as_published(erp: Erp, order: KnownOrder) -> None:
    details = await erp.order(order.company, order.order_number)
    assert details["pedidoClienteId"] == order.customer_reference
    assert details.get("pedidoId") == order.web_number
    assert tuple(invoice["numero"] for invoice in details["notasFiscais"]) == order.invoices


def test_the_same_seed_and_day_make_the_same_data(tmp_path: Path, database: Path) -> None:
    day = date.fromisoformat(TODAY)
    prepare(tmp_path / "again.db", today=day)
    assert fingerprint(tmp_path / "again.db") == fingerprint(database)
    prepare(tmp_path / "other.db", today=day, seed=1)
    assert fingerprint(tmp_path / "other.db") != fingerprint(database)


def test_another_day_replaces_the_data_and_the_same_day_leaves_them(tmp_path: Path) -> None:
    path = tmp_path / "supplier.db"
    prepare(path, today=date(2026, 11, 23))
    first, made = fingerprint(path), path.stat().st_ino
    prepare(path, today=date(2026, 11, 23))
    assert path.stat().st_ino == made
    prepare(path, today=date(2027, 3, 1))
    assert fingerprint(path) != first
    assert [file.name for file in tmp_path.iterdir()] == ["supplier.db"]


def test_a_broken_file_is_made_anew(tmp_path: Path, database: Path) -> None:
    path = tmp_path / "supplier.db"
    path.write_bytes(b"not a database at all" * 100)
    prepare(path, today=date.fromisoformat(TODAY))
    assert fingerprint(path) == fingerprint(database)


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2028, 2, 29)])
def test_the_well_known_numbers_do_not_depend_on_the_day(tmp_path: Path, day: date) -> None:
    from bot.demo.supplier.queries import details

    prepare(tmp_path / "supplier.db", today=day)
    for order in known.ALL:
        found = details(tmp_path / "supplier.db", order.company, order.order_number)
        assert found is not None
        assert found["pedidoClienteId"] == order.customer_reference
        assert tuple(invoice["numero"] for invoice in found["notasFiscais"]) == order.invoices
        assert found["statusDesde"] < day.isoformat()


async def test_tax_numbers_are_well_formed(erp: Erp) -> None:
    numbers = [company.cnpj for company in COMPANIES] + [centre.cnpj for centre in CENTRES]
    numbers += [carrier.cnpj for carriers in CARRIERS.values() for carrier in carriers]
    assert all(cnpj.is_valid(number) for number in numbers)
    people = [
        order["clienteFinalCpf"]
        for row in await erp.all(known.PAMPA)
        if "clienteFinalCpf" in (order := await erp.order(known.PAMPA, row["pedidoErpId"]))
    ]
    assert people
    assert all(cpf.is_valid(number) for number in people)


def test_products_are_distinct_and_have_a_tariff_code() -> None:
    assert len({product.part_number for product in PRODUCTS}) == len(PRODUCTS)
    assert all(len(product.ncm) == 8 and product.ncm.isdigit() for product in PRODUCTS)

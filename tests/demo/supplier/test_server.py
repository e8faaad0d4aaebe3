"""The demo supplier speaks the VTEX B2B Orders ERP interface."""

import json

import httpx
import pytest
from starlette.applications import Starlette

from bot.demo.supplier import known
from bot.demo.supplier.server import serving
from tests.demo.supplier.erp import ORDER, REFERENCE, TOKEN, WEB, Erp

STAR, NAMESAKE = known.STAR, known.NAMESAKE

SEARCH_ROW = {
    "pedidoErpId",
    "pedidoClienteId",
    "totalPedido",
    "status",
    "dataPedido",
    "observacao",
    "notaFiscal",
    "serieNotaFiscal",
}
DETAILS = {
    "pedidoErpId",
    "status",
    "itens",
    "revendaId",
    "clienteFinalId",
    "clienteFinalCnpj",
    "valorFrete",
    "valorTotalPedido",
    "dataPedido",
    "dataPrevisaoEntrega",
    "observacao",
    "notaFiscal",
    "serieNotaFiscal",
    "linkTransportadora",
    "formattedAddres",
    "zipcode",
    "cityState",
    "methodPayment",
    "methodPaymentInfo",
    "corpname",
    "corpemail",
    "centrosDeDistribuicao",
}
LINE = {"partNumber", "descricaoDoProduto", "quantidade", "valorUnitario", "valorTotal", "comissao"}


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/pedido/pesquisa"),
        ("GET", "/api/v1/pedido?pedidoErpId=104233&revendaId=55"),
        ("GET", "/api/v1/ArquivosPedido/?pedidoErpId=104233&revendaId=55"),
        ("GET", "/api/v1/contatos?email=ana.souza@northwind.example"),
    ],
)
async def test_without_the_token_nothing_is_told(
    erp: Erp, authorization: str, method: str, path: str
) -> None:
    answer = await erp.client.request(method, path, headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_search_row_has_every_field_of_the_interface(erp: Erp) -> None:
    answer = await erp.search(55, porCodigo={"codigo": STAR.order_number, "tipo": ORDER})
    (row,) = answer.json()["itens"]
    assert row.keys() >= SEARCH_ROW
    assert row["pedidoErpId"] == STAR.order_number
    assert row["revendaId"] == 55
    assert row["pedidoId"] == STAR.web_number
    assert row["moeda"] == "BRL"
    assert (row["notaFiscal"], row["serieNotaFiscal"]) == ("000047920", "1")


@pytest.mark.parametrize("path", ["/api/v1/pedido", "/api/v1/pedido/"])
async def test_details_have_every_field_of_the_interface(erp: Erp, path: str) -> None:
    answer = await erp.client.get(path, params={"pedidoErpId": STAR.order_number, "revendaId": 55})
    order = answer.json()
    assert order.keys() >= DETAILS
    assert order["revendaId"] == 55
    assert all(line.keys() >= LINE for line in order["itens"])
    for centre in order["centrosDeDistribuicao"]:
        assert centre.keys() >= {"distributionCenterPrefix", "itens", "valorFrete", "valorTotalCD"}


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/arquivospedido",
        "/api/v1/arquivospedido/",
        "/api/v1/ArquivosPedido",
        "/api/v1/ArquivosPedido/",
    ],
)
async def test_documents_are_listed_under_both_spellings(erp: Erp, path: str) -> None:
    answer = await erp.client.get(path, params={"pedidoErpId": STAR.order_number, "revendaId": 55})
    body = answer.json()
    assert body["pedidoErpId"] == STAR.order_number
    assert all(item.keys() >= {"tipoArquivo", "descricao", "url"} for item in body["itens"])
    assert all(item["url"].startswith(str(erp.client.base_url)) for item in body["itens"])


@pytest.mark.parametrize("spelling", [str.upper, str.lower, lambda text: f"  {text} "])
async def test_numbers_are_found_exactly_and_without_case(erp: Erp, spelling: type[str]) -> None:
    assert STAR.web_number
    assert await erp.by_number(55, spelling(STAR.web_number), WEB) == [STAR.order_number]
    assert await erp.by_number(55, spelling(STAR.customer_reference), REFERENCE) == [STAR.order_number]
    assert await erp.by_number(55, spelling(STAR.order_number), ORDER) == [STAR.order_number]
    meridian = known.MERIDIAN_SHIPPED
    assert await erp.by_number(57, spelling("oc 2231/26"), REFERENCE) == [meridian.order_number]


@pytest.mark.parametrize("number", ["PO-778", "PO-77822", "7782", "%", "PO-____", "PO-7782' OR '1'='1", ""])
async def test_what_only_resembles_a_number_finds_nothing(erp: Erp, number: str) -> None:
    for kind in (WEB, REFERENCE, ORDER):
        assert await erp.by_number(55, number, kind) == []


async def test_a_number_is_found_only_as_the_kind_it_is(erp: Erp) -> None:
    assert await erp.by_number(55, STAR.order_number, REFERENCE) == []
    assert await erp.by_number(58, STAR.order_number, REFERENCE) == [known.LOOKALIKE.order_number]
    assert await erp.by_number(55, STAR.customer_reference, ORDER) == []


@pytest.mark.parametrize("number", ["000047920", "47920", "0000000047920", " 47920 "])
@pytest.mark.parametrize("series", [None, "1", "001", ""])
async def test_invoices_are_found_with_or_without_zeros_and_series(
    erp: Erp, number: str, series: str | None
) -> None:
    assert await erp.by_invoice(55, number, series) == [STAR.order_number]


@pytest.mark.parametrize(
    ("number", "series"),
    [("47920", "2"), ("4792", None), ("047921", None), ("4792x", None), ("9" * 40, None)],
)
async def test_other_invoice_numbers_find_nothing(erp: Erp, number: str, series: str | None) -> None:
    assert await erp.by_invoice(55, number, series) == []


async def test_a_period_includes_both_its_days(erp: Erp) -> None:
    placed = (await erp.order(55, STAR.order_number))["dataPedido"]
    day = placed[:10]
    assert STAR.order_number in [row["pedidoErpId"] for row in await erp.by_period(55, day, day)]
    assert STAR.order_number in [row["pedidoErpId"] for row in await erp.by_period(55, placed, placed)]
    found = [row["dataPedido"][:10] for row in await erp.by_period(55, "2026-06-01", "2026-06-30")]
    everything = [row["dataPedido"][:10] for row in await erp.all(55)]
    assert sorted(found) == sorted(day for day in everything if "2026-06-01" <= day <= "2026-06-30")
    assert await erp.by_period(55, "2026-06-30", "2026-06-01") == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"revendaId": None},
        {"revendaId": "55"},
        {"revendaId": 55.5},
        {"revendaId": True},
        {"revendaId": 2**70},
        {"revendaId": 55},
        {"revendaId": 55, "porCodigo": "PO-7782"},
        {"revendaId": 55, "porCodigo": {"codigo": 7782, "tipo": 1}},
        {"revendaId": 55, "porCodigo": {"codigo": "PO-7782", "tipo": 3}},
        {"revendaId": 55, "porCodigo": {"codigo": "PO-7782", "tipo": True}},
        {"revendaId": 55, "porNotaFiscal": {"notaFiscal": 47920}},
        {"revendaId": 55, "porPeriodo": {"dataInicial": "yesterday", "dataFim": "2026-01-01"}},
        {"revendaId": 55, "porPeriodo": {"dataInicial": "2026-01-01"}},
        {
            "revendaId": 55,
            "porPeriodo": {"dataInicial": "0001-01-01T00:00:00+14:00", "dataFim": "2026-01-01"},
        },
        {
            "revendaId": 55,
            "porCodigo": {"codigo": "PO-7782", "tipo": 1},
            "porNotaFiscal": {"notaFiscal": "47920"},
        },
        [],
        None,
    ],
    ids=str,
)
async def test_a_search_that_is_not_of_the_interface_is_refused(erp: Erp, body: object) -> None:
    answer = await erp.client.post("/api/v1/pedido/pesquisa", json=body)
    assert answer.status_code == 400
    assert answer.json()["mensagem"]


async def test_half_a_character_finds_nothing(erp: Erp) -> None:
    content = b'{"revendaId": 55, "porCodigo": {"codigo": "\\ud800", "tipo": 1}}'
    answer = await erp.client.post("/api/v1/pedido/pesquisa", content=content)
    assert (answer.status_code, answer.json()) == (200, {"itens": []})


async def test_a_body_that_is_not_json_is_refused(erp: Erp) -> None:
    for content in (b"", b"{", b"\xff\xfe", b"revendaId=55"):
        answer = await erp.client.post("/api/v1/pedido/pesquisa", content=content)
        assert answer.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "pedidoErpId=104233",
        "revendaId=55",
        "pedidoErpId=104233&revendaId=abc",
        "pedidoErpId=104233&revendaId=5_5",
        "pedidoErpId=104233&revendaId=",
        "pedidoErpId=104233&revendaId=56&revendaId=55",
        "pedidoErpId=104233&pedidoErpId=104218&revendaId=55",
    ],
)
async def test_an_order_is_asked_for_with_one_number_and_one_company(erp: Erp, query: str) -> None:
    for path in ("/api/v1/pedido", "/api/v1/arquivospedido"):
        assert (await erp.client.get(f"{path}?{query}")).status_code == 400


@pytest.mark.parametrize("company", [54, 0, -1, 99999999])
async def test_an_unknown_company_has_no_orders(erp: Erp, company: int) -> None:
    assert await erp.all(company) == []
    assert await erp.by_number(company, STAR.order_number, ORDER) == []
    for path in ("/api/v1/pedido", "/api/v1/arquivospedido"):
        params: dict[str, str | int] = {"pedidoErpId": STAR.order_number, "revendaId": company}
        assert (await erp.client.get(path, params=params)).status_code == 404


@pytest.mark.parametrize("foreign", known.FOREIGN, ids=lambda order: str(order.order_number))
async def test_an_order_of_another_company_is_answered_like_one_that_does_not_exist(
    erp: Erp, foreign: known.KnownOrder
) -> None:
    for path in ("/api/v1/pedido", "/api/v1/arquivospedido"):
        theirs, nobodys = [
            await erp.client.get(path, params={"pedidoErpId": number, "revendaId": 55})
            for number in (foreign.order_number, "999999")
        ]
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.content == nobodys.content
    assert await erp.by_number(55, foreign.order_number, ORDER) == []
    assert await erp.by_number(55, foreign.web_number or "-", WEB) == []
    assert foreign.order_number not in await erp.by_number(55, foreign.customer_reference, REFERENCE)
    for invoice in foreign.invoices:
        assert await erp.by_invoice(55, invoice) == []


async def test_nothing_of_one_company_stands_in_the_replies_to_another(erp: Erp) -> None:
    """Every number that names an order, invoice or parcel belongs to one company alone."""
    seen: dict[str, int] = {}
    for company in (55, 56, 57, 58):
        rows = await erp.all(company)
        assert {row["revendaId"] for row in rows} == {company}
        for row in rows[-20:]:
            order = await erp.order(company, row["pedidoErpId"])
            assert order["revendaId"] == company
            numbers = [order["pedidoErpId"], order.get("pedidoId"), order["clienteFinalCnpj"]]
            numbers += [invoice["chaveAcesso"] for invoice in order["notasFiscais"]]
            numbers += [centre["codigoRastreamento"] for centre in order["centrosDeDistribuicao"]]
            numbers += [item["url"] for item in await erp.documents(company, row["pedidoErpId"])]
            for number in filter(None, numbers):
                assert seen.setdefault(number, company) == company


async def test_contacts_are_found_by_their_exact_address(erp: Erp) -> None:
    answer = await erp.client.get("/api/v1/contatos", params={"email": "ANA.Souza@Northwind.Example"})
    (contact,) = answer.json()["itens"]
    assert contact == {
        "revendaId": 55,
        "razaoSocial": "Northwind Industrial Ltda",
        "cnpj": contact["cnpj"],
        "nome": "Ana Souza",
        "email": "ana.souza@northwind.example",
    }
    for email in ("ana.souza@northwind", "%", "nobody@northwind.example", ""):
        answer = await erp.client.get("/api/v1/contatos", params={"email": email})
        assert answer.json() == {"itens": []}
    assert (await erp.client.get("/api/v1/contatos")).status_code == 400


@pytest.mark.parametrize("written", ["+5511987650002", "5511987650002", "11987650002", "+55 11 98765-0002"])
async def test_contacts_are_found_by_their_exact_phone_however_it_is_written(erp: Erp, written: str) -> None:
    answer = await erp.client.get("/api/v1/contatos", params={"telefone": written})
    (contact,) = answer.json()["itens"]
    assert (contact["revendaId"], contact["nome"], contact["telefone"]) == (
        55,
        "Bruno Lima",
        "(11) 98765-0002",
    )


@pytest.mark.parametrize("phone", ["", "+", "987650002", "+5511987650001", "+1511987650002", "%", "11 9876"])
async def test_a_phone_that_only_resembles_one_finds_nobody(erp: Erp, phone: str) -> None:
    answer = await erp.client.get("/api/v1/contatos", params={"telefone": phone})
    assert (answer.status_code, answer.json()) == (200, {"itens": []})


async def test_contacts_are_asked_for_by_one_thing_at_a_time(erp: Erp) -> None:
    for query in ("email=a@b.example&telefone=11987650002", "telefone=1&telefone=2", "nome=Ana"):
        assert (await erp.client.get(f"/api/v1/contatos?{query}")).status_code == 400


async def test_the_server_breaks_on_request_and_recovers(breakable: Erp) -> None:
    async def ask() -> httpx.Response:
        return await breakable.search(55, porCodigo={"codigo": "PO-7782", "tipo": 1})

    async def switch(**wanted: object) -> None:
        assert (await breakable.client.post("/demo/faults", json=wanted)).status_code == 200

    await switch(mode="down")
    assert (await ask()).status_code == 503
    await switch(mode="html")
    answer = await ask()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    await switch(mode="slow", delay=1)
    with pytest.raises(httpx.ReadTimeout):
        await breakable.client.get("/api/v1/contatos?email=a", timeout=0.2)
    await switch(mode="ok")
    assert (await ask()).json()["itens"]
    assert (await breakable.client.get("/demo/faults")).json() == {"mode": "ok", "delay": 1}


async def test_faults_can_be_set_on_the_app_itself(app: Starlette, breakable: Erp) -> None:
    app.state.faults.mode = "down"
    assert (await breakable.search(55, porCodigo={"codigo": "PO-7782", "tipo": 1})).status_code == 503


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        ('{"mode": "down"}', {"Host": "rebound.example"}, 403),
        ('{"mode": "down"}', {"Content-Type": "text/plain"}, 415),
        ('{"mode": "explode"}', {}, 400),
        ('{"mode": "slow", "delay": 1e9}', {}, 400),
        ('{"mode": "slow", "delay": NaN}', {}, 400),
        ('{"mode": ["ok"]}', {}, 400),
        ('["down"]', {}, 400),
        ("{", {}, 400),
    ],
)
async def test_faults_are_switched_only_from_this_machine_and_in_good_form(
    erp: Erp, content: str, headers: dict[str, str], status: int
) -> None:
    headers = {"Content-Type": "application/json", **headers}
    answer = await erp.client.post("/demo/faults", content=content, headers=headers)
    assert answer.status_code == status
    assert (await erp.client.get("/demo/faults")).json()["mode"] == "ok"


async def test_document_addresses_begin_as_the_server_was_told(app_behind_proxy: Starlette) -> None:
    async with serving(app_behind_proxy) as url, httpx.AsyncClient(base_url=url) as client:
        answer = await client.get(
            "/api/v1/arquivospedido?pedidoErpId=104233&revendaId=55",
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
    urls = [item["url"] for item in json.loads(answer.content)["itens"]]
    assert all(url.startswith("https://erp.example/docs/documentos/") for url in urls)

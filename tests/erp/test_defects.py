"""Defects D1 to D8 of the app this contract comes from: none of them is ours."""

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.erp.errors import ErpBadAnswer, ErpDenied, ErpError, ErpRateLimited, ErpUnavailable
from bot.erp.gateway import Gateway
from bot.erp.matching import matched_kind
from bot.orders import Reference, ReferenceKind
from tests.erp.builders import adapter, scope_of
from tests.erp.plain_contract import Asked, PlainErp, Sale
from tests.support.serving import serving

OURS = Sale(
    55, "10042", customer_reference="PO-7782", web_number="W-900", invoice="987654321", series="123", status=4
)
THEIRS = Sale(56, "20077", customer_reference="PO-7782", web_number="W-901", invoice="987654322")

CRAFTED = (
    "123&revendaId=7",
    "10042&revendaId=56",
    "20077#&revendaId=56",
    "20077?revendaId=56",
    "20077;revendaId=56",
    "20077%26revendaId%3D56",
    '20077","revendaId":56,"x":"',
    "20077\r\nX-Company: 56",
    "../pedido?revendaId=56",
    "20077＆revendaId＝56",
    "' OR 1=1 --",
    "*",
    "%",
    "20077\x00",
    "",
    " ",
    "\u202e77002",
)


@pytest.mark.parametrize("text", CRAFTED)
async def test_d1_a_crafted_number_never_adds_a_parameter(text: str) -> None:
    erp = PlainErp([OURS, THEIRS])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        found = await ours.find(scope_of("55"), [Reference(text)])
        details = await ours.details(scope_of("55"), [text])
        documents = await ours.documents(scope_of("55"), text)
        await ours.aclose()

    assert (list(found.values()), list(details), list(documents)) == ([()], [], [])
    assert all(asked.companies == ["55"] for asked in erp.asked)


async def test_d1_odd_but_allowed_numbers_arrive_whole_and_the_company_last() -> None:
    number = "A/B #1-2_3. 4"
    erp = PlainErp([Sale(55, number)])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        details = await ours.details(scope_of("55"), [number])
        await ours.aclose()

    assert [order.order_number for order in details] == [number]
    assert erp.asked[0].query.endswith("&revendaId=55")
    assert list(httpx.QueryParams(erp.asked[0].query)) == ["pedidoErpId", "revendaId"]


@pytest.mark.parametrize("echo", [56, None, "fifty-five", True, 55.5])
async def test_d2_details_that_do_not_name_our_company_are_as_if_not_there(echo: object) -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        if asked.path == "/api/v1/pedido":
            return JSONResponse({"pedidoErpId": "10042", "revendaId": echo, "status": 3})
        return None

    erp = PlainErp([OURS], behave=behave)
    async with serving(erp.app()) as url:
        ours = adapter(url)
        details = await ours.details(scope_of("55"), ["10042"])
        documents = await ours.documents(scope_of("55"), "10042")
        found = await Gateway([ours]).find(scope_of("55"), [Reference("PO-7782")])
        await ours.aclose()

    assert (list(details), list(documents), list(found.values())) == ([], [], [()])


async def test_d2_details_of_another_order_are_as_if_not_there() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return JSONResponse({"pedidoErpId": "10043", "revendaId": 55, "status": 3})

    async with serving(PlainErp(behave=behave).app()) as url:
        ours = adapter(url)
        assert list(await ours.details(scope_of("55"), ["10042"])) == []
        await ours.aclose()


async def test_d3_the_company_comes_from_the_scope_and_never_over_plain_http() -> None:
    erp = PlainErp([OURS, THEIRS])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        reference = Reference("PO-7782")
        northwind = (await ours.find(scope_of("55"), [reference]))[reference]
        southgate = (await ours.find(scope_of("56"), [reference]))[reference]
        await ours.aclose()

    assert [order.order_number for order in northwind] == ["10042"]
    assert [order.order_number for order in southgate] == ["20077"]
    with pytest.raises(ValueError, match="https"):
        adapter("http://erp.example.com")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10042", ReferenceKind.ORDER_NUMBER),
        ("PO-7782", ReferenceKind.CUSTOMER_REFERENCE),
        ("W-900", ReferenceKind.WEB_NUMBER),
        ("987654321", ReferenceKind.INVOICE_NUMBER),
    ],
)
async def test_d4_each_kind_of_number_finds_the_order_and_tells_which_it_was(
    text: str, kind: ReferenceKind
) -> None:
    erp = PlainErp([OURS, THEIRS])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        anyhow, exactly = Reference(text), Reference(text, kind)
        found = await Gateway([ours]).find_complete(scope_of("55"), [anyhow, exactly])
        wrong = Reference(text, _another(kind))
        nothing = await ours.find(scope_of("55"), [wrong])
        await ours.aclose()

    for reference in (anyhow, exactly):
        assert [order.order_number for order in found[reference]] == ["10042"]
        assert found[reference][0].complete
        assert matched_kind(found[reference][0], reference) is kind
    assert nothing[wrong] == ()


async def test_d4_four_searches_are_asked_at_once_and_one_for_a_known_kind() -> None:
    erp = PlainErp([OURS])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        await ours.find(scope_of("55"), [Reference("PO-7782", alternatives=("7782",))])
        anyhow = [asked.body for asked in erp.asked]
        erp.asked.clear()
        await ours.find(scope_of("55"), [Reference("987654321", ReferenceKind.INVOICE_NUMBER, series="123")])
        await ours.aclose()

    assert sorted(map(str, anyhow)) == sorted(
        str(body)
        for body in (
            {"porCodigo": {"codigo": "PO-7782", "tipo": 0}, "revendaId": 55},
            {"porCodigo": {"codigo": "PO-7782", "tipo": 1}, "revendaId": 55},
            {"porCodigo": {"codigo": "PO-7782", "tipo": 2}, "revendaId": 55},
            {"porNotaFiscal": {"notaFiscal": "PO-7782"}, "revendaId": 55},
        )
    )
    assert [asked.body for asked in erp.asked] == [
        {"porNotaFiscal": {"notaFiscal": "987654321", "serieNotaFiscal": "123"}, "revendaId": 55}
    ]


async def test_d5_an_unknown_contact_is_an_empty_answer() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        item = {
            "revendaId": 55,
            "razaoSocial": "Northwind",
            "nome": "Ana",
            "email": "Ana.Souza@northwind.example",
        }
        return JSONResponse({"itens": [item, {"email": "x@y.example"}, "junk", {"revendaId": 56}]})

    erp = PlainErp(behave=behave)
    async with serving(erp.app()) as url:
        ours = adapter(url)
        nobody = await ours.contacts_by_email("nobody&email=ana.souza@northwind.example")
        ana = await ours.contacts_by_email("ana.souza@northwind.example")
        await ours.aclose()

    assert list(nobody) == []
    assert [(contact.company_key, contact.contact_name) for contact in ana] == [("55", "Ana")]
    assert list(httpx.QueryParams(erp.asked[0].query)) == ["email"]


async def test_d6_details_carry_currency_shipments_and_aware_times() -> None:
    erp = PlainErp([OURS])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        (order,) = await ours.details(scope_of("55"), ["10042"])
        await ours.aclose()

    assert order.total is not None
    assert (str(order.total.amount), order.total.currency) == ("58.0", "BRL")
    assert order.placed_on is not None
    assert order.placed_on.utcoffset() is not None
    assert [shipment.warehouse for shipment in order.shipments] == ["CD1"]
    assert [invoice.number for invoice in order.invoices] == ["987654321"]


async def test_d7_commissions_and_personal_tax_ids_are_not_even_read() -> None:
    erp = PlainErp([OURS])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        (order,) = await ours.details(scope_of("55"), ["10042"])
        await ours.aclose()

    told = repr(order)
    assert "48654007028" not in told
    assert "55616766000197" not in told
    assert "4.0'" not in told.replace("44.0'", "")


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (Response(status_code=401), ErpDenied),
        (Response(status_code=403), ErpDenied),
        (Response(status_code=429), ErpRateLimited),
        (Response(status_code=500), ErpUnavailable),
        (Response(status_code=503), ErpUnavailable),
        (Response(status_code=404), ErpBadAnswer),
        (Response(status_code=302, headers={"Location": "/login"}), ErpBadAnswer),
        (HTMLResponse("<html>Sign in</html>"), ErpBadAnswer),
        (JSONResponse({"erro": "manutenção"}), ErpBadAnswer),
        (JSONResponse([]), ErpBadAnswer),
        (Response(b'{"itens": ['), ErpBadAnswer),
    ],
)
async def test_d8_a_failure_is_never_told_as_nothing_found(response: Response, error: type[ErpError]) -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return response

    async with serving(PlainErp(behave=behave).app()) as url:
        ours = adapter(url)
        with pytest.raises(error):
            await ours.find(scope_of("55"), [Reference("PO-7782")])
        await ours.aclose()


async def test_d8_a_failure_of_one_kind_matters_only_when_the_others_find_nothing() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return Response(status_code=500) if "porNotaFiscal" in asked.body else None

    async with serving(PlainErp([OURS], behave=behave).app()) as url:
        ours = adapter(url)
        known, unknown = Reference("PO-7782"), Reference("PO-1")
        assert len((await ours.find(scope_of("55"), [known]))[known]) == 1
        with pytest.raises(ErpUnavailable):
            await ours.find(scope_of("55"), [unknown])
        await ours.aclose()


def _another(kind: ReferenceKind) -> ReferenceKind:
    return ReferenceKind.WEB_NUMBER if kind is not ReferenceKind.WEB_NUMBER else ReferenceKind.ORDER_NUMBER

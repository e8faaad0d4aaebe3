"""Finding by numbers: spellings, several matches, access keys, and never another company's."""

import asyncio
import json
from urllib.parse import unquote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.erp.errors import ErpError
from bot.erp.gateway import Gateway
from bot.erp.matching import matched_kind, normal_form, read_access_key, sendable
from bot.orders import Invoice, Order, Reference, ReferenceKind
from tests.erp.builders import adapter, scope_of
from tests.erp.plain_contract import Asked, PlainErp, Sale
from tests.support.serving import serving

KEY = "35261100000000000191550010000009871000000015"
KINDS = st.sampled_from(ReferenceKind)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789ABCabc &=#?/%-._\r\n\"'{}", max_size=45),
    st.from_regex(r"[0-9]{1,6}&revendaId=[0-9]{1,3}", fullmatch=True),
)


def key_with_digit(first43: str) -> str:
    """A 44-character key, its check digit added the long way round."""
    total, weight = 0, 2
    for char in reversed(first43):
        total += (ord(char) - 48) * weight
        weight = 2 if weight == 9 else weight + 1
    digit = 11 - total % 11
    return first43 + str(0 if digit > 9 else digit)


async def test_the_alternatives_are_asked_in_order_and_only_while_nothing_is_found() -> None:
    erp = PlainErp([Sale(55, "10042", customer_reference="7782")])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        reference = Reference("PO 7782", alternatives=("PO-7782", "7782", "782"))
        found = await ours.find(scope_of("55"), [reference])
        await ours.aclose()

    asked = [asked.body["porCodigo"]["codigo"] for asked in erp.asked if "porCodigo" in asked.body]  # type: ignore[index]
    assert list(dict.fromkeys(asked)) == ["PO 7782", "PO-7782", "7782"]
    assert [order.order_number for order in found[reference]] == ["10042"]


async def test_one_reference_on_three_orders_gives_all_three_newest_first() -> None:
    erp = PlainErp(
        [
            Sale(55, "1", customer_reference="PO-7800", placed="2026-10-01T00:00:00Z"),
            Sale(55, "3", customer_reference="PO-7800", placed="2026-10-03T00:00:00Z"),
            Sale(55, "2", customer_reference="PO-7800", placed="2026-10-02T00:00:00Z"),
        ]
    )
    async with serving(erp.app()) as url:
        ours = adapter(url)
        reference = Reference("PO-7800")
        found = await Gateway([ours]).find_complete(scope_of("55"), [reference])
        await ours.aclose()

    assert [order.order_number for order in found[reference]] == ["3", "2", "1"]


async def test_an_order_found_by_two_of_its_numbers_comes_once() -> None:
    erp = PlainErp([Sale(55, "10042", customer_reference="10042", web_number="10042", invoice="10042")])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        reference = Reference("10042")
        found = await ours.find(scope_of("55"), [reference])
        await ours.aclose()

    assert len(found[reference]) == 1
    assert matched_kind(found[reference][0], reference) is ReferenceKind.ORDER_NUMBER


async def test_rows_with_another_number_than_the_one_asked_for_are_no_match() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        # An ERP that compares parts of numbers.
        return JSONResponse({"itens": [{"pedidoErpId": "110042", "pedidoClienteId": "PO-77820"}]})

    async with serving(PlainErp(behave=behave).app()) as url:
        ours = adapter(url)
        order, customer = (
            Reference("10042", ReferenceKind.ORDER_NUMBER),
            Reference("PO-7782", ReferenceKind.CUSTOMER_REFERENCE),
        )
        found = await ours.find(scope_of("55"), [order, customer])
        await ours.aclose()

    assert found == {order: (), customer: ()}


async def test_the_second_invoice_of_an_order_finds_it_when_the_details_hold_it() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        if "porNotaFiscal" in asked.body:
            rows = [{"pedidoErpId": n, "notaFiscal": "500", "revendaId": 55} for n in ("1", "2")]
            return JSONResponse({"itens": rows})
        if asked.path == "/api/v1/pedido":
            number = request.query_params["pedidoErpId"]
            invoices = [{"numero": "500"}, {"numero": "501" if number == "1" else "999"}]
            return JSONResponse({"pedidoErpId": number, "revendaId": 55, "notasFiscais": invoices})
        return None

    async with serving(PlainErp(behave=behave).app()) as url:
        ours = adapter(url)
        reference = Reference("501", ReferenceKind.INVOICE_NUMBER)
        found = await ours.find(scope_of("55"), [reference])
        await ours.aclose()

    assert [order.order_number for order in found[reference]] == ["1"]


async def test_rows_that_name_another_company_are_dropped() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        if asked.path != "/api/v1/pedido/pesquisa":
            return None
        rows = [{"pedidoErpId": "1", "revendaId": 55}, {"pedidoErpId": "1", "revendaId": 56}]
        return JSONResponse({"itens": rows})

    async with serving(PlainErp(behave=behave).app()) as url:
        ours = adapter(url)
        reference = Reference("1")
        found = await ours.find(scope_of("55"), [reference])
        await ours.aclose()

    assert {order.company_key for order in found[reference]} == {"55"}


async def test_a_scope_of_two_keys_is_asked_for_each_and_keeps_its_own_spelling() -> None:
    erp = PlainErp([Sale(55, "1", customer_reference="PO-1"), Sale(58, "2", customer_reference="PO-1")])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        gateway = Gateway([ours])
        reference = Reference("PO-1", ReferenceKind.CUSTOMER_REFERENCE)
        found = await gateway.find(scope_of("55", "0058"), [reference])
        await ours.aclose()

    assert {(o.company_key, o.order_number) for o in found[reference]} == {("55", "1"), ("0058", "2")}


async def test_a_key_that_is_no_number_asks_nothing() -> None:
    erp = PlainErp([Sale(55, "1")])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        found = await ours.find(scope_of("55 or 56"), [Reference("1")])
        await ours.aclose()

    assert (found, erp.asked) == ({Reference("1"): ()}, [])


@pytest.mark.parametrize("written", ["{}", " {} ", "grouped"])
async def test_an_access_key_finds_the_order_of_its_invoice(written: str) -> None:
    key = key_with_digit(KEY[:43])
    grouped = " ".join(key[i : i + 4] for i in range(0, 44, 4))
    erp = PlainErp(
        [Sale(55, "1", invoice="987", series="1"), Sale(55, "2", invoice="987", series="2"), Sale(56, "3")]
    )
    async with serving(erp.app()) as url:
        ours = adapter(url)
        reference = Reference(
            grouped if written == "grouped" else written.format(key), ReferenceKind.ACCESS_KEY
        )
        found = await ours.find(scope_of("55"), [reference])
        await ours.aclose()

    assert [order.order_number for order in found[reference]] == ["1"]
    assert matched_kind(found[reference][0], reference) is ReferenceKind.ACCESS_KEY


async def test_an_access_key_with_a_wrong_check_digit_is_never_asked_for() -> None:
    key = key_with_digit(KEY[:43])
    wrong = key[:-1] + str((int(key[-1]) + 1) % 10)
    erp = PlainErp([Sale(55, "1", invoice="987", series="1")])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        reference = Reference(wrong, ReferenceKind.ACCESS_KEY)
        found = await ours.find(scope_of("55"), [reference])
        await ours.aclose()

    assert (found, erp.asked) == ({reference: ()}, [])


async def test_an_order_whose_invoice_has_another_access_key_is_not_the_answer() -> None:
    key, other = key_with_digit(KEY[:43]), key_with_digit("29" + KEY[2:43])

    async def behave(request: Request, asked: Asked) -> Response | None:
        if "porNotaFiscal" in asked.body:
            return JSONResponse({"itens": [{"pedidoErpId": "1", "notaFiscal": "987"}]})
        invoices = [{"numero": "987", "serie": "1", "chaveAcesso": other}]
        return JSONResponse({"pedidoErpId": "1", "revendaId": 55, "notasFiscais": invoices})

    async with serving(PlainErp(behave=behave).app()) as url:
        ours = adapter(url)
        wanted, real = (Reference(k, ReferenceKind.ACCESS_KEY) for k in (key, other))
        found = await ours.find(scope_of("55"), [wanted, real])
        await ours.aclose()

    assert [len(found[wanted]), len(found[real])] == [0, 1]


async def test_a_tracking_number_is_not_something_this_contract_can_search() -> None:
    erp = PlainErp([Sale(55, "1")])
    async with serving(erp.app()) as url:
        ours = adapter(url)
        reference = Reference("1", ReferenceKind.TRACKING_NUMBER)
        assert await ours.find(scope_of("55"), [reference]) == {reference: ()}
        await ours.aclose()
    assert erp.asked == []


async def test_a_number_the_erp_calls_impossible_is_only_not_found() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return JSONResponse({"erro": "codigo deve ser numérico"}, status_code=400)

    async with serving(PlainErp(behave=behave).app()) as url:
        ours = adapter(url)
        assert await ours.find(scope_of("55"), [Reference("PO-1")]) == {Reference("PO-1"): ()}
        assert list(await ours.details(scope_of("55"), ["PO-1"])) == []
        await ours.aclose()


async def test_t13_no_text_as_a_reference_crashes_or_leaves_the_scope() -> None:
    """300 texts against one running ERP: every request names company 55, once."""
    erp = PlainErp([Sale(55, "10042"), Sale(56, "20077", customer_reference="PO-7782")])

    async def ask(references: list[Reference]) -> None:
        erp.asked.clear()
        async with serving(erp.app()) as url:
            ours = adapter(url)
            try:
                found = await ours.find(scope_of("55"), references)
                numbers = {order.order_number for orders in found.values() for order in orders}
                assert set(found) == set(references)
                assert numbers <= {"10042"}
                for reference in references:
                    await ours.details(scope_of("55"), [reference.value])
                    await ours.documents(scope_of("55"), reference.value)
            except ErpError:
                raise AssertionError("a text made the ERP fail") from None
            finally:
                await ours.aclose()
        for asked in erp.asked:
            assert asked.companies == ["55"]
            assert unquote_plus(asked.query).count("revendaId") in (0, 1)
            assert json.dumps(asked.body).count('"revendaId"') in (0, 1)

    @settings(max_examples=12, deadline=None)
    @given(
        st.lists(
            st.builds(
                Reference, TEXTS, KINDS, st.lists(TEXTS, max_size=2).map(tuple), st.one_of(st.none(), TEXTS)
            ),
            min_size=25,
            max_size=25,
        )
    )
    def check(references: list[Reference]) -> None:
        asyncio.run(ask(references))

    # In a thread of its own, where no event loop runs: Hypothesis calls plain functions.
    await asyncio.to_thread(check)


@given(TEXTS)
def test_t13_what_may_be_sent_is_short_plain_ascii(text: str) -> None:
    number = sendable(text)

    assert number is None or (
        1 <= len(number) <= 40
        and number.isascii()
        and number[0].isalnum()
        and not set(number) & set("&=?%\"'\r\n")
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("po 7782", "PO-7782"),
        ("ＰＯ７７８２", "PO7782"),
        ("0007782", "7782"),
        ("SO-0042", "so42"),
        ("0", "000"),
    ],
)
def test_spellings_of_one_number_are_the_same(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(("one", "other"), [("7782", "77820"), ("PO-7782", "7782"), ("42", "420"), ("1", "")])
def test_a_part_of_a_number_is_another_number(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


def test_nothing_matches_an_empty_number() -> None:
    order = Order(erp="erp", company_key="55", order_number="1", invoices=(Invoice(number=""),))

    assert matched_kind(order, Reference("--")) is None


def test_an_access_key_with_an_alphanumeric_cnpj_is_read() -> None:
    key = key_with_digit("35" + "2611" + "12ABC34501DE35" + "55" + "001" + "000000987" + "1" + "00000001")

    read = read_access_key(key.lower())

    assert read is not None
    assert (read.number, read.series) == ("987", "1")

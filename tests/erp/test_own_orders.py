"""A scope bound to one contact: their own orders, and nothing of their colleagues'."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.erp.errors import DocumentNotThere
from bot.erp.gateway import Gateway
from bot.erp.line import ErpLimits
from bot.erp.protocol import OrderFilter
from bot.orders import Document, DocumentKind, Reference
from tests.erp.builders import adapter, scope_of
from tests.erp.plain_contract import PDF, PlainErp, Sale
from tests.support.serving import serving

ANA = scope_of("55", placed_by="Ana Souza")
COMPANY = scope_of("55")
PO = Reference("PO-1")
LIST = OrderFilter()


def sale(number: str, placed_by: str, company: int = 55) -> Sale:
    document = {
        "descricao": "Danfe",
        "tipo": 1,
        "formato": "pdf",
        "url": f"/files/{number}.pdf",
    }
    return Sale(
        company,
        number,
        customer_reference="PO-1",
        placed_by=placed_by,
        placed=f"2026-11-{number[-2:]}T12:00:00Z",
        documents=(document,),
    )


def erp() -> PlainErp:
    sales = [
        sale("10001", "ana  SOUZA"),
        sale("10002", "Bruno Lima"),
        sale("10003", ""),
        sale("10004", "Ana Souza Filho"),
        sale("20005", "Ana Souza", company=56),
    ]
    return PlainErp(sales, files={f"/files/{one.number}.pdf": PDF for one in sales})


async def asking(
    double: PlainErp, act: Callable[[Gateway, str], Coroutine[Any, Any, None]], **limits: Any
) -> None:
    async with serving(double.app()) as url:
        gateway = Gateway([adapter(url)], limits=ErpLimits(**limits))
        await act(gateway, url)
        await gateway.aclose()


async def test_a_number_finds_only_the_contacts_own_order() -> None:
    async def act(gateway: Gateway, _: str) -> None:
        assert [order.order_number for order in (await gateway.find(ANA, [PO]))[PO]] == ["10001"]
        assert len((await gateway.find(COMPANY, [PO]))[PO]) == 4

    await asking(erp(), act)


async def test_what_a_colleague_was_told_is_not_reused_for_the_contact() -> None:
    async def act(gateway: Gateway, _: str) -> None:
        for scope, expected in ((COMPANY, 4), (ANA, 1), (COMPANY, 4)):
            assert len((await gateway.find(scope, [PO]))[PO]) == expected

    await asking(erp(), act, cache_seconds=600)


async def test_details_of_a_colleagues_order_are_absent() -> None:
    async def act(gateway: Gateway, _: str) -> None:
        found = await gateway.details(ANA, ["10001", "10002", "10003", "10004", "20005"])
        assert [order.order_number for order in found] == ["10001"]

    await asking(erp(), act)


async def test_a_list_holds_only_their_own_and_says_nothing_of_how_many_there_are() -> None:
    async def act(gateway: Gateway, _: str) -> None:
        page = await gateway.page(ANA, LIST, after=None, limit=10)
        assert [order.order_number for order in page.orders] == ["10001"]
        assert page.total is None

    await asking(erp(), act)


async def test_a_list_goes_on_past_pages_that_are_all_colleagues_orders() -> None:
    double = PlainErp([sale("10001", "Ana Souza"), *(sale(f"100{n}", "Bruno Lima") for n in range(10, 19))])

    async def act(gateway: Gateway, _: str) -> None:
        page = await gateway.page(ANA, LIST, after=None, limit=2)
        assert [order.order_number for order in page.orders] == ["10001"]

    await asking(double, act)


async def test_documents_of_a_colleagues_order_are_not_listed_nor_opened() -> None:
    async def act(gateway: Gateway, _: str) -> None:
        assert len(await gateway.documents(ANA, "10001")) == 1
        (theirs,) = await gateway.documents(COMPANY, "10002")
        assert await gateway.documents(ANA, "10002") == ()
        with pytest.raises(DocumentNotThere):
            async with gateway.open_document(ANA, theirs):
                pass
        made_up = Document(id="danfe-1", kind=DocumentKind.DANFE, order_number="10002")
        with pytest.raises(DocumentNotThere):
            async with gateway.open_document(ANA, made_up):
                pass

    await asking(erp(), act)

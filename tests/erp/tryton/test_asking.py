"""What the rules of the kit do not ask: numbers of modules, prints, sessions, round trips."""

import asyncio
from decimal import Decimal
from typing import Any

import httpx
import pytest

from bot.erp.errors import DocumentNotThere, DocumentRefused, ErpDenied
from bot.erp.protocol import DocumentStream, OrderFilter
from bot.orders import Document, DocumentKind, OrderStatus, Reference, ReferenceKind
from tests.erp.builders import scope_of
from tests.erp.kit import faults
from tests.erp.kit.proxy import proxying
from tests.erp.tryton.connecting import by_session, connected
from tests.erp.tryton.server import TrytonServer

NFE_KEY = "35260114200166000187550010000000046550000043"


def northwind(server: TrytonServer) -> Any:
    return scope_of(str(server.party("northwind")))


def printed(server: TrytonServer, report: str) -> bytes:
    """A print as any key gets it that knows an id."""
    url = f"{server.url}/{server.database}/rest/report/{report}"
    return httpx.get(url, headers={"Authorization": f"Bearer {server.key}"}, timeout=60).content


async def read(stream: DocumentStream) -> bytes:
    return b"".join([chunk async for chunk in stream.chunks])


@pytest.mark.parametrize("typed", ["po-7783", "PO-7783", "inv-00005", "1z999aa10123456784"])
async def test_small_letters_find_what_is_written_in_capitals(tryton: TrytonServer, typed: str) -> None:
    async with connected(tryton) as erp:
        [(_, orders)] = (await erp.find(northwind(tryton), [Reference(typed)])).items()
    assert [order.customer_reference for order in orders] == ["PO-7783"]


async def test_other_spellings_count_only_when_the_first_finds_nothing(tryton: TrytonServer) -> None:
    asked = [
        Reference("7783", alternatives=("PO-7783", "PO-7785")),
        Reference("PO-7785", alternatives=("PO-7783",)),
    ]
    async with connected(tryton) as erp:
        found = await erp.find(northwind(tryton), asked)
    assert [[o.customer_reference for o in found[one]] for one in asked] == [["PO-7783"], ["PO-7785"]]


async def test_numbers_that_modules_add_are_found(tryton: TrytonServer) -> None:
    number = tryton.number("PO-7783")
    tryton.sql("UPDATE sale_sale SET description = 'WEB-83' WHERE number = ?", number)
    tryton.sql("UPDATE account_invoice SET reference = ? WHERE number = 'INV-00005'", NFE_KEY)
    web, key = Reference("WEB-83", ReferenceKind.WEB_NUMBER), Reference(NFE_KEY)
    async with connected(tryton, web_number_field="description", access_key_field="reference") as erp:
        found = await erp.find(northwind(tryton), [web, key])
    assert [[order.order_number for order in found[one]] for one in (web, key)] == [[number], [number]]
    assert found[web][0].web_number == "WEB-83"
    assert found[key][0].invoices[0].access_key == NFE_KEY


async def test_a_field_that_is_not_there_is_not_asked_for(tryton: TrytonServer) -> None:
    async with connected(tryton, web_number_field="web_id") as erp:
        [(_, orders)] = (await erp.find(northwind(tryton), [Reference("PO-7783")])).items()
    assert len(orders) == 1


@pytest.mark.parametrize("session", [False, True])
async def test_a_credit_note_is_a_document_of_its_order(tryton: TrytonServer, session: bool) -> None:
    async with connected(tryton, **(by_session(tryton) if session else {})) as erp:
        listed = await erp.documents(northwind(tryton), tryton.number("PO-7784"))
        assert [(one.kind, one.number) for one in listed] == [
            (DocumentKind.INVOICE_PDF, "INV-00001"),
            (DocumentKind.CREDIT_NOTE, "INV-00002"),
        ]
        async with erp.open_document(northwind(tryton), listed[1]) as stream:
            assert stream.media_type == "application/pdf"
            assert (await read(stream)).startswith(b"%PDF-")


async def test_a_draft_that_the_server_prints_for_anybody_is_not_handed_over(tryton: TrytonServer) -> None:
    number = tryton.number("PO-7789")
    drafts = [["sales.number", "=", number], ["state", "=", "draft"]]
    [draft] = tryton.as_admin("model.account.invoice.search", drafts, 0, None, None)
    assert printed(tryton, f"account.invoice/{draft}").startswith(b"%PDF-")
    forged = Document(id="invoice_pdf-1", kind=DocumentKind.INVOICE_PDF, order_number=number)
    async with connected(tryton) as erp:
        assert await erp.documents(northwind(tryton), number) == []
        with pytest.raises(DocumentNotThere):
            async with erp.open_document(northwind(tryton), forged):
                pass


@pytest.mark.parametrize("session", [False, True])
async def test_a_print_that_is_no_pdf_is_refused(tryton: TrytonServer, session: bool) -> None:
    scope, number = northwind(tryton), tryton.number("PO-7785")
    [(kept,)] = tryton.sql("SELECT invoice_report_cache FROM account_invoice WHERE number = 'INV-00003'")
    store = "UPDATE account_invoice SET invoice_report_cache = ? WHERE number = 'INV-00003'"
    tryton.sql(store, b"PK\x03\x04 an OpenDocument text")
    try:
        async with connected(tryton, **(by_session(tryton) if session else {})) as erp:
            [document] = await erp.documents(scope, number)
            with pytest.raises(DocumentRefused):
                async with erp.open_document(scope, document):
                    pass
    finally:
        tryton.sql(store, kept)


async def test_an_invoice_to_another_party_is_that_partys(tryton: TrytonServer) -> None:
    """A sale may name another party to invoice: the order is one's, the invoice the other's."""
    scope, number = northwind(tryton), tryton.number("PO-7785")
    give = "UPDATE account_invoice SET party = ? WHERE number = 'INV-00003'"
    async with connected(tryton) as erp:
        [order] = await erp.details(scope, [number])
        assert [invoice.number for invoice in order.invoices] == ["INV-00003"]
        tryton.sql(give, tryton.party("branch"))
        try:
            [order] = await erp.details(scope, [number])
            listed = await erp.documents(scope, number)
        finally:
            tryton.sql(give, tryton.party("northwind"))
    assert (order.invoices, list(listed)) == ((), [])


async def test_a_session_that_is_over_is_opened_anew_once(tryton: TrytonServer) -> None:
    async with proxying(tryton.url) as proxy, connected(tryton, url=proxy.url, **by_session(tryton)) as erp:
        await erp.find(northwind(tryton), [Reference("PO-7783")])
        tryton.sql("DELETE FROM ir_session")
        proxy.recorded.clear()
        together = (erp.find(northwind(tryton), [Reference(text)]) for text in ("PO-7782", "PO-7786"))
        found = await asyncio.gather(*together)
        assert [len(orders) for answer in found for orders in answer.values()] == [1, 1]
        logins = [one for one in proxy.recorded if b"common.db.login" in one.body]
        assert len(logins) == 1
        proxy.recorded.clear()
        proxy.fail(faults.status(401))
        with pytest.raises(ErpDenied):
            await erp.find(northwind(tryton), [Reference("PO-7785")])
        assert len(proxy.recorded) == 2


async def test_round_trips(tryton: TrytonServer) -> None:
    scope = northwind(tryton)
    async with proxying(tryton.url) as proxy, connected(tryton, url=proxy.url) as erp:
        await erp.find(scope, [Reference("PO-1")])

        async def trips(work: Any) -> int:
            proxy.recorded.clear()
            await work
            return len(proxy.recorded)

        several = [Reference(text) for text in ("PO-7782", "PO-7786", "PO-7787", "PO-1")]
        assert await trips(erp.find(scope, several)) == 1
        assert await trips(erp.find(scope, [Reference("PO-7783")])) == 2
        assert await trips(erp.page(scope, OrderFilter(), after=None, limit=5)) == 1
        assert await trips(erp.documents(scope, tryton.number("PO-7783"))) == 1


async def test_a_list_by_status_is_found_behind_others(tryton: TrytonServer) -> None:
    wanted = OrderFilter(statuses=frozenset({OrderStatus.SHIPPED, OrderStatus.PARTIALLY_SHIPPED}))
    found = []
    after = None
    async with connected(tryton) as erp:
        for _ in range(10):
            page = await erp.page(northwind(tryton), wanted, after=after, limit=1)
            found += [order.customer_reference for order in page.orders]
            after = page.next
            if after is None:
                break
    assert found == ["PO-7783", "PO-7785"]


async def test_a_line_waits_and_an_order_is_its_contacts(tryton: TrytonServer) -> None:
    async with connected(tryton) as erp:
        [order] = await erp.details(northwind(tryton), [tryton.number("PO-7785")])
    [line] = order.lines
    assert line.sku == "SEAL-7"
    assert [line.ordered, line.shipped, line.backordered] == [Decimal(10), Decimal(4), Decimal(6)]
    assert order.placed_by == "Ana Prado"
    assert order.status_raw == "processing / partially shipped / awaiting payment"

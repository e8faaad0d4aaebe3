"""Whose orders are found: the company's and, where that is set, its branches'; nobody else's."""

from typing import Any

import pytest

from bot.erp.errors import DocumentNotThere
from bot.erp.protocol import OrderFilter
from bot.orders import Order, Reference, ReferenceKind
from bot.scope import CompanyScope
from tests.erp.builders import scope_of
from tests.erp.odoo.builders import Play, adapter, playing
from tests.erp.odoo.orm import User
from tests.erp.odoo.seed import KEY, LOGIN
from tests.erp.odoo.server import Odoo
from tests.support.serving import serving

VERSIONS = (19, 17, 16, 14)


async def found(play: Play, scope: CompanyScope, text: str, **kind: Any) -> list[Order]:
    reference = Reference(text, **kind)
    return list((await play.erp.find(scope, [reference]))[reference])


async def numbers_of(play: Play, scope: CompanyScope) -> set[str]:
    page = await play.erp.page(scope, OrderFilter(), after=None, limit=100)
    return {order.order_number for order in page.orders}


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_branchs_orders_are_the_companys_where_branches_are_included(version: int) -> None:
    async with playing(version, branches=True) as play:
        [order] = await found(play, play.northwind, "PO-7788")
        assert order.order_number == "S00011"
        assert order.company_key == str(play.world.ids["Northwind Industrial"])
        [own] = await found(play, play.scope("Northwind Branch"), "PO-7788")
        assert own.company_key == str(play.world.ids["Northwind Branch"])


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_branchs_orders_are_its_own_where_branches_are_not_included(version: int) -> None:
    async with playing(version, branches=False) as play:
        assert await found(play, play.northwind, "PO-7788") == []
        assert "S00011" not in await numbers_of(play, play.northwind)
        [order] = await found(play, play.scope("Northwind Branch"), "PO-7788")
        assert order.company_key == str(play.world.ids["Northwind Branch"])
        # An order made out to a contact is the contact's company's all the same.
        [contacts] = await found(play, play.northwind, "PO-7782")
        assert contacts.company_key == str(play.world.ids["Northwind Industrial"])
        assert contacts.placed_by == "Ana Prado"


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_contact_of_a_branchs_department_is_the_companys(version: int) -> None:
    async with playing(version, branches=True) as play:
        ids, books = play.world.ids, play.world.books
        ids["Stores"] = books.add(
            "res.partner", name="Stores", parent_id=ids["Northwind Branch"], active=True
        )
        ids["Dan"] = books.add("res.partner", name="Dan", parent_id=ids["Stores"], active=True)
        play.world.order("S00012", "Dan", "PO-7799")
        [order] = await found(play, play.northwind, "PO-7799")
        assert order.company_key == str(ids["Northwind Industrial"])
        assert await found(play, play.southgate, "PO-7799") == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_scope_of_several_keys_tells_each_orders_own(version: int) -> None:
    async with playing(version, branches=False) as play:
        both = play.scope("Northwind Branch", "Southgate Parts")
        [branch] = await found(play, both, "PO-7788")
        [other] = await found(play, both, "PO-8001")
        assert branch.company_key == str(play.world.ids["Northwind Branch"])
        assert other.company_key == str(play.world.ids["Southgate Parts"])


@pytest.mark.parametrize("key", ["Northwind Industrial", "Northwind", "2.0", "-2", "0", "٢", "2 or 1", "[2]"])
async def test_a_key_that_is_no_whole_number_is_nobody(key: str) -> None:
    """`child_of` with a text searches by name, and would find the company all the same."""
    async with playing() as play:
        scope = scope_of(key, erp="odoo")
        await play.erp.check()
        play.odoo.asked.clear()
        assert await found(play, scope, "PO-7782") == []
        assert await numbers_of(play, scope) == set()
        assert list(await play.erp.details(scope, ["S00003"])) == []
        assert list(await play.erp.documents(scope, "S00003")) == []
        document = (await play.erp.documents(play.northwind, "S00003"))[0]
        with pytest.raises(DocumentNotThere):
            async with play.erp.open_document(scope, document):
                pass
        assert {model for model, _, _ in play.odoo.asked} <= {"account.move", "ir.attachment"}


@pytest.mark.parametrize("version", [19, 16])
async def test_only_the_suppliers_companies_of_the_settings_are_asked_about(version: int) -> None:
    async with playing(version) as play:
        play.world.order("S00012", "Northwind Industrial", "PO-7799", company_id=2)
        two = Odoo(play.world.books, [User(7, LOGIN, KEY, companies=(1, 2))])
        async with serving(two.app) as url:
            for companies, seen in (((), True), ((2,), True), ((1,), False)):
                erp = adapter(url, companies=companies)
                reference = Reference("PO-7799")
                answer = await erp.find(play.northwind, [reference])
                await erp.aclose()
                assert bool(answer[reference]) is seen, companies


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_invoice_made_out_to_somebody_else_is_not_the_companys(version: int) -> None:
    async with playing(version) as play:
        play.world.order("S00012", "Northwind Industrial", "PO-7799", invoice_status="invoiced")
        play.world.move("INV/2026/00012", "S00012", "Southgate Parts")
        [order] = await found(play, play.northwind, "PO-7799")
        assert order.invoices == ()
        assert list(await play.erp.documents(play.northwind, "S00012")) == []
        assert list(await play.erp.documents(play.southgate, "S00012")) == []
        assert await found(play, play.northwind, "INV/2026/00012", kind=ReferenceKind.INVOICE_NUMBER) == []

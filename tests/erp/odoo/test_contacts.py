"""Who Odoo knows at its customers: by the whole address, or the end of a number; never by a pattern."""

import pytest

from tests.erp.odoo.builders import Play, playing

VERSIONS = (19, 17, 16, 14)
PHONE = "+5511987654321"


async def by_email(play: Play, email: str) -> list[str | None]:
    return [one.contact_name for one in await play.erp.contacts_by_email(email)]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_contact_is_of_their_company(version: int) -> None:
    async with playing(version) as play:
        [ana] = await play.erp.contacts_by_email("ana@NORTHWIND.example")
        assert (ana.company_key, ana.company_name) == (
            str(play.world.ids["Northwind Industrial"]),
            "Northwind Industrial",
        )
        play.world.books.add(
            "res.partner",
            name="Eve",
            parent_id=play.world.ids["Northwind Branch"],
            email="eve@northwind.example",
            active=True,
        )
        [eve] = await play.erp.contacts_by_email("eve@northwind.example")
        assert (eve.company_key, eve.company_name) == (
            str(play.world.ids["Northwind Branch"]),
            "Northwind Branch",
        )


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "%@northwind.example",
        "an_@northwind.example",
        "a%a@northwind.example",
        "\\%@northwind.example",
        "@northwind.example",
        "ana@northwind.exampl",
        "",
        "ana",
    ],
)
async def test_an_address_is_taken_by_the_letter(text: str) -> None:
    async with playing() as play:
        assert await by_email(play, text) == []


async def test_an_address_with_wildcards_in_it_is_found_by_the_letter() -> None:
    async with playing() as play:
        add = play.world.books.add
        add("res.partner", name="Exact", email="o_p%q\\r@x.example", active=True)
        add("res.partner", name="Other", email="oXpYq\\r@x.example", active=True)
        assert await by_email(play, "o_p%q\\r@x.example") == ["Exact"]


async def test_somebody_archived_is_nobody() -> None:
    async with playing() as play:
        assert await by_email(play, "bea@northwind.example") == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "written", ["+55 11 98765-4321", "(11) 98765-4321", "011987654321", "9 8765 43 21", "005511987654321"]
)
async def test_a_number_is_found_however_it_is_written(version: int, written: str) -> None:
    async with playing(version) as play:
        ana = play.world.books.rows["res.partner"][play.world.ids["Ana Prado"]]
        for name in ("phone", "mobile") if version < 19 else ("phone",):
            ana["phone"] = ana["mobile"] = None
            ana[name] = written
            [found] = await play.erp.contacts_by_phone(PHONE)
            assert (found.contact_name, found.phone) == ("Ana Prado", written)


@pytest.mark.parametrize(
    "written", ["+55 11 98765-43210", "9 1 8 1 7 1 6 1 5 1 4 1 3 1 2 1 1", "+55 11 8765-0000"]
)
async def test_a_number_that_only_looks_alike_is_another(written: str) -> None:
    async with playing() as play:
        play.world.books.rows["res.partner"][play.world.ids["Ana Prado"]]["phone"] = written
        assert list(await play.erp.contacts_by_phone(PHONE)) == []
        assert list(await play.erp.contacts_by_phone("11987654321")) == []

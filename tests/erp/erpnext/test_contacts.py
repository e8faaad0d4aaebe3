"""People at customers, as an ERPNext site knows them."""

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.erp.erpnext.building import connected
from tests.erp.erpnext.site import Asked
from tests.erp.erpnext.story import NORTHWIND, SOUTHGATE, contact, customer, story

ANA = "ana@northwind.example"


async def test_a_contact_comes_once_with_the_customer_and_the_name_orders_show() -> None:
    """Two child tables in one query bring every address with every link."""
    async with connected(story()) as erp:
        [ana] = await erp.contacts_by_email(ANA)
    assert (ana.company_key, ana.company_name, ana.email, ana.contact_name, ana.tax_id) == (
        NORTHWIND,
        NORTHWIND,
        ANA,
        "Ana Prado",
        "11.222.333/0001-81",
    )


async def test_a_contact_of_two_customers_is_two_contacts() -> None:
    site = story()
    site.documents["Contact"].append(contact("Ana Prado", SOUTHGATE, email="ANA@Northwind.example"))
    async with connected(site) as erp:
        found = await erp.contacts_by_email(ANA)
    assert {one.company_key for one in found} == {NORTHWIND, SOUTHGATE}


@pytest.mark.parametrize(
    "email", ["%@northwind.example", "an_@northwind.example", "@", "", "ana", "a@b\nc@d"]
)
async def test_an_address_is_no_pattern(email: str) -> None:
    async with connected(story()) as erp:
        assert list(await erp.contacts_by_email(email)) == []


async def test_an_address_that_differs_by_an_accent_is_another_one() -> None:
    site = story()
    site.documents["Contact"].append(contact("Ana Falsa", SOUTHGATE, email="aná@northwind.example"))
    async with connected(site) as erp:
        assert [one.company_key for one in await erp.contacts_by_email(ANA)] == [NORTHWIND]


async def test_a_supplier_or_a_customer_that_is_disabled_has_no_contacts() -> None:
    site = story()
    site.documents["Customer"].append(customer(f"{NORTHWIND} (supplier)"))
    site.find("Customer", NORTHWIND)["disabled"] = 1
    async with connected(site) as erp:
        assert list(await erp.contacts_by_email(ANA)) == []


async def test_a_link_to_something_else_of_a_customers_name_is_none_to_the_customer() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        if asked.doctype != "Contact":
            return None
        row = {"name": "Eve", "email_id": ANA, "link_doctype": "Supplier", "link_name": NORTHWIND}
        return JSONResponse({"message": [row]})

    site = story()
    site.behave = behave
    async with connected(site) as erp:
        assert list(await erp.contacts_by_email(ANA)) == []


async def test_a_customer_is_known_by_its_exact_name() -> None:
    site = story()
    site.find("Contact", f"Ana Prado-{NORTHWIND}")["links"] = [
        {"idx": 1, "link_doctype": "Customer", "link_name": "NORTHWIND industrial"}
    ]
    async with connected(site) as erp:
        assert list(await erp.contacts_by_email(ANA)) == []


@pytest.mark.parametrize(
    "written", ["+55 11 98765-4321", "(11) 98765-4321", "11987654321", "98765.4321", "5511 9 8765 4321 r. 5"]
)
async def test_a_phone_is_found_however_it_is_written(written: str) -> None:
    site = story()
    site.documents["Contact"] = [contact("Ana Prado", NORTHWIND, email=ANA, phone=written)]
    async with connected(site) as erp:
        found = await erp.contacts_by_phone("+5511987654321")
    # With an extension behind it, a number is not one we can be sure of.
    assert [one.phone for one in found] == ([] if written.endswith("r. 5") else [written])


@pytest.mark.parametrize("phone", ["+5511987654320", "4321", "%", "", "+55 11 98765-4321"])
async def test_another_phone_is_not_found(phone: str) -> None:
    async with connected(story()) as erp:
        assert list(await erp.contacts_by_phone(phone)) == []


async def test_digits_in_the_right_order_with_others_between_are_another_phone() -> None:
    site = story()
    site.documents["Contact"] = [contact("X", NORTHWIND, email=ANA, phone="8 7 6 5 0 4 3 2 1")]
    async with connected(site) as erp:
        assert list(await erp.contacts_by_phone("+5511987654321")) == []

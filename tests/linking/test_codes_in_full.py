"""What a code and an imported contact hand on to the link, and what is kept of them meanwhile."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.linking import CompanyRow, StoredContacts
from bot.linking.companies import set_state
from bot.linking.errors import CodeNotAccepted, CompanyUnknown
from bot.linking.tables import Contact, Link, LinkCode, LinkCodeCompany
from tests.linking.desk import ANA, BRUNO, wrong
from tests.linking.hall import MALLORY, Hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MAIL, TAX_ID = "Zoe@northwind.example", "12345678000195"


async def imported(hall: Hall) -> None:
    row = CompanyRow(
        erp="erp",
        erp_key="55",
        name="Northwind Industrial Ltda",
        tax_id=TAX_ID,
        email=MAIL,
        contact_name="Zoe Lima",
        role="logistics",
    )
    await hall.linking.import_companies([row])


async def test_a_code_is_kept_without_itself_and_hands_on_the_contacts_name_and_role(hall: Hall) -> None:
    await imported(hall)
    keys, now = hall.linking.books.keys, hall.clock()
    issued = await hall.linking.request_code(ANA, MAIL.upper())
    assert issued is not None
    async with hall.linking.books.reading() as session:
        row = (await session.exec(select(LinkCode))).one()
        of_company = (await session.exec(select(LinkCodeCompany))).one()
    assert row.email is not None
    assert keys.open(row.email) == MAIL == issued.email
    assert (row.requested_at, row.expires_at, row.purpose) == (now, now + timedelta(minutes=10), "link")
    assert (row.used_at, row.replaced_at) == (None, None)
    assert of_company.contact_name is not None
    assert keys.open(of_company.contact_name) == "Zoe Lima"
    assert (of_company.company_id, of_company.role) == (hall.northwind, "logistics")
    hall.clock.turn(minutes=1)
    await hall.linking.redeem(ANA, issued.code)
    async with hall.linking.books.reading() as session:
        row = (await session.exec(select(LinkCode))).one()
        link = (await session.exec(select(Link).order_by(col(Link.id).desc()).limit(1))).one()
    assert (row.used_at, row.replaced_at) == (hall.clock(), None)
    assert link.contact_name is not None
    assert (keys.open(link.contact_name), link.role) == ("Zoe Lima", "logistics")


async def test_a_decoy_is_kept_without_an_address_and_of_no_company(hall: Hall) -> None:
    assert await hall.linking.request_code(MALLORY, "nobody@nowhere.example") is None
    async with hall.linking.books.reading() as session:
        row = (await session.exec(select(LinkCode))).one()
        assert (await session.exec(select(LinkCodeCompany))).all() == []
    assert (row.email, row.used_at, row.purpose) == (None, None, "link")
    assert row.expires_at > hall.clock()


async def test_using_a_code_leaves_everybody_elses_open(hall: Hall) -> None:
    codes = {user: await hall.code(user) for user in (ANA, BRUNO)}
    with pytest.raises(CodeNotAccepted):
        await hall.linking.redeem(ANA, wrong(codes[ANA]))
    await hall.linking.redeem(ANA, codes[ANA])
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(LinkCode).order_by(col(LinkCode.id)))).all()
    assert [(row.user_id, row.used_at is None) for row in rows] == [("U0ANA", False), ("U0BRUNO", True)]
    # Each try is taken before it is looked at, also the one that is right.
    assert [row.tries_left for row in rows] == [3, 5]
    await hall.linking.redeem(BRUNO, codes[BRUNO])


async def test_an_imported_contact_is_told_as_a_whole(hall: Hall) -> None:
    await imported(hall)
    directory = StoredContacts(hall.linking.books.store, hall.linking.books.keys)
    (contact,) = await directory.contacts_by_email(MAIL)
    assert (contact.erp, contact.company_key, contact.company_name) == (
        "erp",
        "55",
        "Northwind Industrial Ltda",
    )
    assert (contact.email, contact.phone) == (MAIL, None)
    assert (contact.tax_id, contact.contact_name, contact.role) == (TAX_ID, "Zoe Lima", "logistics")
    row = CompanyRow(erp="erp", erp_key="55", name="Northwind", phone="+5511987650009")
    await hall.linking.import_companies([row])
    (called,) = await directory.contacts_by_phone("+5511987650009")
    assert (called.email, called.phone, called.contact_name, called.role) == (
        "",
        "+5511987650009",
        None,
        None,
    )
    # An import without a tax id leaves the one that is known.
    assert (called.company_name, called.tax_id) == ("Northwind", TAX_ID)


async def test_an_import_leaves_contacts_it_does_not_name_unless_told_to_replace_them(hall: Hall) -> None:
    async def contacts() -> int:
        async with hall.linking.books.reading() as session:
            return len((await session.exec(select(Contact))).all())

    before = await contacts()
    await imported(hall)
    assert await contacts() == before + 1


async def test_the_state_of_a_company_that_is_not_there_is_refused_by_its_key(hall: Hall) -> None:
    with pytest.raises(CompanyUnknown, match=r"^erp has no company with key 999$"):
        await set_state(hall.linking.books, "erp", "999", "on_hold")
    with pytest.raises(ValueError, match=r"^a state is one of \w+(, \w+)*$"):
        await set_state(hall.linking.books, "erp", "55", "asleep")

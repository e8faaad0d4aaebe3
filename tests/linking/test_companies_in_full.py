"""An import value by value: what is kept of each row, how contacts are told apart, and what is refused."""

from typing import Any

import pytest
from sqlmodel import col, select

from bot.erp.protocol import CompanyContact
from bot.linking import CompanyRow, ImportRefused, Role, StoredContacts
from bot.linking.companies import set_state
from bot.linking.tables import Company, Contact
from tests.linking.desk import ANA
from tests.linking.hall import BRUNOS_PHONE, Hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MAIL, OTHER_MAIL = "Zoe@pampa.example", "rui@pampa.example"
PHONE = "+5511987650077"


def row(key: str = "70", **values: Any) -> CompanyRow:
    return CompanyRow(**({"erp": "erp", "erp_key": key, "name": "Pampa"} | values))


async def company(hall: Hall, key: str = "70", erp: str = "erp") -> dict[str, Any]:
    async with hall.linking.books.reading() as session:
        wanted = select(Company).where(col(Company.erp_key) == key, col(Company.erp) == erp)
        return (await session.exec(wanted)).one().model_dump()


async def contacts(hall: Hall, key: str = "70") -> list[tuple[str | None, ...]]:
    """Address, phone, name and role of each contact of a company, oldest first."""
    keys, its = hall.linking.books.keys, (await company(hall, key))["id"]
    async with hall.linking.books.reading() as session:
        wanted = select(Contact).where(col(Contact.company_id) == its).order_by(col(Contact.id))
        rows = (await session.exec(wanted)).all()
    for one in rows:
        email = keys.open(one.email).casefold() if one.email else None
        assert one.email_digest == (keys.digest("email", email) if email else None)
        assert one.phone_digest == (keys.digest("phone", keys.open(one.phone)) if one.phone else None)
    return [
        (*(keys.open(value) if value else None for value in (one.email, one.phone, one.name)), one.role)
        for one in rows
    ]


async def test_a_company_is_kept_whole_and_a_later_row_changes_its_name_and_nothing_else(hall: Hall) -> None:
    await hall.linking.import_companies([row(name="Pampa Ágro", tax_id="123")])
    first = await company(hall)
    assert first == first | {
        "erp": "erp",
        "erp_key": "70",
        "name": "Pampa Ágro",
        "name_folded": "pampa agro",
        "tax_id": "123",
        "state": "active",
        "parent_id": None,
        "default_role": "buyer",
        "default_reach": "company",
    }
    assert await set_state(hall.linking.books, "erp", "70", "on_hold") == "Pampa Ágro"
    async with hall.linking.books.store.writing() as session:
        kept = await session.get(Company, first["id"])
        assert kept is not None
        kept.default_role = Role.LOGISTICS.value
        kept.default_reach = "own"
    await hall.linking.import_companies([row(name="Pampa SA")])
    changed: dict[str, Any] = {"state": "on_hold", "default_role": "logistics", "default_reach": "own"}
    assert await company(hall) == first | changed | {"name": "Pampa SA", "name_folded": "pampa sa"}
    await hall.linking.import_companies([row(name=" Ação \u00a0ÉTICA  Straße", tax_id="456")])
    assert ((await company(hall))["tax_id"], (await company(hall))["name_folded"]) == (
        "456",
        "acao etica strasse",
    )


async def test_a_contact_is_found_by_its_address_or_else_by_its_phone(hall: Hall) -> None:
    stored = hall.linking.import_companies
    await stored([row(email=MAIL, contact_name="Zoe", role="logistics")])
    # What a later row does not say stays.
    await stored([row(email=MAIL.upper(), phone=PHONE)])
    assert await contacts(hall) == [("ZOE@pampa.example", PHONE, "Zoe", "logistics")]
    await stored([row(phone=PHONE, contact_name="Zoe Lima", role="admin")])
    assert await contacts(hall) == [("ZOE@pampa.example", PHONE, "Zoe Lima", "admin")]
    # The same address at another company is another contact.
    await stored([row("71", email=MAIL, contact_name="Z")])
    assert await contacts(hall, "71") == [(MAIL, None, "Z", None)]
    assert len(await contacts(hall)) == 1
    # An address for somebody who had none.
    await stored([row("71", phone=BRUNOS_PHONE), row("71", email=OTHER_MAIL, phone=BRUNOS_PHONE)])
    assert await contacts(hall, "71") == [(MAIL, None, "Z", None), (OTHER_MAIL, BRUNOS_PHONE, None, None)]


async def test_t3_colleagues_who_share_a_phone_keep_their_addresses(hall: Hall) -> None:
    rows = [row(email=MAIL, phone=PHONE, contact_name="Zoe"), row(email=OTHER_MAIL, phone=PHONE)]
    for _ in range(2):
        imported = await hall.linking.import_companies(rows)
        assert (imported.companies, imported.contacts) == (1, 2)
        assert await contacts(hall) == [(MAIL, PHONE, "Zoe", None), (OTHER_MAIL, None, None, None)]
    directory = StoredContacts(hall.linking.books.store, hall.linking.books.keys)
    for mail in (MAIL, OTHER_MAIL):
        assert len(await directory.contacts_by_email(mail)) == 1


async def test_a_contact_told_by_address_and_by_phone_becomes_one_when_a_row_tells_both(hall: Hall) -> None:
    await hall.linking.import_companies([row(phone=PHONE), row(email=MAIL, contact_name="Zoe")])
    assert len(await contacts(hall)) == 2
    imported = await hall.linking.import_companies(
        [row(email=MAIL), row(phone=PHONE), row(email=MAIL, phone=PHONE)]
    )
    assert imported.contacts == 1
    assert await contacts(hall) == [(MAIL, PHONE, "Zoe", None)]


async def test_who_has_a_new_address_keeps_the_phone_once_the_old_one_is_replaced(hall: Hall) -> None:
    await hall.linking.import_companies([row(email=MAIL, phone=PHONE)])
    await hall.linking.import_companies([row(email=OTHER_MAIL, phone=PHONE)])
    assert await contacts(hall) == [(MAIL, PHONE, None, None), (OTHER_MAIL, None, None, None)]
    imported = await hall.linking.import_companies([row(email=OTHER_MAIL, phone=PHONE)], replace=True)
    # With those the hall has at this ERP.
    assert (imported.contacts, imported.removed) == (1, 7)
    assert await contacts(hall) == [(OTHER_MAIL, PHONE, None, None)]


async def test_an_import_tells_what_it_held(hall: Hall) -> None:
    rows = [row(email=MAIL), row("71", phone=PHONE), row("72"), row("73", same_as=("erp", "72"))]
    imported = await hall.linking.import_companies(rows[::-1])
    assert (imported.companies, imported.contacts, imported.removed) == (3, 2, 0)


async def test_a_phone_without_its_country_is_read_in_the_region_or_refused(hall: Hall) -> None:
    local = row(phone="(11) 98765-0077")
    with pytest.raises(ImportRefused, match=r"^row 1: the phone number is not one$"):
        await hall.linking.import_companies([local])
    await hall.linking.import_companies([local], region="BR")
    assert await contacts(hall) == [(None, PHONE, None, None)]


REFUSED = (
    (row(erp=" "), "erp is empty"),
    (row(" "), "erp_key is empty"),
    (row(name=" "), "name is empty"),
    (row(role="boss"), "role is none of buyer, accounts_payable, logistics, admin"),
    (row(same_as=("erp", "55"), parent_key="55"), "a further key has no parent of its own"),
    (row(same_as=("erp", "55"), apart=True), "a further key has no parent of its own"),
    (row(phone="12"), "the phone number is not one"),
    (row(email="Zoe"), "the e-mail address is not one"),
    (row(same_as=("erp", "404")), "same_as is the key of no company"),
    (row("55", same_as=("erp", "55")), "same_as names the company itself"),
    (row(parent_key="404"), "parent_key is the key of no company"),
    (row("74", parent_key="75"), "the company would be a branch of itself"),
)


async def test_a_row_that_cannot_be_used_is_named_with_its_reason(hall: Hall) -> None:
    below = [row("74"), row("76", parent_key="74"), row("75", parent_key="76")]
    for wrong, why in REFUSED:
        with pytest.raises(ImportRefused) as refused:
            await hall.linking.import_companies([*below, wrong])
        assert (refused.value.row, refused.value.why) == (4, why)


async def test_an_import_without_contacts_that_replaces_is_refused(hall: Hall) -> None:
    with pytest.raises(ImportRefused) as refused:
        await hall.linking.import_companies([row(), row("71")], replace=True)
    assert refused.value.why == "there is no contact, so nothing to replace the others by"


async def test_branches_hang_below_whom_their_row_names(hall: Hall) -> None:
    await hall.linking.import_companies(
        [row("75", parent_key="74"), row("74", parent_key="70"), row(), row("76", same_as=("erp", "70"))]
    )
    known = {key: await company(hall, key) for key in ("70", "74", "75")}
    assert [known[key]["parent_id"] for key in known] == [None, known["70"]["id"], known["74"]["id"]]
    # By a further key of the parent as well, and a row that names none leaves it.
    await hall.linking.import_companies([row("75", parent_key="76")])
    await hall.linking.import_companies([row("75")])
    assert (await company(hall, "75"))["parent_id"] == known["70"]["id"]


async def test_t16_the_operators_word_on_a_company_is_on_record(hall: Hall) -> None:
    await hall.linking.link_directly(ANA, "erp", "56")
    assert await set_state(hall.linking.books, "erp", "56", "closed") == "Southgate Comércio S.A."
    assert (await company(hall, "56"))["state"] == "closed"
    assert (await company(hall, "55"))["state"] == "active"
    with pytest.raises(ValueError, match=r"^a state is one of active, on_hold, closed$"):
        await set_state(hall.linking.books, "erp", "56", "asleep")


async def test_a_contact_is_told_whole_with_empty_values_for_what_is_not_known(hall: Hall) -> None:
    zoe = {"email": MAIL, "phone": PHONE, "contact_name": "Zoe", "role": "logistics"}
    await hall.linking.import_companies([row(tax_id="123", **zoe), row("71", phone=BRUNOS_PHONE)])
    directory = StoredContacts(hall.linking.books.store, hall.linking.books.keys)
    whole = CompanyContact(erp="erp", company_key="70", company_name="Pampa", tax_id="123", **zoe)
    assert await directory.contacts_by_email(MAIL.upper()) == [whole]
    assert await directory.contacts_by_phone(PHONE) == [whole]
    bare = CompanyContact(erp="erp", company_key="71", company_name="Pampa", email="", phone=BRUNOS_PHONE)
    assert bare in await directory.contacts_by_phone(BRUNOS_PHONE)

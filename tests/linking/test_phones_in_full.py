"""A shared phone, value by value: how its number is read, how often one may try, what a link keeps."""

import pytest
from sqlmodel import col, select

from bot.chat.messages import SharedContact
from bot.erp.protocol import CompanyContact
from bot.linking import CompanyRow, Role
from bot.linking.companies import set_state
from bot.linking.errors import PhoneNotUsable, TooMuch
from bot.linking.phones import PER_HOUR, Phones
from bot.linking.tables import Company, Link
from tests.linking.desk import BRUNO, TheErp
from tests.linking.hall import BRUNO_ON_TELEGRAM, BRUNOS_PHONE, MALLORY, SHARED_PHONE, Hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("spelled", ["+5511987650002", "5511987650002", " +55 (11) 98765-0002 "])
async def test_a_number_is_read_with_and_without_its_plus(hall: Hall, spelled: str) -> None:
    linked = await hall.phones.link(BRUNO_ON_TELEGRAM, SharedContact(spelled, own=True))
    assert linked.company_id == hall.northwind


async def test_t4_a_person_may_try_five_times_an_hour(hall: Hall) -> None:
    for _ in range(PER_HOUR):
        with pytest.raises(PhoneNotUsable):
            await hall.phones.link(MALLORY, SharedContact("+5511900000000", own=True))
    with pytest.raises(TooMuch):
        await hall.phones.link(MALLORY, SharedContact("+5511900000000", own=True))
    assert await hall.phones.link(BRUNO_ON_TELEGRAM, SharedContact(BRUNOS_PHONE, own=True))
    hall.clock.turn(hours=1, seconds=1)
    with pytest.raises(PhoneNotUsable):
        await hall.phones.link(MALLORY, SharedContact("+5511900000000", own=True))


async def test_what_the_erp_tells_of_the_contact_is_on_the_link_and_the_company(hall: Hall) -> None:
    def contact(key: str, phone: str, **values: str) -> CompanyContact:
        return CompanyContact(
            erp="erp", company_key=key, company_name=f"Company {key}", email="", phone=phone, **values
        )

    erp = TheErp(
        [
            # The ERP is lenient: it answers with others as well.
            contact("70", "11 98765-0099"),
            contact("71", "(11) 98765-0088", tax_id="123", contact_name="Rui", role="logistics"),
            contact("72", "+5511987650088"),
        ]
    )
    books = hall.linking.books
    await hall.linking.import_companies([CompanyRow(erp="erp", erp_key="72", name="Closed")])
    await set_state(books, "erp", "72", "closed")
    phones = Phones(hall.linking, [erp], region="BR")
    linked = await phones.link(BRUNO, SharedContact("+5511987650088", own=True))
    assert (linked.name, linked.contact_name, linked.role) == ("Company 71", "Rui", Role.LOGISTICS)
    assert (await hall.linking.access(BRUNO)).current == linked
    async with books.reading() as session:
        company = (await session.exec(select(Company).where(col(Company.erp_key) == "71"))).one()
        link = (await session.exec(select(Link).where(col(Link.user_id) == BRUNO.user_id))).one()
    assert company.tax_id == "123"
    assert link.phone is not None
    assert books.keys.open(link.phone) == "+5511987650088"


async def test_a_phone_of_two_companies_is_of_one_once_the_other_is_closed(hall: Hall) -> None:
    with pytest.raises(PhoneNotUsable):
        await hall.phones.link(BRUNO_ON_TELEGRAM, SharedContact(SHARED_PHONE, own=True))
    await set_state(hall.linking.books, "erp", "55", "closed")
    linked = await hall.phones.link(BRUNO_ON_TELEGRAM, SharedContact(SHARED_PHONE, own=True))
    assert linked.company_id == hall.southgate

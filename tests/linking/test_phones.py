"""Phones: which of a company's contacts a number is, and what the link begins with."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from bot.chat.messages import SharedContact
from bot.erp.protocol import CompanyContact
from bot.linking import CompanyRow, Reach, Role, VerifiedBy
from bot.linking.errors import PhoneNotUsable, TooMuch
from bot.linking.phones import Phones
from tests.linking.desk import ANA_ON_TELEGRAM
from tests.linking.hall import BRUNO_ON_TELEGRAM, BRUNOS_PHONE, MALLORY, Hall

NORTHWIND = "Northwind Industrial Ltda"


@dataclass
class Book:
    """A directory that answers with everybody, whatever it is asked."""

    contacts: Sequence[CompanyContact]

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        return self.contacts

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        return self.contacts


def contact(phone: str | None, key: str = "55", **more: str) -> CompanyContact:
    return CompanyContact(erp="erp", company_key=key, company_name=NORTHWIND, email="", phone=phone, **more)


def phones(hall: Hall, *contacts: CompanyContact, region: str = "BR") -> Phones:
    return Phones(hall.linking, [Book(contacts)], region=region)


@pytest.mark.parametrize("typed", [BRUNOS_PHONE, BRUNOS_PHONE[1:], f" {BRUNOS_PHONE} ", "++5511987650002"])
async def test_the_platform_sends_the_number_with_or_without_its_plus(hall: Hall, typed: str) -> None:
    company = await hall.phones.link(BRUNO_ON_TELEGRAM, SharedContact(typed, own=True))
    assert (company.name, company.verified_by) == (NORTHWIND, VerifiedBy.PHONE)


@pytest.mark.parametrize(
    ("written", "region", "matches"),
    [
        ("(11) 98765-0002", "BR", True),
        ("+55 11 98765-0002", "", True),
        ("(11) 98765-0002", "", False),
        ("(11) 98765-0002", "US", False),
        ("(11) 98765-0003", "BR", False),
        (None, "BR", False),
    ],
)
async def test_the_directorys_number_is_read_in_the_country_of_the_settings(
    hall: Hall, written: str | None, region: str, matches: bool
) -> None:
    linking = phones(hall, contact(written), region=region)
    if matches:
        assert (await linking.link(MALLORY, SharedContact(BRUNOS_PHONE, own=True))).name == NORTHWIND
        return
    with pytest.raises(PhoneNotUsable):
        await linking.link(MALLORY, SharedContact(BRUNOS_PHONE, own=True))


async def test_t6_of_a_directory_that_answers_with_everybody_only_this_number_counts(hall: Hall) -> None:
    linking = phones(hall, contact("+5511900000001", "56"), contact(BRUNOS_PHONE), contact(None, "57"))
    company = await linking.link(MALLORY, SharedContact(BRUNOS_PHONE, own=True))
    assert company.scope.keys == ("55",)
    assert [one.scope.keys for one in (await hall.linking.access(MALLORY)).companies] == [("55",)]


async def test_several_contacts_of_one_company_are_one_company(hall: Hall) -> None:
    linking = phones(
        hall,
        contact(BRUNOS_PHONE, contact_name="Bruno Lima", role="logistics"),
        contact(BRUNOS_PHONE, contact_name="Somebody Else", role="admin"),
    )
    company = await linking.link(MALLORY, SharedContact(BRUNOS_PHONE, own=True))
    assert (company.role, company.reach) == (Role.LOGISTICS, Reach.COMPANY)


async def test_own_orders_are_told_by_the_name_of_the_contact_whose_number_it_is(hall: Hall) -> None:
    linking = phones(hall, contact(BRUNOS_PHONE, contact_name="Bruno Lima"))
    await linking.link(MALLORY, SharedContact(BRUNOS_PHONE, own=True))
    await hall.admin()
    await hall.members.change_role(
        (await hall.members.admins_of(hall.northwind))[0], hall.northwind, MALLORY, Role.BUYER, Reach.OWN
    )
    scope = (await hall.linking.access(MALLORY)).scope
    assert scope is not None
    assert scope.placed_by == "Bruno Lima"


async def test_a_company_met_for_the_first_time_through_its_contact_is_linked(hall: Hall) -> None:
    company = await phones(hall, contact(BRUNOS_PHONE, "99")).link(
        MALLORY, SharedContact(BRUNOS_PHONE, own=True)
    )
    assert company.scope.keys == ("99",)


async def test_t1_five_numbers_are_tried_an_hour(hall: Hall) -> None:
    for _ in range(5):
        with pytest.raises(PhoneNotUsable):
            await hall.phones.link(MALLORY, SharedContact("+5511900000000", own=True))
    hall.clock.turn(hours=1, seconds=-1)
    with pytest.raises(TooMuch) as refused:
        await hall.phones.link(MALLORY, SharedContact(BRUNOS_PHONE, own=True))
    assert refused.value.seconds == 1
    await hall.phones.link(ANA_ON_TELEGRAM, SharedContact(BRUNOS_PHONE, own=True))
    hall.clock.turn(seconds=1)
    await hall.phones.link(MALLORY, SharedContact(BRUNOS_PHONE, own=True))


async def test_the_number_that_proved_it_is_kept_as_e164(hall: Hall) -> None:
    row = CompanyRow(erp="erp", erp_key="57", name="Meridian Hospitalar Ltda", phone="(11) 98765-4321")
    await hall.linking.import_companies([row], region="BR")
    await hall.phones.link(MALLORY, SharedContact("5511987654321", own=True))
    assert (await hall.linking.proof_address(MALLORY, hall.northwind)) is None
    assert [one.scope.keys for one in (await hall.linking.access(MALLORY)).companies] == [("57",)]

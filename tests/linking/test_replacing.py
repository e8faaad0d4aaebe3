"""Contacts that a new file no longer names: they go, and with them what rested on them."""

import pytest

from bot.chat.messages import SharedContact
from bot.chat.people import Platform
from bot.linking import CompanyRow, ImportRefused, StoredContacts
from bot.linking.leavers import Leavers
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BOTH_MAIL, BRUNO
from tests.linking.hall import BRUNO_ON_TELEGRAM, BRUNOS_PHONE, CARLA, Hall

NORTHWIND = CompanyRow(erp="erp", erp_key="55", name="Northwind Industrial Ltda")


def of_northwind(email: str | None = None, phone: str | None = None) -> CompanyRow:
    return CompanyRow(erp="erp", erp_key="55", name=NORTHWIND.name, email=email, phone=phone)


def leavers(hall: Hall) -> Leavers:
    books = hall.linking.books
    return Leavers(hall.linking, {Platform.SLACK: hall.platform}, [StoredContacts(books.store, books.keys)])


async def known(hall: Hall) -> list[bool]:
    """Whether Ana's and the bureau's address and Bruno's phone are still contacts."""
    contacts = StoredContacts(hall.linking.books.store, hall.linking.books.keys)
    return [
        bool(await contacts.contacts_by_email(ANA_MAIL)),
        bool(await contacts.contacts_by_email(BOTH_MAIL)),
        bool(await contacts.contacts_by_phone(BRUNOS_PHONE)),
    ]


async def test_contacts_the_file_does_not_name_are_removed(hall: Hall) -> None:
    imported = await hall.linking.import_companies([of_northwind(ANA_MAIL)], replace=True)
    assert (imported.companies, imported.contacts, imported.removed) == (1, 1, 5)
    assert await known(hall) == [True, False, False]


async def test_without_being_asked_nobody_is_removed(hall: Hall) -> None:
    imported = await hall.linking.import_companies([of_northwind(ANA_MAIL)])
    assert imported.removed == 0
    assert await known(hall) == [True, True, True]


async def test_contacts_of_another_erp_stay(hall: Hall) -> None:
    other = CompanyRow(erp="other", erp_key="1", name="Elsewhere", email="e@elsewhere.example")
    await hall.linking.import_companies([other])
    await hall.linking.import_companies([of_northwind(ANA_MAIL)], replace=True)
    contacts = StoredContacts(hall.linking.books.store, hall.linking.books.keys)
    assert await contacts.contacts_by_email("e@elsewhere.example")
    assert (await hall.linking.import_companies([other], replace=True)).removed == 0
    assert await known(hall) == [True, False, False]


@pytest.mark.parametrize("rows", [[], [NORTHWIND]])
async def test_a_file_without_contacts_replaces_nobody(hall: Hall, rows: list[CompanyRow]) -> None:
    with pytest.raises(ImportRefused, match="no contact"):
        await hall.linking.import_companies(rows, replace=True)
    assert await known(hall) == [True, True, True]


async def test_a_file_that_is_refused_removes_nobody(hall: Hall) -> None:
    rows = [of_northwind(ANA_MAIL), of_northwind("no address")]
    with pytest.raises(ImportRefused):
        await hall.linking.import_companies(rows, replace=True)
    assert await known(hall) == [True, True, True]


async def test_t7_whoever_was_linked_through_a_removed_contact_is_out_at_the_next_sweep(hall: Hall) -> None:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    await hall.linking.codes.redeem(CARLA, await hall.code(CARLA, BOTH_MAIL))
    await hall.phones.link(BRUNO_ON_TELEGRAM, SharedContact(BRUNOS_PHONE, own=True))
    assert await leavers(hall).sweep() == []  # the directories have just answered for all of them
    await hall.linking.import_companies([of_northwind(ANA_MAIL)], replace=True)
    left = await leavers(hall).sweep()
    assert {(one.user, one.company_id, one.why) for one in left} == {
        (CARLA, hall.northwind, "contact_gone"),
        (CARLA, hall.southgate, "contact_gone"),
        (BRUNO_ON_TELEGRAM, hall.northwind, "contact_gone"),
    }
    assert await hall.seeing() == {ANA: {"55"}}


async def test_t7_a_workspace_tied_through_a_removed_contact_is_tied_no_more(hall: Hall) -> None:
    await hall.tied()
    assert await leavers(hall).sweep() == []
    assert BRUNO in await hall.seeing()
    await hall.linking.import_companies([of_northwind(BOTH_MAIL)], replace=True)
    assert [one.user for one in await leavers(hall).sweep()] == [ANA]
    assert await hall.seeing() == {}


async def test_a_contact_the_file_names_again_keeps_what_rests_on_it(hall: Hall) -> None:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    await hall.phones.link(ANA_ON_TELEGRAM, SharedContact(BRUNOS_PHONE, own=True))
    rows = [of_northwind(ANA_MAIL.upper()), of_northwind(phone=BRUNOS_PHONE)]
    await hall.linking.import_companies(rows, replace=True)
    hall.clock.turn(days=2)
    assert await leavers(hall).sweep() == []
    assert set(await hall.seeing()) == {ANA, ANA_ON_TELEGRAM}

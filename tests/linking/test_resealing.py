"""After a new key was put first, the old one can be taken away: nothing but the audit needs it."""

import asyncio
from dataclasses import dataclass

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import inspect, update
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.chat.messages import SharedContact
from bot.keys import Keys, NotOurs, Sealed
from bot.linking import CodeWrong, CompanyRow, Linking, Role, StoredContacts
from bot.linking.invitations import Invitations
from bot.linking.phones import Phones
from bot.linking.requests import Requests
from bot.linking.resealing import reseal
from bot.linking.tables import (
    Contact,
    JoinRequest,
    Link,
    LinkCode,
    LinkCodeCompany,
    Person,
    WorkspaceTie,
)
from bot.membership import Seen, Standing
from bot.store import Store
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BRUNO, COMPANIES, wrong
from tests.linking.hall import BRUNOS_PHONE

SEALED = (
    (Contact, "email"),
    (Contact, "phone"),
    (Contact, "name"),
    (Link, "email"),
    (Link, "phone"),
    (Link, "contact_name"),
    (LinkCode, "email"),
    (LinkCodeCompany, "contact_name"),
    (Person, "name"),
    (JoinRequest, "name"),
    (WorkspaceTie, "email"),
)


@dataclass
class Rotation:
    """A database with something sealed in every table, before and after a new key."""

    store: Store
    old: Keys
    both: Keys
    new: Keys

    def linking(self, keys: Keys) -> Linking:
        return Linking(self.store, keys, [StoredContacts(self.store, keys)])

    async def reseal(self, keys: Keys | None = None) -> dict[str, int]:
        return dict(await reseal(self.linking(keys or self.both).books))

    async def sealed(self) -> dict[str, list[Sealed]]:
        found = {}
        async with self.store.reading() as session:
            for table, column in SEALED:
                rows = await session.exec(
                    select(getattr(table, column)).order_by(*inspect(table).primary_key)
                )
                found[f"{table.__tablename__}.{column}"] = [one for one in rows.all() if one is not None]
        return found


@pytest.fixture
async def rotation(store: Store) -> Rotation:
    first, second = (Fernet.generate_key().decode() for _ in range(2))
    made = Rotation(store, Keys([first]), Keys([second, first]), Keys([second]))
    linking = made.linking(made.old)
    await linking.import_companies(COMPANIES)
    by_phone = CompanyRow(erp="erp", erp_key="55", name="Northwind", phone=BRUNOS_PHONE, contact_name="Bruno")
    await linking.import_companies([by_phone])
    issued = await linking.codes.request(ANA, ANA_MAIL)
    assert issued is not None
    await linking.codes.redeem(ANA, issued.code)
    directories = [StoredContacts(store, made.old)]
    await Phones(linking, directories, region="BR").link(
        ANA_ON_TELEGRAM, SharedContact(BRUNOS_PHONE, own=True)
    )
    await linking.standings.note(Seen(ANA, Standing.MEMBER, "Ana of Slack"))
    asked = await Requests(linking).ask(BRUNO, "Bruno Lima", "12ABC34501DE35")
    assert asked is not None
    now = linking.books.clock()
    async with store.writing() as session:
        session.add(
            WorkspaceTie(
                platform="slack", workspace="T0CUSTOMER", company_id=1, role="buyer", reach="company",
                proved_by=ANA.key, email=made.old.seal(ANA_MAIL), proved_at=now, expires_at=now,
            )
        )  # fmt: skip
    return made


async def test_everything_opens_with_the_newest_key_alone(rotation: Rotation) -> None:
    before = {
        name: [rotation.old.open(one) for one in found] for name, found in (await rotation.sealed()).items()
    }
    assert all(before.values()), before
    await rotation.reseal()
    sealed = await rotation.sealed()
    assert {name: [rotation.new.open(one) for one in found] for name, found in sealed.items()} == before
    for one in (token for found in sealed.values() for token in found):
        with pytest.raises(NotOurs):
            rotation.old.open(one)


async def test_how_many_rows_were_sealed_anew_is_told(rotation: Rotation) -> None:
    assert await rotation.reseal() == {
        "company_contacts": 4, "links": 2, "link_codes": 1, "link_code_companies": 1, "join_requests": 1,
        "workspace_ties": 1, "people": 1,
    }  # fmt: skip


async def test_contacts_are_found_by_mailbox_and_phone_with_the_newest_key_alone(rotation: Rotation) -> None:
    contacts = StoredContacts(rotation.store, rotation.new)
    assert await contacts.contacts_by_email(ANA_MAIL) == []
    await rotation.reseal()
    assert [one.contact_name for one in await contacts.contacts_by_email(ANA_MAIL.upper())] == ["Ana"]
    assert [one.contact_name for one in await contacts.contacts_by_phone(BRUNOS_PHONE)] == ["Bruno"]


async def test_people_keep_their_access_and_can_prove_it_anew(rotation: Rotation) -> None:
    await rotation.reseal()
    linking = rotation.linking(rotation.new)
    assert len((await linking.access(ANA)).companies) == 1
    assert len((await linking.access(ANA_ON_TELEGRAM)).companies) == 1
    assert await linking.proof_address(ANA, 1) == ANA_MAIL
    assert await linking.standings.name_of(ANA) == "Ana of Slack"
    issued = await linking.codes.request(ANA, ANA_MAIL)
    assert issued is not None
    assert len(await linking.codes.redeem(ANA, issued.code)) == 1


async def test_an_import_after_it_finds_the_contacts_that_are_there(rotation: Rotation) -> None:
    await rotation.reseal()
    await rotation.linking(rotation.new).import_companies(COMPANIES)
    assert len((await rotation.sealed())["company_contacts.email"]) == 3


async def test_codes_of_an_address_are_counted_on(rotation: Rotation) -> None:
    linking = rotation.linking(rotation.old)
    for user in (BRUNO, ANA_ON_TELEGRAM, ANA, BRUNO):
        assert await linking.codes.request(user, ANA_MAIL) is not None
    await rotation.reseal()
    assert await rotation.linking(rotation.new).codes.request(ANA_ON_TELEGRAM, ANA_MAIL) is None


async def test_while_the_old_key_is_kept_codes_and_invitations_on_their_way_still_work(
    rotation: Rotation,
) -> None:
    linking = rotation.linking(rotation.old)
    issued = await linking.codes.request(BRUNO, ANA_MAIL)
    assert issued is not None
    await linking.link_directly(ANA, "erp", "55", role=Role.ADMIN)
    invited = await Invitations(linking).invite(ANA, 1, role=Role.BUYER, addressee=ANA_ON_TELEGRAM)
    await rotation.reseal()
    linking = rotation.linking(rotation.both)
    with pytest.raises(CodeWrong):
        await linking.codes.redeem(BRUNO, wrong(issued.code))
    assert len(await linking.codes.redeem(BRUNO, issued.code)) == 1
    assert (await Invitations(linking).accept(ANA_ON_TELEGRAM, invited.token)).company is not None


async def test_a_second_time_does_no_harm(rotation: Rotation) -> None:
    first = await rotation.reseal()
    assert await rotation.reseal() == first
    await test_people_keep_their_access_and_can_prove_it_anew(rotation)


async def test_what_no_key_opens_is_left_as_it_is_and_counted(rotation: Rotation) -> None:
    stranger = Keys([Fernet.generate_key().decode()])
    async with rotation.store.writing() as session:
        await session.exec(update(Person).values(name=stranger.seal("Ana")))
    before = (await rotation.sealed())["people.name"]
    with capture_logs() as logs:
        done = await rotation.reseal()
    assert (done["people"], done["unreadable"], done["links"]) == (0, 1, 2)
    assert [one["reason"] for one in logs if one["event"] == "sealed_unreadable"] == ["key_missing"]
    assert (await rotation.sealed())["people.name"] == before


async def test_what_is_changed_meanwhile_is_not_overwritten(rotation: Rotation) -> None:
    """Somebody proves another mailbox in the very moment."""
    fresh = "ana.new@northwind.example"
    async with rotation.store.writing() as session:
        await session.exec(
            update(Link)
            .where(col(Link.user_id) == ANA.user_id)
            .values(email=rotation.both.seal(fresh), email_digest=rotation.both.digest("email", fresh))
        )
        resealing = asyncio.create_task(rotation.reseal())
        await asyncio.sleep(0.5)
        assert not resealing.done()
    await resealing
    async with rotation.store.reading() as session:
        row = (await session.exec(select(Link).where(col(Link.user_id) == ANA.user_id))).one()
    assert row.email is not None
    assert rotation.new.open(row.email) == fresh
    assert row.email_digest == rotation.new.digest("email", fresh)


async def test_many_rows_are_sealed_in_slices(rotation: Rotation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.linking.resealing.SLICE", 3)
    assert (await rotation.reseal())["company_contacts"] == 4
    assert all(rotation.new.open(one) for one in (await rotation.sealed())["company_contacts.name"])

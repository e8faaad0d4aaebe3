"""People who leave: whose link ends, whose does not, and who is told of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import update
from sqlmodel import col, select

from bot.chat.people import ChatUser, Platform
from bot.erp.errors import ErpDenied, ErpError, ErpRateLimited, ErpUnavailable
from bot.erp.protocol import CompanyContact
from bot.keys import Keys
from bot.linking import Linking, Role, StoredContacts, VerifiedBy
from bot.linking.leavers import Leavers, Left
from bot.linking.links import Proof
from bot.linking.personal import erase_person
from bot.linking.tables import Audit, Contact, Link
from bot.membership import Seen, Standing
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BRUNO
from tests.linking.hall import BRUNOS_PHONE, Hall
from tests.linking.platform import ThePlatform

NORTHWIND, SOUTHGATE = "55", "56"


@dataclass
class Directory:
    """An ERP's contacts, found by whatever is asked for: who asks must compare."""

    contacts: list[CompanyContact] = field(default_factory=list)
    failure: Exception | None = None
    asked: int = 0

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        self.asked += 1
        if self.failure:
            raise self.failure
        return self.contacts

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        return await self.contacts_by_email(phone)


def contact(email: str = "", key: str = NORTHWIND, phone: str | None = None) -> CompanyContact:
    return CompanyContact(erp="erp", company_key=key, company_name="-", email=email, phone=phone)


@dataclass
class Scene:
    """Ana is linked to Northwind by her mailbox, Bruno by his phone on Telegram."""

    hall: Hall
    directory: Directory
    leavers: Leavers

    def leavers_with(self, *directories: Directory, region: str = "") -> Leavers:
        memberships = {Platform.SLACK: self.hall.platform}
        return Leavers(self.hall.linking, memberships, directories, region=region)

    async def why_ended(self, user: ChatUser) -> list[str | None]:
        async with self.hall.linking.books.reading() as session:
            found = await session.exec(
                select(col(Link.ended_by)).where(
                    col(Link.user_id) == user.user_id, col(Link.verified_by) != VerifiedBy.OPERATOR.value
                )
            )
            return list(found.all())

    async def on_record(self, outcome: str) -> list[tuple[str, str]]:
        async with self.hall.linking.books.reading() as session:
            found = await session.exec(select(Audit).where(col(Audit.outcome) == outcome))
            return [(row.act, row.user_id) for row in found.all()]


@pytest.fixture
async def scene(hall: Hall) -> Scene:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    directory = Directory([contact(ANA_MAIL)])
    return Scene(hall, directory, Leavers(hall.linking, {Platform.SLACK: hall.platform}, [directory]))


async def linked_by_phone(hall: Hall, user: ChatUser = ANA_ON_TELEGRAM) -> None:
    await proved(hall, user, Proof(verified_by=VerifiedBy.PHONE, phone=BRUNOS_PHONE))


async def proved(hall: Hall, user: ChatUser, proof: Proof) -> None:
    async with hall.linking.books.writing_about(user) as session:
        await hall.linking.books.link(session, user, hall.northwind, proof)


# Platforms


async def test_t7_whoever_left_their_workspace_is_found_and_loses_access(scene: Scene) -> None:
    scene.hall.platform.standings[ANA] = Standing.GONE
    left = await scene.leavers.sweep()
    assert left == [Left(user=ANA, company_id=scene.hall.northwind, why="gone")]
    assert await scene.hall.seeing() == {}
    assert await scene.why_ended(ANA) == ["gone"]
    assert await scene.on_record("gone") == [("unlink", ANA.user_id)]


async def test_nothing_happens_to_those_who_are_still_there(scene: Scene) -> None:
    before = await scene.hall.seeing()
    assert await scene.leavers.sweep() == []
    assert await scene.hall.seeing() == before


async def test_a_platform_is_asked_about_a_person_once_a_day(scene: Scene) -> None:
    for _ in range(3):
        await scene.leavers.sweep()
    assert scene.hall.platform.asked == 1
    scene.hall.clock.turn(hours=24, seconds=1)
    await scene.leavers.sweep()
    assert scene.hall.platform.asked == 2


async def test_a_silent_platform_ends_nobody_and_is_asked_again(scene: Scene) -> None:
    scene.hall.platform.standings[ANA] = None
    assert await scene.leavers.sweep() == []
    assert await scene.hall.seeing() == {ANA: {NORTHWIND}}
    scene.hall.platform.standings[ANA] = Standing.GONE
    assert [one.user for one in await scene.leavers.sweep()] == [ANA]


async def test_one_person_the_platform_is_silent_about_hides_nobody_else(scene: Scene) -> None:
    await proved(scene.hall, BRUNO, Proof(verified_by=VerifiedBy.INVITATION))
    scene.hall.platform.standings |= {ANA: None, BRUNO: Standing.GONE}
    assert [one.user for one in await scene.leavers.sweep()] == [BRUNO]


async def test_an_answer_about_somebody_else_ends_nobody(scene: Scene) -> None:
    class Confused(ThePlatform):
        async def person(self, user: ChatUser) -> Seen:
            return Seen(ANA if user == BRUNO else BRUNO, Standing.GONE)

    await proved(scene.hall, BRUNO, Proof(verified_by=VerifiedBy.INVITATION))
    leavers = Leavers(scene.hall.linking, {Platform.SLACK: Confused()}, [])
    before = await scene.hall.seeing()
    assert await leavers.sweep() == []
    assert await scene.hall.seeing() == before


async def test_without_a_platform_to_ask_nobody_is_ended(scene: Scene) -> None:
    scene.hall.platform.standings[ANA] = Standing.GONE
    assert await Leavers(scene.hall.linking, {}, [scene.directory]).sweep() == []
    assert await scene.hall.seeing() == {ANA: {NORTHWIND}}


async def test_all_companies_of_a_person_who_is_gone_are_told_of(scene: Scene) -> None:
    await scene.hall.linking.link_directly(ANA, "erp", SOUTHGATE)
    scene.hall.platform.standings[ANA] = Standing.GONE
    left = await scene.leavers.sweep()
    assert {one.company_id for one in left} == {scene.hall.northwind, scene.hall.southgate}


async def test_people_without_a_live_link_are_not_asked_about(scene: Scene) -> None:
    await scene.hall.linking.unlink(ANA)
    await scene.leavers.sweep()
    assert scene.hall.platform.asked == 0


# Contacts


async def test_t7_a_contact_the_erp_dropped_loses_the_link_it_proved(scene: Scene) -> None:
    scene.directory.contacts = []
    left = await scene.leavers.sweep()
    assert left == [Left(user=ANA, company_id=scene.hall.northwind, why="contact_gone")]
    assert await scene.hall.seeing() == {}
    assert await scene.why_ended(ANA) == ["contact_gone"]
    assert await scene.on_record("contact_gone") == [("unlink", ANA.user_id)]


async def test_t7_a_contact_who_moved_to_another_company_loses_the_former(scene: Scene) -> None:
    scene.directory.contacts = [contact(ANA_MAIL, key=SOUTHGATE)]
    assert [one.company_id for one in await scene.leavers.sweep()] == [scene.hall.northwind]
    assert await scene.hall.seeing() == {}


async def test_t7_an_erp_that_ignores_what_it_is_asked_does_not_keep_anybody(scene: Scene) -> None:
    scene.directory.contacts = [contact("somebody.else@northwind.example"), contact("not an address")]
    assert [one.why for one in await scene.leavers.sweep()] == ["contact_gone"]


async def test_the_same_company_key_of_another_erp_is_another_company(scene: Scene) -> None:
    of_other = CompanyContact(erp="other", company_key=NORTHWIND, company_name="-", email=ANA_MAIL)
    scene.directory.contacts = [of_other]
    assert [one.why for one in await scene.leavers.sweep()] == ["contact_gone"]


async def test_an_address_written_in_capitals_is_the_same(scene: Scene) -> None:
    scene.directory.contacts = [contact(ANA_MAIL.upper())]
    assert await scene.leavers.sweep() == []


@pytest.mark.parametrize("failure", [ErpUnavailable(), ErpRateLimited(3), ErpDenied(), ErpError()])
async def test_a_directory_that_fails_ends_nobody_and_is_asked_again(scene: Scene, failure: ErpError) -> None:
    scene.directory.contacts, scene.directory.failure = [], failure
    assert await scene.leavers.sweep() == []
    assert await scene.hall.seeing() == {ANA: {NORTHWIND}}
    scene.directory.failure = None
    assert [one.why for one in await scene.leavers.sweep()] == ["contact_gone"]


@pytest.mark.parametrize("first", [True, False])
async def test_one_directory_of_two_that_fails_ends_nobody(scene: Scene, first: bool) -> None:
    empty, broken = Directory(), Directory(failure=ErpUnavailable())
    leavers = scene.leavers_with(*((broken, empty) if first else (empty, broken)))
    assert await leavers.sweep() == []
    assert await scene.hall.seeing() == {ANA: {NORTHWIND}}
    broken.failure = None
    assert [one.why for one in await leavers.sweep()] == ["contact_gone"]


async def test_one_directory_of_two_that_has_the_contact_is_enough(scene: Scene) -> None:
    leavers = scene.leavers_with(Directory(), Directory([contact(ANA_MAIL)]))
    assert await leavers.sweep() == []
    assert await scene.hall.seeing() == {ANA: {NORTHWIND}}


async def test_without_any_directory_nobody_is_ended(scene: Scene) -> None:
    assert await scene.leavers_with().sweep() == []
    assert await scene.hall.seeing() == {ANA: {NORTHWIND}}


async def test_directories_are_asked_about_a_contact_once_a_day_whoever_sweeps(scene: Scene) -> None:
    for _ in range(2):
        await scene.leavers.sweep()
        await scene.leavers_with(scene.directory).sweep()
    assert scene.directory.asked == 1
    scene.hall.clock.turn(hours=24, seconds=1)
    scene.directory.contacts = []
    assert [one.why for one in await scene.leavers.sweep()] == ["contact_gone"]


async def test_one_contact_in_two_chats_is_asked_about_once_and_leaves_both(scene: Scene) -> None:
    await scene.hall.linking.codes.redeem(ANA_ON_TELEGRAM, await scene.hall.code(ANA_ON_TELEGRAM))
    scene.directory.contacts = []
    left = await scene.leavers.sweep()
    assert {one.user for one in left} == {ANA, ANA_ON_TELEGRAM}
    assert scene.directory.asked == 1
    assert await scene.hall.seeing() == {}


async def test_links_that_rest_on_no_contact_stay(scene: Scene) -> None:
    scene.directory.contacts = []
    await proved(scene.hall, BRUNO, Proof(verified_by=VerifiedBy.INVITATION, vouched_by=ANA.key))
    await scene.hall.linking.link_directly(ANA_ON_TELEGRAM, "erp", SOUTHGATE)
    await scene.leavers.sweep()
    assert await scene.hall.seeing() == {BRUNO: {NORTHWIND}, ANA_ON_TELEGRAM: {SOUTHGATE}}


async def test_a_link_proved_anew_in_that_moment_stays(scene: Scene) -> None:
    class Slow(Directory):
        async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
            await scene.hall.linking.link_directly(ANA, "erp", NORTHWIND, role=Role.BUYER)
            return []

    assert await scene.leavers_with(Slow()).sweep() == []
    assert await scene.hall.seeing() == {ANA: {NORTHWIND}}


async def test_only_what_the_contact_proved_ends(scene: Scene) -> None:
    await scene.hall.linking.link_directly(ANA, "erp", SOUTHGATE)
    scene.directory.contacts = []
    await scene.leavers.sweep()
    assert await scene.hall.seeing() == {ANA: {SOUTHGATE}}


async def test_two_processes_that_sweep_at_once_tell_it_once(scene: Scene) -> None:
    await scene.hall.tied()
    both_ask = asyncio.Event()

    class Slow(Directory):
        async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
            self.asked += 1
            if self.asked == 2:
                both_ask.set()
            await asyncio.wait_for(both_ask.wait(), 10)
            return []

    slow = Slow()
    both = await asyncio.gather(*(scene.leavers_with(slow).sweep() for _ in range(2)))
    assert [one.why for left in both for one in left] == ["contact_gone"] * 2
    assert sorted(act for act, _ in await scene.on_record("contact_gone")) == ["unlink", "workspace"]


async def test_an_imported_contact_that_cannot_be_opened_ends_nobody(scene: Scene) -> None:
    books, stranger = scene.hall.linking.books, Keys([Fernet.generate_key().decode()])
    async with books.store.writing() as session:
        await session.exec(update(Contact).values(email=stranger.seal(ANA_MAIL)))
    memberships = {Platform.SLACK: scene.hall.platform}
    leavers = Leavers(scene.hall.linking, memberships, [StoredContacts(books.store, books.keys)])
    assert await leavers.sweep() == []
    assert await scene.hall.seeing() == {ANA: {NORTHWIND}}


async def test_what_cannot_be_read_any_more_ends_nobody(scene: Scene) -> None:
    hall, lost_keys = scene.hall, Keys([Fernet.generate_key().decode()])
    blind = Linking(hall.linking.books.store, lost_keys, [], clock=hall.clock)
    assert await Leavers(blind, {}, [Directory()]).sweep() == []
    assert await scene.hall.seeing() == {ANA: {NORTHWIND}}


@pytest.mark.parametrize(
    ("written", "region", "kept"),
    [
        (BRUNOS_PHONE, "", True),
        ("(11) 98765-0002", "BR", True),
        ("(11) 98765-0002", "", True),
        ("(11) 98765-0003", "BR", False),
        ("+5511987650003", "", False),
        (None, "BR", False),
    ],
)
async def test_t7_a_phone_the_erp_dropped_ends_the_link_and_one_it_writes_differently_does_not(
    scene: Scene, written: str | None, region: str, kept: bool
) -> None:
    await linked_by_phone(scene.hall)
    left = await scene.leavers_with(Directory([contact(ANA_MAIL, phone=written)]), region=region).sweep()
    assert [one.user for one in left] == ([] if kept else [ANA_ON_TELEGRAM])
    assert (ANA_ON_TELEGRAM in await scene.hall.seeing()) is kept


# Workspaces


async def test_t7_a_workspace_tied_by_a_contact_who_is_dropped_is_tied_no_more(scene: Scene) -> None:
    await scene.hall.tied()
    assert BRUNO in await scene.hall.seeing()
    scene.directory.contacts = []
    left = await scene.leavers.sweep()
    assert left == [Left(user=ANA, company_id=scene.hall.northwind, why="contact_gone")] * 2
    assert await scene.hall.seeing() == {}
    assert sorted(await scene.on_record("contact_gone")) == [
        ("unlink", ANA.user_id),
        ("workspace", ANA.user_id),
    ]


async def test_a_tie_whose_directory_fails_holds(scene: Scene) -> None:
    await scene.hall.tied()
    scene.directory.contacts, scene.directory.failure = [], ErpUnavailable()
    assert await scene.leavers.sweep() == []
    assert BRUNO in await scene.hall.seeing()


async def test_t16_a_tie_of_somebody_who_was_erased_ends_and_nobody_is_told(scene: Scene) -> None:
    await scene.hall.tied()
    await erase_person(scene.hall.linking.books, ANA)
    assert BRUNO in await scene.hall.seeing()
    scene.directory.contacts = []
    assert await scene.leavers.sweep() == []
    assert await scene.hall.seeing() == {}

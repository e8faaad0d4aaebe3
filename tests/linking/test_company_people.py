"""The people of a company: who may see and change them, what is on record, and what outsiders get."""

from dataclasses import dataclass

import pytest

from bot.chat.people import ChatUser, Platform
from bot.linking import Linking, LinkingError, Permission, Reach, Role, VerifiedBy
from bot.linking.errors import NotAllowed, NothingToDecide, NotLinked
from bot.linking.members import Members
from bot.linking.requests import PER_DAY, Requests
from bot.membership import Seen, Standing
from tests.linking.desk import ANA, ANA_ON_TELEGRAM, BRUNO, Desk

CARLA = ChatUser(Platform.SLACK, "U0CARLA", "T0SOUTHGATE")
MALLORY = ChatUser(Platform.TELEGRAM, "700666")
MERIDIANS_TAX_ID = "12ABC34501DE35"


@dataclass
class Company:
    """Northwind (55), whose admin is Ana; Bruno buys there. Carla is the admin of Southgate (56)."""

    linking: Linking
    members: Members
    requests: Requests
    desk: Desk
    id: int
    southgate: int


@pytest.fixture
async def northwind(desk: Desk) -> Company:
    linking = desk.linking
    mine = await linking.link_directly(ANA, "erp", "55", role=Role.ADMIN)
    theirs = await linking.link_directly(CARLA, "erp", "56", role=Role.ADMIN)
    await linking.link_directly(BRUNO, "erp", "55", role=Role.BUYER)
    return Company(linking, Members(linking), Requests(linking), desk, mine.company_id, theirs.company_id)


async def test_an_admin_sees_everybody_with_role_and_proof(northwind: Company) -> None:
    await northwind.linking.standings.note(Seen(BRUNO, Standing.MEMBER, "Bruno Lima"))
    found = {one.user: one for one in await northwind.members.of(ANA, northwind.id)}
    assert set(found) == {ANA, BRUNO}
    assert (found[BRUNO].name, found[BRUNO].role) == ("Bruno Lima", Role.BUYER)
    assert found[ANA].verified_by is VerifiedBy.OPERATOR
    assert found[ANA].name == ANA.key


@pytest.mark.parametrize("who", [BRUNO, CARLA, MALLORY, ANA_ON_TELEGRAM])
async def test_t2_nobody_else_sees_or_changes_a_companys_people(northwind: Company, who: ChatUser) -> None:
    members, company = northwind.members, northwind.id
    for attempt in (
        members.of(who, company),
        members.change_role(who, company, BRUNO, Role.ADMIN),
        members.remove(who, company, BRUNO),
        members.set_default(who, company, Role.LOGISTICS, Reach.COMPANY),
        members.default_of(who, company),
        members.history(who, company),
        northwind.requests.open_ones(who, company),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    assert {one.user for one in await members.of(ANA, company)} == {ANA, BRUNO}


async def test_a_role_is_changed_at_once_and_on_record(northwind: Company) -> None:
    before = await northwind.linking.access(BRUNO)
    assert before.may(Permission.AMOUNTS_READ)
    await northwind.members.change_role(ANA, northwind.id, BRUNO, Role.LOGISTICS)
    after = await northwind.linking.access(BRUNO)
    assert not after.may(Permission.AMOUNTS_READ)
    assert after.may(Permission.ORDERS_READ)
    assert (await northwind.desk.audit())[-1] == ("change_role", "logistics")


async def test_an_admin_cannot_make_staff(northwind: Company) -> None:
    with pytest.raises(NotAllowed):
        await northwind.members.change_role(ANA, northwind.id, BRUNO, Role.STAFF)
    with pytest.raises(NotAllowed):
        await northwind.members.set_default(ANA, northwind.id, Role.ADMIN, Reach.COMPANY)


async def test_a_company_keeps_its_last_admin(northwind: Company) -> None:
    for attempt in (
        northwind.members.change_role(ANA, northwind.id, ANA, Role.BUYER),
        northwind.members.remove(ANA, northwind.id, ANA),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    await northwind.members.change_role(ANA, northwind.id, BRUNO, Role.ADMIN)
    await northwind.members.change_role(BRUNO, northwind.id, ANA, Role.BUYER)
    assert list(await northwind.members.admins_of(northwind.id)) == [BRUNO]


async def test_t7_somebody_removed_sees_nothing_from_that_moment(northwind: Company) -> None:
    await northwind.members.remove(ANA, northwind.id, BRUNO)
    assert (await northwind.linking.access(BRUNO)).companies == ()
    with pytest.raises(NotLinked):
        await northwind.members.remove(ANA, northwind.id, BRUNO)
    with pytest.raises(NotLinked):
        await northwind.members.change_role(ANA, northwind.id, BRUNO, Role.ADMIN)


async def test_a_new_link_begins_with_the_companys_default(northwind: Company) -> None:
    await northwind.members.set_default(ANA, northwind.id, Role.ACCOUNTS_PAYABLE, Reach.COMPANY)
    await northwind.linking.link_directly(MALLORY, "erp", "55")
    assert (await northwind.linking.access(MALLORY)).may(Permission.DOCUMENTS_PAYMENT)
    assert await northwind.members.default_of(ANA, northwind.id) == (Role.ACCOUNTS_PAYABLE, Reach.COMPANY)


async def test_proving_a_link_anew_keeps_the_role_an_admin_gave(northwind: Company) -> None:
    await northwind.members.change_role(ANA, northwind.id, BRUNO, Role.LOGISTICS)
    await northwind.linking.codes.redeem(BRUNO, await northwind.desk.code_for(BRUNO))
    (company,) = (await northwind.linking.access(BRUNO)).companies
    assert (company.role, company.verified_by) == (Role.LOGISTICS, VerifiedBy.EMAIL_CODE)


async def test_a_link_whose_time_is_over_lets_nobody_in_and_comes_back_by_a_code_as_it_was(
    northwind: Company,
) -> None:
    await northwind.members.change_role(ANA, northwind.id, BRUNO, Role.LOGISTICS)
    northwind.desk.clock.turn(hours=24 * 91)
    assert (await northwind.linking.access(BRUNO)).companies == ()
    await northwind.linking.codes.redeem(BRUNO, await northwind.desk.code_for(BRUNO))
    (company,) = (await northwind.linking.access(BRUNO)).companies
    assert company.role is Role.LOGISTICS


async def test_the_record_shows_who_did_what_newest_first_and_that_it_was_read(northwind: Company) -> None:
    await northwind.members.change_role(ANA, northwind.id, BRUNO, Role.LOGISTICS)
    first = await northwind.members.history(ANA, northwind.id, limit=2)
    assert [(one.user, one.act) for one in first] == [(ANA, "change_role"), (BRUNO, "link")]
    assert first[0].subject == (BRUNO.key,)
    (older,) = await northwind.members.history(ANA, northwind.id, before=first[-1].id)
    assert (older.user, older.act) == (ANA, "link")
    newest = await northwind.members.history(ANA, northwind.id, limit=1)
    assert newest[0].act == "history"
    assert all(one.user != CARLA for one in await northwind.members.history(ANA, northwind.id, limit=100))


async def test_a_request_is_kept_for_the_company_of_the_tax_id_however_it_is_written(
    northwind: Company,
) -> None:
    request = await northwind.requests.ask(MALLORY, "Mallory", "12.abc.345/01de-35")
    assert request is not None
    assert (request.company_name, request.name) == ("Meridian Hospitalar Ltda", "Mallory")


@pytest.mark.parametrize("tax_id", ["", "1", "99999999000199", "%", "12ABC34501DE3", "' OR 1=1 --"])
async def test_t17_a_request_for_no_company_is_answered_and_counted_alike(
    northwind: Company, tax_id: str
) -> None:
    for _ in range(PER_DAY):
        assert await northwind.requests.ask(MALLORY, "Mallory", tax_id) is None
    assert await northwind.requests.ask(MALLORY, "Mallory", MERIDIANS_TAX_ID) is None
    assert (await northwind.desk.audit())[-1] == ("join_request", "exhausted")
    northwind.desk.clock.turn(days=1, seconds=1)
    assert await northwind.requests.ask(MALLORY, "Mallory", MERIDIANS_TAX_ID) is not None


async def test_only_the_companys_admin_decides_and_only_once(northwind: Company) -> None:
    await northwind.linking.link_directly(ANA_ON_TELEGRAM, "erp", "57", role=Role.ADMIN)
    request = await northwind.requests.ask(MALLORY, "Mallory", MERIDIANS_TAX_ID)
    assert request is not None
    for who in (ANA, BRUNO, CARLA, MALLORY):
        with pytest.raises(NothingToDecide):
            await northwind.requests.decide(who, request.id, let_in=True)
    decided = await northwind.requests.decide(ANA_ON_TELEGRAM, request.id, let_in=True, role=Role.LOGISTICS)
    assert (decided.user, decided.let_in, decided.role) == (MALLORY, True, Role.LOGISTICS)
    (company,) = (await northwind.linking.access(MALLORY)).companies
    assert (company.role, company.verified_by) == (Role.LOGISTICS, VerifiedBy.APPROVAL)
    with pytest.raises(NothingToDecide):
        await northwind.requests.decide(ANA_ON_TELEGRAM, request.id, let_in=False)


async def test_a_request_ends_after_a_week_and_grants_no_staff(northwind: Company) -> None:
    await northwind.linking.link_directly(ANA_ON_TELEGRAM, "erp", "57", role=Role.ADMIN)
    request = await northwind.requests.ask(MALLORY, "Mallory", MERIDIANS_TAX_ID)
    assert request is not None
    with pytest.raises(LinkingError):
        await northwind.requests.decide(ANA_ON_TELEGRAM, request.id, let_in=True, role=Role.STAFF)
    northwind.desk.clock.turn(days=7, seconds=1)
    with pytest.raises(NothingToDecide):
        await northwind.requests.decide(ANA_ON_TELEGRAM, request.id, let_in=True)
    assert (await northwind.linking.access(MALLORY)).companies == ()

"""What each stored right grants, to the second and to the row, and what rows beside it grant nobody."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, permutations

import pytest
from sqlmodel import col, select

from bot.chat.people import ChatUser, Conversation, Platform
from bot.linking import Access, CompanyRow, Reach, Role, VerifiedBy
from bot.linking.access import Vouched, decide
from bot.linking.companies import set_state
from bot.linking.gathering import gather
from bot.linking.links import Proof
from bot.linking.tables import ChannelTie, Company, Link, StaffRow, WorkspaceTie
from bot.membership import Seen, Standing
from tests.linking.desk import ANA, BRUNO
from tests.linking.hall import CARLA, CHANNEL, MALLORY, SOFIA, Hall

COLLEAGUE = ChatUser(Platform.SLACK, "U0COLLEAGUE", "T0CUSTOMER")
GROUP_MEMBER = ChatUser(Platform.SLACK, "U0TOM", "T0SUPPLIER")
SOUTHGATE = "Southgate Comércio S.A."


async def stored(hall: Hall, *rows: object) -> None:
    async with hall.linking.books.store.writing() as session:
        session.add_all(rows)


async def change(hall: Hall, **values: object) -> None:
    """Change every link there is."""
    async with hall.linking.books.store.writing() as session:
        for row in (await session.exec(select(Link))).all():
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)


async def sees(hall: Hall, user: ChatUser) -> set[str]:
    return {one.scope.keys[0] for one in (await hall.linking.access(user)).companies}


def tie(hall: Hall, workspace: str, *, platform: Platform = Platform.SLACK, company: int = 0) -> WorkspaceTie:
    now = hall.clock.now
    return WorkspaceTie(
        platform=platform.value,
        workspace=workspace,
        company_id=company or hall.northwind,
        role=Role.LOGISTICS.value,
        reach=Reach.COMPANY.value,
        proved_by=ANA.key,
        proved_at=now,
        expires_at=now,
        confirmed_by=ANA.key,
        confirmed_at=now,
        reverify_by=now + timedelta(days=90),
    )


# Links


async def test_a_link_tells_how_when_and_until_when_it_was_proved(hall: Hall) -> None:
    proof = Proof(verified_by=VerifiedBy.PHONE, role=Role.LOGISTICS, reach=Reach.COMPANY)
    async with hall.linking.books.writing_about(ANA) as session:
        await hall.linking.books.link(session, ANA, hall.northwind, proof)
    (company,) = (await hall.linking.access(ANA)).companies
    now = hall.clock.now
    assert (company.company_id, company.name) == (hall.northwind, "Northwind Industrial Ltda")
    assert (company.verified_by, company.verified_at) == (VerifiedBy.PHONE, now)
    assert (company.reverify_by, company.role, company.reach) == (
        now + timedelta(days=90),
        Role.LOGISTICS,
        Reach.COMPANY,
    )
    scope = company.scope
    assert (scope.company_id, scope.company_name, scope.erp, scope.keys, scope.placed_by) == (
        hall.northwind,
        "Northwind Industrial Ltda",
        "erp",
        ("55",),
        None,
    )


async def test_a_choice_among_linked_companies_is_ones_own(hall: Hall) -> None:
    for user, chosen in ((ANA, "56"), (BRUNO, "55")):
        for key in ("55", "56"):
            await hall.linking.link_directly(user, "erp", key)
        company_id = {"55": hall.northwind, "56": hall.southgate}[chosen]
        await hall.linking.use_company(user, company_id)
    for user, chosen in ((ANA, "56"), (BRUNO, "55")):
        access = await hall.linking.access(user)
        assert access.current is not None
        assert access.current.scope.keys == (chosen,)
        assert len(access.companies) == 2
    await set_state(hall.linking.books, "erp", "55", "on_hold")
    assert await sees(hall, BRUNO) == {"56"}


async def test_t7_a_link_ends_at_the_very_second(hall: Hall) -> None:
    await hall.linking.link_directly(ANA, "erp", "55")
    hall.clock.turn(days=90, seconds=-1)
    assert await sees(hall, ANA) == {"55"}
    hall.clock.turn(seconds=1)
    assert await sees(hall, ANA) == set()


async def test_t2_a_branch_counts_only_as_a_branch_of_the_links_own_company(hall: Hall) -> None:
    await hall.linking.import_companies(
        [
            CompanyRow(erp="erp", erp_key="551", name="Of Northwind", parent_key="55"),
            CompanyRow(erp="erp", erp_key="561", name="Of Southgate", parent_key="56"),
            CompanyRow(erp="other", erp_key="9", name="Elsewhere"),
        ]
    )
    async with hall.linking.books.store.writing() as session:
        ids = {one.erp_key: one for one in (await session.exec(select(Company))).all()}
        ids["9"].parent_id = hall.northwind
        session.add(ids["9"])
        branches = {key: one.id for key, one in ids.items()}
    for key, expected in (("551", {"551"}), ("561", set()), ("9", set()), ("55", set())):
        proof = Proof(
            verified_by=VerifiedBy.OPERATOR, role=Role.BUYER, reach=Reach.UNIT, unit_id=branches[key]
        )
        async with hall.linking.books.writing_about(ANA) as session:
            await hall.linking.books.link(session, ANA, hall.northwind, proof)
        assert await sees(hall, ANA) == expected, key
    await change(hall, unit_id=branches["551"])
    await set_state(hall.linking.books, "erp", "551", "on_hold")
    assert await sees(hall, ANA) == set()


@pytest.mark.parametrize("name", ["", "   "])
async def test_t2_an_empty_name_in_the_erp_makes_no_orders_anybodys_own(hall: Hall, name: str) -> None:
    await hall.linking.link_directly(ANA, "erp", "55", reach=Reach.OWN, contact_name="Ana Souza")
    assert await sees(hall, ANA) == {"55"}
    await change(hall, contact_name=hall.linking.books.keys.seal(name))
    assert await sees(hall, ANA) == set()


async def test_the_tree_reaches_eight_levels_and_stops_at_what_is_closed(hall: Hall) -> None:
    keys = ["55", *(str(number) for number in range(5501, 5511))]
    rows = [CompanyRow(erp="erp", erp_key=key, name=key, parent_key=above) for above, key in pairwise(keys)]
    await hall.linking.import_companies(rows)
    await hall.linking.link_directly(ANA, "erp", "55", reach=Reach.COMPANY_TREE)
    scope = (await hall.linking.access(ANA)).scope
    assert scope is not None
    assert scope.keys == tuple(keys[:9])
    await set_state(hall.linking.books, "erp", "5503", "on_hold")
    scope = (await hall.linking.access(ANA)).scope
    assert scope is not None
    assert scope.keys == ("55", "5501", "5502")


async def test_t2_a_company_of_another_erp_is_in_no_tree_however_deep(hall: Hall) -> None:
    await hall.linking.import_companies(
        [
            CompanyRow(erp="erp", erp_key="551", name="Branch", parent_key="55"),
            CompanyRow(erp="other", erp_key="9", name="Elsewhere"),
        ]
    )
    async with hall.linking.books.store.writing() as session:
        companies = {one.erp_key: one for one in (await session.exec(select(Company))).all()}
        companies["9"].parent_id = companies["551"].id
        session.add(companies["9"])
    await hall.linking.link_directly(ANA, "erp", "55", reach=Reach.COMPANY_TREE)
    scope = (await hall.linking.access(ANA)).scope
    assert scope is not None
    assert scope.keys == ("55", "551")


# Workspaces


async def test_a_tie_tells_how_when_and_until_when_it_was_confirmed(hall: Hall) -> None:
    await stored(hall, tie(hall, "T0CUSTOMER"))
    (company,) = (await hall.linking.access(COLLEAGUE)).companies
    now = hall.clock.now
    assert (company.verified_by, company.verified_at) == (VerifiedBy.WORKSPACE, now)
    assert (company.reverify_by, company.role, company.reach) == (
        now + timedelta(days=90),
        Role.LOGISTICS,
        Reach.COMPANY,
    )
    assert (company.scope.keys, company.scope.placed_by) == (("55",), None)
    hall.clock.turn(days=90, seconds=-1)
    assert await sees(hall, COLLEAGUE) == {"55"}
    hall.clock.turn(seconds=1)
    assert await sees(hall, COLLEAGUE) == set()


@pytest.mark.parametrize(
    "ended",
    [
        {"confirmed_at": None},
        {"revoked_at": "now"},
        {"platform": "telegram"},
        {"workspace": "T0ELSEWHERE"},
        {"workspace": ""},
    ],
)
async def test_t5_a_tie_that_does_not_hold_or_is_elsewhere_grants_nobody(
    hall: Hall, ended: dict[str, object]
) -> None:
    row = tie(hall, "T0CUSTOMER")
    for name, value in ended.items():
        setattr(row, name, hall.clock.now if value == "now" else value)
    await stored(hall, row)
    for user in (COLLEAGUE, MALLORY, ChatUser(Platform.SLACK, "U0X")):
        assert await sees(hall, user) == set()


async def test_t5_a_tie_of_no_workspace_is_not_everybodys_on_telegram(hall: Hall) -> None:
    await stored(hall, tie(hall, "", platform=Platform.TELEGRAM))
    assert await sees(hall, MALLORY) == set()


async def test_t7_a_tie_to_a_company_that_is_not_active_grants_nobody(hall: Hall) -> None:
    await stored(hall, tie(hall, "T0CUSTOMER"))
    await set_state(hall.linking.books, "erp", "55", "on_hold")
    assert await sees(hall, COLLEAGUE) == set()


async def test_t7_only_who_was_removed_from_that_company_is_shut_out_of_the_tie(hall: Hall) -> None:
    await stored(hall, tie(hall, "T0CUSTOMER"), tie(hall, "T0CUSTOMER", company=hall.southgate))
    await hall.admin()
    await hall.members.remove(ANA, hall.northwind, COLLEAGUE)
    assert await sees(hall, COLLEAGUE) == {"56"}
    assert await sees(hall, BRUNO) == {"55", "56"}
    # Of somebody with that id elsewhere the row says nothing.
    await stored(hall, tie(hall, "T0OTHER"))
    assert await sees(hall, ChatUser(Platform.SLACK, COLLEAGUE.user_id, "T0OTHER")) == {"55"}
    for why in ("unlinked", "gone", "contact_gone"):
        await hall.linking.link_directly(BRUNO, "erp", "55")
        await hall.linking.unlink(BRUNO, why=why)
        assert await sees(hall, BRUNO) == {"55", "56"}


async def test_a_choice_among_tied_companies_is_ones_own(hall: Hall) -> None:
    await stored(hall, tie(hall, "T0CUSTOMER"), tie(hall, "T0CUSTOMER", company=hall.southgate))
    await hall.linking.use_company(COLLEAGUE, hall.southgate)
    for user, current in ((COLLEAGUE, SOUTHGATE), (BRUNO, "Northwind Industrial Ltda")):
        access = await hall.linking.access(user)
        assert access.current is not None
        assert access.current.name == current
        assert [one.scope.keys for one in access.companies] == [("55",), ("56",)]


async def test_a_link_of_ones_own_comes_before_the_tie(hall: Hall) -> None:
    await stored(hall, tie(hall, "T0CUSTOMER"))
    await hall.linking.link_directly(COLLEAGUE, "erp", "55", role=Role.ADMIN)
    (company,) = (await hall.linking.access(COLLEAGUE)).companies
    assert (company.role, company.verified_by) == (Role.ADMIN, VerifiedBy.OPERATOR)


# Staff


async def as_staff(hall: Hall, user: ChatUser = SOFIA) -> Access:
    return await hall.linking.access(user, concerning=hall.northwind)


async def test_staff_see_the_company_that_is_concerned_as_staff(hall: Hall) -> None:
    await hall.named_staff()
    access = await as_staff(hall)
    (company,) = access.companies
    assert (access.staff, access.staff_admin, access.current) == (True, True, None)
    assert (company.verified_by, company.role, company.reach) == (
        VerifiedBy.STAFF,
        Role.STAFF,
        Reach.COMPANY,
    )
    assert (company.verified_at, company.reverify_by) == (hall.clock.now, None)
    assert (company.scope.keys, company.scope.placed_by) == (("55",), None)
    assert (await hall.linking.access(SOFIA)).companies == ()


async def test_t15_staff_speak_of_a_tied_channels_company(hall: Hall) -> None:
    await hall.named_staff()
    await hall.admin()
    hall.platform.channels[CHANNEL.id] = [ANA, SOFIA]
    await hall.channels.tie(SOFIA, CHANNEL, hall.northwind)
    for place, current in (
        (CHANNEL, "55"),
        (Conversation(Platform.SLACK, "C0OTHER", "T0CUSTOMER", private=False), None),
        (Conversation(Platform.SLACK, CHANNEL.id, "T0OTHER", private=False), None),
        (Conversation(Platform.TELEGRAM, CHANNEL.id, "T0CUSTOMER", private=False), None),
        (Conversation(Platform.SLACK, CHANNEL.id, "T0CUSTOMER", private=True), None),
    ):
        access = await hall.linking.access(SOFIA, place=place)
        assert (access.current.scope.keys[0] if access.current else None, access.tied) == (
            current,
            current is not None,
        )
    async with hall.linking.books.store.writing() as session:
        for row in (await session.exec(select(ChannelTie))).all():
            row.revoked_at = hall.clock.now
            session.add(row)
    assert not (await hall.linking.access(ANA, place=CHANNEL)).tied


@pytest.mark.parametrize(
    "other",
    [
        ChatUser(Platform.SLACK, SOFIA.user_id, "T0CUSTOMER"),
        ChatUser(Platform.TELEGRAM, SOFIA.user_id, "T0SUPPLIER"),
        ChatUser(Platform.SLACK, "U0OTHER", "T0SUPPLIER"),
    ],
)
async def test_t10_nobody_else_is_staff(hall: Hall, other: ChatUser) -> None:
    await hall.named_staff()
    access = await as_staff(hall, other)
    assert (access.companies, access.staff, access.staff_admin) == ((), False, False)


async def test_t7_staff_are_staff_until_they_are_removed_and_for_open_companies(hall: Hall) -> None:
    await hall.named_staff()
    await set_state(hall.linking.books, "erp", "55", "on_hold")
    access = await as_staff(hall)
    assert (access.companies, access.staff) == ((), True)
    await set_state(hall.linking.books, "erp", "55", "active")
    await hall.staff.remove(None, Platform.SLACK, "T0SUPPLIER", SOFIA.user_id)
    access = await as_staff(hall)
    assert (access.companies, access.staff, access.staff_admin) == ((), False, False)


async def test_t10_a_group_makes_its_members_staff_and_nobody_by_its_id(hall: Hall) -> None:
    await hall.staff.add(None, Platform.SLACK, "T0SUPPLIER", "S0DESK", group=True)
    for user in (GROUP_MEMBER, ChatUser(Platform.SLACK, "S0DESK", "T0SUPPLIER")):
        assert not (await as_staff(hall, user)).staff
    hall.platform.groups["S0DESK"] = {GROUP_MEMBER}
    access = await as_staff(hall, GROUP_MEMBER)
    assert (access.staff, access.staff_admin, len(access.companies)) == (True, False, 1)
    assert not (await as_staff(hall, SOFIA)).staff
    hall.platform.standings[GROUP_MEMBER] = Standing.GUEST
    hall.clock.turn(minutes=5)
    assert not (await as_staff(hall, GROUP_MEMBER)).staff


async def test_a_company_that_is_only_looked_up_is_not_the_current_one(hall: Hall) -> None:
    await hall.named_staff()
    await hall.linking.link_directly(SOFIA, "erp", "56")
    access = await hall.linking.access(SOFIA, concerning=hall.northwind)
    assert [one.verified_by for one in access.companies] == [VerifiedBy.STAFF, VerifiedBy.OPERATOR]
    assert access.current is not None
    assert access.current.name == SOUTHGATE
    await hall.linking.use_company(SOFIA, hall.northwind)
    chosen = (await hall.linking.access(SOFIA)).current
    assert chosen is not None
    assert chosen.scope.keys == ("55",)


# The person


async def test_somebody_is_met_once_their_name_is_known(hall: Hall) -> None:
    await hall.linking.link_directly(ANA, "erp", "55")
    assert not (await hall.linking.access(ANA)).met
    await hall.linking.standings.note(Seen(ANA, Standing.MEMBER, ""))
    await hall.linking.standings.note(Seen(BRUNO, Standing.MEMBER, "Bruno"))
    assert not (await hall.linking.access(ANA)).met
    await hall.linking.standings.note(Seen(ANA, Standing.MEMBER, "Ana"))
    assert (await hall.linking.access(ANA)).met


async def test_t7_whom_the_platform_calls_gone_sees_nothing_whatever_is_stored(hall: Hall) -> None:
    await hall.named_staff()
    await hall.linking.standings.note(Seen(SOFIA, Standing.GONE, "Sofia"))
    await hall.linking.link_directly(CARLA, "erp", "56")
    async with hall.linking.books.writing_about(SOFIA) as session:
        proof = Proof(verified_by=VerifiedBy.OPERATOR)
        await hall.linking.books.link(session, SOFIA, hall.northwind, proof)
    access = await hall.linking.access(SOFIA, concerning=hall.southgate)
    assert access == Access()
    assert await sees(hall, CARLA) == {"56"}


@pytest.mark.parametrize(
    "standing", [one for one in Standing if not one.is_full and one is not Standing.GONE]
)
async def test_t8_only_full_members_see_by_the_workspace(hall: Hall, standing: Standing) -> None:
    await stored(hall, tie(hall, "T0CUSTOMER"))
    hall.platform.standings[COLLEAGUE] = standing
    access = await hall.linking.access(COLLEAGUE)
    assert (access.companies, access.unsure) == ((), False)
    hall.platform.standings[COLLEAGUE] = Standing.ADMIN
    hall.clock.turn(minutes=5)
    assert await sees(hall, COLLEAGUE) == {"55"}


async def test_rows_of_others_are_left_as_they_are(hall: Hall) -> None:
    await hall.linking.link_directly(CARLA, "erp", "56")
    await hall.linking.unlink(ANA)
    async with hall.linking.books.reading() as session:
        found = await session.exec(select(Link).where(col(Link.revoked_at).is_(None)))
        assert [one.user_id for one in found.all()] == [CARLA.user_id]


async def test_the_persons_own_right_counts_in_whatever_order_rights_are_found(hall: Hall) -> None:
    await hall.admin()
    staff = StaffRow(
        platform=ANA.platform.value,
        workspace=ANA.workspace,
        subject="user",
        subject_id=ANA.user_id,
        added_by="",
        added_at=hall.clock.now,
    )
    await stored(hall, tie(hall, ANA.workspace), staff)
    vouched = Vouched(standing=Standing.MEMBER, at_supplier=True)
    async with hall.linking.books.reading() as session:
        found = await gather(session, ANA, hall.clock.now, concerning=hall.northwind)
    assert [row.kind for row in found.rows if row.company_id] == ["link", "workspace", "staff"]
    for rows in permutations(found.rows):
        (company,) = decide(replace(found, rows=rows), hall.linking.books.keys, vouched).companies
        assert (company.role, company.verified_by) == (Role.ADMIN, VerifiedBy.OPERATOR)

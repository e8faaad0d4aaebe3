"""Corners of linking that mutants showed nobody looked into: orders, limits, and who is left out."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.chat.people import ChatUser, Conversation, Platform
from bot.linking import CompanyRow, Reach, Role
from bot.linking.companies import set_state
from bot.linking.errors import NotAllowed
from bot.linking.tables import Link
from bot.linking.workspaces import PendingTie
from bot.membership import Standing
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BRUNO
from tests.linking.hall import CARLA, CHANNEL, GROUP, MALLORY, SOFIA, Hall


def company(key: str, name: str, tax_id: str | None = None) -> CompanyRow:
    return CompanyRow(erp="erp", erp_key=key, name=name, tax_id=tax_id)


# Members


async def test_staff_may_leave_a_company_without_an_admin_its_own_admin_may_not(hall: Hall) -> None:
    await hall.admin()
    await hall.named_staff()
    with pytest.raises(NotAllowed):
        await hall.members.change_role(ANA, hall.northwind, ANA, Role.LOGISTICS)
    await hall.members.change_role(ANA, hall.northwind, ANA, Role.ADMIN)
    changed = await hall.members.change_role(SOFIA, hall.northwind, ANA, Role.LOGISTICS)
    assert (changed.user, changed.role, changed.reach) == (ANA, Role.LOGISTICS, Reach.COMPANY)
    assert await hall.members.admins_of(hall.northwind) == []


async def test_t7_somebody_removed_keeps_what_they_have_elsewhere(hall: Hall) -> None:
    await hall.admin()
    for key in ("55", "56"):
        await hall.linking.link_directly(BRUNO, "erp", key)
    await hall.members.remove(ANA, hall.northwind, BRUNO)
    assert (await hall.seeing())[BRUNO] == {"56"}


async def test_t7_somebody_removed_stays_out_of_the_tied_workspace_with_a_link_and_without(
    hall: Hall,
) -> None:
    await hall.tied()
    await hall.admin(ANA_ON_TELEGRAM)
    colleague = ChatUser(Platform.SLACK, "U0COLLEAGUE", "T0CUSTOMER")
    await hall.linking.link_directly(BRUNO, "erp", "55")
    # Of the colleague there is a link, but to the other company.
    await hall.linking.link_directly(colleague, "erp", "56")
    for who in (BRUNO, colleague):
        await hall.members.remove(ANA_ON_TELEGRAM, hall.northwind, who)
    assert BRUNO not in await hall.seeing()
    assert [one.scope.keys for one in (await hall.linking.access(colleague)).companies] == [("56",)]
    async with hall.linking.books.reading() as session:
        found = await session.exec(
            select(Link).where(col(Link.ended_by) == "removed").order_by(col(Link.user_id))
        )
        ended = [
            (one.user_id, one.company_id, one.verified_by, one.verified_at, one.revoked_at)
            for one in found.all()
        ]
    now = hall.clock.now
    assert ended == [
        (BRUNO.user_id, hall.northwind, "operator", now, now),
        (colleague.user_id, hall.northwind, "workspace", now, now),
    ]
    await hall.invitations.accept(colleague, await hall.invited(addressee=colleague))
    assert (await hall.linking.access(colleague)).company(hall.northwind) is not None


async def test_a_role_can_be_changed_together_with_the_reach(hall: Hall) -> None:
    await hall.admin()
    await hall.linking.link_directly(BRUNO, "erp", "55")
    changed = await hall.members.change_role(
        ANA, hall.northwind, BRUNO, Role.LOGISTICS, reach=Reach.COMPANY_TREE
    )
    assert (changed.role, changed.reach) == (Role.LOGISTICS, Reach.COMPANY_TREE)
    kept = await hall.members.change_role(ANA, hall.northwind, BRUNO, Role.BUYER)
    assert kept.reach is Reach.COMPANY_TREE


async def test_a_default_is_kept_with_its_reach_for_that_company_alone(hall: Hall) -> None:
    await hall.admin()
    await hall.members.set_default(ANA, hall.northwind, Role.LOGISTICS, Reach.COMPANY_TREE)
    assert await hall.members.default_of(ANA, hall.northwind) == (Role.LOGISTICS, Reach.COMPANY_TREE)
    await hall.admin(CARLA, "56")
    assert await hall.members.default_of(CARLA, hall.southgate) == (Role.BUYER, Reach.COMPANY)
    for reach in (Reach.OWN, Reach.UNIT):
        with pytest.raises(NotAllowed):
            await hall.members.set_default(ANA, hall.northwind, Role.BUYER, reach)


@pytest.mark.usefixtures("last_first")
async def test_admins_are_told_in_the_order_they_were_linked_while_the_company_is_open(hall: Hall) -> None:
    for user in (MALLORY, ANA, BRUNO):
        await hall.admin(user)
    await hall.admin(CARLA, "56")
    await hall.linking.link_directly(ANA_ON_TELEGRAM, "erp", "55")
    # Ana's link is proved anew: it keeps its place.
    await hall.admin(ANA)
    assert await hall.members.admins_of(hall.northwind) == [MALLORY, ANA, BRUNO]
    await set_state(hall.linking.books, "erp", "55", "on_hold")
    assert await hall.members.admins_of(hall.northwind) == []


@pytest.mark.parametrize(("limit", "shown"), [(0, 1), (1, 1), (2, 2), (100, 100), (101, 100)])
async def test_the_history_comes_in_parts_of_a_hundred_at_most(hall: Hall, limit: int, shown: int) -> None:
    await hall.admin()
    async with hall.linking.books.store.writing() as session:
        for _ in range(101):
            await hall.linking.books.note(session, ANA, "lookup", "found", hall.northwind)
    rows = await hall.members.history(ANA, hall.northwind, limit=limit)
    assert len(rows) == shown
    assert len(await hall.members.history(ANA, hall.northwind)) == 10


async def test_members_come_by_name_whatever_its_case(hall: Hall) -> None:
    await hall.admin()
    for user in (BRUNO, MALLORY):
        await hall.linking.link_directly(user, "erp", "55")
    assert [one.user for one in await hall.members.of(ANA, hall.northwind)] == [ANA, BRUNO, MALLORY]
    member = (await hall.members.of(ANA, hall.northwind))[1]
    assert (member.verified_at, member.reverify_by) == (
        hall.clock.now,
        hall.clock.now + timedelta(days=90),
    )


# Workspaces


async def test_what_waits_for_an_admin_comes_oldest_first_without_closed_companies(hall: Hall) -> None:
    row = CompanyRow(erp="erp", erp_key="56", name="Southgate Comércio S.A.", email="c@southgate.example")
    await hall.linking.import_companies([row])
    ties: list[PendingTie] = []
    for mail in ("c@southgate.example", ANA_MAIL):
        ties += await hall.workspaces.prove(ANA, await hall.code(ANA, mail, purpose="workspace"))
        hall.clock.turn(minutes=1)
    hall.platform.standings[ANA] = Standing.ADMIN
    assert await hall.workspaces.pending(ANA) == ties
    assert [(one.company_name, one.proved_by) for one in ties] == [
        ("Southgate Comércio S.A.", ANA),
        ("Northwind Industrial Ltda", ANA),
    ]
    assert ties[0].expires_at == hall.clock.now - timedelta(minutes=2) + timedelta(days=1)
    await set_state(hall.linking.books, "erp", "56", "on_hold")
    assert [one.id for one in await hall.workspaces.pending(ANA)] == [ties[1].id]
    hall.clock.turn(days=1, minutes=-1)
    assert await hall.workspaces.pending(ANA) == []


# Channels


async def test_a_channel_is_untied_by_staff_and_by_the_companys_admin_and_by_nobody_else(hall: Hall) -> None:
    await hall.named_staff()
    await hall.admin()
    await hall.admin(CARLA, "56")
    await hall.linking.link_directly(BRUNO, "erp", "55")
    hall.platform.channels[CHANNEL.id] = [ANA, SOFIA]
    for by in (SOFIA, ANA):
        await hall.channels.tie(SOFIA, CHANNEL, hall.northwind)
        for other in (BRUNO, CARLA, MALLORY):
            with pytest.raises(NotAllowed):
                await hall.channels.untie(other, CHANNEL)
        assert await hall.channels.untie(by, CHANNEL) == "Northwind Industrial Ltda"


async def test_a_tie_moves_to_the_channel_of_that_workspace_alone(hall: Hall) -> None:
    await hall.named_staff()
    await hall.admin()
    hall.platform.channels[CHANNEL.id] = [ANA, SOFIA]
    await hall.channels.tie(SOFIA, CHANNEL, hall.northwind)
    await hall.channels.moved(CHANNEL, "C0NEW")
    for place, tied in (
        (Conversation(Platform.SLACK, "C0NEW", "T0CUSTOMER", private=False), True),
        (Conversation(Platform.SLACK, "C0NEW", "", private=False), False),
        (Conversation(Platform.TELEGRAM, "C0NEW", "T0CUSTOMER", private=False), False),
        (CHANNEL, False),
    ):
        assert (await hall.linking.access(ANA, place=place)).tied is tied
    await hall.channels.moved(GROUP, "C0NEW")


async def test_a_tie_does_not_move_where_another_is(hall: Hall) -> None:
    await hall.named_staff()
    await hall.admin()
    await hall.admin(ANA, "56")
    there = Conversation(Platform.SLACK, "C0OTHER", "T0CUSTOMER", private=False)
    for place, company_id in ((CHANNEL, hall.northwind), (there, hall.southgate)):
        hall.platform.channels[place.id] = [ANA, SOFIA]
        await hall.channels.tie(SOFIA, place, company_id)
    await hall.channels.moved(CHANNEL, there.id)
    for place, company_id in ((CHANNEL, hall.northwind), (there, hall.southgate)):
        access = await hall.linking.access(ANA, place=place)
        assert access.current is not None
        assert access.current.company_id == company_id


# Staff


async def test_groups_and_people_among_the_staff_are_told_apart(hall: Hall) -> None:
    await hall.named_staff()
    await hall.staff.add(None, Platform.SLACK, "T0SUPPLIER", "S0DESK", group=True, admin=True)
    assert [(one.subject_id, one.group, one.workspace) for one in await hall.staff.everybody()] == [
        (SOFIA.user_id, False, "T0SUPPLIER"),
        ("S0DESK", True, "T0SUPPLIER"),
    ]
    assert await hall.staff.admins() == [ChatUser(Platform.SLACK, SOFIA.user_id, "T0SUPPLIER")]


async def test_staff_find_the_one_company_a_text_names_exactly(hall: Hall) -> None:
    await hall.named_staff()
    rows = [company("81", "Acme", "12.345.678/0001-95"), company("82", "Acme Steel", "98765432000198")]
    await hall.linking.import_companies(rows)
    for text, key in (
        ("12.345.678/0001-95", "81"),
        (" 12.345.678/0001-95 ", "81"),
        ("98.765.432/0001-98", "82"),
        (" 82 ", "82"),
        ("ACME", "81"),
        ("acme steel", "82"),
    ):
        assert [one.erp_key for one in await hall.staff.search(SOFIA, text)] == [key], text
    hit = (await hall.staff.search(SOFIA, "81"))[0]
    assert (hit.name, hit.tax_id) == ("Acme", "12.345.678/0001-95")
    assert hit.company_id == (await hall.linking.use_company(SOFIA, hit.company_id)).company_id
    assert await hall.staff.search(SOFIA, "  ") == ()


async def test_staff_are_offered_six_companies_at_most_by_name(hall: Hall) -> None:
    await hall.named_staff()
    await hall.linking.import_companies([company(f"9{one}", f"Zeta {one}") for one in "73514826"])
    found = await hall.staff.search(SOFIA, "zeta")
    assert [one.name for one in found] == [f"Zeta {one}" for one in range(1, 7)]
    await hall.linking.import_companies([company(f"8{one}", "Omega", "11111111000111") for one in range(8)])
    assert len(await hall.staff.search(SOFIA, "omega")) == 6
    assert len(await hall.staff.search(SOFIA, "11111111000111")) == 6


# Codes


async def test_a_used_code_is_never_forgotten_with_one_whose_mail_failed(hall: Hall) -> None:
    used = await hall.linking.codes.request(ANA, ANA_MAIL)
    other = await hall.linking.codes.request(BRUNO, ANA_MAIL)
    assert used is not None
    assert other is not None
    await hall.linking.codes.redeem(ANA, used.code)
    await hall.linking.codes.withdraw(used)
    # Three codes an hour: the used one still counts, the withdrawn one does not.
    await hall.linking.codes.withdraw(other)
    for _ in range(2):
        assert await hall.linking.codes.request(ANA, ANA_MAIL) is not None
    assert await hall.linking.codes.request(ANA, ANA_MAIL) is None
    assert await hall.linking.codes.request(BRUNO, ANA_MAIL) is not None


async def test_six_digits_are_meant_for_the_code_that_was_mailed_last(hall: Hall) -> None:
    await hall.code(ANA, purpose="workspace")
    assert await hall.linking.codes.pending(ANA) == "workspace"
    await hall.code(ANA)
    assert await hall.linking.codes.pending(ANA) == "link"
    await hall.linking.unlink(ANA)
    assert await hall.linking.codes.pending(ANA) is None

"""What each kind of right reaches, and when it does not."""

import pytest
from sqlmodel import col, select

from bot.chat.messages import SharedContact
from bot.chat.people import ChatUser, Conversation, Platform
from bot.linking import CompanyRow, Linking, NotLinked, Permission, Reach, Role, VerifiedBy
from bot.linking.errors import InvitationNotValid, NotAllowed, OutsidersPresent, PhoneNotUsable, TooMuch
from bot.linking.links import Proof
from bot.linking.tables import Audit, Company
from bot.membership import Seen, Standing
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BOTH_MAIL, BRUNO
from tests.linking.hall import (
    BRUNO_ON_TELEGRAM,
    BRUNOS_PHONE,
    CHANNEL,
    GROUP,
    GUEST,
    MALLORY,
    SHARED_PHONE,
    SOFIA,
    Hall,
)


async def outcomes(hall: Hall, act: str) -> list[str]:
    """How each act of this name ended, oldest first."""
    async with hall.linking.books.reading() as session:
        found = await session.exec(select(Audit).where(col(Audit.act) == act).order_by(col(Audit.id)))
        return [row.outcome for row in found.all()]


async def linked(hall: Hall, user: ChatUser, proof: Proof, company_id: int = 0) -> None:
    async with hall.linking.books.writing_about(user) as session:
        await hall.linking.books.link(session, user, company_id or hall.northwind, proof)


async def branches(hall: Hall) -> dict[str, int]:
    """Northwind has branches 551 and 552, the second one of its own: 5521, closed: 553."""
    rows = [("551", "55"), ("552", "55"), ("5521", "552"), ("553", "55")]
    await hall.linking.import_companies(
        CompanyRow(erp="erp", erp_key=key, name=f"Branch {key}", parent_key=parent) for key, parent in rows
    )
    async with hall.linking.books.store.writing() as session:
        companies = (await session.exec(select(Company))).all()
        for company in companies:
            if company.erp_key == "553":
                company.state = "closed"
                session.add(company)
        return {company.erp_key: company.id or 0 for company in companies}


async def test_the_whole_tree_is_the_company_and_every_open_branch_below(hall: Hall) -> None:
    await branches(hall)
    proof = Proof(verified_by=VerifiedBy.OPERATOR, role=Role.BUYER, reach=Reach.COMPANY_TREE)
    await linked(hall, ANA, proof)
    scope = (await hall.linking.access(ANA)).scope
    assert scope is not None
    assert (scope.keys[0], set(scope.keys)) == ("55", {"55", "551", "552", "5521"})


async def test_one_branch_is_that_branch_alone(hall: Hall) -> None:
    ids = await branches(hall)
    for key, expected in (("551", ("551",)), ("5521", None), ("553", None), ("56", None)):
        proof = Proof(verified_by=VerifiedBy.OPERATOR, role=Role.BUYER, reach=Reach.UNIT, unit_id=ids[key])
        await linked(hall, ANA, proof)
        scope = (await hall.linking.access(ANA)).scope
        assert (scope.keys if scope else None) == expected, key


async def test_own_orders_are_told_by_the_contacts_name_and_without_one_there_are_none(hall: Hall) -> None:
    proof = Proof(verified_by=VerifiedBy.OPERATOR, contact_name="Ana Souza", role=Role.BUYER, reach=Reach.OWN)
    await linked(hall, ANA, proof)
    scope = (await hall.linking.access(ANA)).scope
    assert scope is not None
    assert (scope.keys, scope.placed_by) == (("55",), "Ana Souza")
    await linked(hall, BRUNO, Proof(verified_by=VerifiedBy.OPERATOR, role=Role.BUYER, reach=Reach.OWN))
    assert (await hall.linking.access(BRUNO)).companies == ()


async def test_a_whole_company_is_not_bound_to_a_contact(hall: Hall) -> None:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    scope = (await hall.linking.access(ANA)).scope
    assert scope is not None
    assert (scope.keys, scope.placed_by) == (("55",), None)


async def test_t7_a_platform_that_says_gone_ends_every_link_at_once(hall: Hall) -> None:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    await hall.linking.standings.heard_of(Seen(ANA, Standing.GONE))
    assert (await hall.linking.access(ANA)).companies == ()
    assert await outcomes(hall, "unlink") == ["unlinked", "unlinked", "gone"]
    await hall.linking.standings.heard_of(Seen(ANA, Standing.MEMBER))
    assert (await hall.linking.access(ANA)).companies == ()


async def test_t16_of_a_stranger_a_platform_reports_nothing_is_kept(hall: Hall) -> None:
    await hall.linking.standings.heard_of(Seen(GUEST, Standing.GUEST, "Gustavo"))
    assert await hall.linking.standings.name_of(GUEST) is None


async def test_t7_a_role_change_reported_by_slack_counts_at_once_for_a_tied_workspace(hall: Hall) -> None:
    await hall.tied()
    assert (await hall.linking.access(BRUNO)).companies
    await hall.linking.standings.note(Seen(BRUNO, Standing.GUEST))
    assert (await hall.linking.access(BRUNO)).companies == ()


async def test_a_platforms_word_is_believed_for_five_minutes(hall: Hall) -> None:
    await hall.tied()
    await hall.linking.access(BRUNO)
    asked = hall.platform.asked
    hall.clock.turn(minutes=4)
    await hall.linking.access(BRUNO)
    assert hall.platform.asked == asked
    hall.clock.turn(minutes=1, seconds=1)
    await hall.linking.access(BRUNO)
    assert hall.platform.asked == asked + 1


async def test_who_cannot_be_vouched_for_is_told_so_and_sees_nothing_by_the_workspace(hall: Hall) -> None:
    await hall.tied()
    hall.platform.standings[BRUNO] = None
    access = await hall.linking.access(BRUNO)
    assert (access.companies, access.unsure) == ((), True)


async def test_a_link_of_ones_own_needs_no_word_of_the_platform(hall: Hall) -> None:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    hall.platform.standings[ANA] = None
    access = await hall.linking.access(ANA)
    assert (len(access.companies), access.unsure) == (1, False)


async def test_t7_somebody_removed_is_out_of_the_tied_workspace_too(hall: Hall) -> None:
    await hall.admin()
    await hall.tied()
    assert (await hall.linking.access(BRUNO)).companies
    await hall.members.remove(ANA, hall.northwind, BRUNO)
    assert (await hall.linking.access(BRUNO)).companies == ()


async def test_the_companys_admin_may_untie_a_workspace_from_elsewhere(hall: Hall) -> None:
    await hall.tied()
    (tie,) = await hall.workspaces.ties_of(ANA)
    assert (tie.company_id, tie.company_name, tie.role) == (
        hall.northwind,
        "Northwind Industrial Ltda",
        Role.BUYER,
    )
    assert tie.confirmed_at == hall.clock.now
    assert (tie.reverify_by - tie.confirmed_at).days == 90
    await hall.admin(ANA_ON_TELEGRAM)
    ended = await hall.workspaces.untie(ANA_ON_TELEGRAM, tie.id)
    assert (ended.company_id, ended.company_name) == (tie.company_id, tie.company_name)
    assert await hall.workspaces.ties_of(ANA) == []
    with pytest.raises(NotAllowed):
        await hall.workspaces.untie(ANA_ON_TELEGRAM, tie.id)


async def test_a_workspace_is_tied_to_each_company_of_a_contact_one_by_one(hall: Hall) -> None:
    hall.platform.standings[ANA] = Standing.ADMIN
    ties = await hall.workspaces.prove(ANA, await hall.code(ANA, BOTH_MAIL, purpose="workspace"))
    assert [one.company_id for one in ties] == [hall.northwind, hall.southgate]
    assert [one.id for one in await hall.workspaces.pending(ANA)] == [one.id for one in ties]
    assert all(one.proved_by == ANA for one in ties)
    await hall.workspaces.confirm(ANA, ties[1].id)
    assert {one.scope.keys[0] for one in (await hall.linking.access(BRUNO)).companies} == {"56"}
    assert [one.id for one in await hall.workspaces.pending(ANA)] == [ties[0].id]


async def test_a_user_group_of_the_supplier_is_staff_as_long_as_one_is_in_it(hall: Hall) -> None:
    await hall.staff.add(None, Platform.SLACK, "T0SUPPLIER", "S0SUPPORT", group=True)
    assert not (await hall.linking.access(SOFIA)).staff
    hall.platform.groups["S0SUPPORT"] = {SOFIA}
    access = await hall.linking.access(SOFIA, concerning=hall.southgate)
    assert (access.staff, access.staff_admin) == (True, False)
    assert access.may(Permission.DOCUMENTS_PAYMENT, hall.southgate)
    hall.platform.groups["S0SUPPORT"] = set()
    assert not (await hall.linking.access(SOFIA)).staff


async def test_staff_find_a_company_by_key_tax_id_and_part_of_its_name(hall: Hall) -> None:
    await hall.named_staff()
    for text, key in (
        ("55", "55"),
        ("12.ABC.345/01DE-35", "57"),
        ("12ABC34501DE35", "57"),
        ("SOUTHGATE com", "56"),
    ):
        assert [one.erp_key for one in await hall.staff.search(SOFIA, text)] == [key], text
    assert {one.erp_key for one in await hall.staff.search(SOFIA, "a")} == {"55", "56", "57"}
    for text in ("%", "_", "", "no such company", "' OR 1=1"):
        assert not await hall.staff.search(SOFIA, text), text


async def test_staff_have_no_current_company_until_they_choose_one(hall: Hall) -> None:
    await hall.named_staff()
    assert (await hall.linking.access(SOFIA)).current is None
    await hall.linking.use_company(SOFIA, hall.southgate)
    current = (await hall.linking.access(SOFIA)).current
    assert current is not None
    assert (current.scope.keys, current.role, current.reverify_by) == (("56",), Role.STAFF, None)


async def test_t15_a_tied_channel_is_about_its_company_and_nothing_else(hall: Hall) -> None:
    await hall.named_staff()
    await hall.admin()
    await hall.admin(ANA, "56")
    await hall.linking.use_company(ANA, hall.northwind)
    hall.platform.channels[CHANNEL.id] = [ANA, SOFIA]
    assert await hall.channels.tie(SOFIA, CHANNEL, hall.southgate) == "Southgate Comércio S.A."
    there = await hall.linking.access(ANA, place=CHANNEL)
    assert there.current is not None
    assert (there.current.company_id, there.tied) == (hall.southgate, True)
    for place in (
        Conversation(Platform.SLACK, "C0OTHER", "T0CUSTOMER", private=False),
        Conversation(Platform.SLACK, CHANNEL.id, "T0ELSEWHERE", private=False),
        Conversation(Platform.TELEGRAM, CHANNEL.id, "T0CUSTOMER", private=False),
        Conversation(Platform.SLACK, CHANNEL.id, "T0CUSTOMER", private=True),
    ):
        elsewhere = await hall.linking.access(ANA, place=place)
        assert elsewhere.current is not None
        assert (elsewhere.current.company_id, elsewhere.tied) == (hall.northwind, False)
    assert await hall.channels.untie(ANA, CHANNEL) == "Southgate Comércio S.A."
    assert await hall.channels.untie(SOFIA, CHANNEL) is None


async def test_t9_a_channel_somebody_joins_is_no_longer_for_its_company_alone(hall: Hall) -> None:
    await hall.named_staff()
    await hall.admin()
    hall.platform.channels[CHANNEL.id] = [ANA, SOFIA]
    await hall.channels.tie(SOFIA, CHANNEL, hall.northwind)
    assert await hall.channels.only_insiders(CHANNEL)
    hall.platform.channels[CHANNEL.id] = [ANA, SOFIA, GUEST]
    assert not await hall.channels.only_insiders(CHANNEL)
    hall.platform.channels[CHANNEL.id] = None
    assert not await hall.channels.only_insiders(CHANNEL)


async def test_a_direct_chat_cannot_be_tied(hall: Hall) -> None:
    await hall.named_staff()
    with pytest.raises(NotAllowed):
        await hall.channels.tie(SOFIA, Conversation(Platform.SLACK, "D0SOFIA", "T0SUPPLIER"), hall.northwind)
    with pytest.raises(OutsidersPresent):
        await hall.channels.tie(SOFIA, GROUP, hall.northwind)


async def test_why_a_phone_did_not_link_is_on_record_and_five_tries_are_all(hall: Hall) -> None:
    for phone, own in ((BRUNOS_PHONE, False), ("abc", True), ("+5511900000000", True), (SHARED_PHONE, True)):
        with pytest.raises(PhoneNotUsable):
            await hall.phones.link(MALLORY, SharedContact(phone, own))
    assert await outcomes(hall, "phone") == ["not_own", "no_number", "no_contact", "several_companies"]
    with pytest.raises(PhoneNotUsable):
        await hall.phones.link(MALLORY, SharedContact("+1", True))
    with pytest.raises(TooMuch):
        await hall.phones.link(MALLORY, SharedContact(BRUNOS_PHONE, True))
    hall.clock.turn(hours=1, seconds=1)
    company = await hall.phones.link(MALLORY, SharedContact(BRUNOS_PHONE, True))
    assert (company.company_id, company.verified_by) == (hall.northwind, VerifiedBy.PHONE)


async def test_a_phone_of_a_closed_company_does_not_count(hall: Hall) -> None:
    async with hall.linking.books.store.writing() as session:
        company = (await session.exec(select(Company).where(col(Company.erp_key) == "56"))).one()
        company.state = "closed"
        session.add(company)
    linked_company = await hall.phones.link(BRUNO_ON_TELEGRAM, SharedContact(SHARED_PHONE, True))
    assert linked_company.company_id == hall.northwind


async def test_a_withdrawn_code_is_the_only_one_forgotten_and_never_a_used_one(hall: Hall) -> None:
    first = await hall.linking.codes.request(ANA, ANA_MAIL)
    second = await hall.linking.codes.request(BRUNO, ANA_MAIL)
    assert first is not None
    assert second is not None
    await hall.linking.codes.withdraw(first)
    assert await hall.linking.codes.pending(ANA) is None
    assert await hall.linking.codes.pending(BRUNO) == "link"
    await hall.linking.codes.redeem(BRUNO, second.code)
    await hall.linking.codes.withdraw(second)
    assert {one.scope.keys[0] for one in (await hall.linking.access(BRUNO)).companies} == {"55"}


async def test_open_invitations_are_listed_until_they_are_taken_back(hall: Hall) -> None:
    await hall.invited()
    await hall.invited(addressee=BRUNO, role=Role.LOGISTICS)
    newest, oldest = await hall.invitations.open_ones(ANA, hall.northwind)
    assert (newest.addressee, newest.role, newest.invited_by) == (BRUNO, Role.LOGISTICS, ANA)
    assert (oldest.addressee, oldest.reach) == (None, Reach.COMPANY)
    assert (oldest.expires_at - hall.clock.now).days == 3
    await hall.invitations.revoke(ANA, oldest.id)
    assert [one.id for one in await hall.invitations.open_ones(ANA, hall.northwind)] == [newest.id]
    for user, invitation in ((BRUNO, newest.id), (ANA, 10**6)):
        with pytest.raises(NotAllowed):
            await hall.invitations.revoke(user, invitation)


async def test_a_preview_names_the_company_the_role_and_who_invites_and_uses_nothing_up(hall: Hall) -> None:
    await hall.linking.standings.note(Seen(ANA, Standing.MEMBER, "Ana Souza"))
    token = await hall.invited(addressee=BRUNO)
    for _ in range(2):
        shown = await hall.invitations.preview(BRUNO, token)
    assert (shown.company_name, shown.role, shown.invited_by_name, shown.addressed) == (
        "Northwind Industrial Ltda",
        Role.BUYER,
        "Ana Souza",
        True,
    )
    assert (await hall.invitations.accept(BRUNO, token)).company is not None


async def test_t1_tokens_can_be_tried_twenty_times_an_hour(hall: Hall) -> None:
    for number in range(20):
        with pytest.raises(InvitationNotValid):
            await hall.invitations.preview(MALLORY, f"inv-{number:032x}")
    with pytest.raises(TooMuch):
        await hall.invitations.preview(MALLORY, "inv-" + "0" * 32)


async def test_a_way_that_is_closed_by_a_setting_counts_for_nobody_whatever_is_stored(hall: Hall) -> None:
    await hall.tied()
    await hall.named_staff()
    await hall.linking.use_company(SOFIA, hall.southgate)
    books = hall.linking.books
    closed = Linking(
        books.store,
        books.keys,
        (),
        clock=hall.clock,
        memberships={Platform.SLACK: hall.platform},
        staff_workspace="T0SUPPLIER",
        closed=frozenset({"workspace", "staff"}),
    )
    for user in (BRUNO, SOFIA):
        assert (await hall.linking.access(user)).companies
        assert (await closed.access(user)).companies == ()
    with pytest.raises(NotLinked):
        await closed.use_company(SOFIA, hall.northwind)


async def test_t2_a_tree_is_never_anybody_elses_nor_another_erps(hall: Hall) -> None:
    rows = [("erp", "551", "55"), ("erp", "5511", "551"), ("erp", "561", "56"), ("erp", "5611", "561")]
    await hall.linking.import_companies(
        [
            *(CompanyRow(erp=erp, erp_key=key, name=key, parent_key=parent) for erp, key, parent in rows),
            CompanyRow(erp="other", erp_key="900", name="900"),
        ]
    )
    async with hall.linking.books.store.writing() as session:
        other = (await session.exec(select(Company).where(col(Company.erp) == "other"))).one()
        other.parent_id = hall.northwind
        session.add(other)
        other_id = other.id
    unit = Proof(verified_by=VerifiedBy.OPERATOR, role=Role.BUYER, reach=Reach.UNIT, unit_id=other_id)
    await linked(hall, ANA, unit)
    assert (await hall.linking.access(ANA)).companies == ()
    proof = Proof(verified_by=VerifiedBy.OPERATOR, role=Role.BUYER, reach=Reach.COMPANY_TREE)
    await linked(hall, ANA, proof)
    await linked(hall, BRUNO, proof, hall.southgate)
    for user, expected in ((ANA, {"55", "551", "5511"}), (BRUNO, {"56", "561", "5611"})):
        scope = (await hall.linking.access(user)).scope
        assert scope is not None
        assert (set(scope.keys), scope.further) == (expected, ())


async def test_only_staff_admins_name_and_remove_staff(hall: Hall) -> None:
    plain = ChatUser(Platform.SLACK, "U0PLAIN", "T0SUPPLIER")
    await hall.named_staff()
    await hall.staff.add(SOFIA, Platform.SLACK, "T0SUPPLIER", plain.user_id)
    for user in (plain, ANA, MALLORY):
        with pytest.raises(NotAllowed):
            await hall.staff.add(user, Platform.SLACK, "T0SUPPLIER", "U0OTHER")
        with pytest.raises(NotAllowed):
            await hall.staff.remove(user, Platform.SLACK, "T0SUPPLIER", SOFIA.user_id)
    assert [(one.subject_id, one.admin) for one in await hall.staff.everybody()] == [
        (SOFIA.user_id, True),
        (plain.user_id, False),
    ]
    assert await hall.staff.admins() == [SOFIA]
    assert await hall.staff.remove(SOFIA, Platform.SLACK, "T0SUPPLIER", plain.user_id)
    assert not await hall.staff.remove(SOFIA, Platform.SLACK, "T0SUPPLIER", plain.user_id)
    assert not (await hall.linking.access(plain)).staff
    assert await outcomes(hall, "staff") == ["added_admin", "added", "removed", "removed"]


async def test_staff_are_offered_open_companies_only(hall: Hall) -> None:
    await hall.named_staff()
    (found,) = await hall.staff.search(SOFIA, "meridian")
    assert (found.name, found.tax_id) == ("Meridian Hospitalar Ltda", "12ABC34501DE35")
    async with hall.linking.books.store.writing() as session:
        company = (await session.exec(select(Company).where(col(Company.erp_key) == "57"))).one()
        company.state = "on_hold"
        session.add(company)
    for text in ("57", "meridian", "12ABC34501DE35"):
        assert not await hall.staff.search(SOFIA, text)
    assert (await hall.linking.access(SOFIA, concerning=found.company_id)).company(found.company_id) is None


async def test_a_taken_invitation_cannot_be_taken_back_from_its_guest(hall: Hall) -> None:
    token = await hall.invited(addressee=BRUNO)
    (invitation,) = await hall.invitations.open_ones(ANA, hall.northwind)
    await hall.invitations.accept(BRUNO, token)
    await hall.invitations.revoke(ANA, invitation.id)
    assert (await hall.linking.access(BRUNO)).companies
    assert await outcomes(hall, "invitation") == ["revoked"]


async def test_notices_go_to_the_mailbox_that_proved_the_right(hall: Hall) -> None:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    assert await hall.linking.proof_address(ANA, hall.northwind) == ANA_MAIL
    assert await hall.linking.proof_address(ANA, hall.southgate) is None
    assert await hall.linking.proof_address(BRUNO, hall.northwind) is None
    await hall.linking.unlink(ANA)
    assert await hall.linking.proof_address(ANA, hall.northwind) is None
    await hall.tied()
    assert await hall.linking.proof_address(BRUNO, hall.northwind) == ANA_MAIL
    assert await hall.linking.proof_address(SOFIA, hall.northwind) is None

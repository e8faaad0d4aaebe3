"""Invitations: who may make them, whom they let in, how long, and what ends them."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.chat.people import ChatUser, Platform
from bot.linking import Reach, Role, VerifiedBy
from bot.linking.companies import set_state
from bot.linking.errors import InvitationNotValid, NotAllowed, TooMuch
from bot.linking.invitations import Accepted, Invitations
from bot.linking.tables import Invitation, JoinRequest, Link
from tests.linking.desk import ANA, ANA_ON_TELEGRAM, BRUNO
from tests.linking.hall import CARLA, MALLORY, SOFIA, Hall


async def is_open(hall: Hall, token: str, user: ChatUser = BRUNO) -> bool:
    try:
        await hall.invitations.preview(user, token)
    except InvitationNotValid:
        return False
    return True


async def listed(hall: Hall) -> list[ChatUser | None]:
    return [one.addressee for one in await hall.invitations.open_ones(ANA, hall.northwind)]


async def test_t4_nobody_invites_staff_or_themselves(hall: Hall) -> None:
    await hall.admin()
    for role, addressee in ((Role.STAFF, BRUNO), (Role.BUYER, ANA)):
        with pytest.raises(NotAllowed):
            await hall.invitations.invite(ANA, hall.northwind, role=role, addressee=addressee)
    assert await listed(hall) == []


@pytest.mark.parametrize("who", [BRUNO, CARLA, MALLORY])
async def test_t4_only_who_manages_the_company_invites_to_it(hall: Hall, who: ChatUser) -> None:
    await hall.admin()
    await hall.admin(CARLA, "56")
    await hall.linking.link_directly(BRUNO, "erp", "55")
    for attempt in (
        hall.invitations.invite(who, hall.northwind, role=Role.BUYER),
        hall.invitations.open_ones(who, hall.northwind),
    ):
        with pytest.raises(NotAllowed):
            await attempt


async def test_t1_twenty_invitations_are_made_a_day(hall: Hall) -> None:
    await hall.admin()
    await hall.admin(ANA_ON_TELEGRAM)
    for _ in range(20):
        await hall.invitations.invite(ANA, hall.northwind, role=Role.BUYER)
    with pytest.raises(TooMuch):
        await hall.invitations.invite(ANA, hall.northwind, role=Role.BUYER)
    assert len(await listed(hall)) == 20
    await hall.invitations.invite(ANA_ON_TELEGRAM, hall.northwind, role=Role.BUYER)
    hall.clock.turn(days=1, seconds=-1)
    with pytest.raises(TooMuch):
        await hall.invitations.invite(ANA, hall.northwind, role=Role.BUYER)
    hall.clock.turn(seconds=1)
    await hall.invitations.invite(ANA, hall.northwind, role=Role.BUYER)


async def test_an_invitation_is_open_for_three_days_to_the_second(hall: Hall) -> None:
    await hall.admin()
    issued = await hall.invitations.invite(ANA, hall.northwind, role=Role.LOGISTICS, addressee=BRUNO)
    assert (issued.company_name, issued.role) == ("Northwind Industrial Ltda", Role.LOGISTICS)
    assert issued.expires_at == hall.clock.now + timedelta(days=3)
    hall.clock.turn(days=3, seconds=-1)
    assert await is_open(hall, issued.token)
    assert await listed(hall) == [BRUNO]
    hall.clock.turn(seconds=1)
    assert not await is_open(hall, issued.token)
    assert await listed(hall) == []
    with pytest.raises(InvitationNotValid):
        await hall.invitations.accept(BRUNO, issued.token)


async def test_how_long_they_last_can_be_set(hall: Hall) -> None:
    await hall.admin()
    short = Invitations(hall.linking, lifetime=timedelta(hours=1))
    issued = await short.invite(ANA, hall.northwind, role=Role.BUYER)
    assert issued.expires_at == hall.clock.now + timedelta(hours=1)


async def test_an_invitation_begins_with_the_companys_reach_unless_another_is_said(hall: Hall) -> None:
    await hall.admin()
    await hall.members.set_default(ANA, hall.northwind, Role.BUYER, Reach.COMPANY_TREE)
    for reach, expected, user in ((None, Reach.COMPANY_TREE, BRUNO), (Reach.COMPANY, Reach.COMPANY, CARLA)):
        issued = await hall.invitations.invite(
            ANA, hall.northwind, role=Role.LOGISTICS, reach=reach, addressee=user
        )
        shown = await hall.invitations.preview(user, issued.token)
        assert (shown.role, shown.reach, shown.addressed) == (Role.LOGISTICS, expected, True)
        accepted = await hall.invitations.accept(user, issued.token)
        assert (accepted.request, accepted.inviter) == (None, ANA)
        assert accepted.company is not None
        assert (accepted.company.role, accepted.company.reach) == (Role.LOGISTICS, expected)
        assert accepted.company.verified_by is VerifiedBy.INVITATION
        assert accepted.company.reverify_by == hall.clock.now + timedelta(days=90)


async def test_who_vouched_and_who_took_it_is_kept(hall: Hall) -> None:
    await hall.invitations.accept(BRUNO, await hall.invited(addressee=BRUNO))
    open_to_all = await hall.invited(role=Role.LOGISTICS)
    taken = await hall.invitations.accept(MALLORY, open_to_all, name="Mallory M.")
    assert (taken.company, taken.inviter) == (None, ANA)
    assert taken.request is not None
    assert (taken.request.user, taken.request.name, taken.request.role) == (
        MALLORY,
        "Mallory M.",
        Role.LOGISTICS,
    )
    async with hall.linking.books.reading() as session:
        link = (await session.exec(select(Link).where(col(Link.user_id) == BRUNO.user_id))).one()
        rows = (await session.exec(select(Invitation).order_by(col(Invitation.id)))).all()
        request = (await session.exec(select(JoinRequest))).one()
    assert link.vouched_by == ANA.key
    assert [(one.made_by, one.addressee, one.taken_by, one.made_at) for one in rows] == [
        (ANA.key, BRUNO.key, BRUNO.key, hall.clock.now),
        (ANA.key, None, MALLORY.key, hall.clock.now),
    ]
    assert (request.invitation_id, request.reach) == (rows[1].id, Reach.COMPANY.value)
    await hall.named_staff()
    await hall.invitations.invite(SOFIA, hall.northwind, role=Role.BUYER)
    async with hall.linking.books.reading() as session:
        found = await session.exec(select(Invitation.made_by_staff).order_by(col(Invitation.id)))
        assert [*found.all()] == [False, False, True]


async def test_t4_who_is_linked_by_an_invitation_asks_for_that_company_from_then_on(hall: Hall) -> None:
    await hall.linking.link_directly(BRUNO, "erp", "56")
    await hall.invitations.accept(BRUNO, await hall.invited(addressee=BRUNO))
    current = (await hall.linking.access(BRUNO)).current
    assert current is not None
    assert current.company_id == hall.northwind


async def test_t4_an_invitation_is_taken_once_and_never_by_who_made_it(hall: Hall) -> None:
    addressed, open_to_all = await hall.invited(addressee=BRUNO), await hall.invited()
    with pytest.raises(InvitationNotValid):
        await hall.invitations.accept(ANA, open_to_all)
    assert isinstance(await hall.invitations.accept(MALLORY, open_to_all), Accepted)
    for user, token in ((CARLA, open_to_all), (MALLORY, open_to_all), (CARLA, addressed)):
        with pytest.raises(InvitationNotValid):
            await hall.invitations.accept(user, token)
    await hall.invitations.accept(BRUNO, addressed)
    with pytest.raises(InvitationNotValid):
        await hall.invitations.accept(BRUNO, addressed)
    assert await listed(hall) == []


async def test_a_token_is_read_whatever_its_case_and_the_space_around_it(hall: Hall) -> None:
    token = await hall.invited(addressee=BRUNO)
    assert await is_open(hall, f"  {token.upper()}\n")
    for other in (token[:-1], token + "0", "x" + token, token[4:], "", "inv-" + "0" * 32):
        assert not await is_open(hall, other)


async def test_only_the_addressee_declines_and_only_while_it_is_open(hall: Hall) -> None:
    token, other = await hall.invited(addressee=BRUNO), await hall.invited(addressee=CARLA)
    await hall.invitations.decline(CARLA, token)
    assert await is_open(hall, token)
    await hall.invitations.decline(BRUNO, token)
    assert not await is_open(hall, token)
    assert await listed(hall) == [CARLA]
    assert await is_open(hall, other, CARLA)


async def test_an_admin_of_the_company_takes_back_one_invitation_of_it(hall: Hall) -> None:
    token, other = await hall.invited(addressee=BRUNO), await hall.invited(addressee=CARLA)
    await hall.admin(CARLA, "56")
    await hall.admin(ANA_ON_TELEGRAM)
    newest, oldest = await hall.invitations.open_ones(ANA, hall.northwind)
    with pytest.raises(NotAllowed):
        await hall.invitations.revoke(CARLA, oldest.id)
    assert await is_open(hall, token)
    await hall.invitations.revoke(ANA_ON_TELEGRAM, oldest.id)
    assert not await is_open(hall, token)
    assert await is_open(hall, other, CARLA)
    assert (newest.addressee, newest.role, newest.reach, newest.invited_by) == (
        CARLA,
        Role.BUYER,
        Reach.COMPANY,
        ANA,
    )
    assert newest.expires_at == hall.clock.now + timedelta(days=3)


async def test_t2_open_invitations_are_listed_for_their_own_company(hall: Hall) -> None:
    await hall.invited(addressee=BRUNO)
    await hall.admin(ANA, "56")
    await hall.invitations.invite(ANA, hall.southgate, role=Role.BUYER, addressee=CARLA)
    assert await listed(hall) == [BRUNO]


async def test_what_was_taken_is_not_marked_as_taken_back(hall: Hall) -> None:
    token = await hall.invited(addressee=BRUNO)
    (invitation,) = await hall.invitations.open_ones(ANA, hall.northwind)
    await hall.invitations.accept(BRUNO, token)
    await hall.invitations.revoke(ANA, invitation.id)
    async with hall.linking.books.reading() as session:
        row = (await session.exec(select(Invitation))).one()
    assert (row.taken_at, row.revoked_at) == (hall.clock.now, None)


async def test_t7_an_invitation_dies_with_the_inviters_right(hall: Hall) -> None:
    token = await hall.invited(addressee=BRUNO)
    await hall.admin(ANA_ON_TELEGRAM)
    await hall.members.change_role(ANA_ON_TELEGRAM, hall.northwind, ANA, Role.BUYER)
    assert not await is_open(hall, token)
    await hall.members.change_role(ANA_ON_TELEGRAM, hall.northwind, ANA, Role.ADMIN)
    assert await is_open(hall, token)


async def test_t7_nobody_is_invited_to_a_company_that_is_not_active(hall: Hall) -> None:
    await hall.named_staff()
    token = await hall.invited(addressee=BRUNO)
    await set_state(hall.linking.books, "erp", "55", "on_hold")
    assert not await is_open(hall, token)
    for who in (ANA, SOFIA):
        with pytest.raises(NotAllowed):
            await hall.invitations.invite(who, hall.northwind, role=Role.BUYER)


async def test_an_invitation_names_who_made_it_by_key_where_no_name_is_known(hall: Hall) -> None:
    token = await hall.invited()
    shown = await hall.invitations.preview(MALLORY, token)
    assert (shown.invited_by_name, shown.addressed) == (ANA.key, False)
    assert (shown.company_name, shown.reach) == ("Northwind Industrial Ltda", Reach.COMPANY)


async def test_t1_tries_are_counted_for_a_person_an_hour_whether_right_or_not(hall: Hall) -> None:
    token = await hall.invited()
    for _ in range(19):
        assert await is_open(hall, token, MALLORY)
    assert not await is_open(hall, "inv-" + "0" * 32, MALLORY)
    with pytest.raises(TooMuch):
        await hall.invitations.accept(MALLORY, token)
    assert await is_open(hall, token, ChatUser(Platform.TELEGRAM, "700777"))
    hall.clock.turn(hours=1, seconds=-1)
    with pytest.raises(TooMuch):
        await hall.invitations.accept(MALLORY, token)
    hall.clock.turn(seconds=1)
    assert (await hall.invitations.accept(MALLORY, token)).request is not None

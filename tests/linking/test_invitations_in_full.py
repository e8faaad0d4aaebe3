"""Invitations to the second and to the row: how long, how many, and which one is taken back."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.chat.people import ChatUser
from bot.linking import Reach, Role
from bot.linking.errors import InvitationNotValid, TooMuch
from bot.linking.invitations import LIFETIME, PER_DAY, TRIES_PER_HOUR, InvitationPreview
from bot.linking.tables import Invitation
from tests.linking.desk import ANA, BRUNO
from tests.linking.hall import CARLA, MALLORY, Hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SECOND = timedelta(seconds=1)


async def rows_of(hall: Hall) -> list[Invitation]:
    async with hall.linking.books.reading() as session:
        return list((await session.exec(select(Invitation).order_by(col(Invitation.id)))).all())


async def test_t7_an_invitation_can_be_taken_to_its_last_second_and_is_told_as_it_was_made(
    hall: Hall,
) -> None:
    await hall.admin()
    made = hall.clock()
    for addressee in (BRUNO, None):
        issued = await hall.invitations.invite(
            ANA, hall.northwind, role=Role.LOGISTICS, reach=Reach.COMPANY_TREE, addressee=addressee
        )
        assert re.fullmatch(r"inv-[0-9a-f]{32}", issued.token)
        assert (issued.company_name, issued.role) == ("Northwind Industrial Ltda", Role.LOGISTICS)
        assert issued.expires_at == made + LIFETIME
        preview = await hall.invitations.preview(BRUNO, f" {issued.token.upper()} ")
        assert preview == InvitationPreview(
            company_name="Northwind Industrial Ltda",
            role=Role.LOGISTICS,
            reach=Reach.COMPANY_TREE,
            invited_by_name=preview.invited_by_name,
            addressed=addressee is not None,
        )
    hall.clock.now = made + LIFETIME - SECOND
    accepted = await hall.invitations.accept(MALLORY, issued.token)
    assert accepted.request is not None
    # Whoever does not say who they are is told by their account.
    assert (accepted.request.name, accepted.inviter) == (MALLORY.key, ANA)
    row = (await rows_of(hall))[1]
    assert (row.taken_by, row.taken_at, row.expires_at) == (MALLORY.key, hall.clock(), made + LIFETIME)
    assert row.token_digest == hall.linking.books.keys.digest("invitation", issued.token)
    last = await hall.invitations.invite(ANA, hall.northwind, role=Role.BUYER)
    hall.clock.now += LIFETIME
    with pytest.raises(InvitationNotValid):
        await hall.invitations.accept(CARLA, last.token)


async def test_t4_invitations_are_counted_for_a_day_and_tries_for_an_hour(hall: Hall) -> None:
    await hall.admin()
    for _ in range(PER_DAY):
        token = (await hall.invitations.invite(ANA, hall.northwind, role=Role.BUYER)).token
    with pytest.raises(TooMuch):
        await hall.invitations.invite(ANA, hall.northwind, role=Role.BUYER)
    hall.clock.turn(days=1, seconds=1)
    await hall.invitations.invite(ANA, hall.northwind, role=Role.BUYER)

    async def tried(user: ChatUser, typed: str) -> type[Exception] | None:
        try:
            await hall.invitations.preview(user, typed)
        except (TooMuch, InvitationNotValid) as refused:
            return type(refused)
        return None

    guesses = [await tried(BRUNO, f"inv-{number:032x}") for number in range(TRIES_PER_HOUR)]
    assert guesses == [InvitationNotValid] * TRIES_PER_HOUR
    assert [await tried(BRUNO, token), await tried(CARLA, token)] == [TooMuch, None]
    hall.clock.turn(hours=1, seconds=1)
    assert await tried(BRUNO, token) is None


async def test_t7_taking_one_back_leaves_all_others_and_what_was_taken(hall: Hall) -> None:
    await hall.admin()
    await hall.admin(CARLA, "56")
    made = [await hall.invitations.invite(ANA, hall.northwind, role=Role.BUYER) for _ in range(4)]
    elsewhere = await hall.invitations.invite(CARLA, hall.southgate, role=Role.BUYER)
    addressed = await hall.invitations.invite(ANA, hall.northwind, role=Role.LOGISTICS, addressee=BRUNO)
    await hall.invitations.accept(MALLORY, made[0].token)
    hall.clock.turn(minutes=1)
    for one in (made[0], made[1]):
        await hall.invitations.revoke(ANA, one.id)
    await hall.invitations.decline(BRUNO, made[2].token)
    back = [row.revoked_at for row in await rows_of(hall)]
    assert back == [None, hall.clock(), hall.clock(), None, None, None]
    shown = await hall.invitations.open_ones(ANA, hall.northwind)
    assert [
        (one.id, one.role, one.reach, one.addressee, one.invited_by, one.expires_at) for one in shown
    ] == [
        (addressed.id, Role.LOGISTICS, Reach.COMPANY, BRUNO, ANA, addressed.expires_at),
        (made[3].id, Role.BUYER, Reach.COMPANY, None, ANA, made[3].expires_at),
    ]
    assert [one.id for one in await hall.invitations.open_ones(CARLA, hall.southgate)] == [elsewhere.id]
    # One that is not theirs cannot be given back.
    await hall.invitations.decline(MALLORY, addressed.token)
    assert (await hall.invitations.accept(BRUNO, addressed.token)).company is not None

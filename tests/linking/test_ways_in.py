"""Every way in, tried rightly and in every hostile way: after each attempt only the right people see."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from bot.chat.messages import SharedContact
from bot.chat.people import ChatUser, Conversation, Platform
from bot.linking import LinkingError, Role
from bot.linking.codes import TRIES
from bot.membership import Standing
from tests.linking.desk import ANA, ANA_ON_TELEGRAM, BRUNO, wrong
from tests.linking.hall import (
    BRUNO_ON_TELEGRAM,
    BRUNOS_PHONE,
    CARLA,
    CHANNEL,
    GROUP,
    GUEST,
    MALLORY,
    SHARED_PHONE,
    SOFIA,
    STRANGER,
    Hall,
)

Attempt = Callable[[Hall], Awaitable[None]]
Seeing = dict[ChatUser, set[str]]


async def refused(attempt: Awaitable[object]) -> None:
    with pytest.raises(LinkingError):
        await attempt


# E-mail code


async def code_typed(hall: Hall) -> None:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))


async def code_of_another_chat(hall: Hall) -> None:
    code = await hall.code(ANA)
    for user in (BRUNO, ANA_ON_TELEGRAM, MALLORY):
        await refused(hall.linking.codes.redeem(user, code))


async def code_of_the_same_id_elsewhere(hall: Hall) -> None:
    await refused(hall.linking.codes.redeem(STRANGER, await hall.code(BRUNO)))


async def code_expired(hall: Hall) -> None:
    code = await hall.code(ANA)
    hall.clock.turn(minutes=10)
    await refused(hall.linking.codes.redeem(ANA, code))


async def code_replaced(hall: Hall) -> None:
    first, second = await hall.code(ANA), await hall.code(ANA)
    if first != second:
        await refused(hall.linking.codes.redeem(ANA, first))


async def code_guessed_to_the_limit(hall: Hall) -> None:
    code = await hall.code(ANA)
    for _ in range(TRIES):
        await refused(hall.linking.codes.redeem(ANA, wrong(code)))
    await refused(hall.linking.codes.redeem(ANA, code))


async def code_raced_by_another(hall: Hall) -> None:
    code = await hall.code(ANA)
    await asyncio.gather(
        *(hall.linking.codes.redeem(user, code) for user in (MALLORY, ANA, BRUNO)), return_exceptions=True
    )


async def code_for_an_address_that_is_no_contact(hall: Hall) -> None:
    assert await hall.linking.codes.request(MALLORY, "mallory@evil.example") is None
    for digits in ("000000", "123456", "999999"):
        await refused(hall.linking.codes.redeem(MALLORY, digits))


async def code_of_a_workspace_used_for_oneself(hall: Hall) -> None:
    await refused(hall.linking.codes.redeem(ANA, await hall.code(ANA, purpose="workspace")))


async def code_of_a_link_used_for_the_workspace(hall: Hall) -> None:
    await refused(hall.workspaces.prove(ANA, await hall.code(ANA)))


# Invitation


async def invitation_addressed(hall: Hall) -> None:
    await hall.invitations.accept(BRUNO, await hall.invited(addressee=BRUNO))


async def invitation_forwarded(hall: Hall) -> None:
    token = await hall.invited(addressee=BRUNO)
    for user in (STRANGER, MALLORY, CARLA):
        await refused(hall.invitations.accept(user, token))


async def invitation_open_and_forwarded(hall: Hall) -> None:
    accepted = await hall.invitations.accept(MALLORY, await hall.invited())
    assert accepted.company is None


async def invitation_open_and_let_in(hall: Hall) -> None:
    accepted = await hall.invitations.accept(BRUNO_ON_TELEGRAM, await hall.invited())
    assert accepted.request is not None
    await hall.requests.decide(ANA, accepted.request.id, let_in=True)


async def invitation_open_and_turned_away(hall: Hall) -> None:
    accepted = await hall.invitations.accept(MALLORY, await hall.invited())
    assert accepted.request is not None
    await hall.requests.decide(ANA, accepted.request.id, let_in=False)
    await refused(hall.requests.decide(ANA, accepted.request.id, let_in=True))


async def invitation_let_in_by_oneself(hall: Hall) -> None:
    accepted = await hall.invitations.accept(MALLORY, await hall.invited())
    assert accepted.request is not None
    for user in (MALLORY, CARLA, BRUNO):
        await refused(hall.requests.decide(user, accepted.request.id, let_in=True))


async def invitation_used_twice(hall: Hall) -> None:
    token = await hall.invited()
    await hall.invitations.accept(BRUNO, token)
    for user in (BRUNO, MALLORY):
        await refused(hall.invitations.accept(user, token))


async def invitation_expired(hall: Hall) -> None:
    token = await hall.invited(addressee=BRUNO)
    hall.clock.turn(days=4)
    await refused(hall.invitations.accept(BRUNO, token))


async def invitation_revoked(hall: Hall) -> None:
    token = await hall.invited(addressee=BRUNO)
    for one in await hall.invitations.open_ones(ANA, hall.northwind):
        await hall.invitations.revoke(ANA, one.id)
    await refused(hall.invitations.accept(BRUNO, token))


async def invitation_of_a_leaver(hall: Hall) -> None:
    token = await hall.invited(addressee=BRUNO)
    await hall.linking.unlink(ANA)
    await refused(hall.invitations.accept(BRUNO, token))


async def invitation_by_somebody_who_may_not(hall: Hall) -> None:
    await hall.linking.link_directly(BRUNO, "erp", "55", role=Role.BUYER)
    for user, company in ((BRUNO, hall.northwind), (MALLORY, hall.northwind), (BRUNO, hall.southgate)):
        await refused(hall.invitations.invite(user, company, role=Role.BUYER))


async def invitation_to_another_company(hall: Hall) -> None:
    await hall.admin()
    await refused(hall.invitations.invite(ANA, hall.southgate, role=Role.BUYER))


async def invitation_raced(hall: Hall) -> None:
    token = await hall.invited(addressee=BRUNO)
    done = await asyncio.gather(
        *(hall.invitations.accept(user, token) for user in (BRUNO, BRUNO, STRANGER)), return_exceptions=True
    )
    assert sum(not isinstance(one, BaseException) for one in done) == 1


async def invitation_guessed(hall: Hall) -> None:
    await hall.invited()
    for token in ("inv-" + "0" * 32, "", "inv-", "%", "inv-" + "F" * 32):
        await refused(hall.invitations.accept(MALLORY, token))


# Phone


async def phone_own(hall: Hall) -> None:
    await hall.phones.link(BRUNO_ON_TELEGRAM, SharedContact(BRUNOS_PHONE.lstrip("+"), own=True))


async def phone_foreign_card(hall: Hall) -> None:
    await refused(hall.phones.link(MALLORY, SharedContact(BRUNOS_PHONE, own=False)))


async def phone_of_two_companies(hall: Hall) -> None:
    await refused(hall.phones.link(MALLORY, SharedContact(SHARED_PHONE, own=True)))


async def phone_unknown_or_none(hall: Hall) -> None:
    for phone in ("+5511999999999", "", "abc", BRUNOS_PHONE + "0"):
        await refused(hall.phones.link(MALLORY, SharedContact(phone, own=True)))


# Workspace


async def workspace_proved_and_confirmed(hall: Hall) -> None:
    await hall.tied()


async def workspace_proved_only(hall: Hall) -> None:
    await hall.tie_of_workspace()


async def workspace_confirmed_by_a_member(hall: Hall) -> None:
    tie = await hall.tie_of_workspace()
    for user in (ANA, BRUNO, GUEST):
        await refused(hall.workspaces.confirm(user, tie))


async def workspace_confirmed_by_an_admin_elsewhere(hall: Hall) -> None:
    tie = await hall.tie_of_workspace()
    hall.platform.standings[CARLA] = Standing.ADMIN
    await refused(hall.workspaces.confirm(CARLA, tie))


async def workspace_when_slack_is_silent(hall: Hall) -> None:
    tie = await hall.tie_of_workspace()
    hall.platform.standings[ANA] = None
    await refused(hall.workspaces.confirm(ANA, tie))


async def workspace_proved_by_a_guest(hall: Hall) -> None:
    await refused(hall.workspaces.prove(GUEST, await hall.code(GUEST, purpose="workspace")))


async def workspace_of_telegram(hall: Hall) -> None:
    await refused(hall.workspaces.prove(MALLORY, await hall.code(MALLORY, purpose="workspace")))


async def workspace_confirmed_too_late(hall: Hall) -> None:
    tie = await hall.tie_of_workspace()
    hall.platform.standings[ANA] = Standing.ADMIN
    hall.clock.turn(days=1, seconds=1)
    await refused(hall.workspaces.confirm(ANA, tie))


async def workspace_confirmed_twice_at_once(hall: Hall) -> None:
    hall.platform.standings |= {ANA: Standing.ADMIN, BRUNO: Standing.ADMIN}
    tie = await hall.tie_of_workspace()
    await asyncio.gather(
        *(hall.workspaces.confirm(user, tie) for user in (ANA, BRUNO)), return_exceptions=True
    )


async def workspace_member_deactivated(hall: Hall) -> None:
    await hall.tied()
    hall.platform.standings[BRUNO] = Standing.GONE


async def workspace_member_unconfirmed(hall: Hall) -> None:
    await hall.tied()
    hall.platform.standings[BRUNO] = Standing.UNCONFIRMED


async def workspace_member_not_told(hall: Hall) -> None:
    await hall.tied()
    hall.platform.standings[BRUNO] = None


async def workspace_untied(hall: Hall) -> None:
    await hall.tied()
    (tie,) = await hall.workspaces.ties_of(ANA)
    await hall.workspaces.untie(ANA, tie.id)


async def workspace_untied_by_a_stranger(hall: Hall) -> None:
    await hall.tied()
    (tie,) = await hall.workspaces.ties_of(ANA)
    for user in (CARLA, MALLORY, GUEST, STRANGER, BRUNO):
        await refused(hall.workspaces.untie(user, tie.id))


async def workspace_ends_unless_proved_again(hall: Hall) -> None:
    await hall.tied()
    hall.clock.turn(days=91)


# Channel


async def channel_tied_by_somebody_not_staff(hall: Hall) -> None:
    await hall.admin()
    hall.platform.channels[CHANNEL.id] = [ANA]
    await refused(hall.channels.tie(ANA, CHANNEL, hall.northwind))


async def channel_tied_grants_nobody(hall: Hall) -> None:
    await hall.named_staff()
    await hall.admin()
    hall.platform.channels[CHANNEL.id] = [ANA, SOFIA]
    await hall.channels.tie(SOFIA, CHANNEL, hall.northwind)
    hall.platform.channels[CHANNEL.id] = [ANA, SOFIA, MALLORY]
    assert not await hall.channels.only_insiders(CHANNEL)
    assert (await hall.linking.access(MALLORY, place=CHANNEL)).current is None


async def channel_with_an_outsider(hall: Hall) -> None:
    await hall.named_staff()
    await hall.admin()
    for members in ([ANA, SOFIA, CARLA], [ANA, GUEST], None):
        hall.platform.channels[CHANNEL.id] = members
        await refused(hall.channels.tie(SOFIA, CHANNEL, hall.northwind))


async def group_promoted_to_supergroup(hall: Hall) -> None:
    await hall.named_staff()
    await hall.linking.link_directly(ANA_ON_TELEGRAM, "erp", "55", role=Role.ADMIN)
    await hall.staff.add(None, Platform.TELEGRAM, "", BRUNO_ON_TELEGRAM.user_id)
    hall.platform.channels[GROUP.id] = [ANA_ON_TELEGRAM, BRUNO_ON_TELEGRAM]
    await hall.channels.tie(BRUNO_ON_TELEGRAM, GROUP, hall.northwind)
    await hall.channels.moved(GROUP, "-100500")
    supergroup = Conversation(Platform.TELEGRAM, "-100500", private=False)
    hall.platform.channels["-100500"] = [ANA_ON_TELEGRAM, BRUNO_ON_TELEGRAM]
    assert await hall.channels.only_insiders(supergroup)
    assert not await hall.channels.only_insiders(GROUP)
    assert (await hall.linking.access(MALLORY, place=supergroup)).current is None


# Staff


async def staff_named(hall: Hall) -> None:
    await hall.named_staff()
    access = await hall.linking.access(SOFIA, concerning=hall.southgate)
    assert access.company(hall.southgate) is not None


async def staff_of_another_workspace(hall: Hall) -> None:
    for user in (ANA, CARLA, STRANGER):
        await refused(hall.staff.add(None, Platform.SLACK, user.workspace, user.user_id, admin=True))


async def staff_who_is_a_guest(hall: Hall) -> None:
    hall.platform.standings[SOFIA] = Standing.GUEST
    await refused(hall.staff.add(None, Platform.SLACK, "T0SUPPLIER", SOFIA.user_id))


async def staff_deactivated(hall: Hall) -> None:
    await hall.named_staff()
    await hall.linking.use_company(SOFIA, hall.northwind)
    hall.platform.standings[SOFIA] = Standing.GONE
    hall.clock.turn(minutes=6)


async def staff_not_told(hall: Hall) -> None:
    await hall.named_staff()
    await hall.linking.use_company(SOFIA, hall.northwind)
    hall.platform.standings[SOFIA] = None
    hall.clock.turn(minutes=6)


async def staff_chosen_by_a_customer(hall: Hall) -> None:
    await hall.admin()
    await refused(hall.staff.add(ANA, Platform.SLACK, "T0CUSTOMER", ANA.user_id))
    await refused(hall.staff.search(ANA, "south"))
    with pytest.raises(LinkingError):
        await hall.linking.use_company(ANA, hall.southgate)


async def staff_removed(hall: Hall) -> None:
    await hall.named_staff()
    await hall.linking.use_company(SOFIA, hall.northwind)
    await hall.staff.remove(None, Platform.SLACK, "T0SUPPLIER", SOFIA.user_id)


# Request to join


async def request_never_decided(hall: Hall) -> None:
    await hall.admin()
    await hall.requests.ask(MALLORY, "Ana Souza", "12ABC34501DE35")


ANA_SEES: Seeing = {ANA: {"55"}}
WORKSPACE: Seeing = {ANA: {"55"}, BRUNO: {"55"}}
CASES: Sequence[tuple[Attempt, Seeing]] = (
    (code_typed, ANA_SEES),
    (code_of_another_chat, {}),
    (code_of_the_same_id_elsewhere, {}),
    (code_expired, {}),
    (code_replaced, {}),
    (code_guessed_to_the_limit, {}),
    (code_raced_by_another, ANA_SEES),
    (code_for_an_address_that_is_no_contact, {}),
    (code_of_a_workspace_used_for_oneself, {}),
    (code_of_a_link_used_for_the_workspace, {}),
    (invitation_addressed, WORKSPACE),
    (invitation_forwarded, ANA_SEES),
    (invitation_open_and_forwarded, ANA_SEES),
    (invitation_open_and_let_in, {ANA: {"55"}, BRUNO_ON_TELEGRAM: {"55"}}),
    (invitation_open_and_turned_away, ANA_SEES),
    (invitation_let_in_by_oneself, ANA_SEES),
    (invitation_used_twice, ANA_SEES),
    (invitation_expired, ANA_SEES),
    (invitation_revoked, ANA_SEES),
    (invitation_of_a_leaver, {}),
    (invitation_by_somebody_who_may_not, {BRUNO: {"55"}}),
    (invitation_to_another_company, ANA_SEES),
    (invitation_raced, WORKSPACE),
    (invitation_guessed, ANA_SEES),
    (phone_own, {BRUNO_ON_TELEGRAM: {"55"}}),
    (phone_foreign_card, {}),
    (phone_of_two_companies, {}),
    (phone_unknown_or_none, {}),
    (workspace_proved_and_confirmed, WORKSPACE),
    (workspace_proved_only, {}),
    (workspace_confirmed_by_a_member, {}),
    (workspace_confirmed_by_an_admin_elsewhere, {}),
    (workspace_when_slack_is_silent, {}),
    (workspace_proved_by_a_guest, {}),
    (workspace_of_telegram, {}),
    (workspace_confirmed_too_late, {}),
    (workspace_confirmed_twice_at_once, WORKSPACE),
    (workspace_member_deactivated, ANA_SEES),
    (workspace_member_unconfirmed, ANA_SEES),
    (workspace_member_not_told, ANA_SEES),
    (workspace_untied, {}),
    (workspace_untied_by_a_stranger, WORKSPACE),
    (workspace_ends_unless_proved_again, {}),
    (channel_tied_by_somebody_not_staff, ANA_SEES),
    (channel_tied_grants_nobody, ANA_SEES),
    (channel_with_an_outsider, ANA_SEES),
    (group_promoted_to_supergroup, {ANA_ON_TELEGRAM: {"55"}}),
    (staff_named, {}),
    (staff_of_another_workspace, {}),
    (staff_who_is_a_guest, {}),
    (staff_deactivated, {}),
    (staff_not_told, {}),
    (staff_chosen_by_a_customer, ANA_SEES),
    (staff_removed, {}),
    (request_never_decided, ANA_SEES),
)


@pytest.mark.parametrize(("attempt", "expected"), CASES, ids=[case[0].__name__ for case in CASES])
async def test_t4_t5_t6_t8_after_every_attempt_only_the_right_people_see(
    hall: Hall, attempt: Attempt, expected: Seeing
) -> None:
    await attempt(hall)
    assert await hall.seeing() == expected

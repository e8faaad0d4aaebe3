"""Channels tied to a company: who is looked for there, who may be there, and what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.chat.people import ChatUser, Conversation, Platform
from bot.linking.channels import Channels
from bot.linking.companies import set_state
from bot.linking.errors import NotAllowed, OutsidersPresent
from bot.membership import MembershipUnknown, Seen, Standing
from tests.linking.desk import ANA, ANA_ON_TELEGRAM, BRUNO
from tests.linking.hall import BRUNO_ON_TELEGRAM, CARLA, CHANNEL, GROUP, MALLORY, SOFIA, Hall
from tests.linking.platform import ThePlatform

SOFIA_ON_TELEGRAM = ChatUser(Platform.TELEGRAM, "700900")


@dataclass
class Group(ThePlatform):
    """A group whose members are told with how they stand; notes whom it was asked about."""

    there: dict[ChatUser, Standing] | None = field(default_factory=dict)
    known: list[ChatUser] = field(default_factory=list)

    async def members(self, place: Conversation, known: Sequence[ChatUser]) -> Sequence[Seen]:
        self.known = [*known]
        if self.there is None:
            raise MembershipUnknown("not_readable")
        return [Seen(user, standing) for user, standing in self.there.items()]


async def group_of(hall: Hall, there: dict[ChatUser, Standing] | None) -> tuple[Channels, Group]:
    """Sofia is staff on Telegram, Ana and Bruno see Northwind there."""
    await hall.staff.add(None, Platform.TELEGRAM, "", SOFIA_ON_TELEGRAM.user_id)
    for user in (ANA_ON_TELEGRAM, BRUNO_ON_TELEGRAM):
        await hall.linking.link_directly(user, "erp", "55")
    group = Group(there=there)
    return Channels(hall.linking, {Platform.TELEGRAM: group}), group


INSIDERS = {
    SOFIA_ON_TELEGRAM: Standing.MEMBER,
    ANA_ON_TELEGRAM: Standing.MEMBER,
    ChatUser(Platform.TELEGRAM, "700999"): Standing.BOT,
}


async def test_t9_a_group_of_people_who_see_the_company_is_tied_bots_aside(hall: Hall) -> None:
    channels, group = await group_of(hall, INSIDERS)
    assert await channels.tie(SOFIA_ON_TELEGRAM, GROUP, hall.northwind) == "Northwind Industrial Ltda"
    assert await channels.only_insiders(GROUP)
    assert not await channels.only_insiders(CHANNEL)
    group.there = {**INSIDERS, MALLORY: Standing.MEMBER}
    assert not await channels.only_insiders(GROUP)


@pytest.mark.parametrize(
    "there",
    [
        None,
        {},
        {**INSIDERS, MALLORY: Standing.MEMBER},
        {**INSIDERS, BRUNO_ON_TELEGRAM: Standing.GONE},
        {**INSIDERS, CARLA: Standing.MEMBER},
    ],
)
async def test_t9_a_group_with_anybody_else_or_that_cannot_be_read_is_not(
    hall: Hall, there: dict[ChatUser, Standing] | None
) -> None:
    await hall.linking.link_directly(CARLA, "erp", "56")
    channels, _ = await group_of(hall, there)
    with pytest.raises(OutsidersPresent):
        await channels.tie(SOFIA_ON_TELEGRAM, GROUP, hall.northwind)
    assert not await channels.only_insiders(GROUP)
    assert not (await hall.linking.access(ANA_ON_TELEGRAM, place=GROUP)).tied


async def test_t9_where_a_platform_is_not_set_up_nothing_is_tied(hall: Hall) -> None:
    await group_of(hall, INSIDERS)
    with pytest.raises(OutsidersPresent):
        await Channels(hall.linking, {}).tie(SOFIA_ON_TELEGRAM, GROUP, hall.northwind)


async def test_whom_to_look_for_are_the_companys_people_and_staff_on_that_platform(hall: Hall) -> None:
    channels, group = await group_of(hall, INSIDERS)
    await hall.named_staff()
    await hall.staff.add(None, Platform.TELEGRAM, "", ANA_ON_TELEGRAM.user_id)
    await hall.staff.add(None, Platform.TELEGRAM, "", "700901")
    await hall.staff.remove(None, Platform.TELEGRAM, "", "700901")
    await hall.staff.add(None, Platform.SLACK, "T0SUPPLIER", "S0DESK", group=True)
    await hall.linking.link_directly(ANA, "erp", "55")
    await hall.linking.link_directly(MALLORY, "erp", "56")
    over = ChatUser(Platform.TELEGRAM, "700902")
    await hall.linking.link_directly(over, "erp", "55")
    await hall.linking.unlink(over)
    await channels.tie(SOFIA_ON_TELEGRAM, GROUP, hall.northwind)
    wanted = [ANA_ON_TELEGRAM, BRUNO_ON_TELEGRAM, SOFIA_ON_TELEGRAM]
    assert sorted(one.key for one in group.known) == sorted(one.key for one in wanted)


async def test_whom_to_look_for_on_slack_are_people_by_their_workspaces_and_no_groups(hall: Hall) -> None:
    group = Group(there={SOFIA: Standing.MEMBER})
    await hall.named_staff()
    await hall.staff.add(None, Platform.SLACK, "T0SUPPLIER", "S0DESK", group=True)
    for user in (ANA, ANA_ON_TELEGRAM):
        await hall.linking.link_directly(user, "erp", "55")
    await Channels(hall.linking, {Platform.SLACK: group}).tie(SOFIA, CHANNEL, hall.northwind)
    assert group.known == [ANA, SOFIA]


@pytest.mark.parametrize("who", [ANA, BRUNO, MALLORY])
async def test_t9_only_staff_tie_a_channel(hall: Hall, who: ChatUser) -> None:
    await hall.admin()
    await hall.linking.link_directly(BRUNO, "erp", "55")
    hall.platform.channels[CHANNEL.id] = [ANA, BRUNO]
    with pytest.raises(NotAllowed):
        await hall.channels.tie(who, CHANNEL, hall.northwind)


async def test_t7_a_channel_of_a_company_that_is_not_active_is_for_nobody(hall: Hall) -> None:
    await hall.named_staff()
    await hall.admin()
    hall.platform.channels[CHANNEL.id] = [ANA, SOFIA]
    await hall.channels.tie(SOFIA, CHANNEL, hall.northwind)
    assert await hall.channels.only_insiders(CHANNEL)
    await set_state(hall.linking.books, "erp", "55", "on_hold")
    assert not await hall.channels.only_insiders(CHANNEL)
    assert await hall.channels.untie(SOFIA, CHANNEL) is None
    with pytest.raises(NotAllowed):
        await hall.channels.tie(SOFIA, CHANNEL, hall.northwind)


async def test_a_newer_tie_takes_the_place_of_the_older_there_and_nowhere_else(hall: Hall) -> None:
    await hall.named_staff()
    for key in ("55", "56"):
        await hall.admin(ANA, key)
    other = Conversation(Platform.SLACK, "C0OTHER", "T0CUSTOMER", private=False)
    for place in (CHANNEL, other):
        hall.platform.channels[place.id] = [ANA, SOFIA]
        await hall.channels.tie(SOFIA, place, hall.northwind)
    await hall.channels.tie(SOFIA, CHANNEL, hall.southgate)
    for place, company_id in ((CHANNEL, hall.southgate), (other, hall.northwind)):
        current = (await hall.linking.access(ANA, place=place)).current
        assert current is not None
        assert current.company_id == company_id
    assert await hall.channels.untie(SOFIA, CHANNEL) == "Southgate Comércio S.A."
    assert (await hall.linking.access(ANA, place=other)).tied

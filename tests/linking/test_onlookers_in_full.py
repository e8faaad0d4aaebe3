"""Who would read a post in a place, which places are a company's, and what they are called."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import update
from sqlmodel import SQLModel, col

from bot.chat.people import ChatUser, Conversation, Platform
from bot.linking import CompanyRow, Reach, Role
from bot.linking.channels import Channels, Circle, Onlookers
from bot.linking.tables import ChannelTie, Company
from bot.membership import MembershipUnknown, PlaceSeen, Standing
from bot.scope import CompanyScope
from tests.linking.desk import ANA, BRUNO
from tests.linking.hall import CARLA, CHANNEL, GROUP, GUEST, MALLORY, Hall
from tests.linking.platform import ThePlatform

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("last_first"),
]

ROBOT = ChatUser(Platform.SLACK, "U0ROBOT", "T0CUSTOMER")
ELSEWHERE = Conversation(Platform.SLACK, "C0OTHER", "T0OTHER", private=False)


async def store_rows(hall: Hall, *rows: SQLModel) -> None:
    async with hall.linking.books.store.writing() as session:
        session.add_all(rows)


def tie(hall: Hall, place: Conversation, company_id: int, *, ended: bool = False) -> ChannelTie:
    return ChannelTie(
        platform=place.platform.value,
        workspace=place.workspace,
        channel=place.id,
        company_id=company_id,
        tied_by=ANA.key,
        tied_at=hall.clock(),
        revoked_at=hall.clock() if ended else None,
    )


async def scope_of(hall: Hall, user: ChatUser, key: str = "55") -> CompanyScope:
    return (await hall.linking.link_directly(user, "erp", key)).scope


async def test_in_a_place_that_is_nobodys_full_members_are_colleagues_and_others_outsiders(
    hall: Hall,
) -> None:
    scope = await scope_of(hall, BRUNO)
    hall.platform.standings[ROBOT] = Standing.BOT

    async def seen(*there: ChatUser, open_to: str = "") -> Onlookers:
        hall.platform.channels[CHANNEL.id] = there
        hall.platform.open_to[CHANNEL.id] = open_to
        return await hall.channels.onlookers(CHANNEL, scope)

    def outsiders(reason: str, *people: ChatUser) -> Onlookers:
        return Onlookers(Circle.OUTSIDERS, reason, people=frozenset(people), name=CHANNEL.id)

    colleagues = Onlookers(Circle.COLLEAGUES, people=frozenset({BRUNO, CARLA}), name=CHANNEL.id)
    assert await seen(BRUNO, CARLA) == colleagues
    assert await seen(BRUNO, ROBOT, CARLA) == colleagues
    assert await seen(BRUNO, GUEST) == outsiders(Standing.GUEST.value, BRUNO, GUEST)
    assert await seen(BRUNO, GUEST, open_to="other_teams") == outsiders("other_teams", BRUNO, GUEST)
    assert await seen(BRUNO, open_to="other_teams") == outsiders("other_teams", BRUNO)
    assert await seen() == outsiders("nobody_there")
    hall.platform.channels[CHANNEL.id] = None
    silent = await hall.channels.onlookers(CHANNEL, scope)
    assert silent == Onlookers(Circle.OUTSIDERS, "members_not_readable")
    nowhere = Onlookers(Circle.OUTSIDERS, "no_place")
    hall.platform.channels[CHANNEL.id] = [BRUNO]
    assert await hall.channels.onlookers(replace(CHANNEL, private=True), scope) == nowhere
    assert await Channels(hall.linking, {}).onlookers(CHANNEL, scope) == nowhere


async def test_t15_in_a_tied_place_they_are_insiders_who_all_see_as_much(hall: Hall) -> None:
    await scope_of(hall, ANA)
    scope = await scope_of(hall, BRUNO)
    hall.platform.channels[CHANNEL.id] = [ANA, BRUNO]
    hall.platform.standings[ROBOT] = Standing.BOT
    await store_rows(hall, tie(hall, CHANNEL, hall.northwind), tie(hall, ELSEWHERE, hall.southgate))
    people = frozenset({ANA, BRUNO})
    insiders = Onlookers(Circle.INSIDERS, people=people, name=CHANNEL.id)
    assert await hall.channels.onlookers(CHANNEL, scope) == insiders
    assert await hall.channels.only_insiders(CHANNEL, scope)
    assert await hall.channels.onlookers(ELSEWHERE, scope) == Onlookers(
        Circle.OUTSIDERS, "tied_elsewhere", barred=True
    )
    colleagues = replace(insiders, circle=Circle.COLLEAGUES)
    await hall.linking.import_companies(
        [CompanyRow(erp="erp", erp_key="551", name="Branch", parent_key="55")]
    )
    wider = (
        await hall.linking.link_directly(MALLORY, "erp", "55", role=Role.BUYER, reach=Reach.COMPANY_TREE)
    ).scope
    assert wider.keys == ("55", "551")
    assert await hall.channels.onlookers(CHANNEL, wider) == colleagues
    assert not await hall.channels.only_insiders(CHANNEL, wider)
    for user in (ANA, BRUNO):
        await hall.linking.link_directly(user, "erp", "55", role=Role.BUYER, reach=Reach.COMPANY_TREE)
    assert await hall.channels.onlookers(CHANNEL, scope) == insiders
    # Who sees their own orders alone does not see what a colleague posts of the company's.
    await hall.linking.link_directly(
        BRUNO, "erp", "55", role=Role.BUYER, reach=Reach.OWN, contact_name="Bruno"
    )
    assert await hall.channels.onlookers(CHANNEL, scope) == colleagues
    assert not await hall.channels.only_insiders(CHANNEL, scope)
    assert await hall.channels.only_insiders(CHANNEL)


async def test_t15_all_may_where_everybody_in_the_companys_place_sees_as_much_and_has_the_right(
    hall: Hall,
) -> None:
    scope = await scope_of(hall, BRUNO)
    await hall.linking.link_directly(ANA, "erp", "55", role=Role.LOGISTICS)
    # What they may for another company is no matter here.
    await hall.linking.link_directly(ANA, "erp", "56", role=Role.ACCOUNTS_PAYABLE)
    hall.platform.standings[ROBOT] = Standing.BOT
    await store_rows(hall, tie(hall, CHANNEL, hall.northwind), tie(hall, ELSEWHERE, hall.southgate))

    async def all_may(
        *roles: Role, place: Conversation = CHANNEL, there: object = (ANA, ROBOT, BRUNO)
    ) -> bool:
        hall.platform.channels[place.id] = there if isinstance(there, tuple) else None
        return await hall.channels.all_may(place, scope, lambda one: one.role in roles)

    both = (Role.LOGISTICS, Role.BUYER)
    assert await all_may(*both)
    for one in (*both, Role.ACCOUNTS_PAYABLE):
        assert not await all_may(one)
    assert await all_may(Role.BUYER, there=(BRUNO,))
    for place in (ELSEWHERE, replace(CHANNEL, id="C0NOBODYS")):
        assert not await all_may(*both, place=place)
    await hall.linking.link_directly(CARLA, "erp", "56", role=Role.BUYER)
    for there in ((BRUNO, MALLORY), (BRUNO, CARLA), (), None):
        assert not await all_may(*both, there=there)
    await hall.linking.link_directly(ANA, "erp", "55", role=Role.BUYER, reach=Reach.OWN, contact_name="Ana")
    assert not await all_may(*both)


async def test_a_companys_places_are_its_live_ties_on_one_platform_in_their_order(hall: Hall) -> None:
    await store_rows(
        hall,
        tie(hall, ELSEWHERE, hall.northwind),
        tie(hall, replace(CHANNEL, id="C0SOUTHGATE"), hall.southgate),
        tie(hall, replace(CHANNEL, id="C0FORMER"), hall.northwind, ended=True),
        tie(hall, GROUP, hall.northwind),
        tie(hall, CHANNEL, hall.northwind),
    )
    assert await hall.channels.tied_to(Platform.SLACK, hall.northwind) == [ELSEWHERE, CHANNEL]
    assert await hall.channels.tied_to(Platform.TELEGRAM, hall.northwind) == [GROUP]


@dataclass
class Naming(ThePlatform):
    """A platform that calls every place the same, or does not say."""

    name: str | None = None

    async def place(self, place: Conversation) -> PlaceSeen:
        if self.name is None:
            raise MembershipUnknown("platform_silent")
        return PlaceSeen(self.name, "")


@pytest.mark.parametrize(("name", "told"), [("orders", "orders"), ("", CHANNEL.id), (None, CHANNEL.id)])
async def test_a_place_is_called_what_the_platform_calls_it_else_by_its_id(
    hall: Hall, name: str | None, told: str
) -> None:
    channels = Channels(hall.linking, {Platform.SLACK: Naming(name=name)})
    assert await channels.named(CHANNEL) == told
    assert await channels.named(GROUP) == GROUP.id


async def test_whether_somebody_is_in_a_place_is_no_where_nobody_tells(hall: Hall) -> None:
    hall.platform.channels[CHANNEL.id] = [BRUNO]
    assert await hall.channels.attends(BRUNO, CHANNEL)
    assert not await hall.channels.attends(ANA, CHANNEL)
    assert not await hall.channels.attends(BRUNO, replace(CHANNEL, private=True))
    assert not await Channels(hall.linking, {}).attends(BRUNO, CHANNEL)
    hall.platform.channels[CHANNEL.id] = None
    assert not await hall.channels.attends(BRUNO, CHANNEL)


async def test_a_closed_companys_tie_bars_nobody(hall: Hall) -> None:
    scope = await scope_of(hall, BRUNO)
    hall.platform.channels[CHANNEL.id] = [BRUNO]
    await store_rows(hall, tie(hall, CHANNEL, hall.southgate))
    async with hall.linking.books.store.writing() as session:
        await session.exec(update(Company).where(col(Company.id) == hall.southgate).values(state="closed"))
    assert (await hall.channels.onlookers(CHANNEL, scope)).circle is Circle.COLLEAGUES

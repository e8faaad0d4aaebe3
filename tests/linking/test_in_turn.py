"""What waits for what: all that is decided takes its turn about the person, workspace or company concerned.

On PostgreSQL, where writers work side by side. That turns are kept is shown where two come at once
(`test_ways_in`, `test_codes`, `test_budgets`); here, that nothing is decided out of turn.
"""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from bot.chat.messages import SharedContact
from bot.chat.people import ChatUser, Platform
from bot.linking import Reach, Role
from bot.linking.budgets import Budgets, Limits
from bot.linking.departures import Departures
from bot.linking.errors import PhoneNotUsable
from bot.linking.leavers import Leavers
from bot.linking.personal import erase_person
from bot.linking.reaches import Reaches
from bot.linking.tables import Link, WorkspaceTie
from bot.membership import Seen, Standing
from tests.linking.desk import ANA, ANA_MAIL, BRUNO, TheErp
from tests.linking.hall import BRUNO_ON_TELEGRAM, BRUNOS_PHONE, CARLA, CHANNEL, MALLORY, SOFIA, Hall

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

MERIDIANS_TAX_ID = "12ABC34501DE35"


class Turns:
    """Which turns are taken, by the names they are taken for."""

    def __init__(self, hall: Hall) -> None:
        self.store = hall.linking.books.store
        self._numbers: list[int] = []
        event.listen(self.store.engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _1: Any, _2: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "pg_advisory_xact_lock" in statement:
            self._numbers += parameters.values() if isinstance(parameters, dict) else parameters

    async def _taken(self, act: Awaitable[Any]) -> list[int]:
        self._numbers.clear()
        await act
        return self._numbers.copy()

    async def _number(self, name: str) -> int:
        async def alone() -> None:
            async with self.store.writing() as session:
                await self.store.lock(session, name)

        (number,) = await self._taken(alone())
        return number

    async def are(self, act: Awaitable[Any], *names: str | ChatUser) -> bool:
        """Whether an act takes turns for these and no others, each as often as it is named."""
        taken = await self._taken(act)
        wanted = [f"person:{one.key}" if isinstance(one, ChatUser) else one for one in names]
        return sorted(taken) == sorted([await self._number(one) for one in wanted])


async def refused(act: Awaitable[Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        await act


async def test_ways_in_take_turns_about_whoever_comes_in(hall: Hall) -> None:
    linking, turns, keys = hall.linking, Turns(hall), hall.linking.books.keys
    address = f"address:{keys.digests('email', ANA_MAIL)[0]}"
    assert await turns.are(linking.codes.request(CARLA, ANA_MAIL), CARLA, address)
    code = await hall.code(ANA)
    assert await turns.are(linking.codes.redeem(ANA, code), ANA)
    assert await turns.are(linking.use_company(ANA, hall.northwind), ANA)
    assert await turns.are(linking.unlink(ANA), ANA)
    assert await turns.are(linking.link_directly(ANA, "erp", "57", role=Role.ADMIN), ANA)
    assert await turns.are(linking.standings.note(Seen(BRUNO, Standing.MEMBER, "Bruno")), BRUNO)

    phone = SharedContact(BRUNOS_PHONE, own=True)
    assert await turns.are(hall.phones.link(BRUNO_ON_TELEGRAM, phone), *[BRUNO_ON_TELEGRAM] * 2)
    nobodys = SharedContact("+5511900000000", own=True)
    assert await turns.are(refused(hall.phones.link(MALLORY, nobodys), PhoneNotUsable), *[MALLORY] * 2)

    assert await turns.are(hall.requests.ask(CARLA, "", MERIDIANS_TAX_ID), CARLA)
    meridian = (await linking.access(ANA)).companies[0].company_id
    (waiting,) = await hall.requests.open_ones(ANA, meridian)
    assert await turns.are(hall.requests.decide(ANA, waiting.id, let_in=True), CARLA)


async def test_invitations_take_turns_about_whoever_makes_tries_and_takes_them(hall: Hall) -> None:
    turns, invitations = Turns(hall), hall.invitations
    await hall.admin()
    assert await turns.are(invitations.invite(ANA, hall.northwind, role=Role.BUYER), ANA)
    (issued,) = await invitations.open_ones(ANA, hall.northwind)
    assert await turns.are(invitations.revoke(ANA, issued.id), ANA)
    for act, times in ((invitations.preview, 1), (invitations.decline, 2), (invitations.accept, 2)):
        token = await hall.invited(addressee=BRUNO)
        assert await turns.are(act(BRUNO, token), *[BRUNO] * times)


async def test_what_is_done_about_a_companys_people_takes_turns_about_them_and_about_all_of_them(
    hall: Hall,
) -> None:
    turns, members = Turns(hall), hall.members
    await hall.admin()
    await hall.linking.link_directly(BRUNO, "erp", "55")
    everybody = f"members:{hall.northwind}"
    role = members.change_role(ANA, hall.northwind, BRUNO, Role.LOGISTICS)
    assert await turns.are(role, BRUNO, everybody)
    reaches = Reaches(hall.linking).change(ANA, hall.northwind, BRUNO, Reach.COMPANY)
    assert await turns.are(reaches, BRUNO, everybody)
    assert await turns.are(members.set_default(ANA, hall.northwind, Role.BUYER, Reach.COMPANY), ANA)
    assert await turns.are(members.remove(ANA, hall.northwind, BRUNO), BRUNO, everybody)


async def test_ties_take_turns_about_their_workspace_or_place(hall: Hall) -> None:
    turns, workspaces, channels = Turns(hall), hall.workspaces, hall.channels
    here = "workspace:slack:T0CUSTOMER"
    hall.platform.standings[ANA] = Standing.ADMIN
    code = await hall.code(ANA, purpose="workspace")
    # How they stand is kept as well.
    assert await turns.are(workspaces.prove(ANA, code), ANA, ANA)
    (tie,) = await workspaces.pending(ANA)
    assert await turns.are(workspaces.confirm(ANA, tie.id), ANA, here)
    assert await turns.are(workspaces.untie(ANA, tie.id), ANA, here)

    await hall.named_staff()
    await hall.linking.access(SOFIA)
    hall.platform.channels[CHANNEL.id] = [SOFIA]
    larger = replace(CHANNEL, id="C0LARGER")
    assert await turns.are(channels.tie(SOFIA, CHANNEL, hall.northwind), f"channel:{CHANNEL.lane}")
    assert await turns.are(channels.moved(CHANNEL, larger.id), f"channel:{CHANNEL.lane}")
    assert await turns.are(channels.untie(SOFIA, larger), f"channel:{larger.lane}")


async def test_naming_removing_and_forgetting_people_takes_turns_about_them(hall: Hall) -> None:
    turns, staff = Turns(hall), hall.staff
    sofia = f"staff:slack:T0SUPPLIER:{SOFIA.user_id}"
    place = (Platform.SLACK, "T0SUPPLIER", SOFIA.user_id)
    assert await turns.are(staff.add(None, *place, admin=True), SOFIA, sofia)
    assert await turns.are(staff.remove(None, *place), sofia)
    assert await turns.are(erase_person(hall.linking.books, SOFIA), SOFIA, sofia)
    gone = Departures(hall.linking).workspace(Platform.SLACK, "T0CUSTOMER")
    assert await turns.are(gone, "workspace:slack:T0CUSTOMER")


async def test_t5_misses_take_turns_about_whoever_missed_and_about_their_company(hall: Hall) -> None:
    turns, books = Turns(hall), hall.linking.books
    budgets = Budgets(books, Limits(misses_stop=2, misses_slow=1))

    async def missed(company_id: int | None) -> None:
        async with books.store.writing() as session:
            await budgets.miss(session, ANA, company_id, times=2)

    assert await turns.are(missed(7), f"miss:{ANA.key}", "company_miss:7")
    assert await turns.are(missed(None), f"miss:{ANA.key}")
    # Of more than enough misses one moment is read.
    assert await budgets.wait(ANA) == 3600


async def test_what_ends_with_a_contact_takes_turns_about_whose_it_is(hall: Hall) -> None:
    turns = Turns(hall)
    await hall.tied()
    await hall.linking.codes.redeem(CARLA, await hall.code(CARLA))
    nobody_known = Leavers(hall.linking, {}, [TheErp()])
    assert await turns.are(nobody_known.sweep(), CARLA, "workspace:slack:T0CUSTOMER")
    async with hall.linking.books.reading() as session:
        links = await session.exec(select(Link.ended_by).where(col(Link.user_id) == CARLA.user_id))
        ties = await session.exec(select(WorkspaceTie.ended_by))
        assert [*links.all(), *ties.all()] == ["contact_gone"] * 2

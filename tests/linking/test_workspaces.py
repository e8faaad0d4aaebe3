"""Ties of workspaces: both proofs, who may end them, and what a newer one does to an older."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.chat.people import ChatUser, Platform
from bot.linking import CompanyNotActive, CompanyRow, Reach, Role
from bot.linking.companies import set_state
from bot.linking.errors import NotAllowed, NotFullMember, NothingToDecide
from bot.linking.tables import WorkspaceTie
from bot.linking.workspaces import PendingTie, TiedWorkspace, Workspaces
from bot.membership import Seen, Standing
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BOTH_MAIL, BRUNO
from tests.linking.hall import CARLA, GUEST, SOFIA, STRANGER, Hall
from tests.linking.platform import ThePlatform

NORTHWIND, SOUTHGATE = "Northwind Industrial Ltda", "Southgate Comércio S.A."


async def proved(hall: Hall, user: ChatUser = ANA, mail: str = ANA_MAIL) -> list[PendingTie]:
    return [*await hall.workspaces.prove(user, await hall.code(user, mail, purpose="workspace"))]


async def confirmed(hall: Hall, user: ChatUser = ANA, mail: str = ANA_MAIL) -> list[TiedWorkspace]:
    hall.platform.standings[user] = Standing.ADMIN
    return [await hall.workspaces.confirm(user, one.id) for one in await proved(hall, user, mail)]


async def rows(hall: Hall) -> list[WorkspaceTie]:
    async with hall.linking.books.reading() as session:
        return [*(await session.exec(select(WorkspaceTie).order_by(col(WorkspaceTie.id)))).all()]


async def test_a_proof_waits_for_a_day_with_the_companys_role_and_reach(hall: Hall) -> None:
    await hall.admin()
    await hall.members.set_default(ANA, hall.northwind, Role.LOGISTICS, Reach.COMPANY_TREE)
    (tie,) = await proved(hall)
    assert (tie.company_id, tie.company_name, tie.proved_by) == (hall.northwind, NORTHWIND, ANA)
    assert tie.expires_at == hall.clock.now + timedelta(days=1)
    hall.platform.standings[BRUNO] = Standing.ADMIN
    tied = await hall.workspaces.confirm(BRUNO, tie.id)
    assert (tied.id, tied.company_id, tied.company_name, tied.role) == (
        tie.id,
        hall.northwind,
        NORTHWIND,
        Role.LOGISTICS,
    )
    assert (tied.confirmed_at, tied.reverify_by) == (
        hall.clock.now,
        hall.clock.now + timedelta(days=90),
    )
    (row,) = await rows(hall)
    assert (row.proved_by, row.confirmed_by, row.reach) == (ANA.key, BRUNO.key, "company_tree")
    assert row.proved_at == hall.clock.now


async def test_t5_after_a_day_nothing_waits_any_more(hall: Hall) -> None:
    (tie,) = await proved(hall)
    hall.platform.standings[ANA] = Standing.ADMIN
    hall.clock.turn(days=1)
    assert await hall.workspaces.pending(ANA) == []
    with pytest.raises(NothingToDecide):
        await hall.workspaces.confirm(ANA, tie.id)
    hall.clock.turn(seconds=-1)
    await hall.workspaces.confirm(ANA, tie.id)
    with pytest.raises(NothingToDecide):
        await hall.workspaces.confirm(ANA, tie.id)


@pytest.mark.parametrize("standing", [*sorted(set(Standing) - {Standing.MEMBER, Standing.ADMIN}), None])
async def test_t5_who_is_no_full_member_proves_nothing_and_spends_no_code(
    hall: Hall, standing: Standing | None
) -> None:
    code = await hall.code(ANA, purpose="workspace")
    hall.platform.standings[ANA] = standing
    for attempt in (hall.workspaces.prove(ANA, code), hall.workspaces.ties_of(ANA)):
        with pytest.raises(NotFullMember):
            await attempt
    hall.platform.standings[ANA] = Standing.MEMBER
    assert len(await hall.workspaces.prove(ANA, code)) == 1


async def test_t5_only_an_admin_of_that_workspace_confirms(hall: Hall) -> None:
    (tie,) = await proved(hall)
    for user in (ANA, BRUNO, GUEST, STRANGER, ANA_ON_TELEGRAM):
        for attempt in (hall.workspaces.confirm(user, tie.id), hall.workspaces.pending(user)):
            with pytest.raises(NotFullMember):
                await attempt
    for user in (STRANGER, CARLA):
        hall.platform.standings[user] = Standing.ADMIN
        assert await hall.workspaces.pending(user) == []
        with pytest.raises(NothingToDecide):
            await hall.workspaces.confirm(user, tie.id)
    assert BRUNO not in await hall.seeing()


async def test_t5_a_platform_that_speaks_of_somebody_else_vouches_for_nobody(hall: Hall) -> None:
    class Confused(ThePlatform):
        async def person(self, user: ChatUser) -> Seen:
            return Seen(CARLA, Standing.ADMIN, "Carla")

    confused = Workspaces(hall.linking, {Platform.SLACK: Confused()})
    nothing = Workspaces(hall.linking, {})
    code = await hall.code(ANA, purpose="workspace")
    for workspaces in (confused, nothing):
        with pytest.raises(NotFullMember):
            await workspaces.prove(ANA, code)
    for user in (ANA_ON_TELEGRAM, ChatUser(Platform.SLACK, "U0ANA")):
        with pytest.raises(NotFullMember):
            await hall.workspaces.ties_of(user)


async def test_t7_of_a_company_that_is_not_active_nothing_is_proved_nor_confirmed(hall: Hall) -> None:
    code = await hall.code(ANA, BOTH_MAIL, purpose="workspace")
    await set_state(hall.linking.books, "erp", "56", "on_hold")
    (tie,) = await hall.workspaces.prove(ANA, code)
    assert tie.company_name == NORTHWIND
    hall.platform.standings[ANA] = Standing.ADMIN
    code = await hall.code(ANA, purpose="workspace")
    await set_state(hall.linking.books, "erp", "55", "on_hold")
    with pytest.raises(NothingToDecide):
        await hall.workspaces.confirm(ANA, tie.id)
    with pytest.raises(CompanyNotActive):
        await hall.workspaces.prove(ANA, code)


async def test_a_newer_tie_takes_the_place_of_the_older_of_that_company_there(hall: Hall) -> None:
    await confirmed(hall, ANA, BOTH_MAIL)
    await confirmed(hall, CARLA)
    hall.clock.turn(days=10)
    (renewed,) = await confirmed(hall)
    assert renewed.reverify_by == hall.clock.now + timedelta(days=90)
    assert [(one.workspace, one.company_id, one.ended_by) for one in await rows(hall)] == [
        ("T0CUSTOMER", hall.northwind, "replaced"),
        ("T0CUSTOMER", hall.southgate, None),
        ("T0SOUTHGATE", hall.northwind, None),
        ("T0CUSTOMER", hall.northwind, None),
    ]
    assert [one.company_name for one in await hall.workspaces.ties_of(BRUNO)] == [SOUTHGATE, NORTHWIND]
    seeing = await hall.seeing()
    assert (seeing[BRUNO], seeing[CARLA]) == ({"55", "56"}, {"55"})


async def test_t7_a_tie_is_ended_by_admins_of_either_side_and_by_staff(hall: Hall) -> None:
    await hall.named_staff()
    await hall.admin(ANA_ON_TELEGRAM)
    await hall.admin(CARLA, "56")
    hall.platform.standings[STRANGER] = Standing.ADMIN
    for by in (ANA, ANA_ON_TELEGRAM, SOFIA):
        (tie,) = await confirmed(hall)
        hall.clock.turn(minutes=6)
        for other in (BRUNO, GUEST, STRANGER, CARLA):
            with pytest.raises(NotAllowed):
                await hall.workspaces.untie(other, tie.id)
        ended = await hall.workspaces.untie(by, tie.id)
        assert (ended.id, ended.company_name) == (tie.id, NORTHWIND)
        assert BRUNO not in await hall.seeing()
        with pytest.raises(NotAllowed):
            await hall.workspaces.untie(by, tie.id)
        assert await hall.workspaces.ties_of(ANA) == []
    assert {one.ended_by for one in await rows(hall)} == {"untied"}
    hall.clock.turn(hours=1)
    (waiting,) = await proved(hall)
    with pytest.raises(NotAllowed):
        await hall.workspaces.untie(ANA, waiting.id)


async def test_one_tie_is_ended_and_no_other(hall: Hall) -> None:
    row = CompanyRow(erp="erp", erp_key="56", name=SOUTHGATE, email="c@southgate.example")
    await hall.linking.import_companies([row])
    (first,) = await confirmed(hall)
    (second,) = await confirmed(hall, ANA, "c@southgate.example")
    await hall.workspaces.untie(ANA, first.id)
    assert [one.id for one in await hall.workspaces.ties_of(ANA)] == [second.id]
    assert (await hall.seeing())[BRUNO] == {"56"}

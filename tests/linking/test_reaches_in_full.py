"""Branches that can be given, ties that can be ended and answers that are forgotten, next to their like."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.chat.people import ChatUser, Platform
from bot.erp.errors import ErpUnavailable
from bot.keys import Keys
from bot.linking import CompanyRow, Linking, Reach, Role
from bot.linking.contacts import ASKED, ProvedContact, answer_digests, forget_answers
from bot.linking.leavers import Leavers, Left
from bot.linking.links import Proof
from bot.linking.reaches import Branch, Choices, Reaches
from bot.linking.tables import Company, Spending, WorkspaceTie
from bot.linking.values import VerifiedBy
from bot.membership import Standing
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BOTH_MAIL, BRUNO
from tests.linking.hall import CARLA, SOFIA, Hall
from tests.linking.test_leavers import Directory, contact

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_branches_are_those_in_the_companys_own_erps_by_name(hall: Hall) -> None:
    await hall.named_staff()
    await hall.admin(BRUNO)
    row = CompanyRow
    await hall.linking.import_companies(
        [
            row(erp="parts", erp_key="N1", name="Northwind", same_as=("erp", "55")),
            row(erp="erp", erp_key="551", name="north branch", parent_key="55"),
            row(erp="parts", erp_key="B2", name="A parts branch", parent_key="N1"),
            row(erp="other", erp_key="B3", name="Elsewhere"),
            row(erp="erp", erp_key="561", name="Southgates", parent_key="56"),
        ]
    )
    async with hall.linking.books.store.writing() as session:
        # An ERP that no other company is of, and a parent where Northwind has no key.
        for key, values in (
            ("55", {"erp": "main"}),
            ("551", {"erp": "main"}),
            ("B3", {"parent_id": hall.northwind}),
        ):
            await session.exec(update(Company).where(col(Company.erp_key) == key).values(**values))
        rows = (await session.exec(select(Company))).all()
    ids = {one.erp_key: one.id or 0 for one in rows}
    assert await Reaches(hall.linking).choices(SOFIA, hall.northwind, BRUNO) == Choices(
        reaches=(Reach.UNIT, Reach.COMPANY, Reach.COMPANY_TREE),
        branches=(
            Branch(id=ids["B2"], name="A parts branch"),
            Branch(id=ids["551"], name="north branch"),
        ),
    )


async def tie(hall: Hall, workspace: str, company_id: int, **values: Any) -> int:
    now = hall.clock()
    usual: dict[str, Any] = {
        "platform": "slack",
        "workspace": workspace,
        "company_id": company_id,
        "role": "buyer",
        "reach": "company",
        "proved_by": ChatUser(Platform.SLACK, ANA.user_id, workspace).key,
        "proved_at": now,
        "expires_at": now + timedelta(days=1),
        "confirmed_at": now,
        "reverify_by": now + timedelta(days=90),
    }
    async with hall.linking.books.store.writing() as session:
        row = WorkspaceTie(**(usual | values))
        session.add(row)
        await session.flush()
        return row.id or 0


async def ended(hall: Hall) -> list[tuple[int, str | None]]:
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(WorkspaceTie).order_by(col(WorkspaceTie.id)))).all()
    return [(row.id or 0, row.ended_by) for row in rows if row.revoked_at]


async def test_ties_of_a_workspace_are_of_its_platform_and_the_one_that_is_named_ends(hall: Hall) -> None:
    hall.platform.standings[ANA] = Standing.ADMIN
    same_name = await tie(hall, "T0CUSTOMER", hall.northwind, platform="telegram")
    first = await tie(hall, "T0CUSTOMER", hall.southgate)
    second = await tie(hall, "T0CUSTOMER", hall.northwind)
    assert [one.id for one in await hall.workspaces.ties_of(ANA)] == [first, second]
    untied = await hall.workspaces.untie(ANA, second)
    assert (untied.id, untied.company_id) == (second, hall.northwind)
    assert await ended(hall) == [(second, "untied")]
    # Confirming renews the tie of that pair on that platform alone.
    waiting = await tie(hall, "T0CUSTOMER", hall.northwind, confirmed_at=None, reverify_by=None)
    await hall.workspaces.confirm(ANA, waiting)
    assert (same_name, "replaced") not in await ended(hall)
    (proved,) = await hall.workspaces.prove(ANA, await hall.code(ANA, purpose="workspace"))
    async with hall.linking.books.reading() as session:
        row = (await session.exec(select(WorkspaceTie).where(col(WorkspaceTie.id) == proved.id))).one()
    assert row.email is not None
    assert hall.linking.books.keys.open(row.email) == ANA_MAIL


async def test_t7_of_two_ties_the_one_whose_contact_is_gone_ends_and_says_why(hall: Hall) -> None:
    seal = hall.linking.books.keys.seal
    kept = await tie(hall, "T0CUSTOMER", hall.northwind, email=seal(ANA_MAIL))
    dropped = await tie(hall, "T0SOUTHGATE", hall.northwind, email=seal(BOTH_MAIL))
    bare = await tie(hall, "T0BARE", hall.northwind)
    past = await tie(hall, "T0PAST", hall.northwind, email=seal(BOTH_MAIL), reverify_by=hall.clock())
    sweep = Leavers(hall.linking, {}, [Directory([contact(ANA_MAIL)])])
    user = ChatUser(Platform.SLACK, ANA.user_id, "T0SOUTHGATE")
    assert await sweep.sweep() == [Left(user=user, company_id=hall.northwind, why="contact_gone")]
    assert await ended(hall) == [(dropped, "contact_gone")]
    assert dropped not in (kept, bare, past)


async def test_who_has_left_is_found_behind_those_nobody_tells_of(hall: Hall) -> None:
    people = [ChatUser(Platform.SLACK, f"U0{number}", "T0CUSTOMER") for number in range(5)]
    for user in (*people, ANA_ON_TELEGRAM):
        async with hall.linking.books.writing_about(user) as session:
            proof = Proof(verified_by=VerifiedBy.INVITATION)
            await hall.linking.books.link(session, user, hall.northwind, proof)
    hall.platform.standings = dict.fromkeys(people[::2]) | dict.fromkeys(people[1::2], Standing.GONE)
    leavers = Leavers(hall.linking, {Platform.SLACK: hall.platform}, [])
    with capture_logs() as logs:
        left = await leavers.sweep()
    assert {(one.user, one.why) for one in left} == {(people[1], "gone"), (people[3], "gone")}
    assert hall.platform.asked == 5
    told = {"event": "standing_unknown", "log_level": "info", "reason": "platform_silent"}
    assert [one for one in logs if one["event"] != "audited"] == [told] * 3


async def test_what_does_not_answer_or_cannot_be_read_is_logged(hall: Hall) -> None:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    broken = Directory(failure=ErpUnavailable())
    with capture_logs() as logs:
        assert await Leavers(hall.linking, {}, [broken]).sweep() == []
    told = {"event": "contacts_unknown", "log_level": "info", "reason": "ErpUnavailable"}
    assert logs == [told]
    stranger = Linking(hall.linking.books.store, Keys(["0" * 43 + "="]), [], clock=hall.clock)
    with capture_logs() as logs:
        assert await Leavers(stranger, {}, [broken]).sweep() == []
    assert logs == [{"event": "sealed_unreadable", "log_level": "error", "reason": "key_missing"}]


async def test_only_what_is_remembered_of_one_contact_is_forgotten(hall: Hall) -> None:
    keys, now = hall.linking.books.keys, hall.clock()
    contacts = [
        ProvedContact(hall.northwind, frozenset({("erp", "55")}), mail, None)
        for mail in (ANA_MAIL, BOTH_MAIL)
    ]
    names = [answer_digests(keys, one)[0] for one in contacts]
    async with hall.linking.books.store.writing() as session:
        session.add_all([Spending(kind=ASKED, who=name, at=now) for name in names])
    async with hall.linking.books.store.writing() as session:
        await forget_answers(session, keys, contacts[0])
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(Spending).where(col(Spending.kind) == ASKED))).all()
    assert [row.who for row in rows] == names[1:]


async def test_contacts_are_asked_about_again_after_a_day_and_each_on_its_own(hall: Hall) -> None:
    async def link(user: ChatUser, email: str) -> None:
        async with hall.linking.books.writing_about(user) as session:
            proof = Proof(verified_by=VerifiedBy.EMAIL_CODE, email=email, role=Role.BUYER)
            await hall.linking.books.link(session, user, hall.northwind, proof)

    directory = Directory([contact(ANA_MAIL), contact(BOTH_MAIL)])
    leavers = Leavers(hall.linking, {}, [directory])
    await link(ANA, ANA_MAIL)
    await leavers.sweep()
    hall.clock.turn(hours=1)
    await link(BRUNO, BOTH_MAIL)
    await link(CARLA, BOTH_MAIL)
    await leavers.sweep()
    assert directory.asked == 2
    hall.clock.turn(hours=22, minutes=59, seconds=59)
    directory.contacts = []
    assert await leavers.sweep() == []
    hall.clock.turn(seconds=1)
    assert [one.user for one in await leavers.sweep()] == [ANA]
    hall.clock.turn(hours=1)
    assert [one.user for one in await leavers.sweep()] == [BRUNO, CARLA]

"""Requests, the audit and what people are called, row by row: nothing of what was handed over is lost."""

import json
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.chat.messages import SharedContact
from bot.linking import Reach, Role
from bot.linking.people import names
from bot.linking.requests import OpenRequest
from bot.linking.tables import Audit, Company, Invitation, JoinRequest, Link
from bot.membership import Seen, Standing
from tests.linking.desk import ANA, BRUNO
from tests.linking.hall import BRUNO_ON_TELEGRAM, BRUNOS_PHONE, CARLA, MALLORY, SOFIA, Hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def last_link(hall: Hall) -> dict[str, Any]:
    async with hall.linking.books.reading() as session:
        row = (await session.exec(select(Link).order_by(col(Link.id).desc()).limit(1))).one()
    return row.model_dump()


async def test_an_invitation_hands_on_its_role_reach_and_branch_with_and_without_a_request(
    hall: Hall,
) -> None:
    addressed = await hall.invited(addressee=BRUNO, role=Role.LOGISTICS)
    open_to_all = await hall.invited(role=Role.ACCOUNTS_PAYABLE)
    async with hall.linking.books.store.writing() as session:
        branch = col(Company.id) == hall.southgate
        await session.exec(update(Company).where(branch).values(parent_id=hall.northwind))
        await session.exec(update(Invitation).values(reach="unit", unit_id=hall.southgate))
        rows = (await session.exec(select(Invitation))).all()
        assert [(row.made_by, row.made_by_staff) for row in rows] == [(ANA.key, False)] * 2
    given = {"verified_by": "invitation", "vouched_by": ANA.key, "reach": "unit", "unit_id": hall.southgate}
    await hall.invitations.accept(BRUNO, addressed)
    row = await last_link(hall)
    assert row == row | given | {"user_id": BRUNO.user_id, "role": "logistics"}

    accepted = await hall.invitations.accept(MALLORY, open_to_all, name="Mallory")
    assert accepted.request == OpenRequest(
        id=accepted.request.id if accepted.request else 0,
        user=MALLORY,
        name="Mallory",
        company_id=hall.northwind,
        company_name="Northwind Industrial Ltda",
        role=Role.ACCOUNTS_PAYABLE,
        requested_at=hall.clock(),
    )
    assert accepted.request is not None
    assert await hall.requests.open_ones(ANA, hall.northwind) == [accepted.request]
    await hall.requests.decide(ANA, accepted.request.id, let_in=True)
    row = await last_link(hall)
    assert row == row | given | {"user_id": MALLORY.user_id, "role": "accounts_payable"}


async def test_an_approval_is_on_the_link_and_a_decided_request_stays_as_it_was(hall: Hall) -> None:
    await hall.linking.link_directly(ANA, "erp", "57", role=Role.ADMIN)
    turned_away = await hall.requests.ask(CARLA, "", "12ABC34501DE35")
    first = await hall.requests.ask(MALLORY, "Mallory", "12ABC34501DE35")
    assert turned_away is not None
    assert first is not None
    assert (turned_away.name, first.name) == (CARLA.key, "Mallory")
    await hall.requests.decide(ANA, first.id, let_in=False)
    second = await hall.requests.ask(MALLORY, "Mallory", "12ABC34501DE35")
    assert second is not None
    await hall.requests.decide(ANA, second.id, let_in=True, role=Role.LOGISTICS)
    row = await last_link(hall)
    assert row == row | {
        "user_id": MALLORY.user_id,
        "verified_by": "approval",
        "vouched_by": ANA.key,
        "role": "logistics",
        "reach": "company",
        "unit_id": None,
    }
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(JoinRequest).order_by(col(JoinRequest.id)))).all()
    assert [(one.id, one.outcome, one.name is None) for one in rows] == [
        (turned_away.id, None, True),
        (first.id, "turned_away", False),
        (second.id, "let_in", False),
    ]


async def test_staff_who_invite_are_named_as_staff(hall: Hall) -> None:
    await hall.named_staff()
    await hall.invitations.invite(SOFIA, hall.northwind, role=Role.BUYER, reach=Reach.COMPANY_TREE)
    async with hall.linking.books.reading() as session:
        row = (await session.exec(select(Invitation))).one()
    assert (row.made_by, row.made_by_staff, row.reach) == (SOFIA.key, True, "company_tree")


async def test_t13_a_row_of_the_audit_holds_all_that_is_told_and_the_log_no_more_than_the_act(
    hall: Hall,
) -> None:
    books = hall.linking.books
    with capture_logs() as logs:
        async with books.writing_about(ANA) as session:
            about = ["PO-1", "PO-2"]
            await books.note(session, ANA, "lookup", "found", 7, subject=about, conversation="slack:T:C")
            await books.note(session, BRUNO, "lookup", "missed")
    async with books.reading() as session:
        rows = (await session.exec(select(Audit).order_by(col(Audit.id).desc()).limit(2))).all()
    whole, bare = rows[1], rows[0]
    assert whole.subject is not None
    assert json.loads(books.keys.open(whole.subject)) == about
    usual = {"platform": "slack", "workspace": "T0CUSTOMER", "act": "lookup", "at": hall.clock()}
    assert whole.model_dump(exclude={"id", "subject"}) == usual | {
        "user_id": ANA.user_id,
        "company_id": 7,
        "outcome": "found",
        "subjects": 2,
        "conversation": "slack:T:C",
    }
    assert bare.model_dump(exclude={"id"}) == usual | {
        "user_id": BRUNO.user_id,
        "company_id": None,
        "outcome": "missed",
        "subject": None,
        "subjects": 0,
        "conversation": "",
    }
    told = {"event": "audited", "log_level": "info", "act": "lookup"}
    assert logs == [told | {"outcome": "found"}, told | {"outcome": "missed"}]


async def test_names_are_of_those_who_were_asked_about_and_have_one(hall: Hall) -> None:
    for user, name in ((ANA, "Ana"), (BRUNO, ""), (CARLA, "Carla")):
        await hall.linking.standings.note(Seen(user, Standing.MEMBER, name))
    async with hall.linking.books.reading() as session:
        found = await names(session, hall.linking.books.keys, [ANA, BRUNO, MALLORY])
    assert found == {ANA.key: "Ana"}


async def test_a_link_by_phone_keeps_the_phone(hall: Hall) -> None:
    await hall.phones.link(BRUNO_ON_TELEGRAM, SharedContact(BRUNOS_PHONE, own=True))
    async with hall.linking.books.reading() as session:
        row = (await session.exec(select(Link).order_by(col(Link.id).desc()).limit(1))).one()
    assert (row.verified_by, row.email, row.contact_name) == ("phone", None, None)
    assert row.phone is not None
    assert hall.linking.books.keys.open(row.phone) == BRUNOS_PHONE

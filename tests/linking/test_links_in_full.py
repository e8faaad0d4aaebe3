"""Links row by row: what is kept of a proof, what a newer one changes, and what an end leaves alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from bot.chat.people import ChatUser, Platform
from bot.linking import Reach, Role, VerifiedBy
from bot.linking.addresses import address_digests
from bot.linking.endings import Ending, Endings
from bot.linking.links import Proof, choose, end_links
from bot.linking.tables import ChosenCompany, Link, LinkCode, WorkspaceTie
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BRUNO
from tests.linking.hall import BRUNOS_PHONE, CARLA, MALLORY, Hall

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("last_first"),
]

NORTHWIND, SOUTHGATE = "Northwind Industrial Ltda", "Southgate Comércio S.A."
RESEMBLING = (
    replace(BRUNO, user_id="U0OTHER"),
    replace(BRUNO, workspace="T0OTHER"),
    replace(BRUNO, platform=Platform.TELEGRAM),
)
"""Everybody whom one column alone tells from Bruno."""


async def link(hall: Hall, user: ChatUser, company_id: int, **proof: Any) -> None:
    async with hall.linking.books.writing_about(user) as session:
        await hall.linking.books.link(
            session, user, company_id, Proof(**({"verified_by": VerifiedBy.APPROVAL} | proof))
        )


async def links(hall: Hall) -> list[Link]:
    """Those that a test made: the first two are the hall's own."""
    async with hall.linking.books.reading() as session:
        return [*(await session.exec(select(Link).order_by(col(Link.id)).offset(2))).all()]


def opened(hall: Hall, row: Link) -> dict[str, Any]:
    keys = hall.linking.books.keys
    sealed = {"email": row.email, "phone": row.phone, "contact_name": row.contact_name}
    return row.model_dump(exclude={"id"}) | {
        name: value and keys.open(value) for name, value in sealed.items()
    }


async def test_a_proof_is_kept_whole_and_a_newer_one_leaves_role_and_reach(hall: Hall) -> None:
    made = hall.clock()
    await link(
        hall,
        BRUNO,
        hall.northwind,
        verified_by=VerifiedBy.EMAIL_CODE,
        email=ANA_MAIL,
        phone=BRUNOS_PHONE,
        contact_name="Bruno",
        first_role=Role.LOGISTICS,
        vouched_by=ANA.key,
    )
    (row,) = await links(hall)
    whole = {
        "platform": "slack",
        "workspace": "T0CUSTOMER",
        "user_id": "U0BRUNO",
        "company_id": hall.northwind,
        "verified_by": "email_code",
        "email_digest": address_digests(hall.linking.books.keys, ANA_MAIL)[0],
        "email": ANA_MAIL,
        "phone": BRUNOS_PHONE,
        "contact_name": "Bruno",
        "role": "logistics",
        "reach": "company",
        "unit_id": None,
        "vouched_by": ANA.key,
        "verified_at": made,
        "reverify_by": made + timedelta(days=90),
        "noticed_at": None,
        "revoked_at": None,
        "ended_by": None,
    }
    assert opened(hall, row) == whole

    await link(hall, BRUNO, hall.northwind, reach=Reach.UNIT, unit_id=hall.southgate)
    async with hall.linking.books.store.writing() as session:
        await session.exec(update(Link).values(noticed_at=made))
    hall.clock.turn(days=1)
    await link(hall, BRUNO, hall.northwind, first_role=Role.ADMIN)
    (row,) = await links(hall)
    nothing = dict.fromkeys(("email_digest", "email", "phone", "contact_name", "vouched_by"))
    assert opened(hall, row) == whole | nothing | {
        "verified_by": "approval",
        "role": "buyer",
        "reach": "unit",
        "unit_id": hall.southgate,
        "verified_at": hall.clock(),
        "reverify_by": hall.clock() + timedelta(days=90),
    }
    await link(hall, BRUNO, hall.northwind, role=Role.ADMIN)
    (row,) = await links(hall)
    assert (row.role, row.reach, row.unit_id) == ("admin", "company", None)


async def test_an_end_concerns_the_live_links_of_one_person_and_the_company_they_chose(hall: Hall) -> None:
    before = hall.clock()
    people = (BRUNO, *RESEMBLING)
    await link(hall, BRUNO, hall.northwind)
    await hall.linking.unlink(BRUNO)
    hall.clock.turn(hours=1)
    for user in people:
        for company_id in (hall.northwind, hall.southgate):
            await link(hall, user, company_id)
        async with hall.linking.books.store.writing() as session:
            await choose(session, user, hall.southgate)

    async def end(company_id: int | None) -> set[int]:
        async with hall.linking.books.store.writing() as session:
            return set(await end_links(session, BRUNO, hall.clock(), why="removed", company_id=company_id))

    async def ended() -> list[tuple[str, int, datetime | None, str | None]]:
        return [
            (row.user_id, row.company_id, row.revoked_at, row.ended_by)
            for row in await links(hall)
            if row.revoked_at or row.ended_by
        ]

    async def chosen() -> dict[tuple[str, str, str], int]:
        async with hall.linking.books.reading() as session:
            rows = (await session.exec(select(ChosenCompany))).all()
            return {(row.platform, row.workspace, row.user_id): row.company_id for row in rows}

    everybody = {(user.platform.value, user.workspace, user.user_id): hall.southgate for user in people}
    others = {person: company for person, company in everybody.items() if person != ("slack", *_of(BRUNO))}
    assert await chosen() == everybody
    first = ("U0BRUNO", hall.northwind, before, "unlinked")
    second = ("U0BRUNO", hall.northwind, hall.clock(), "removed")
    assert await end(hall.northwind) == {hall.northwind}
    assert await ended() == [first, second]
    assert await chosen() == everybody
    third = ("U0BRUNO", hall.southgate, hall.clock(), "removed")
    assert await end(hall.southgate) == {hall.southgate}
    assert await ended() == [first, second, third]
    assert await chosen() == others

    hall.clock.turn(hours=1)
    for company_id in (hall.northwind, hall.southgate):
        await link(hall, BRUNO, company_id)
    async with hall.linking.books.store.writing() as session:
        await choose(session, BRUNO, hall.northwind)
    assert await end(None) == {hall.northwind, hall.southgate}
    assert await ended() == [
        first,
        second,
        third,
        ("U0BRUNO", hall.northwind, hall.clock(), "removed"),
        ("U0BRUNO", hall.southgate, hall.clock(), "removed"),
    ]
    assert await chosen() == others
    assert await end(None) == set()


def _of(user: ChatUser) -> tuple[str, str]:
    return user.workspace, user.user_id


async def test_an_end_voids_the_code_that_is_open_and_no_other(hall: Hall) -> None:
    keys, before = hall.linking.books.keys, hall.clock()

    def code(user: ChatUser, **values: Any) -> LinkCode:
        return LinkCode(
            platform=user.platform.value,
            workspace=user.workspace,
            user_id=user.user_id,
            email_digest=keys.digest("email", "x"),
            code_digest=keys.digest("code", "x"),
            requested_at=before,
            expires_at=before,
            tries_left=5,
            **values,
        )

    async with hall.linking.books.store.writing() as session:
        session.add_all([code(BRUNO, used_at=before), code(BRUNO, replaced_at=before), code(BRUNO)])
        session.add_all([code(user) for user in RESEMBLING])
    hall.clock.turn(minutes=1)
    async with hall.linking.books.store.writing() as session:
        await end_links(session, BRUNO, hall.clock(), why="unlinked")
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(LinkCode).order_by(col(LinkCode.id)))).all()
    assert [(row.used_at, row.replaced_at) for row in rows] == [
        (before, None),
        (None, before),
        (None, hall.clock()),
        *[(None, None)] * 3,
    ]


async def test_what_ends_within_a_week_comes_whole_the_first_one_first(hall: Hall) -> None:
    endings, now = Endings(hall.linking), hall.clock()
    week, soon, sooner = (now + timedelta(days=days) for days in (7, 6, 5))
    until = {
        ANA: soon,
        BRUNO: sooner,
        CARLA: sooner,
        MALLORY: now,
        ANA_ON_TELEGRAM: week + timedelta(seconds=1),
        RESEMBLING[0]: week,
        RESEMBLING[1]: sooner,
        RESEMBLING[2]: sooner,
    }
    for user in until:
        await link(hall, user, hall.northwind, email=ANA_MAIL if user == BRUNO else None)
    rows = dict(zip(until, await links(hall), strict=True))
    async with hall.linking.books.store.writing() as session:
        for user, row in rows.items():
            row.reverify_by = until[user]
            row.noticed_at = now if user == RESEMBLING[1] else None
            row.revoked_at = now if user == RESEMBLING[2] else None
            session.add(row)

    def ending(user: ChatUser) -> Ending:
        return Ending(
            id=rows[user].id or 0,
            user=user,
            company_id=hall.northwind,
            company_name=NORTHWIND,
            reverify_by=until[user],
            email=ANA_MAIL if user == BRUNO else None,
        )

    assert await endings.links() == [ending(user) for user in (BRUNO, CARLA, ANA, RESEMBLING[0])]


async def test_ties_that_end_within_a_week_come_whole_and_those_that_do_not_hold_are_left_out(
    hall: Hall,
) -> None:
    endings, now = Endings(hall.linking), hall.clock()
    soon = now + timedelta(days=6)

    def tie(workspace: str, **values: Any) -> WorkspaceTie:
        usual: dict[str, Any] = {
            "platform": "slack",
            "workspace": workspace,
            "company_id": hall.southgate,
            "role": "buyer",
            "reach": "company",
            "proved_by": replace(ANA, workspace=workspace).key,
            "email": hall.linking.books.keys.seal(ANA_MAIL),
            "proved_at": now,
            "expires_at": now,
            "confirmed_at": now,
            "reverify_by": soon,
        }
        return WorkspaceTie(**(usual | values))

    ties = [
        tie("T0CUSTOMER"),
        tie("T0SOONER", reverify_by=soon - timedelta(seconds=1), email=None),
        tie("T0WAITING", confirmed_at=None),
        tie("T0ENDED", revoked_at=now),
        tie("T0PAST", reverify_by=now),
        tie("T0LONG", reverify_by=now + timedelta(days=7, seconds=1)),
        tie("T0TOLD", noticed_at=now),
    ]
    async with hall.linking.books.store.writing() as session:
        session.add_all(ties)
        await session.flush()
        ids = [one.id or 0 for one in ties]

    def ending(place: int, reverify_by: datetime, email: str | None) -> Ending:
        return Ending(
            id=ids[place],
            user=replace(ANA, workspace=ties[place].workspace),
            company_id=hall.southgate,
            company_name=SOUTHGATE,
            reverify_by=reverify_by,
            email=email,
        )

    first, second = ending(1, soon - timedelta(seconds=1), None), ending(0, soon, ANA_MAIL)
    assert await endings.ties() == [first, second]
    await endings.noticed_tie(first.id)
    assert await endings.ties() == [second]

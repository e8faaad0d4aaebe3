"""Ties of workspaces row by row: which one is confirmed, replaced, shown and ended, next to those like it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.keys import Sealed
from bot.linking import Reach, Role
from bot.linking.companies import set_state
from bot.linking.errors import NothingToDecide
from bot.linking.tables import WorkspaceTie
from bot.membership import Standing
from tests.linking.desk import ANA
from tests.linking.hall import Hall
from tests.linking.test_access_in_full import ids, store_rows, tie

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("last_first"),
]

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


async def rows_of(hall: Hall) -> dict[int, dict[str, Any]]:
    async with hall.linking.books.reading() as session:
        return {row.id or 0: row.model_dump() for row in (await session.exec(select(WorkspaceTie))).all()}


def waiting(hall: Hall, company_id: int, **values: Any) -> WorkspaceTie:
    pending = {"confirmed_at": None, "reverify_by": None, "expires_at": hall.clock() + DAY}
    return tie(hall, company_id, **(pending | values))


async def test_confirming_changes_that_tie_and_ends_the_older_one_of_the_same_pair(hall: Hall) -> None:
    known, now = await ids(hall), hall.clock()
    hall.platform.standings[ANA] = Standing.ADMIN
    others = [
        tie(hall, known["55"], platform="telegram"),
        tie(hall, known["55"], workspace="T0OTHER"),
        tie(hall, known["56"]),
        tie(hall, known["55"], revoked_at=now - DAY, ended_by="untied"),
        waiting(hall, known["55"]),
    ]
    older, wanted = tie(hall, known["55"]), waiting(hall, known["55"])
    await store_rows(hall, *others, older, wanted)
    before = await rows_of(hall)
    tied = await hall.workspaces.confirm(ANA, wanted.id or 0)
    assert (tied.id, tied.company_id, tied.company_name) == (
        wanted.id,
        known["55"],
        "Northwind Industrial Ltda",
    )
    until = now + hall.linking.books.reverify_after
    assert (tied.role, tied.confirmed_at, tied.reverify_by) == (Role.LOGISTICS, now, until)
    before[older.id or 0] |= {"revoked_at": now, "ended_by": "replaced"}
    before[wanted.id or 0] |= {"confirmed_by": ANA.key, "confirmed_at": now, "reverify_by": until}
    assert await rows_of(hall) == before


async def test_what_waits_here_can_be_confirmed_until_it_is_too_late_and_nothing_else(hall: Hall) -> None:
    known, now = await ids(hall), hall.clock()
    hall.platform.standings[ANA] = Standing.ADMIN
    here = [
        waiting(hall, known["56"], expires_at=now + SECOND),
        waiting(hall, known["55"], expires_at=now + SECOND),
    ]
    not_here = [
        waiting(hall, known["55"], expires_at=now),
        waiting(hall, known["55"], workspace="T0OTHER"),
        waiting(hall, known["55"], platform="telegram"),
        waiting(hall, known["55"], revoked_at=now),
        tie(hall, known["55"]),
    ]
    closed = waiting(hall, known["57"])
    await store_rows(hall, *here, *not_here, closed)
    await set_state(hall.linking.books, "erp", "57", "closed")
    pending = await hall.workspaces.pending(ANA)
    assert [(one.id, one.company_id, one.company_name, one.proved_by) for one in pending] == [
        (here[0].id, known["56"], "Southgate Comércio S.A.", ANA),
        (here[1].id, known["55"], "Northwind Industrial Ltda", ANA),
    ]
    assert {one.expires_at for one in pending} == {now + SECOND}
    before = await rows_of(hall)
    for one in (*not_here, closed):
        with pytest.raises(NothingToDecide):
            await hall.workspaces.confirm(ANA, one.id or 0)
    assert await rows_of(hall) == before


async def test_untying_ends_that_tie_alone_and_the_rest_is_shown(hall: Hall) -> None:
    known, now = await ids(hall), hall.clock()
    hall.platform.standings[ANA] = Standing.ADMIN
    shown = [tie(hall, known["56"]), tie(hall, known["55"])]
    other = [
        tie(hall, known["55"], workspace="T0OTHER"),
        tie(hall, known["55"], platform="telegram"),
        tie(hall, known["55"], revoked_at=now - DAY),
        waiting(hall, known["57"]),
    ]
    await store_rows(hall, *shown, *other)
    ties = await hall.workspaces.ties_of(ANA)
    assert [(one.id, one.company_name) for one in ties] == [
        (shown[0].id, "Southgate Comércio S.A."),
        (shown[1].id, "Northwind Industrial Ltda"),
    ]
    before = await rows_of(hall)
    assert await hall.workspaces.untie(ANA, shown[1].id or 0) == ties[1]
    before[shown[1].id or 0] |= {"revoked_at": now, "ended_by": "untied"}
    assert await rows_of(hall) == before
    assert await hall.workspaces.ties_of(ANA) == [ties[0]]


async def test_what_was_proved_waits_for_a_day_with_the_companys_defaults(hall: Hall) -> None:
    await hall.admin()
    await hall.members.set_default(ANA, hall.northwind, Role.LOGISTICS, Reach.COMPANY_TREE)
    now, keys = hall.clock(), hall.linking.books.keys
    (pending,) = await hall.workspaces.prove(ANA, await hall.code(ANA, purpose="workspace"))
    (row,) = (await rows_of(hall)).values()
    assert keys.open(Sealed(row.pop("email")["token"])) == "ana.souza@northwind.example"
    assert row == row | {
        "id": pending.id,
        "platform": "slack",
        "workspace": "T0CUSTOMER",
        "company_id": hall.northwind,
        "role": "logistics",
        "reach": "company_tree",
        "proved_by": ANA.key,
        "proved_at": now,
        "expires_at": now + DAY,
        "confirmed_at": None,
        "revoked_at": None,
    }
    async with hall.linking.books.reading() as session:
        live = await session.exec(select(WorkspaceTie).where(col(WorkspaceTie.confirmed_at).is_not(None)))
        assert live.all() == []

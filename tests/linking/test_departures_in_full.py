"""A workspace that takes the bot out, row by row: what ends, when and why, and what stays as it was."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import SQLModel, col, select

from bot.chat.people import ChatUser, Platform
from bot.linking.departures import Departures
from bot.linking.tables import Audit, ChannelTie, ChosenCompany, Link, LinkCode, WorkspaceTie
from tests.linking.desk import ANA, BRUNO, columns
from tests.linking.hall import CARLA, Hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ON_TELEGRAM = ChatUser(Platform.TELEGRAM, "U0ANA", "T0CUSTOMER")
"""Another platform may know a workspace by the same name."""
HOUR = timedelta(hours=1)


async def ended(hall: Hall, table: type[SQLModel], *columns: str) -> list[tuple[Any, ...]]:
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(table).order_by(col(getattr(table, "id"))))).all()  # noqa: B009
    return [tuple(getattr(row, name) for name in columns) for row in rows]


async def test_what_rests_on_the_workspace_ends_now_and_what_had_ended_keeps_its_end(hall: Hall) -> None:
    now = hall.clock()
    before = now - HOUR
    proof: dict[str, Any] = {"verified_by": "email_code", "verified_at": before, "reverify_by": now + HOUR}
    code: dict[str, Any] = {"email_digest": "0" * 64, "code_digest": "0" * 64, "tries_left": 5}
    code |= {"requested_at": before, "expires_at": now + HOUR}

    def link(user: ChatUser, company_id: int, **values: Any) -> Link:
        return Link(**columns(user), company_id=company_id, **proof, **values)

    def tie(workspace: str, company_id: int, **values: Any) -> WorkspaceTie:
        usual: dict[str, Any] = {
            "platform": "slack",
            "role": "buyer",
            "reach": "company",
            "proved_by": ANA.key,
        }
        dates: dict[str, Any] = {"proved_at": before, "expires_at": before}
        return WorkspaceTie(workspace=workspace, company_id=company_id, **(usual | dates | values))

    def channel(platform: str, workspace: str, **values: Any) -> ChannelTie:
        usual: dict[str, Any] = {
            "channel": "C1",
            "company_id": hall.southgate,
            "tied_by": ANA.key,
            "tied_at": before,
        }
        return ChannelTie(platform=platform, workspace=workspace, **usual, **values)

    async with hall.linking.books.store.writing() as session:
        # What the hall left behind would be noise here.
        for old in (await session.exec(select(Link))).all():
            await session.delete(old)
        session.add_all(
            [
                link(ANA, hall.northwind),
                link(BRUNO, hall.southgate),
                link(BRUNO, hall.northwind, revoked_at=before, ended_by="unlinked"),
                link(CARLA, hall.northwind),
                link(ON_TELEGRAM, hall.northwind),
                *(
                    ChosenCompany(**columns(one), company_id=hall.northwind)
                    for one in (BRUNO, CARLA, ON_TELEGRAM)
                ),
                LinkCode(**columns(ANA), **code),
                LinkCode(**columns(ANA), **code, used_at=before),
                LinkCode(**columns(ANA), **code, replaced_at=before),
                LinkCode(**columns(CARLA), **code),
                tie("T0CUSTOMER", hall.southgate, confirmed_at=before, reverify_by=now + HOUR),
                tie("T0CUSTOMER", hall.northwind, expires_at=now + HOUR),
                tie("T0CUSTOMER", hall.northwind, expires_at=now),
                tie("T0CUSTOMER", hall.northwind, revoked_at=before, confirmed_at=before, ended_by="untied"),
                tie("T0SOUTHGATE", hall.northwind, confirmed_at=before, reverify_by=now + HOUR),
                channel("slack", "T0CUSTOMER"),
                channel("slack", "T0CUSTOMER", revoked_at=before),
                channel("slack", "T0SOUTHGATE"),
                channel("telegram", "T0CUSTOMER"),
            ]
        )
    (last,) = (await ended(hall, Audit, "id"))[-1]
    assert await Departures(hall.linking).workspace(Platform.SLACK, "T0CUSTOMER") == 2

    gone, stays = (now, "removed"), (None, None)
    assert await ended(hall, Link, "revoked_at", "ended_by") == [
        gone,
        gone,
        (before, "unlinked"),
        stays,
        stays,
    ]
    async with hall.linking.books.reading() as session:
        chosen = (await session.exec(select(ChosenCompany))).all()
    assert {(one.platform, one.user_id) for one in chosen} == {("slack", "U0CARLA"), ("telegram", "U0ANA")}
    assert await ended(hall, LinkCode, "used_at", "replaced_at") == [
        (None, now),
        (before, None),
        (None, before),
        (None, None),
    ]
    assert await ended(hall, WorkspaceTie, "revoked_at", "ended_by") == [
        gone,
        gone,
        stays,
        (before, "untied"),
        stays,
    ]
    assert await ended(hall, ChannelTie, "revoked_at") == [(now,), (before,), (None,), (None,)]
    noted = await ended(hall, Audit, "platform", "workspace", "user_id", "act", "outcome", "company_id", "id")
    here = ("slack", "T0CUSTOMER")
    assert sorted(one[:-1] for one in noted if one[-1] > last) == sorted(
        [
            (*here, "U0ANA", "unlink", "removed", hall.northwind),
            (*here, "U0BRUNO", "unlink", "removed", hall.southgate),
            (*here, "USLACKBOT", "workspace", "removed", hall.southgate),
            (*here, "USLACKBOT", "workspace", "removed", hall.northwind),
            (*here, "USLACKBOT", "channel", "removed", hall.southgate),
        ]
    )

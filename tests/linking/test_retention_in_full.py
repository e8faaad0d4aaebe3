"""What a purge takes and what it leaves, row by row: each at the very end of its time and a second later."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlmodel import SQLModel, col

from bot.chat.people import ChatUser, Platform
from bot.linking import AuditEntry
from bot.linking.retention import Keep, Retention
from bot.linking.tables import (
    Audit,
    ChannelTie,
    ChosenCompany,
    Invitation,
    JoinRequest,
    Link,
    LinkCode,
    Person,
    Spending,
    StaffRow,
    WorkspaceTie,
)
from tests.linking.desk import ANA, columns
from tests.linking.hall import Hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
KEEP = Keep(links=10 * DAY, requests=20 * DAY, codes=DAY, spendings=2 * DAY, people=30 * DAY, audit=40 * DAY)
DIGEST = "0" * 64


def somebody(user_id: str) -> ChatUser:
    return ChatUser(Platform.SLACK, user_id, "T1")


def nearly(user: ChatUser) -> dict[str, ChatUser]:
    """Others who share all but one thing with a person."""
    return {
        "platform": replace(user, platform=Platform.TELEGRAM),
        "workspace": replace(user, workspace="T2"),
        "id": replace(user, user_id=f"{user.user_id}X"),
    }


class Rows:
    """Rows about Northwind, which ended at a moment."""

    def __init__(self, hall: Hall) -> None:
        self.now, self.company = hall.clock(), hall.northwind
        self.far = self.now + 90 * DAY

    def link(self, user: ChatUser, **values: Any) -> Link:
        proof: dict[str, Any] = {
            "verified_by": "email_code",
            "verified_at": self.now,
            "reverify_by": self.far,
        }
        return Link(**columns(user), **({"company_id": self.company} | proof | values))

    def tie(self, workspace: str, **values: Any) -> WorkspaceTie:
        usual: dict[str, Any] = {
            "platform": "slack",
            "company_id": self.company,
            "role": "buyer",
            "reach": "company",
        }
        dates: dict[str, Any] = {
            "proved_at": self.now,
            "expires_at": self.now - 99 * DAY,
            "confirmed_at": self.now,
        }
        whole = usual | dates | {"proved_by": ANA.key, "reverify_by": self.far}
        return WorkspaceTie(workspace=workspace, **(whole | values))

    def request(self, user_id: str, **values: Any) -> JoinRequest:
        wanted: dict[str, Any] = {"company_id": self.company, "role": "buyer", "reach": "company"}
        dates: dict[str, Any] = {"requested_at": self.now, "expires_at": self.far}
        return JoinRequest(**columns(somebody(user_id)), **(wanted | dates | values))

    def invitation(self, number: int, expires_at: datetime) -> Invitation:
        wanted: dict[str, Any] = {
            "company_id": self.company,
            "role": "buyer",
            "reach": "company",
            "made_by": ANA.key,
        }
        return Invitation(
            id=number, token_digest=f"{number:064d}", made_at=self.now, expires_at=expires_at, **wanted
        )

    def channel(self, channel: str, revoked_at: datetime | None) -> ChannelTie:
        where: dict[str, Any] = {
            "platform": "slack",
            "workspace": "T1",
            "company_id": self.company,
            "tied_by": ANA.key,
        }
        return ChannelTie(channel=channel, tied_at=self.now, revoked_at=revoked_at, **where)

    def staff(self, user: ChatUser, revoked_at: datetime | None = None) -> StaffRow:
        who: dict[str, Any] = {
            "platform": user.platform.value,
            "workspace": user.workspace,
            "subject_id": user.user_id,
        }
        return StaffRow(subject="user", added_by="", added_at=self.now, revoked_at=revoked_at, **who)

    def code(self, user_id: str, requested_at: datetime) -> LinkCode:
        digests: dict[str, Any] = {"email_digest": DIGEST, "code_digest": DIGEST, "tries_left": 1}
        dates: dict[str, Any] = {"requested_at": requested_at, "expires_at": self.now}
        return LinkCode(**columns(somebody(user_id)), **digests, **dates)

    def known(self, user: ChatUser, checked_at: datetime) -> Person:
        return Person(**columns(user), standing="member", checked_at=checked_at)

    def chosen(self, user: ChatUser) -> ChosenCompany:
        return ChosenCompany(**columns(user), company_id=self.company)


async def purged(hall: Hall, rows: Mapping[str, SQLModel]) -> tuple[set[str], Mapping[str, int]]:
    """The names of the rows that went, and how many are told."""
    async with hall.linking.books.store.writing() as session:
        # What the hall left behind would be counted.
        for old in (await session.exec(select(Link))).scalars().all():  # type: ignore[call-overload]
            await session.delete(old)
        session.add_all(rows.values())
    told = await Retention(hall.linking.books, KEEP).purge()
    async with hall.linking.books.reading() as session:
        gone = {
            name for name, row in rows.items() if await session.get(type(row), inspect(row).identity) is None
        }
    return gone, {table: count for table, count in told.items() if count}


async def test_t16_each_row_has_its_own_time(hall: Hall) -> None:
    rows, now, far = Rows(hall), hall.clock(), hall.clock() + 90 * DAY
    last = {name: now - getattr(KEEP, name) for name in ("links", "requests", "codes", "spendings", "people")}
    over = {name: moment - SECOND for name, moment in last.items()}
    everything = {
        "code": rows.code("U1", last["codes"]),
        "code, over": rows.code("U2", over["codes"]),
        "spending": Spending(kind="miss", who=DIGEST, at=last["spendings"]),
        "spending, over": Spending(kind="miss", who=DIGEST, at=over["spendings"]),
        "request": rows.request("U1", decided_at=last["requests"], expires_at=last["requests"]),
        "decided, over": rows.request("U2", decided_at=over["requests"]),
        "undecided, over": rows.request("U3", expires_at=over["requests"]),
        "open": rows.request("U4", invitation_id=3),
        "invitation": rows.invitation(1, last["requests"]),
        "invitation, over": rows.invitation(2, over["requests"]),
        "invitation asked by": rows.invitation(3, over["requests"]),
        "ended": rows.link(somebody("U1"), revoked_at=last["links"], reverify_by=last["links"]),
        "ended, over": rows.link(somebody("U2"), revoked_at=over["links"], ended_by="unlinked"),
        "run out, over": rows.link(somebody("U3"), reverify_by=over["links"]),
        "tie": rows.tie("T3"),
        "untied": rows.tie("T4", revoked_at=last["links"]),
        "untied, over": rows.tie("T5", revoked_at=over["links"]),
        "tie, run out": rows.tie("T6", reverify_by=last["links"]),
        "tie, run out, over": rows.tie("T7", reverify_by=over["links"]),
        "proved": rows.tie("T8", confirmed_at=None, reverify_by=None, expires_at=last["links"]),
        "proved, over": rows.tie("T9", confirmed_at=None, reverify_by=None, expires_at=over["links"]),
        "channel": rows.channel("C1", None),
        "channel, untied": rows.channel("C2", last["links"]),
        "channel, over": rows.channel("C3", over["links"]),
        "staff": rows.staff(somebody("U1")),
        "staff, ended": rows.staff(somebody("U2"), last["links"]),
        "staff, over": rows.staff(somebody("U3"), over["links"]),
        "person": rows.known(somebody("U5"), last["people"]),
        "person, over": rows.known(somebody("U6"), over["people"]),
        "link": rows.link(somebody("U7"), reverify_by=far),
    }
    gone, told = await purged(hall, everything)
    assert gone == {name for name in everything if name.endswith(", over")}
    assert told == {
        "link_codes": 1, "spendings": 1, "join_requests": 2, "invitations": 1, "links": 2,
        "workspace_ties": 3, "channel_ties": 1, "staff": 1, "people": 1,
    }  # fmt: skip
    assert list(await Retention(hall.linking.books, KEEP).purge()) == [
        "link_codes", "spendings", "join_requests", "invitations", "links", "workspace_ties", "channel_ties",
        "staff", "people", "chosen_companies", "audit",
    ]  # fmt: skip


async def test_t7_a_removal_is_kept_by_the_tie_it_shuts_out_of_and_by_no_other(hall: Hall) -> None:
    rows, old = Rows(hall), hall.clock() - 11 * DAY
    removed: dict[str, Any] = {"revoked_at": old, "ended_by": "removed"}

    def of(workspace: str, **values: Any) -> Link:
        return rows.link(ChatUser(Platform.SLACK, "U1", workspace), **(removed | values))

    gone, _ = await purged(
        hall,
        {
            "tied": rows.tie("T1"),
            "of another platform": rows.tie("T2", platform="telegram"),
            "of another company": rows.tie("T3", company_id=hall.southgate),
            "ended": rows.tie("T4", revoked_at=hall.clock()),
            "shut out": of("T1"),
            "left": of("T1", ended_by="unlinked"),
            "ended for no reason": of("T1", ended_by=None),
            "on another platform": of("T2"),
            "from another company": of("T3"),
            "where it ended": of("T4"),
            "elsewhere": of("T5"),
        },
    )
    assert gone == {
        "left", "ended for no reason", "on another platform", "from another company", "where it ended",
        "elsewhere",
    }  # fmt: skip


async def test_a_name_is_kept_while_that_very_person_has_a_link_that_holds(hall: Hall) -> None:
    rows, now = Rows(hall), hall.clock()
    old = now - 31 * DAY
    users = {name: somebody(f"U{name}") for name in ("linked", "ended", "out", "alone")}
    links: dict[str, SQLModel] = {
        "link": rows.link(users["linked"], reverify_by=now + SECOND),
        "link, ended": rows.link(users["ended"], revoked_at=now),
        "run out": rows.link(users["out"], reverify_by=now),
        **{f"link, {name}": rows.link(user) for name, user in nearly(users["alone"]).items()},
    }
    gone, _ = await purged(hall, links | {name: rows.known(user, old) for name, user in users.items()})
    assert gone == {"ended", "out", "alone"}


async def test_a_choice_is_kept_while_anything_is_known_of_that_very_person(hall: Hall) -> None:
    rows, now = Rows(hall), hall.clock()
    users = {name: somebody(f"U{name}") for name in ("linked", "known", "staff", "alone")}
    twins = nearly(users["alone"])
    gone, _ = await purged(
        hall,
        {
            "link": rows.link(users["linked"]),
            "name": rows.known(users["known"], now),
            "row": rows.staff(users["staff"]),
            **{f"link, {name}": rows.link(user) for name, user in twins.items()},
            **{f"name, {name}": rows.known(user, now) for name, user in twins.items()},
            **{f"row, {name}": rows.staff(user) for name, user in twins.items()},
            **{name: rows.chosen(user) for name, user in users.items()},
        },
    )
    assert gone == {"alone"}


async def test_the_last_second_of_the_audit_is_kept(hall: Hall) -> None:
    # The database's own clock guards the audit, so this is about now.
    now = datetime.now(UTC)
    for outcome, ago in (("last", KEEP.audit), ("over", KEEP.audit + SECOND)):
        hall.clock.now = now - ago
        await hall.linking.record(AuditEntry(user=ANA, act="lookup", outcome=outcome))
    hall.clock.now = now
    assert (await Retention(hall.linking.books, KEEP).purge())["audit"] >= 1
    async with hall.linking.books.reading() as session:
        found = await session.exec(select(col(Audit.outcome)).where(col(Audit.act) == "lookup"))  # type: ignore[call-overload]
        assert found.scalars().all() == ["last"]

"""How long things are kept: what is old goes, what is young or in use stays."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, func, select

from bot.chat.people import ChatUser, Platform
from bot.linking import AuditEntry, Reach, Role, VerifiedBy
from bot.linking.errors import NotAllowed
from bot.linking.links import person
from bot.linking.retention import SLICE, Keep, Retention
from bot.linking.tables import (
    Audit,
    ChannelTie,
    ChosenCompany,
    Invitation,
    JoinRequest,
    Link,
    LinkCode,
    LinkCodeCompany,
    Person,
    Spending,
    StaffRow,
    WorkspaceTie,
)
from bot.store import Store, add
from tests.linking.desk import ANA, ANA_ON_TELEGRAM, BRUNO
from tests.linking.hall import CARLA, GROUP, SOFIA, Hall
from tests.linking.test_budgets import statements

DIGEST = "0" * 64
KEEP = Keep()
SECOND = timedelta(seconds=1)

Row = Mapping[str, Any]
Make = Callable[[datetime], Row]
"""A row that ended, or was made, at a moment."""


def link(now: datetime, **values: Any) -> Row:
    proof = {"verified_by": VerifiedBy.EMAIL_CODE.value, "verified_at": now}
    granted = {"role": Role.BUYER.value, "reach": Reach.COMPANY.value, "reverify_by": now}
    return {**person(BRUNO), "company_id": 1, **proof, **granted, **values}


def code(now: datetime) -> Row:
    digests = {"email_digest": DIGEST, "code_digest": DIGEST}
    return {
        **person(BRUNO), **digests, "purpose": "link", "requested_at": now, "expires_at": now, "tries_left": 5
    }  # fmt: skip


def request(now: datetime, **values: Any) -> Row:
    wanted = {"company_id": 1, "role": "buyer", "reach": "company"}
    return {**person(BRUNO), **wanted, "requested_at": now, "expires_at": now, **values}


def invitation(now: datetime, **values: Any) -> Row:
    made = {"company_id": 1, "role": "buyer", "reach": "company", "made_by": ANA.key, "made_by_staff": False}
    return {"token_digest": DIGEST, **made, "made_at": now, "expires_at": now, **values}


def tie(now: datetime, **values: Any) -> Row:
    what = {"platform": "slack", "workspace": "T0CUSTOMER", "company_id": 1, "role": "buyer"}
    return {
        **what, "reach": "company", "proved_by": ANA.key, "proved_at": now, "expires_at": now, **values
    }  # fmt: skip


def channel(now: datetime) -> Row:
    where = {"platform": "slack", "workspace": "T0CUSTOMER", "channel": "C1", "company_id": 1}
    return {**where, "tied_by": ANA.key, "tied_at": now, "revoked_at": now}


def staff(now: datetime) -> Row:
    who = {"platform": "slack", "workspace": "T0SUPPLIER", "subject": "user", "subject_id": "U1"}
    return {**who, "admin": False, "added_by": ANA.key, "added_at": now, "revoked_at": now}


CASES: list[tuple[str, Any, timedelta, Make]] = [
    ("a code", LinkCode, KEEP.codes, code),
    ("a spending", Spending, KEEP.spendings, lambda now: {"kind": "miss", "who": DIGEST, "at": now}),
    ("an ended link", Link, KEEP.links, lambda now: link(now, revoked_at=now, ended_by="unlinked")),
    ("an ended link without a reason", Link, KEEP.links, lambda now: link(now, revoked_at=now)),
    (
        "a removed member",
        Link,
        KEEP.links,
        lambda now: link(now, revoked_at=now, ended_by="removed"),
    ),
    ("a link that ran out", Link, KEEP.links, link),
    ("a request nobody decided", JoinRequest, KEEP.requests, request),
    (
        "a decided request",
        JoinRequest,
        KEEP.requests,
        lambda now: request(now, expires_at=now + timedelta(days=7), decided_at=now, outcome="let_in"),
    ),
    ("an invitation nobody took", Invitation, KEEP.requests, invitation),
    (
        "a taken invitation",
        Invitation,
        KEEP.requests,
        lambda now: invitation(now, taken_by="x", taken_at=now),
    ),
    ("a tie nobody confirmed", WorkspaceTie, KEEP.links, tie),
    (
        "an ended tie",
        WorkspaceTie,
        KEEP.links,
        lambda now: tie(now, confirmed_at=now, reverify_by=now + timedelta(days=90), revoked_at=now),
    ),
    (
        "a tie that ran out",
        WorkspaceTie,
        KEEP.links,
        lambda now: tie(now, confirmed_at=now, reverify_by=now),
    ),
    ("an untied channel", ChannelTie, KEEP.links, channel),
    ("somebody who was staff", StaffRow, KEEP.links, staff),
    (
        "a person who is not linked",
        Person,
        KEEP.people,
        lambda now: {**person(BRUNO), "standing": "member", "checked_at": now},
    ),
]


async def count(store: Store, table: Any) -> int:
    async with store.reading() as session:
        return int((await session.exec(select(func.count()).select_from(table))).one())


async def put(hall: Hall, table: Any, *rows: Row) -> None:
    async with hall.linking.books.store.writing() as session:
        await add(session, table, rows)


def retention(hall: Hall, keep: Keep = KEEP) -> Retention:
    return Retention(hall.linking.books, keep)


@pytest.mark.parametrize(("table", "kept", "make"), [one[1:] for one in CASES], ids=[one[0] for one in CASES])
async def test_t16_it_goes_when_its_time_has_come_and_not_before(
    hall: Hall, table: Any, kept: timedelta, make: Make
) -> None:
    now, store = hall.clock(), hall.linking.books.store
    before = await count(store, table)
    await put(hall, table, make(now))
    hall.clock.now = now + kept
    assert (await retention(hall).purge())[table.__tablename__] == 0
    assert await count(store, table) == before + 1
    hall.clock.now = now + kept + SECOND
    # What the hall itself left behind goes as well; so only that nothing like it is left counts.
    assert (await retention(hall).purge())[table.__tablename__] >= 1
    assert await count(store, table) <= before


async def test_what_is_in_use_outlives_everything(hall: Hall) -> None:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    await hall.tied()
    await hall.named_staff()
    await hall.linking.use_company(SOFIA, hall.southgate)
    await hall.linking.link_directly(CARLA, "erp", "56")
    await hall.linking.standings.meet(CARLA)
    before = await hall.seeing()
    assert len(before) > 3
    # As links and ties end by themselves after 90 days, everything else is given less than that.
    day = timedelta(days=1)
    hall.clock.turn(days=80)
    keep = Keep(audit=day, links=day, requests=day, codes=day, spendings=day, people=day)
    await retention(hall, keep).purge()
    assert await hall.seeing() == before
    assert await hall.linking.standings.name_of(CARLA) == "Name of U0CARLA"


async def test_a_code_takes_its_companies_along(hall: Hall) -> None:
    await hall.code(ANA)
    assert await count(hall.linking.books.store, LinkCodeCompany) == 1
    hall.clock.turn(days=1, seconds=1)
    await retention(hall).purge()
    assert await count(hall.linking.books.store, LinkCodeCompany) == 0


async def test_an_invitation_stays_for_as_long_as_the_request_that_came_of_it(hall: Hall) -> None:
    token = await hall.invited()
    accepted = await hall.invitations.accept(BRUNO, token)
    assert accepted.request is not None
    hall.clock.turn(days=6)
    await hall.requests.decide(ANA, accepted.request.id, let_in=True)
    hall.clock.turn(days=363)
    assert (await retention(hall).purge())["invitations"] == 0
    hall.clock.turn(days=5)
    gone = await retention(hall).purge()
    assert (gone["join_requests"], gone["invitations"]) == (1, 1)


async def test_t7_somebody_removed_from_a_tied_workspace_stays_out_for_as_long_as_it_is_tied(
    hall: Hall,
) -> None:
    await hall.admin()
    await hall.tied()
    assert BRUNO in await hall.seeing()
    await hall.members.remove(ANA, hall.northwind, BRUNO)
    for _ in range(6):
        hall.clock.turn(days=80)
        await hall.admin()
        await hall.tied()
        await retention(hall).purge()
        seeing = await hall.seeing()
        assert ANA in seeing
        assert BRUNO not in seeing


async def test_t16_somebody_removed_is_forgotten_once_nothing_is_tied(hall: Hall) -> None:
    await hall.admin()
    for user in (BRUNO, ANA_ON_TELEGRAM):
        await hall.linking.link_directly(user, "erp", "55")
        await hall.members.remove(ANA, hall.northwind, user)
    hall.clock.turn(days=366)
    await retention(hall).purge()
    async with hall.linking.books.reading() as session:
        rows = await session.exec(select(Link).where(col(Link.ended_by) == "removed"))
        assert rows.all() == []


async def test_a_choice_goes_with_the_last_trace_of_the_person(hall: Hall) -> None:
    await hall.linking.link_directly(BRUNO, "erp", "55")
    await hall.named_staff()
    await hall.linking.use_company(SOFIA, hall.southgate)
    assert await count(hall.linking.books.store, ChosenCompany) == 2
    hall.clock.turn(days=90 + 366)
    await retention(hall).purge()
    async with hall.linking.books.reading() as session:
        assert [row.user_id for row in (await session.exec(select(ChosenCompany))).all()] == [SOFIA.user_id]


async def test_telegram_staff_keep_their_choice(hall: Hall) -> None:
    boss = ChatUser(Platform.TELEGRAM, "900")
    await hall.staff.add(None, boss.platform, "", boss.user_id)
    await hall.linking.use_company(boss, hall.northwind)
    hall.clock.turn(days=500)
    await retention(hall).purge()
    current = (await hall.linking.access(boss)).current
    assert current is not None
    assert current.company_id == hall.northwind


async def test_the_audit_is_kept_for_its_time_and_then_goes(hall: Hall) -> None:
    # The database's own clock guards the audit, so this is about now.
    hall.clock.now = datetime.now(UTC) - timedelta(days=800)
    await hall.linking.record(AuditEntry(user=ANA, act="lookup", outcome="old"))
    hall.clock.turn(days=75)
    await hall.linking.record(AuditEntry(user=ANA, act="lookup", outcome="young"))
    hall.clock.now = datetime.now(UTC)
    await retention(hall).purge()
    assert await outcomes(hall) == ["young"]


async def test_the_audit_is_never_kept_for_less_than_its_guard_allows(hall: Hall) -> None:
    for days in (40, 32, 30, 29, 0):
        hall.clock.now = datetime.now(UTC) - timedelta(days=days)
        await hall.linking.record(AuditEntry(user=ANA, act="lookup", outcome=str(days)))
    hall.clock.now = datetime.now(UTC)
    await retention(hall, Keep(audit=timedelta(days=1))).purge()
    assert await outcomes(hall) == ["30", "29", "0"]


async def test_a_purge_forgets_in_slices(hall: Hall) -> None:
    now = hall.clock()
    spent = [{"kind": "miss", "who": DIGEST, "at": now} for _ in range(2 * SLICE + 500)]
    people = [
        {**person(BRUNO), "user_id": f"U{number}", "standing": "member", "checked_at": now}
        for number in range(SLICE + 1)
    ]
    await put(hall, Spending, *spent)
    await put(hall, Person, *people)
    hall.clock.turn(days=200)
    async with statements(hall.linking.books.store) as made:
        gone = await retention(hall).purge()
    assert (gone["spendings"], gone["people"]) == (len(spent), len(people))
    assert len([one for one in made if one.startswith("DELETE FROM spendings")]) == 3
    assert len([one for one in made if one.startswith("DELETE FROM people")]) == 2


async def test_a_second_purge_finds_nothing(hall: Hall) -> None:
    await hall.tied()
    await hall.linking.codes.redeem(BRUNO, await hall.code(BRUNO))
    hall.clock.turn(days=1000)
    assert sum((await retention(hall).purge()).values()) > 0
    assert set((await retention(hall).purge()).values()) == {0}


async def test_a_forgotten_channel_tie_was_no_use_to_anybody(hall: Hall) -> None:
    await hall.named_staff()
    hall.platform.channels[GROUP.id] = [ANA_ON_TELEGRAM]
    await hall.linking.link_directly(ANA_ON_TELEGRAM, "erp", "55")
    with pytest.raises(NotAllowed):
        await hall.channels.tie(ANA_ON_TELEGRAM, GROUP, hall.northwind)
    await hall.channels.tie(SOFIA, GROUP, hall.northwind)
    hall.clock.turn(days=80)
    assert (await retention(hall, Keep(links=timedelta(days=1))).purge())["channel_ties"] == 0
    assert await hall.channels.only_insiders(GROUP)


async def outcomes(hall: Hall) -> list[str]:
    """Of the look-ups on record, oldest first."""
    async with hall.linking.books.reading() as session:
        found = await session.exec(
            select(col(Audit.outcome)).where(col(Audit.act) == "lookup").order_by(col(Audit.id))
        )
        return list(found.all())

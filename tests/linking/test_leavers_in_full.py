"""A sweep of leavers, person by person and contact by contact: who is asked about, and what ends for whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.chat.people import ChatUser, Conversation, Platform
from bot.erp.errors import ErpUnavailable
from bot.erp.protocol import CompanyContact
from bot.keys import Keys, new_secret_key
from bot.linking import VerifiedBy
from bot.linking.contacts import ASKED, ProvedContact, answer_digests
from bot.linking.leavers import ASKED_EVERY, Leavers, Left
from bot.linking.tables import Audit, Link, Person, Spending, WorkspaceTie
from bot.membership import MembershipUnknown, Seen, Standing
from tests.linking.desk import ANA, BRUNO, columns
from tests.linking.hall import MALLORY, Hall
from tests.linking.test_access_in_full import store_rows, tie

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SECOND = timedelta(seconds=1)
PHONE, OTHER_PHONE = "+5511987650002", "+5511987650003"


@dataclass
class Roll:
    """A platform that knows people by a standing; of everybody else it tells nothing."""

    standings: dict[ChatUser, Standing | ChatUser] = field(default_factory=dict)
    asked: list[ChatUser] = field(default_factory=list)

    async def person(self, user: ChatUser) -> Seen:
        self.asked.append(user)
        match self.standings.get(user):
            case Standing() as standing:
                return Seen(user, standing, "")
            case ChatUser() as other:
                return Seen(other, Standing.GONE, "")
        raise MembershipUnknown("silent")

    async def members(self, place: Conversation, known: Sequence[ChatUser]) -> Sequence[Seen]:
        raise MembershipUnknown("silent")

    async def attends(self, user: ChatUser, place: Conversation) -> bool:
        return False

    async def place(self, place: Conversation) -> Any:
        raise MembershipUnknown("silent")

    async def in_group(self, user: ChatUser, group_id: str) -> bool:
        return False


@dataclass
class Book:
    """A directory of Northwind's that has these addresses and phones, and is silent about some."""

    known: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        self.asked.append(email)
        if email in self.silent:
            raise ErpUnavailable
        contact = CompanyContact(erp="erp", company_key="55", company_name="-", email=email, phone=email)
        return [contact] if email in self.known else []

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        return await self.contacts_by_email(phone)


class Rows:
    """Rows about people at Northwind, made a day and more ago."""

    def __init__(self, hall: Hall) -> None:
        self.hall, self.keys, self.now = hall, hall.linking.books.keys, hall.clock()

    def link(self, user: ChatUser, email: str | None = None, phone: str | None = None, **values: Any) -> Link:
        usual: dict[str, Any] = {
            "company_id": self.hall.northwind,
            "verified_by": "email_code",
            "verified_at": self.now,
        }
        sealed = {
            "email": self.keys.seal(email) if email else None,
            "phone": self.keys.seal(phone) if phone else None,
        }
        return Link(**columns(user), **({"reverify_by": self.now + SECOND} | usual | sealed | values))

    def person(self, user: ChatUser, ago: timedelta) -> Person:
        return Person(**columns(user), standing="member", checked_at=self.now - ago)


def somebody(name: str) -> ChatUser:
    return ChatUser(Platform.SLACK, f"U0{name}", "T0CUSTOMER")


async def ended(hall: Hall) -> set[tuple[str, int, str]]:
    """Who lost which company in the sweep, and why."""
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(Link).where(col(Link.revoked_at) == hall.clock()))).all()
    return {(row.user_id, row.company_id, row.ended_by or "") for row in rows if row.ended_by != "unlinked"}


async def noted(hall: Hall, outcome: str) -> list[tuple[str, str, int | None]]:
    async with hall.linking.books.reading() as session:
        wanted = select(Audit).where(col(Audit.outcome) == outcome).order_by(col(Audit.user_id))
        return [(row.user_id, row.act, row.company_id) for row in (await session.exec(wanted)).all()]


async def test_t7_everybody_with_a_live_link_is_asked_about_once_a_day_and_only_the_gone_lose_it(
    hall: Hall,
) -> None:
    rows, north, south = Rows(hall), hall.northwind, hall.southgate
    names = ("A", "B", "GONE", "MEMBER", "TOO", "Y", "Z")
    a, b, gone, member, too, y, z = (somebody(name) for name in names)
    heard, a_day_ago = somebody("HEARD"), somebody("LATELY")
    over, out = somebody("OVER"), somebody("OUT")
    twins = [replace(gone, user_id="U0GONEX"), replace(gone, workspace="T0X")]
    await store_rows(
        hall,
        *(rows.link(user) for user in (a, b, gone, member, too, y, z, heard, a_day_ago, MALLORY)),
        rows.link(gone, company_id=south),
        rows.link(gone, company_id=3, revoked_at=rows.now - SECOND, ended_by="removed"),
        rows.link(over, revoked_at=rows.now - SECOND),
        rows.link(out, reverify_by=rows.now),
        rows.person(heard, ASKED_EVERY - SECOND),
        rows.person(a_day_ago, ASKED_EVERY),
        # Somebody else was heard of.
        *(rows.person(twin, timedelta(0)) for twin in (*twins, replace(gone, platform=Platform.TELEGRAM))),
    )
    roll = Roll({gone: Standing.GONE, too: Standing.GONE, member: Standing.MEMBER, a_day_ago: Standing.GUEST})
    # The platform is silent about A and Z, and tells of somebody else for B and Y.
    roll.standings |= {b: heard, y: heard}
    with capture_logs() as logs:
        left = await Leavers(hall.linking, {Platform.SLACK: roll}, []).sweep()
    assert sorted((one.user.user_id, one.company_id, one.why) for one in left) == [
        ("U0GONE", north, "gone"),
        ("U0GONE", south, "gone"),
        ("U0TOO", north, "gone"),
    ]
    assert sorted(roll.asked, key=str) == sorted([a, b, gone, member, too, y, z, a_day_ago], key=str)
    assert await ended(hall) == {
        ("U0GONE", north, "gone"),
        ("U0GONE", south, "gone"),
        ("U0TOO", north, "gone"),
    }
    silent = {"event": "standing_unknown", "log_level": "info", "reason": "silent"}
    assert [one for one in logs if one["event"] != "audited"] == [silent, silent]
    assert {one for one, *_ in await noted(hall, "gone")} == {"U0GONE", "U0TOO"}
    # Without Slack there is nobody to ask.
    assert await Leavers(hall.linking, {Platform.TELEGRAM: roll}, []).sweep() == []


async def test_t7_a_right_ends_with_the_contact_it_rests_on_and_no_other_right_does(hall: Hall) -> None:
    rows, north, south = Rows(hall), hall.northwind, hall.southgate
    keys, now = rows.keys, rows.now
    lately, a_day_ago = now - ASKED_EVERY + SECOND, now - ASKED_EVERY

    def answered(email: str, at: Any, kind: str = ASKED) -> Spending:
        digests = answer_digests(keys, ProvedContact(north, frozenset(), email, None))
        return Spending(kind=kind, who=digests[0], at=at)

    gone, both, called = somebody("GONE"), somebody("BOTH"), somebody("CALLED")
    unreadable = rows.link(somebody("LOST"))
    unreadable.email = Keys([new_secret_key()]).seal("lost@n.example")
    await store_rows(
        hall,
        # First those that are left for another time: what comes after them is looked at all the same.
        rows.link(somebody("LATELY"), "lately@n.example"),
        rows.link(somebody("SILENT"), "silent@n.example"),
        rows.link(gone, "gone@n.example"),
        rows.link(somebody("SAME"), "gone@n.example"),
        rows.link(gone, "gone@s.example", company_id=south, verified_by=VerifiedBy.OPERATOR.value),
        rows.link(both, "both@n.example", PHONE),
        rows.link(called, phone=OTHER_PHONE),
        rows.link(somebody("KNOWN"), "known@n.example"),
        rows.link(somebody("AGO"), "ago@n.example"),
        rows.link(somebody("NONE")),
        rows.link(somebody("OVER"), "over@n.example", revoked_at=now - SECOND),
        rows.link(somebody("OUT"), "out@n.example", reverify_by=now),
        unreadable,
        answered("lately@n.example", lately),
        answered("ago@n.example", a_day_ago),
        answered("gone@n.example", now, "miss"),
        tie(hall, north, email=keys.seal("tie@n.example"), workspace="T1"),
        tie(hall, north, email=keys.seal("known@n.example"), workspace="T2"),
        tie(hall, north, email=keys.seal("not yet@n.example"), workspace="T3", confirmed_at=None),
        tie(hall, north, email=keys.seal("ended@n.example"), workspace="T4", revoked_at=now - SECOND),
        tie(hall, north, email=keys.seal("late@n.example"), workspace="T5", reverify_by=now),
        tie(hall, north, workspace="T6"),
        tie(hall, south, email=keys.seal("tie@s.example"), workspace="T7", proved_by="slack:erased-1"),
    )
    book = Book({"known@n.example", "gone@s.example"}, {"silent@n.example"})
    with capture_logs() as logs:
        left = await Leavers(hall.linking, {}, [book]).sweep()
    # Southgate has nobody of that address: what the directory knows is of Northwind.
    assert sorted((one.user.user_id, one.company_id, one.why) for one in left) == sorted(
        [
            ("U0GONE", north, "contact_gone"),
            ("U0SAME", north, "contact_gone"),
            ("U0GONE", south, "contact_gone"),
            ("U0BOTH", north, "contact_gone"),
            ("U0CALLED", north, "contact_gone"),
            ("U0AGO", north, "contact_gone"),
            (ANA.user_id, north, "contact_gone"),
        ]
    )
    assert [one for one in left if one.user == ANA] == [Left(user=ANA, company_id=north, why="contact_gone")]
    # What two links rest on, or a link and a tie, is asked for once.
    assert sorted(book.asked) == sorted(
        [
            *("silent@n.example", "gone@n.example", "gone@s.example", "both@n.example", PHONE, OTHER_PHONE),
            *("known@n.example", "ago@n.example", "tie@n.example", "tie@s.example"),
        ]
    )
    assert await ended(hall) == {
        ("U0GONE", north, "contact_gone"),
        ("U0SAME", north, "contact_gone"),
        ("U0GONE", south, "contact_gone"),
        ("U0BOTH", north, "contact_gone"),
        ("U0CALLED", north, "contact_gone"),
        ("U0AGO", north, "contact_gone"),
    }
    async with hall.linking.books.reading() as session:
        ties = (await session.exec(select(WorkspaceTie).order_by(col(WorkspaceTie.id)))).all()
    over = (now, "contact_gone")
    assert [(one.revoked_at, one.ended_by) for one in ties] == [
        over,
        (None, None),
        (None, None),
        (now - SECOND, None),
        (None, None),
        (None, None),
        over,
    ]
    assert await noted(hall, "contact_gone") == [
        ("U0AGO", "unlink", north),
        (ANA.user_id, "workspace", north),
        ("U0BOTH", "unlink", north),
        ("U0CALLED", "unlink", north),
        ("U0GONE", "unlink", north),
        ("U0GONE", "unlink", south),
        ("U0SAME", "unlink", north),
        ("erased-1", "workspace", south),
    ]
    told = {"event": "sealed_unreadable", "log_level": "error", "reason": "key_missing"}
    assert [one for one in logs if one["log_level"] == "error"] == [told]
    silent = {"event": "contacts_unknown", "log_level": "info", "reason": "ErpUnavailable"}
    assert [one for one in logs if "contacts" in one["event"]] == [silent]
    # An answer is remembered for a day; who was silent is asked again at once.
    book.asked.clear()
    assert await Leavers(hall.linking, {}, [book]).sweep() == []
    assert book.asked == ["silent@n.example"]


async def test_whoever_has_proved_another_mailbox_or_company_meanwhile_keeps_what_rests_on_it(
    hall: Hall,
) -> None:
    rows, north = Rows(hall), hall.northwind
    await store_rows(
        hall,
        rows.link(BRUNO, "old@n.example"),
        rows.link(BRUNO, "bruno@s.example", company_id=hall.southgate),
    )
    book = Book(set(), {"bruno@s.example"})
    (left,) = await Leavers(hall.linking, {}, [book]).sweep()
    assert (left.user, left.company_id) == (BRUNO, north)
    assert await hall.seeing() == {BRUNO: {"56"}}

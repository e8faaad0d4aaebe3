"""What staff find and what the team looked up, next to rows that resemble it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.chat import ChatUser, Platform
from bot.erp.errors import ErpError, ErpUnavailable
from bot.erp.protocol import CompanyContact
from bot.linking import CompanyRow, Linking, StoredContacts
from bot.linking.companies import set_state
from bot.linking.errors import NotAllowed
from bot.linking.staff import StaffDesk, TeamLookup
from bot.linking.tables import Audit
from tests.linking.desk import ANA, ANA_MAIL, BOTH_MAIL
from tests.linking.hall import BRUNOS_PHONE, SHARED_PHONE, SOFIA, Hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NORTHWIND, SOUTHGATE = "Northwind Industrial Ltda", "Southgate Comércio S.A."
TOM = ChatUser(Platform.TELEGRAM, "700009")
COLLEAGUE = ChatUser(Platform.SLACK, "U0INGROUP", "T0SUPPLIER")
"""Staff by a group: nobody named them."""


async def record(hall: Hall, user: ChatUser, **values: Any) -> int:
    """A line of the audit; its id."""
    usual: dict[str, Any] = {"act": "lookup", "outcome": "found", "company_id": hall.northwind}
    async with hall.linking.books.writing_about(None) as session:
        await hall.linking.books.note(session, user, **(usual | values))
        return (await session.exec(select(Audit.id).order_by(col(Audit.id).desc()).limit(1))).one() or 0


def line(hall: Hall, id: int, name: str, **values: Any) -> TeamLookup:
    usual: dict[str, Any] = {"at": hall.clock(), "company": NORTHWIND, "act": "lookup", "outcome": "found"}
    return TeamLookup(id=id, name=name, **(usual | {"subject": ()} | values))


async def test_t12_the_team_reads_what_the_team_found_in_the_last_day_and_that_is_on_record(
    hall: Hall,
) -> None:
    await hall.named_staff()
    await hall.staff.add(None, Platform.TELEGRAM, "", TOM.user_id)
    await hall.staff.add(None, Platform.SLACK, "T0SUPPLIER", "S0DESK", group=True)
    old = await record(hall, SOFIA)
    hall.clock.turn(days=1)
    assert await hall.staff.recent(SOFIA) == []
    first = await record(hall, SOFIA, subject=["PO-1"])
    second = await record(hall, TOM, act="file", outcome="sent")
    third = await record(hall, COLLEAGUE, company_id=hall.southgate)
    others = (ANA, ChatUser(Platform.SLACK, TOM.user_id, "T0CUSTOMER"), ChatUser(Platform.TELEGRAM, "700010"))
    for user in others:
        await record(hall, user)
    for values in ({"act": "unlink"}, {"outcome": "missed"}, {"company_id": None}):
        await record(hall, SOFIA, **values)
    wanted = [
        line(hall, third, COLLEAGUE.user_id, company=SOUTHGATE),
        line(hall, second, TOM.user_id, act="file", outcome="sent"),
        line(hall, first, f"Name of {SOFIA.user_id}", subject=("PO-1",)),
    ]
    assert await hall.staff.recent(SOFIA) == wanted
    assert await hall.staff.recent(SOFIA, limit=1) == wanted[:1]
    assert await hall.staff.recent(SOFIA, before=second) == wanted[2:]
    assert old < first
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(Audit).where(col(Audit.act) == "team_history"))).all()
    assert [(row.user_id, row.outcome, row.company_id) for row in rows] == [
        (SOFIA.user_id, "shown", None)
    ] * 4
    with pytest.raises(NotAllowed):
        await hall.staff.recent(ANA)
    more = [await record(hall, SOFIA) for _ in range(11)]
    assert [one.id for one in await hall.staff.recent(SOFIA)] == more[:0:-1]
    hall.clock.turn(days=1, seconds=-1)
    assert len(await hall.staff.recent(SOFIA)) == 10

    of_no_workspace = StaffDesk(hall.linking, {}, "")
    assert [one.id for one in await of_no_workspace.recent(SOFIA, before=third)] == [second, first]


async def found(desk: StaffDesk, text: str, **limit: int) -> list[str]:
    return [one.name for one in await desk.search(SOFIA, text, **limit)]


async def test_staff_find_a_company_by_a_contact_in_full_and_no_closed_one(hall: Hall) -> None:
    await hall.named_staff()
    both = [NORTHWIND, SOUTHGATE]
    assert await found(hall.staff, ANA_MAIL) == [NORTHWIND]
    assert await found(hall.staff, f" {BOTH_MAIL.upper()} ") == both
    assert await found(hall.staff, BOTH_MAIL, limit=1) == [NORTHWIND]
    assert await found(hall.staff, BRUNOS_PHONE) == [NORTHWIND]
    assert await found(hall.staff, " +55 (11) 98765-0002") == [NORTHWIND]
    assert await found(hall.staff, SHARED_PHONE) == both
    for nothing in ("nobody@northwind.example", "@", "ana@", "+", "+5511900000000"):
        assert await found(hall.staff, nothing) == []
    assert await found(hall.staff, "ana") == [NORTHWIND]
    await set_state(hall.linking.books, "erp", "55", "on_hold")
    assert await found(hall.staff, "ana") == []
    assert await found(hall.staff, BOTH_MAIL) == [SOUTHGATE]


@dataclass
class Silent:
    """A directory that fails, and remembers what it was asked."""

    failure: ErpError = field(default_factory=ErpUnavailable)
    asked: list[str] = field(default_factory=list)

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        self.asked.append(f"mail {email}")
        raise self.failure

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        self.asked.append(f"phone {phone}")
        raise self.failure


async def test_a_directory_that_does_not_answer_is_left_out_and_logged(hall: Hall) -> None:
    await hall.named_staff()
    books, silent = hall.linking.books, Silent()
    linking = Linking(
        books.store,
        books.keys,
        [silent, StoredContacts(books.store, books.keys)],
        clock=hall.clock,
        memberships={Platform.SLACK: hall.platform},
        staff_workspace="T0SUPPLIER",
    )
    desk = StaffDesk(linking, {}, "T0SUPPLIER")
    with capture_logs() as logs:
        assert await found(desk, ANA_MAIL) == [NORTHWIND]
        assert await found(desk, BRUNOS_PHONE) == [NORTHWIND]
    assert silent.asked == [f"mail {ANA_MAIL}", f"phone {BRUNOS_PHONE}"]
    told = {"event": "contacts_unknown", "log_level": "info", "reason": ErpUnavailable.reason}
    assert [one for one in logs if one["event"] != "audited"] == [told] * 2


async def test_names_of_contacts_are_found_in_the_order_of_companies_and_no_more_than_wanted(
    hall: Hall,
) -> None:
    await hall.named_staff()
    rows = [
        CompanyRow(erp="erp", erp_key=key, name=name, email=f"z@{key}.example", contact_name="Zuleica Prado")
        for key, name in (("70", "Zeta"), ("71", "alpha"), ("72", "Beta"))
    ]
    await hall.linking.import_companies(rows)
    assert await found(hall.staff, "zuleica") == ["alpha", "Beta", "Zeta"]
    assert await found(hall.staff, "zuleica", limit=2) == ["alpha", "Beta"]
    hall.clock.turn(seconds=timedelta(days=1).total_seconds())
    assert await found(hall.staff, "zuleica prado junior") == []

"""What staff find and what the team looked up, next to rows that resemble it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.chat.people import ChatUser, Platform
from bot.erp.errors import ErpError, ErpUnavailable
from bot.erp.protocol import CompanyContact
from bot.linking import CompanyRow, Linking, StoredContacts
from bot.linking.books import OPERATOR
from bot.linking.companies import set_state
from bot.linking.errors import NotAllowed, NotFullMember
from bot.linking.staff import StaffDesk, TeamLookup
from bot.linking.tables import Audit, StaffRow
from bot.membership import Standing
from tests.linking.desk import ANA, ANA_MAIL, BOTH_MAIL
from tests.linking.hall import BRUNOS_PHONE, SHARED_PHONE, SOFIA, Hall

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("last_first"),
]

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
    # Others among them: of no workspace as well, who are staff of none.
    others = (ANA, ChatUser(Platform.SLACK, TOM.user_id, "T0CUSTOMER"), ChatUser(Platform.TELEGRAM, "700010"))
    for user in others:
        await record(hall, user)
    third = await record(hall, COLLEAGUE, company_id=hall.southgate)
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


async def test_t12_naming_and_removing_staff_changes_that_row_alone(hall: Hall) -> None:
    desk, slack, ours = hall.staff, Platform.SLACK, "T0SUPPLIER"
    start = hall.clock()
    await desk.add(None, slack, ours, SOFIA.user_id, admin=True)
    await desk.add(SOFIA, Platform.TELEGRAM, "", "900")
    await desk.add(SOFIA, slack, ours, "900")
    hall.clock.turn(minutes=1)
    await desk.add(SOFIA, slack, ours, "900", admin=True)
    await desk.add(SOFIA, slack, ours, "S0DESK", group=True)
    hall.clock.turn(minutes=1)
    assert await desk.remove(SOFIA, slack, ours, "S0DESK")
    assert not await desk.remove(SOFIA, slack, ours, "S0DESK")
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(StaffRow).order_by(col(StaffRow.id)))).all()
    minute = timedelta(minutes=1)
    assert [
        (row.platform, row.workspace, row.subject, row.subject_id, row.admin, row.added_by) for row in rows
    ] == [
        ("slack", ours, "user", SOFIA.user_id, True, OPERATOR.key),
        ("telegram", "", "user", "900", False, SOFIA.key),
        ("slack", ours, "user", "900", False, SOFIA.key),
        ("slack", ours, "user", "900", True, SOFIA.key),
        ("slack", ours, "group", "S0DESK", False, SOFIA.key),
    ]
    assert [(row.added_at, row.revoked_at) for row in rows] == [
        (start, None),
        (start, None),
        (start, start + minute),
        (start + minute, None),
        (start + minute, start + 2 * minute),
    ]
    everybody = await desk.everybody()
    assert [(one.platform, one.workspace, one.subject_id) for one in everybody] == [
        (Platform.SLACK, ours, SOFIA.user_id),
        (Platform.TELEGRAM, "", "900"),
        (Platform.SLACK, ours, "900"),
    ]
    assert [(one.group, one.admin, one.added_at) for one in everybody] == [
        (False, True, start),
        (False, False, start),
        (False, True, start + minute),
    ]
    assert await desk.admins() == [SOFIA, ChatUser(Platform.SLACK, "900", ours)]


NOT_STAFF = (
    (Platform.TELEGRAM, "", "90a", False, NotAllowed),
    (Platform.TELEGRAM, "", "٩٠٠", False, NotAllowed),
    (Platform.TELEGRAM, "", "900", True, NotAllowed),
    (Platform.TELEGRAM, "T0SUPPLIER", "900", False, NotAllowed),
    (Platform.CONSOLE, "T0SUPPLIER", "U0TOM", False, NotFullMember),
    (Platform.SLACK, "T0OTHER", "U0TOM", False, NotFullMember),
    (Platform.SLACK, "T0OTHER", "S0DESK", True, NotFullMember),
    (Platform.SLACK, "", "U0TOM", False, NotFullMember),
    (Platform.SLACK, "T0SUPPLIER", "U0HALF", False, NotFullMember),
    (Platform.SLACK, "T0SUPPLIER", "U0SILENT", False, NotFullMember),
)


async def test_t12_nobody_else_can_be_named_staff(hall: Hall) -> None:
    ours = "T0SUPPLIER"
    hall.platform.standings[ChatUser(Platform.SLACK, "U0HALF", ours)] = Standing.GUEST
    hall.platform.standings[ChatUser(Platform.SLACK, "U0SILENT", ours)] = None
    for platform, workspace, subject_id, group, refusal in NOT_STAFF:
        with pytest.raises(refusal):
            await hall.staff.add(None, platform, workspace, subject_id, group=group)
    for desk, workspace in (
        (StaffDesk(hall.linking, {}, ours), ours),
        (StaffDesk(hall.linking, {Platform.SLACK: hall.platform}, ""), ""),
    ):
        with pytest.raises(NotFullMember):
            await desk.add(None, Platform.SLACK, workspace, "U0TOM")
    assert await hall.staff.everybody() == []


async def test_a_company_is_found_by_what_names_it_whole_or_else_by_a_part_of_its_name(hall: Hall) -> None:
    await hall.named_staff()
    rows = [
        CompanyRow(erp="erp", erp_key=f"8{number}", name=f"Filial {9 - number}", tax_id="12345678000195")
        for number in range(8)
    ]
    rows += [
        CompanyRow(erp="erp", erp_key="90", name="Filial", tax_id="98.765"),
        CompanyRow(erp="erp", erp_key="91", name="100% Ação"),
        CompanyRow(erp="parts", erp_key="P90", name="Filial", same_as=("erp", "90")),
        CompanyRow(erp="erp", erp_key="92", name="Fechada", tax_id="5555", email="f@f.example"),
    ]
    await hall.linking.import_companies(rows)
    for key in ("87", "92"):
        await set_state(hall.linking.books, "erp", key, "closed")
    desk = hall.staff
    assert await found(desk, "filial") == ["Filial"]
    assert await found(desk, " FILIÁL ") == ["Filial"]
    assert [await found(desk, one) for one in (" 90 ", "P90", "98.765", "98 765")] == [
        ["Filial"],
        ["Filial"],
        ["Filial"],
        [],
    ]
    assert len(await found(desk, "12.345.678/0001-95")) == 6
    assert len(await found(desk, "12345678000195", limit=8)) == 7
    parts = ["Filial", *(f"Filial {number}" for number in range(3, 10))]
    assert await found(desk, "ilia") == parts[:6]
    assert await found(desk, "ilia", limit=9) == parts
    assert await found(desk, "0%") == ["100% Ação"]
    assert [await found(desk, one) for one in ("%", "i_ia", "fechada", "5555", "f@f.example", "  ")] == [
        ["100% Ação"],
        *[[]] * 5,
    ]
    (hit,) = await desk.search(SOFIA, "98.765")
    assert (hit.name, hit.tax_id, hit.erp_key) == ("Filial", "98.765", "90")
    with pytest.raises(NotAllowed):
        await desk.search(ANA, "filial")

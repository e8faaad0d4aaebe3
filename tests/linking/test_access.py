"""What a person may see, and how it ends."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

import bot
from bot.chat.people import ChatUser
from bot.linking import AuditEntry, CompanyRow, CompanyUnknown, ImportRefused, NotLinked
from bot.linking.tables import Audit, Company
from tests.linking.desk import ANA, ANA_ON_TELEGRAM, BOTH_MAIL, BRUNO, Desk


async def test_a_stranger_sees_nothing(desk: Desk) -> None:
    access = await desk.linking.access(ANA)
    assert (access.companies, access.current, access.scope, access.scope_of(1)) == ((), None, None, None)


async def test_access_is_one_statement(desk: Desk) -> None:
    await desk.linking.codes.redeem(ANA, await desk.code_for(ANA, BOTH_MAIL))
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    # At whatever engine of the store.
    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert len((await desk.linking.access(ANA)).companies) == 2
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(statements) == 1


async def test_a_person_switches_between_their_companies(desk: Desk) -> None:
    northwind, southgate = await desk.linking.codes.redeem(ANA, await desk.code_for(ANA, BOTH_MAIL))
    assert await desk.linking.use_company(ANA, southgate.company_id) == southgate
    access = await desk.linking.access(ANA)
    assert access.scope == southgate.scope
    assert access.scope_of(northwind.company_id) == northwind.scope


@pytest.mark.parametrize("company_id", [0, -1, 3, 404])
async def test_t2_a_company_that_is_not_theirs_cannot_be_chosen(desk: Desk, company_id: int) -> None:
    await desk.linking.link_directly(ANA, "erp", "55")
    with pytest.raises(NotLinked):
        await desk.linking.use_company(ANA, company_id)
    access = await desk.linking.access(ANA)
    assert access.scope is not None
    assert access.scope.keys == ("55",)
    assert access.scope_of(company_id) is None


@pytest.mark.parametrize(
    "other",
    [
        BRUNO,
        ANA_ON_TELEGRAM,
        replace(ANA, workspace="T0OTHER"),
        replace(ANA, workspace=""),
        replace(ANA, user_id=ANA.user_id.lower()),
        replace(BRUNO, display_name="Ana Souza"),
    ],
    ids=lambda user: user.key,
)
async def test_t6_t8_only_the_very_same_chat_identity_has_the_link(desk: Desk, other: ChatUser) -> None:
    await desk.linking.link_directly(ANA, "erp", "55")
    assert await desk.companies_of(other) == []


async def test_a_display_name_changes_nothing(desk: Desk) -> None:
    await desk.linking.link_directly(ANA, "erp", "55")
    assert await desk.companies_of(replace(ANA, display_name="Somebody Else")) == ["55"]


async def test_unlinking_ends_all_links_at_once(desk: Desk) -> None:
    await desk.linking.codes.redeem(ANA, await desk.code_for(ANA, BOTH_MAIL))
    await desk.linking.link_directly(BRUNO, "erp", "55")
    assert await desk.linking.unlink(ANA) == 2
    assert await desk.linking.unlink(ANA) == 0
    assert await desk.companies_of(ANA) == []
    assert await desk.companies_of(BRUNO) == ["55"]


async def test_after_unlinking_one_can_link_again_and_the_old_choice_is_gone(desk: Desk) -> None:
    linked = await desk.linking.codes.redeem(ANA, await desk.code_for(ANA, BOTH_MAIL))
    await desk.linking.use_company(ANA, linked[1].company_id)
    await desk.linking.unlink(ANA)
    await desk.linking.codes.redeem(ANA, await desk.code_for(ANA, BOTH_MAIL))
    access = await desk.linking.access(ANA)
    assert access.current is not None
    assert access.current.name == "Northwind Industrial Ltda"


async def test_t7_a_link_ends_when_it_is_not_proved_again_in_ninety_days(desk: Desk) -> None:
    await desk.linking.link_directly(ANA, "erp", "55")
    desk.clock.turn(days=89, hours=23)
    assert await desk.companies_of(ANA) == ["55"]
    desk.clock.turn(hours=1)
    assert await desk.companies_of(ANA) == []
    await desk.linking.codes.redeem(ANA, await desk.code_for(ANA))
    [linked] = (await desk.linking.access(ANA)).companies
    assert linked.reverify_by == desk.clock.now + timedelta(days=90)


async def test_t7_a_company_that_is_not_active_is_closed_to_everybody(desk: Desk) -> None:
    await desk.linking.codes.redeem(ANA, await desk.code_for(ANA, BOTH_MAIL))
    async with desk.store.writing() as session:
        for company in await session.exec(select(Company).where(Company.erp_key == "55")):
            company.state = "suspended"
    assert await desk.companies_of(ANA) == ["56"]
    assert (await desk.issued(BRUNO, BOTH_MAIL)).companies == ("Southgate Comércio S.A.",)
    with pytest.raises(CompanyUnknown):
        await desk.linking.link_directly(BRUNO, "erp", "55")
    assert await desk.companies_of(BRUNO) == []


async def test_linking_and_unlinking_at_once_leaves_one_state_or_the_other(desk: Desk) -> None:
    code = await desk.code_for(ANA)
    await asyncio.gather(
        desk.linking.codes.redeem(ANA, code),
        *(desk.linking.unlink(ANA) for _ in range(3)),
        return_exceptions=True,
    )
    assert await desk.companies_of(ANA) in ([], ["55"])
    await desk.linking.unlink(ANA)
    assert await desk.companies_of(ANA) == []


async def test_linking_directly_twice_is_one_link(desk: Desk) -> None:
    await asyncio.gather(*(desk.linking.link_directly(ANA, "erp", "55") for _ in range(4)))
    assert await desk.companies_of(ANA) == ["55"]
    assert await desk.linking.unlink(ANA) == 1


async def test_a_company_nobody_imported_cannot_be_linked(desk: Desk) -> None:
    with pytest.raises(CompanyUnknown, match="404"):
        await desk.linking.link_directly(ANA, "erp", "404")


async def test_an_import_counts_what_it_held_and_may_be_repeated(desk: Desk) -> None:
    rows = [
        CompanyRow(erp="erp", erp_key="60", name="Old", email="a@old.example"),
        CompanyRow(erp="erp", erp_key="60", name="New", email="A@old.example"),
        CompanyRow(erp="erp", erp_key="61", name="Other"),
    ]
    for _ in range(2):
        imported = await desk.linking.import_companies(rows)
        assert (imported.companies, imported.contacts) == (2, 1)
    assert (await desk.linking.link_directly(ANA, "erp", "60")).name == "New"


@pytest.mark.parametrize(
    "bad",
    [
        CompanyRow(erp="erp", erp_key="62", name="X", email="no address"),
        CompanyRow(erp="erp", erp_key=" ", name="X"),
        CompanyRow(erp="erp", erp_key="62", name=""),
    ],
)
async def test_an_import_with_a_bad_row_changes_nothing_and_says_which(desk: Desk, bad: CompanyRow) -> None:
    with pytest.raises(ImportRefused) as refused:
        await desk.linking.import_companies([CompanyRow(erp="erp", erp_key="61", name="Good"), bad])
    assert refused.value.row == 2
    with pytest.raises(CompanyUnknown):
        await desk.linking.link_directly(ANA, "erp", "61")


async def test_the_audit_keeps_who_what_and_how_it_ended_with_the_numbers_sealed(desk: Desk) -> None:
    await desk.linking.record(
        AuditEntry(
            user=ANA,
            company_id=1,
            act="lookup",
            outcome="found",
            subject=("PO-7782", "\ud800"),
            conversation="slack:T0CUSTOMER:D0ANA",
        )
    )
    async with desk.store.reading() as session:
        row = (await session.exec(select(Audit))).one()
    assert (row.user_id, row.company_id, row.act, row.outcome) == ("U0ANA", 1, "lookup", "found")
    assert (row.at, row.subjects, row.conversation) == (desk.clock.now, 2, "slack:T0CUSTOMER:D0ANA")
    assert row.subject is not None
    assert "PO-7782" not in row.subject.token
    assert json.loads(desk.keys.open(row.subject)) == ["PO-7782", "\ud800"]


async def test_an_audit_row_cannot_be_changed(desk: Desk) -> None:
    await desk.linking.record(AuditEntry(user=ANA, act="lookup", outcome="not_found"))

    async def rewrite() -> None:
        async with desk.store.engine.begin() as connection:
            await connection.execute(text("UPDATE audit SET outcome = 'found'"))

    with pytest.raises(DBAPIError, match="audit rows do not change"):
        await rewrite()
    assert await desk.audit() == [("lookup", "not_found")]


async def test_every_change_of_a_link_is_in_the_audit(desk: Desk) -> None:
    linked = await desk.linking.link_directly(ANA, "erp", "55")
    await desk.linking.use_company(ANA, linked.company_id)
    await desk.linking.unlink(ANA)
    with pytest.raises(NotLinked):
        await desk.linking.use_company(ANA, linked.company_id)
    assert await desk.audit() == [
        ("link", "operator"),
        ("use_company", "chosen"),
        ("unlink", "unlinked"),
        ("use_company", "not_linked"),
    ]


def test_nobody_but_linking_grants_a_scope() -> None:
    source = Path(bot.__file__).parent
    granting = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if "._grant(" in path.read_text(encoding="utf-8")
    }
    assert granting == {"linking/access.py", "linking/operator.py"}


def test_the_operators_scope_is_used_by_the_check_of_an_erp_alone() -> None:
    source = Path(bot.__file__).parent
    using = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if "operator_scope" in path.read_text(encoding="utf-8")
    }
    assert using == {"linking/operator.py", "erp_check.py"}

"""Leavers, retention, one person's data, a change of keys, and the budgets for misses."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from bot.chat.people import Platform
from bot.erp.errors import ErpUnavailable
from bot.erp.protocol import CompanyContact
from bot.keys import Keys, NotOurs, new_secret_key
from bot.linking import AuditEntry, Linking, Role, StoredContacts
from bot.linking.books import Books
from bot.linking.budgets import Budgets, Limits
from bot.linking.leavers import Leavers
from bot.linking.personal import erase_person, export_person
from bot.linking.resealing import reseal
from bot.linking.retention import Keep, Retention
from bot.linking.tables import Audit, Invitation, JoinRequest, Link, LinkCode
from bot.membership import Seen, Standing
from bot.store import Store
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BRUNO, COMPANIES, Clock, Desk, TheErp
from tests.linking.hall import MALLORY, Hall
from tests.linking.platform import ThePlatform


def leavers(desk: Desk, platform: ThePlatform, *directories: TheErp) -> Leavers:
    stored = directories or (desk.erp,)
    return Leavers(desk.linking, {Platform.SLACK: platform}, stored)


async def test_t7_a_sweep_ends_the_links_of_a_deactivated_account(desk: Desk) -> None:
    await desk.linking.link_directly(ANA, "erp", "55")
    await desk.linking.link_directly(BRUNO, "erp", "55")
    platform = ThePlatform({ANA: Standing.GONE})
    left = await leavers(desk, platform).sweep()
    assert [(one.user, one.why) for one in left] == [(ANA, "gone")]
    assert await desk.companies_of(ANA) == []
    assert await desk.companies_of(BRUNO) == ["55"]
    assert ("unlink", "gone") in await desk.audit()


async def test_a_platform_that_does_not_answer_ends_nobody(desk: Desk) -> None:
    await desk.linking.link_directly(ANA, "erp", "55")
    assert list(await leavers(desk, ThePlatform({ANA: None})).sweep()) == []
    assert await desk.companies_of(ANA) == ["55"]


async def test_t7_a_dropped_contact_loses_access_and_a_silent_erp_ends_nobody(
    desk: Desk,
) -> None:
    await desk.linking.codes.redeem(ANA, await desk.code_for(ANA))
    await desk.linking.link_directly(BRUNO, "erp", "55")
    sweep = leavers(desk, ThePlatform())
    desk.erp.failure = ErpUnavailable("down")
    assert list(await sweep.sweep()) == []
    desk.erp.failure = None
    desk.clock.turn(days=2)
    desk.erp.contacts = [
        CompanyContact(erp="erp", company_key="55", company_name="Northwind Industrial Ltda", email=ANA_MAIL)
    ]
    assert list(await sweep.sweep()) == []
    desk.clock.turn(days=2)
    desk.erp.contacts = []
    assert [(one.user, one.why) for one in await sweep.sweep()] == [(ANA, "contact_gone")]
    assert await desk.companies_of(ANA) == []
    assert await desk.companies_of(BRUNO) == ["55"]


async def test_a_purge_forgets_only_what_is_old(hall: Hall) -> None:
    await hall.admin()
    accepted = await hall.invitations.accept(MALLORY, await hall.invited())
    assert accepted.request is not None
    await hall.requests.decide(ANA, accepted.request.id, let_in=False)
    await hall.code(BRUNO)
    retention = Retention(hall.linking.books, Keep())
    assert sum((await retention.purge()).values()) == 0
    hall.clock.turn(days=400)
    await hall.admin()
    gone = await retention.purge()
    assert gone["join_requests"] == gone["invitations"] == 1
    assert gone["link_codes"] == 1
    async with hall.linking.books.reading() as session:
        for table in (JoinRequest, Invitation, LinkCode):
            assert (await session.exec(select(table))).all() == []
        assert [row.user_id for row in (await session.exec(select(Link))).all()] == [ANA.user_id]
        assert (await session.exec(select(Audit))).all()
    hall.clock.turn(days=400)
    assert (await retention.purge())["audit"] > 0


async def test_the_audit_cannot_be_changed_nor_shortened_while_it_is_fresh(desk: Desk) -> None:
    desk.clock.now = datetime.now(UTC)
    await desk.linking.record(AuditEntry(user=ANA, act="lookup", outcome="not_found", subject=("PO-1",)))
    for statement in (
        "UPDATE audit SET outcome = 'found'",
        "UPDATE audit SET user_id = 'U0BRUNO', subject = NULL",
        "UPDATE audit SET user_id = 'erased-1', workspace = '', conversation = '', subject = NULL, act = 'x'",
        "UPDATE audit SET at = NULL",
        "DELETE FROM audit",
    ):
        with pytest.raises(DBAPIError):
            async with desk.store.writing() as session:
                await session.exec(text(statement))  # type: ignore[call-overload]
    assert await desk.audit() == [("lookup", "not_found")]


async def test_t16_after_erasing_a_person_no_text_in_any_table_names_them(hall: Hall) -> None:
    await hall.admin()
    await hall.linking.standings.note(Seen(ANA, Standing.MEMBER, "Ana Souza"))
    await hall.invitations.accept(BRUNO, await hall.invited(addressee=BRUNO))
    await hall.members.change_role(ANA, hall.northwind, BRUNO, Role.ADMIN)
    await hall.members.change_role(BRUNO, hall.northwind, ANA, Role.BUYER)
    await hall.tied()
    await hall.linking.record(AuditEntry(user=ANA, act="lookup", outcome="found", subject=("PO-1",)))
    pseudonym = await erase_person(hall.linking.books, ANA)
    assert pseudonym.startswith("erased-")
    async with hall.linking.books.reading() as session:
        connection = await session.connection()
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        for table in tables:
            for row in (await connection.execute(text(f'SELECT * FROM "{table}"'))).all():  # noqa: S608
                assert not any(isinstance(one, str) and ANA.user_id in one for one in row), table
        kept = (await session.exec(select(Audit).where(col(Audit.user_id) == pseudonym))).all()
    assert {"lookup", "link"} <= {row.act for row in kept}
    assert all(row.subject is None for row in kept)
    assert {one.scope.keys[0] for one in (await hall.linking.access(BRUNO)).companies} == {"55"}


async def test_t16_an_export_holds_what_is_stored_in_the_clear(hall: Hall) -> None:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    await hall.linking.standings.note(Seen(ANA, Standing.MEMBER, "Ana Souza"))
    await hall.linking.record(AuditEntry(user=ANA, act="lookup", outcome="found", subject=("PO-7782",)))
    written = json.dumps(await export_person(hall.linking.books, ANA))
    for known in (ANA_MAIL, "Ana Souza", "PO-7782", "email_code"):
        assert known in written
    assert ANA_MAIL not in json.dumps(await export_person(hall.linking.books, BRUNO))


async def test_after_resealing_the_newest_key_alone_opens_and_finds_everything(store: Store) -> None:
    old, new = new_secret_key(), new_secret_key()
    clock = Clock()
    first = Linking(store, Keys([old]), [StoredContacts(store, Keys([old]))], clock=clock)
    await first.import_companies(COMPANIES)
    issued = await first.codes.request(ANA, ANA_MAIL)
    assert issued is not None
    await first.codes.redeem(ANA, issued.code)
    await first.standings.note(Seen(ANA, Standing.MEMBER, "Ana Souza"))
    both = Books(store=store, keys=Keys([new, old]), clock=clock, reverify_after=timedelta(days=90))
    done = await reseal(both)
    assert done["links"] == 1
    alone = Linking(store, Keys([new]), [StoredContacts(store, Keys([new]))], clock=clock)
    assert await alone.standings.name_of(ANA) == "Ana Souza"
    (company,) = (await alone.access(ANA)).companies
    assert await alone.proof_address(ANA, company.company_id) == ANA_MAIL
    assert await alone.codes.request(BRUNO, ANA_MAIL) is not None
    async with store.reading() as session:
        sealed = (await session.exec(select(Link))).one().email
    assert sealed is not None
    with pytest.raises(NotOurs):
        Keys([old]).open(sealed)


async def test_t1_misses_slow_a_person_down_then_stop_them_and_nobody_else(desk: Desk) -> None:
    budgets = Budgets(desk.linking.books, Limits())

    async def miss() -> bool:
        async with desk.store.writing() as session:
            return await budgets.miss(session, ANA, 1)

    for _ in range(9):
        assert not await miss()
    assert await budgets.wait(ANA) == 0
    await miss()
    assert await budgets.wait(ANA) == 30
    assert await budgets.wait(BRUNO) == await budgets.wait(ANA_ON_TELEGRAM) == 0
    desk.clock.turn(seconds=31)
    assert await budgets.wait(ANA) == 0
    desk.clock.turn(minutes=11)
    assert [await miss() for _ in range(20)] == [False] * 19 + [True]
    assert not await miss()
    assert await budgets.wait(ANA) > 30 * 60
    desk.clock.turn(hours=1)
    assert await budgets.wait(ANA) == 0


async def test_sixty_acts_a_minute_are_enough(desk: Desk) -> None:
    budgets = Budgets(desk.linking.books, Limits(lookups=3))
    for _ in range(3):
        await desk.linking.record(AuditEntry(user=ANA, act="lookup", outcome="found"))
    assert 0 < await budgets.wait(ANA) <= 60
    assert await budgets.wait(BRUNO) == 0
    desk.clock.turn(minutes=1, seconds=1)
    assert await budgets.wait(ANA) == 0

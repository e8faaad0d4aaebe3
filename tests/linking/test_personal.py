"""One person's data: told to them whole, and forgotten without a trace."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import MetaData, inspect, text
from sqlmodel import col, select

from bot.chat.people import ChatUser
from bot.keys import Keys, NotOurs, Sealed
from bot.linking import AuditEntry, Linking, LinkingError, Role
from bot.linking.budgets import Budgets, Limits
from bot.linking.personal import erase_person, export_person, is_erased
from bot.linking.tables import Audit, Invitation, StaffRow, WorkspaceTie
from bot.membership import Standing
from bot.store import Store
from tests.linking.desk import ANA, ANA_MAIL, ANA_ON_TELEGRAM, BRUNO
from tests.linking.hall import BRUNOS_PHONE, CARLA, CHANNEL, MALLORY, SOFIA, Hall


@pytest.fixture
async def busy(hall: Hall) -> Hall:
    """A while in which Ana, Bruno, Mallory and Sofia leave traces in every table."""
    await hall.named_staff()
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    await hall.admin()
    await hall.linking.standings.meet(ANA)
    await hall.linking.record(
        AuditEntry(
            user=ANA, act="lookup", outcome="found", company_id=hall.northwind, subject=("PO-7782",),
            conversation=f"slack:T0CUSTOMER:D0{ANA.user_id}",
        )
    )  # fmt: skip
    # Bruno: invited by Ana; Mallory: let in by her; Carla: changed and removed.
    await hall.invitations.accept(BRUNO, await hall.invited(addressee=BRUNO))
    asked = (await hall.invitations.accept(MALLORY, await hall.invited(), name="Mallory Malone")).request
    assert asked is not None
    await hall.requests.decide(ANA, asked.id, let_in=True)
    await hall.invitations.accept(CARLA, await hall.invited(addressee=CARLA))
    await hall.members.change_role(ANA, hall.northwind, CARLA, Role.LOGISTICS)
    await hall.members.remove(ANA, hall.northwind, CARLA)
    # What Ana asks for elsewhere, and what is still open.
    await hall.requests.ask(ANA, "Ana Souza", "12ABC34501DE35")
    await hall.linking.codes.request(ANA, ANA_MAIL)
    await hall.invited(addressee=ANA_ON_TELEGRAM)
    budgets = Budgets(hall.linking.books, Limits())
    async with hall.linking.books.store.writing() as session:
        await budgets.miss(session, ANA, hall.northwind, times=30)
    # Sofia invites Ana, names Bruno staff and takes it back, ties a channel.
    by_staff = await hall.invitations.invite(SOFIA, hall.southgate, role=Role.BUYER, addressee=ANA)
    await hall.invitations.accept(ANA, by_staff.token)
    await hall.invitations.invite(SOFIA, hall.southgate, role=Role.BUYER, addressee=ANA)
    hall.platform.channels[CHANNEL.id] = [ANA, BRUNO]
    await hall.channels.tie(SOFIA, CHANNEL, hall.northwind)
    await hall.channels.untie(ANA, CHANNEL)
    return hall


@dataclass(frozen=True)
class Cell:
    table: str
    column: str
    value: str


async def cells(store: Store, keys: Keys) -> list[Cell]:
    """Every value in every table of the database, sealed ones opened."""

    def read(connection: Any) -> Sequence[Cell]:
        metadata = MetaData()
        metadata.reflect(connection)
        assert set(metadata.tables) == set(inspect(connection).get_table_names())
        return [
            Cell(table.name, name, opened(value, keys))
            for table in metadata.sorted_tables
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"')).mappings()  # noqa: S608
            for name, value in row.items()
            if value is not None
        ]

    async with store.engine.connect() as connection:
        return list(await connection.run_sync(read))


def opened(value: object, keys: Keys) -> str:
    try:
        return keys.open(Sealed(str(value)))
    except NotOurs:
        return str(value)


async def traces(hall: Hall, word: str) -> set[str]:
    """Where in the database a text is found."""
    # Digits are found by chance in a digest or a pseudonym, where more of it stands beside them.
    alone = rf"(?<![0-9a-f]){word}(?![0-9a-f])" if word.isdigit() else re.escape(word)
    books = hall.linking.books
    return {
        f"{one.table}.{one.column}"
        for one in await cells(books.store, books.keys)
        if re.search(alone, one.value)
    }


async def audit_of(hall: Hall) -> list[Audit]:
    async with hall.linking.books.reading() as session:
        return list((await session.exec(select(Audit).order_by(col(Audit.id)))).all())


EVERYWHERE = {
    ANA: {
        "audit.user_id", "audit.conversation", "chosen_companies.user_id",
        "invitations.made_by", "invitations.addressee", "invitations.taken_by", "join_requests.user_id",
        "join_requests.decided_by", "link_codes.user_id", "links.user_id", "links.vouched_by",
        "people.user_id", "people.name",
    },
    BRUNO: {"audit.user_id", "invitations.taken_by", "links.user_id"},
    MALLORY: {
        "audit.user_id", "audit.subject", "invitations.taken_by", "join_requests.user_id", "links.user_id"
    },
    CARLA: {"audit.subject", "audit.user_id", "links.user_id"},
    SOFIA: {
        "audit.user_id", "audit.subject", "channel_ties.tied_by", "invitations.made_by", "links.vouched_by",
        "people.user_id", "staff.subject_id",
    },
}  # fmt: skip


@pytest.mark.parametrize("user", [ANA, BRUNO, MALLORY, CARLA, SOFIA], ids=lambda user: user.user_id)
async def test_t16_nothing_in_any_table_names_somebody_who_was_erased(busy: Hall, user: ChatUser) -> None:
    before = await traces(busy, user.user_id)
    assert before >= EVERYWHERE[user]
    others = {other: sees for other, sees in (await busy.seeing()).items() if other != user}
    pseudonym = await erase_person(busy.linking.books, user)
    assert await traces(busy, user.user_id) == set()
    assert await traces(busy, pseudonym) >= {"audit.user_id"}
    assert await busy.seeing() == others


async def test_t16_their_name_and_what_they_asked_for_are_gone_as_well(busy: Hall) -> None:
    words = ("Ana Souza", "PO-7782", "Mallory Malone")
    for word in words:
        assert await traces(busy, word) != set()
    for user in (ANA, MALLORY):
        await erase_person(busy.linking.books, user)
    for word in words:
        assert await traces(busy, word) == set()
    # Only the company's own contact, which was imported and not theirs to take away.
    assert await traces(busy, ANA_MAIL) == {"company_contacts.email"}


async def test_the_audit_tells_the_same_story_under_a_pseudonym(busy: Hall) -> None:
    def story(rows: Sequence[Audit]) -> list[tuple[Any, ...]]:
        return [(row.at, row.platform, row.company_id, row.act, row.outcome, row.subjects) for row in rows]

    before = await audit_of(busy)
    pseudonym = await erase_person(busy.linking.books, ANA)
    after = await audit_of(busy)
    assert story(after[:-1]) == story(before)
    assert (after[-1].act, after[-1].outcome, after[-1].user_id) == ("erase", "erased", pseudonym)
    assert [row.id for row in before if row.user_id == ANA.user_id] == [
        row.id for row in after[:-1] if row.user_id == pseudonym
    ]
    for was, row in zip(before, after, strict=False):
        if was.user_id == ANA.user_id:
            assert (row.workspace, row.conversation, row.subject) == ("", "", None)
    assert await busy.members.history(SOFIA, busy.northwind)


async def test_t16_the_erased_are_told_apart_and_tell_nothing_of_who_they_were(busy: Hall) -> None:
    pseudonyms = [await erase_person(busy.linking.books, user) for user in (ANA, ANA)]
    assert len(set(pseudonyms)) == 2
    for pseudonym in pseudonyms:
        assert pseudonym.startswith("erased-")
        assert len(pseudonym) == len("erased-") + 12
        assert is_erased(ChatUser(ANA.platform, pseudonym))
    for somebody in (ANA, ANA_ON_TELEGRAM, ChatUser(ANA.platform, pseudonyms[0], "T0CUSTOMER")):
        assert not is_erased(somebody)


async def test_t7_invitations_of_the_erased_let_nobody_in(hall: Hall) -> None:
    tokens = [await hall.invited(), await hall.invited(addressee=BRUNO)]
    await erase_person(hall.linking.books, ANA)
    for token in tokens:
        with pytest.raises(LinkingError):
            await hall.invitations.accept(BRUNO, token)
    # Nor after somebody else has become the admin.
    await hall.admin(CARLA)
    assert await hall.invitations.open_ones(CARLA, hall.northwind) == []
    assert await hall.seeing() == {CARLA: {"55"}}


async def test_t16_invitations_made_for_the_erased_are_gone(hall: Hall) -> None:
    await hall.invitations.accept(BRUNO, await hall.invited(addressee=BRUNO))
    await hall.invitations.accept(BRUNO, await hall.invited())
    for user in (BRUNO, CARLA):
        await hall.invited(addressee=user)
    await erase_person(hall.linking.books, BRUNO)
    async with hall.linking.books.reading() as session:
        assert [row.addressee for row in (await session.exec(select(Invitation))).all()] == [CARLA.key]


async def test_t7_a_code_on_its_way_to_the_erased_links_nobody(hall: Hall) -> None:
    code = await hall.code(ANA)
    await erase_person(hall.linking.books, ANA)
    with pytest.raises(LinkingError):
        await hall.linking.codes.redeem(ANA, code)
    assert await hall.seeing() == {}


async def test_t7_erased_staff_are_staff_no_more(busy: Hall) -> None:
    assert (await busy.linking.access(SOFIA)).staff
    await erase_person(busy.linking.books, SOFIA)
    access = await busy.linking.access(SOFIA)
    assert not access.staff
    assert access.companies == ()
    async with busy.linking.books.reading() as session:
        rows = (await session.exec(select(StaffRow))).all()
    assert [row.revoked_at is not None for row in rows] == [True]
    assert await busy.staff.everybody() == []


async def test_a_workspace_tie_they_proved_stays_the_companys(hall: Hall) -> None:
    await hall.tied()
    pseudonym = await erase_person(hall.linking.books, ANA)
    assert BRUNO in await hall.seeing()
    async with hall.linking.books.reading() as session:
        tie = (await session.exec(select(WorkspaceTie))).one()
    assert tie.proved_by == tie.confirmed_by == f"slack:{pseudonym}"
    hall.platform.standings[BRUNO] = Standing.ADMIN
    await hall.workspaces.untie(BRUNO, tie.id or 0)
    assert await hall.seeing() == {}


async def test_t7_erasing_somebody_who_was_removed_does_not_let_them_back_in(hall: Hall) -> None:
    await hall.linking.codes.redeem(BRUNO, await hall.code(BRUNO))
    await hall.admin()
    await hall.tied()
    assert BRUNO in await hall.seeing()
    await hall.members.remove(ANA, hall.northwind, BRUNO)
    await erase_person(hall.linking.books, BRUNO)
    assert BRUNO not in await hall.seeing()
    # That one bare row is all that is left, and is told to whoever asks.
    assert await traces(hall, BRUNO.user_id) == {"links.user_id"}
    (row,) = _rows((await export_person(hall.linking.books, BRUNO))["links"])
    assert (row["e-mail"], row["phone"], row["contact name"]) == (None, None, None)
    assert row["ended by"] == "removed"


async def test_t7_of_somebody_removed_nothing_stays_where_no_workspace_is_tied(hall: Hall) -> None:
    await hall.admin()
    await hall.linking.link_directly(BRUNO, "erp", "55")
    await hall.members.remove(ANA, hall.northwind, BRUNO)
    await erase_person(hall.linking.books, BRUNO)
    assert await traces(hall, BRUNO.user_id) == set()


async def test_the_erased_may_come_back_as_strangers(busy: Hall) -> None:
    await erase_person(busy.linking.books, ANA)
    busy.clock.turn(days=2)
    await busy.linking.codes.redeem(ANA, await busy.code(ANA))
    assert (await busy.seeing())[ANA] == {"55"}
    assert (await busy.linking.access(ANA)).companies[0].role is Role.BUYER


async def test_erasing_a_stranger_changes_nothing_but_the_record(busy: Hall) -> None:
    before, audited = await busy.seeing(), len(await audit_of(busy))
    await erase_person(busy.linking.books, ChatUser(ANA.platform, "U0NOBODY", "T0CUSTOMER"))
    await erase_person(busy.linking.books, ChatUser(ANA.platform, ANA.user_id, "T0ELSEWHERE"))
    assert await busy.seeing() == before
    assert len(await audit_of(busy)) == audited + 2
    assert await traces(busy, ANA.user_id) >= EVERYWHERE[ANA]


# Export


async def test_t16_everything_held_about_a_person_is_told_to_them(busy: Hall) -> None:
    told = await export_person(busy.linking.books, ANA)
    assert json.loads(json.dumps(told)) == told
    assert told["person"] == "slack:T0CUSTOMER/U0ANA"
    filled = {title for title, rows in told.items() if rows}
    assert filled == {
        "person", "told by the platform", "links", "chosen company", "codes asked for", "people vouched for",
        "requests to be let in", "what they did", "invitations made", "invitations to them",
        "invitations taken", "requests decided", "limits counted",
    }  # fmt: skip
    written = json.dumps(told, ensure_ascii=False)
    for word in (
        "Name of U0ANA",
        "Ana Souza",
        "PO-7782",
        "Northwind Industrial Ltda",
        "Southgate Comércio S.A.",
    ):
        assert word in written


async def test_an_export_opens_what_is_sealed_and_shows_no_digests(hall: Hall) -> None:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    told = await export_person(hall.linking.books, ANA)
    (link,) = [row for row in _rows(told["links"]) if row["ended by"] is None]
    assert (link["company"], link["role"], link["e-mail"], link["contact name"]) == (
        "Northwind Industrial Ltda", "buyer", ANA_MAIL, "Ana"
    )  # fmt: skip
    (contact,) = _rows(told["contact of a company"])
    assert (contact["e-mail"], contact["name"]) == (ANA_MAIL, "Ana")
    written = json.dumps(told)
    assert "digest" not in written
    assert "_" not in "".join(name for rows in told.values() for row in _rows(rows) for name in row)


async def test_t16_an_export_tells_nothing_about_anybody_else(busy: Hall) -> None:
    written = json.dumps(await export_person(busy.linking.books, ANA))
    for other in (BRUNO, MALLORY, CARLA):
        assert other.user_id not in written
    for word in ("Mallory Malone", BRUNOS_PHONE, "Name of U0BRUNO", "Name of U0CARLA"):
        assert word not in written
    assert await traces(busy, "Mallory Malone") != set()


async def test_t16_what_others_did_about_a_person_is_told_without_who_it_was(busy: Hall) -> None:
    told = await export_person(busy.linking.books, CARLA)
    about = told["what others did about them"]
    assert [(row["act"], row["outcome"]) for row in _rows(about)] == [
        ("change_role", "logistics"), ("remove_member", "removed")
    ]  # fmt: skip
    assert ANA.user_id not in json.dumps(about)


async def test_staff_are_told_that_they_are(busy: Hall) -> None:
    told = await export_person(busy.linking.books, SOFIA)
    assert [row["admin"] for row in _rows(told["staff"])] == [True]
    assert [row["channel"] for row in _rows(told["channels tied"])] == [CHANNEL.id]


async def test_of_the_erased_and_of_strangers_nothing_is_held(busy: Hall) -> None:
    await erase_person(busy.linking.books, ANA)
    for user in (ANA, ChatUser(ANA.platform, "U0NOBODY", "T0CUSTOMER")):
        told = await export_person(busy.linking.books, user)
        assert {title for title, rows in told.items() if rows} == {"person"}


async def test_without_the_key_an_export_says_so_and_erasing_still_works(busy: Hall) -> None:
    lost = Linking(busy.linking.books.store, Keys([Fernet.generate_key().decode()]), [], clock=busy.clock)
    (person,) = _rows((await export_person(lost.books, ANA))["told by the platform"])
    assert person["name"] == "(sealed with a key that is gone)"
    await erase_person(lost.books, ANA)
    assert await traces(busy, ANA.user_id) == set()
    assert ANA not in await busy.seeing()


def _rows(rows: object) -> Sequence[dict[str, Any]]:
    return rows if isinstance(rows, list) else []

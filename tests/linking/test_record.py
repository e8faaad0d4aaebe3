"""What is on record of every act: who, what, how it ended, for which company, about what, and where."""

from dataclasses import dataclass

import pytest
from sqlmodel import col, select

from bot.chat.messages import SharedContact
from bot.chat.people import ChatUser, Conversation, Platform
from bot.linking import Reach, Role, StoredContacts
from bot.linking.books import OPERATOR
from bot.linking.companies import set_state
from bot.linking.errors import CodeNotAccepted, InvitationNotValid, LinkingError, NotLinked, OutsidersPresent
from bot.linking.leavers import Leavers
from bot.linking.links import user_of
from bot.linking.members import subject_of
from bot.linking.personal import erase_person
from bot.linking.tables import Audit, Contact
from bot.membership import Seen, Standing
from tests.linking.desk import ANA, ANA_MAIL, BRUNO, wrong
from tests.linking.hall import (
    BRUNO_ON_TELEGRAM,
    BRUNOS_PHONE,
    CARLA,
    CHANNEL,
    GUEST,
    MALLORY,
    SHARED_PHONE,
    SOFIA,
    Hall,
)

MERIDIANS_TAX_ID = "12ABC34501DE35"


@dataclass(frozen=True)
class Line:
    """One row of the audit."""

    who: ChatUser
    act: str
    outcome: str
    company: str | None = None
    about: tuple[str, ...] = ()
    where: str = ""


@dataclass
class Record:
    """The audit of a hall, as far as it was not read yet."""

    hall: Hall
    read: int = 0

    async def new(self) -> list[Line]:
        names = {self.hall.northwind: "55", self.hall.southgate: "56", None: None}
        async with self.hall.linking.books.reading() as session:
            found = await session.exec(select(Audit).where(col(Audit.id) > self.read).order_by(col(Audit.id)))
            rows = found.all()
        self.read = max([self.read, *(row.id or 0 for row in rows)])
        assert {row.at for row in rows} <= {self.hall.clock.now}
        return [
            Line(
                user_of(row),
                row.act,
                row.outcome,
                names.get(row.company_id, "another"),
                subject_of(self.hall.linking.books.keys, row.subject),
                row.conversation,
            )
            for row in rows
        ]


@pytest.fixture
async def record(hall: Hall) -> Record:
    record = Record(hall)
    await record.new()
    return record


async def test_t13_codes_and_links(hall: Hall, record: Record) -> None:
    linking = hall.linking
    code = await hall.code(ANA)
    with pytest.raises(CodeNotAccepted):
        await linking.codes.redeem(ANA, wrong(code))
    await linking.codes.redeem(ANA, code)
    with pytest.raises(CodeNotAccepted):
        await linking.codes.redeem(ANA, code)
    await linking.codes.request(ANA, "nobody@nowhere.example")
    await linking.codes.request(ANA, ANA_MAIL)
    await linking.codes.request(ANA, ANA_MAIL)
    assert await record.new() == [
        Line(ANA, "code_request", "issued"),
        Line(ANA, "code_fail", "code_wrong"),
        Line(ANA, "link", "email_code", "55"),
        Line(ANA, "code_fail", "no_code_pending"),
        Line(ANA, "code_request", "unknown_address"),
        Line(ANA, "code_request", "issued"),
        Line(ANA, "code_request", "exhausted"),
    ]
    await linking.link_directly(ANA, "erp", "56")
    await linking.use_company(ANA, hall.northwind)
    with pytest.raises(NotLinked):
        await linking.use_company(BRUNO, hall.southgate)
    await linking.unlink(ANA)
    await linking.link_directly(ANA, "erp", "55")
    await linking.unlink(ANA, why="blocked")
    assert await record.new() == [
        Line(ANA, "link", "operator", "56"),
        Line(ANA, "use_company", "chosen", "55"),
        Line(BRUNO, "use_company", "not_linked", "56"),
        Line(ANA, "unlink", "unlinked", "55"),
        Line(ANA, "unlink", "unlinked", "56"),
        Line(ANA, "link", "operator", "55"),
        Line(ANA, "unlink", "blocked", "55"),
    ]


async def test_t13_invitations(hall: Hall, record: Record) -> None:
    addressed = await hall.invited(addressee=BRUNO, role=Role.LOGISTICS)
    open_to_all = await hall.invited()
    declined = await hall.invited(addressee=CARLA)
    revoked = await hall.invitations.invite(ANA, hall.northwind, role=Role.BUYER)
    await record.new()
    with pytest.raises(InvitationNotValid):
        await hall.invitations.preview(MALLORY, addressed)
    await hall.invitations.accept(BRUNO, addressed)
    taken = await hall.invitations.accept(MALLORY, open_to_all)
    await hall.invitations.decline(CARLA, declined)
    await hall.invitations.decline(CARLA, addressed)
    await hall.invitations.revoke(ANA, revoked.id)
    await hall.invitations.invite(ANA, hall.northwind, role=Role.ACCOUNTS_PAYABLE)
    assert await record.new() == [
        Line(MALLORY, "invitation", "invitation_not_valid"),
        Line(BRUNO, "link", "invitation", "55"),
        Line(MALLORY, "invitation", "awaiting", "55"),
        Line(CARLA, "invitation", "declined", "55"),
        Line(CARLA, "invitation", "invitation_not_valid"),
        Line(ANA, "invitation", "revoked", "55"),
        Line(ANA, "invite", "accounts_payable", "55"),
    ]
    assert taken.request is not None
    await hall.requests.decide(ANA, taken.request.id, let_in=True)
    assert await record.new() == [
        Line(MALLORY, "link", "invitation", "55"),
        Line(ANA, "decide", "let_in", "55", (MALLORY.key,)),
    ]


async def test_t13_requests(hall: Hall, record: Record) -> None:
    await hall.linking.link_directly(ANA, "erp", "57", role=Role.ADMIN)
    await record.new()
    assert await hall.requests.ask(MALLORY, "Somebody", "99999999000199") is None
    first = await hall.requests.ask(MALLORY, "Somebody", MERIDIANS_TAX_ID)
    assert await hall.requests.ask(ANA, "Ana", MERIDIANS_TAX_ID) is None
    assert first is not None
    await hall.requests.decide(ANA, first.id, let_in=False)
    again = await hall.requests.ask(MALLORY, "Somebody", MERIDIANS_TAX_ID)
    assert again is not None
    await hall.requests.ask(MALLORY, "Somebody", MERIDIANS_TAX_ID)
    await hall.requests.decide(ANA, again.id, let_in=True)
    assert await record.new() == [
        Line(MALLORY, "join_request", "unknown_company"),
        Line(MALLORY, "join_request", "kept", "another"),
        Line(ANA, "join_request", "linked_already"),
        Line(ANA, "decide", "turned_away", "another", (MALLORY.key,)),
        Line(MALLORY, "join_request", "kept", "another"),
        Line(MALLORY, "join_request", "exhausted"),
        Line(MALLORY, "link", "approval", "another"),
        Line(ANA, "decide", "let_in", "another", (MALLORY.key,)),
    ]


async def test_t13_members(hall: Hall, record: Record) -> None:
    await hall.admin()
    await hall.linking.link_directly(BRUNO, "erp", "55")
    await record.new()
    await hall.members.change_role(ANA, hall.northwind, BRUNO, Role.LOGISTICS)
    await hall.members.set_default(ANA, hall.northwind, Role.LOGISTICS, Reach.COMPANY_TREE)
    await hall.members.history(ANA, hall.northwind, limit=1)
    await hall.members.remove(ANA, hall.northwind, BRUNO)
    assert await record.new() == [
        Line(ANA, "change_role", "logistics", "55", (BRUNO.key,)),
        Line(ANA, "set_default_role", "logistics", "55"),
        Line(ANA, "history", "shown", "55"),
        Line(ANA, "remove_member", "removed", "55", (BRUNO.key,)),
    ]


async def test_t13_workspaces(hall: Hall, record: Record) -> None:
    code = await hall.code(ANA, purpose="workspace")
    with pytest.raises(CodeNotAccepted):
        await hall.workspaces.prove(ANA, wrong(code))
    (tie,) = await hall.workspaces.prove(ANA, code)
    hall.platform.standings[ANA] = Standing.ADMIN
    await hall.workspaces.confirm(ANA, tie.id)
    await hall.workspaces.untie(ANA, tie.id)
    assert await record.new() == [
        Line(ANA, "code_request", "issued"),
        Line(ANA, "code_fail", "code_wrong"),
        Line(ANA, "workspace", "proved", "55"),
        Line(ANA, "workspace", "confirmed", "55"),
        Line(ANA, "workspace", "untied", "55"),
    ]


async def test_t13_channels(hall: Hall, record: Record) -> None:
    await hall.named_staff()
    await hall.admin()
    await record.new()
    hall.platform.channels[CHANNEL.id] = [ANA, SOFIA, GUEST]
    with pytest.raises(OutsidersPresent):
        await hall.channels.tie(SOFIA, CHANNEL, hall.northwind)
    hall.platform.channels[CHANNEL.id] = [ANA, SOFIA]
    await hall.channels.tie(SOFIA, CHANNEL, hall.northwind)
    await hall.channels.moved(CHANNEL, "C0LARGER")
    moved = Conversation(CHANNEL.platform, "C0LARGER", CHANNEL.workspace, private=False)
    await hall.channels.untie(ANA, moved)
    assert await record.new() == [
        Line(SOFIA, "channel", "outsiders_present", "55"),
        Line(SOFIA, "channel", "tied", "55", where=CHANNEL.lane),
        Line(SOFIA, "channel", "moved", "55", where="slack:T0CUSTOMER:C0LARGER"),
        Line(ANA, "channel", "untied", "55", where="slack:T0CUSTOMER:C0LARGER"),
    ]


async def test_t13_staff(hall: Hall, record: Record) -> None:
    await hall.named_staff()
    await hall.staff.add(SOFIA, Platform.SLACK, "T0SUPPLIER", "U0TOM")
    await hall.staff.add(SOFIA, Platform.SLACK, "T0SUPPLIER", "S0DESK", group=True)
    await hall.staff.remove(SOFIA, Platform.SLACK, "T0SUPPLIER", "U0TOM")
    await hall.staff.remove(None, Platform.SLACK, "T0SUPPLIER", "S0DESK")
    assert await record.new() == [
        Line(OPERATOR, "staff", "added_admin", about=(SOFIA.user_id,)),
        Line(SOFIA, "staff", "added", about=("U0TOM",)),
        Line(SOFIA, "staff", "added", about=("S0DESK",)),
        Line(SOFIA, "staff", "removed", about=("U0TOM",)),
        Line(OPERATOR, "staff", "removed", about=("S0DESK",)),
    ]


async def test_t13_phones(hall: Hall, record: Record) -> None:
    await hall.phones.link(BRUNO_ON_TELEGRAM, SharedContact(BRUNOS_PHONE, own=True))
    for phone, own in ((BRUNOS_PHONE, False), ("abc", True), ("+5511900000000", True), (SHARED_PHONE, True)):
        with pytest.raises(LinkingError):
            await hall.phones.link(MALLORY, SharedContact(phone, own))
    assert await record.new() == [
        Line(BRUNO_ON_TELEGRAM, "link", "phone", "55"),
        Line(MALLORY, "phone", "not_own"),
        Line(MALLORY, "phone", "no_number"),
        Line(MALLORY, "phone", "no_contact"),
        Line(MALLORY, "phone", "several_companies"),
    ]


async def test_t13_what_ends_without_anybody_asking(hall: Hall, record: Record) -> None:
    await hall.tied()
    for user in (ANA, CARLA):
        await hall.linking.codes.redeem(user, await hall.code(user))
    await hall.linking.link_directly(BRUNO, "erp", "56")
    await record.new()
    await hall.linking.standings.note(Seen(BRUNO, Standing.GONE))
    await set_state(hall.linking.books, "erp", "56", "on_hold")
    books = hall.linking.books
    async with books.store.writing() as session:
        for contact in (await session.exec(select(Contact))).all():
            await session.delete(contact)
    sweep = Leavers(hall.linking, {}, [StoredContacts(books.store, books.keys)])
    await sweep.sweep()
    assert await record.new() == [
        Line(BRUNO, "unlink", "gone", "56"),
        Line(OPERATOR, "company_state", "on_hold", "56"),
        Line(ANA, "unlink", "contact_gone", "55"),
        Line(CARLA, "unlink", "contact_gone", "55"),
        Line(ANA, "workspace", "contact_gone", "55"),
    ]
    pseudonym = await erase_person(books, CARLA)
    assert (await record.new())[-1] == Line(ChatUser(Platform.SLACK, pseudonym), "erase", "erased")

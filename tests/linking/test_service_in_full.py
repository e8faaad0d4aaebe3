"""Linking's front door, value by value: whom a platform's word, a proof and the operator's word let in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.chat.people import ChatUser, Platform
from bot.erp.protocol import CompanyContact
from bot.linking import CompanyRow, Linking, Reach, Role
from bot.linking.companies import set_state
from bot.linking.errors import CompanyNotActive, CompanyUnknown
from bot.linking.links import Proof
from bot.linking.standings import STANDING_LASTS
from bot.linking.tables import Company, Link, Person, StaffRow
from bot.linking.values import VerifiedBy
from bot.membership import Seen, Standing
from tests.linking.desk import ANA, ANA_MAIL, BRUNO, TheErp, columns
from tests.linking.hall import BRUNOS_PHONE, CARLA, CHANNEL, MALLORY, SOFIA, Hall
from tests.linking.test_access_in_full import ids, store_rows, tie

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

UNKNOWN = {"event": "standing_unknown", "log_level": "warning"}


def another(hall: Hall, *directories: TheErp, **options: Any) -> Linking:
    """A linking on the hall's store, wired in another way."""
    books = hall.linking.books
    return Linking(books.store, books.keys, directories, clock=hall.clock, **options)


async def standings(hall: Hall) -> dict[str, tuple[str | None, str]]:
    """What is kept of people: their name and how they stand."""
    books = hall.linking.books
    async with books.reading() as session:
        rows = (await session.exec(select(Person))).all()
    return {row.user_id: (books.keys.open(row.name) if row.name else None, row.standing) for row in rows}


async def test_a_platforms_word_is_believed_for_five_minutes_and_then_asked_for(hall: Hall) -> None:
    await store_rows(hall, tie(hall, hall.northwind, reverify_by=hall.clock() + timedelta(days=1)))
    assert len((await hall.linking.access(BRUNO)).companies) == 1
    asked = hall.platform.asked
    hall.platform.standings[BRUNO] = Standing.GUEST
    hall.clock.now += STANDING_LASTS - timedelta(seconds=1)
    assert len((await hall.linking.access(BRUNO)).companies) == 1
    assert hall.platform.asked == asked
    hall.clock.now += timedelta(seconds=1)
    assert (await hall.linking.access(BRUNO)).companies == ()
    assert hall.platform.asked == asked + 1
    # A person with no right that rests on it is not asked about.
    await hall.linking.link_directly(CARLA, "erp", "56")
    assert (await hall.linking.access(CARLA)).companies
    assert hall.platform.asked == asked + 1


async def test_whoever_cannot_be_asked_about_is_let_in_nowhere_and_it_is_logged_why(hall: Hall) -> None:
    await store_rows(hall, tie(hall, hall.northwind, reverify_by=hall.clock() + timedelta(days=1)))
    with capture_logs() as logs:
        alone = await another(hall).access(BRUNO)
        hall.platform.standings[BRUNO] = None
        silent = await hall.linking.access(BRUNO)
    assert [(one.companies, one.unsure) for one in (alone, silent)] == [((), True), ((), True)]
    assert logs == [UNKNOWN | {"reason": "platform_not_configured"}, UNKNOWN | {"reason": "platform_silent"}]


async def test_t12_staff_are_of_the_suppliers_workspace_or_named_by_their_telegram_id(hall: Hall) -> None:
    now = hall.clock()

    def staff(user: ChatUser, **values: Any) -> StaffRow:
        where = {
            "platform": user.platform.value,
            "workspace": user.workspace,
            "added_by": "",
            "added_at": now,
        }
        return StaffRow(**({"subject": "user", "subject_id": user.user_id} | where | values))

    boss = ChatUser(Platform.TELEGRAM, "900")
    elsewhere = ChatUser(Platform.SLACK, "U0SOFIA", "T0ELSEWHERE")
    nowhere = ChatUser(Platform.SLACK, "U0SOFIA", "")
    in_group = replace(SOFIA, user_id="U0INGROUP")
    hall.platform.groups["S0"] = {in_group, elsewhere}
    await store_rows(
        hall,
        *(staff(user) for user in (SOFIA, boss, elsewhere, nowhere)),
        *(staff(user, subject="group", subject_id="S0") for user in (SOFIA, elsewhere)),
    )

    async def is_staff(linking: Linking) -> list[bool]:
        everybody = (SOFIA, boss, elsewhere, nowhere, in_group)
        return [(await linking.access(user)).staff for user in everybody]

    assert await is_staff(hall.linking) == [True, True, False, False, True]
    # Without a workspace of the supplier's nobody on Slack is.
    memberships = {Platform.SLACK: hall.platform}
    assert await is_staff(another(hall, memberships=memberships)) == [False, True, False, False, False]
    # Telegram tells nothing of its people, and is not asked.
    assert await is_staff(another(hall)) == [False, True, False, False, False]
    chosen = await hall.linking.use_company(boss, hall.southgate)
    assert (await hall.linking.access(boss)).current == chosen


async def test_whoever_is_met_is_called_as_the_platform_calls_them_or_as_the_message_did(hall: Hall) -> None:
    await hall.linking.standings.meet(ANA)
    await another(hall).standings.meet(BRUNO)
    hall.platform.standings[CARLA] = None
    with capture_logs() as logs:
        await hall.linking.standings.meet(CARLA)
    assert logs == [{"event": "standing_unknown", "log_level": "info", "reason": "platform_silent"}]
    assert await standings(hall) == {"U0ANA": ("Name of U0ANA", "member")}
    nameless = Nameless()
    linking = another(hall, memberships={Platform.TELEGRAM: nameless})
    await linking.standings.meet(replace(MALLORY, display_name="Mal"))
    assert (await standings(hall))[MALLORY.user_id] == ("Mal", "member")


class Nameless:
    """A platform that tells how people stand, and no names."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was not to be asked")

    async def person(self, user: ChatUser) -> Seen:
        return Seen(user, Standing.MEMBER, "")


async def test_what_is_heard_of_strangers_is_not_kept(hall: Hall) -> None:
    await hall.linking.standings.note(Seen(CARLA, Standing.MEMBER, "Carla"))
    await hall.linking.link_directly(BRUNO, "erp", "55")
    for user in (BRUNO, CARLA, SOFIA, replace(BRUNO, workspace="T0OTHER")):
        await hall.linking.standings.heard_of(Seen(user, Standing.GUEST, "Heard"))
    # Carla is known and not linked, Bruno linked and not known.
    assert await standings(hall) == {"U0BRUNO": ("Heard", "guest"), "U0CARLA": ("Heard", "guest")}
    await hall.linking.standings.heard_of(Seen(BRUNO, Standing.GONE, "Bruno"))
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(Link).where(col(Link.user_id) == "U0BRUNO"))).all()
    assert [(row.revoked_at, row.ended_by) for row in rows] == [(hall.clock(), "gone")]


async def test_notices_go_to_the_mailbox_that_proved_this_very_right(hall: Hall) -> None:
    keys, now = hall.linking.books.keys, hall.clock()
    known = await ids(hall)

    async def link(user: ChatUser, company_id: int, email: str | None) -> None:
        async with hall.linking.books.writing_about(user) as session:
            proof = Proof(verified_by=VerifiedBy.EMAIL_CODE, email=email)
            await hall.linking.books.link(session, user, company_id, proof)

    async def address(user: ChatUser, key: str) -> str | None:
        return await hall.linking.proof_address(user, known[key])

    await link(ANA, known["55"], ANA_MAIL)
    await link(ANA, known["56"], "ana@southgate.example")
    await link(BRUNO, known["55"], "bruno@northwind.example")
    await link(BRUNO, known["56"], None)
    await store_rows(
        hall,
        # Told apart by one thing each.
        tie(hall, known["56"], email=keys.seal("not yet"), confirmed_at=None),
        tie(hall, known["56"], email=keys.seal("ended"), revoked_at=now),
        tie(hall, known["56"], email=keys.seal("telegram"), platform="telegram"),
        tie(hall, known["56"], email=keys.seal("elsewhere"), workspace="T0OTHER"),
        tie(hall, known["56"], email=keys.seal("nowhere"), workspace=""),
        tie(hall, known["57"], email=keys.seal("tie of 57")),
    )
    assert [await address(ANA, key) for key in ("55", "56", "57")] == [
        ANA_MAIL,
        "ana@southgate.example",
        "tie of 57",
    ]
    assert [await address(BRUNO, key) for key in ("55", "56", "57")] == [
        "bruno@northwind.example",
        None,
        "tie of 57",
    ]
    await store_rows(hall, tie(hall, known["56"], email=keys.seal("tie of 56")))
    assert [await address(user, "56") for user in (ANA, BRUNO)] == ["ana@southgate.example", "tie of 56"]
    assert await address(MALLORY, "56") is None
    await hall.linking.unlink(ANA)
    assert await address(ANA, "55") is None


async def test_the_operators_link_is_what_they_said_and_nothing_is_linked_else(hall: Hall) -> None:
    await hall.linking.import_companies(
        [
            CompanyRow(erp="erp", erp_key="551", name="Branch", parent_key="55"),
            CompanyRow(erp="erp", erp_key="552", name="Closed branch", parent_key="55"),
            CompanyRow(erp="erp", erp_key="561", name="Southgates branch", parent_key="56"),
        ]
    )
    await set_state(hall.linking.books, "erp", "552", "closed")
    known = await ids(hall)
    linked = await hall.linking.link_directly(
        BRUNO, "erp", "55", role=Role.LOGISTICS, reach=Reach.UNIT, branch_key="551", contact_name="Bruno"
    )
    assert (linked.role, linked.reach, linked.contact_name) == (Role.LOGISTICS, Reach.UNIT, "Bruno")
    assert (linked.verified_by, linked.scope.keys) == (VerifiedBy.OPERATOR, ("551",))
    async with hall.linking.books.reading() as session:
        row = (await session.exec(select(Link).where(col(Link.user_id) == "U0BRUNO"))).one()
    assert (row.unit_id, row.company_id, row.revoked_at) == (known["551"], known["55"], None)
    for branch in ("552", "561", "404"):
        with pytest.raises(CompanyUnknown, match=rf"^The company has no active branch with key {branch}$"):
            await hall.linking.link_directly(CARLA, "erp", "55", reach=Reach.UNIT, branch_key=branch)
    with pytest.raises(CompanyUnknown, match=r"^erp has no company with key 404; import it first$"):
        await hall.linking.link_directly(CARLA, "erp", "404")
    refusal = r"^The company with key 55 is not active, or the reach is empty$"
    with pytest.raises(CompanyUnknown, match=refusal):
        await hall.linking.link_directly(CARLA, "erp", "55", reach=Reach.OWN)
    async with hall.linking.books.reading() as session:
        assert (await session.exec(select(Link).where(*_is(CARLA)))).all() == []


def _is(user: ChatUser) -> list[Any]:
    return [getattr(Link, name) == value for name, value in columns(user).items()]


async def test_a_contact_learned_from_an_erp_is_handed_on_whole(hall: Hall) -> None:
    def contact(key: str, name: str, email: str = "elisa@pampa.example", **values: Any) -> CompanyContact:
        return CompanyContact(erp="erp", company_key=key, company_name=name, email=email, **values)

    erp = TheErp(
        [
            contact("59", "pampa Sul", contact_name="Elisa S.", role="logistics"),
            contact("58", "Pampa Agro", tax_id="123", contact_name="Elisa", role="buyer"),
            contact("60", "Closed"),
            contact("55", "Northwind Industrial Ltda", "other@pampa.example"),
        ]
    )
    linking = another(hall, erp)
    await linking.import_companies([CompanyRow(erp="erp", erp_key="60", name="Closed")])
    await set_state(linking.books, "erp", "60", "closed")
    issued = await linking.codes.request(BRUNO, "Elisa@pampa.example")
    assert issued is not None
    assert issued.companies == ("Pampa Agro", "pampa Sul")
    assert issued.expires_at == hall.clock() + timedelta(minutes=10)
    async with linking.books.reading() as session:
        company = (await session.exec(select(Company).where(col(Company.erp_key) == "58"))).one()
    assert company.tax_id == "123"
    linked = await linking.codes.redeem(BRUNO, issued.code)
    assert [(one.name, one.contact_name, one.role) for one in linked] == [
        ("Pampa Agro", "Elisa", Role.BUYER),
        ("pampa Sul", "Elisa S.", Role.LOGISTICS),
    ]
    books = linking.books
    async with books.reading() as session:
        rows = (await session.exec(select(Link).where(*_is(BRUNO)))).all()
    assert [books.keys.open(row.email) for row in rows if row.email] == ["elisa@pampa.example"] * 2


async def test_an_import_replaces_and_reads_phones_as_it_is_told(hall: Hall) -> None:
    local = CompanyRow(erp="erp", erp_key="55", name="Northwind", phone=BRUNOS_PHONE.removeprefix("+55"))
    assert (await hall.linking.import_companies([local], region="BR")).removed == 0
    assert (await hall.linking.import_companies([local], region="BR", replace=True)).removed > 0


async def test_where_somebody_speaks_and_what_they_name_is_handed_on(hall: Hall) -> None:
    await hall.named_staff()
    await hall.linking.link_directly(BRUNO, "erp", "55")
    hall.platform.channels[CHANNEL.id] = [SOFIA]
    await hall.channels.tie(SOFIA, CHANNEL, hall.southgate)
    there = await hall.linking.access(BRUNO, place=CHANNEL)
    assert (there.tied, there.current) == (True, None)
    named = await hall.linking.access(SOFIA, concerning=hall.northwind)
    assert [one.company_id for one in named.companies] == [hall.northwind]


async def test_t4_an_exhausted_person_costs_the_erp_nothing_and_a_closed_company_links_nobody(
    hall: Hall,
) -> None:
    erp = TheErp([CompanyContact(erp="erp", company_key="57", company_name="M", email="m@m.example")])
    linking = another(hall, erp)
    issued = [await linking.codes.request(BRUNO, "m@m.example") for _ in range(3)][-1]
    assert issued is not None
    assert await linking.codes.request(BRUNO, "m@m.example") is None
    assert erp.asked == 3
    await set_state(linking.books, "erp", "57", "closed")
    with pytest.raises(CompanyNotActive):
        await linking.codes.redeem(BRUNO, issued.code)
    async with linking.books.reading() as session:
        assert (await session.exec(select(Link).where(*_is(BRUNO)))).all() == []

"""Access whole, value by value: what each right grants next to rows that resemble it and grant nothing."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import SQLModel, col, select

from bot.chat.people import ChatUser, Conversation, Platform
from bot.linking import Access, CompanyRow, Linking, Reach, Role, VerifiedBy
from bot.linking.links import Proof
from bot.linking.tables import ChannelTie, Company, Link, StaffRow, WorkspaceTie
from bot.membership import Seen, Standing
from tests.linking.desk import ANA, BRUNO
from tests.linking.hall import CHANNEL, GROUP, MALLORY, SOFIA, Hall
from tests.linking.test_budgets import statements

COLLEAGUE = ChatUser(Platform.SLACK, "U0COLLEAGUE", "T0CUSTOMER")
IN_PRIVATE = replace(CHANNEL, private=True)
LATER = timedelta(days=90)


async def store_rows(hall: Hall, *rows: SQLModel) -> None:
    async with hall.linking.books.store.writing() as session:
        session.add_all(rows)


async def ids(hall: Hall) -> dict[str, int]:
    async with hall.linking.books.reading() as session:
        return {one.erp_key: one.id or 0 for one in (await session.exec(select(Company))).all()}


def told(access: Access) -> list[tuple[Any, ...]]:
    """Everything of each company that is seen, the current one marked."""
    return [
        (
            one.name,
            one.verified_by,
            one.verified_at,
            one.reverify_by,
            (one.role, one.reach, one.contact_name),
            (one.scope.company_id, one.scope.company_name, one.scope.erp, one.scope.keys),
            (one.scope.placed_by, one.scope.further),
            one == access.current,
        )
        for one in access.companies
    ]


def flags(access: Access) -> tuple[bool, ...]:
    return access.staff, access.staff_admin, access.unsure, access.met, access.tied


async def test_every_reach_grants_just_its_keys_in_every_erp(hall: Hall) -> None:
    row = CompanyRow
    await hall.linking.import_companies(
        [
            row(erp="parts", erp_key="N1", name="Northwind", same_as=("erp", "55")),
            row(erp="erp", erp_key="550", name="Northwind", same_as=("erp", "55")),
            row(erp="erp", erp_key="551", name="Branch", parent_key="55"),
            row(erp="parts", erp_key="B1", name="Branch", same_as=("erp", "551")),
            row(erp="erp", erp_key="5511", name="Below", parent_key="551"),
            row(erp="parts", erp_key="B2", name="Parts branch", parent_key="N1"),
            row(erp="other", erp_key="B3", name="Elsewhere"),
            row(erp="erp", erp_key="561", name="Southgates branch", parent_key="56"),
        ]
    )
    known = await ids(hall)
    now, until = hall.clock(), hall.clock() + LATER
    northwind = (known["55"], "Northwind Industrial Ltda", "erp")

    async def seen(reach: Reach, **values: Any) -> list[tuple[Any, ...]]:
        async with hall.linking.books.writing_about(BRUNO) as session:
            proof = Proof(verified_by=VerifiedBy.PHONE, role=Role.LOGISTICS, reach=reach, **values)
            await hall.linking.books.link(session, BRUNO, known["55"], proof)
        return told(await hall.linking.access(BRUNO))

    def expected(
        reach: Reach, contact: str | None, keys: tuple[str, ...], placed_by: str | None, further: Any
    ) -> list[tuple[Any, ...]]:
        dates = ("Northwind Industrial Ltda", VerifiedBy.PHONE, now, until, (Role.LOGISTICS, reach, contact))
        return [(*dates, (*northwind, keys), (placed_by, further), True)]

    both = (("parts", ("N1",)),)
    assert await seen(Reach.COMPANY) == expected(Reach.COMPANY, None, ("55", "550"), None, both)
    assert await seen(Reach.COMPANY, contact_name="Bruno") == expected(
        Reach.COMPANY, "Bruno", ("55", "550"), None, both
    )
    assert await seen(Reach.OWN, contact_name="Bruno") == expected(
        Reach.OWN, "Bruno", ("55", "550"), "Bruno", both
    )
    assert await seen(Reach.UNIT, unit_id=known["551"]) == expected(
        Reach.UNIT, None, ("551",), None, (("parts", ("B1",)),)
    )
    assert await seen(Reach.COMPANY_TREE) == expected(
        Reach.COMPANY_TREE, None, ("55", "550", "551", "5511"), None, (("parts", ("N1", "B1", "B2")),)
    )
    assert await seen(Reach.UNIT, unit_id=known["B2"]) == [
        (
            *("Northwind Industrial Ltda", VerifiedBy.PHONE, now, until, (Role.LOGISTICS, Reach.UNIT, None)),
            *((known["55"], "Northwind Industrial Ltda", "parts", ("B2",)), (None, ()), True),
        )
    ]
    async with hall.linking.books.store.writing() as session:
        # In an ERP where Northwind has no key, whatever it names as its parent.
        elsewhere = col(Company.id) == known["B3"]
        await session.exec(update(Company).where(elsewhere).values(parent_id=known["55"]))
        below = col(Company.id) == known["551"]
        await session.exec(update(Company).where(below).values(state="closed"))
    for nobodys in (known["551"], known["561"], known["B3"], known["5511"], known["55"]):
        assert await seen(Reach.UNIT, unit_id=nobodys) == []
    await hall.linking.import_companies(
        [row(erp="parts", erp_key="S1", name="Branch", same_as=("erp", "561"))]
    )
    only_one_key = await hall.linking.link_directly(
        MALLORY, "erp", "56", reach=Reach.UNIT, branch_key="561", role=Role.BUYER
    )
    assert (only_one_key.scope.keys, only_one_key.scope.further) == (("561",), (("parts", ("S1",)),))
    assert await seen(Reach.OWN, contact_name=" ") == []


async def test_a_link_is_nobody_elses_and_ends_in_each_of_its_ways(hall: Hall) -> None:
    company = await hall.linking.link_directly(BRUNO, "erp", "55", role=Role.ACCOUNTS_PAYABLE)
    for other in (
        replace(BRUNO, user_id="U0OTHER"),
        replace(BRUNO, workspace="T0OTHER"),
        replace(BRUNO, platform=Platform.TELEGRAM),
    ):
        assert await hall.linking.access(other) == Access()

    async def with_it(**values: Any) -> list[str]:
        table, wanted = (Company, company.company_id) if "state" in values else (Link, None)
        async with hall.linking.books.store.writing() as session:
            condition = col(Company.id) == wanted if wanted else col(Link.user_id) == BRUNO.user_id
            await session.exec(update(table).where(condition).values(**values))
        return [one.name for one in (await hall.linking.access(BRUNO)).companies]

    now = hall.clock()
    assert await with_it(revoked_at=now) == []
    assert await with_it(revoked_at=None) == [company.name]
    assert await with_it(reverify_by=now) == []
    assert await with_it(reverify_by=now + timedelta(seconds=1)) == [company.name]
    assert await with_it(state="closed") == []
    assert await with_it(state="active") == [company.name]
    await hall.linking.standings.note(Seen(BRUNO, Standing.GUEST, "Bruno"))
    assert flags(await hall.linking.access(BRUNO)) == (False, False, False, True, False)
    assert await with_it(revoked_at=None) == [company.name]
    await hall.linking.standings.note(Seen(BRUNO, Standing.GONE, "Bruno"))
    assert await hall.linking.access(BRUNO) == Access()


def tie(hall: Hall, company_id: int, **values: Any) -> WorkspaceTie:
    now: datetime = hall.clock()
    usual: dict[str, Any] = {
        "platform": "slack",
        "workspace": "T0CUSTOMER",
        "company_id": company_id,
        "role": Role.LOGISTICS.value,
        "reach": Reach.COMPANY.value,
        "proved_by": ANA.key,
        "proved_at": now - timedelta(hours=2),
        "expires_at": now,
        "confirmed_at": now - timedelta(hours=1),
        "reverify_by": now + timedelta(seconds=1),
    }
    return WorkspaceTie(**(usual | values))


async def test_a_workspace_grants_what_its_tie_says_to_its_full_members_alone(hall: Hall) -> None:
    known, now = await ids(hall), hall.clock()
    await store_rows(hall, tie(hall, known["56"]))
    assert told(await hall.linking.access(COLLEAGUE)) == [
        (
            "Southgate Comércio S.A.",
            VerifiedBy.WORKSPACE,
            now - timedelta(hours=1),
            now + timedelta(seconds=1),
            (Role.LOGISTICS, Reach.COMPANY, None),
            (known["56"], "Southgate Comércio S.A.", "erp", ("56",)),
            (None, ()),
            True,
        )
    ]
    for other in (
        replace(COLLEAGUE, workspace="T0OTHER"),
        replace(COLLEAGUE, workspace=""),
        replace(COLLEAGUE, platform=Platform.TELEGRAM),
    ):
        assert (await hall.linking.access(other)).companies == ()
    for standing in (Standing.GUEST, Standing.STRANGER, None):
        somebody = replace(COLLEAGUE, user_id=f"U0{standing}")
        hall.platform.standings[somebody] = standing
        access = await hall.linking.access(somebody)
        assert (access.companies, access.unsure) == ((), standing is None)
    async with hall.linking.books.store.writing() as session:
        await session.exec(update(Company).where(col(Company.erp_key) == "56").values(state="closed"))
    assert (await hall.linking.access(COLLEAGUE)).companies == ()
    async with hall.linking.books.store.writing() as session:
        await session.exec(update(Company).values(state="active"))
    # Their own link's role comes first.
    await hall.linking.link_directly(COLLEAGUE, "erp", "56", role=Role.ADMIN)
    (own,) = (await hall.linking.access(COLLEAGUE)).companies
    assert (own.role, own.verified_by) == (Role.ADMIN, VerifiedBy.OPERATOR)


async def test_a_tie_of_a_workspace_that_is_not_whole_grants_nothing(hall: Hall) -> None:
    known, now = await ids(hall), hall.clock()
    await store_rows(
        hall,
        tie(hall, known["55"], confirmed_at=None),
        tie(hall, known["56"], revoked_at=now),
        tie(hall, known["57"], reverify_by=now),
        tie(hall, known["57"], workspace=""),
        tie(hall, known["57"], platform="telegram"),
    )
    for user in (COLLEAGUE, replace(COLLEAGUE, workspace=""), replace(MALLORY, workspace="T0CUSTOMER")):
        if user.platform is Platform.SLACK:
            assert (await hall.linking.access(user)).companies == ()
    await store_rows(hall, tie(hall, known["56"]))
    assert [one.scope.keys for one in (await hall.linking.access(COLLEAGUE)).companies] == [("56",)]
    await hall.linking.link_directly(COLLEAGUE, "erp", "56")
    await hall.linking.unlink(COLLEAGUE, why="removed")
    assert (await hall.linking.access(COLLEAGUE)).companies == ()
    # Whoever left by themselves, somebody else who was removed, or from another company, is not shut out.
    for user, key, why in (
        (replace(COLLEAGUE, user_id="U0SECOND"), "56", "unlinked"),
        (replace(COLLEAGUE, user_id="U0THIRD"), "55", "removed"),
    ):
        await hall.linking.link_directly(user, "erp", key)
        await hall.linking.unlink(user, why=why)
        assert [one.scope.keys for one in (await hall.linking.access(user)).companies] == [("56",)]


async def test_what_a_person_chose_is_current_else_the_first_by_name_and_never_as_staff(hall: Hall) -> None:
    known = await ids(hall)
    for key in ("57", "56", "55"):
        await hall.linking.link_directly(BRUNO, "erp", key)
    # What others choose is theirs.
    await hall.linking.link_directly(ANA, "erp", "57")
    names = ["Meridian Hospitalar Ltda", "Northwind Industrial Ltda", "Southgate Comércio S.A."]
    access = await hall.linking.access(BRUNO)
    assert [one.name for one in access.companies] == names
    assert access.current == access.companies[1]
    await hall.linking.use_company(BRUNO, known["56"])
    assert (await hall.linking.access(BRUNO)).current == access.companies[2]
    await store_rows(hall, tie(hall, known["56"]), tie(hall, known["57"]))
    access = await hall.linking.access(COLLEAGUE)
    assert [one.name for one in access.companies] == [names[0], names[2]]
    assert access.current == access.companies[0]
    await hall.linking.use_company(COLLEAGUE, known["56"])
    assert (await hall.linking.access(COLLEAGUE)).current == access.companies[1]


async def test_staff_see_the_company_that_is_named_chosen_or_tied_and_no_other(hall: Hall) -> None:
    known, now = await ids(hall), hall.clock()

    def staff(subject_id: str, **values: Any) -> StaffRow:
        usual: dict[str, Any] = {"platform": "slack", "workspace": "T0SUPPLIER", "subject": "user"}
        return StaffRow(**(usual | {"subject_id": subject_id, "added_by": "", "added_at": now} | values))

    group = replace(SOFIA, user_id="U0INGROUP")
    hall.platform.groups["S0SUPPORT"] = {group}
    await store_rows(
        hall,
        staff(SOFIA.user_id, admin=True),
        staff("S0SUPPORT", subject="group"),
        staff("U0FORMER", revoked_at=now),
        staff("U0ELSEWHERE", workspace="T0ELSEWHERE"),
        staff("700001", platform="telegram"),
    )
    everywhere = [
        SOFIA,
        group,
        replace(SOFIA, user_id="U0FORMER"),
        replace(SOFIA, user_id="U0NOBODY"),
        replace(SOFIA, user_id="700001"),
        replace(SOFIA, user_id="U0ELSEWHERE", workspace="T0ELSEWHERE"),
        replace(SOFIA, user_id="U0ELSEWHERE"),
    ]
    found = [flags(await hall.linking.access(user))[:2] for user in everywhere]
    assert found == [(True, True), (True, False), *[(False, False)] * 5]

    assert (await hall.linking.access(SOFIA)).companies == ()
    named = await hall.linking.access(SOFIA, concerning=known["56"])
    assert told(named) == [
        (
            "Southgate Comércio S.A.",
            VerifiedBy.STAFF,
            now,
            None,
            (Role.STAFF, Reach.COMPANY, None),
            (known["56"], "Southgate Comércio S.A.", "erp", ("56",)),
            (None, ()),
            False,
        )
    ]
    assert named.current is None
    await hall.linking.use_company(SOFIA, known["57"])
    chosen = await hall.linking.access(SOFIA, concerning=known["56"])
    assert [one.scope.keys for one in chosen.companies] == [("57",), ("56",)]
    assert chosen.current == chosen.companies[0]
    # Staff of their own choice do not see what somebody else chose.
    assert (await hall.linking.access(group)).companies == ()
    async with hall.linking.books.store.writing() as session:
        await session.exec(update(Company).values(state="closed"))
    closed = await hall.linking.access(SOFIA, concerning=known["56"])
    assert (closed.companies, closed.staff) == ((), True)
    hall.platform.standings[SOFIA] = Standing.GUEST
    hall.clock.turn(minutes=6)
    assert flags(await hall.linking.access(SOFIA))[:2] == (False, False)


async def test_in_a_tied_place_its_company_is_current_for_whoever_sees_it(hall: Hall) -> None:
    known, now = await ids(hall), hall.clock()

    def tied(place: Conversation, key: str, **values: Any) -> ChannelTie:
        return ChannelTie(
            platform=place.platform.value,
            workspace=place.workspace,
            channel=place.id,
            company_id=known[key],
            tied_by=SOFIA.key,
            tied_at=now,
            **values,
        )

    await store_rows(
        hall,
        tied(CHANNEL, "56"),
        tied(replace(CHANNEL, id="C0OTHER"), "55"),
        tied(replace(CHANNEL, workspace="T0OTHER"), "57"),
        tied(replace(CHANNEL, id="C0FORMER"), "56", revoked_at=now),
        StaffRow(
            platform="slack",
            workspace="T0SUPPLIER",
            subject="user",
            subject_id=SOFIA.user_id,
            added_by="",
            added_at=now,
        ),
    )
    for key in ("56", "55"):
        await hall.linking.link_directly(BRUNO, "erp", key)

    async def there(user: ChatUser, place: Conversation | None) -> tuple[bool, str | None, int]:
        access = await hall.linking.access(user, place=place)
        return access.tied, access.scope.keys[0] if access.scope else None, len(access.companies)

    assert await there(BRUNO, CHANNEL) == (True, "56", 2)
    assert await there(BRUNO, replace(CHANNEL, id="C0OTHER")) == (True, "55", 2)
    assert await there(BRUNO, replace(CHANNEL, workspace="T0OTHER")) == (True, None, 2)
    for place in (None, IN_PRIVATE, GROUP, replace(CHANNEL, id="C0FORMER"), replace(CHANNEL, id="C0NEW")):
        assert await there(BRUNO, place) == (False, "55", 2)
    assert await there(SOFIA, CHANNEL) == (True, "56", 1)
    assert await there(SOFIA, IN_PRIVATE) == (False, None, 0)
    assert await there(MALLORY, CHANNEL) == (True, None, 0)


async def test_a_right_of_a_closed_kind_counts_for_nobody(hall: Hall) -> None:
    await store_rows(hall, tie(hall, hall.northwind))
    await hall.linking.link_directly(COLLEAGUE, "erp", "56")
    books = hall.linking.books
    closed = Linking(
        books.store,
        books.keys,
        (),
        clock=hall.clock,
        memberships={Platform.SLACK: hall.platform},
        closed=frozenset({"workspace"}),
    )
    for linking, keys in ((hall.linking, ["55", "56"]), (closed, ["56"])):
        companies = (await linking.access(COLLEAGUE)).companies
        assert [one.scope.keys[0] for one in companies] == keys


async def test_a_question_costs_one_statement_unless_there_are_further_keys_or_branches(hall: Hall) -> None:
    async def selects() -> int:
        async with statements(hall.linking.books.store) as made:
            assert (await hall.linking.access(BRUNO)).current is not None
        return len([one for one in made if one.startswith(("SELECT", "WITH"))])

    await hall.linking.link_directly(BRUNO, "erp", "55")
    assert await selects() == 1
    await hall.linking.import_companies(
        [CompanyRow(erp="parts", erp_key="N1", name="Northwind", same_as=("erp", "55"))]
    )
    assert await selects() == 2
    await hall.linking.link_directly(BRUNO, "erp", "56", reach=Reach.COMPANY_TREE)
    assert await selects() == 3

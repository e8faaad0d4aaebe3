"""What a code and an imported contact hand on to the link, and what is kept of them meanwhile."""

from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from bot.linking import CompanyRow, StoredContacts
from bot.linking.codes import keep_code
from bot.linking.companies import set_state
from bot.linking.errors import CodeExpired, CodeNotAccepted, CodeWrong, CompanyUnknown
from bot.linking.tables import Contact, Link, LinkCode, LinkCodeCompany
from tests.linking.desk import ANA, ANA_MAIL, BRUNO, wrong
from tests.linking.hall import MALLORY, Hall

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MAIL, TAX_ID = "Zoe@northwind.example", "12345678000195"


async def imported(hall: Hall) -> None:
    row = CompanyRow(
        erp="erp",
        erp_key="55",
        name="Northwind Industrial Ltda",
        tax_id=TAX_ID,
        email=MAIL,
        contact_name="Zoe Lima",
        role="logistics",
    )
    await hall.linking.import_companies([row])


async def test_a_code_is_kept_without_itself_and_hands_on_the_contacts_name_and_role(hall: Hall) -> None:
    await imported(hall)
    keys, now = hall.linking.books.keys, hall.clock()
    issued = await hall.linking.codes.request(ANA, MAIL.upper())
    assert issued is not None
    async with hall.linking.books.reading() as session:
        row = (await session.exec(select(LinkCode))).one()
        of_company = (await session.exec(select(LinkCodeCompany))).one()
    assert row.email is not None
    assert keys.open(row.email) == MAIL == issued.email
    assert (row.requested_at, row.expires_at, row.purpose) == (now, now + timedelta(minutes=10), "link")
    assert (row.used_at, row.replaced_at) == (None, None)
    assert of_company.contact_name is not None
    assert keys.open(of_company.contact_name) == "Zoe Lima"
    assert (of_company.company_id, of_company.role) == (hall.northwind, "logistics")
    hall.clock.turn(minutes=1)
    await hall.linking.codes.redeem(ANA, issued.code)
    async with hall.linking.books.reading() as session:
        row = (await session.exec(select(LinkCode))).one()
        link = (await session.exec(select(Link).order_by(col(Link.id).desc()).limit(1))).one()
    assert (row.used_at, row.replaced_at) == (hall.clock(), None)
    assert link.contact_name is not None
    assert (keys.open(link.contact_name), link.role) == ("Zoe Lima", "logistics")


async def test_a_decoy_is_kept_without_an_address_and_of_no_company(hall: Hall) -> None:
    assert await hall.linking.codes.request(MALLORY, "nobody@nowhere.example") is None
    async with hall.linking.books.reading() as session:
        row = (await session.exec(select(LinkCode))).one()
        assert (await session.exec(select(LinkCodeCompany))).all() == []
    assert (row.email, row.used_at, row.purpose) == (None, None, "link")
    assert row.expires_at > hall.clock()


async def test_using_a_code_leaves_everybody_elses_open(hall: Hall) -> None:
    codes = {user: await hall.code(user) for user in (ANA, BRUNO)}
    with pytest.raises(CodeNotAccepted):
        await hall.linking.codes.redeem(ANA, wrong(codes[ANA]))
    await hall.linking.codes.redeem(ANA, codes[ANA])
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(LinkCode).order_by(col(LinkCode.id)))).all()
    assert [(row.user_id, row.used_at is None) for row in rows] == [("U0ANA", False), ("U0BRUNO", True)]
    # Each try is taken before it is looked at, also the one that is right.
    assert [row.tries_left for row in rows] == [3, 5]
    await hall.linking.codes.redeem(BRUNO, codes[BRUNO])


async def test_an_imported_contact_is_told_as_a_whole(hall: Hall) -> None:
    await imported(hall)
    directory = StoredContacts(hall.linking.books.store, hall.linking.books.keys)
    (contact,) = await directory.contacts_by_email(MAIL)
    assert (contact.erp, contact.company_key, contact.company_name) == (
        "erp",
        "55",
        "Northwind Industrial Ltda",
    )
    assert (contact.email, contact.phone) == (MAIL, None)
    assert (contact.tax_id, contact.contact_name, contact.role) == (TAX_ID, "Zoe Lima", "logistics")
    row = CompanyRow(erp="erp", erp_key="55", name="Northwind", phone="+5511987650009")
    await hall.linking.import_companies([row])
    (called,) = await directory.contacts_by_phone("+5511987650009")
    assert (called.email, called.phone, called.contact_name, called.role) == (
        "",
        "+5511987650009",
        None,
        None,
    )
    # An import without a tax id leaves the one that is known.
    assert (called.company_name, called.tax_id) == ("Northwind", TAX_ID)


async def test_an_import_leaves_contacts_it_does_not_name_unless_told_to_replace_them(hall: Hall) -> None:
    async def contacts() -> int:
        async with hall.linking.books.reading() as session:
            return len((await session.exec(select(Contact))).all())

    before = await contacts()
    await imported(hall)
    assert await contacts() == before + 1


async def test_the_state_of_a_company_that_is_not_there_is_refused_by_its_key(hall: Hall) -> None:
    with pytest.raises(CompanyUnknown, match=r"^erp has no company with key 999$"):
        await set_state(hall.linking.books, "erp", "999", "on_hold")
    with pytest.raises(ValueError, match=r"^a state is one of \w+(, \w+)*$"):
        await set_state(hall.linking.books, "erp", "55", "asleep")


async def asked_for(hall: Hall, ago: timedelta, *whose: tuple[str, str]) -> None:
    """Codes that people asked for a while ago, each for an address."""
    keys, then = hall.linking.books.keys, hall.clock() - ago
    async with hall.linking.books.store.writing() as session:
        await session.exec(delete(LinkCode))
        session.add_all(
            LinkCode(
                platform="slack",
                workspace="T0CUSTOMER",
                user_id=user_id,
                email_digest=keys.digest("email", email),
                code_digest=keys.digest("code", "none"),
                requested_at=then,
                expires_at=then,
                tries_left=0,
                used_at=then,
            )
            for user_id, email in whose
        )


ADDRESS = "accountant@bureau.example"
OTHERS = [(f"U{number}", ADDRESS) for number in range(10)]
HERS = [("U0ANA", f"a{number}@b.example") for number in range(10)]
UNRELATED = [(f"U{number}", f"a{number}@b.example") for number in range(30)]
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


BUDGETS = (
    (HOUR - SECOND, [*HERS[:2], *UNRELATED], True),
    (HOUR - SECOND, [*HERS[:3]], False),
    (HOUR, HERS[:9], True),
    (DAY - SECOND, [*HERS[:9], *UNRELATED], True),
    (DAY - SECOND, HERS[:10], False),
    (DAY, HERS[:10], True),
    (HOUR - SECOND, [*OTHERS[:4], *UNRELATED], True),
    (HOUR - SECOND, OTHERS[:5], False),
    (HOUR, OTHERS[:9], True),
    (DAY - SECOND, OTHERS[:9], True),
    (DAY - SECOND, OTHERS[:10], False),
    (DAY, OTHERS[:10], True),
)
"""When who asked for codes, and whether Ana gets another one then."""


async def test_t4_each_budget_of_codes_is_spent_by_its_own_to_the_last_one(hall: Hall) -> None:
    found = []
    for ago, whose, _ in BUDGETS:
        await asked_for(hall, ago, *whose)
        found.append(await hall.linking.codes.request(ANA, ADDRESS) is not None)
    assert found == [gets_one for *_, gets_one in BUDGETS]


async def test_a_code_is_forgotten_after_a_day_and_not_before(hall: Hall) -> None:
    for ago, kept in ((DAY, 2), (DAY + SECOND, 1)):
        await asked_for(hall, ago, ("U0OLD", "old@b.example"))
        await hall.code(ANA)
        async with hall.linking.books.reading() as session:
            assert len((await session.exec(select(LinkCode))).all()) == kept


async def test_t4_a_decoy_is_no_code_even_if_its_number_is_typed(hall: Hall) -> None:
    keys, now = hall.linking.books.keys, hall.clock()
    async with hall.linking.books.writing_about(ANA) as session:
        digest = keys.digest("email", "nobody@nowhere.example")
        _, number = await keep_code(
            session, keys, ANA, purpose="link", email_digest=digest, email=None, companies=[], now=now
        )
    with pytest.raises(CodeWrong):
        await hall.linking.codes.redeem(ANA, number)


async def test_of_what_is_typed_the_first_64_characters_count(hall: Hall) -> None:
    code = await hall.code(ANA)
    with pytest.raises(CodeWrong):
        await hall.linking.codes.redeem(ANA, " " * 59 + code)
    assert await hall.linking.codes.redeem(ANA, " " * 58 + code)


async def test_the_last_try_is_one_and_after_it_a_code_is_wrong_until_it_runs_out(hall: Hall) -> None:
    code = await hall.code(ANA)
    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrong) as refused:
            await hall.linking.codes.redeem(ANA, wrong(code))
        assert refused.value.tries_left == left
    other = await hall.code(BRUNO)
    for left in (4, 3, 2, 1, 0, 0):
        with pytest.raises(CodeWrong) as refused:
            await hall.linking.codes.redeem(BRUNO, wrong(other))
        assert refused.value.tries_left == left
    assert await hall.linking.codes.redeem(ANA, code)
    hall.clock.turn(minutes=10)
    with pytest.raises(CodeExpired):
        await hall.linking.codes.redeem(BRUNO, other)


async def test_withdrawing_forgets_that_code_while_it_is_unused_and_no_other(hall: Hall) -> None:
    first, second = [await hall.linking.codes.request(user, ANA_MAIL) for user in (ANA, BRUNO)]
    assert first is not None
    assert second is not None
    await hall.linking.codes.withdraw(first)
    assert await hall.linking.codes.redeem(BRUNO, second.code)
    await hall.linking.codes.withdraw(second)
    async with hall.linking.books.reading() as session:
        assert [row.id for row in (await session.exec(select(LinkCode))).all()] == [second.id]

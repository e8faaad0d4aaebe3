"""Requests to the second and to the letter: when one can be decided, and which company a tax id names."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.linking import CompanyRow, Role
from bot.linking.companies import set_state
from bot.linking.errors import NothingToDecide
from bot.linking.tables import Company, JoinRequest
from tests.linking.desk import BRUNO
from tests.linking.hall import CARLA, MALLORY, SOFIA, Hall

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("last_first"),
]

WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)
TAX_ID = "12ABC34501DE35"


async def test_a_request_can_be_decided_once_and_for_a_week(hall: Hall) -> None:
    await hall.named_staff()
    waiting = [await hall.requests.ask(user, "", TAX_ID) for user in (BRUNO, MALLORY, CARLA)]
    first, second, third = [one for one in waiting if one is not None]
    meridian = first.company_id
    assert [one.id for one in await hall.requests.open_ones(SOFIA, meridian)] == [
        first.id,
        second.id,
        third.id,
    ]
    hall.clock.now += WEEK - SECOND
    decided = await hall.requests.decide(SOFIA, first.id, let_in=True, role=Role.LOGISTICS)
    assert (decided.user, decided.role, decided.let_in) == (BRUNO, Role.LOGISTICS, True)
    await hall.requests.decide(SOFIA, second.id, let_in=False)
    for request in (first, second):
        with pytest.raises(NothingToDecide):
            await hall.requests.decide(SOFIA, request.id, let_in=True)
    assert [one.id for one in await hall.requests.open_ones(SOFIA, meridian)] == [third.id]
    hall.clock.now += SECOND
    assert await hall.requests.open_ones(SOFIA, meridian) == []
    for request_id in (third.id, 404):
        with pytest.raises(NothingToDecide):
            await hall.requests.decide(SOFIA, request_id, let_in=True)
    assert await hall.linking.access(CARLA) == await hall.linking.access(MALLORY)
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(JoinRequest).order_by(col(JoinRequest.id)))).all()
    assert [(row.decided_at, row.decided_by, row.outcome) for row in rows] == [
        (hall.clock.now - SECOND, SOFIA.key, "let_in"),
        (hall.clock.now - SECOND, SOFIA.key, "turned_away"),
        (None, None, None),
    ]


async def test_a_request_to_a_company_that_was_closed_lets_nobody_in(hall: Hall) -> None:
    await hall.named_staff()
    request = await hall.requests.ask(BRUNO, "", TAX_ID)
    assert request is not None
    await set_state(hall.linking.books, "erp", "57", "closed")
    with pytest.raises(NothingToDecide):
        await hall.requests.decide(SOFIA, request.id, let_in=True)
    assert await hall.requests.ask(MALLORY, "", TAX_ID) is None


async def test_a_new_request_takes_the_place_of_the_same_persons_open_one_to_the_same_company(
    hall: Hall,
) -> None:
    await hall.linking.import_companies([CompanyRow(erp="erp", erp_key="58", name="Pampa", tax_id="54321")])
    for user, tax_id in ((BRUNO, TAX_ID), (CARLA, TAX_ID), (BRUNO, "54321"), (BRUNO, TAX_ID)):
        assert await hall.requests.ask(user, "", tax_id) is not None
        hall.clock.turn(minutes=1)
    async with hall.linking.books.reading() as session:
        rows = (await session.exec(select(JoinRequest).order_by(col(JoinRequest.id)))).all()
    replaced = (hall.clock.now - timedelta(minutes=1), "replaced")
    assert [(row.decided_at, row.outcome) for row in rows] == [
        replaced,
        (None, None),
        (None, None),
        (None, None),
    ]


async def test_a_person_asks_three_times_a_day(hall: Hall) -> None:
    for _ in range(3):
        assert await hall.requests.ask(BRUNO, "", TAX_ID) is not None
    assert await hall.requests.ask(BRUNO, "", TAX_ID) is None
    hall.clock.turn(days=1, seconds=1)
    assert await hall.requests.ask(BRUNO, "", TAX_ID) is not None
    # Who is linked to another company may still ask for this one.
    await hall.linking.link_directly(CARLA, "erp", "55")
    assert await hall.requests.ask(CARLA, "", TAX_ID) is not None


TAX_IDS = (
    ("12.345.678/0001-95", "12345678000195", True),
    ("12345678000195", "12.345.678/0001-95", True),
    ("de 12 34", "DE1234", True),
    ("DE-12/3", "de 12.3", True),
    ("A1B2C", "a1b2c", True),
    ("A1B2", "a1b2", False),
    ("A1B2C", "A1B2", False),
    ("A1B2C", "A1B2CD", False),
    (None, "None", False),
)
"""As stored and as typed, and whether that is the same."""


async def test_a_tax_id_is_read_without_its_punctuation_and_case(hall: Hall) -> None:
    found = []
    for number, (stored, asked, _) in enumerate(TAX_IDS):
        await hall.linking.import_companies(
            [CompanyRow(erp="erp", erp_key=f"6{number}", name=f"Company {number}", tax_id=stored)]
        )
        request = await hall.requests.ask(replace(BRUNO, user_id=f"U{number}"), "", asked)
        found.append(request is not None and request.company_name == f"Company {number}")
        await set_state(hall.linking.books, "erp", f"6{number}", "closed")
    assert found == [same for *_, same in TAX_IDS]


async def test_a_tax_id_of_two_companies_names_neither_unless_one_is_closed(hall: Hall) -> None:
    rows = [CompanyRow(erp="erp", erp_key=key, name=key, tax_id="54321") for key in ("58", "59")]
    await hall.linking.import_companies(rows)
    assert await hall.requests.ask(BRUNO, "", "54321") is None
    await set_state(hall.linking.books, "erp", "58", "closed")
    request = await hall.requests.ask(BRUNO, "", "54321")
    assert request is not None
    async with hall.linking.books.reading() as session:
        company = await session.get(Company, request.company_id)
    assert company is not None
    assert company.erp_key == "59"

"""Requests to be let in: which company is meant, who is shown them, in what order, and for how long."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.chat.people import ChatUser
from bot.linking import CompanyRow, Reach, Role
from bot.linking.companies import set_state
from bot.linking.errors import NothingToDecide
from bot.linking.requests import OpenRequest
from bot.linking.tables import JoinRequest
from tests.linking.desk import ANA, ANA_ON_TELEGRAM, BRUNO
from tests.linking.hall import CARLA, MALLORY, SOFIA, Hall

TAX_ID = "12.345.678/0001 95"
OTHER = "98765432000198"


def company(key: str, tax_id: str, erp: str = "erp") -> CompanyRow:
    return CompanyRow(erp=erp, erp_key=key, name=f"Company {key}", tax_id=tax_id)


async def asked(hall: Hall, user: ChatUser, tax_id: str = TAX_ID, name: str = "Somebody") -> OpenRequest:
    request = await hall.requests.ask(user, name, tax_id)
    assert request is not None
    return request


@pytest.fixture
async def admins(hall: Hall) -> Hall:
    """Ana is the admin of company 71, Carla of 72."""
    await hall.linking.import_companies([company("71", TAX_ID), company("72", OTHER)])
    await hall.linking.link_directly(ANA, "erp", "71", role=Role.ADMIN)
    await hall.linking.link_directly(CARLA, "erp", "72", role=Role.ADMIN)
    return hall


@pytest.mark.parametrize("typed", ["12345678000195", "12.345.678/0001-95", " 12 345 678 0001 95 ", TAX_ID])
async def test_a_tax_id_is_found_whatever_stands_between_its_digits(admins: Hall, typed: str) -> None:
    assert (await asked(admins, MALLORY, typed)).company_name == "Company 71"


async def test_every_mark_in_a_stored_tax_id_is_looked_through(hall: Hall) -> None:
    for number, mark in enumerate("./- ", start=80):
        await hall.linking.import_companies([company(str(number), f"{number}00{mark}ab{mark}9")])
        found = await asked(hall, ChatUser(MALLORY.platform, str(number)), f"{number}00AB9")
        assert found.company_name == f"Company {number}"


async def test_a_tax_id_has_five_characters_at_least(hall: Hall) -> None:
    await hall.linking.import_companies([company("73", "ABC12"), company("74", "ABC1")])
    assert await hall.requests.ask(MALLORY, "Mallory", "ABC1") is None
    assert (await asked(hall, MALLORY, "abc-12")).company_name == "Company 73"


async def test_t17_of_several_companies_with_one_tax_id_none_is_meant(hall: Hall) -> None:
    await hall.linking.import_companies([company("73", TAX_ID), company("74", TAX_ID)])
    assert await hall.requests.ask(MALLORY, "Mallory", TAX_ID) is None
    await set_state(hall.linking.books, "erp", "74", "closed")
    assert (await asked(hall, MALLORY)).company_name == "Company 73"


async def test_t7_nobody_is_let_in_to_a_company_that_is_not_active(admins: Hall) -> None:
    request = await asked(admins, MALLORY)
    await set_state(admins.linking.books, "erp", "71", "on_hold")
    assert await admins.requests.ask(BRUNO, "Bruno", TAX_ID) is None
    await admins.named_staff()
    for who in (ANA, SOFIA):
        with pytest.raises(NothingToDecide):
            await admins.requests.decide(who, request.id, let_in=True)


async def test_who_is_linked_already_does_not_ask_but_who_was_or_is_elsewhere_may(admins: Hall) -> None:
    assert await admins.requests.ask(ANA, "Ana", TAX_ID) is None
    assert (await asked(admins, ANA, OTHER)).company_name == "Company 72"
    await admins.linking.link_directly(BRUNO, "erp", "71")
    await admins.linking.unlink(BRUNO)
    assert (await asked(admins, BRUNO)).company_name == "Company 71"
    await admins.linking.link_directly(MALLORY, "erp", "71")
    admins.clock.turn(days=90)
    assert (await asked(admins, MALLORY)).company_name == "Company 71"


async def test_t2_an_admin_is_shown_who_waits_for_their_own_company_oldest_first(admins: Hall) -> None:
    mine = (await admins.linking.access(ANA)).companies[0].company_id
    first = await asked(admins, MALLORY, name="Mallory M.")
    await asked(admins, MALLORY, OTHER)
    admins.clock.turn(hours=1)
    second = await asked(admins, BRUNO, name="")
    for_ana = await admins.requests.open_ones(ANA, mine)
    assert [*for_ana] == [first, second]
    assert (first.user, first.name, first.company_id, first.company_name) == (
        MALLORY,
        "Mallory M.",
        mine,
        "Company 71",
    )
    assert (second.name, second.role) == (BRUNO.key, Role.BUYER)
    assert second.requested_at - first.requested_at == timedelta(hours=1)
    await admins.requests.decide(ANA, first.id, let_in=False)
    assert [one.id for one in await admins.requests.open_ones(ANA, mine)] == [second.id]


async def test_a_request_waits_for_a_week_to_the_second(admins: Hall) -> None:
    mine = (await admins.linking.access(ANA)).companies[0].company_id
    request = await asked(admins, MALLORY)
    admins.clock.turn(days=7, seconds=-1)
    assert [one.id for one in await admins.requests.open_ones(ANA, mine)] == [request.id]
    admins.clock.turn(seconds=1)
    assert await admins.requests.open_ones(ANA, mine) == []
    with pytest.raises(NothingToDecide):
        await admins.requests.decide(ANA, request.id, let_in=True)


async def test_a_new_request_takes_the_place_of_the_persons_older_one_to_that_company(admins: Hall) -> None:
    mine = (await admins.linking.access(ANA)).companies[0].company_id
    theirs = (await admins.linking.access(CARLA)).companies[0].company_id
    old, of_bruno = await asked(admins, MALLORY), await asked(admins, BRUNO)
    elsewhere = await asked(admins, MALLORY, OTHER)
    new = await asked(admins, MALLORY)
    assert [one.id for one in await admins.requests.open_ones(ANA, mine)] == [of_bruno.id, new.id]
    assert [one.id for one in await admins.requests.open_ones(CARLA, theirs)] == [elsewhere.id]
    with pytest.raises(NothingToDecide):
        await admins.requests.decide(ANA, old.id, let_in=True)


async def test_who_is_let_in_gets_the_role_and_reach_of_the_request_and_is_vouched_for(admins: Hall) -> None:
    mine = (await admins.linking.access(ANA)).companies[0].company_id
    await admins.members.set_default(ANA, mine, Role.LOGISTICS, Reach.COMPANY_TREE)
    request = await asked(admins, MALLORY)
    decided = await admins.requests.decide(ANA, request.id, let_in=True)
    assert (decided.user, decided.company_id, decided.company_name) == (MALLORY, mine, "Company 71")
    assert (decided.let_in, decided.role) == (True, Role.LOGISTICS)
    access = await admins.linking.access(MALLORY)
    assert access.current is not None
    assert (access.current.role, access.current.reach) == (Role.LOGISTICS, Reach.COMPANY_TREE)
    assert access.current.company_id == mine


async def test_a_request_keeps_how_it_ended_and_by_whom(admins: Hall) -> None:
    await asked(admins, MALLORY)
    second, third = await asked(admins, MALLORY), await asked(admins, BRUNO)
    waiting = await asked(admins, ANA_ON_TELEGRAM)
    await admins.requests.decide(ANA, second.id, let_in=True)
    await admins.requests.decide(ANA, third.id, let_in=False)
    async with admins.linking.books.reading() as session:
        rows = (await session.exec(select(JoinRequest).order_by(col(JoinRequest.id)))).all()
    assert [(one.decided_by, one.outcome) for one in rows] == [
        (None, "replaced"),
        (ANA.key, "let_in"),
        (ANA.key, "turned_away"),
        (None, None),
    ]
    assert {one.decided_at for one in rows if one.id != waiting.id} == {admins.clock.now}


async def test_of_two_decisions_at_once_one_counts(admins: Hall) -> None:
    request = await asked(admins, MALLORY)
    outcomes = await asyncio.gather(
        *(admins.requests.decide(ANA, request.id, let_in=let_in) for let_in in (True, False, True)),
        return_exceptions=True,
    )
    (decided,) = [one for one in outcomes if not isinstance(one, BaseException)]
    assert [type(one) for one in outcomes if one is not decided] == [NothingToDecide] * 2
    assert bool((await admins.linking.access(MALLORY)).companies) == decided.let_in


async def test_t4_nobody_lets_themselves_in(admins: Hall) -> None:
    await admins.named_staff()
    request = await asked(admins, SOFIA)
    for who in (SOFIA, CARLA):
        with pytest.raises(NothingToDecide):
            await admins.requests.decide(who, request.id, let_in=True)
    decided = await admins.requests.decide(ANA, request.id, let_in=False)
    assert (decided.let_in, (await admins.linking.access(SOFIA)).companies) == (False, ())


async def test_requests_are_counted_a_day(admins: Hall) -> None:
    for _ in range(3):
        await admins.requests.ask(MALLORY, "Mallory", "no such id")
    assert await admins.requests.ask(MALLORY, "Mallory", TAX_ID) is None
    assert await admins.requests.ask(ANA_ON_TELEGRAM, "Ana", TAX_ID) is not None
    admins.clock.turn(days=1, seconds=-1)
    assert await admins.requests.ask(MALLORY, "Mallory", TAX_ID) is None
    admins.clock.turn(seconds=1)
    assert await admins.requests.ask(MALLORY, "Mallory", TAX_ID) is not None

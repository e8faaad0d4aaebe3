"""Companies take turns: nobody's question waits for another company's crowd."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.erp.errors import ErpBusy
from bot.erp.pace import Pace
from bot.erp.turns import Turns

COMPANIES = st.lists(st.sampled_from("abcde"), min_size=1, max_size=60)


async def served(turns: Turns, asking: Sequence[str]) -> list[str]:
    """Everybody asks at once, in this order; the order in which they were let in."""
    order: list[str] = []

    async def ask(company: str) -> None:
        async with turns.turn(company):
            order.append(company)
            await asyncio.sleep(0)

    await asyncio.gather(*(ask(company) for company in asking))
    return order


@given(asking=COMPANIES, at_once=st.integers(1, 4))
def test_between_two_questions_of_a_company_each_other_that_waits_has_one_turn_at_most(
    asking: list[str], at_once: int
) -> None:
    order = asyncio.run(served(Turns(at_once=at_once, most=1000, pace=Pace()), asking))

    assert Counter(order) == Counter(asking)
    # The first ones found a free place; from then on it is a circle.
    waiting = order[at_once:]
    for company in set(waiting):
        left = waiting.count(company)
        since: Counter[str] = Counter()
        for one in waiting:
            if one == company:
                left -= 1
                since.clear()
            elif left:
                since[one] += 1
                assert since[one] <= 1


@given(crowd=st.integers(1, 500), others=st.integers(0, 8), at_once=st.integers(1, 8))
def test_one_question_waits_for_one_of_each_company_whatever_the_crowd(
    crowd: int, others: int, at_once: int
) -> None:
    rest = [f"other{n}" for n in range(others)]
    asking = ["crowd"] * (at_once + crowd) + rest + ["alone"]

    order = asyncio.run(served(Turns(at_once=at_once, most=1000, pace=Pace()), asking))

    assert order.index("alone") <= at_once + 1 + others


@given(asking=COMPANIES, most=st.integers(0, 10))
def test_when_too_many_wait_those_of_the_largest_crowd_are_refused_at_once(
    asking: list[str], most: int
) -> None:
    async def outcome() -> tuple[list[str], list[str]]:
        turns, let_in, refused = Turns(at_once=1, most=most, pace=Pace()), list[str](), list[str]()

        async def ask(company: str) -> None:
            try:
                async with turns.turn(company):
                    let_in.append(company)
                    await asyncio.sleep(0)
            except ErpBusy:
                refused.append(company)

        await asyncio.gather(*(ask(company) for company in asking))
        return let_in, refused

    let_in, refused = asyncio.run(outcome())
    assert Counter(let_in + refused) == Counter(asking)
    assert len(let_in) >= min(len(asking), 1 + most)
    for company in set(refused):
        # Whoever was refused had as many let in as any other, the one that found a free place aside.
        assert max(Counter(let_in).values()) - Counter(let_in)[company] <= 2


async def test_who_gives_up_while_waiting_takes_no_turn() -> None:
    turns, held = Turns(at_once=1, most=10, pace=Pace()), asyncio.Event()

    async def hold() -> None:
        async with turns.turn("a"):
            await held.wait()

    async def ask() -> str:
        async with turns.turn("b"):
            return "let in"

    first = asyncio.create_task(hold())
    await asyncio.sleep(0)
    gives_up, stays = asyncio.create_task(ask()), asyncio.create_task(ask())
    await asyncio.sleep(0)
    gives_up.cancel()
    held.set()
    assert await stays == "let in"
    await first
    with pytest.raises(asyncio.CancelledError):
        await gives_up
    assert await ask() == "let in"


async def test_who_gives_up_at_the_moment_of_being_let_in_gives_the_turn_back() -> None:
    turns = Turns(at_once=1, most=10, pace=Pace())

    async def ask() -> str:
        async with turns.turn("b"):
            return "let in"

    async with turns.turn("a"):
        waiting = asyncio.create_task(ask())
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await ask() == "let in"


async def test_who_gives_up_while_waiting_makes_room_at_once() -> None:
    turns = Turns(at_once=1, most=1, pace=Pace())

    async def ask() -> str:
        async with turns.turn("b"):
            return "let in"

    async with turns.turn("a"):
        gives_up = asyncio.create_task(ask())
        await asyncio.sleep(0)
        gives_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gives_up
        stays = asyncio.create_task(ask())
        await asyncio.sleep(0)
    assert await stays == "let in"

"""Each number that is not found counts, however many are asked for at once."""

import pytest

from bot.chat.people import ChatUser, Platform
from bot.demo.supplier import known
from tests.answers.conftest import Office

TEN = [f"PO-{number}" for number in range(88_000_100, 88_000_110)]
TOO_MANY = "You have asked for many numbers"


async def somebody_linked(office: Office, name: str) -> ChatUser:
    user = ChatUser(Platform.SLACK, name, "T1")
    await office.core.linking.link_directly(user, "erp", "55")
    return user


async def is_slowed(office: Office, user: ChatUser) -> bool:
    (said,) = office.words(await office.ask("order PO-88000999", who=user))
    return said.startswith(TOO_MANY)


@pytest.mark.parametrize("what", ["where are", "invoices of"])
async def test_t1_ten_numbers_in_one_message_are_ten_misses(office: Office, what: str) -> None:
    guesser = await somebody_linked(office, f"U0TEN{what[0].upper()}")
    await office.ask(f"{what} {', '.join(TEN)}", who=guesser)
    assert await is_slowed(office, guesser)


@pytest.mark.parametrize("what", ["where are", "invoices of"])
async def test_t1_a_known_number_among_them_hides_no_miss(office: Office, what: str) -> None:
    guesser = await somebody_linked(office, f"U0MIX{what[0].upper()}")
    for _ in range(2):
        await office.ask(f"{what} {known.LONG.order_number}, {', '.join(TEN[:5])}", who=guesser)
    assert await is_slowed(office, guesser)


@pytest.mark.parametrize("what", ["where are", "invoices of"])
async def test_nine_missing_numbers_slow_nobody(office: Office, what: str) -> None:
    asker = await somebody_linked(office, f"U0NINE{what[0].upper()}")
    await office.ask(f"{what} {', '.join(TEN[:9])}", who=asker)
    assert not await is_slowed(office, asker)


@pytest.mark.parametrize("what", ["where are", "invoices of", "watch"])
async def test_several_numbers_of_which_none_is_found_are_all_named(office: Office, what: str) -> None:
    asker = await somebody_linked(office, f"U0NONE{what[0].upper()}")
    reply = await office.ask(f"{what} {TEN[0]} and {TEN[1]}", who=asker)
    assert office.words(reply) == [
        f"I found none of these among the orders of Northwind: {TEN[0]}, {TEN[1]}. "
        "Check the numbers, or ask “last 5 orders”."
    ]
    reply = await office.ask(f"{what} {TEN[2]}", who=asker)
    assert office.words(reply) == [
        "I found nothing under that number among the orders of Northwind. "
        "Check the number, or ask “last 5 orders”."
    ]

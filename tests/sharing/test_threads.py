"""What "it" and "the second one" mean in Slack: what was spoken of in the same thread."""

import pytest

from bot.chat.replies import Files, Reply
from bot.demo.events import ANA, Person
from bot.demo.supplier.known import SPLIT, STAR
from tests.sharing.world import PRIVATE, World

ONE, OTHER = STAR.order_number, SPLIT[0].order_number
DIRECT = ANA.slack_dm


async def replies(
    world: World, place: str, text: str, thread_ts: str | None = None, *, who: Person = ANA
) -> list[Reply]:
    spoken = text if place.startswith("D") else f"@Orderbot {text}"
    assert await world.slack.say(who.id, place, spoken, thread_ts=thread_ts) == 200
    return await world.settle()


async def orders_of_files(
    world: World, place: str, text: str, thread_ts: str | None = None, *, who: Person = ANA
) -> set[str]:
    """Of which orders somebody is sent documents upon a question."""
    return {
        file.document.order_number
        for reply in await replies(world, place, text, thread_ts, who=who)
        for part in reply.parts
        if isinstance(part, Files)
        for file in part.files
    }


@pytest.mark.parametrize("place", [DIRECT, PRIVATE])
async def test_its_invoice_is_that_of_the_order_of_the_same_thread(world_: World, place: str) -> None:
    one = await world_.ask(ANA, place, f"where is {ONE}?")
    other = await world_.ask(ANA, place, f"where is {OTHER}?")
    assert await orders_of_files(world_, place, "send me its invoice", one) == {ONE}
    assert await orders_of_files(world_, place, "send me its invoice", other) == {OTHER}
    # And once more, now that both have been gone on with.
    assert await orders_of_files(world_, place, "send me its invoice", one) == {ONE}


async def test_a_thread_somebody_else_began_has_its_own_order_for_each_who_asks(world_: World) -> None:
    await world_.slack.say("bruno", PRIVATE, "any news?")
    root = world_.slack.sees("bruno", PRIVATE)[-1]["ts"]
    await world_.ask(ANA, PRIVATE, f"where is {ONE}?", thread_ts=root)
    await world_.ask(ANA, PRIVATE, f"where is {OTHER}?")
    assert await orders_of_files(world_, PRIVATE, "send me its invoice", root) == {ONE}


@pytest.mark.parametrize("place", [DIRECT, PRIVATE])
async def test_the_second_one_is_of_the_list_in_the_same_thread(world_: World, place: str) -> None:
    lists = await world_.ask(ANA, place, "last 5 orders")
    await world_.ask(ANA, place, "last 2 orders")
    (listed,) = [
        part.orders
        for reply in await replies(world_, place, "last 5 orders", lists)
        for part in reply.parts
        if part.kind == "order_table"
    ]
    await world_.ask(ANA, place, f"where is {OTHER}?")
    shown = [
        part.order.order_number
        for reply in await replies(world_, place, "the fourth one", lists)
        for part in reply.parts
        if part.kind == "order_card"
    ]
    assert shown == [listed[3].order_number]


@pytest.mark.parametrize("place", [DIRECT, PRIVATE])
async def test_in_a_thread_nobody_means_an_order_of_another_thread(world_: World, place: str) -> None:
    await world_.slack.say("bruno", PRIVATE, "any news?")
    empty = world_.slack.sees("bruno", PRIVATE)[-1]["ts"]
    if place == DIRECT:
        empty = await world_.ask(ANA, place, "thank you")
    await world_.ask(ANA, place, f"where is {OTHER}?")
    assert await orders_of_files(world_, place, "send me its invoice", empty) == set()


@pytest.mark.parametrize("place", [DIRECT, PRIVATE])
async def test_what_begins_no_thread_goes_on_from_what_was_said_last(world_: World, place: str) -> None:
    one = await world_.ask(ANA, place, f"where is {ONE}?")
    await world_.ask(ANA, place, f"where is {OTHER}?")
    await world_.ask(ANA, place, f"where is {ONE}?", thread_ts=one)
    assert await orders_of_files(world_, place, "send me its invoice") == {ONE}


async def test_what_a_command_showed_can_be_gone_on_with_in_a_thread(world_: World) -> None:
    await world_.slack.say("bruno", PRIVATE, "any news?")
    root = world_.slack.sees("bruno", PRIVATE)[-1]["ts"]
    assert await world_.slack.command("ana", PRIVATE, ONE) == 200
    await world_.settle()
    assert await orders_of_files(world_, PRIVATE, "send me its invoice", root) == {ONE}


async def test_what_takes_long_comes_to_the_thread_it_was_asked_in(world_: World) -> None:
    asked = await world_.ask(ANA, DIRECT, "all XMLs of the last 30 days")
    under = [one for one in world_.slack.sees("ana", DIRECT) if one.get("thread_ts") == asked]
    assert [len(one["files"]) for one in under if one.get("files")] == [1]
    (shown,) = [one for one in under if any(block["type"] == "task_card" for block in one.get("blocks", ()))]
    assert shown["streaming_state"] == "completed"
    assert world_.slack.violations == []

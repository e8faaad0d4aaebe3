"""The App Home, the messages tab and posted addresses, through the signed door."""

from typing import Any

import pytest

from bot.chat.messages import Opened, Posted, Searched
from bot.chat.people import ChatUser, Platform
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Heading, LinkPreview, OrderCard, OrderTable, Prompts, Say
from bot.demo.events import ANA, BRUNO
from bot.demo.slack_double import pages
from bot.handlers.slack.links import OrderLinks
from tests.handlers.slack.orders import button, order
from tests.handlers.slack.world import CHANNEL, DOMAIN, ORDERS_AT, World

ANA_IN_CHAT = ChatUser(Platform.SLACK, "U0ANA", "T0CUSTOMER")
ADDRESS = f"https://{DOMAIN}/account/orders/104233"


def seen(world: World, kind: str, person: str) -> list[Any]:
    return [event.payload for event in world.events if event.kind == kind and event.person == person]


async def posted(world: World, url: str = ADDRESS) -> str:
    assert await world.slack.say("bruno", CHANNEL, f"look: {url}") == 204
    await world.deliver(world.kept.last, LinkPreview(url, "104233"))
    return str(world.slack.sees("bruno", CHANNEL)[-1]["ts"])


async def test_opening_the_home_publishes_it_to_that_person_alone(world: World) -> None:
    assert await world.slack.doors.open_home("ana") == 200
    opened = world.kept.last
    assert (opened.sender, opened.content) == (ANA_IN_CHAT, Opened("home"))
    await world.deliver(opened, Heading(Phrase("list_open")), Say(Phrase("thanks")))
    home = world.slack.doors.home("ana")
    assert home is not None
    assert [block["type"] for block in home["blocks"]] == ["header", "section"]
    assert world.slack.doors.home("bruno") is None
    assert world.answers_to("ana", ANA.slack_dm) == []


async def test_a_home_of_two_hundred_orders_fits(world: World) -> None:
    await world.slack.doors.open_home("ana")
    orders = tuple(order(order_number=f"1{number:05}") for number in range(40))
    tables = [OrderTable(Phrase("list_open"), orders, "Northwind") for _ in range(5)]
    await world.deliver(world.kept.last, *tables, Actions((button("ref-1"), button("ref-1"))))
    home = world.slack.doors.home("ana")
    assert home is not None
    assert len(home["blocks"]) == 100


async def test_an_older_home_does_not_take_the_place_of_a_newer_one(world: World) -> None:
    await world.slack.doors.open_home("ana")
    await world.deliver(world.kept.last, Say(Phrase("thanks")))
    await world.slack.doors.open_home("ana")
    slow = world.kept.last
    await world.slack.doors.open_home("ana")
    await world.deliver(world.kept.last, Say(Phrase("greeting")))
    await world.deliver(slow, Say(Phrase("which_order")))
    home = world.slack.doors.home("ana")
    assert home is not None
    assert "Hello" in str(home["blocks"])


async def test_opening_the_messages_tab_offers_questions_and_publishes_no_home(world: World) -> None:
    assert await world.slack.doors.open_home("ana", "messages") == 200
    assert world.kept.last.content == Opened("chat")
    await world.deliver(
        world.kept.last, Prompts(Phrase("prompts_title"), (Phrase("prompt_open"), Phrase("prompt_help")))
    )
    assert world.slack.doors.home("ana") is None
    (offered,) = seen(world, "prompts", "ana")
    assert offered["prompts"][0] == {"title": "What is still open?", "message": "What is still open?"}


async def test_another_tab_is_ignored(world: World) -> None:
    assert await world.slack.doors.open_home("ana", "about") == 200
    assert world.kept.calls == 0


async def test_a_posted_address_shows_everybody_its_number_and_nothing_else(world: World) -> None:
    assert await world.slack.say("bruno", CHANNEL, f"look: {ADDRESS}") == 204
    assert world.kept.last.content == Posted({ADDRESS: "104233"})
    ts = await posted(world)
    unfurled = next(one for one in world.slack.sees("ana", CHANNEL) if one["ts"] == ts)["unfurled"]
    (entity,) = unfurled["entities"]
    values = [field["value"] for field in entity["entity_payload"]["custom_fields"]]
    assert entity["entity_payload"]["attributes"]["title"]["text"] == "Order 104233"
    assert values == ["Open for details", "Only those whose company it is see more."]
    assert "actions" not in entity["entity_payload"]


async def test_where_work_objects_are_not_taken_the_number_stands_in_blocks(world: World) -> None:
    assert await world.slack.say("bruno", CHANNEL, f"look: {ADDRESS}") == 204
    world.slack.fail_next("chat.unfurl", "invalid_metadata_format")
    await world.deliver(world.kept.last, LinkPreview(ADDRESS, "104233"))
    unfurled = world.slack.sees("ana", CHANNEL)[-1]["unfurled"]
    assert "Order 104233" in str(unfurled["unfurls"][ADDRESS]["blocks"])


async def test_the_pane_is_filled_for_the_one_who_opens_it(world: World) -> None:
    ts = await posted(world)
    assert await world.slack.doors.open_pane("ana", CHANNEL, ts, ADDRESS) == 200
    asked = world.kept.last
    assert (asked.sender, asked.content) == (ANA_IN_CHAT, Searched(number="104233"))
    await world.deliver(asked, OrderCard(order(), "Northwind", buttons=(button("r-1"), button("r-2"))))
    (pane,) = seen(world, "pane", "ana")
    assert pane["metadata"]["entity_payload"]["attributes"]["title"]["text"] == "Order 10042 · PO-7782"
    assert seen(world, "pane", "bruno") == []


async def test_the_pane_of_somebody_who_may_see_nothing_says_so(world: World) -> None:
    ts = await posted(world)
    await world.slack.doors.open_pane("bruno", CHANNEL, ts, ADDRESS)
    assert world.kept.last.sender == ChatUser(Platform.SLACK, BRUNO.slack_user, "T0CUSTOMER")
    await world.deliver(world.kept.last, Say(Phrase("not_linked")))
    (pane,) = seen(world, "pane", "bruno")
    assert pane["metadata"] is None
    assert "You are not linked to a company yet" in pane["error"]["custom_message"]


async def test_a_pane_slack_waits_for_no_longer_is_told_in_the_direct_chat(world: World) -> None:
    ts = await posted(world)
    await world.slack.doors.open_pane("ana", CHANNEL, ts, ADDRESS)
    world.clock.offset += 60
    await world.deliver(world.kept.last, OrderCard(order(), "Northwind"))
    assert "Order 10042" in str(world.answers_to("ana", ANA.slack_dm)[-1]["blocks"])


@pytest.mark.parametrize(
    "changes",
    [
        {"external_ref": {"id": "1" * 500}},
        {"external_ref": {"id": {"$ne": 1}}},
        {"external_ref": "104233"},
        {"external_ref": None},
        {"app_unfurl_url": "https://evil.example/account/orders/104233"},
        {"app_unfurl_url": ["https://shop.example/account/orders/104233"]},
    ],
)
async def test_a_pane_of_something_that_is_none_of_ours_is_ignored(
    world: World, changes: dict[str, Any]
) -> None:
    ts = await posted(world)
    before = world.kept.calls
    at, ana = world.slack.places.there("ana", CHANNEL)
    message = next(one for one in at.workspace.seen_by(ana, CHANNEL) if one.ts == ts)
    entity = message.message["unfurled"]["entities"][0]
    body = pages.details_requested(
        ana, message, entity, ts, shared=False, team=at.team, trigger=at.windows.click(ana)
    )
    body["event"] |= changes
    assert await world.slack.send_event(body) == 200
    assert world.kept.calls == before


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://shop.example/account/orders/104233", "104233"),
        ("https://shop.example/account/orders/SO%2F2026%2F0001", "SO/2026/0001"),
        ("https://shop.example/account/orders/104233/?utm=1", "104233"),
        ("https://shop.example/account/orders/104233/invoice", "104233"),
        ("https://portal.example/o?order=PO-7782", "PO-7782"),
        ("https://portal.example/o?order=PO-7782&lang=pt", "PO-7782"),
        ("http://shop.example/account/orders/104233", None),
        ("https://shop.example@evil.example/account/orders/104233", None),
        ("https://evil.example/account/orders/104233", None),
        ("https://shop.example.evil.example/account/orders/104233", None),
        ("https://shop.example:8443/account/orders/104233", None),
        ("https://shop.example/account/orders/", None),
        ("https://shop.example/account/orders/help", None),
        ("https://shop.example/account/orders/%3C!channel%3E1", None),
        ("https://shop.example/account/orders/1%0A2", None),
        ("https://shop.example/account/orders/" + "1" * 4000, None),
        ("https://[shop.example/account/orders/1", None),
    ],
)
def test_a_number_is_read_off_an_address_of_ours_only(url: str, number: str | None) -> None:
    links = OrderLinks((ORDERS_AT, "https://portal.example/o?order={number}"))
    assert links.number_in(url) == number


@pytest.mark.parametrize(
    "pattern", ["https://shop.example/orders", "http://shop.example/{number}", "shop.example/{number}"]
)
def test_a_pattern_that_is_none_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="number"):
        OrderLinks((pattern,))

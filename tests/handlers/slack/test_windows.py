"""Shortcuts and modals, through the signed door: who is answered what, and what Slack never waits for."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.chat.messages import Asked, Commanded, Pressed, Searched
from bot.chat.people import ChatUser, Platform
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Files, OrderCard, Say
from bot.demo.events import ANA, BRUNO
from bot.demo.slack_double import pages
from bot.demo.slack_double.double import SlackDouble
from bot.handlers.slack.doors import FIND_ORDERS, LOOK_UP_MESSAGE
from bot.orders import DocumentKind, OrderStatus
from tests.handlers.slack.orders import button, file, order
from tests.handlers.slack.world import CHANNEL, NO_BOT, World

ANA_IN_CHAT = ChatUser(Platform.SLACK, "U0ANA", "T0CUSTOMER")


@pytest.fixture(autouse=True)
def ana_is_linked(world: World) -> None:
    world.doorbook.orders[ANA_IN_CHAT.key] = ("104233", "104277", "PO-7782")


async def form(world: World, person: str = "ana") -> Mapping[str, Any]:
    assert await world.slack.doors.shortcut(person, FIND_ORDERS) == 200
    return world.slack.doors.modals(person)[-1]


def texts(view: Mapping[str, Any]) -> str:
    return str([block.get("text") for block in view["blocks"]])


def offered(options: Any) -> list[str]:
    return [option["value"] for option in options]


async def test_the_orders_in_a_message_are_looked_up_for_the_one_who_asks(world: World) -> None:
    assert await world.slack.say("bruno", NO_BOT, "any news of PO-7782? and unlink me please") == 204
    theirs = world.slack.sees("ana", NO_BOT)[-1]
    assert await world.slack.doors.look_up("ana", NO_BOT, theirs["ts"], LOOK_UP_MESSAGE) == 200
    asked = world.kept.last
    assert asked.sender == ANA_IN_CHAT
    assert asked.content == Commanded("lookup", "any news of PO-7782? and unlink me please")
    await world.deliver(asked, OrderCard(order(), "Northwind"))
    answer = world.answers_to("ana", NO_BOT)[-1]
    assert answer["is_ephemeral"]
    assert world.answers_to("bruno", NO_BOT) == []


async def test_the_answer_about_a_message_in_a_thread_is_in_that_thread(world: World) -> None:
    await world.slack.say("bruno", CHANNEL, "orders")
    root = world.slack.sees("ana", CHANNEL)[-1]["ts"]
    await world.slack.say("bruno", CHANNEL, "PO-7782", thread_ts=root)
    reply = world.slack.sees("ana", CHANNEL)[-1]
    assert await world.slack.doors.look_up("ana", CHANNEL, reply["ts"], LOOK_UP_MESSAGE) == 200
    await world.deliver(world.kept.last, Say(Phrase("thanks")))
    assert world.answers_to("ana", CHANNEL)[-1]["thread_ts"] == root


async def test_a_shortcut_that_is_none_of_ours_is_ignored(world: World) -> None:
    await world.slack.say("bruno", CHANNEL, "PO-7782")
    ts = world.slack.sees("ana", CHANNEL)[-1]["ts"]
    assert await world.slack.doors.look_up("ana", CHANNEL, ts, "something_else") == 200
    assert world.kept.calls == 0


async def test_what_a_response_url_no_longer_takes_comes_to_the_direct_chat(world: World) -> None:
    await world.slack.say("bruno", NO_BOT, "PO-7782")
    ts = world.slack.sees("ana", NO_BOT)[-1]["ts"]
    assert await world.slack.doors.look_up("ana", NO_BOT, ts, LOOK_UP_MESSAGE) == 200
    world.clock.offset += 3600
    await world.deliver(world.kept.last, Say(Phrase("thanks")))
    assert len(world.answers_to("ana", ANA.slack_dm)) == 1


async def test_the_search_form_completes_from_the_persons_own_orders(world: World) -> None:
    view = await form(world)
    assert [block["block_id"] for block in view["blocks"]] == ["number", "period", "status", "document"]
    found = await world.slack.doors.suggest("ana", view["id"], "number", "1042")
    assert offered(found) == ["104233", "104277", "1042"]
    assert found[-1]["text"]["text"] == "Search for “1042”"
    assert offered(await world.slack.doors.suggest("ana", view["id"], "number", "")) == [
        "104233",
        "104277",
        "PO-7782",
    ]


async def test_somebody_elses_orders_are_completed_for_nobody(world: World) -> None:
    """A form that Bruno got hold of asks in Bruno's right, whoever it was opened for."""
    view = await form(world)
    at, bruno = world.slack.places.there("bruno", BRUNO.slack_dm)
    window = at.windows.modal(ANA, view["id"])
    payload = pages.suggestion(bruno, window, "number", "number", "1042", at.team)
    _, answer = await world.slack.doors._sent(payload)
    assert offered(answer["options"]) == ["1042"]
    assert world.doorbook.asked == [("slack:T0CUSTOMER/U0BRUNO", "1042")]


async def test_when_the_store_does_not_answer_nothing_is_completed_and_nothing_fails(world: World) -> None:
    view = await form(world)
    world.doorbook.broken = True
    assert await world.slack.doors.suggest("ana", view["id"], "number", "1042") == []


async def test_somebody_unlinked_gets_no_form_but_what_to_do(world: World) -> None:
    view = await form(world, "bruno")
    assert "not linked to a company" in texts(view)
    assert "submit" not in view


async def test_a_click_that_is_too_old_opens_nothing_and_is_acknowledged(world: World) -> None:
    world.slack.fail_next("views.open", "expired_trigger_id")
    assert await world.slack.doors.shortcut("ana", FIND_ORDERS) == 200
    assert world.slack.doors.modals("ana") == []


async def test_a_form_opens_while_its_click_is_good_however_slow_the_store_and_slack_are(
    world: World,
) -> None:
    world.doorbook.waits = 10
    world.slack.slow("users.info", 2.5)
    assert "submit" in await form(world)
    assert world.slack.calls.count("views.open") == 1


async def test_a_button_of_the_home_opens_its_window_while_its_click_is_good(world: World) -> None:
    await _home_with_a_button(world)
    home = world.slack.doors.home("ana")
    assert home is not None
    world.slack.slow("users.info", 2.5)
    assert await world.slack.doors.press("ana", home["id"], "ref-3") == 200
    assert "Looking that up" in texts(world.slack.doors.modals("ana")[-1])


async def test_a_sent_form_is_looked_up_and_fills_its_own_modal(world: World) -> None:
    view = await form(world)
    await world.slack.doors.suggest("ana", view["id"], "number", "104")
    sent = await world.slack.doors.submit(
        "ana", view["id"], {"number": "104233", "document": DocumentKind.INVOICE_PDF.value}
    )
    assert sent == (200, {})
    asked = world.kept.last
    assert asked.content == Searched(number="104233", document=DocumentKind.INVOICE_PDF)
    assert asked.sender == ANA_IN_CHAT
    assert "Looking that up" in texts(world.slack.doors.modals("ana")[-1])
    await world.deliver(asked, OrderCard(order(), "Northwind", buttons=(button("ref-1"),)))
    assert "Order 10042" in texts(world.slack.doors.modals("ana")[-1])
    assert world.answers_to("ana", ANA.slack_dm) == []


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ({"status": "open"}, Searched(open_only=True)),
        ({"period": "30", "status": "shipped"}, Searched(days=30, status=OrderStatus.SHIPPED)),
    ],
)
async def test_a_form_without_a_number_lists(world: World, chosen: dict[str, str], wanted: Searched) -> None:
    view = await form(world)
    assert await world.slack.doors.submit("ana", view["id"], chosen) == (200, {})
    assert world.kept.last.content == wanted


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({}, "Give a number, or choose a period or a status."),
        ({"document": "boleto"}, "Which order's document? Give its number too."),
    ],
)
async def test_what_is_missing_is_said_at_the_field(world: World, chosen: dict[str, str], words: str) -> None:
    view = await form(world)
    assert await world.slack.doors.submit("ana", view["id"], chosen) == (200, {"number": words})
    assert world.kept.calls == 0


async def test_values_that_no_menu_offered_count_as_not_filled_in(world: World) -> None:
    view = await form(world)
    at, ana = world.slack.places.there("ana", ANA.slack_dm)
    forged = {
        "number": {"number": {"type": "external_select", "selected_option": {"value": "PO-1" + "9" * 5000}}},
        "period": {"period": {"selected_option": {"value": "999999999"}}},
        "status": {"status": {"selected_option": {"value": ["open"]}}},
        "document": "everything",
    }
    payload = pages.submission(
        ana, at.windows.modal(ana, view["id"]), forged, team=at.team, trigger=at.windows.click(ana)
    )
    payload["view"]["private_metadata"] = '{"company_id": 66, "user": "U0BRUNO"}'
    status, _ = await world.slack.doors._sent(payload)
    assert status == 200
    assert world.kept.last.content == Searched(number="PO-1" + "9" * 56)
    assert world.kept.last.sender == ANA_IN_CHAT


async def test_a_form_that_could_not_be_kept_is_not_acknowledged(world: World) -> None:
    view = await form(world)
    world.kept.broken = True
    assert (await world.slack.doors.submit("ana", view["id"], {"status": "open"}))[0] == 503


async def test_an_answer_to_a_closed_modal_comes_to_the_direct_chat(world: World) -> None:
    view = await form(world)
    await world.slack.doors.submit("ana", view["id"], {"status": "open"})
    world.slack.doors.close("ana", view["id"])
    await world.deliver(world.kept.last, Say(Phrase("thanks")))
    assert len(world.answers_to("ana", ANA.slack_dm)) == 1


async def test_a_button_in_a_modal_is_answered_in_that_modal(world: World) -> None:
    view = await form(world)
    await world.slack.doors.submit("ana", view["id"], {"status": "open"})
    await world.deliver(world.kept.last, Say(Phrase("thanks")), Actions((button("ref-7"),)))
    assert await world.slack.doors.press("ana", view["id"], "ref-7") == 200
    assert (world.kept.last.content, world.kept.last.sender) == (Pressed("ref-7"), ANA_IN_CHAT)
    await world.deliver(world.kept.last, OrderCard(order(), "Northwind"))
    assert "Order 10042" in texts(world.slack.doors.modals("ana")[-1])


async def test_files_asked_for_in_a_modal_come_to_the_direct_chat(world: World, tmp_path: Any) -> None:
    invoice = tmp_path / "invoice.pdf"
    invoice.write_bytes(b"%PDF-1.4 x")
    world.documents.files["d1"] = invoice
    view = await form(world)
    await world.slack.doors.submit("ana", view["id"], {"status": "open"})
    await world.deliver(world.kept.last, Say(Phrase("thanks")), Files((file("d1"),)))
    assert [one["title"] for one in world.answers_to("ana", ANA.slack_dm)[-1]["files"]] == ["invoice.pdf"]


async def test_a_modal_takes_a_hundred_blocks_and_no_more(world: World) -> None:
    view = await form(world)
    await world.slack.doors.submit("ana", view["id"], {"status": "open"})
    await world.deliver(world.kept.last, *(Say(Phrase("thanks")) for _ in range(140)))
    assert len(world.slack.doors.modals("ana")[-1]["blocks"]) == 100


async def test_a_press_on_the_home_opens_a_modal_that_the_answer_fills(world: World) -> None:
    await _home_with_a_button(world)
    home = world.slack.doors.home("ana")
    assert home is not None
    assert await world.slack.doors.press("ana", home["id"], "ref-3") == 200
    assert world.kept.last.content == Pressed("ref-3")
    assert "Looking that up" in texts(world.slack.doors.modals("ana")[-1])
    await world.deliver(world.kept.last, Say(Phrase("thanks")))
    assert "Looking that up" not in texts(world.slack.doors.modals("ana")[-1])


async def test_a_press_on_the_home_counts_though_a_newer_one_is_on_its_way(
    world: World,
) -> None:
    await _home_with_a_button(world)
    home = world.slack.doors.home("ana")
    assert home is not None
    assert await world.slack.doors.open_home("ana") == 200
    await world.deliver(world.kept.last, Say(Phrase("thanks")))
    assert world.slack.doors.home("ana") != home
    assert await world.slack.doors.press("ana", home["id"], "ref-3") == 200
    assert world.kept.last.content == Pressed("ref-3")


async def test_where_no_modal_opens_a_press_on_the_home_is_answered_in_the_direct_chat(world: World) -> None:
    await _home_with_a_button(world)
    home = world.slack.doors.home("ana")
    assert home is not None
    world.slack.fail_next("views.open", "expired_trigger_id")
    assert await world.slack.doors.press("ana", home["id"], "ref-3") == 200
    await world.deliver(world.kept.last, Say(Phrase("thanks")))
    assert len(world.answers_to("ana", ANA.slack_dm)) == 1


async def test_words_said_elsewhere_are_heard_as_before(world: World) -> None:
    assert isinstance((await world.asked_in_direct_chat()).content, Asked)
    assert isinstance(world.slack, SlackDouble)


async def _home_with_a_button(world: World) -> None:
    assert await world.slack.doors.open_home("ana") == 200
    await world.deliver(world.kept.last, Say(Phrase("thanks")), Actions((button("ref-3"),)))

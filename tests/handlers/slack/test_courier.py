"""Where answers appear, for whom, and what happens when Slack does not take them."""

import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.chat.messages import Message
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, OrderCard, Say
from bot.chat.unasked import Resumed
from bot.delivery import DeliveryDelayed, DeliveryImpossible
from bot.demo.events import ANA
from bot.handlers.slack.places import Place, later
from tests.handlers.slack.orders import button, order
from tests.handlers.slack.world import CHANNEL, NO_BOT, World

DM = ANA.slack_dm
THANKS = Say(Phrase("thanks"))
HELP = Say(Phrase("help_list"))


async def test_in_a_direct_chat_the_answer_is_a_plain_message_in_the_thread_of_the_question(
    world: World,
) -> None:
    asked = await world.asked_in_direct_chat()
    await world.deliver(asked, OrderCard(order(), "Northwind"))
    (answer,) = world.answers_to("ana", DM)
    assert answer["thread_ts"] == world.slack.sees("ana", DM)[0]["ts"]
    assert "is_ephemeral" not in answer
    assert str(answer["text"]).startswith("Order 10042")
    assert world.slack.violations == []


@pytest.mark.parametrize("how", ["command", "mention"])
async def test_in_a_channel_only_the_person_who_asked_sees_the_answer(world: World, how: str) -> None:
    asked = await (world.asked_by_command() if how == "command" else world.asked_by_mention())
    await world.deliver(asked, OrderCard(order(), "Northwind"))
    (answer,) = world.answers_to("ana", CHANNEL)
    assert answer["is_ephemeral"] is True
    assert world.answers_to("bruno", CHANNEL) == []
    assert world.slack.violations == []


async def test_a_mention_in_a_thread_is_answered_in_that_thread(world: World) -> None:
    await world.slack.say("bruno", CHANNEL, "any news of our bolts?")
    root = world.slack.sees("ana", CHANNEL)[0]["ts"]
    asked = await world.asked_by_mention(thread_ts=root)
    await world.deliver(asked, THANKS)
    assert world.answers_to("ana", CHANNEL)[0]["thread_ts"] == root


async def test_a_command_where_the_bot_is_no_member_is_answered_there_all_the_same(world: World) -> None:
    await world.deliver(await world.asked_by_command(NO_BOT), THANKS)
    assert world.answers_to("ana", NO_BOT)[0]["is_ephemeral"] is True


async def test_an_answer_after_the_response_url_expired_comes_as_an_ephemeral_message(world: World) -> None:
    asked = await world.asked_by_command()
    world.clock.offset = 31 * 60
    await world.deliver(asked, THANKS)
    assert world.answers_to("ana", CHANNEL)[0]["is_ephemeral"] is True
    assert world.slack.calls[-2:] == ["response_url", "chat.postEphemeral"]


async def test_a_response_url_known_to_be_old_is_not_tried(world: World) -> None:
    asked = await world.asked_by_command()
    handle = {**asked.handle, "response_until": f"{time.time() - 1:.0f}"}
    await world.deliver(_with_handle(asked, handle), THANKS)
    assert "response_url" not in world.slack.calls


async def test_where_neither_works_the_answer_comes_in_the_direct_chat(world: World) -> None:
    asked = await world.asked_by_command(NO_BOT)
    world.clock.offset = 31 * 60
    await world.deliver(asked, THANKS)
    assert world.answers_to("ana", NO_BOT) == []
    assert len(world.answers_to("ana", DM)) == 1


async def test_a_sixth_answer_to_one_command_still_arrives(world: World) -> None:
    asked = await world.asked_by_command()
    for _ in range(6):
        await world.deliver(asked, THANKS)
    assert len(world.answers_to("ana", CHANNEL)) == 6


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com.evil.example/x",
        "https://evil.example/hooks.slack.com",
        "https://hooks.slack.com@evil.example/",
        "https://hooks.slack.com:8443/x",
        "http://hooks.slack.com/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://[",
    ],
)
async def test_a_response_url_to_a_foreign_host_is_never_called(world: World, url: str) -> None:
    asked = await world.asked_by_command()
    await world.deliver(_with_handle(asked, {**asked.handle, "response_url": url}), THANKS)
    assert world.answers_to("ana", CHANNEL)[0]["is_ephemeral"] is True
    assert "response_url" not in world.slack.calls


async def test_turning_a_page_replaces_the_message_in_a_direct_chat(world: World) -> None:
    await world.deliver(await world.asked_in_direct_chat(), THANKS, Actions((button("next"),)))
    pressed = await _press(world, DM, "next")
    await world.deliver(pressed, HELP, replaces=True)
    (answer,) = world.answers_to("ana", DM)
    assert "List orders" in str(answer["text"])
    assert "edited" in answer
    assert world.slack.violations == []


async def test_turning_a_page_replaces_an_ephemeral_answer_in_a_channel(world: World) -> None:
    await world.deliver(await world.asked_by_command(), THANKS, Actions((button("next"),)))
    await world.deliver(await _press(world, CHANNEL, "next"), HELP, replaces=True)
    (answer,) = world.answers_to("ana", CHANNEL)
    assert "List orders" in str(answer["text"])
    assert world.slack.violations == []


async def test_an_answer_that_replaces_nothing_leaves_the_pressed_message(world: World) -> None:
    for channel, asked in (
        (DM, await world.asked_in_direct_chat()),
        (CHANNEL, await world.asked_by_command()),
    ):
        await world.deliver(asked, THANKS, Actions((button("more"),)))
        await world.deliver(await _press(world, channel, "more"), HELP)
        assert len(world.answers_to("ana", channel)) == 2


async def test_a_message_others_see_is_not_replaced_by_an_answer_for_one(world: World) -> None:
    await world.deliver(await world.asked_by_command(), THANKS, Actions((button("next"),)))
    shown = world.answers_to("ana", CHANNEL)[0]
    pressed = await _press(world, CHANNEL, "next")
    public = _with_handle(
        pressed, {name: value for name, value in pressed.handle.items() if name != "ephemeral"}
    )
    await world.deliver(public, HELP, replaces=True)
    assert world.answers_to("ana", CHANNEL)[0]["text"] == shown["text"]
    assert world.answers_to("bruno", CHANNEL) == []
    assert "chat.update" not in world.slack.calls


async def test_a_page_turned_in_a_deleted_message_comes_as_a_new_one(world: World) -> None:
    await world.deliver(await world.asked_in_direct_chat(), THANKS, Actions((button("next"),)))
    pressed = await _press(world, DM, "next")
    world.slack.fail_next("chat.update", "message_not_found")
    await world.deliver(pressed, HELP, replaces=True)
    assert len(world.answers_to("ana", DM)) == 2


async def test_a_short_rate_limit_is_waited_out(world: World) -> None:
    asked = await world.asked_in_direct_chat()
    world.slack.fail_next("chat.postMessage", "ratelimited", retry_after=1)
    begun = time.monotonic()
    await world.deliver(asked, THANKS)
    assert time.monotonic() - begun >= 1
    assert len(world.answers_to("ana", DM)) == 1


async def test_a_long_rate_limit_goes_back_to_the_inbox_with_slacks_seconds(world: World) -> None:
    asked = await world.asked_in_direct_chat()
    world.slack.fail_next("chat.postMessage", "ratelimited", retry_after=30)
    with pytest.raises(DeliveryDelayed) as delayed:
        await world.deliver(asked, THANKS)
    assert delayed.value.retry_after == 30
    command = await world.asked_by_command()
    world.slack.fail_next("response_url", "ratelimited", retry_after=7)
    with pytest.raises(DeliveryDelayed) as delayed:
        await world.deliver(command, THANKS)
    assert delayed.value.retry_after == 7


@pytest.mark.parametrize("error", ["http_503", "http_500", "internal_error", "service_unavailable"])
async def test_trouble_at_slack_is_tried_again_later(world: World, error: str) -> None:
    asked = await world.asked_in_direct_chat()
    world.slack.fail_next("chat.postMessage", error)
    with pytest.raises(DeliveryDelayed):
        await world.deliver(asked, THANKS)


@pytest.mark.parametrize(
    "error", ["channel_not_found", "is_archived", "invalid_auth", "account_inactive", "restricted_action"]
)
async def test_what_slack_will_never_take_is_said_to_be_impossible(world: World, error: str) -> None:
    asked = await world.asked_in_direct_chat()
    for _ in range(2):
        world.slack.fail_next("chat.postMessage", error)
    with pytest.raises(DeliveryImpossible) as impossible:
        await world.deliver(asked, THANKS)
    assert impossible.value.reason == error


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long", "msg_too_long"])
async def test_refused_blocks_are_sent_once_more_as_plain_text(world: World, error: str) -> None:
    asked = await world.asked_in_direct_chat()
    world.slack.fail_next("chat.postMessage", error)
    await world.deliver(asked, OrderCard(order(customer_reference="*PO* & co"), "Northwind"))
    (answer,) = world.answers_to("ana", DM)
    (block,) = answer["blocks"]
    assert block["text"]["type"] == "plain_text"
    assert "Order 10042 · *PO* & co" in block["text"]["text"]
    assert "*PO*" not in str(answer["text"])


async def test_blocks_refused_by_a_response_url_are_sent_once_more_as_plain_text(world: World) -> None:
    asked = await world.asked_by_command()
    world.slack.fail_next("response_url", "invalid_blocks")
    await world.deliver(asked, THANKS)
    assert len(world.answers_to("ana", CHANNEL)) == 1
    assert world.slack.calls.count("response_url") == 2


async def test_the_readers_language_and_clock_are_asked_once(world: World) -> None:
    asked = await world.asked_in_direct_chat()
    reader = await world.courier.reader(asked)
    assert (reader.locale, reader.time_zone) == ("en-US", "America/Sao_Paulo")
    await world.courier.reader(asked)
    assert world.slack.calls.count("users.info") == 1


@pytest.mark.parametrize("error", ["user_not_found", "http_500", "user_not_visible"])
async def test_a_person_slack_tells_nothing_about_is_written_to_in_the_default_language(
    world: World, error: str
) -> None:
    asked = await world.asked_in_direct_chat()
    world.slack.fail_next("users.info", error)
    reader = await world.courier.reader(asked)
    assert (reader.locale, reader.time_zone) == ("en", "UTC")


async def test_a_wait_shows_as_a_status_in_the_direct_chat_until_the_answer(world: World) -> None:
    asked = await world.asked_in_direct_chat()
    await world.courier.working(asked)
    await world.courier.working(asked)
    assert world.slack.places.status(DM) == "Looking that up…"
    assert world.slack.calls.count("assistant.threads.setStatus") == 1
    await world.deliver(asked, THANKS)
    assert world.slack.places.status(DM) == ""
    assert [event.payload["status"] for event in world.events if event.kind == "status"] == [
        "Looking that up…",
        "",
    ]


async def test_where_a_status_cannot_be_set_one_plain_note_says_it(world: World) -> None:
    asked = await world.asked_in_direct_chat()
    world.slack.fail_next("assistant.threads.setStatus", "not_allowed")
    await world.courier.working(asked)
    await world.courier.working(asked)
    assert [answer["text"] for answer in world.answers_to("ana", DM)] == ["Looking that up…"]


async def test_a_wait_in_a_channel_is_noted_for_the_person_alone(world: World) -> None:
    asked = await world.asked_by_mention()
    await world.courier.working(asked)
    assert len(world.answers_to("ana", CHANNEL)) == 1
    assert world.answers_to("bruno", CHANNEL) == []


async def test_a_note_that_cannot_be_shown_hurts_nobody(world: World) -> None:
    asked = await world.asked_in_direct_chat()
    world.slack.fail_next("assistant.threads.setStatus", "http_500")
    await world.courier.working(asked)
    world.slack.fail_next("assistant.threads.setStatus", "not_allowed")
    for _ in range(2):
        world.slack.fail_next("chat.postMessage", "channel_not_found")
    other = await world.asked_in_direct_chat("again")
    await world.courier.working(other)
    assert world.answers_to("ana", DM) == []


async def test_the_same_reply_gives_the_same_parcels_after_a_trip_through_the_store(world: World) -> None:
    asked = await world.asked_in_direct_chat()
    assert Place.of(asked).handle() == asked.handle
    reply = await world.deliver(asked, THANKS)
    assert world.courier.parcels(asked, reply) == world.courier.parcels(asked, reply)


def _with_handle(message: Message, handle: Mapping[str, str]) -> Message:
    return replace(message, handle=handle)


async def _press(world: World, channel: str, action: str) -> Message:
    shown = world.answers_to("ana", channel)[-1]
    assert await world.slack.press("ana", channel, str(shown["ts"]), action) == 200
    return world.kept.last


@pytest.mark.parametrize("how", ["command", "mention"])
async def test_what_is_answered_later_than_a_channel_can_show_goes_to_the_direct_chat(
    world: World, how: str
) -> None:
    asked = await (world.asked_by_command() if how == "command" else world.asked_by_mention())
    conversation, handle = later(asked)
    world.clock.offset += 3600
    await world.deliver(replace(asked, conversation=conversation, handle=handle), THANKS)
    assert world.answers_to("ana", CHANNEL) == []
    (answer,) = world.answers_to("ana", DM)
    assert "is_ephemeral" not in answer
    assert world.slack.violations == []


async def test_what_is_answered_later_in_a_direct_chat_stays_in_its_thread(world: World) -> None:
    asked = await world.asked_in_direct_chat()
    conversation, handle = later(asked)
    assert conversation == asked.conversation
    await world.deliver(replace(asked, conversation=conversation, handle=handle), THANKS)
    (answer,) = world.answers_to("ana", DM)
    assert answer["thread_ts"] == world.slack.sees("ana", DM)[0]["ts"]


async def test_nobody_is_shown_that_an_old_question_is_being_looked_up_again(world: World) -> None:
    asked = await world.asked_in_direct_chat()
    before = len(world.events)
    await world.courier.working(replace(asked, content=Resumed(asked.id, 1)))
    assert len(world.events) == before
    await world.courier.working(asked)
    assert len(world.events) > before

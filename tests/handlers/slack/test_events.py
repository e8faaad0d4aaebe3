"""Who said what where, as the rest of the bot hears it."""

from typing import Any

import pytest

from bot.chat.messages import Asked, Commanded, Pressed
from bot.chat.people import Audience, ChatUser, Platform
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Say
from bot.demo.events import ANA
from bot.demo.slack_double import payloads
from bot.demo.slack_double.workspace import Posted
from tests.handlers.slack.orders import button
from tests.handlers.slack.world import CHANNEL, World

ANA_IN_CHAT = ChatUser(Platform.SLACK, "U0ANA", "T0CUSTOMER")


def event(**changes: Any) -> dict[str, Any]:
    message = {
        "type": "message",
        "ts": "1700000000.000100",
        "user": "U0ANA",
        "team": "T0CUSTOMER",
        "text": "where is PO-1?",
    }
    return payloads.spoken(ANA, Posted(ANA.slack_dm, message | changes))


async def test_a_direct_message_is_a_question_of_its_author(world: World) -> None:
    message = await world.asked_in_direct_chat("where is PO-7782 & co?")
    assert message.sender == ANA_IN_CHAT
    assert message.content == Asked("where is PO-7782 & co?")
    assert message.conversation.private
    assert message.conversation.lane == "slack:T0CUSTOMER:D0ANA"
    assert message.seen_by is Audience.PERSON


async def test_a_mail_address_arrives_as_it_was_typed(world: World) -> None:
    message = await world.asked_in_direct_chat("ana.souza@northwind.example")
    assert message.content == Asked("ana.souza@northwind.example")


async def test_a_mention_is_a_question_without_the_mention(world: World) -> None:
    message = await world.asked_by_mention()
    assert message.content == Asked("where is PO-7782?")
    assert not message.conversation.private
    assert message.conversation.id == CHANNEL


async def test_talk_in_a_channel_without_a_mention_is_not_heard(world: World) -> None:
    assert await world.slack.say("ana", CHANNEL, "where is PO-7782?") == 204
    assert world.kept.calls == 0


async def test_one_post_that_arrives_as_mention_and_as_message_is_heard_once(world: World) -> None:
    assert await world.slack.say("ana", CHANNEL, "<@U0ORDERBOT> PO-1") == 200
    twin = payloads.spoken(ANA, Posted(CHANNEL, world.slack.sees("ana", CHANNEL)[-1]))
    twin["event"] |= {"type": "message", "channel_type": "channel"}
    assert await world.slack.send_event(twin) == 200
    mentioned = event(text="<@U0ORDERBOT> PO-1")
    mentioned["event"] |= {"type": "app_mention"}
    assert await world.slack.send_event(mentioned) == 200
    assert len(world.kept.messages) == 1


async def test_a_redelivered_event_has_the_id_of_the_first(world: World) -> None:
    await world.asked_in_direct_chat()
    assert await world.slack.redeliver() == 200
    assert world.kept.calls == 2
    assert len(world.kept.messages) == 1


async def test_ids_sort_in_the_order_things_were_said(world: World) -> None:
    for text in ("one", "two", "three"):
        await world.asked_in_direct_chat(text)
    heard = sorted(world.kept.all(), key=lambda message: message.id)
    assert [message.content for message in heard] == [Asked("one"), Asked("two"), Asked("three")]
    assert all(message.id.startswith("slack:ev:00") for message in heard)


@pytest.mark.parametrize(
    "changes",
    [
        {"bot_id": "B1"},
        {"user": "U0ORDERBOT"},
        {"user": "USLACKBOT"},
        {"user": None},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"edited": {"user": "U0ANA", "ts": "1700000001.000000"}},
    ],
)
async def test_bots_edits_and_system_messages_are_acknowledged_and_ignored(
    world: World, changes: dict[str, Any]
) -> None:
    assert await world.slack.send_event(event(**changes)) == 200
    assert world.kept.calls == 0


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
async def test_words_beside_a_file_or_broadcast_from_a_thread_are_heard(world: World, subtype: str) -> None:
    assert await world.slack.send_event(event(subtype=subtype)) == 200
    assert world.kept.last.content == Asked("where is PO-1?")


async def test_an_event_nobody_asked_for_is_acknowledged_and_ignored(world: World) -> None:
    body = event()
    body["event"] = {"type": "reaction_added", "user": "U0ANA", "event_ts": "1700000000.000100"}
    assert await world.slack.send_event(body) == 200
    assert world.kept.calls == 0


async def test_a_guest_of_another_company_is_known_by_their_own_team(world: World) -> None:
    body = event()
    body["is_ext_shared_channel"] = True
    body["event"] |= {"user_team": "T9OTHER", "team": "T0CUSTOMER"}
    assert await world.slack.send_event(body) == 200
    assert world.kept.last.sender == ChatUser(Platform.SLACK, "U0ANA", "T9OTHER")


async def test_somebody_whose_team_is_not_told_in_a_shared_channel_is_not_heard(world: World) -> None:
    body = event()
    body["is_ext_shared_channel"] = True
    del body["event"]["team"]
    assert await world.slack.send_event(body) == 200
    assert world.kept.calls == 0


async def test_a_person_of_an_enterprise_is_known_by_the_enterprise(world: World) -> None:
    body = event()
    body["authorizations"][0]["enterprise_id"] = "E1"
    assert await world.slack.send_event(body) == 200
    assert world.kept.last.sender.workspace == "E1"


async def test_a_command_is_a_question_and_without_words_a_call_for_help(world: World) -> None:
    message = await world.asked_by_command(text="invoice of PO-7782")
    assert (message.sender, message.content) == (ANA_IN_CHAT, Asked("invoice of PO-7782"))
    assert message.id.startswith("slack:cmd:0000")
    assert (await world.asked_by_command(text=" ")).content == Commanded("help")


async def test_a_mention_without_words_is_a_call_for_help(world: World) -> None:
    assert await world.slack.say("ana", CHANNEL, "<@U0ORDERBOT>") == 200
    assert world.kept.last.content == Commanded("help")


async def test_a_pressed_button_carries_our_reference_and_who_pressed(world: World) -> None:
    asked = await world.asked_in_direct_chat()
    await world.deliver(asked, Say(Phrase("thanks")), Actions((button("ref-9"),)))
    shown = world.answers_to("ana", "D0ANA")[0]
    assert await world.slack.press("ana", "D0ANA", str(shown["ts"]), "ref-9") == 200
    pressed = world.kept.last
    assert pressed.content == Pressed("ref-9")
    assert pressed.sender == ANA_IN_CHAT
    assert pressed.id.startswith("slack:act:00")

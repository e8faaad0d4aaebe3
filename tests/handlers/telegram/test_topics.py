"""Topics of a forum: the stand-in refuses what Telegram refuses, and an answer stays where it was asked."""

from typing import Any

import httpx
import pytest

from bot.chat.phrases import Phrase
from bot.chat.replies import Say
from bot.delivery import DeliveryImpossible
from tests.handlers.telegram.world import GROUP, TOKEN, World

GREETING = Say(Phrase("ask_in_private"))


@pytest.fixture(name="topic")
async def _topic(world: World) -> int:
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"], admins=["carla"])
    await world.telegram.say("carla", "welcome", chat=GROUP)
    return await world.telegram.groups.open_topic("carla", GROUP, "Orders")


async def ask(world: World, topic: int | None = None) -> int:
    """Mention the bot; the id of the question."""
    await world.telegram.say("ana", "@orderbot_demo_bot PO-7782", chat=GROUP, topic=topic)
    return int(world.telegram.sees("ana", chat=GROUP)[-1]["message_id"])


async def call(world: World, method: str, **arguments: Any) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(f"{world.api_url}/bot{TOKEN}/{method}", json=arguments)


def last(world: World) -> dict[str, Any]:
    return world.telegram.sees("carla", chat=GROUP)[-1]


async def test_what_is_asked_in_a_topic_is_answered_in_it(world: World, topic: int) -> None:
    question = await ask(world, topic)
    await world.courier.working(world.inbox.last)

    await world.deliver(GREETING)

    assert last(world)["message_thread_id"] == topic
    assert last(world)["is_topic_message"] is True
    assert last(world)["reply_to_message"]["message_id"] == question
    [typing] = [given for name, given in world.telegram.calls if name == "sendChatAction"]
    assert typing["message_thread_id"] == topic


async def test_what_is_asked_in_none_is_answered_in_none(world: World, topic: int) -> None:
    await ask(world)

    await world.deliver(GREETING)

    assert "message_thread_id" not in last(world)
    assert last(world)["from"]["is_bot"]


async def test_where_the_question_is_gone_the_answer_still_comes_in_its_topic(
    world: World, topic: int
) -> None:
    await call(world, "deleteMessage", chat_id=GROUP, message_id=await ask(world, topic))

    await world.deliver(GREETING)

    assert last(world)["message_thread_id"] == topic


async def test_where_the_topic_is_gone_the_answer_comes_in_the_group(world: World, topic: int) -> None:
    await ask(world, topic)
    world.telegram.groups.delete_topic(GROUP, topic)

    await world.deliver(GREETING)

    assert "message_thread_id" not in last(world)


async def test_where_the_topic_is_closed_the_answer_is_given_up(world: World, topic: int) -> None:
    await ask(world, topic)
    world.telegram.groups.close_topic(GROUP, topic)

    with pytest.raises(DeliveryImpossible):
        await world.deliver(GREETING)


async def test_what_is_said_in_a_topic_answers_the_message_that_made_it_and_is_not_meant_for_the_bot(
    world: World, topic: int
) -> None:
    await world.telegram.say("ana", "has it left?", chat=GROUP, topic=topic)

    assert last(world)["reply_to_message"]["forum_topic_created"] == {
        "name": "Orders",
        "icon_color": 7322096,
    }
    assert last(world)["chat"]["is_forum"] is True
    assert world.inbox.messages == []


@pytest.mark.parametrize("method", ["sendMessage", "sendDocument", "sendChatAction"])
async def test_a_topic_nobody_made_is_refused(world: World, topic: int, method: str) -> None:
    more = {"sendMessage": {"text": "x"}, "sendDocument": {"document": "x"}}.get(method, {"action": "typing"})

    answer = await call(world, method, chat_id=GROUP, message_thread_id=topic + 1000, **more)

    assert answer.status_code == 400
    assert answer.json()["description"] == "Bad Request: message thread not found"
    assert len(world.telegram.excuse()) == 1


async def test_the_general_topic_has_no_id_to_send_to_but_one_to_be_seen_typing_in(
    world: World, topic: int
) -> None:
    sent = await call(world, "sendMessage", chat_id=GROUP, message_thread_id=1, text="x")
    typing = await call(world, "sendChatAction", chat_id=GROUP, message_thread_id=1, action="typing")

    assert (sent.status_code, typing.status_code) == (400, 200)
    assert len(world.telegram.excuse()) == 1


async def test_an_answer_without_a_topic_goes_to_that_of_the_question_and_to_no_other(
    world: World, topic: int
) -> None:
    question = await ask(world, topic)
    other = await world.telegram.groups.open_topic("carla", GROUP, "Invoices")
    answers = {"message_id": question, "allow_sending_without_reply": True}

    await call(world, "sendMessage", chat_id=GROUP, text="x", reply_parameters=answers)
    assert last(world)["message_thread_id"] == topic
    refused = await call(
        world, "sendMessage", chat_id=GROUP, message_thread_id=other, text="x", reply_parameters=answers
    )

    assert refused.json()["description"] == "Bad Request: message to be replied not found"
    assert len(world.telegram.excuse()) == 1

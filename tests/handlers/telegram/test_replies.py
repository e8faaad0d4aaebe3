"""Whoever replies to a message of the bot's speaks of what that message shows; a group sees it was heard."""

import pytest

from bot.chat.buttons import Button
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Say
from bot.delivery import DeliveryDelayed
from tests.handlers.telegram.world import GROUP, World

CARD = Actions((Button(Phrase("button_lines"), "reference-0123456789"),))
THANKS = Say(Phrase("thanks"), courtesy=True)


async def test_a_reply_to_a_card_says_which(world: World) -> None:
    await world.telegram.say("ana", "PO-7782")
    await world.deliver(Say(Phrase("greeting")), CARD)
    card = world.from_bot()[-1]["message_id"]

    await world.telegram.say("ana", "and its invoice?", answers=card)
    await world.telegram.say("ana", "and its invoice?")

    *_, replied, unrelated = world.inbox.messages
    assert list(replied.about) == ["reference-0123456789"]
    assert list(unrelated.about) == []


async def test_a_reply_to_somebody_elses_message_is_about_nothing_of_ours(world: World) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"])
    await world.telegram.say("carla", "PO-7782?", chat=GROUP)
    said = {**world.telegram.sees("carla", chat=GROUP)[0]}
    said["reply_markup"] = {"inline_keyboard": [[{"text": "x", "callback_data": "reference-0123456789"}]]}
    update = {
        "message_id": 99,
        "date": 1,
        "chat": said["chat"],
        "from": world.telegram.user("ana"),
        "text": f"@{world.telegram.username} and its invoice?",
        "entities": [{"type": "mention", "offset": 0, "length": len(world.telegram.username) + 1}],
        "reply_to_message": said,
    }

    await world.telegram.send_update("x", {"message": update})

    assert world.inbox.last.about == ()


async def test_in_a_group_a_question_that_takes_long_shows_that_it_was_seen_once(world: World) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"])
    await world.telegram.say("ana", f"@{world.telegram.username} PO-7782", chat=GROUP)

    for _ in range(2):
        await world.courier.working(world.inbox.last)

    reactions = [given for name, given in world.telegram.calls if name == "setMessageReaction"]
    assert [one["reaction"] for one in reactions] == [[{"type": "emoji", "emoji": "👀"}]]
    assert world.telegram.sees("carla", chat=GROUP)[0]["reactions"] == ["👀"]
    assert world.telegram.violations == []


async def test_a_group_that_allows_no_reactions_is_answered_all_the_same(world: World) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana"])
    await world.telegram.say("ana", f"@{world.telegram.username} PO-7782", chat=GROUP)
    world.telegram.fail_next("setMessageReaction", 400)

    await world.courier.working(world.inbox.last)

    assert world.events[-1].payload == {"action": "typing"}


@pytest.mark.parametrize("chat", [None, GROUP], ids=["private chat", "group"])
async def test_thanks_are_answered_with_a_reaction_and_no_message(world: World, chat: int | None) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana"])
    await world.telegram.say("ana", f"@{world.telegram.username} obrigado!", chat=chat)

    for _ in range(2):
        await world.deliver(THANKS)

    [said] = world.telegram.sees("ana", chat=chat)
    assert said["reactions"] == ["👍"]
    assert world.telegram.violations == []


async def test_beside_anything_that_is_to_be_read_a_courtesy_is_said_in_words(world: World) -> None:
    await world.telegram.say("ana", "thanks, and PO-7782?")

    await world.deliver(THANKS, Say(Phrase("greeting")))

    said, answer = world.telegram.sees("ana")
    assert "reactions" not in said
    assert "You are welcome" in answer["text"]


async def test_where_reactions_are_refused_thanks_are_answered_in_words(world: World) -> None:
    await world.telegram.say("ana", "gracias")
    refused = {"ok": False, "error_code": 400, "description": "Bad Request: REACTION_INVALID"}
    world.telegram.fail_next("setMessageReaction", 400, refused)

    await world.deliver(THANKS)

    said, answer = world.telegram.sees("ana")
    assert "reactions" not in said
    assert answer["text"].startswith("You are welcome")


async def test_a_reaction_waits_as_long_as_telegram_wants_it_to(world: World) -> None:
    await world.telegram.say("ana", "thanks")
    limited = {"ok": False, "error_code": 429, "parameters": {"retry_after": 17}}
    world.telegram.fail_next("setMessageReaction", 429, limited)

    with pytest.raises(DeliveryDelayed) as delayed:
        await world.deliver(THANKS)

    assert delayed.value.retry_after == 17
    assert len(world.telegram.sees("ana")) == 1

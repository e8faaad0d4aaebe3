"""Phone numbers people hand over: whose they are is Telegram's word, not the card's."""

from typing import Any

import pytest

from bot.chat.messages import SharedContact
from bot.demo.events import ANA, BRUNO
from tests.handlers.telegram.world import GROUP, World

PHONE = "5511987650001"


def card(**changes: object) -> dict[str, object]:
    return {"phone_number": PHONE, "first_name": "Ana", "user_id": ANA.telegram_id, **changes}


async def send(world: World, contact: object, *, chat: int | None = None, **fields: Any) -> int:
    """A contact as Ana sends it, with whatever else the message says."""
    await world.telegram.say("ana", "@orderbot_demo_bot hello", chat=chat)
    message = {**world.telegram.sees("ana", chat=chat)[-1], "contact": contact, **fields}
    for name in ("text", "entities"):
        message.pop(name, None)
    return await world.telegram.send_update("contacts", {"message": message})


async def test_a_persons_own_number_is_kept_as_telegram_sent_it(world: World) -> None:
    assert await send(world, card()) == 200

    message = world.inbox.last
    assert message.content == SharedContact(PHONE, own=True)
    assert message.sender.key == f"telegram:{ANA.telegram_id}"
    assert message.conversation.private


async def test_a_number_shared_in_reply_to_the_button_is_their_own(world: World) -> None:
    await world.telegram.say("ana", "link by phone")
    asked = world.telegram.sees("ana")[-1]

    await send(world, card(), reply_to_message=asked)

    assert world.inbox.last.content == SharedContact(PHONE, own=True)


async def test_a_number_pressed_in_telegram_is_own_and_another_card_or_a_forwarded_one_is_not(
    world: World,
) -> None:
    await world.telegram.share_contact("ana")
    await world.telegram.share_contact("ana", of="bruno")
    await world.telegram.share_contact("ana", forwarded=True)

    own, foreign, forwarded = (ANA.phone.strip("+"), BRUNO.phone.strip("+"), ANA.phone.strip("+"))
    assert [message.content for message in world.inbox.messages] == [
        SharedContact(own, own=True),
        SharedContact(foreign, own=False),
        SharedContact(forwarded, own=False),
    ]


@pytest.mark.parametrize(
    "contact",
    [
        card(user_id=BRUNO.telegram_id),
        {"phone_number": PHONE, "first_name": "Ana"},
        card(user_id=BRUNO.telegram_id, first_name="Ana", vcard="TEL:+55 11 98765-0001"),
        card(user_id=0),
    ],
)
async def test_t8_the_contact_card_of_somebody_else_is_not_the_senders_own(
    world: World, contact: dict[str, object]
) -> None:
    assert await send(world, contact) == 200

    assert world.inbox.last.content == SharedContact(PHONE, own=False)


@pytest.mark.parametrize(
    "fields",
    [
        {
            "forward_origin": {
                "type": "user",
                "date": 1,
                "sender_user": {"id": ANA.telegram_id, "is_bot": False, "first_name": "Ana"},
            }
        },
        {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Ana"}},
        {"forward_from": {"id": ANA.telegram_id, "is_bot": False, "first_name": "Ana"}, "forward_date": 1},
        {"forward_sender_name": "Ana"},
        {"is_automatic_forward": True},
        {"via_bot": {"id": 42, "is_bot": True, "first_name": "Another bot"}},
        {"sender_business_bot": {"id": 42, "is_bot": True, "first_name": "Another bot"}},
    ],
)
async def test_t8_a_contact_that_was_forwarded_or_made_by_a_bot_is_not_the_senders_own(
    world: World, fields: dict[str, Any]
) -> None:
    assert await send(world, card(), **fields) == 200

    assert world.inbox.last.content == SharedContact(PHONE, own=False)


@pytest.mark.parametrize(
    "fields",
    [
        {"sender_chat": {"id": -1001, "type": "channel", "title": "A channel"}},
        {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}},
        {"from": {"id": 136817688, "is_bot": False, "first_name": "Channel"}},
        {"from": {"id": ANA.telegram_id, "is_bot": True, "first_name": "Ana"}},
    ],
)
async def test_t8_a_contact_from_behind_another_name_is_nobodys(world: World, fields: dict[str, Any]) -> None:
    assert await send(world, card(), **fields) == 200

    assert len(world.inbox.kept) == 1


async def test_t9_a_contact_shared_in_a_group_is_not_kept(world: World) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"])
    from_bot = {"id": world.bot.id, "is_bot": True, "first_name": "Orders"}
    answered = {"message_id": 1, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, "from": from_bot}

    assert await send(world, card(), chat=GROUP, reply_to_message=answered) == 200
    caption = {"caption": "@orderbot_demo_bot", "caption_entities": [_mention()]}
    assert await send(world, card(), chat=GROUP, **caption) == 200

    assert not any(isinstance(message.content, SharedContact) for message in world.inbox.messages)
    assert len(world.inbox.kept) == 2


@pytest.mark.parametrize("contact", [{"first_name": "Ana"}, "text", {}, []])
async def test_a_contact_that_cannot_be_read_links_nobody_and_holds_nothing_back(
    world: World, contact: object
) -> None:
    assert await send(world, contact) == 200

    assert not any(isinstance(message.content, SharedContact) for message in world.inbox.messages)


def _mention() -> dict[str, object]:
    return {"type": "mention", "offset": 0, "length": len("@orderbot_demo_bot")}

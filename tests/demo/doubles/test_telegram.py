"""Contacts, groups and blocking, as Telegram tells and refuses them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from telegram import Update

from bot.demo.events import ANA, BRUNO, CARLA, EVERYBODY, SOFIA, StageEvent
from bot.demo.telegram_double import TelegramDouble
from tests.demo.doubles.sink import Sink
from tests.support.serving import serving

TOKEN = "8000000001:demo-telegram-token-0123456789abcdef"
GROUP = -4001
ASKING = {"keyboard": [[{"text": "Share my number", "request_contact": True}]], "one_time_keyboard": True}


@dataclass
class World:
    telegram: TelegramDouble
    bot: Sink
    url: str
    events: list[StageEvent]

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(f"{self.url}/bot{TOKEN}/{method}", json=arguments)
        told: dict[str, Any] = answer.json()
        return told

    async def status_of(self, person: int, chat: int = GROUP) -> str:
        told = await self.call("getChatMember", chat_id=chat, user_id=person)
        status: str = told["result"]["status"]
        return status


@pytest.fixture
async def world() -> AsyncIterator[World]:
    bot, events = Sink(), list[StageEvent]()
    async with AsyncExitStack() as stack:
        telegram = TelegramDouble(bot_token=TOKEN, people=EVERYBODY, on_event=events.append)
        telegram.bot_url = await stack.enter_async_context(serving(bot.app()))
        stack.push_async_callback(telegram.aclose)
        telegram.groups.add(GROUP, "Buyers", ["ana", "bruno"], admins=["ana", "bruno"], supergroup=False)
        yield World(telegram, bot, await stack.enter_async_context(serving(telegram.app())), events)


def read(update: dict[str, Any]) -> Update:
    """As the library reads it, which finds missing fields."""
    parsed = Update.de_json(update, None)
    assert not parsed.api_kwargs
    return parsed


async def test_a_person_shares_their_own_number_as_telegram_sends_it(world: World) -> None:
    assert await world.telegram.share_contact("bruno") == 200
    message = read(world.bot.last).message
    assert message is not None
    assert message.contact is not None
    assert (message.contact.user_id, message.contact.phone_number) == (BRUNO.telegram_id, "5511987650002")
    assert message.from_user is not None
    assert message.from_user.id == BRUNO.telegram_id
    assert message.forward_origin is None


async def test_somebody_elses_card_and_a_forwarded_one_say_so(world: World) -> None:
    await world.telegram.share_contact("ana", of="bruno")
    message = read(world.bot.last).message
    assert message is not None
    assert message.contact is not None
    assert message.contact.user_id == BRUNO.telegram_id
    await world.telegram.share_contact("ana", forwarded=True)
    message = read(world.bot.last).message
    assert message is not None
    assert message.forward_origin is not None


async def test_a_link_starts_the_bot_with_its_payload(world: World) -> None:
    payload = "inv-" + "0" * 32
    assert await world.telegram.start("bruno", payload) == 200
    assert world.bot.last["message"]["text"] == f"/start {payload}"
    assert world.bot.last["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    for wrong in ("a b", "é", "x" * 65):
        with pytest.raises(ValueError, match="payload"):
            await world.telegram.start("bruno", wrong)


async def test_who_blocks_the_bot_is_told_and_out_of_reach_until_they_unblock(world: World) -> None:
    await world.telegram.say("ana", "hello")
    assert await world.telegram.block("ana") == 200
    change = read(world.bot.last).my_chat_member
    assert change is not None
    assert (change.chat.id, change.new_chat_member.status, change.old_chat_member.status) == (
        ANA.telegram_id,
        "kicked",
        "member",
    )
    refused = await world.call("sendMessage", chat_id=ANA.telegram_id, text="x")
    assert (refused["error_code"], refused["description"]) == (
        403,
        "Forbidden: bot was blocked by the user",
    )
    assert await world.telegram.unblock("ana") == 200
    assert world.bot.last["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert (await world.call("sendMessage", chat_id=ANA.telegram_id, text="x"))["ok"]
    assert world.telegram.violations == []


async def test_a_bot_that_does_not_want_such_updates_gets_none_and_is_blocked_all_the_same(
    world: World,
) -> None:
    await world.telegram.say("ana", "hello")
    url = "https://bot.example"
    await world.call("setWebhook", url=url, allowed_updates=["message", "callback_query"])
    heard = len(world.bot.bodies)
    assert await world.telegram.block("ana") == 0
    assert len(world.bot.bodies) == heard
    assert (await world.call("sendMessage", chat_id=ANA.telegram_id, text="x"))["error_code"] == 403


async def test_members_of_a_group_can_be_looked_up_one_by_one(world: World) -> None:
    assert await world.status_of(ANA.telegram_id) == "creator"
    assert await world.status_of(BRUNO.telegram_id) == "administrator"
    assert await world.status_of(CARLA.telegram_id) == "left"
    assert await world.status_of(8000000001) == "member"
    assert (await world.call("getChatMemberCount", chat_id=GROUP))["result"] == 3
    await world.telegram.groups.join("carla", GROUP)
    assert world.bot.last["message"]["new_chat_members"][0]["id"] == CARLA.telegram_id
    assert await world.status_of(CARLA.telegram_id) == "member"
    assert (await world.call("getChatMemberCount", chat_id=GROUP))["result"] == 4
    await world.telegram.groups.leave("bruno", GROUP)
    assert read(world.bot.last).message is not None
    assert world.bot.last["message"]["left_chat_member"]["id"] == BRUNO.telegram_id
    assert await world.status_of(BRUNO.telegram_id) == "left"
    await world.telegram.groups.leave("carla", GROUP, removed=True)
    assert await world.status_of(CARLA.telegram_id) == "kicked"
    assert (await world.call("getChatMemberCount", chat_id=GROUP))["result"] == 2
    assert world.telegram.violations == []


async def test_admins_are_listed_and_nobody_else(world: World) -> None:
    told = await world.call("getChatAdministrators", chat_id=GROUP)
    assert [(one["user"]["id"], one["status"]) for one in told["result"]] == [
        (ANA.telegram_id, "creator"),
        (BRUNO.telegram_id, "administrator"),
    ]


async def test_what_left_a_group_is_not_seen_there(world: World) -> None:
    await world.telegram.groups.leave("bruno", GROUP)
    world.events.clear()
    await world.call("sendMessage", chat_id=GROUP, text="x")
    assert [event.person for event in world.events] == ["ana"]


@pytest.mark.parametrize(
    ("method", "arguments", "reason"),
    [
        ("getChatMember", {"chat_id": GROUP}, "'user_id' is required"),
        ("getChatMember", {"chat_id": GROUP, "user_id": "@bruno"}, "must be of type integer"),
        ("getChatMember", {"chat_id": -1, "user_id": 700001}, "chat not found"),
        ("getChatMemberCount", {"chat_id": GROUP, "limit": 5}, "no parameter 'limit'"),
        ("getChatAdministrators", {"chat_id": ANA.telegram_id}, "no administrators in the private chat"),
        (
            "sendMessage",
            {"chat_id": GROUP, "text": "x", "reply_markup": ASKING},
            "phone number can be requested in private chats only",
        ),
        (
            "sendMessage",
            {"chat_id": ANA.telegram_id, "text": "x", "reply_markup": {"keyboard": [[{"text": ""}]]}},
            "must not be empty",
        ),
        (
            "sendMessage",
            {"chat_id": ANA.telegram_id, "text": "x", "reply_markup": {**ASKING, "columns": 2}},
            "no field 'columns'",
        ),
        (
            "sendMessage",
            {"chat_id": ANA.telegram_id, "text": "x", "reply_markup": {"keyboard": []}},
            "needs a button",
        ),
        (
            "sendMessage",
            {"chat_id": ANA.telegram_id, "text": "x", "reply_markup": {"keyboard": ["Share"]}},
            "an array of arrays",
        ),
        (
            "sendMessage",
            {"chat_id": ANA.telegram_id, "text": "x", "reply_markup": {"remove_keyboard": False}},
            "reply markup",
        ),
        (
            "sendMessage",
            {"chat_id": ANA.telegram_id, "text": "x", "reply_markup": {"force_reply": True}},
            "inline keyboard expected",
        ),
    ],
)
async def test_a_mistake_is_refused_and_remembered(
    world: World, method: str, arguments: dict[str, Any], reason: str
) -> None:
    await world.telegram.say("ana", "hello")
    answer = await world.call(method, **arguments)
    assert (answer["error_code"], reason in answer["description"]) == (400, True), answer
    assert len(world.telegram.excuse()) == 1


async def test_somebody_telegram_does_not_know_is_no_mistake(world: World) -> None:
    answer = await world.call("getChatMember", chat_id=GROUP, user_id=1)
    assert (answer["error_code"], world.telegram.violations) == (400, [])


async def test_a_keyboard_that_asks_for_the_number_is_seen_and_not_told_back(world: World) -> None:
    await world.telegram.say("ana", "hello")
    told = await world.call("sendMessage", chat_id=ANA.telegram_id, text="x", reply_markup=ASKING)
    assert "reply_markup" not in told["result"]
    assert world.telegram.sees("ana")[-1]["reply_markup"] == ASKING
    gone = {"remove_keyboard": True}
    told = await world.call("sendMessage", chat_id=ANA.telegram_id, text="x", reply_markup=gone)
    assert "reply_markup" not in told["result"]
    assert world.telegram.violations == []


async def test_an_edit_brings_inline_keyboards_only(world: World) -> None:
    await world.telegram.say("ana", "hello")
    told = await world.call("sendMessage", chat_id=ANA.telegram_id, text="x")
    where = {"chat_id": ANA.telegram_id, "message_id": told["result"]["message_id"]}
    answer = await world.call("editMessageText", **where, text="y", reply_markup=ASKING)
    assert answer["ok"] is False
    assert len(world.telegram.excuse()) == 1


async def test_a_group_that_becomes_a_supergroup_has_a_new_id_and_says_so(world: World) -> None:
    new = await world.telegram.groups.migrate(GROUP)
    leaving, arriving = (read(update).message for update in world.bot.bodies[-2:])
    assert leaving is not None
    assert arriving is not None
    assert (leaving.chat.id, leaving.migrate_to_chat_id, leaving.chat.type) == (GROUP, new, "group")
    assert (arriving.chat.id, arriving.migrate_from_chat_id, arriving.chat.type) == (new, GROUP, "supergroup")
    refused = await world.call("sendMessage", chat_id=GROUP, text="x")
    assert (refused["error_code"], refused["parameters"]) == (400, {"migrate_to_chat_id": new})
    assert (await world.call("sendMessage", chat_id=new, text="x"))["ok"]
    assert await world.status_of(BRUNO.telegram_id, new) == "administrator"
    assert await world.status_of(SOFIA.telegram_id, new) == "left"
    assert world.telegram.violations == []

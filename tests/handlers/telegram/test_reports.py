"""What Telegram reports of itself: somebody blocked the bot, a group moved, somebody joined it."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.chat.messages import Happened
from bot.chat.people import Audience, Reader
from bot.chat.replies import Reply
from bot.demo.events import ANA, BRUNO
from tests.handlers.telegram.world import GROUP, World

OLD = -4001


def changed(world: World, status: str, **changes: object) -> dict[str, Any]:
    """The bot's own standing in the chat with Ana, as it comes when she blocks it or lets it speak."""
    itself = {"id": world.bot.id, "is_bot": True, "first_name": "Orders"}
    new = {"user": itself, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    return {
        "my_chat_member": {
            "chat": {"id": ANA.telegram_id, "type": "private", "first_name": "Ana"},
            "from": world.telegram.user("ana"),
            "date": 1,
            "old_chat_member": {"user": itself, "status": "member"},
            "new_chat_member": new,
            **changes,
        }
    }


def service(chat: int, kind: str, **fields: object) -> dict[str, Any]:
    """A service message, by an admin who hides behind the group."""
    return {
        "message": {
            "message_id": 7,
            "date": 1,
            "chat": {"id": chat, "type": kind, "title": "Buyers"},
            "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
            "sender_chat": {"id": chat, "type": kind, "title": "Buyers"},
            **fields,
        }
    }


async def test_blocking_the_bot_is_kept_in_the_lane_of_what_the_person_says(world: World) -> None:
    await world.telegram.say("ana", "hello")
    assert await world.telegram.send_update("member", changed(world, "kicked")) == 200

    said, blocked = world.inbox.messages
    assert blocked.content == Happened("blocked")
    assert blocked.sender == said.sender
    assert blocked.conversation == said.conversation
    assert blocked.conversation.lane == said.conversation.lane


async def test_a_person_who_blocks_the_bot_and_takes_it_back_is_reported_once(world: World) -> None:
    await world.telegram.say("ana", "hello")
    await world.telegram.block("ana")
    await world.telegram.unblock("ana")

    assert [message.content for message in world.inbox.messages[1:]] == [Happened("blocked")]


async def test_a_report_of_blocking_that_was_not_kept_comes_again_and_is_kept_once(world: World) -> None:
    world.inbox.refuse(2)

    assert await world.telegram.send_update("member", changed(world, "kicked")) == 503
    assert await world.telegram.redeliver() == 200
    assert await world.telegram.redeliver() == 200

    assert len(world.inbox.kept) == 1


async def test_nothing_is_sent_and_nothing_shown_where_nobody_is_answered(world: World) -> None:
    await world.telegram.send_update("member", changed(world, "kicked"))
    await world.intake.wait_until_ready()
    before = len(world.telegram.calls)

    await world.courier.working(world.inbox.last)
    assert world.courier.parcels(world.inbox.last, Reply(parts=(), reader=Reader())) == []

    assert len(world.telegram.calls) == before


async def test_letting_the_bot_speak_again_is_not_kept(world: World) -> None:
    assert await world.telegram.send_update("member", changed(world, "member")) == 200

    assert world.inbox.received == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"chat": {"id": GROUP, "type": "supergroup", "title": "Buyers"}},
        {"chat": {"id": BRUNO.telegram_id, "type": "private", "first_name": "Bruno"}},
        {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}},
        {"from": {"id": ANA.telegram_id, "is_bot": True, "first_name": "Ana"}},
        {
            "new_chat_member": {
                "user": {"id": 42, "is_bot": True, "first_name": "Another"},
                "status": "kicked",
                "until_date": 0,
            }
        },
    ],
)
async def test_t8_only_a_person_in_their_own_chat_can_block_the_bot(
    world: World, changes: dict[str, object]
) -> None:
    assert await world.telegram.send_update("member", changed(world, "kicked", **changes)) == 200

    assert world.inbox.received == 0


@pytest.mark.parametrize("first", ["to", "from"])
async def test_t15_a_group_that_became_a_supergroup_is_told_once_in_the_old_group(
    world: World, first: str
) -> None:
    told = [
        service(OLD, "group", migrate_to_chat_id=GROUP),
        service(GROUP, "supergroup", migrate_from_chat_id=OLD),
    ]
    for lane, update in enumerate(told if first == "to" else reversed(told)):
        assert await world.telegram.send_update(str(lane), update) == 200

    [moved] = world.inbox.messages
    assert moved.content == Happened("moved", {"to": str(GROUP)})
    assert moved.conversation.id == str(OLD)
    assert not moved.conversation.private
    assert moved.seen_by is Audience.EXTERNAL
    assert moved.sender.key == "telegram:0"
    assert world.inbox.received == 2


async def test_a_group_that_telegram_moves_and_somebody_who_joins_it_are_reported(world: World) -> None:
    world.telegram.groups.add(OLD, "Buyers", ["ana"], supergroup=False)
    new = await world.telegram.groups.migrate(OLD)
    await world.telegram.groups.join("carla", new)

    moved, joined = world.inbox.messages
    assert moved.content == Happened("moved", {"to": str(new)})
    assert moved.conversation.id == str(OLD)
    assert joined.content == Happened("joined")
    assert joined.conversation.id == str(new)


async def test_two_groups_that_move_are_two(world: World) -> None:
    await world.telegram.send_update("a", service(OLD, "group", migrate_to_chat_id=GROUP))
    await world.telegram.send_update("b", service(OLD - 1, "group", migrate_to_chat_id=GROUP - 1))

    assert [message.content for message in world.inbox.messages] == [
        Happened("moved", {"to": str(GROUP)}),
        Happened("moved", {"to": str(GROUP - 1)}),
    ]


async def test_t15_what_somebody_writes_cannot_move_a_group(world: World) -> None:
    update = service(ANA.telegram_id, "private", migrate_to_chat_id=GROUP)
    update["message"] |= {"from": world.telegram.user("ana")}
    del update["message"]["sender_chat"]

    assert await world.telegram.send_update("x", update) == 200
    assert await world.telegram.send_update("x", service(-1005, "channel", migrate_to_chat_id=GROUP)) == 200

    assert world.inbox.received == 0


async def test_t9_somebody_who_comes_to_a_group_is_reported_of_the_group(world: World) -> None:
    bruno, itself = world.telegram.user("bruno"), {"id": world.bot.id, "is_bot": True, "first_name": "O"}
    update = service(GROUP, "supergroup", new_chat_members=[itself, bruno])
    assert await world.telegram.send_update("x", update) == 200

    joined = world.inbox.last
    assert joined.content == Happened("joined")
    assert joined.conversation.id == str(GROUP)
    assert joined.sender.key == "telegram:0"


async def test_the_bot_that_comes_to_a_group_reports_nothing_of_itself(world: World) -> None:
    itself = {"id": world.bot.id, "is_bot": True, "first_name": "Orders"}

    assert (
        await world.telegram.send_update("x", service(GROUP, "supergroup", new_chat_members=[itself])) == 200
    )

    assert world.inbox.received == 0


async def test_a_report_that_cannot_be_read_is_let_go(world: World) -> None:
    broken = changed(world, "kicked")
    del broken["my_chat_member"]["new_chat_member"]["until_date"]
    with capture_logs() as logs:
        assert await world.telegram.send_update("x", broken) == 200

    assert world.inbox.received == 0
    assert logs[0]["event"] == "telegram_update_dropped"

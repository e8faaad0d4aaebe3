"""What the webhook lets in, and when it says that it did."""

import asyncio

import httpx
import pytest

from bot.chat.messages import Asked, Commanded, Pressed
from bot.chat.people import Audience
from bot.demo.events import ANA
from bot.handlers.telegram import webhook_route
from tests.handlers.telegram.world import GROUP, TOKEN, World, a_world, until

INVITATION = "inv-0123456789abcdef0123456789abcdef"
BOT_ID = TOKEN.partition(":")[0]


async def post(world: World, body: bytes, secret: str | None = None) -> httpx.Response:
    headers = dict(world.headers() if secret is None else world.headers(secret))
    async with httpx.AsyncClient() as client:
        return await client.post(f"{world.bot_url}/telegram/webhook", content=body, headers=headers)


async def test_a_message_is_kept_with_who_said_it_where_and_how_to_answer(world: World) -> None:
    assert await world.telegram.say("ana", "where is PO-7782?") == 200

    message = world.inbox.last
    assert message.content == Asked("where is PO-7782?")
    assert message.sender.key == f"telegram:{ANA.telegram_id}"
    assert message.id == f"tg:{BOT_ID}:000000100000001"
    assert message.conversation.private
    assert message.conversation.lane == f"telegram::{ANA.telegram_id}"
    assert message.seen_by is Audience.PERSON
    assert message.handle == {"chat": str(ANA.telegram_id), "said": "1", "language": "en"}


@pytest.mark.parametrize("secret", ["", "wrong", "a-secret_for-the-webhookx", "ü"])
async def test_a_wrong_secret_is_forbidden_and_nothing_is_kept(world: World, secret: str) -> None:
    body = b'{"update_id": 1, "message": {}}'
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{world.bot_url}/telegram/webhook",
            content=body,
            headers={b"X-Telegram-Bot-Api-Secret-Token": secret.encode()},
        )

    assert answer.status_code == 403
    assert world.inbox.received == 0


async def test_no_secret_at_all_is_forbidden(world: World) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{world.bot_url}/telegram/webhook", content=b"{}")

    assert answer.status_code == 403


@pytest.mark.parametrize("secret", ["", "with space", "x" * 257, "ü"])
async def test_a_secret_that_telegram_would_not_take_is_refused_at_start(world: World, secret: str) -> None:
    with pytest.raises(ValueError, match="ORDERBOT_TELEGRAM_WEBHOOK_SECRET"):
        webhook_route(world.intake, secret)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"text"', b'{"update_id": "1"}', b"{}", b"\xff\xfe", b"[" * 200_000],
)
async def test_what_is_no_update_is_a_bad_request(world: World, body: bytes) -> None:
    assert (await post(world, body)).status_code == 400


async def test_a_body_over_a_megabyte_is_refused(world: World) -> None:
    assert (await post(world, b" " * 1_000_001)).status_code == 413


async def test_an_inbox_that_fails_makes_telegram_send_again_and_the_message_is_kept_once(
    world: World,
) -> None:
    world.inbox.refuse(2)

    assert await world.telegram.say("ana", "first") == 503
    assert world.inbox.kept == {}
    assert await world.telegram.redeliver() == 200
    assert await world.telegram.redeliver() == 200

    assert [message.content for message in world.inbox.messages] == [Asked("first")]
    assert world.inbox.received == 4
    assert world.telegram.waiting == 0


async def test_a_fault_in_a_handler_is_not_swallowed(world: World) -> None:
    world.inbox.errors = [RuntimeError("a fault"), RuntimeError("and again")]

    assert await world.telegram.say("ana", "first") == 500
    assert await world.telegram.redeliver() == 200

    assert len(world.inbox.kept) == 1


async def test_messages_of_a_chat_do_not_overtake_one_that_was_not_kept(world: World) -> None:
    world.inbox.refuse(2)
    await world.telegram.say("ana", "first")

    assert await world.telegram.say("ana", "second") == 200

    assert [message.content for message in world.inbox.messages] == [Asked("first"), Asked("second")]


async def test_while_telegram_is_away_at_start_updates_are_left_to_it(world: World) -> None:
    async with a_world(wait=False) as starting:
        starting.telegram.fail_next("getMe", 502)

        assert await starting.telegram.say("ana", "early") == 503
        await starting.intake.wait_until_ready()
        assert await starting.telegram.redeliver() == 200

        assert starting.inbox.last.content == Asked("early")


async def test_a_press_is_answered_at_the_door_and_kept_in_the_lane_of_its_chat(world: World) -> None:
    await world.telegram.say("ana", "hello")
    await world.bot.send_message(
        ANA.telegram_id,
        "choose",
        reply_markup={"inline_keyboard": [[{"text": "One", "callback_data": "ref-1"}]]},  # type: ignore[arg-type]
    )
    choice = world.from_bot()[-1]

    assert await world.telegram.press("ana", choice["message_id"], "ref-1") == 200

    pressed = world.inbox.last
    assert pressed.content == Pressed("ref-1")
    assert pressed.conversation.lane == world.inbox.messages[0].conversation.lane
    assert pressed.handle["replaces"] == str(choice["message_id"])
    assert [name for name, _ in world.telegram.calls].count("answerCallbackQuery") == 1
    assert await world.telegram.redeliver() == 200
    assert len(world.inbox.kept) == 2
    assert world.telegram.violations == []


async def test_a_press_that_telegram_no_longer_lets_us_answer_is_kept_all_the_same(world: World) -> None:
    await world.telegram.say("ana", "hello")
    message_id = world.telegram.sees("ana")[0]["message_id"]
    world.telegram.fail_next("answerCallbackQuery", 400)

    assert await world.telegram.press("ana", message_id, "ref-9", forged=True) == 200

    assert world.inbox.last.content == Pressed("ref-9")


async def test_a_press_is_kept_while_telegram_is_slow_to_take_our_answer_to_it(world: World) -> None:
    await world.telegram.say("ana", "hello")
    message_id = world.telegram.sees("ana")[0]["message_id"]
    world.telegram.slow("answerCallbackQuery", 1.0)

    press = asyncio.create_task(world.telegram.press("ana", message_id, "ref-9", forged=True))
    await until(lambda: len(world.inbox.kept) == 2)

    assert not press.done()
    assert await press == 200


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("/start", Commanded("start")),
        ("/start abc_DEF-123", Commanded("start", "abc_DEF-123")),
        ("/HELP", Commanded("help")),
        ("/orders@orderbot_demo_bot", Commanded("orders")),
        ("/whoami", Commanded("whoami")),
        ("/link ana@northwind.example", Commanded("link", "ana@northwind.example")),
        ("/unlink", Commanded("unlink")),
        ("/order PO-7782", Asked("PO-7782")),
        ("/order\nPO-1\nPO-2", Asked("PO-1\nPO-2")),
        ("/10042", Asked("10042")),
        ("/start inv-0123456789abcdef0123456789abcdef", Commanded("start", INVITATION)),
        ("/invite Bruno as accounts payable", Asked("invite Bruno as accounts payable")),
        ("/Invite@orderbot_demo_bot\nBruno", Asked("invite Bruno")),
        ("/members", Asked("members")),
        ("/company Northwind", Asked("company Northwind")),
        ("/join Northwind", Asked("join Northwind")),
        ("/members_of Northwind", Asked("Northwind")),
        ("/SO-12", Asked("/SO-12")),
        ("12/2026 and /help", Asked("12/2026 and /help")),
    ],
)
async def test_commands_with_a_meaning_of_their_own_and_others_that_are_questions(
    world: World, text: str, content: object
) -> None:
    await world.telegram.say("ana", text)

    assert world.inbox.last.content == content


async def test_what_is_not_text_is_asked_by_its_caption(world: World) -> None:
    await world.telegram.say("ana", "hello")
    photo = dict(world.telegram.sees("ana")[0], caption="PO-7782", photo=[])
    del photo["text"]

    assert await world.telegram.send_update("x", {"message": photo}) == 200

    assert world.inbox.last.content == Asked("PO-7782")


async def test_edits_channels_and_service_messages_are_not_answered(world: World) -> None:
    await world.telegram.say("ana", "hello")
    message = world.telegram.sees("ana")[0]
    pinned = {**message, "pinned_message": message}
    del pinned["text"]
    channel = {**message, "chat": {"id": -1005, "type": "channel", "title": "News"}}

    for fields in (
        {"edited_message": {**message, "edit_date": 1, "text": "/help"}},
        {"channel_post": channel},
        {"message": pinned},
        {"business_message": message},
        {"something_of_tomorrow": {"a": 1}},
        {},
    ):
        assert await world.telegram.send_update("x", fields) == 200

    assert world.inbox.received == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"sender_chat": {"id": -1001, "type": "channel", "title": "A channel"}},
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
        {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}},
        {"from": {"id": 136817688, "is_bot": False, "first_name": "Channel"}},
        {"from": {"id": 42, "is_bot": True, "first_name": "Another bot"}},
    ],
)
async def test_who_writes_behind_another_name_is_nobody(world: World, changed: dict[str, object]) -> None:
    await world.telegram.say("ana", "hello")
    message = {**world.telegram.sees("ana")[0], **changed}

    assert await world.telegram.send_update("x", {"message": message}) == 200

    assert world.inbox.received == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"message": {"message_id": 1, "date": 1, "text": "no chat"}},
        {"message": "text"},
        {"message": {"message_id": 1, "date": 1, "chat": {"id": 5}, "text": "no type"}},
        {"callback_query": {"id": "1", "data": "x"}},
        {"my_chat_member": {"what": "ever"}},
        {"my_chat_member": "text"},
        {"callback_query": {"id": "1", "from": {"id": 1}, "data": "x"}},
    ],
)
async def test_an_update_that_can_never_be_read_does_not_hold_back_the_chat(
    world: World, fields: dict[str, object]
) -> None:
    assert await world.telegram.send_update("x", fields) == 200

    assert world.inbox.received == 0


async def test_in_a_group_only_what_speaks_to_the_bot_is_kept_and_counts_as_seen_by_others(
    world: World,
) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"])

    await world.telegram.say("ana", "PO-7782 is late again", chat=GROUP)
    await world.telegram.say("ana", "/help@another_bot", chat=GROUP)
    await world.telegram.say("ana", "/weather", chat=GROUP)
    assert world.inbox.received == 0

    await world.telegram.say("ana", "@OrderBot_demo_bot where is PO-7782?", chat=GROUP)
    await world.telegram.say("ana", "/start secret-token", chat=GROUP)
    await world.telegram.say("ana", "/order@orderbot_demo_bot 10042", chat=GROUP)

    asked, started, ordered = world.inbox.messages
    assert asked.content == Asked("where is PO-7782?")
    assert asked.seen_by is Audience.EXTERNAL
    assert not asked.conversation.private
    assert started.content == Commanded("start")
    assert ordered.content == Asked("10042")


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (f"/start {INVITATION}", Commanded("start")),
        (f"/start@orderbot_demo_bot {INVITATION}", Commanded("start")),
        ("/link 123456", Commanded("link")),
        (f"/join {INVITATION}", Asked("join")),
        ("/company Northwind", Asked("company Northwind")),
    ],
)
async def test_t4_a_secret_typed_in_a_group_is_dropped_at_the_door(
    world: World, text: str, content: object
) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"])

    await world.telegram.say("ana", text, chat=GROUP)

    assert world.inbox.last.content == content


async def test_t9_a_press_in_a_group_counts_as_seen_by_others(world: World) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"])
    await world.telegram.say("ana", "/help", chat=GROUP)
    message_id = world.telegram.sees("ana", chat=GROUP)[0]["message_id"]

    await world.telegram.press("carla", message_id, "ref-9", chat=GROUP, forged=True)

    assert world.inbox.last.content == Pressed("ref-9")
    assert world.inbox.last.seen_by is Audience.EXTERNAL
    assert not world.inbox.last.conversation.private


async def test_a_topic_is_part_of_where_to_answer(world: World) -> None:
    await world.telegram.say("ana", "hello")
    message = {**world.telegram.sees("ana")[0], "message_thread_id": 7, "is_topic_message": True}

    await world.telegram.send_update("x", {"message": message})

    assert world.inbox.last.conversation.thread == "7"
    assert world.inbox.last.handle["thread"] == "7"

"""The stand-in refuses what Slack refuses, so a test that passes against it means something."""

import asyncio
from typing import Any

import httpx
import pytest

from bot.demo.events import ANA, BRUNO, StageEvent
from bot.demo.slack_double import SlackDouble
from tests.handlers.slack.world import CHANNEL, NO_BOT, SECRET, TOKEN, World
from tests.support.serving import serving

DM = ANA.slack_dm


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "text": text}, **more}


def pressable(action_id: str = "a", **more: Any) -> dict[str, Any]:
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": "Go"},
        "action_id": action_id,
        **more,
    }


async def call(
    world: World, method: str, arguments: dict[str, Any], *, token: str | None = TOKEN
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{world.slack.own_url}/api/{method}", json=arguments, headers=headers)
    body: dict[str, Any] = answer.json()
    return body


MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMassage", {"channel": DM, "text": "x"}, "unknown_method"),
    ("admin.users.list", {}, "missing_scope"),
    ("chat.postMessage", {"channel": DM, "text": "x", "colour": "red"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": DM, "text": 5}, "invalid_arguments"),
    ("chat.postMessage", {"channel": DM, "text": "x", "thread_ts": None}, "invalid_arguments"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": DM}, "no_text"),
    ("chat.postMessage", {"channel": DM, "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": DM, "text": "x", "thread_ts": "1.2"}, "cannot_reply_to_message"),
    ("chat.postEphemeral", {"channel": DM, "user": "U0ANA", "text": "x"}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F1"}]}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F1"}], "channel_id": "U0ANA"}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F1"}], "channel_id": DM}, "file_not_found"),
    ("files.getUploadURLExternal", {"filename": "a.pdf", "length": 0}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "../a.pdf", "length": 1}, "invalid_arguments"),
]


@pytest.mark.parametrize(("method", "arguments", "error"), MISTAKES)
async def test_a_wrong_call_is_refused_and_remembered(
    world: World, method: str, arguments: dict[str, Any], error: str
) -> None:
    assert (await call(world, method, arguments))["error"] == error
    assert len(world.slack.excuse()) == 1
    assert world.slack.sees("ana", DM) == []


BLOCK_MISTAKES: list[tuple[list[Any], str]] = [
    ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([{"type": "section"}], "missing required field: text or fields [json-pointer:/blocks/0]"),
    ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([{"type": "secton"}], "unsupported type [json-pointer:/blocks/0/type]"),
    ([section("x", colour="red")], "additional property: colour [json-pointer:/blocks/0]"),
    (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "must be a text object of type plain_text [json-pointer:/blocks/0/text]",
    ),
    (
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        [{"type": "section", "fields": [{"type": "plain_text", "text": "x"}] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": False}}],
        "additional property: emoji [json-pointer:/blocks/0/text]",
    ),
    (
        [{"type": "actions", "elements": [pressable(str(n)) for n in range(26)]}],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        [{"type": "actions", "elements": [pressable(), pressable()]}],
        "must be unique [json-pointer:/blocks/0/action_id]",
    ),
    (
        [{"type": "actions", "elements": [pressable(style="blue")]}],
        "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        [{"type": "actions", "elements": [pressable(value="x" * 2001)]}],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        [section("x", accessory=pressable() | {"text": {"type": "plain_text", "text": "x" * 76}})],
        "must be less than 76 characters [json-pointer:/blocks/0/accessory/text/text]",
    ),
    (
        [section("x", block_id="b"), section("y", block_id="b")],
        "must be unique [json-pointer:/blocks/1/block_id]",
    ),
]


@pytest.mark.parametrize(("blocks", "problem"), BLOCK_MISTAKES)
async def test_wrong_blocks_are_refused_with_slacks_own_pointer(
    world: World, blocks: list[Any], problem: str
) -> None:
    answer = await call(world, "chat.postMessage", {"channel": DM, "text": "x", "blocks": blocks})
    assert answer["error"] == "invalid_blocks"
    assert problem in answer["response_metadata"]["messages"]
    assert len(world.slack.excuse()) == 1


async def test_blocks_with_too_much_text_in_sum_are_refused(world: World) -> None:
    blocks = [section("x" * 2900) for _ in range(5)]
    answer = await call(world, "chat.postMessage", {"channel": DM, "text": "x", "blocks": blocks})
    assert answer["error"] == "msg_blocks_too_long"
    assert len(world.slack.excuse()) == 1


async def test_a_wrong_token_opens_nothing(world: World) -> None:
    assert (await call(world, "auth.test", {}, token="xoxb-wrong"))["error"] == "invalid_auth"
    assert (await call(world, "auth.test", {}, token=None))["error"] == "not_authed"
    assert len(world.slack.excuse()) == 1


async def test_membership_is_respected_and_is_no_mistake(world: World) -> None:
    expected = [
        ("chat.postMessage", {"channel": NO_BOT, "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "C0ELSEWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "D0ELSEWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postEphemeral", {"channel": CHANNEL, "user": "U0CARLA", "text": "x"}, "user_not_in_channel"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("chat.update", {"channel": DM, "ts": "1.2", "text": "x"}, "message_not_found"),
    ]
    for method, arguments, error in expected:
        assert (await call(world, method, arguments))["error"] == error
    assert world.slack.violations == []


async def test_only_own_and_lasting_messages_can_be_updated(world: World) -> None:
    await world.slack.say("ana", DM, "hello")
    said = world.slack.sees("ana", DM)[0]["ts"]
    assert (await call(world, "chat.update", {"channel": DM, "ts": said, "text": "x"}))["error"] == (
        "cant_update_message"
    )
    shown = await call(world, "chat.postEphemeral", {"channel": CHANNEL, "user": "U0ANA", "text": "x"})
    update = {"channel": CHANNEL, "ts": shown["message_ts"], "text": "y"}
    assert (await call(world, "chat.update", update))["error"] == "message_not_found"
    assert len(world.slack.excuse()) == 2


async def test_an_upload_of_another_length_than_announced_is_refused(world: World) -> None:
    ticket = await call(world, "files.getUploadURLExternal", {"filename": "a.pdf", "length": 10})
    async with httpx.AsyncClient(trust_env=False) as client:
        for size in (9, 11):
            assert (await client.post(ticket["upload_url"], content=b"x" * size)).status_code == 400
        right = await client.post(ticket["upload_url"], content=b"x" * 10)
        assert right.status_code == 200
    unshared = ticket["file_id"]
    assert world.slack.file(unshared) is None, "nobody sees it before it is shared"
    done = {"files": [{"id": unshared, "title": "a.pdf"}], "channel_id": DM}
    assert (await call(world, "files.completeUploadExternal", done))["ok"]
    assert (await call(world, "files.completeUploadExternal", done))["error"] == "file_not_found"
    assert len(world.slack.excuse()) == 3


async def test_a_token_sent_to_the_file_store_is_remembered(world: World) -> None:
    ticket = await call(world, "files.getUploadURLExternal", {"filename": "a.pdf", "length": 1})
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        assert (await client.post(ticket["upload_url"], content=b"x", headers=headers)).status_code == 400
    assert "token" in world.slack.excuse()[0]


async def test_a_response_url_serves_five_times_and_thirty_minutes(world: World) -> None:
    url = (await world.asked_by_command()).handle["response_url"]
    later = (await world.asked_by_command()).handle["response_url"]
    async with httpx.AsyncClient(trust_env=False) as client:
        statuses = [(await client.post(url, json={"text": "x"})).status_code for _ in range(6)]
        wrong = await client.post(later, json={"text": "x", "colour": "red"})
        world.clock.offset = 30 * 60 + 1
        expired = await client.post(later, json={"text": "x"})
    assert statuses == [200] * 5 + [404]
    assert (wrong.json()["error"], expired.json()["error"]) == ("invalid_arguments", "expired_url")
    assert len(world.slack.excuse()) == 1


async def test_a_response_url_shows_to_the_person_alone_unless_told_otherwise(world: World) -> None:
    url = (await world.asked_by_command()).handle["response_url"]
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.post(url, json={"text": "quiet"})
        await client.post(url, json={"text": "loud", "response_type": "in_channel"})
    assert [message["text"] for message in world.answers_to("ana", CHANNEL)] == ["quiet", "loud"]
    assert [message["text"] for message in world.answers_to("bruno", CHANNEL)] == ["loud"]


async def test_nobody_can_press_a_button_they_do_not_see(world: World) -> None:
    blocks = [{"type": "actions", "elements": [pressable("a-1")]}]
    shown = await call(
        world, "chat.postEphemeral", {"channel": CHANNEL, "user": "U0ANA", "text": "x", "blocks": blocks}
    )
    with pytest.raises(LookupError):
        await world.slack.press("bruno", CHANNEL, shown["message_ts"], "a-1")
    with pytest.raises(LookupError):
        await world.slack.press("ana", CHANNEL, shown["message_ts"], "a-2")
    assert await world.slack.press("ana", CHANNEL, shown["message_ts"], "a-1") == 200


async def test_form_and_query_arguments_are_understood_like_json(world: World) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"{world.slack.own_url}/api/users.info"
        form = await client.post(url, data={"user": "U0ANA", "include_locale": "1"}, headers=headers)
        query = await client.get(f"{url}?user=U0ANA&include_locale=true&token={TOKEN}")
        wrong = await client.get(f"{url}?user=U0ANA&include_locale=perhaps&token={TOKEN}")
    assert form.json() == query.json()
    assert form.json()["user"]["locale"] == "en-US"
    assert wrong.json()["error"] == "invalid_arguments"
    assert len(world.slack.excuse()) == 1


async def test_a_bot_that_takes_too_long_counts_as_timed_out_and_is_asked_again() -> None:
    over = asyncio.Event()

    async def too_late(scope: Any, receive: Any, send: Any) -> None:
        await over.wait()

    seen: list[StageEvent] = []
    async with serving(too_late) as bot_url:
        slack = SlackDouble(
            bot_url=bot_url,
            signing_secret=SECRET,
            bot_token=TOKEN,
            people=(ANA, BRUNO),
            on_event=seen.append,
            patience_seconds=0.2,
        )
        assert await slack.say("ana", DM, "hello") == 504
        await slack.aclose()
        over.set()
    assert [event.kind for event in seen] == ["message"]


async def test_a_bot_that_is_not_there_counts_as_not_reached() -> None:
    slack = SlackDouble(
        bot_url="http://127.0.0.1:9",
        signing_secret=SECRET,
        bot_token=TOKEN,
        people=(ANA,),
        on_event=lambda _: None,
    )
    assert await slack.command("ana", CHANNEL, "PO-1") == 502
    await slack.aclose()


async def test_a_slow_method_takes_its_time_and_a_failing_one_fails_once(world: World) -> None:
    world.slack.slow("auth.test", 0.2)
    world.slack.fail_next("auth.test", "internal_error")
    begun = asyncio.get_running_loop().time()
    assert (await call(world, "auth.test", {}))["error"] == "internal_error"
    assert asyncio.get_running_loop().time() - begun >= 0.2
    world.slack.slow("auth.test", 0)
    assert (await call(world, "auth.test", {}))["team_id"] == "T0CUSTOMER"
    assert world.slack.violations == []

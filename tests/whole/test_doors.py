"""What comes in at the doors: forged requests leave no trace, repeated ones no second answer."""

import asyncio
import hashlib
import hmac
import json
import sqlite3
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bot.demo.events import ANA
from tests.whole.conftest import World

UPDATE = {
    "update_id": 999_000_001,
    "message": {
        "message_id": 1,
        "date": 1_790_000_000,
        "chat": {"id": ANA.telegram_id, "type": "private", "first_name": "Ana"},
        "from": {"id": ANA.telegram_id, "is_bot": False, "first_name": "Ana"},
        "text": "where is PO-7782?",
    },
}
EVENT = {
    "type": "event_callback",
    "team_id": ANA.slack_team,
    "event_id": "EvFORGED",
    "event": {
        "type": "message",
        "channel_type": "im",
        "channel": ANA.slack_dm,
        "user": ANA.slack_user,
        "team": ANA.slack_team,
        "text": "where is PO-7782?",
        "ts": "1790000000.000100",
        "event_ts": "1790000000.000100",
    },
}


def kept(world: World) -> int:
    """How many messages the inbox holds, answered ones included."""
    store = Path(urlsplit(world.show.environment["ORDERBOT_DATABASE_URL"]).path)
    with sqlite3.connect(store.with_name("orderbot-inbox.db")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM workflow_status").fetchone()
    return int(count)


async def post(world: World, path: str, body: bytes, headers: dict[str, str]) -> int:
    url = f"http://127.0.0.1:{world.show.environment['ORDERBOT_PORT']}{path}"
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(url, content=body, headers={"content-type": "application/json", **headers})
    return answer.status_code


def signed(secret: str, body: bytes, at: float) -> dict[str, str]:
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


async def test_t14_a_forged_or_stale_slack_request_is_refused_and_leaves_no_trace(world: World) -> None:
    body, now, before = json.dumps(EVENT).encode(), time.time(), kept(world)
    secret = world.show.environment["ORDERBOT_SLACK_SIGNING_SECRET"]
    refused = [
        {},
        signed("another-secret", body, now),
        signed(secret, body + b" ", now),
        signed(secret, body, now - 301),
        # The clock goes on meanwhile.
        signed(secret, body, now + 330),
        {**signed(secret, body, now), "x-slack-request-timestamp": "yesterday"},
    ]
    assert [await post(world, "/slack/events", body, headers) for headers in refused] == [401] * 6
    assert kept(world) == before
    assert await post(world, "/slack/events", body, signed(secret, body, now)) == 200
    assert kept(world) == before + 1
    # Nobody ever said it in the stand-in's workspace, so there is no thread for its answer.
    slack = world.show.stage.slack
    for _ in range(600):
        if slack.violations:
            break
        await asyncio.sleep(0.05)
    assert ["cannot_reply_to_message" in one for one in slack.excuse()] == [True]


async def test_t14_a_wrong_telegram_secret_is_refused_and_leaves_no_trace(world: World) -> None:
    body, before = json.dumps(UPDATE).encode(), kept(world)
    for headers in (
        {},
        {"x-telegram-bot-api-secret-token": "guess"},
        {"x-telegram-bot-api-secret-token": ""},
    ):
        assert await post(world, "/telegram/webhook", body, headers) == 403
    assert kept(world) == before


async def test_t14_a_slack_event_sent_again_is_answered_once(world: World) -> None:
    slack = world.show.stage.slack
    await world.asks_in_slack(ANA, "help")
    before = slack.sees(ANA.id, ANA.slack_dm)
    assert [await slack.redeliver() for _ in range(3)] == [200] * 3
    await asyncio.sleep(1.5)
    assert slack.sees(ANA.id, ANA.slack_dm) == before


async def test_a_telegram_update_sent_again_is_answered_once(world: World) -> None:
    telegram = world.show.stage.telegram
    await world.asks_in_telegram(ANA, "help")
    before = telegram.sees(ANA.id)
    assert [await telegram.redeliver() for _ in range(3)] == [200] * 3
    await asyncio.sleep(1.5)
    assert telegram.sees(ANA.id) == before


async def test_a_channel_named_after_the_payload_takes_slash_commands(world: World) -> None:
    """Bolt alone loses every command whose form holds the word somewhere."""
    before = len(world.show.stage.slack.sees(ANA.id, "C0ORDERS"))
    assert await world.show.stage.slack.command(ANA.id, "C0ORDERS", "where is payload PO-7782?") == 200
    for _ in range(300):
        seen = world.show.stage.slack.sees(ANA.id, "C0ORDERS")[before:]
        if seen:
            break
        await asyncio.sleep(0.05)
    assert seen[-1]["text"].startswith("Order 104233")
    # Nobody else in the channel sees it.
    assert world.show.stage.slack.sees("bruno", "C0ORDERS")[before:] == []

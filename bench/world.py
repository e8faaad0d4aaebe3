"""Who asks in the benchmark, and how a question travels as each platform's own request."""

import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass

SIGNING_SECRET = "bench-signing-secret"  # noqa: S105 - loopback only
SLACK_TOKEN = "xoxb-bench"  # noqa: S105
TELEGRAM_TOKEN = "4242424242:AAbench-telegram-token-0123456789abcd"  # noqa: S105
WEBHOOK_SECRET = "bench-webhook-secret"  # noqa: S105
NUMBER = re.compile(r"\b7\d{6}\b")
"""An order that is asked about: another one each time, or after many others."""
COMPANY = 55
"""The company that everybody who asks belongs to, by its key in the ERP."""
PEOPLE = 200
"""Conversations that ask in turn; each is answered in order, all of them side by side."""


@dataclass(frozen=True)
class Post:
    path: str
    headers: dict[str, str]
    body: bytes


def slack_question(index: int, number: str, said_at: float | None = None, *, again: int = 0) -> Post:
    """A direct message to the bot, signed as Slack signs it; `again` tells it from others about the order.

    One that Slack sends again was said at the same Unix time, and is signed anew.
    """
    person = index % PEOPLE
    now = time.time()
    said_at = now if said_at is None else said_at
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": "T1",
            "api_app_id": "A1",
            "event_id": f"Ev{again}{number}",
            "event_time": int(said_at),
            "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}],
            "event": {
                "type": "message",
                "channel_type": "im",
                "channel": f"D{person:05}",
                "user": f"U{person:05}",
                "team": "T1",
                "text": f"where is {number}?",
                "ts": f"{said_at:.6f}",
                "event_ts": f"{said_at:.6f}",
            },
        }
    ).encode()
    stamp = str(int(now))
    signature = hmac.new(SIGNING_SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    headers = {
        "content-type": "application/json",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={signature.hexdigest()}",
    }
    return Post("/slack/events", headers, body)


def telegram_question(index: int, number: str, *, again: int = 0) -> Post:
    """A private message to the bot, as the webhook brings it; `again` tells apart those about one order."""
    update = int(f"{again}{number}")
    person = 1000 + index % PEOPLE
    sender = {"id": person, "is_bot": False, "first_name": "Bench", "language_code": "en"}
    body = json.dumps(
        {
            "update_id": update,
            "message": {
                "message_id": update,
                "date": int(time.time()),
                "chat": {"id": person, "type": "private", "first_name": "Bench"},
                "from": sender,
                "text": f"where is {number}?",
            },
        }
    ).encode()
    headers = {
        "content-type": "application/json",
        "x-telegram-bot-api-secret-token": WEBHOOK_SECRET,
    }
    return Post("/telegram/webhook", headers, body)

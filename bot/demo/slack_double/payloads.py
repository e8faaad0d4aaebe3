"""What Slack sends to an app, in Slack's shapes.

Sources: https://docs.slack.dev/apis/events-api,
https://docs.slack.dev/interactivity/implementing-slash-commands and
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

from bot.demo.events import Person
from bot.demo.slack_double.workspace import APP_ID, BOT_USER, TEAM, Posted

_MENTION = re.compile(f"<@{BOT_USER}>")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"https?://[^\s<>|]+")


def typed(text: str) -> str:
    """Text as Slack hands it over: escaped, mail addresses and links marked up, mentions as ids."""

    def escaped(part: str) -> str:
        part = part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        part = _URL.sub(lambda found: f"<{found[0]}>", part)
        return _MAIL.sub(lambda found: f"<mailto:{found[0]}|{found[0]}>", part)

    return f"<@{BOT_USER}>".join(escaped(part) for part in _MENTION.split(text))


def mentions_bot(text: str) -> bool:
    return bool(_MENTION.search(text))


def event_callback(event: Mapping[str, Any], *, shared: bool = False) -> dict[str, Any]:
    return {
        "token": "verification-token-long-deprecated",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": dict(event),
        "type": "event_callback",
        "event_id": "Ev0" + secrets.token_hex(5).upper(),
        "event_time": int(float(event["event_ts"])),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": "4-" + secrets.token_urlsafe(24),
    }


def spoken(person: Person, posted: Posted) -> dict[str, Any]:
    """The event of a message a person wrote: `message.im`, or `app_mention` in a channel."""
    direct = posted.channel.startswith("D")
    event = {
        **posted.message,
        "type": "message" if direct else "app_mention",
        "channel": posted.channel,
        "event_ts": posted.ts,
    }
    if direct:
        event["channel_type"] = "im"
    if person.slack_team != TEAM:
        event |= {"user_team": person.slack_team, "source_team": person.slack_team}
    return event_callback(event, shared=person.slack_team != TEAM)


def slash_command(
    person: Person, channel: str, channel_name: str, command: str, text: str, response_url: str
) -> dict[str, str]:
    return {
        "token": "verification-token-long-deprecated",
        "team_id": person.slack_team,
        "team_domain": "customer",
        "channel_id": channel,
        "channel_name": "directmessage" if channel.startswith("D") else channel_name,
        "user_id": person.slack_user,
        "user_name": person.id,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": _trigger_id(),
    }


def block_actions(
    person: Person,
    posted: Posted,
    button: Mapping[str, Any],
    *,
    action_ts: str,
    channel_name: str,
    response_url: str,
) -> dict[str, Any]:
    """A pressed button. Of an ephemeral message Slack sends the container alone."""
    ephemeral = posted.only_for is not None
    thread = {"thread_ts": posted.message["thread_ts"]} if "thread_ts" in posted.message else {}
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {
            "id": person.slack_user,
            "username": person.id,
            "name": person.id,
            "team_id": person.slack_team,
        },
        "api_app_id": APP_ID,
        "token": "verification-token-long-deprecated",
        "container": {
            "type": "message",
            "message_ts": posted.ts,
            "channel_id": posted.channel,
            "is_ephemeral": ephemeral,
            **thread,
        },
        "trigger_id": _trigger_id(),
        "team": {"id": TEAM, "domain": "customer"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": posted.channel, "name": channel_name},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [{**button, "action_ts": action_ts}],
    }
    return payload if ephemeral else payload | {"message": posted.message}


def _trigger_id() -> str:
    return f"{time.time_ns() // 1000}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"

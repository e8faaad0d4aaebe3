"""What Slack sends to an app, in Slack's shapes.

Sources: https://docs.slack.dev/apis/events-api,
https://docs.slack.dev/reference/events/user_change,
https://docs.slack.dev/reference/events/member_joined_channel,
https://docs.slack.dev/interactivity/implementing-slash-commands and
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

from bot.demo.events import Person
from bot.demo.slack_double.workspace import APP_ID, BOT_USER, CUSTOMER, Posted, Team

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"https?://[^\s<>|]+")


def typed(text: str, mentions: Mapping[str, str]) -> str:
    """Text as Slack hands it over: escaped, mail addresses and links marked up, mentions as ids.

    `mentions` says what a name after "@" becomes; what it may become is taken as it is.
    """

    def escaped(part: str) -> str:
        part = part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        part = _URL.sub(lambda found: f"<{found[0]}>", part)
        return _MAIL.sub(lambda found: f"<mailto:{found[0]}|{found[0]}>", part)

    names = "|".join(re.escape(name) for name in sorted(mentions, key=len, reverse=True))
    tokens = "|".join(re.escape(token) for token in set(mentions.values()))
    pieces = re.split(rf"({tokens}|(?<![\w.+-])@(?:{names})(?!\w))", text, flags=re.IGNORECASE)
    # The pattern is one group, so every second piece is a mention.
    return "".join(
        (mentions.get(piece[1:].lower(), piece) if at % 2 else escaped(piece))
        for at, piece in enumerate(pieces)
    )


def typed_in_command(text: str, mentions: Mapping[str, str]) -> str:
    """The text of a command of an app that wants it escaped: each mention carries its name."""
    names = {token: name for name, token in mentions.items() if " " not in name}
    return re.sub(
        r"<[@!][^<>|]+>",
        lambda found: f"{found[0][:-1]}|{names[found[0]]}>" if found[0] in names else found[0],
        typed(text, mentions),
    )


def mentions_bot(text: str, bot_user: str = BOT_USER) -> bool:
    return f"<@{bot_user}>" in text


def event_callback(
    event: Mapping[str, Any], *, shared: bool = False, team: Team = CUSTOMER
) -> dict[str, Any]:
    return {
        "token": "verification-token-long-deprecated",
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": dict(event),
        "type": "event_callback",
        "event_id": "Ev0" + secrets.token_hex(5).upper(),
        "event_time": int(float(event["event_ts"])),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team.id,
                "user_id": team.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": "4-" + secrets.token_urlsafe(24),
    }


def spoken(person: Person, posted: Posted, *, shared: bool = False, team: Team = CUSTOMER) -> dict[str, Any]:
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
    if person.slack_team != team.id:
        event |= {"user_team": person.slack_team, "source_team": person.slack_team}
    return event_callback(event, shared=shared or person.slack_team != team.id, team=team)


def user_changed(user: Mapping[str, Any], event_ts: str, *, team: Team = CUSTOMER) -> dict[str, Any]:
    """The event of a changed account; `user` is as `users.info` tells it now."""
    cache_ts = int(float(event_ts))
    event = {"type": "user_change", "user": dict(user), "cache_ts": cache_ts, "event_ts": event_ts}
    return event_callback(event, team=team)


def joined(
    person: Person, channel: str, event_ts: str, *, private: bool, shared: bool, team: Team = CUSTOMER
) -> dict[str, Any]:
    """The event of somebody who came to a channel."""
    event = {
        "type": "member_joined_channel",
        "user": person.slack_user,
        "channel": channel,
        "channel_type": "G" if private else "C",
        "team": person.slack_team,
        "event_ts": event_ts,
    }
    return event_callback(event, shared=shared, team=team)


def slash_command(
    person: Person,
    channel: str,
    channel_name: str,
    command: str,
    text: str,
    response_url: str,
    *,
    team: Team = CUSTOMER,
) -> dict[str, str]:
    return {
        "token": "verification-token-long-deprecated",
        "team_id": person.slack_team,
        "team_domain": team.domain,
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
    team: Team = CUSTOMER,
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
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": posted.channel, "name": channel_name},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [{**button, "action_ts": action_ts}],
    }
    return payload if ephemeral else payload | {"message": posted.message}


def acted(element: Mapping[str, Any], option: str = "") -> dict[str, Any]:
    """What Slack tells of an element somebody used: a button as it is, of a menu the choice alone.

    Raises LookupError for a choice that is not offered, and a menu of which nothing is chosen.
    """
    if element["type"] != "overflow":
        if option:
            raise LookupError(f"{element['type']} offers no choice")
        return dict(element)
    chosen = next((one for one in element["options"] if one["value"] == option), None)
    if chosen is None:
        raise LookupError(f"{option or 'nothing'} is not among the choices")
    kept = {name: element[name] for name in ("type", "action_id", "block_id")}
    return {**kept, "selected_option": chosen}


def _trigger_id() -> str:
    return f"{time.time_ns() // 1000}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"

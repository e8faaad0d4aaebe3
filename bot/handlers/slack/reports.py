"""What Slack reports of people and channels, read once: nobody spoke, and nobody is answered."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.chat.messages import Happened, Message
from bot.chat.people import ChatUser, Conversation, Platform
from bot.handlers.slack.events import installation_of, installed_place
from bot.handlers.slack.membership import home_of, seen_in
from bot.handlers.slack.places import Place

Payload = Mapping[str, Any]


def person_changed(body: Payload) -> Message | None:
    """A `user_change` event: somebody was deactivated, made a guest, confirmed their address, renamed.

    Source: https://docs.slack.dev/reference/events/user_change
    """
    event = body["event"]
    profile = event.get("user")
    if not isinstance(profile, Mapping) or not isinstance(profile.get("id"), str):
        return None
    home = home_of(profile)
    if home is None:
        structlog.get_logger().warning("slack_report_ignored", reason="person_without_team")
        return None
    user = ChatUser(Platform.SLACK, profile["id"], home)
    seen = seen_in(profile, user)
    return _report(
        body,
        user,
        Conversation(Platform.SLACK, f"report:{user.user_id}", home),
        Happened("seen", {"standing": seen.standing.value, "name": seen.name}),
    )


def somebody_joined(body: Payload) -> Message | None:
    """A `member_joined_channel` event: whoever ties channels to companies may want to know.

    Source: https://docs.slack.dev/reference/events/member_joined_channel
    """
    event = body["event"]
    user, channel, team = event.get("user"), event.get("channel"), event.get("team") or body.get("team_id")
    if not (isinstance(user, str) and isinstance(channel, str) and isinstance(team, str)):
        return None
    place = Conversation(Platform.SLACK, channel, str(body.get("team_id") or team), private=False)
    return _report(body, ChatUser(Platform.SLACK, user, team), place, Happened("joined"))


def app_removed(body: Payload) -> Message | None:
    """An `app_uninstalled` event, or a `tokens_revoked` one that names the bot's own token.

    Source: https://docs.slack.dev/reference/events/tokens_revoked
    """
    event = body["event"]
    if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
        return None
    place = installed_place(installation_of(body))
    if not place:
        return None
    user = ChatUser(Platform.SLACK, "USLACKBOT", place)
    return _report(body, user, Conversation(Platform.SLACK, f"report:{place}", place), Happened("removed"))


def _report(body: Payload, user: ChatUser, place: Conversation, happened: Happened) -> Message:
    handle = Place(kind="report", channel=place.id, user=user.user_id, private=place.private).handle()
    stamp = str(body["event"].get("event_ts") or body.get("event_time") or "0")
    return Message(
        id=f"slack:ev:{stamp:0>19}:{body['event_id']}",
        sender=user,
        conversation=place,
        content=happened,
        received_at=datetime.now(UTC),
        handle=handle,
    )

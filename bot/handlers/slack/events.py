"""What Slack sends, read once: a payload becomes a Message, or None when it is not for the bot."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.chat.messages import Asked, Commanded, Content, Message, Pressed
from bot.chat.people import ChatUser, Conversation, Platform
from bot.handlers.slack.places import RESPONSE_URL_SECONDS, Kind, Place, spoken_in
from bot.handlers.slack.text import said

TEXT_LIMIT = 4000
"""More than anybody types; keeps a pasted file out of the store."""

_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})

Payload = Mapping[str, Any]


def direct_message(body: Payload) -> Message | None:
    """A `message.im` event. Other channels are heard through mentions alone.

    So one post never comes in twice, although Slack sends a mention in a channel as a message too to
    an app that subscribed to both.
    """
    event = body["event"]
    if event.get("channel_type") != "im" or not _is_a_person_speaking(body):
        return None
    # Slack's agent view makes a thread of each message; the status line and the answer belong in it.
    thread = event.get("thread_ts") or event["ts"]
    return _from_event(body, kind="message", private=True, thread_ts=thread)


def mention(body: Payload) -> Message | None:
    """An `app_mention` event in a channel; in a direct chat the message itself is heard."""
    event = body["event"]
    if event["channel"].startswith("D") or not _is_a_person_speaking(body):
        return None
    return _from_event(body, kind="mention", private=False, thread_ts=event.get("thread_ts") or "")


def command(body: Payload) -> Message | None:
    """A slash command; without text it asks for help."""
    sender = sender_of(
        user=body["user_id"],
        team=body.get("team_id"),
        installed=body.get("team_id"),
        enterprise=body.get("enterprise_id"),
        external=False,
    )
    if sender is None:
        return None
    now = datetime.now(UTC)
    channel, trigger = body["channel_id"], body["trigger_id"]
    place = Place(
        kind="command",
        channel=channel,
        user=body["user_id"],
        private=channel.startswith("D"),
        response_url=body["response_url"],
        response_until=now.timestamp() + RESPONSE_URL_SECONDS,
    )
    return message_at(
        id=f"slack:cmd:{trigger.partition('.')[0]:0>20}:{trigger}",
        sender=sender,
        place=place,
        workspace=installed_place(body),
        content=_asked(said(body.get("text") or "")),
        received_at=now,
    )


def button(body: Payload) -> Message | None:
    """A press of a button (`block_actions`). Whoever can see a button can press it, guests of other
    companies too, so the sender is the person who pressed, never the one it was meant for."""
    action, user = body["actions"][0], body["user"]
    team = body.get("team") or {}
    enterprise = body.get("enterprise") or {}
    installed = team.get("id") or enterprise.get("id")
    home = user.get("team_id")
    sender = sender_of(
        user=user["id"],
        team=home,
        installed=installed,
        # bolt-js#935: the enterprise of the payload can be the installing one, not the person's.
        enterprise=enterprise.get("id") if home == installed else None,
        external=home != installed,
    )
    reference = _reference_in(action)
    if sender is None or not reference:
        return None
    now = datetime.now(UTC)
    return message_at(
        id=f"slack:act:{sortable(action['action_ts'])}:{body['trigger_id']}",
        sender=sender,
        place=_pressed_at(body, user["id"], now),
        workspace=(enterprise.get("id") if body.get("is_enterprise_install") is True else None)
        or installed
        or "",
        content=Pressed(reference),
        received_at=now,
    )


def _reference_in(action: Payload) -> str:
    """What a button carries, or the choice of an overflow menu; nothing for one that opens an address."""
    chosen = action.get("selected_option")
    value = chosen.get("value") if isinstance(chosen, Mapping) else action.get("value")
    return value if isinstance(value, str) else ""


def is_of_home(body: Payload) -> bool:
    """Whether a button was pressed in the App Home, where there is no room for its answer."""
    view = body.get("view")
    return isinstance(view, Mapping) and view.get("type") == "home"


def _pressed_at(body: Payload, user: str, now: datetime) -> Place:
    """Where a button was pressed: in a message, in an open modal, or where its answer has no room."""
    container, view = body["container"], body.get("view") or {}
    channel = container.get("channel_id")
    if not isinstance(channel, str) or container.get("type") == "view":
        open_modal = view.get("type") == "modal"
        return Place(
            kind="view" if open_modal else "notice",
            channel="",
            user=user,
            private=True,
            view=str(view.get("id") or "") if open_modal else "",
        )
    return Place(
        kind="button",
        channel=channel,
        user=user,
        private=channel.startswith("D"),
        thread_ts=container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or "",
        response_url=body.get("response_url") or "",
        response_until=now.timestamp() + RESPONSE_URL_SECONDS,
        pressed_ts=str(container.get("message_ts") or ""),
        ephemeral=bool(container.get("is_ephemeral")),
    )


def _from_event(body: Payload, *, kind: Kind, private: bool, thread_ts: str) -> Message | None:
    event, installed = body["event"], installation_of(body)
    sender = sender_of(
        user=event["user"],
        team=event.get("user_team") or event.get("team"),
        installed=installed.get("team_id"),
        enterprise=installed.get("enterprise_id"),
        external=bool(body.get("is_ext_shared_channel")),
    )
    if sender is None:
        return None
    channel, thread = event["channel"], event.get("thread_ts")
    text = said(event.get("text") or "", installed.get("user_id") or "")
    return Message(
        id=f"slack:ev:{sortable(event.get('event_ts') or event['ts'])}:{body['event_id']}",
        sender=sender,
        conversation=Conversation(
            Platform.SLACK,
            channel,
            installed_place(installed),
            thread=thread or thread_ts or None,
            private=private,
        ),
        content=_asked(text),
        received_at=datetime.now(UTC),
        begins=event["ts"] if thread in (None, event["ts"]) else "",
        handle=spoken_in(
            kind=kind, channel=channel, user=event["user"], private=private, thread_ts=thread_ts
        ),
    )


def message_at(
    *,
    id: str,
    sender: ChatUser,
    place: Place,
    workspace: str,
    content: Content,
    received_at: datetime,
) -> Message:
    """Every answer is for the sender alone: plain in a direct chat, ephemeral anywhere else."""
    return Message(
        id=id,
        sender=sender,
        conversation=Conversation(
            Platform.SLACK,
            place.channel or f"@{place.user}",
            workspace,
            thread=place.thread_ts or None,
            private=place.private,
        ),
        content=content,
        received_at=received_at,
        handle=place.handle(),
    )


def _asked(text: str) -> Content:
    return Asked(text[:TEXT_LIMIT]) if text else Commanded("help")


def _is_a_person_speaking(body: Payload) -> bool:
    """Not a bot, an edit, a deletion, a join and so on; Slack sends all of those as messages too."""
    event = body["event"]
    return (
        event.get("subtype") in _SPOKEN
        and not event.get("bot_id")
        and not event.get("edited")
        and bool(event.get("user"))
        and event["user"] not in ("USLACKBOT", installation_of(body).get("user_id"))
    )


def installation_of(body: Payload) -> Payload:
    """Which of the installations of this app the event is for."""
    authorizations = body.get("authorizations") or ()
    return authorizations[0] if authorizations else body


def installed_place(installation: Payload) -> str:
    """Where the app is installed: the organisation of an org-wide installation, else the workspace.

    In a command `is_enterprise_install` is text.
    """
    if installation.get("is_enterprise_install") in (True, "true") and installation.get("enterprise_id"):
        return str(installation["enterprise_id"])
    return str(installation.get("team_id") or "")


def sender_of(
    *, user: str, team: str | None, installed: str | None, enterprise: str | None, external: bool
) -> ChatUser | None:
    """Who speaks, by their own organisation: an enterprise where there is one, else a team.

    In a channel shared with another company the team of the event is not the speaker's. Who cannot be
    placed is not heard: half an identity must never be linked to a company.
    """
    home = team or (None if external else installed)
    if not home:
        structlog.get_logger().warning("slack_message_ignored", reason="sender_without_team")
        return None
    if enterprise and (home == installed or not external):
        home = enterprise
    return ChatUser(Platform.SLACK, user, home)


def sortable(ts: str) -> str:
    """A moment of Slack's such that texts sort as the moments do."""
    seconds, _, fraction = ts.partition(".")
    return f"{seconds:0>12}.{fraction:0<6}"

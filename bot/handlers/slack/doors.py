"""What Slack sends from shortcuts, modals, the App Home and posted addresses, read once into a Message."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.chat.messages import Commanded, Content, Message, Opened, Posted, Searched
from bot.chat.people import ChatUser, Conversation, Platform
from bot.handlers.slack.events import (
    TEXT_LIMIT,
    installation_of,
    installed_place,
    message_at,
    sender_of,
    sortable,
)
from bot.handlers.slack.links import OrderLinks
from bot.handlers.slack.places import RESPONSE_URL_SECONDS, Place, home
from bot.handlers.slack.text import said
from bot.handlers.slack.windows import SEARCH, read_form

Payload = Mapping[str, Any]
FIND_ORDERS, LOOK_UP_MESSAGE = "find_orders", "look_up_message"
"""The `callback_id` of the global shortcut, and of the one on messages."""
_LONGEST_NUMBER = 60
_MOST_LINKS = 10


def person_of(body: Payload) -> tuple[ChatUser, str] | None:
    """Who acts in an interaction, and the workspace of ours it is for; None for who cannot be placed.

    Guests of other companies interact too, so the person is told by their own team.
    """
    user, team, view = body["user"], body.get("team") or {}, body.get("view") or {}
    enterprise = (body.get("enterprise") or {}).get("id")
    # bolt-js#1614: of a modal the installed team is told by the view, not by the payload.
    installed = view.get("app_installed_team_id") or team.get("id") or enterprise
    home_team = user.get("team_id") or team.get("id")
    sender = sender_of(
        user=user["id"],
        team=home_team,
        installed=installed,
        enterprise=enterprise if home_team == installed else None,
        external=home_team != installed,
    )
    place = enterprise if body.get("is_enterprise_install") is True else installed
    return (sender, place or "") if sender is not None else None


def message_shortcut(body: Payload) -> Message | None:
    """ "Look up the orders in this message": the words are somebody else's, only their numbers count.

    It works where the bot is no member, so the answer goes to the response_url, in the message's thread.
    """
    person = person_of(body)
    if person is None or body.get("callback_id") != LOOK_UP_MESSAGE:
        return None
    user, workspace = person
    now, message, channel = datetime.now(UTC), body["message"], body["channel"]["id"]
    place = Place(
        kind="shortcut",
        channel=channel,
        user=user.user_id,
        private=channel.startswith("D"),
        thread_ts=message.get("thread_ts") or "",
        response_url=body.get("response_url") or "",
        response_until=now.timestamp() + RESPONSE_URL_SECONDS,
    )
    return message_at(
        id=f"slack:act:{sortable(str(body['action_ts']))}:{body['trigger_id']}",
        sender=user,
        place=place,
        workspace=workspace,
        content=Commanded("lookup", _words(message)[:TEXT_LIMIT]),
        received_at=now,
    )


def not_opened(body: Payload, user: ChatUser, workspace: str) -> Message:
    """The global shortcut whose form Slack did not open: help, in the direct chat."""
    place = Place(kind="notice", channel="", user=user.user_id, private=True)
    return message_at(
        id=f"slack:act:{sortable(str(body.get('action_ts') or '0'))}:{body.get('trigger_id')}",
        sender=user,
        place=place,
        workspace=workspace,
        content=Commanded("help"),
        received_at=datetime.now(UTC),
    )


def submitted(body: Payload) -> Message | None:
    """The search form, sent. Its answer fills the same modal."""
    view, person = body["view"], person_of(body)
    if person is None or view.get("callback_id") != SEARCH:
        return None
    form = read_form(view)
    number = f"{view['id']}:{view.get('hash', '')}"
    return _at_view(body, person, view["id"], f"slack:view:{_tick(body)}:{number}", form)


def opened_home(body: Payload) -> Message | None:
    """The App Home or the messages tab, opened. Slack tells of both with one event."""
    event = body["event"]
    tab, user, channel = event.get("tab"), event.get("user"), event.get("channel")
    sender = _event_sender(body, user)
    if sender is None or tab not in ("home", "messages"):
        return None
    view = event.get("view")
    place = Place(
        kind="home" if tab == "home" else "chat",
        channel=channel if isinstance(channel, str) else "",
        user=sender.user_id,
        private=True,
        hash=str(view.get("hash") or "") if isinstance(view, Mapping) else "",
    )
    return _of_event(body, sender, place, home(sender)[0].id, Opened("home" if tab == "home" else "chat"))


def link_shared(body: Payload, links: OrderLinks) -> Message | None:
    """Addresses of orders that somebody posted, or is about to. Nothing in them is asked for."""
    event = body["event"]
    channel, user = event.get("channel"), event.get("user")
    posted = [one.get("url") for one in event.get("links") or () if isinstance(one, Mapping)][:_MOST_LINKS]
    numbers = {
        url: number for url in posted if isinstance(url, str) and (number := links.number_in(url)) is not None
    }
    if not numbers or not isinstance(user, str):
        return None
    # Nothing is decided by who posted it, so a guest who cannot be placed is as good as anybody.
    sender = _event_sender(body, user) or ChatUser(Platform.SLACK, user, str(body.get("team_id") or ""))
    place = Place(
        kind="link",
        channel=str(channel or ""),
        user=user,
        private=False,
        message_ts=str(event.get("message_ts") or ""),
        unfurl_id=str(event.get("unfurl_id") or ""),
        source=str(event.get("source") or ""),
    )
    return _of_event(body, sender, place, f"link@{user}", Posted(numbers))


def details_requested(body: Payload, links: OrderLinks) -> Message | None:
    """Somebody opened the pane beside a posted address: it is filled for them alone, in their right."""
    event = body["event"]
    user = event.get("user")
    sender = _event_sender(body, user)
    if sender is None and isinstance(user, str) and user:
        # In a shared channel Slack does not say whose workspace this is: it is asked before this is kept.
        # Whom it does not tell of is nobody's, and the pane says that there is nothing for them here.
        sender = ChatUser(Platform.SLACK, user, "")
    url = event.get("app_unfurl_url") or (event.get("link") or {}).get("url") or event.get("entity_url") or ""
    reference = event.get("external_ref") or {}
    number = reference.get("id") if isinstance(reference, Mapping) else None
    if sender is None or not isinstance(url, str) or links.number_in(url) is None:
        return None
    if not isinstance(number, str) or not 0 < len(number) <= _LONGEST_NUMBER:
        return None
    place = Place(
        kind="details",
        channel="",
        user=sender.user_id,
        private=True,
        trigger=str(event.get("trigger_id") or ""),
        url=url,
        number=number,
    )
    return _of_event(body, sender, place, f"details@{sender.user_id}", Searched(number=number))


def _at_view(body: Payload, person: tuple[ChatUser, str], view_id: str, id: str, content: Content) -> Message:
    user, workspace = person
    place = Place(kind="view", channel="", user=user.user_id, private=True, view=view_id)
    return Message(
        id=id,
        sender=user,
        conversation=Conversation(Platform.SLACK, f"@{user.user_id}", workspace),
        content=content,
        received_at=datetime.now(UTC),
        handle=place.handle(),
    )


def _of_event(body: Payload, sender: ChatUser, place: Place, where: str, content: Content) -> Message:
    stamp = str(body["event"].get("event_ts") or body.get("event_time") or "0")
    return Message(
        id=f"slack:ev:{sortable(stamp)}:{body['event_id']}",
        sender=sender,
        conversation=Conversation(Platform.SLACK, where, installed_place(installation_of(body))),
        content=content,
        received_at=datetime.now(UTC),
        handle=place.handle(),
    )


def _event_sender(body: Payload, user: object) -> ChatUser | None:
    """Somebody of the workspace the event is for; these events tell no team of their own."""
    if not isinstance(user, str) or not user:
        return None
    event, installed = body["event"], installation_of(body)
    return sender_of(
        user=user,
        team=event.get("user_team") or event.get("team"),
        installed=installed.get("team_id"),
        enterprise=installed.get("enterprise_id"),
        external=bool(body.get("is_ext_shared_channel")),
    )


def _words(message: Payload) -> str:
    """The text of a message, and of what is attached to it; blocks repeat the text."""
    texts = [message.get("text")]
    for attached in message.get("attachments") or ():
        if isinstance(attached, Mapping):
            texts += [attached.get(name) for name in ("title", "text", "fallback")]
    return said(" \n".join(text for text in texts if isinstance(text, str)))


def _tick(body: Payload) -> str:
    return f"{str(body.get('trigger_id') or '').partition('.')[0]:0>20}"

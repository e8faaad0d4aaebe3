"""What Slack sends to an app from shortcuts, modals, the App Home and posted addresses, in Slack's shapes.

Sources: https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload,
https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload,
https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload,
https://docs.slack.dev/reference/events/app_home_opened,
https://docs.slack.dev/reference/events/link_shared and
https://docs.slack.dev/reference/events/entity_details_requested
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.demo.events import Person
from bot.demo.slack_double.payloads import event_callback
from bot.demo.slack_double.windows import Window
from bot.demo.slack_double.workspace import APP_ID, Posted, Team

Payload = dict[str, Any]


def global_shortcut(person: Person, callback_id: str, *, team: Team, trigger: str, at: str) -> Payload:
    return {
        "type": "shortcut",
        **_interaction(person, team),
        "callback_id": callback_id,
        "trigger_id": trigger,
        "action_ts": at,
    }


def message_shortcut(
    person: Person,
    callback_id: str,
    posted: Posted,
    *,
    channel_name: str,
    response_url: str,
    team: Team,
    trigger: str,
    at: str,
) -> Payload:
    return {
        "type": "message_action",
        **_interaction(person, team),
        "callback_id": callback_id,
        "trigger_id": trigger,
        "action_ts": at,
        "response_url": response_url,
        "message_ts": posted.ts,
        "message": posted.message,
        "channel": {"id": posted.channel, "name": channel_name},
    }


def suggestion(
    person: Person, window: Window, block_id: str, action_id: str, typed: str, team: Team
) -> Payload:
    return {
        "type": "block_suggestion",
        **_interaction(person, team),
        "action_id": action_id,
        "block_id": block_id,
        "value": typed,
        "container": {"type": "view", "view_id": window.id},
        "view": _shown(window, team),
    }


def submission(
    person: Person, window: Window, values: Mapping[str, Any], *, team: Team, trigger: str
) -> Payload:
    view = _shown(window, team) | {"state": {"values": dict(values)}}
    return {
        "type": "view_submission",
        **_interaction(person, team),
        "trigger_id": trigger,
        "view": view,
        "response_urls": [],
    }


def view_actions(
    person: Person, window: Window, element: Mapping[str, Any], *, team: Team, trigger: str, at: str
) -> Payload:
    """A button pressed in a modal or in the App Home."""
    return {
        "type": "block_actions",
        **_interaction(person, team),
        "container": {"type": "view", "view_id": window.id},
        "trigger_id": trigger,
        "view": _shown(window, team) | {"state": {"values": {}}},
        "actions": [{**element, "action_ts": at}],
    }


def pane_actions(
    person: Person,
    entity: Mapping[str, Any],
    element: Mapping[str, Any],
    *,
    team: Team,
    trigger: str,
    at: str,
) -> Payload:
    """A button pressed in the pane beside an address. Nothing is posted there, so no channel is named."""
    return {
        "type": "block_actions",
        **_interaction(person, team),
        "container": {
            "type": "entity_detail",
            "entity_url": entity["url"],
            "app_unfurl_url": entity["app_unfurl_url"],
            "external_ref": dict(entity["external_ref"]),
        },
        "trigger_id": trigger,
        "actions": [{**element, "action_ts": at}],
    }


def home_opened(person: Person, tab: str, event_ts: str, *, team: Team, window: Window | None) -> Payload:
    event: Payload = {
        "type": "app_home_opened",
        "user": person.slack_user,
        "channel": person.slack_dm,
        "tab": tab,
        "event_ts": event_ts,
    }
    if tab == "home" and window is not None:
        event["view"] = _shown(window, team)
    return event_callback(event, team=team)


def link_shared(
    person: Person, posted: Posted, urls: Sequence[str], event_ts: str, *, shared: bool, team: Team
) -> Payload:
    event = {
        "type": "link_shared",
        "user": person.slack_user,
        "channel": posted.channel,
        "message_ts": posted.ts,
        "unfurl_id": f"{posted.channel}.{posted.ts}.unfurl",
        "source": "conversations_history",
        "is_bot_user_member": True,
        "links": [{"url": url, "domain": urlsplit(url).hostname} for url in urls],
        "event_ts": event_ts,
    }
    if "thread_ts" in posted.message:
        event["thread_ts"] = posted.message["thread_ts"]
    return event_callback(event, shared=shared, team=team)


def details_requested(
    person: Person,
    posted: Posted,
    entity: Mapping[str, Any],
    event_ts: str,
    *,
    shared: bool,
    team: Team,
    trigger: str,
) -> Payload:
    url = entity["app_unfurl_url"]
    event = {
        "type": "entity_details_requested",
        "user": person.slack_user,
        "external_ref": dict(entity["external_ref"]),
        "entity_url": entity["url"],
        "app_unfurl_url": url,
        "link": {"url": url, "domain": urlsplit(url).hostname},
        "channel": posted.channel,
        "message_ts": posted.ts,
        "trigger_id": trigger,
        "user_locale": person.locale,
        "event_ts": event_ts,
    }
    if person.slack_team != team.id:
        event["user_team"] = person.slack_team
    return event_callback(event, shared=shared, team=team)


def _interaction(person: Person, team: Team) -> Payload:
    return {
        "token": "verification-token-long-deprecated",
        "api_app_id": APP_ID,
        "team": {"id": team.id, "domain": team.domain},
        "user": {
            "id": person.slack_user,
            "username": person.id,
            "name": person.id,
            "team_id": person.slack_team,
        },
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _shown(window: Window, team: Team) -> Payload:
    return {**window.view, "team_id": team.id, "app_id": APP_ID, "app_installed_team_id": team.id}

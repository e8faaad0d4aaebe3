"""The app manifest to paste at https://api.slack.com/apps → Create New App → From a manifest."""

from typing import Any

EVENTS_PATH = "/slack/events"

BOT_SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
)
"""Mentions; the status line; who is in a public channel that is to be tied to a company; answers; the
slash command; documents; the same of private channels; direct messages; opening the direct chat for a
document or a notice; who is in a user group named as staff; language, time zone, and whether somebody is
still a full member."""

BOT_EVENTS = (
    "app_mention",
    "app_uninstalled",
    "member_joined_channel",
    "message.im",
    "tokens_revoked",
    "user_change",
)
"""Questions in channels; the app was removed; somebody came to a tied channel; questions in direct chats;
its token was revoked; somebody was deactivated or made a guest."""


def manifest(public_url: str, command: str = "/order", *, name: str = "Orders") -> dict[str, Any]:
    """The manifest of an app that asks for no more than this bot uses.

    `public_url` is where Slack reaches the bot, such as `https://orders.example.com`.
    Source: https://docs.slack.dev/reference/app-manifest
    """
    if not public_url.startswith("https://"):
        raise ValueError("Slack sends to https addresses only, such as https://orders.example.com.")
    if not command.startswith("/") or not 2 <= len(command) <= 32:
        raise ValueError("A slash command is / and at most 31 characters, such as /order.")
    url = public_url.rstrip("/") + EVENTS_PATH
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": name[:35],
            "description": "Order status, tracking and invoices, for you alone.",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name[:80], "always_online": True},
            "agent_view": {
                "agent_description": "Ask about an order by any of its numbers, or for its invoice.",
                "suggested_prompts": [
                    {"title": "What is still open?", "message": "open orders"},
                    {"title": "My latest orders", "message": "last 5 orders"},
                    {"title": "What can you do?", "message": "help"},
                ],
            },
            "slash_commands": [
                {
                    "command": command,
                    "url": url,
                    "description": "Where is my order? Only you see the answer.",
                    "usage_hint": "PO-7782 | open orders | invoice of PO-7782",
                    # Mentions come with ids, not as names that anybody may take.
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(BOT_SCOPES)}},
        "settings": {
            "event_subscriptions": {"request_url": url, "bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True, "request_url": url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }

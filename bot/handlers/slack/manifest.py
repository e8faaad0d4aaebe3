"""The app manifest to paste at https://api.slack.com/apps → Create New App → From a manifest."""

from collections.abc import Sequence
from typing import Any

from bot.handlers.slack.doors import FIND_ORDERS, LOOK_UP_MESSAGE

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
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "member_joined_channel",
    "message.im",
    "tokens_revoked",
    "user_change",
)
"""The App Home or the direct chat was opened; questions in channels; the app was removed; somebody came to a
tied channel; questions in direct chats; its token was revoked; somebody was deactivated or made a guest."""

LINK_SCOPES = ("links:read", "links:write")
"""To hear of posted addresses of orders, and to show them unfurled; asked for only with such addresses."""
LINK_EVENTS = ("entity_details_requested", "link_shared")
"""Somebody opened the pane beside such an address; one was posted."""


def manifest(
    public_url: str, command: str = "/order", *, name: str = "Orders", order_domains: Sequence[str] = ()
) -> dict[str, Any]:
    """The manifest of an app that asks for no more than this bot uses.

    `order_domains` are those of `ORDERBOT_ORDER_URLS`; without any, nothing of links is asked for.
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
                "home_tab_enabled": True,
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
            "shortcuts": [
                {
                    "type": "global",
                    "name": "Find orders",
                    "callback_id": FIND_ORDERS,
                    "description": "By number, or by period, status and document.",
                },
                {
                    "type": "message",
                    # A title holds 24 characters: "Look up the orders in this message" does not fit.
                    "name": "Look up its orders",
                    "callback_id": LOOK_UP_MESSAGE,
                    "description": "Look up the orders in this message. Only you see the answer.",
                },
            ],
            **({"unfurl_domains": list(order_domains)} if order_domains else {}),
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
        "oauth_config": {"scopes": {"bot": sorted((*BOT_SCOPES, *(LINK_SCOPES if order_domains else ())))}},
        "settings": {
            "event_subscriptions": {
                "request_url": url,
                "bot_events": sorted((*BOT_EVENTS, *(LINK_EVENTS if order_domains else ()))),
            },
            "interactivity": {
                "is_enabled": True,
                "request_url": url,
                # Numbers are completed while they are typed into the search form.
                "message_menu_options_url": url,
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }

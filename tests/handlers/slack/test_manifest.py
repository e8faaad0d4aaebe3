"""The manifest asks for what the bot uses, and no more."""

import pytest

from bot.handlers.slack.manifest import manifest
from tests.handlers.slack.world import World


def test_everything_comes_to_one_address() -> None:
    made = manifest("https://orders.example.com/", "/pedido")
    url = "https://orders.example.com/slack/events"
    (command,) = made["features"]["slash_commands"]
    assert (command["command"], command["url"]) == ("/pedido", url)
    assert made["settings"]["interactivity"] == {
        "is_enabled": True,
        "request_url": url,
        "message_menu_options_url": url,
    }
    assert made["settings"]["event_subscriptions"] == {
        "request_url": url,
        "bot_events": [
            "app_home_opened",
            "app_mention",
            "app_uninstalled",
            "member_joined_channel",
            "message.im",
            "tokens_revoked",
            "user_change",
        ],
    }
    assert "agent_view" in made["features"]


async def test_no_scope_is_asked_for_that_no_method_or_event_needs(world: World) -> None:
    made = manifest("https://orders.example.com", order_domains=["shop.example"])
    asked_for = set(made["oauth_config"]["scopes"]["bot"])
    heard = {"app_mentions:read", "commands", "im:history", "links:read"}
    assert asked_for == world.slack.scopes_in_use | heard


def test_nothing_of_links_is_asked_for_where_no_addresses_are_set() -> None:
    made = manifest("https://orders.example.com")
    assert "unfurl_domains" not in made["features"]
    assert not {"links:read", "links:write"} & set(made["oauth_config"]["scopes"]["bot"])
    assert not {"link_shared"} & set(made["settings"]["event_subscriptions"]["bot_events"])


def test_shortcuts_keep_to_the_lengths_slack_takes() -> None:
    for shortcut in manifest("https://orders.example.com")["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


@pytest.mark.parametrize(("url", "command"), [("http://x.example", "/order"), ("https://x.example", "order")])
def test_what_slack_would_refuse_is_refused_first(url: str, command: str) -> None:
    with pytest.raises(ValueError, match="/"):
        manifest(url, command)

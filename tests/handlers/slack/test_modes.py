"""The manifest of every mode is one that Slack accepts."""

from typing import Any

import pytest

from bot.handlers.slack.manifest import manifest
from bot.handlers.slack.modes import for_mode
from tests.handlers.slack.manifest_schema import problems, unreachable

PUBLIC = "https://orders.example.com"
BACK = f"{PUBLIC}/slack/oauth_redirect"
MODES: list[dict[str, Any]] = [
    {"socket": socket, "org_wide": org_wide, "redirect_url": back}
    for socket in (False, True)
    for org_wide in (False, True)
    for back in ("", BACK)
]


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_every_mode_has_a_manifest_that_slack_accepts(mode: dict[str, Any]) -> None:
    made = for_mode(manifest(PUBLIC, "/pedido", name="x" * 90), **mode)
    assert list(problems(made)) == []
    assert list(unreachable(made)) == []
    settings = made["settings"]
    assert (settings["socket_mode_enabled"], settings["org_deploy_enabled"]) == (
        mode["socket"],
        mode["org_wide"],
    )
    assert made["oauth_config"].get("redirect_urls", [""]) == [mode["redirect_url"]]
    assert settings["token_rotation_enabled"] is bool(mode["redirect_url"])


def _changed(path: str, value: Any) -> dict[str, Any]:
    made = for_mode(manifest(PUBLIC))
    *way, last = path.split("/")
    place: Any = made
    for name in way:
        place = place[int(name)] if isinstance(place, list) else place[name]
    place[last] = value
    return made


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("display_information/name", "x" * 36),
        ("display_information/description", "x" * 141),
        ("display_information/colour", "red"),
        ("features/agent_view/agent_description", "x" * 301),
        ("features/agent_view/suggested_prompts", [{"title": "a", "message": "b"}] * 5),
        ("features/slash_commands/0/command", "order"),
        ("features/slash_commands/0/url", "http://orders.example.com"),
        ("features/unfurl_domains", ["a.example"] * 6),
        ("oauth_config/scopes/bot", ["nope"]),
        ("settings/event_subscriptions/bot_events", ["message im"]),
        ("settings/socket_mode_enabled", "yes"),
    ],
)
def test_a_seeded_mistake_in_a_manifest_is_found(path: str, value: Any) -> None:
    assert len(list(problems(_changed(path, value)))) == 1


def test_a_missing_address_is_found() -> None:
    made = for_mode(manifest(PUBLIC))
    del made["settings"]["interactivity"]["request_url"]
    assert list(unreachable(made)) == ["interactivity: no address"]

"""What Slack accepts as an app manifest, in the parts this app uses.

Written from https://docs.slack.dev/reference/app-manifest and the limits of slackapi/manifest-schema
(1.0.0); every field that is not named here is refused. Scopes and events are checked too, which Slack's
own schema does not do: it takes "nope:write".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

URL = r"https://[^\s]+"
SCOPE = r"[a-z_]+(?:\.[a-z_]+)*:[a-z.]+(?::[a-z]+)?|commands"
Rule = Any


def words(most: int, pattern: str = r".+") -> Rule:
    return ("words", most, pattern)


def listed(most: int, of: Rule) -> Rule:
    return ("listed", most, of)


_PROMPT = {"title!": words(75), "message!": words(500)}
_COMMAND = {
    "command!": words(32, r"/[^\s]+"),
    "description!": words(2000),
    "url": words(3000, URL),
    "usage_hint": words(1000),
    "should_escape": bool,
}
_SHORTCUT = {
    "name!": words(24),
    "callback_id!": words(255),
    "description!": words(150),
    "type!": words(7, "message|global"),
}
SCHEMA: Rule = {
    "_metadata": {"major_version": int, "minor_version": int},
    "display_information!": {
        "name!": words(35),
        "description": words(140),
        "long_description": words(4000),
        "background_color": words(7, r"#[0-9a-fA-F]{6}"),
    },
    "features": {
        "app_home": {
            "home_tab_enabled": bool,
            "messages_tab_enabled": bool,
            "messages_tab_read_only_enabled": bool,
        },
        "bot_user": {"display_name!": words(80), "always_online": bool},
        "agent_view": {
            "agent_description!": words(300),
            "suggested_prompts": listed(4, _PROMPT),
            "actions": listed(10, {"name!": words(75), "description!": words(300)}),
        },
        "slash_commands": listed(50, _COMMAND),
        "shortcuts": listed(10, _SHORTCUT),
        "unfurl_domains": listed(5, words(255, r"[a-z0-9.-]+")),
        "rich_previews": {"is_active": bool, "entity_types": listed(5, words(60))},
    },
    "oauth_config": {
        "redirect_urls": listed(1000, words(3000, URL)),
        "scopes": {"bot": listed(255, words(60, SCOPE)), "user": listed(255, words(60, SCOPE))},
    },
    "settings": {
        "event_subscriptions": {
            "request_url": words(3000, URL),
            "bot_events": listed(100, words(60, r"[a-z_]+(?:\.[a-z]+)?")),
        },
        "interactivity": {
            "is_enabled!": bool,
            "request_url": words(3000, URL),
            "message_menu_options_url": words(3000, URL),
        },
        "org_deploy_enabled": bool,
        "socket_mode_enabled": bool,
        "token_rotation_enabled": bool,
    },
}


def problems(value: Any, rule: Rule = SCHEMA, path: str = "") -> Iterator[str]:
    """What is wrong with a manifest, one line each."""
    if isinstance(rule, Mapping):
        yield from _object(value, rule, path)
    elif rule in (bool, int):
        if type(value) is not rule:
            yield f"{path}: must be {rule.__name__}"
    elif rule[0] == "listed":
        if not isinstance(value, list) or not 0 < len(value) <= rule[1]:
            yield f"{path}: must be a list of 1 to {rule[1]}"
            return
        for index, one in enumerate(value):
            yield from problems(one, rule[2], f"{path}/{index}")
    elif not isinstance(value, str) or len(value) > rule[1] or not re.fullmatch(rule[2], value, re.DOTALL):
        yield f"{path}: must be at most {rule[1]} characters like {rule[2]}"


def _object(value: Any, rule: Mapping[str, Rule], path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: must be an object"
        return
    fields = {name.removesuffix("!"): one for name, one in rule.items()}
    for name in sorted(set(value) - set(fields)):
        yield f"{path}/{name}: is not known"
    for name in (name.removesuffix("!") for name in rule if name.endswith("!")):
        if name not in value:
            yield f"{path}/{name}: is missing"
    for name, one in fields.items():
        if name in value:
            yield from problems(value[name], one, f"{path}/{name}")


def unreachable(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Addresses that a mode needs and does not have, or has and may not."""
    settings = manifest["settings"]
    parts = {
        "events": settings["event_subscriptions"].get("request_url"),
        "interactivity": settings["interactivity"].get("request_url"),
    }
    parts |= {one["command"]: one.get("url") for one in manifest["features"].get("slash_commands", ())}
    for name, url in parts.items():
        if bool(url) == settings["socket_mode_enabled"]:
            yield f"{name}: {'an address in Socket Mode' if url else 'no address'}"

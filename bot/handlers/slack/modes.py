"""The manifest for each way of running the app: by URL or socket, for one workspace or an organisation."""

from copy import deepcopy
from typing import Any

NO_URL = "https://socket.invalid"
"""Stands for the public address while a manifest without one is made."""


def for_mode(
    made: dict[str, Any], *, socket: bool = False, org_wide: bool = False, redirect_url: str = ""
) -> dict[str, Any]:
    """A manifest changed for a mode; `made` stays as it is.

    In Socket Mode Slack takes no addresses. With a `redirect_url` workspaces install the app themselves,
    and its tokens rotate. Source: https://docs.slack.dev/reference/app-manifest
    """
    manifest = deepcopy(made)
    settings = manifest["settings"]
    if socket:
        settings["socket_mode_enabled"] = True
        for part in (settings["event_subscriptions"], settings["interactivity"]):
            part.pop("request_url", None)
            part.pop("message_menu_options_url", None)
        for command in manifest["features"].get("slash_commands", ()):
            command.pop("url", None)
    settings["org_deploy_enabled"] = org_wide
    if redirect_url:
        manifest["oauth_config"]["redirect_urls"] = [redirect_url]
        # Switching it on cannot be undone, so only where the tokens are ours to keep.
        settings["token_rotation_enabled"] = True
    return manifest

"""response_urls: five uses in thirty minutes, for the person who interacted."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.demo.events import Person
from bot.demo.slack_double.content import checked_content
from bot.demo.slack_double.refusals import Refusal, mistake
from bot.demo.slack_double.workspace import Posted, Workspace

USES = 5
SECONDS = 30 * 60
_KEYS = frozenset(
    {
        "text",
        "blocks",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
    }
)


@dataclass
class _Response:
    person: Person
    channel: str
    made_at: float
    source: Posted | None
    """The message whose button was pressed; a slash command has none, so it replaces nothing."""
    uses: int = 0


class Responses:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: dict[str, _Response] = {}

    def new(self, person: Person, channel: str, source: Posted | None = None) -> str:
        token = secrets.token_urlsafe(24)
        self._open[token] = _Response(person, channel, self._workspace.now(), source)
        return token

    def knows(self, token: str) -> bool:
        return token in self._open

    def use(self, token: str, body: Mapping[str, Any]) -> None:
        response = self._open.get(token)
        if response is None or self._workspace.now() - response.made_at > SECONDS:
            raise Refusal("expired_url")
        if response.uses >= USES:
            raise Refusal("used_url")
        _check(body)
        response.uses += 1
        if body.get("delete_original") and response.source is not None:
            self._workspace.remove(response.source)
            return
        content = checked_content(body)
        if body.get("replace_original") and response.source is not None:
            self._workspace.change(response.source, content)
            return
        if body.get("thread_ts"):
            content["thread_ts"] = body["thread_ts"]
        self._workspace.post(
            response.channel,
            {"user": self._workspace.team.bot_user, "bot_id": self._workspace.team.bot_id, **content},
            only_for=None if body.get("response_type") == "in_channel" else response.person,
        )


def _check(body: Mapping[str, Any]) -> None:
    unknown = sorted(set(body) - _KEYS)
    if unknown:
        raise mistake("invalid_arguments", *(f"[ERROR] unknown argument: {key}" for key in unknown))
    if body.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        raise mistake("invalid_arguments", "[ERROR] response_type is ephemeral or in_channel")
    for key in ("replace_original", "delete_original"):
        if not isinstance(body.get(key, False), bool):
            raise mistake("invalid_arguments", f"[ERROR] {key} must be a boolean")

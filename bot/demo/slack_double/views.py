"""Modals and App Homes, checked before they are shown.

Source: https://docs.slack.dev/reference/views and the validators of slack_sdk's models.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.views import View

from bot.demo.slack_double.block_kit import MAX_VIEW_BLOCKS, problems_of
from bot.demo.slack_double.refusals import mistake
from bot.demo.slack_double.shapes import Rule, Shape, nothing, plain, string, truth

MAX_BYTES = 250_000
NOT_IN_VIEWS = frozenset({"alert", "card", "carousel", "context_actions", "markdown", "plan", "task_card"})

_BOTH: Mapping[str, Rule] = {
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
_MODAL = Shape(
    {"title": plain(24), "blocks": nothing},
    {"submit": plain(24), "close": plain(24), "clear_on_close": truth, "notify_on_close": truth, **_BOTH},
)
_HOME = Shape({"blocks": nothing}, _BOTH)


def check_view(view: Any, *kinds: str) -> None:
    """Raise the Refusal Slack would answer; `kinds` are those the method takes: `modal` or `home`."""
    if not isinstance(view, Mapping) or view.get("type") not in kinds:
        raise mistake("invalid_arguments", f"[ERROR] view must be of type {' or '.join(kinds)}")
    if len(json.dumps(view).encode()) > MAX_BYTES:
        raise mistake("view_too_large")
    problems = [*_problems(view)]
    if problems:
        raise mistake("invalid_arguments", *(f"[ERROR] {problem}" for problem in problems))


def _problems(view: Mapping[str, Any]) -> Iterator[str]:
    modal = view["type"] == "modal"
    yield from (_MODAL if modal else _HOME)(view, "/view")
    blocks = view.get("blocks")
    yield from problems_of(blocks, most=MAX_VIEW_BLOCKS)
    for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if isinstance(block, Mapping) and block.get("type") in NOT_IN_VIEWS:
            yield f"unsupported type [json-pointer:/blocks/{index}/type]"
    needs_submit = any(
        isinstance(block, Mapping) and block.get("type") == "input"
        for block in (blocks if isinstance(blocks, list) else ())
    )
    if modal and needs_submit and "submit" not in view:
        yield "missing required field: submit [json-pointer:/view]"
    try:
        View(**view).to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError) as error:
        yield f"{error} [json-pointer:/view]"

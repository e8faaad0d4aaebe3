"""Text and blocks of a message, checked before they are kept."""

from collections.abc import Mapping
from typing import Any

from bot.demo.slack_double.block_kit import check_blocks
from bot.demo.slack_double.refusals import mistake
from bot.demo.slack_double.views import check_view

MAX_TEXT = 40_000
_VIEWS = {"views.open": ("modal",), "views.push": ("modal",), "views.publish": ("home",)}


def checked_content(given: Mapping[str, Any]) -> dict[str, Any]:
    """The `text` and `blocks` of a call, or the refusal Slack would answer."""
    text, blocks = given.get("text"), given.get("blocks")
    if not text and not blocks:
        raise mistake("no_text")
    if text is not None and not isinstance(text, str):
        raise mistake("invalid_arguments", "[ERROR] text must be a string")
    if len(text or "") > MAX_TEXT:
        raise mistake("msg_too_long")
    if blocks is None:
        return {"text": text}
    check_blocks(blocks)
    return {"text": text or "", "blocks": blocks}


def check_layouts(method: str, given: Mapping[str, Any]) -> None:
    """Blocks and views in the arguments of any method, whether or not the method is played here."""
    if "blocks" in given:
        check_blocks(given["blocks"])
    if "view" in given:
        check_view(given["view"], *_VIEWS.get(method, ("modal", "home")))
    for unfurl in _objects(given.get("unfurls")):
        if "blocks" in unfurl:
            check_blocks(unfurl["blocks"])


def _objects(value: object) -> list[Mapping[str, Any]]:
    found = value.values() if isinstance(value, Mapping) else ()
    return [one for one in found if isinstance(one, Mapping)]

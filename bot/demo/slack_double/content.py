"""Text and blocks of a message, checked before they are kept."""

from collections.abc import Mapping
from typing import Any

from bot.demo.slack_double.block_kit import check_blocks
from bot.demo.slack_double.refusals import mistake

MAX_TEXT = 40_000


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

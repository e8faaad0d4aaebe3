"""What went wrong between us and Slack, as the inbox understands it: later, or never."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.delivery import DeliveryDelayed, DeliveryImpossible

BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
_PASSING = frozenset(
    {
        "fatal_error",
        "internal_error",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
RATE_LIMITED = "ratelimited"
_RATE_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_DETAIL_LIMIT = 300


class BlocksRefused(DeliveryImpossible):
    """Slack does not take the blocks; `detail` says which, by position only."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.detail = detail


class ResponseUrlSpent(Exception):
    """A response_url was used five times, is older than 30 minutes, or is not Slack's."""


def failure_of(error: Exception) -> DeliveryDelayed | DeliveryImpossible:
    """Sort an exception of the SDK or of aiohttp. What Slack did not refuse by name may pass."""
    if not isinstance(error, SlackApiError):
        return DeliveryDelayed(f"slack_unreachable_{type(error).__name__}")
    status, headers, body = _answer(error.response)
    code = str(body.get("error") or "")
    if status == 429 or code in _RATE_LIMITED:
        return DeliveryDelayed(RATE_LIMITED, _retry_after(headers))
    if status >= 500 or not code or code in _PASSING:
        return DeliveryDelayed(code or f"http_{status}")
    if code == "missing_scope":
        # Slack says which: `orderbot check slack` compares them all.
        needed = str(body.get("needed") or "")[:_DETAIL_LIMIT]
        structlog.get_logger().error("slack_scope_missing", reason=code, needed=needed)
    if code in BLOCKS_REFUSED:
        messages = (body.get("response_metadata") or {}).get("messages") or ()
        return BlocksRefused(code, " ".join(map(str, messages))[:_DETAIL_LIMIT])
    return DeliveryImpossible(code)


def failure_of_response(response: aiohttp.ClientResponse, what: str) -> DeliveryDelayed | DeliveryImpossible:
    """Sort an HTTP status of a place that is not the Web API (upload, response_url)."""
    if response.status == 429:
        return DeliveryDelayed(RATE_LIMITED, _retry_after(response.headers))
    return DeliveryDelayed(f"{what}_http_{response.status}")


def _answer(response: Any) -> tuple[int, Mapping[str, Any], Mapping[str, Any]]:
    """Status, headers and body; on a 5xx that is no JSON the SDK hands over str, {} or aiohttp's own."""
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    headers = getattr(response, "headers", None) or {}
    body = getattr(response, "data", None)
    return int(status), headers, body if isinstance(body, dict) else {}


def _retry_after(headers: Mapping[str, Any]) -> float:
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                return min(max(float(value), 1.0), 3600.0)
            except ValueError:
                break
    return 1.0

"""The endpoint before Bolt: a request is small, recent and signed before anything in it is read."""

import hmac
import json
import re
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.bodies import body_of

BODY_LIMIT = 1_000_000
"""Bytes. Slack's largest payload, an interaction with a view, is 250 KB."""
AGE_LIMIT_SECONDS = 300
"""Source: https://docs.slack.dev/authentication/verifying-requests-from-slack"""
SETTLED = "settled"
"""Set by a listener in Bolt's context once a message was kept or rightly ignored."""

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_FIELD_LIMIT = 100
_TIMESTAMP = re.compile(rb"[0-9]{1,12}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")


class SlackDoor:
    """ASGI application for the one URL to which Slack sends events, commands and interactions.

    It answers 401 unless timestamp and signature are right, 413 above `BODY_LIMIT`, 400 for what
    cannot be read, and 503 where Bolt says 200 without any listener having settled the message: only
    a refusal makes Slack send again.
    """

    def __init__(self, app: AsyncApp, *, signing_secret: str, clock: Callable[[], float] = time.time) -> None:
        if not signing_secret.strip():
            raise ValueError("A Slack signing secret is needed: Basic Information → Signing Secret.")
        self._app = app
        self._secret = signing_secret.encode()
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != "POST":
            return Response(status_code=405, headers={"Allow": "POST"})
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in (_JSON, _FORM):
            return _refused(415, "content_type")
        stamp = _only_header(request, b"x-slack-request-timestamp", _TIMESTAMP)
        signature = _only_header(request, b"x-slack-signature", _SIGNATURE)
        if stamp is None or signature is None:
            return _refused(401, "signature_headers")
        if abs(self._clock() - int(stamp)) > AGE_LIMIT_SECONDS:
            return _refused(401, "stale")
        raw = await _body(request)
        if raw is None:
            return _refused(413, "body_too_large")
        expected = b"v0=" + hmac.new(self._secret, b"v0:" + stamp + b":" + raw, sha256).hexdigest().encode()
        if not hmac.compare_digest(expected, signature):
            return _refused(401, "signature")
        try:
            body = _parsed(raw, media_type)
        except (ValueError, RecursionError):
            return _refused(400, "unreadable")
        if body.get("type") == "url_verification":
            return JSONResponse({"challenge": body.get("challenge")})
        if body.get("ssl_check") == "1":
            return Response()
        return await self._dispatched(body)

    async def _dispatched(self, body: dict[str, Any]) -> Response:
        answer = await dispatched(self._app, body)
        return Response(
            answer.body,
            answer.status,
            headers={name: values[0] for name, values in answer.headers.items()},
        )


async def dispatched(app: AsyncApp, body: dict[str, Any]) -> BoltResponse:
    """Bolt's answer to a body that was read already; 503 where no listener has settled the message.

    Bolt reads a form that mentions "payload" anywhere, say in a channel's name, as empty (1.30). It takes
    a body that is already read from Socket Mode only. No header is handed on, so that
    x-slack-bolt-lazy-only cannot make it skip the listener.
    """
    request = AsyncBoltRequest(body=body, mode="socket_mode")
    answer = await app.async_dispatch(request)
    if answer.status == 200 and SETTLED not in request.context:
        structlog.get_logger().warning("slack_request_refused", reason="unsettled", status=503)
        return BoltResponse(status=503)
    return answer


def _only_header(request: Request, name: bytes, pattern: re.Pattern[bytes]) -> bytes | None:
    values = [value for key, value in request.scope["headers"] if key == name]
    return values[0] if len(values) == 1 and pattern.fullmatch(values[0]) else None


async def _body(request: Request) -> bytes | None:
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > BODY_LIMIT:
        return None
    return await body_of(request, most=BODY_LIMIT)


def _parsed(raw: bytes, media_type: str) -> dict[str, Any]:
    if media_type == _JSON:
        body = json.loads(raw)
    else:
        fields = dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=_FIELD_LIMIT))
        body = json.loads(fields["payload"]) if "payload" in fields else fields
    if not isinstance(body, dict):
        raise ValueError("not an object")
    return body


def _refused(status: int, reason: str) -> Response:
    structlog.get_logger().warning("slack_request_refused", reason=reason, status=status)
    return Response(status_code=status)

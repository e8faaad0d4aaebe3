"""The endpoint before Bolt: a request is small, recent and signed before anything in it is read."""

import hmac
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.bodies import body_of
from bot.handlers.slack.intake import SlackIntake

BODY_LIMIT = 1_000_000
"""Bytes. Slack's largest payload, an interaction with a view, is 250 KB."""
AGE_LIMIT_SECONDS = 300
"""Source: https://docs.slack.dev/authentication/verifying-requests-from-slack"""

_JSON, _FORM = b"application/json", b"application/x-www-form-urlencoded"
_TYPE, _LENGTH = b"content-type", b"content-length"
_STAMP, _SIGNED = b"x-slack-request-timestamp", b"x-slack-signature"
_READ = frozenset({_TYPE, _LENGTH, _STAMP, _SIGNED})
_FIELD_LIMIT = 100
_TIMESTAMP = re.compile(rb"[0-9]{1,12}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")


class SlackDoor:
    """ASGI application for the one URL to which Slack sends events, commands and interactions.

    It answers 401 unless timestamp and signature are right, 413 above `BODY_LIMIT`, 400 for what
    cannot be read, and else what `app` answers: only a refusal makes Slack send again.
    """

    def __init__(
        self, app: SlackIntake, *, signing_secret: str, clock: Callable[[], float] = time.time
    ) -> None:
        if not signing_secret.strip():
            raise ValueError("A Slack signing secret is needed: Basic Information → Signing Secret.")
        self._app = app
        self._secret = signing_secret.encode()
        self._clock = clock
        # Most get this one; to make another each time costs as much as to read a header.
        self._nothing = Response()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(scope, receive)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        if scope["method"] != "POST":
            return Response(status_code=405, headers={"Allow": "POST"})
        headers = _headers(scope)
        media_type = _media_type(headers)
        if media_type not in (_JSON, _FORM):
            return _refused(415, "content_type")
        stamp, signature = _only(headers, _STAMP, _TIMESTAMP), _only(headers, _SIGNED, _SIGNATURE)
        if stamp is None or signature is None:
            return _refused(401, "signature_headers")
        if abs(self._clock() - int(stamp)) > AGE_LIMIT_SECONDS:
            return _refused(401, "stale")
        if not _may_be_read(headers):
            return _refused(413, "body_too_large")
        raw = await body_of(receive, most=BODY_LIMIT)
        if raw is None:
            return _refused(413, "body_too_large")
        expected = b"v0=" + hmac.digest(self._secret, b"v0:" + stamp + b":" + raw, sha256).hex().encode()
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
        answer = await self._app.answer(body)
        if answer is self._app.nothing:
            return self._nothing
        return Response(
            answer.body,
            answer.status,
            headers={name: values[0] for name, values in answer.headers.items()},
        )


def _headers(scope: Scope) -> Mapping[bytes, Sequence[bytes]]:
    """The headers that are read here, each as often as it was sent."""
    found: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        if name in _READ:
            found.setdefault(name, []).append(value)
    return found


def _media_type(headers: Mapping[bytes, Sequence[bytes]]) -> bytes:
    return headers.get(_TYPE, (b"",))[0].partition(b";")[0].strip().lower()


def _only(headers: Mapping[bytes, Sequence[bytes]], name: bytes, pattern: re.Pattern[bytes]) -> bytes | None:
    values = headers.get(name, ())
    return values[0] if len(values) == 1 and pattern.fullmatch(values[0]) else None


def _may_be_read(headers: Mapping[bytes, Sequence[bytes]]) -> bool:
    announced = headers.get(_LENGTH, (b"0",))[0]
    return announced.isdigit() and int(announced) <= BODY_LIMIT


def _parsed(raw: bytes, media_type: bytes) -> dict[str, Any]:
    if media_type == _JSON:
        # As text: of bytes it would first find out which of three encodings they are in.
        body = json.loads(raw.decode())
    else:
        fields = dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=_FIELD_LIMIT))
        body = json.loads(fields["payload"]) if "payload" in fields else fields
    if not isinstance(body, dict):
        raise ValueError("not an object")
    return body


def _refused(status: int, reason: str) -> Response:
    structlog.get_logger().warning("slack_request_refused", reason=reason, status=status)
    return Response(status_code=status)

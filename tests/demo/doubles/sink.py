"""A bot that keeps what it is sent and answers 200."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


@dataclass
class Sink:
    """What came, as JSON or as a form; Slack's must be signed with `SECRET`."""

    bodies: list[Any] = field(default_factory=list)

    @property
    def last(self) -> Any:
        return self.bodies[-1]

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/slack/events", self._slack, methods=["POST"]),
                Route("/telegram/webhook", self._telegram, methods=["POST"]),
            ]
        )

    async def _slack(self, request: Request) -> Response:
        body = await request.body()
        stamp = request.headers["x-slack-request-timestamp"]
        signed = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        if request.headers["x-slack-signature"] != f"v0={signed}":
            return Response(status_code=401)
        self.bodies.append(_read(body, request.headers))
        return Response()

    async def _telegram(self, request: Request) -> Response:
        self.bodies.append(await request.json())
        return Response()


def _read(body: bytes, headers: Mapping[str, str]) -> Any:
    if headers["content-type"] == "application/json":
        return json.loads(body)
    form = dict(parse_qsl(body.decode()))
    return json.loads(form["payload"]) if "payload" in form else form

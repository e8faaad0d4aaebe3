"""The web process: platform doors, and the pages of whoever runs it."""

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.seeing.health import Health

_POLICY, _FRAMES = b"content-security-policy", b"x-frame-options"
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (_FRAMES, b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (_POLICY, b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
    (b"strict-transport-security", b"max-age=31536000"),
)
"""For every answer that sets none of its own. Nothing we serve is meant for a browser's cache or frame."""


@dataclass(frozen=True)
class Panel:
    """What an operator may look at. `metrics` is None where nothing is counted."""

    health: Callable[[], Awaitable[Health]]
    metrics: Callable[[], Awaitable[bytes]] | None = None
    metrics_type: str = "text/plain"


def public_app(
    routes: Sequence[BaseRoute],
    panel: Panel,
    *,
    straight: Mapping[str, ASGIApp] = MappingProxyType({}),
    metrics_token: str = "",
) -> ASGIApp:
    """What platforms and load balancers reach: the doors, health, and metrics only for the token.

    `/healthz`: the process lives; `/readyz`: it can keep messages, and what is amiss though it can.
    `straight` are doors by path that answer a platform and no browser: what pages need is not before them.
    """
    metrics = _metrics(panel, metrics_token) if metrics_token else ()
    site = Starlette(routes=[*_health(panel), *metrics, *routes], middleware=[Middleware(Careful)])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        await straight.get(path, site)(scope, receive, send)

    return app


def operators_app(panel: Panel, *, metrics_token: str = "") -> Starlette:
    """The pages alone, for an address that only operators reach."""
    routes = [*_health(panel), *_metrics(panel, metrics_token)]
    return Starlette(routes=routes, middleware=[Middleware(Careful)])


class Careful:
    """Puts the headers of a careful site on everything an app answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                set_already = {name.lower() for name, _ in headers}
                if _POLICY in set_already:
                    # A page with a policy of its own says there who may frame it.
                    set_already.add(_FRAMES)
                message["headers"] = [*headers, *(one for one in _HEADERS if one[0] not in set_already)]
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


def _health(panel: Panel) -> tuple[Route, ...]:
    async def healthz(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(_: Request) -> Response:
        health = await panel.health()
        return JSONResponse(health.told, status_code=200 if health.ready else 503)

    return Route("/healthz", healthz), Route("/readyz", readyz)


def _metrics(panel: Panel, token: str) -> tuple[Route, ...]:
    page = panel.metrics
    if page is None:
        return ()

    async def metrics(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode("utf-8", "replace")
        if token and not hmac.compare_digest(given, f"Bearer {token}".encode()):
            return PlainTextResponse("a token is needed\n", 401, {"www-authenticate": "Bearer"})
        return Response(await page(), media_type=panel.metrics_type)

    return (Route("/metrics", metrics),)

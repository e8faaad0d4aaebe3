"""The web process: platform doors, and two pages for whoever runs it."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.app import Doors

Ready = Callable[[], Awaitable[bool]]


def web_app(doors: Doors, ready: Ready) -> Starlette:
    """The ASGI app. `/healthz`: the process lives; `/readyz`: a message could be kept now."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(_: Request) -> Response:
        if await ready():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("not ready\n", status_code=503)

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), *doors.routes])

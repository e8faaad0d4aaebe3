"""Version 7's addresses in front of a Tryton 8: JSON-RPC at `/` and `/<database>/`, and nothing else.

The calls themselves are the same. Source: trytond 7.0.30 and 7.8.18, protocols/dispatcher.py.
"""

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.erp.tryton.server import TrytonServer

VERSION = "7.0"
_PASSED_ON = ("authorization", "content-type", "accept-encoding")


def seven(server: TrytonServer) -> Starlette:
    """An app that maps 7's addresses to 8's."""

    async def root(request: Request) -> Response:
        asked = await request.json()
        if asked["method"] == "common.server.version":
            return JSONResponse({"id": asked["id"], "result": VERSION})
        return Response(status_code=400)

    async def database(request: Request) -> Response:
        headers = {name: value for name in _PASSED_ON if (value := request.headers.get(name)) is not None}
        url = f"{server.url}/{server.database}/rpc/"
        async with httpx.AsyncClient(timeout=60) as client:
            sent = client.build_request("POST", url, content=await request.body(), headers=headers)
            reply = await client.send(sent, stream=True)
            body = b"".join([chunk async for chunk in reply.aiter_raw()])
        kept = {
            name: reply.headers[name]
            for name in ("content-type", "content-encoding")
            if name in reply.headers
        }
        return Response(body, status_code=reply.status_code, headers=kept)

    return Starlette(
        routes=[
            Route("/", root, methods=["POST"]),
            Route(f"/{server.database}/", database, methods=["POST"]),
        ]
    )

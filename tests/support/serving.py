"""Real servers on loopback, in the test's own event loop, and places where none is."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState


@asynccontextmanager
async def serving(
    app: ASGIApp, at: socket.socket | None = None, *, sockets: bool = False
) -> AsyncIterator[str]:
    """Serve an app and give its address: that of the held port `at`, or any.

    sockets: whether it speaks WebSocket, too.
    """
    config = uvicorn.Config(app, log_config=None, log_level="warning", ws="auto" if sockets else "none")
    config.load()
    state = ServerState()
    protocol = partial(HttpToolsProtocol, config=config, server_state=state, app_state={})
    with at or held_port() as listener:
        server = await asyncio.get_running_loop().create_server(protocol, sock=listener)
        try:
            yield address(listener)
        finally:
            server.close()
            await _ended(state)


async def _ended(state: ServerState) -> None:
    """What `uvicorn.Server` does at its end, without the two tenths of a second that it sleeps there.

    Each of thousands of tests ends a few servers.
    """
    for connection in list(state.connections):
        connection.shutdown()
    if state.tasks:
        _, unfinished = await asyncio.wait(state.tasks, timeout=1)
        for task in unfinished:
            task.cancel()


def held_port() -> socket.socket:
    """A port of loopback that nobody else gets meanwhile.

    Until something is served there, it refuses every connection. A port that was given back does so only
    until another test, in another process, is given it.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    return listener


def address(held: socket.socket) -> str:
    """Where a held port is, as a URL without a path."""
    return f"http://127.0.0.1:{held.getsockname()[1]}"

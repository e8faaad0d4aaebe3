"""Adapters for the running Tryton."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.erp.tryton import TrytonErp
from tests.erp.tryton.server import TrytonServer


@asynccontextmanager
async def connected(server: TrytonServer, **settings: Any) -> AsyncIterator[TrytonErp]:
    """An adapter with the bot's key, or with other settings than the usual ones."""
    usual: dict[str, Any] = {
        "name": "erp",
        "url": server.url,
        "database": server.database,
        "token": server.key,
        "cursor_secret": b"secret of the tests",
        "time_zone": "America/Sao_Paulo",
        "timeout_seconds": 30.0,
        "clock": lambda: server.noon,
    }
    erp = TrytonErp(**(usual | settings))
    try:
        yield erp
    finally:
        await erp.aclose()


def by_session(server: TrytonServer) -> dict[str, Any]:
    """The settings that ask by JSON-RPC."""
    return {"login": server.login, "token": server.password}

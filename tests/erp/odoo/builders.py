"""Adapters of a served double, for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.erp.odoo import OdooErp
from bot.scope import CompanyScope
from tests.erp.builders import scope_of
from tests.erp.odoo.seed import KEY, LOGIN, Seeded, seeded
from tests.erp.odoo.server import Odoo
from tests.support.serving import serving

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class Play:
    """An Odoo that is served, what is in it, and an adapter that asks it."""

    world: Seeded
    odoo: Odoo
    erp: OdooErp
    url: str

    def scope(self, *parties: str, **more: Any) -> CompanyScope:
        return scope_of(*(str(self.world.ids[party]) for party in parties), erp="odoo", **more)

    @property
    def northwind(self) -> CompanyScope:
        return self.scope("Northwind Industrial")

    @property
    def southgate(self) -> CompanyScope:
        return self.scope("Southgate Parts")


def adapter(url: str, **settings: Any) -> OdooErp:
    told: dict[str, Any] = {
        "name": "odoo",
        "url": url,
        "token": KEY,
        "login": LOGIN,
        "database": "b2b",
        "cursor_secret": b"secret of the tests",
        "branches": True,
        "timeout_seconds": 5.0,
        "document_seconds": 5.0,
        "document_max_bytes": 1024 * 1024,
        "clock": lambda: NOW,
    }
    return OdooErp(**(told | settings))


@asynccontextmanager
async def playing(
    version: int = 19, *, modules: frozenset[str] | None = None, **settings: Any
) -> AsyncIterator[Play]:
    """Serve an Odoo of a version, JSON-2 in 19 and JSON-RPC before, and ask it."""
    world = seeded(version, modules)
    odoo = Odoo(world.books, world.users)
    async with serving(odoo.app) as url:
        erp = adapter(url, **settings)
        try:
            yield Play(world, odoo, erp, url)
        finally:
            await erp.aclose()

"""A demo supplier on loopback, made once: its data never change by being read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.demo.supplier.data import prepare
from bot.demo.supplier.server import serving, supplier_app
from tests.demo.supplier.erp import TODAY, TOKEN, Erp


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("supplier") / "supplier.db"
    prepare(path, today=date.fromisoformat(TODAY))
    return path


@pytest.fixture(scope="session")
async def erp(database: Path) -> AsyncIterator[Erp]:
    async with _client_of(supplier_app(database, token=TOKEN)) as client:
        yield client


@pytest.fixture
def app(database: Path) -> Starlette:
    """A server of the test's own, to be broken."""
    return supplier_app(database, token=TOKEN)


@pytest.fixture
async def breakable(app: Starlette) -> AsyncIterator[Erp]:
    async with _client_of(app) as client:
        yield client


@pytest.fixture
def app_behind_proxy(database: Path) -> Starlette:
    """A server behind an address of its own."""
    return supplier_app(database, token=TOKEN, base_url="https://erp.example/docs/")


@asynccontextmanager
async def _client_of(app: Starlette) -> AsyncIterator[Erp]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with serving(app) as url, httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
        yield Erp(client)

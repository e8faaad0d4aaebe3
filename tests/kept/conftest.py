"""A bot without platforms on a real store, once on SQLite and once on PostgreSQL, and its ERP to break."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.app import open_core
from bot.demo.supplier.data import prepare
from bot.demo.supplier.server import supplier_app
from bot.erp_settings import ErpSettings
from bot.linking import CompanyRow, Role
from bot.settings import Settings
from tests.kept.room import ANA, BRUNO, Kept, Room
from tests.support.serving import serving

TOKEN = "supplier-token"


@pytest.fixture(scope="session")
def supplier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("supplier") / "supplier.db"
    prepare(path)
    return path


@pytest.fixture
async def room(database_url: str, supplier: Path) -> AsyncIterator[Room]:
    """Ana and Bruno are linked to Northwind (55)."""
    app = supplier_app(supplier, token=TOKEN)
    inbox = Kept()
    async with serving(app) as url:
        settings = Settings(
            _env_file=None,
            supplier_name="Acme",
            database_url=database_url,
            secret_keys=Fernet.generate_key().decode(),
            erp=ErpSettings(
                _env_file=None, url=url, token=TOKEN, time_zone="America/Sao_Paulo", cache_seconds=0
            ),
            slack_bot_token="xoxb-1",
            slack_signing_secret="s",
            telegram_bot_token="1:t",
            telegram_webhook_secret="s",
        )
        async with open_core(settings, inbox) as core:
            row = CompanyRow(erp=settings.erp.name, erp_key="55", name="Northwind")
            await core.linking.import_companies([row])
            for user in (ANA, BRUNO):
                await core.linking.link_directly(user, settings.erp.name, "55", role=Role.ADMIN)
            yield Room(core, app.state.faults, inbox)
        await asyncio.sleep(0)

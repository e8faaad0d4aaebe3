"""A world for each test; what they begin with is made once."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.supplier.data import prepare
from bot.migrations import migrate
from tests.sharing.world import World, world


@pytest.fixture(scope="session", name="blank")
def _blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sharing")
    prepare(folder / "supplier.db")
    migrate(f"sqlite:///{folder / 'bot.db'}")
    return folder


@pytest.fixture
async def world_(blank: Path, tmp_path: Path) -> AsyncIterator[World]:
    shutil.copytree(blank, tmp_path, dirs_exist_ok=True)
    async with world(tmp_path) as made:
        yield made

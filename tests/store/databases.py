"""The databases a test runs on: an SQLite file and a real PostgreSQL, migrated once and copied."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.keys import Keys
from bot.migrations import migrate
from bot.store import Store
from tests.support.postgres import PostgresServer, fresh_database


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres_server: PostgresServer) -> str:
    """The address of a migrated database to copy."""
    url = fresh_database(postgres_server)
    migrate(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of the test's own, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "orderbot.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    return fresh_database(
        request.getfixturevalue("postgres_server"), request.getfixturevalue("migrated_database")
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/orderbot.db"
    return fresh_database(request.getfixturevalue("postgres_server"))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = Store(database_url)
    yield opened
    await opened.aclose()


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys([Fernet.generate_key().decode()])


def bytes_on_disk(folder: Path) -> bytes:
    """Everything the SQLite database in a folder has written, its log included."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("orderbot.db*")))

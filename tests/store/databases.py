"""The databases a test runs on: an SQLite file, copied, and a PostgreSQL, emptied; migrated once each."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
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


class OneAfterAnother:
    """A migrated PostgreSQL database for one test at a time.

    Making a database costs a hundred times what emptying one costs.
    """

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._template = fresh_database(server)
        migrate(self._template)
        self._url = fresh_database(server, like=self._template)

    def emptied(self) -> str:
        """Its address, as if it had just been migrated; another one's where somebody still holds on to it."""
        try:
            with psycopg.connect(self._url) as connection:
                connection.execute("SET LOCAL lock_timeout = '2s'")
                # Without triggers: rows go in any order, and the audit's may not be deleted otherwise.
                connection.execute("SET LOCAL session_replication_role = replica")
                connection.execute(_EMPTY)
        except psycopg.Error:
            self._url = fresh_database(self._server, like=self._template)
        return self._url


_EMPTY = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
    LOOP PERFORM setval(format('%I', name), 1, false); END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def migrated_database(postgres_server: PostgresServer) -> OneAfterAnother:
    return OneAfterAnother(postgres_server)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of the test's own, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "orderbot.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    database: OneAfterAnother = request.getfixturevalue("migrated_database")
    return database.emptied()


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

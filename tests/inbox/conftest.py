"""The same tests on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from bot.inbox import InboxSettings, migrate
from tests.inbox.people import KEY
from tests.support.postgres import PostgresServer, fresh_database


@pytest.fixture(scope="session")
def inbox_template(postgres_server: PostgresServer) -> str:
    """The address of a database with the inbox's tables, to copy."""
    url = fresh_database(postgres_server)
    migrate(InboxSettings(database_url=url, secret_keys=(KEY,)))
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> InboxSettings:
    """An inbox with its tables and nothing in them."""
    if request.param == "postgresql":
        return request.getfixturevalue("on_postgres")  # type: ignore[no-any-return]
    return request.getfixturevalue("on_sqlite")  # type: ignore[no-any-return]


@pytest.fixture
def on_sqlite(tmp_path: Path) -> InboxSettings:
    settings = InboxSettings(database_url=f"sqlite:///{tmp_path}/inbox.db", secret_keys=(KEY,))
    migrate(settings)
    return settings


@pytest.fixture
def on_postgres(postgres_server: PostgresServer, inbox_template: str) -> InboxSettings:
    url = fresh_database(postgres_server, like=inbox_template)
    return InboxSettings(database_url=url, secret_keys=(KEY,))

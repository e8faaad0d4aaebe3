"""What every test may use."""

import pytest
from hypothesis import HealthCheck, settings

# Here and nowhere else: a fixture that is imported into several folders is several fixtures, each with a
# PostgreSQL server of its own.
from tests.store.databases import (
    database_url,
    empty_database_url,
    keys,
    migrated_database,
    migrated_file,
    store,
)
from tests.support.backwards import turn_unordered_rows_round
from tests.support.postgres import postgres_server

__all__ = [
    "database_url",
    "empty_database_url",
    "keys",
    "migrated_database",
    "migrated_file",
    "postgres_server",
    "store",
]

# Speed is the business of `make bench`; here a busy machine must not fail a test.
settings.register_profile("orderbot", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("orderbot")


def pytest_configure() -> None:
    turn_unordered_rows_round()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Bolt, python-telegram-bot and DBOS run on asyncio; so do the tests."""
    return "asyncio"

"""Databases and a desk for these tests."""

import pytest

from bot.keys import Keys
from bot.store import Store
from tests.linking.desk import Desk, open_desk
from tests.linking.hall import hall
from tests.store.databases import (
    database_url,
    keys,
    migrated_database,
    migrated_file,
    store,
)
from tests.support.postgres import postgres_server

__all__ = ["database_url", "hall", "keys", "migrated_database", "migrated_file", "postgres_server", "store"]


@pytest.fixture
async def desk(store: Store, keys: Keys) -> Desk:
    return await open_desk(store, keys)

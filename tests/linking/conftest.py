"""Databases and a desk for these tests."""

from typing import Any

import pytest
from sqlalchemy import event

from bot.keys import Keys
from bot.store import Store
from tests.linking.desk import Desk, open_desk
from tests.linking.hall import hall

__all__ = ["hall"]


@pytest.fixture
async def last_first(store: Store) -> None:
    """Rows that nothing puts in order come last one first: SQLite would put them in order by itself."""

    @event.listens_for(store.engine.sync_engine, "connect")
    def _(connection: Any, _: Any) -> None:
        if store.engine.dialect.name == "sqlite":
            connection.execute("PRAGMA reverse_unordered_selects = ON")


@pytest.fixture
async def desk(store: Store, keys: Keys) -> Desk:
    return await open_desk(store, keys)

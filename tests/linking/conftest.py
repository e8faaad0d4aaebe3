"""Databases and a desk for these tests."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.keys import Keys
from bot.store import Store
from tests.linking.desk import Desk, open_desk
from tests.linking.hall import hall

__all__ = ["hall"]


@pytest.fixture
async def last_first(store: Store) -> AsyncIterator[None]:
    """Rows that nothing puts in order come last one first: SQLite would put them in order by itself."""

    def turn_round(connection: Any, _: Any) -> None:
        if store.dialect == "sqlite":
            connection.execute("PRAGMA reverse_unordered_selects = ON")

    # At whatever engine of the store.
    event.listen(Engine, "connect", turn_round)
    yield
    event.remove(Engine, "connect", turn_round)


@pytest.fixture
async def desk(store: Store, keys: Keys) -> Desk:
    return await open_desk(store, keys)

"""Databases and a desk for these tests."""

import pytest

from bot.keys import Keys
from bot.store import Store
from tests.linking.desk import Desk, open_desk
from tests.linking.hall import hall

__all__ = ["hall"]


@pytest.fixture
async def desk(store: Store, keys: Keys) -> Desk:
    return await open_desk(store, keys)

"""Telegram on loopback, for every test here."""

from collections.abc import AsyncIterator

import pytest

from tests.handlers.telegram.world import World, a_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with a_world() as connected:
        yield connected

"""The two sides, fresh for every test."""

from collections.abc import AsyncIterator

import pytest

from tests.handlers.slack.world import World, world


@pytest.fixture(name="world")
async def _world() -> AsyncIterator[World]:
    async with world() as both:
        yield both

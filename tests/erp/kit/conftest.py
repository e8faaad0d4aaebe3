"""The worlds the rules are held against, each opened once for a whole module of rules."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.erp.kit.world import World
from tests.erp.kit.worlds import WORLDS


@pytest.fixture(scope="module", params=sorted(WORLDS))
async def world(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[World]:
    opened: Callable[[], AbstractAsyncContextManager[World]] = WORLDS[request.param]
    async with opened() as world:
        yield world


@pytest.fixture(autouse=True)
def mended(world: World) -> None:
    """Every rule begins with an ERP that works, and an empty record."""
    world.proxy.fail(None)
    world.proxy.recorded.clear()

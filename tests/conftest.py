"""What every test may use."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Bolt, python-telegram-bot and DBOS run on asyncio; so do the tests."""
    return "asyncio"

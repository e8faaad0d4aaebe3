"""What every test may use."""

import pytest
from hypothesis import HealthCheck, settings

# Speed is the business of `make bench`; here a busy machine must not fail a test.
settings.register_profile("orderbot", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("orderbot")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Bolt, python-telegram-bot and DBOS run on asyncio; so do the tests."""
    return "asyncio"

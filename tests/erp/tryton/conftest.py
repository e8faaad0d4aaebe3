"""One Tryton for all tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.erp.tryton.server import TrytonServer, tryton_server


@pytest.fixture(scope="session")
def tryton() -> Iterator[TrytonServer]:
    with tryton_server() as server:
        yield server

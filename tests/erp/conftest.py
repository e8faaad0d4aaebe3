"""Patience with what takes long once."""

import pytest

# Building the Tryton of the tests takes a minute or two, in the set-up of whichever test comes first.
_BUILDING_SECONDS = 900


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith("tests/erp/") and "tryton" in item.nodeid:
            item.add_marker(pytest.mark.timeout(_BUILDING_SECONDS))

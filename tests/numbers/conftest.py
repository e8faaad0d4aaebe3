"""Databases for these tests, and a company's numbers on its shelf."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.keys import Keys
from bot.numbers.index import Numbers
from bot.numbers.shelves import Shelves
from bot.numbers.values import Known, Near
from bot.orders import Reference
from bot.store import Store
from tests.erp.builders import NOW, scope_of


@dataclass(frozen=True)
class Library:
    """Numbers and shelves on one database, at one moment."""

    numbers: Numbers
    shelves: Shelves
    store: Store

    async def hold(self, *orders: Known) -> None:
        """Put orders on the shelves of their companies."""
        for erp, company_key in {(order.erp, order.company_key) for order in orders}:
            shelf = await self.shelves.take(erp, company_key, unless_fresh_since=NOW)
            if shelf is not None:
                await self.shelves.put_back(shelf)
        await self.numbers.keep(orders)

    async def same(self, number: str, *company_keys: str) -> list[str]:
        """Order numbers that are found as this very number."""
        near = await self.numbers.look_up(scope_of(*company_keys), Reference(number))
        return [known.order_number for known in near.same]

    async def nearest(self, number: str, *company_keys: str) -> list[str]:
        """Order numbers that are offered for it."""
        near = await self.numbers.look_up(scope_of(*company_keys), Reference(number))
        return [known.order_number for known in near.nearest]


@pytest.fixture
def library(store: Store, keys: Keys) -> Library:
    return Library(Numbers(store, keys, clock=lambda: NOW), Shelves(store, keys, clock=lambda: NOW), store)


class Two:
    """Two companies with numbers side by side, asked in the right of one; for tests that bring no loop."""

    def __init__(self, database_url: str, keys: Keys) -> None:
        self._runner = asyncio.Runner()
        self._runner.run(self._open(database_url, keys))

    async def _open(self, database_url: str, keys: Keys) -> None:
        self._store = Store(database_url)
        self._numbers = Numbers(self._store, keys, clock=lambda: NOW)
        library = Library(self._numbers, Shelves(self._store, keys, clock=lambda: NOW), self._store)
        await library.hold(
            *(
                Known(
                    erp="erp",
                    company_key=key,
                    order_number=f"SO-{number}",
                    customer_reference=f"PO-{number % 97}",
                )
                for key, odd in (("55", 0), ("66", 1))
                for number in range(1000 + odd, 1400, 2)
            )
        )

    def look_up(self, number: str) -> Near:
        """What the first company is told."""
        return self._runner.run(self._numbers.look_up(scope_of("55"), Reference(number)))

    def close(self) -> None:
        self._runner.run(self._store.aclose())
        self._runner.close()


@pytest.fixture
def two(database_url: str, keys: Keys) -> Iterator[Two]:
    opened = Two(database_url, keys)
    yield opened
    opened.close()

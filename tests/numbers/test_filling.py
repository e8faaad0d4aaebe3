"""The index is filled from an ERP's lists, goes on where it stopped, and follows what changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.erp.gateway import Gateway
from bot.erp.line import ErpLimits
from bot.keys import Keys
from bot.numbers import filling
from bot.numbers.filling import Filler
from bot.numbers.index import Numbers
from bot.numbers.shelves import Shelves
from bot.orders import Order, OrderStatus
from bot.scope import CompanyScope
from bot.store import Store
from tests.erp.builders import NOW, scope_of
from tests.numbers.books import Books
from tests.numbers.conftest import Library

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass
class Room:
    """A filler with its ERP, and a clock that is set by hand."""

    store: Store
    keys: Keys
    books: Books = field(default_factory=Books)
    now: datetime = NOW
    scopes: list[CompanyScope] = field(default_factory=lambda: [scope_of("55"), scope_of("66")])
    horizon: timedelta = 730 * DAY

    @property
    def library(self) -> Library:
        return Library(
            Numbers(self.store, self.keys, clock=lambda: self.now),
            Shelves(self.store, self.keys, clock=lambda: self.now),
            self.store,
        )

    def filler(self) -> Filler:
        async def scopes() -> Sequence[CompanyScope]:
            return self.scopes

        return Filler(
            numbers=self.library.numbers,
            shelves=self.library.shelves,
            lists=Gateway([self.books], limits=ErpLimits(cache_seconds=0)),
            scopes=scopes,
            telling={"erp"} if self.books.tells else set(),
            horizon=self.horizon,
            clock=lambda: self.now,
        )

    async def round(self, *, later: timedelta = timedelta(0)) -> list[str]:
        """A round; what the ERP was asked in it."""
        self.now += later
        before = len(self.books.asked)
        await self.filler().round()
        return self.books.asked[before:]

    def place(self, number: int, company_key: str = "55", *, days: int = 1) -> Order:
        order = Order(
            erp="erp",
            company_key=company_key,
            order_number=f"SO-{number}",
            placed_on=self.now - days * DAY,
            status=OrderStatus.CONFIRMED,
            changed_at=self.now,
        )
        self.books.orders.append(order)
        return order


@pytest.fixture
def room(store: Store, keys: Keys) -> Room:
    return Room(store, keys)


async def test_every_company_is_filled_and_nothing_is_asked_again_at_once(room: Room) -> None:
    for number in range(1000, 1120):
        room.place(number)
    room.place(5000, "66")
    assert await room.round() == ["page"] * 4
    assert await room.library.same("1119", "55") == ["SO-1119"]
    assert await room.library.same("5000", "66") == ["SO-5000"]
    assert await room.library.same("5000", "55") == []
    assert await room.round(later=MINUTE) == []
    assert await room.round(later=filling.CHANGES_EVERY) == ["changed"] * 4
    assert await room.round(later=MINUTE) == []


async def test_a_large_company_is_filled_over_several_rounds_by_any_process(room: Room) -> None:
    held = filling.PAGE * filling.PAGES_A_ROUND
    for number in range(held + 10):
        room.place(10_000 + number, days=1 + number // 100)
    room.scopes = [scope_of("55")]
    assert await room.round() == ["page"] * filling.PAGES_A_ROUND
    oldest = f"SO-{10_000 + held + 9}"
    assert await room.library.same(oldest, "55") == []
    assert await room.round(later=MINUTE) == ["page"]
    assert await room.library.same(oldest, "55") == [oldest]


async def test_what_changed_while_it_was_being_filled_is_not_missed(room: Room) -> None:
    for number in range(filling.PAGE * filling.PAGES_A_ROUND + 10):
        room.place(10_000 + number, days=1 + number // 100)
    room.scopes = [scope_of("55")]
    await room.round()
    room.now += 5 * MINUTE
    room.place(99_999, days=0)
    assert await room.round() == ["page"]
    assert set(await room.round(later=filling.CHANGES_EVERY)) == {"changed"}
    # All that was there before the filling began changed in its last minutes, too.
    await room.round(later=MINUTE)
    assert await room.library.same("SO-99999", "55") == ["SO-99999"]


async def test_new_and_changed_orders_come_by_what_the_erp_says_changed(room: Room) -> None:
    first = room.place(1000)
    await room.round()
    await room.round(later=MINUTE)
    room.now += 20 * MINUTE
    room.place(1001, days=0)
    room.books.orders[0] = replace(
        first, status=OrderStatus.DELIVERED, customer_reference="PO-4242", changed_at=room.now
    )
    assert set(await room.round()) == {"changed"}
    assert await room.library.same("1001", "55") == ["SO-1001"]
    assert await room.library.same("PO-4242", "55") == ["SO-1000"]


async def test_more_changes_than_a_round_holds_are_gone_through_in_the_next(room: Room) -> None:
    room.scopes = [scope_of("55")]
    await room.round()
    await room.round(later=MINUTE)
    room.now += 20 * MINUTE
    for number in range(filling.PAGE * filling.PAGES_A_ROUND + 10):
        # All at one moment: a cursor goes on where a moment could not.
        room.place(10_000 + number, days=0)
    last = room.books.orders[-1].order_number
    assert await room.round() == ["changed"] * filling.PAGES_A_ROUND
    assert await room.library.same(last, "55") == []
    assert await room.round(later=MINUTE) == ["changed"]
    assert await room.library.same(last, "55") == [last]
    assert await room.round(later=MINUTE) == []


async def test_a_change_that_shows_late_is_not_missed(room: Room) -> None:
    await room.round()
    await room.round(later=20 * MINUTE)
    late = room.place(1000, days=0)
    room.books.orders[0] = replace(late, changed_at=room.now - 5 * MINUTE)
    await room.round(later=20 * MINUTE)
    assert await room.library.same("1000", "55") == ["SO-1000"]


async def test_an_erp_that_does_not_tell_is_asked_for_its_last_weeks_each_hour(room: Room) -> None:
    room.books.tells = False
    room.place(1000, days=300)
    await room.round()
    await room.round(later=MINUTE)
    room.place(1001, days=0)
    assert await room.round(later=30 * MINUTE) == []
    assert await room.round(later=31 * MINUTE) == ["page", "page"]
    assert await room.library.same("1001", "55") == ["SO-1001"]
    assert await room.library.same("1000", "55") == ["SO-1000"]


async def test_an_erp_that_fails_is_left_alone_until_the_next_round(room: Room) -> None:
    room.place(1000, "66")
    room.books.failing = True
    assert await room.round() == ["page"]
    room.books.failing = False
    assert await room.round(later=MINUTE) == ["page", "page"]
    assert await room.library.same("1000", "66") == ["SO-1000"]


async def test_two_processes_do_not_bring_one_company_up_to_date_at_once(room: Room) -> None:
    taken = await room.library.shelves.take("erp", "55", unless_fresh_since=room.now)
    assert taken is not None
    assert await room.round() == ["page"]
    # Whoever took it has died.
    assert await room.round(later=timedelta(minutes=16)) == ["page", "changed"]


async def test_orders_from_before_the_horizon_are_not_kept(room: Room) -> None:
    room.place(1000, days=800)
    await room.round()
    assert await room.library.same("1000", "55") == []
    assert set(await room.round(later=filling.CHANGES_EVERY + MINUTE)) == {"changed"}
    assert await room.library.same("1000", "55") == []


async def test_without_a_horizon_nothing_is_asked_and_everything_forgotten(room: Room) -> None:
    room.place(1000)
    await room.round()
    room.horizon = timedelta(0)
    assert await room.round(later=DAY) == []
    assert await room.library.same("1000", "55") == []


async def test_a_company_nobody_may_ask_about_any_more_is_forgotten(room: Room) -> None:
    room.place(1000)
    await room.round()
    room.scopes = [scope_of("66")]
    await room.round(later=MINUTE)
    assert await room.library.same("1000", "55") == []

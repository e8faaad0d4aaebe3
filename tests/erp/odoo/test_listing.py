"""Lists: pages that hold every order once, and what changed since a moment."""

from datetime import UTC, datetime

import pytest

from bot.erp.protocol import OrderFilter
from bot.orders import OrderStatus
from bot.scope import CompanyScope
from tests.erp.odoo.builders import Play, playing

VERSIONS = (19, 17, 16, 14)
EVERYTHING = OrderFilter()


async def listed(play: Play, scope: CompanyScope, wanted: OrderFilter, limit: int) -> list[str]:
    numbers, after = [], None
    for _ in range(100):
        page = await play.erp.page(scope, wanted, after=after, limit=limit)
        numbers += [order.order_number for order in page.orders]
        after = page.next
        if after is None:
            return numbers
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("version", VERSIONS)
async def test_orders_of_one_moment_are_told_once_each(version: int) -> None:
    async with playing(version) as play:
        numbers = await listed(play, play.southgate, EVERYTHING, 3)
        assert len(numbers) == len(set(numbers)) == 42
        assert numbers == await listed(play, play.southgate, EVERYTHING, 100)


async def test_orders_of_one_second_are_told_once_each() -> None:
    """Odoo keeps fractions of a second, and does not show them."""
    async with playing() as play:
        for number in range(5):
            play.world.order(f"T{number}", "Empty Shell", date_order=f"2026-11-12 09:00:00.{number + 1}00000")
        shell = play.scope("Empty Shell")
        assert await listed(play, shell, EVERYTHING, 1) == ["T4", "T3", "T2", "T1", "T0"]


async def test_an_order_that_arrives_in_between_moves_nothing() -> None:
    async with playing() as play:
        first = await play.erp.page(play.southgate, EVERYTHING, after=None, limit=3)
        play.world.order("S09999", "Southgate Parts", date_order="2026-11-19 09:00:00")
        second = await play.erp.page(play.southgate, EVERYTHING, after=first.next, limit=3)
        shown = [order.order_number for order in (*first.orders, *second.orders)]
        assert shown == ["S00021", "S00020", "S00140", "S00139", "S00138", "S00137"]


async def test_one_request_brings_one_page() -> None:
    async with playing() as play:
        await play.erp.check()
        before = len(play.odoo.requests)
        page = await play.erp.page(play.southgate, EVERYTHING, after=None, limit=10)
        assert len(page.orders) == 10
        assert all(order.complete for order in page.orders)
        assert len(play.odoo.requests) == before + 1


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_status_is_found_among_many_others(version: int) -> None:
    async with playing(version) as play:
        only = OrderFilter(statuses=frozenset({OrderStatus.SHIPPED}))
        assert await listed(play, play.southgate, only, 5) == ["S00020"]
        assert "S00020" not in await listed(
            play, play.southgate, OrderFilter(statuses=frozenset({OrderStatus.CONFIRMED})), 5
        )
        still_open = await listed(play, play.northwind, OrderFilter(open_only=True), 2)
        assert "S00003" in still_open
        assert not {"S00001", "S00004", "S00006"} & set(still_open)


async def test_a_list_that_is_cut_by_dates_is_cut_in_odoo() -> None:
    async with playing() as play:
        wanted = OrderFilter(
            since=datetime(2026, 11, 3, 9, 0, tzinfo=UTC), until=datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
        )
        play.odoo.asked.clear()
        assert await listed(play, play.northwind, wanted, 10) == ["S00004", "S00003"]
        [domain] = [one["domain"] for _, method, one in play.odoo.asked if method == "web_search_read"]
        assert ["date_order", ">=", "2026-11-03 09:00:00"] in domain
        assert ["date_order", "<", "2026-11-05 09:00:00"] in domain


async def changes(play: Play, since: datetime, limit: int = 2) -> list[tuple[str, datetime | None]]:
    found, after = [], None
    for _ in range(200):
        page = await play.erp.changed(play.northwind, since, after=after, limit=limit)
        found += [(order.order_number, order.changed_at) for order in page.orders]
        after = page.next
        if after is None:
            return found
    raise AssertionError("the changes do not end")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("model", "name", "order"),
    [
        ("sale.order", "S00002", "S00002"),
        ("stock.picking", "WH/OUT/00003", "S00003"),
        ("account.move", "INV/2026/00004", "S00004"),
    ],
)
async def test_a_change_of_what_belongs_to_an_order_is_the_orders(
    version: int, model: str, name: str, order: str
) -> None:
    async with playing(version) as play:
        since = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        assert await changes(play, since) == []
        play.world.books.rows[model][play.world.ids[name]]["write_date"] = "2026-11-20 09:00:00.500000"
        assert await changes(play, since) == [(order, since)]


async def test_changes_come_the_oldest_first_and_each_once() -> None:
    async with playing() as play:
        rows = play.world.books.rows["sale.order"]
        for minute, name in enumerate(("S00008", "S00002", "S00005", "S00003")):
            rows[play.world.ids[name]]["write_date"] = f"2026-11-20 09:{minute:02}:00"
        since = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        found = await changes(play, since)
        assert [number for number, _ in found] == ["S00008", "S00002", "S00005", "S00003"]
        assert found == await changes(play, since, limit=100)


async def test_more_changes_than_one_request_brings_are_all_told() -> None:
    async with playing() as play:
        for number in range(210):
            play.world.order(f"T{number:03}", "Northwind Branch")
        everything = await changes(play, datetime(2026, 11, 1, tzinfo=UTC), limit=100)
        assert {f"T{number:03}" for number in range(210)} <= {number for number, _ in everything}
        assert len(everything) == len({number for number, _ in everything})

"""Lists of an ERPNext site: stable pages over parents, and changes told by the site's own clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.erp.erpnext import ErpNextErp
from bot.erp.protocol import OrderFilter
from bot.orders import Order, OrderStatus
from bot.scope import CompanyScope
from tests.erp.erpnext.building import OURS, THEIRS, connected, numbers
from tests.erp.erpnext.story import NORTHWIND, SOUTHGATE, delivery, invoice, line, order, story

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def listed(
    erp: ErpNextErp, wanted: OrderFilter | None = None, *, scope: CompanyScope = OURS, limit: int = 3
) -> list[Order]:
    orders: list[Order] = []
    after = None
    while True:
        page = await erp.page(scope, wanted or OrderFilter(), after=after, limit=limit)
        orders += page.orders
        after = page.next
        if after is None:
            return orders


async def changes(
    erp: ErpNextErp, since: datetime = LONG_AGO, *, scope: CompanyScope = OURS, limit: int = 3
) -> list[Order]:
    orders: list[Order] = []
    after = None
    while True:
        page = await erp.changed(scope, since, after=after, limit=limit)
        orders += page.orders
        after = page.next
        if after is None:
            return orders


async def test_a_page_is_one_call_however_many_lines_its_orders_have() -> None:
    site = story()
    site.documents["Sales Order"] = [
        order(f"SAL-ORD-{n}", NORTHWIND, f"PO-{n}", lines=tuple(line() for _ in range(40))) for n in range(30)
    ]
    async with connected(site) as erp:
        await erp.page(OURS, OrderFilter(), after=None, limit=10)
        site.asked.clear()
        page = await erp.page(OURS, OrderFilter(), after=None, limit=10)
    assert len(page.orders) == 10
    assert len(site.asked) == 1


async def test_orders_of_one_day_and_one_second_are_told_apart_by_their_number() -> None:
    async with connected(story()) as erp:
        whole = numbers(await listed(erp, scope=THEIRS, limit=100))
        by_three = numbers(await listed(erp, scope=THEIRS, limit=3))
    assert by_three == whole
    assert len(set(whole)) == 42


async def test_pages_stay_put_while_orders_arrive_and_go() -> None:
    site = story()
    async with connected(site) as erp:
        whole = numbers(await listed(erp, limit=100))
        first = await erp.page(OURS, OrderFilter(), after=None, limit=4)
        site.documents["Sales Order"].append(
            order("SAL-ORD-2026-99999", NORTHWIND, "PO-NEW", placed="2026-11-20")
        )
        site.documents["Sales Order"].remove(site.find("Sales Order", whole[0]))
        second = await erp.page(OURS, OrderFilter(), after=first.next, limit=4)
    assert numbers(first.orders) + numbers(second.orders) == whole[:8]


async def test_more_orders_of_one_day_than_a_page_of_rows_are_all_listed() -> None:
    site = story()
    site.documents["Sales Order"] = [order(f"SAL-ORD-{n:03}", NORTHWIND, f"PO-{n}") for n in range(130)]
    async with connected(site) as erp:
        assert numbers(await listed(erp, limit=25)) == [f"SAL-ORD-{n:03}" for n in reversed(range(130))]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (OrderStatus.CONFIRMED, {"00002", "00008", "00009", "00010"}),
        (OrderStatus.PARTIALLY_SHIPPED, {"00005"}),
        (OrderStatus.COMPLETED, {"00003", "00004", "00007"}),
        (OrderStatus.CANCELLED, {"00006"}),
        (OrderStatus.SHIPPED, set()),
        (OrderStatus.RECEIVED, set()),
    ],
)
async def test_a_list_by_status(status: OrderStatus, expected: set[str]) -> None:
    async with connected(story()) as erp:
        orders = await listed(erp, OrderFilter(statuses=frozenset({status})), limit=2)
    assert {one.order_number[-5:] for one in orders} == expected


async def test_open_orders_are_those_that_are_neither_completed_closed_nor_cancelled() -> None:
    site = story()
    site.find("Sales Order", "SAL-ORD-2026-00010")["status"] = "Closed"
    async with connected(site) as erp:
        orders = await listed(erp, OrderFilter(open_only=True))
        held = await listed(
            erp,
            OrderFilter(open_only=True, statuses=frozenset({OrderStatus.COMPLETED, OrderStatus.CONFIRMED})),
        )
    assert {one.order_number[-5:] for one in orders} == {"00002", "00005", "00008", "00009"}
    assert {one.order_number[-5:] for one in held} == {"00002", "00008", "00009"}


async def test_dates_of_a_list_are_days_of_the_sites_own() -> None:
    """23:30 in São Paulo is the next day in UTC, and an order of that day begins at 03:00 UTC."""
    zone = ZoneInfo("America/Sao_Paulo")
    wanted = OrderFilter(
        since=datetime(2026, 11, 11, 0, 0, tzinfo=zone), until=datetime(2026, 11, 15, 0, 0, tzinfo=zone)
    )
    later = OrderFilter(since=datetime(2026, 11, 11, 0, 1, tzinfo=zone))
    async with connected(story()) as erp:
        assert {one.order_number[-5:] for one in await listed(erp, wanted)} == {"00003"}
        assert "00003" not in {one.order_number[-5:] for one in await listed(erp, later)}


async def test_a_change_of_an_order_its_deliveries_or_its_invoices_is_a_change_of_it() -> None:
    site = story()
    for doctype in ("Sales Order", "Delivery Note", "Sales Invoice"):
        for row in site.documents[doctype]:
            row["modified"] = "2026-11-01 00:00:00.000000"
    site.find("Sales Order", "SAL-ORD-2026-00002")["modified"] = "2026-11-19 08:00:00.000000"
    site.find("Delivery Note", "MAT-DN-2026-00003")["modified"] = "2026-11-19 09:00:00.000000"
    site.find("Sales Invoice", "ACC-SINV-2026-00001")["modified"] = "2026-11-19 10:00:00.000000"
    site.find("Sales Invoice", "ACC-SINV-2026-00006")["modified"] = "2026-11-19 10:30:00.000000"
    async with connected(site) as erp:
        orders = await changes(erp, datetime(2026, 11, 10, tzinfo=UTC), limit=1)
    assert [(one.order_number[-5:], one.changed_at) for one in orders] == [
        ("00002", datetime(2026, 11, 19, 11, 0, tzinfo=UTC)),
        ("00005", datetime(2026, 11, 19, 12, 0, tzinfo=UTC)),
        ("00003", datetime(2026, 11, 19, 13, 0, tzinfo=UTC)),
    ]
    assert all(one.complete for one in orders)


async def test_changes_are_told_page_by_page_each_order_at_its_last_change() -> None:
    site = story()
    async with connected(site) as erp:
        whole = await changes(erp, limit=100)
        for limit in (1, 2, 5):
            told = await changes(erp, limit=limit)
            moments = [one.changed_at for one in told if one.changed_at is not None]
            assert moments == sorted(moments)
            assert {one.order_number for one in told} == {one.order_number for one in whole}
    assert "SAL-ORD-2026-00001" not in numbers(whole)
    assert "SAL-ORD-2026-00006" in numbers(whole)


async def test_more_changes_of_one_moment_than_fit_a_page_are_all_told() -> None:
    """A bulk update writes one `modified` to everything."""
    site = story()
    sales = [
        order(f"SAL-ORD-{n:03}", NORTHWIND, f"PO-{n}", modified="2026-11-19 08:00:00.000000")
        for n in range(450)
    ]
    site.documents["Sales Order"] = list(sales)
    site.documents["Delivery Note"] = [
        delivery(f"MAT-DN-{n:03}", sale, modified="2026-11-19 08:00:00.000000")
        for n, sale in enumerate(sales)
    ]
    site.documents["Sales Invoice"] = []
    async with connected(site) as erp:
        told = await changes(erp, limit=100)
    assert {one.order_number for one in told} == {f"SAL-ORD-{n:03}" for n in range(450)}


async def test_a_delivery_that_is_cut_by_the_end_of_an_answer_changes_all_its_orders() -> None:
    """Answers hold 200 rows of the join: the last delivery in one may have more orders than came."""
    site = story()
    sales = [
        order(f"SAL-ORD-{n:03}", NORTHWIND, f"PO-{n}", modified="2026-10-01 08:00:00") for n in range(300)
    ]
    notes = []
    for n in range(100):
        one, *others = [delivery(f"MAT-DN-{n:03}", sale) for sale in sales[3 * n : 3 * n + 3]]
        lines = [row for note in (one, *others) for row in _lines(note)]
        one["items"] = [{**row, "idx": place} for place, row in enumerate(lines, start=1)]
        one["modified"] = f"2026-11-19 08:{n // 60:02}:{n % 60:02}.000000"
        notes.append(one)
    site.documents |= {"Sales Order": list(sales), "Delivery Note": list(notes), "Sales Invoice": []}
    async with connected(site) as erp:
        # The 67th delivery is the one that is cut, and the last of the first page.
        told = await changes(erp, datetime(2026, 11, 10, tzinfo=UTC), limit=67)
    assert len({one.order_number for one in told}) == 300


async def test_a_page_far_down_a_list_is_one_call_too() -> None:
    site = story()
    first = date(2026, 1, 1)
    site.documents["Sales Order"] = [
        order(f"SAL-ORD-{n:03}", NORTHWIND, f"PO-{n}", placed=(first + timedelta(days=n)).isoformat())
        for n in range(100)
    ]
    async with connected(site) as erp:
        await listed(erp, limit=100)
        site.asked.clear()
        assert len(await listed(erp, limit=10)) == 100
    assert len(site.asked) == 10


async def test_an_hour_that_the_clock_shows_twice_hides_no_change() -> None:
    """In New York clocks went back at 06:00 UTC on 1 November 2026: 01:30 was at 05:30 and at 06:30."""
    site = story()
    site.time_zone = "America/New_York"
    for doctype in ("Sales Order", "Delivery Note", "Sales Invoice"):
        for row in site.documents[doctype]:
            row["modified"] = "2026-10-01 00:00:00.000000"
    # The second time the clock showed it, 20 minutes after `since` by a clock that showed 01:50.
    site.find("Sales Order", "SAL-ORD-2026-00002")["modified"] = "2026-11-01 01:10:00.000000"
    async with connected(site) as erp:
        told = await changes(erp, datetime(2026, 11, 1, 5, 50, tzinfo=UTC))
        assert [(one.order_number[-5:], one.changed_at) for one in told] == [
            ("00002", datetime(2026, 11, 1, 6, 10, tzinfo=UTC))
        ]
        assert await changes(erp, datetime(2026, 11, 1, 6, 11, tzinfo=UTC)) == []


async def test_what_changed_before_is_not_told_though_it_was_asked_for() -> None:
    """The query reaches back two hours, for the clocks; the answer does not."""
    site = story()
    moment = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
    local = moment.astimezone(ZoneInfo(site.time_zone)).replace(tzinfo=None)
    for doctype in ("Sales Order", "Delivery Note", "Sales Invoice"):
        for row in site.documents[doctype]:
            row["modified"] = (local - timedelta(minutes=30)).isoformat(sep=" ")
    async with connected(site) as erp:
        assert await changes(erp, moment) == []
        assert await changes(erp, moment - timedelta(minutes=30)) != []


async def test_an_order_another_company_was_delivered_with_does_not_change() -> None:
    site = story()
    ours, theirs = (
        site.find("Sales Order", "SAL-ORD-2026-00002"),
        site.find("Sales Order", "SAL-ORD-2026-00013"),
    )
    for doctype in ("Sales Order", "Delivery Note", "Sales Invoice"):
        for row in site.documents[doctype]:
            row["modified"] = "2026-10-01 00:00:00.000000"
    now = "2026-11-19 08:00:00.000000"
    site.documents["Sales Invoice"].append(
        invoice("ACC-SINV-2026-00920", ours, customer=SOUTHGATE, modified=now)
    )
    site.documents["Delivery Note"].append(delivery("MAT-DN-2026-00920", theirs, modified=now))
    async with connected(site) as erp:
        assert await changes(erp, datetime(2026, 11, 10, tzinfo=UTC)) == []
        told = await changes(erp, datetime(2026, 11, 10, tzinfo=UTC), scope=THEIRS)
    # The invoice is Southgate's, the order it names is not.
    assert [one.order_number[-5:] for one in told] == ["00013"]


def _lines(note: dict[str, object]) -> list[dict[str, object]]:
    lines = note["items"]
    assert isinstance(lines, list)
    return lines

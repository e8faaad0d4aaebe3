"""Lists: newest first, page by page, over a contract without pages."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.erp.protocol import OrderFilter
from bot.erp.vtex_b2b import VtexB2bErp
from bot.orders import OrderStatus
from bot.scope import CompanyScope
from tests.erp.builders import NOW, adapter, scope_of
from tests.erp.plain_contract import Asked, PlainErp, Sale
from tests.support.serving import serving

SCOPE = scope_of("55")


def sales(count: int, *, days: int = 1, company: int = 55) -> list[Sale]:
    """Orders `days` apart, the newest of today; two of each three are delivered."""
    return [
        Sale(
            company,
            str(company * 1000 + count - n),
            placed=(NOW - timedelta(days=days * n, hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            status=3 if n % 3 == 0 else 5,
        )
        for n in range(count)
    ]


async def all_pages(ours: VtexB2bErp, scope: CompanyScope, wanted: OrderFilter, limit: int) -> list[str]:
    numbers: list[str] = []
    after = None
    while True:
        page = await ours.page(scope, wanted, after=after, limit=limit)
        assert len(page.orders) <= limit
        numbers += [order.order_number for order in page.orders]
        after = page.next
        if after is None:
            return numbers


@pytest.mark.parametrize("days", [1, 10, 24])
async def test_pages_hold_every_order_once_newest_first(days: int) -> None:
    kept = sales(30, days=days)
    async with serving(PlainErp(kept + sales(5, company=56)).app()) as url:
        ours = adapter(url)
        numbers = await all_pages(ours, SCOPE, OrderFilter(), 7)
        await ours.aclose()

    assert numbers == [sale.number for sale in kept]


async def test_a_recent_page_asks_for_one_month_only() -> None:
    erp = PlainErp(sales(20))
    async with serving(erp.app()) as url:
        ours = adapter(url)
        await ours.page(SCOPE, OrderFilter(), after=None, limit=5)
        await ours.aclose()

    assert len(erp.asked) == 1


async def test_pages_stay_put_while_new_orders_arrive() -> None:
    erp = PlainErp(sales(10))
    async with serving(erp.app()) as url:
        ours = adapter(url)
        first = await ours.page(SCOPE, OrderFilter(), after=None, limit=4)
        erp.sales.insert(0, Sale(55, "99999", placed="2026-11-20T11:59:00Z"))
        second = await ours.page(SCOPE, OrderFilter(), after=first.next, limit=4)
        await ours.aclose()

    expected = [sale.number for sale in sales(10)]
    assert [o.order_number for o in (*first.orders, *second.orders)] == expected[:8]


async def test_orders_of_the_same_moment_are_parted_by_their_number() -> None:
    same = [Sale(55, str(n), placed="2026-11-01T00:00:00Z") for n in (999, 1000, 1001, 5)]
    async with serving(PlainErp(same).app()) as url:
        ours = adapter(url)
        numbers = await all_pages(ours, SCOPE, OrderFilter(), 1)
        await ours.aclose()

    assert numbers == ["1001", "1000", "999", "5"]


async def test_open_orders_and_statuses_are_chosen() -> None:
    kept = sales(12)
    async with serving(PlainErp(kept).app()) as url:
        ours = adapter(url)
        still_open = await all_pages(ours, SCOPE, OrderFilter(open_only=True), 3)
        delivered = await all_pages(ours, SCOPE, OrderFilter(statuses=frozenset({OrderStatus.DELIVERED})), 3)
        await ours.aclose()

    assert still_open == [sale.number for sale in kept if sale.status == 3]
    assert delivered == [sale.number for sale in kept if sale.status == 5]


async def test_a_period_includes_its_start_and_excludes_its_end() -> None:
    placed = ("2026-06-01T00:00:00Z", "2026-06-30T23:59:59Z", "2026-07-01T00:00:00Z", "2026-05-31T23:59:59Z")
    erp = PlainErp([Sale(55, str(n), placed=moment) for n, moment in enumerate(placed)])
    wanted = OrderFilter(since=datetime(2026, 6, 1, tzinfo=UTC), until=datetime(2026, 7, 1, tzinfo=UTC))
    async with serving(erp.app()) as url:
        ours = adapter(url)
        numbers = await all_pages(ours, SCOPE, wanted, 5)
        await ours.aclose()

    assert numbers == ["1", "0"]
    assert len(erp.asked) == 1


async def test_a_period_that_ends_before_it_starts_is_empty() -> None:
    wanted = OrderFilter(since=NOW, until=NOW - timedelta(days=1))
    erp = PlainErp(sales(3))
    async with serving(erp.app()) as url:
        ours = adapter(url)
        assert await all_pages(ours, SCOPE, wanted, 5) == []
        await ours.aclose()


async def test_a_cursor_of_another_company_filter_or_secret_starts_at_the_first_page() -> None:
    erp = PlainErp(sales(10) + sales(10, company=56))
    async with serving(erp.app()) as url:
        ours, others = adapter(url), adapter(url, cursor_secret=b"of another installation")
        page = await ours.page(SCOPE, OrderFilter(), after=None, limit=3)
        assert page.next is not None
        firsts = [
            await ours.page(scope_of("56"), OrderFilter(), after=page.next, limit=3),
            await ours.page(SCOPE, OrderFilter(open_only=True), after=page.next, limit=3),
            await others.page(SCOPE, OrderFilter(), after=page.next, limit=3),
            await ours.page(SCOPE, OrderFilter(), after=page.next[:-8] + "AAAAAAAA", limit=3),
            await ours.page(SCOPE, OrderFilter(), after="⚡" * 10, limit=3),
        ]
        await ours.aclose()
        await others.aclose()

    assert [p.orders[0].order_number for p in firsts] == ["56010", "55010", "55010", "55010", "55010"]


async def test_an_order_without_a_date_is_listed_too() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        rows = [
            {"pedidoErpId": "1"},
            {"pedidoErpId": "2", "dataPedido": "2026-11-19"},
            {"pedidoErpId": None},
            7,
        ]
        return JSONResponse({"itens": rows})

    async with serving(PlainErp(behave=behave).app()) as url:
        ours = adapter(url)
        page = await ours.page(SCOPE, OrderFilter(), after=None, limit=1)
        await ours.aclose()

    assert [order.order_number for order in page.orders] == ["2"]
    assert page.next is not None
    assert page.orders[0].placed_on == datetime(2026, 11, 19, 3, tzinfo=UTC)

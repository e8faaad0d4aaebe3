"""A company with orders in two ERPs: one answer, one list, and what is said when one of them is away."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from bot.erp.errors import DocumentNotThere, ErpUnavailable
from bot.erp.gateway import Gateway
from bot.erp.line import ErpLimits
from bot.erp.protocol import OrderFilter, Page
from bot.erp.several import merged_page
from bot.orders import Order, Reference
from tests.erp.builders import NOW, adapter, scope_of
from tests.erp.plain_contract import PDF, Asked, PlainErp, Sale
from tests.support.serving import serving

MAIN, PARTS = "erp", "parts"
SCOPE = scope_of("55", further={PARTS: ("900",)})
PO = Reference("PO-7782")
LIST = OrderFilter()


def day(ago: float) -> str:
    return (NOW - timedelta(days=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class House:
    """Two ERPs that know the same company by other keys, and use the same order number."""

    main: PlainErp
    parts: PlainErp
    gateway: Gateway
    urls: tuple[str, str]

    def take_away(self, double: PlainErp) -> None:
        async def behave(request: Request, asked: Asked) -> Response | None:
            return Response(status_code=500)

        double.behave = behave


@asynccontextmanager
async def house(*, cache_seconds: float = 0, last_known_minutes: float = 0) -> AsyncIterator[House]:
    main = PlainErp(
        [
            Sale(55, "10042", "PO-7782", placed=day(3)),
            Sale(55, "10050", "PO-1", placed=day(1)),
            Sale(56, "20001", "PO-7782", placed=day(0.5)),
            Sale(900, "30001", "PO-7782", placed=day(0.5)),
        ]
    )
    parts = PlainErp(
        [
            Sale(900, "10042", "PO-7782", placed=day(2)),
            Sale(900, "10043", "PO-2", placed=day(4)),
            Sale(55, "40001", "PO-7782", placed=day(0.5)),
        ]
    )
    limits = ErpLimits(cache_seconds=cache_seconds, last_known_minutes=last_known_minutes)
    async with AsyncExitStack() as stack:
        urls = [await stack.enter_async_context(serving(one.app())) for one in (main, parts)]
        erps = [adapter(url, name=name) for url, name in zip(urls, (MAIN, PARTS), strict=True)]
        gateway = Gateway(erps, limits=limits, cursor_secret=b"secret of the tests")
        stack.push_async_callback(gateway.aclose)
        yield House(main, parts, gateway, (urls[0], urls[1]))


def told(orders: object) -> list[tuple[str, str]]:
    assert isinstance(orders, (tuple, list))
    return [(order.erp, order.order_number) for order in orders]


async def test_a_number_is_looked_for_in_both_and_keys_count_only_in_their_own_erp() -> None:
    async with house() as one:
        found = await one.gateway.find(SCOPE, [PO, Reference("PO-2")])
    # The newest first; 56, and each ERP's own 55 and 900 of somebody else, are nobody's here.
    assert told(found[PO]) == [(PARTS, "10042"), (MAIN, "10042")]
    assert told(found[Reference("PO-2")]) == [(PARTS, "10043")]
    assert found.missing == ()


async def test_the_one_order_of_a_number_comes_in_full_from_where_it_lives() -> None:
    async with house() as one:
        found = await one.gateway.find_complete(SCOPE, [Reference("PO-1"), Reference("PO-2"), PO])
    assert [found[Reference(number)][0].complete for number in ("PO-1", "PO-2")] == [True, True]
    assert len(found[PO]) == 2


async def test_two_orders_of_one_number_in_two_erps_are_not_mixed_up() -> None:
    async with house() as one:
        one.main.sales = [Sale(55, "7", "PO-1", status=3)]
        one.parts.sales = [Sale(900, "7", "PO-2", status=5)]
        found = await one.gateway.find_complete(SCOPE, [Reference("PO-1"), Reference("PO-2")])
    (main,), (parts,) = found.values()
    assert (main.erp, main.company_key, main.complete) == (MAIN, "55", True)
    assert (parts.erp, parts.company_key, parts.complete) == (PARTS, "900", True)
    assert main.status != parts.status


async def test_while_one_is_away_the_others_orders_are_shown_and_it_is_named() -> None:
    async with house() as one:
        one.take_away(one.parts)
        found = await one.gateway.find(SCOPE, [PO, Reference("PO-2")])
        page = await one.gateway.page(SCOPE, LIST, after=None, limit=10)
    assert (told(found[PO]), found.missing) == ([(MAIN, "10042")], (PARTS,))
    assert (told(page.orders), page.missing) == ([(MAIN, "10050"), (MAIN, "10042")], (PARTS,))


async def test_nothing_found_while_one_is_away_is_not_called_not_there() -> None:
    async with house() as one:
        one.take_away(one.parts)
        with pytest.raises(ErpUnavailable) as failure:
            await one.gateway.find(SCOPE, [Reference("PO-2")])
        assert failure.value.erp == PARTS
        one.take_away(one.main)
        for ask in (
            one.gateway.find(SCOPE, [PO]),
            one.gateway.page(SCOPE, LIST, after=None, limit=3),
            one.gateway.details(SCOPE, ["10042"]),
        ):
            with pytest.raises(ErpUnavailable):
                await ask


async def test_what_one_said_last_joins_what_the_other_says_now() -> None:
    async with house(last_known_minutes=60) as one:
        await one.gateway.find(SCOPE, [PO])
        one.take_away(one.parts)
        found = await one.gateway.find(SCOPE, [PO])
    assert [(order.erp, order.stale) for order in found[PO]] == [(PARTS, True), (MAIN, False)]
    assert found.missing == ()


async def test_a_part_of_the_scope_asks_one_erp_only() -> None:
    async with house() as one:
        part = SCOPE.within(PARTS, "900")
        assert part is not None
        (order,) = await one.gateway.details(part, ["10042"])
        assert (order.erp, order.company_key, one.main.asked) == (PARTS, "900", [])
    assert SCOPE.within(PARTS, "55") is None
    assert SCOPE.within("another") is None


async def test_a_document_is_fetched_where_its_order_lives() -> None:
    async with house() as one:
        places = ((one.main, 55, PDF + b"main"), (one.parts, 900, PDF + b"parts"))
        for url, (double, key, content) in zip(one.urls, places, strict=True):
            item: dict[str, object] = {"tipoArquivo": 3, "descricao": "DANFE", "url": f"{url}/f"}
            double.sales = [Sale(key, "10042", "PO-7782", placed=day(2), documents=(item,))]
            double.files = {"/f": content}
        documents = await one.gateway.documents(SCOPE, "10042")
        assert [(one.erp, one.company_key) for one in documents] == [(MAIN, "55"), (PARTS, "900")]
        for found, content in zip(documents, (PDF + b"main", PDF + b"parts"), strict=True):
            async with one.gateway.open_document(SCOPE, found) as stream:
                assert b"".join([chunk async for chunk in stream.chunks]) == content
        with pytest.raises(DocumentNotThere):
            async with one.gateway.open_document(scope_of("55"), documents[1]):
                pass


async def pages(
    gateway: Gateway, limit: int, between: Callable[[], Awaitable[None]] | None = None
) -> list[Page]:
    found, after = [], None
    for _ in range(50):
        page = await gateway.page(SCOPE, LIST, after=after, limit=limit)
        found.append(page)
        after = page.next
        if after is None:
            return found
        if between is not None:
            await between()
    raise AssertionError("the list does not end")


async def test_two_lists_are_one_newest_first_and_stay_put_while_orders_arrive() -> None:
    async with house() as one:
        one.main.sales = [Sale(55, f"1{n:04}", placed=day(2 * n + 1)) for n in range(7)]
        one.parts.sales = [Sale(900, f"9{n:04}", placed=day(3 * n + 1.5)) for n in range(6)]
        everything = [
            (MAIN if sale.company == 55 else PARTS, sale.number)
            for sale in sorted(
                [*one.main.sales, *one.parts.sales], key=lambda sale: sale.placed, reverse=True
            )
        ]
        for limit in (1, 3, 5, 50):
            listed = await pages(one.gateway, limit)
            assert [row for page in listed for row in told(page.orders)] == everything
            assert all(len(page.orders) == limit for page in listed[:-1])

        async def arrives() -> None:
            number = len(one.main.sales)
            one.main.sales.append(Sale(55, f"5{number:04}", placed=day(0.1 / number)))
            one.parts.sales.append(Sale(900, f"5{number:04}", placed=day(0.1 / number)))

        listed = await pages(one.gateway, 2, arrives)
        assert [row for page in listed for row in told(page.orders)] == everything


async def test_an_erp_that_fails_is_left_out_of_the_rest_of_the_list_and_each_page_says_so() -> None:
    async with house() as one:
        one.main.sales = [Sale(55, f"1{n:04}", placed=day(n + 1)) for n in range(6)]
        one.parts.sales = [Sale(900, f"9{n:04}", placed=day(n + 1.5)) for n in range(6)]

        async def away() -> None:
            one.take_away(one.parts)

        first, *rest = await pages(one.gateway, 2, away)
        assert first.missing == ()
        assert {page.missing for page in rest} == {(PARTS,)}
        listed = [row for page in (first, *rest) for row in told(page.orders)]
        assert [row for row in listed if row[0] == MAIN] == [(MAIN, f"1{n:04}") for n in range(6)]
        assert len(set(listed)) == len(listed)


async def test_a_cursor_counts_only_for_the_keys_and_the_list_it_was_made_for() -> None:
    async with house() as one:
        first = await one.gateway.page(SCOPE, LIST, after=None, limit=1)
        assert first.next is not None
        other_keys = scope_of("55", further={PARTS: ("901",)})
        for scope, wanted in ((other_keys, LIST), (SCOPE, OrderFilter(open_only=True))):
            expected = await one.gateway.page(scope, wanted, after=None, limit=1)
            again = await one.gateway.page(scope, wanted, after=first.next, limit=1)
            assert told(again.orders) == told(expected.orders)


_ROWS = st.lists(st.integers(0, 6), max_size=14).map(lambda days: sorted(days, reverse=True))


@settings(max_examples=200)
@given(lists=st.lists(_ROWS, min_size=1, max_size=3), limit=st.integers(1, 5), newest=st.booleans())
def test_merged_pages_hold_every_order_once_in_the_order_of_time(
    lists: list[list[int]], limit: int, newest: bool
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    erps = [f"erp{n}" for n in range(len(lists))]

    def order(erp: str, place: int, days: int) -> Order:
        moment = start + timedelta(days=days if newest else -days)
        return Order(erp=erp, company_key="55", order_number=str(place), placed_on=moment)

    rows = {
        erp: [order(erp, place, days) for place, days in enumerate(of)]
        for erp, of in zip(erps, lists, strict=True)
    }

    async def fetch(erp: str, after: str | None) -> Page:
        begin = int(after or 0)
        end = begin + limit
        return Page(tuple(rows[erp][begin:end]), str(end) if end < len(rows[erp]) else None, len(rows[erp]))

    async def walk() -> list[Order]:
        taken: list[Order] = []
        position = None
        for _ in range(60):
            page, position = await merged_page(
                erps, position, limit, fetch, lambda order: order.placed_on, newest=newest
            )
            taken += page.orders
            if position is None:
                return taken
            assert len(page.orders) == limit
        raise AssertionError("the list does not end")

    taken = asyncio.run(walk())
    moments = [order.placed_on for order in taken if order.placed_on]
    assert moments == sorted(moments, reverse=newest)
    for erp in erps:
        assert [order for order in taken if order.erp == erp] == rows[erp]

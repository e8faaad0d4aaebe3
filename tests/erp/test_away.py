"""An ERP in trouble: limits, pauses it asks for, the breaker, and what it said last."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from starlette.requests import Request
from starlette.responses import Response

from bot.erp.breaker import Breaker
from bot.erp.errors import ErpBusy, ErpError, ErpRateLimited, ErpUnavailable
from bot.erp.gateway import Gateway
from bot.erp.line import ErpLimits
from bot.erp.pace import Pace
from bot.erp.protocol import OrderFilter, Page
from bot.erp.several import Found
from bot.orders import Document, DocumentKind, Order, Reference
from bot.scope import CompanyScope
from tests.erp.builders import NOW, adapter, scope_of
from tests.erp.plain_contract import Asked, PlainErp, Sale
from tests.support.serving import serving

SCOPE = scope_of("55")
PO = Reference("PO-7782")
LIST = OrderFilter()


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Trouble:
    """A server whose answer can be replaced, and counts what it was asked."""

    double: PlainErp
    gateway: Gateway
    clock: Clock

    def answer(self, status: int | None = None, **headers: str) -> None:
        """Answer everything with a status; None: as it should."""

        async def behave(request: Request, asked: Asked) -> Response | None:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return Response(status_code=status, headers=named) if status else None

        self.double.behave = behave

    @property
    def asked(self) -> int:
        return len(self.double.asked)

    async def fails(self, ask: Awaitable[object]) -> ErpError:
        with pytest.raises(ErpError) as failure:
            await ask
        return failure.value


@asynccontextmanager
async def trouble(**limits: float) -> AsyncIterator[Trouble]:
    double = PlainErp(
        [
            Sale(55, "10042", customer_reference="PO-7782", placed_by="Ana"),
            Sale(55, "10043", customer_reference="PO-7783", placed_by="Bruno"),
            Sale(56, "20077", customer_reference="PO-7782"),
        ]
    )
    usual: dict[str, float] = {"cache_seconds": 0, "breaker_failures": 3, "breaker_seconds": 30}
    clock = Clock()
    async with serving(double.app()) as url:
        gateway = Gateway([adapter(url)], limits=ErpLimits(**{**usual, **limits}), clock=clock)  # type: ignore[arg-type]
        yield Trouble(double, gateway, clock)
        await gateway.aclose()


async def opened(one: Trouble) -> None:
    """Fail until the breaker is open."""
    one.answer(500)
    while one.gateway.available("erp"):
        await one.fails(one.gateway.details(SCOPE, ["1"]))


async def test_after_failures_in_a_row_the_erp_is_let_be_and_everybody_is_answered_at_once() -> None:
    async with trouble() as one:
        one.answer(500)
        for _ in range(3):
            assert one.gateway.available("erp")
            await one.fails(one.gateway.details(SCOPE, ["1"]))
        assert not one.gateway.available("erp")
        before = one.asked
        for ask in (
            one.gateway.find(SCOPE, [PO]),
            one.gateway.page(SCOPE, LIST, after=None, limit=5),
            one.gateway.details(SCOPE, ["10042"]),
            one.gateway.documents(SCOPE, "10042"),
            one.gateway.changed(SCOPE, NOW, after=None, limit=5),
        ):
            assert isinstance(await one.fails(ask), ErpUnavailable)
        assert one.asked == before


async def test_an_answer_in_between_begins_the_count_anew_and_refusals_are_answers() -> None:
    async with trouble() as one:
        # 404 is an answer too: the order is not there.
        for status in (500, 500, 401, 500, 500, 404, 500, 500):
            one.answer(status)
            with contextlib.suppress(ErpError):
                await one.gateway.details(SCOPE, ["1"])
        assert one.gateway.available("erp")


async def test_when_the_time_is_over_one_caller_tries_and_the_others_are_answered_at_once() -> None:
    async with trouble() as one:
        await opened(one)
        one.clock.turn(seconds=30)
        arrived, release = asyncio.Event(), asyncio.Event()

        async def behave(request: Request, asked: Asked) -> Response | None:
            arrived.set()
            await release.wait()
            return None

        one.double.behave = behave
        before = one.asked
        trying = asyncio.create_task(one.gateway.details(SCOPE, ["10042"]))
        await arrived.wait()
        assert isinstance(await one.fails(one.gateway.details(SCOPE, ["10043"])), ErpUnavailable)
        assert one.asked == before + 1
        waiting = asyncio.create_task(one.gateway.wait("erp"))
        release.set()
        assert len(await trying) == 1
        await waiting
        assert one.gateway.available("erp")
        assert len(await one.gateway.details(SCOPE, ["10043"])) == 1


async def test_a_try_that_fails_or_is_given_up_lets_the_next_one_try_in_its_time() -> None:
    async with trouble() as one:
        await opened(one)
        one.clock.turn(seconds=30)
        await one.fails(one.gateway.details(SCOPE, ["1"]))
        assert not one.gateway.available("erp")
        one.clock.turn(seconds=30)
        arrived = asyncio.Event()

        async def hang(request: Request, asked: Asked) -> Response | None:
            arrived.set()
            await asyncio.sleep(3)
            return None

        one.double.behave = hang
        gives_up = asyncio.create_task(one.gateway.details(SCOPE, ["10042"]))
        await arrived.wait()
        gives_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gives_up
        await one.gateway.wait("erp")
        one.answer()
        assert len(await one.gateway.details(SCOPE, ["10042"])) == 1


async def test_a_question_that_was_not_asked_after_all_shows_nothing() -> None:
    clock = Clock()
    breaker = Breaker("erp", failures=2, seconds=30, clock=clock)

    def fail(failure: ErpError) -> None:
        with pytest.raises(type(failure)), breaker.watching():
            raise failure

    fail(ErpUnavailable())
    fail(ErpUnavailable())
    clock.turn(seconds=30)
    fail(ErpBusy(1))
    assert breaker.available
    fail(ErpUnavailable())
    assert not breaker.available


async def test_a_check_that_finds_it_well_lets_everybody_ask_again() -> None:
    async with trouble() as one:
        await opened(one)
        assert await one.gateway.answering() == set()
        assert not one.gateway.available("erp")
        one.answer()
        assert await one.gateway.answering() == {"erp"}
        assert one.gateway.available("erp")


async def test_an_erp_that_says_when_it_is_back_is_believed_at_once_and_not_tried_again() -> None:
    async with trouble() as one:
        one.answer(503, Retry_After="60")
        await one.fails(one.gateway.details(SCOPE, ["1"]))
        assert (one.asked, one.gateway.available("erp")) == (1, False)
        one.clock.turn(seconds=60)
        assert one.gateway.available("erp")


async def test_a_long_pause_is_everybodys_and_a_short_one_is_waited_for() -> None:
    async with trouble() as one:
        one.answer(429, Retry_After="1")

        async def once(request: Request, asked: Asked) -> Response | None:
            return Response(status_code=429, headers={"Retry-After": "1"}) if one.asked == 1 else None

        one.double.behave = once
        assert len(await one.gateway.details(SCOPE, ["10042"])) == 1
        assert one.asked == 2
        one.answer(429, Retry_After="60")
        limited = await one.fails(one.gateway.details(SCOPE, ["10042"]))
        assert isinstance(limited, ErpRateLimited)
        assert limited.retry_after == 60
        before = one.asked
        one.answer()
        for scope in (SCOPE, scope_of("56", company_id=2)):
            refused = await one.fails(one.gateway.find(scope, [PO]))
            assert isinstance(refused, ErpBusy)
            assert 0 < refused.retry_after <= 60
        assert one.asked == before


async def test_one_companys_crowd_does_not_delay_another_companys_question() -> None:
    async with trouble(concurrency=1, waiting=1000) as one:
        one.double.sales += [Sale(55, str(n)) for n in range(500)]
        served: list[str] = []
        arrived, release = asyncio.Event(), asyncio.Event()

        async def note(request: Request, asked: Asked) -> Response | None:
            served.append(asked.companies[0])
            arrived.set()
            await release.wait()
            return None

        one.double.behave = note
        crowd = [asyncio.create_task(one.gateway.details(SCOPE, [str(n)])) for n in range(500)]
        other = asyncio.create_task(one.gateway.details(scope_of("56", company_id=2), ["20077"]))
        await arrived.wait()
        release.set()
        assert [order.order_number for order in await other] == ["20077"]
        # One that was with the ERP, one in its turn, then the other company's.
        assert served.index("56") <= 2
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)


async def test_when_too_many_wait_the_crowd_is_refused_at_once_and_the_other_company_is_not() -> None:
    async with trouble(concurrency=1, waiting=10) as one:
        crowd = [asyncio.create_task(one.gateway.details(SCOPE, [str(n)])) for n in range(50)]
        await asyncio.sleep(0)
        assert len(await one.gateway.details(scope_of("56", company_id=2), ["20077"])) == 1
        outcomes = await asyncio.gather(*crowd, return_exceptions=True)
        refused = [outcome for outcome in outcomes if isinstance(outcome, ErpBusy)]
        assert len(refused) == 50 - 1 - 10 + 1
        assert one.gateway.available("erp")


def test_requests_are_spread_evenly_over_time() -> None:
    now = 100.0
    pace = Pace(per_second=4, now=lambda: now)
    assert [pace.take() for _ in range(4)] == [0, 0.25, 0.5, 0.75]
    now = 100.5
    assert (pace.take(), pace.delay) == (0.5, 0.75)
    now = 110.0
    assert [pace.take() for _ in range(2)] == [0, 0.25]
    pace.pause(1.5)
    assert pace.take() == 1.5


async def test_no_question_is_let_in_before_its_request_may_go() -> None:
    async with trouble(per_second=0.001) as one:
        assert len(await one.gateway.details(SCOPE, ["10042"])) == 1
        waits = asyncio.create_task(one.gateway.details(SCOPE, ["10043"]))
        await asyncio.wait([waits], timeout=0.1)
        assert (one.asked, waits.done()) == (1, False)
        waits.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waits


async def test_further_requests_of_a_question_keep_the_pace_too() -> None:
    async with trouble(per_second=0.001) as one:
        asking = asyncio.create_task(one.gateway.find(SCOPE, [PO]))
        await asyncio.wait([asking], timeout=0.1)
        assert one.asked == 1
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


ASKS: dict[str, Callable[[Gateway, CompanyScope], Awaitable[Found | Page | Sequence[Order]]]] = {
    "find": lambda gateway, scope: gateway.find_complete(scope, [PO]),
    "page": lambda gateway, scope: gateway.page(scope, LIST, after=None, limit=5),
    "details": lambda gateway, scope: gateway.details(scope, ["10042"]),
}


@pytest.mark.parametrize("ask", ASKS)
async def test_what_was_said_last_is_said_again_with_its_time_and_marked(ask: str) -> None:
    async with trouble(last_known_minutes=120) as one:
        said = await ASKS[ask](one.gateway, SCOPE)
        one.clock.turn(minutes=119)
        one.answer(500)
        again = await ASKS[ask](one.gateway, SCOPE)
        assert [(order.order_number, order.as_of, order.stale) for order in orders_in(again)] == [
            (order.order_number, NOW, True) for order in orders_in(said)
        ]
        one.answer()
        assert not any(order.stale for order in orders_in(await ASKS[ask](one.gateway, SCOPE)))
        one.clock.turn(minutes=120)
        one.answer(500)
        await one.fails(ASKS[ask](one.gateway, SCOPE))


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize(
    "other",
    [
        scope_of("56", company_id=2),
        scope_of("55", company_id=2),
        scope_of("55", placed_by="Ana"),
        scope_of("56"),
    ],
    ids=["another company", "another of ours with the same key", "a contact of it", "another key"],
)
async def test_what_one_was_told_last_is_nobody_elses(ask: str, other: CompanyScope) -> None:
    async with trouble(last_known_minutes=120, cache_seconds=0) as one:
        await ASKS[ask](one.gateway, SCOPE)
        one.answer(500)
        await one.fails(ASKS[ask](one.gateway, other))


async def test_a_button_shows_what_a_search_told_last() -> None:
    async with trouble(last_known_minutes=120) as one:
        await one.gateway.find_complete(SCOPE, [PO])
        one.answer(500)
        (order,) = await one.gateway.details(SCOPE, ["10042"])
        assert (order.stale, order.complete) == (True, True)
        for numbers in (["10043"], ["10042", "10043"]):
            # One that is not known is not left out as if it were not there.
            await one.fails(one.gateway.details(SCOPE, numbers))


async def test_an_order_that_has_gone_since_is_not_remembered() -> None:
    async with trouble(last_known_minutes=120) as one:
        await one.gateway.details(SCOPE, ["10042"])
        one.double.sales = []
        assert list(await one.gateway.details(SCOPE, ["10042"])) == []
        one.answer(500)
        await one.fails(one.gateway.details(SCOPE, ["10042"]))


async def test_that_there_was_nothing_is_not_remembered_and_a_gap_is_named() -> None:
    async with trouble(last_known_minutes=120) as one:
        nothing, both = [Reference("PO-9")], [PO, Reference("PO-9")]
        await one.gateway.find(SCOPE, nothing)
        await one.gateway.find(SCOPE, both)
        one.answer(500)
        await one.fails(one.gateway.find(SCOPE, nothing))
        found = await one.gateway.find(SCOPE, both)
        assert (len(found[PO]), found.missing) == (1, ("erp",))


async def test_documents_never_come_from_memory() -> None:
    async with trouble(last_known_minutes=120) as one:
        item: dict[str, object] = {"tipoArquivo": 3, "descricao": "DANFE", "url": "https://erp.example/f"}
        one.double.sales[0] = Sale(55, "10042", documents=(item,))
        assert len(await one.gateway.documents(SCOPE, "10042")) == 1
        one.answer(500)
        await one.fails(one.gateway.documents(SCOPE, "10042"))
        document = Document(id="danfe-1", kind=DocumentKind.DANFE, order_number="10042")
        with pytest.raises(ErpUnavailable):
            async with one.gateway.open_document(SCOPE, document):
                pass


def orders_in(answer: Found | Page | Sequence[Order]) -> list[Order]:
    match answer:
        case Found():
            return [order for orders in answer.values() for order in orders]
        case Page():
            return list(answer.orders)
    return list(answer)

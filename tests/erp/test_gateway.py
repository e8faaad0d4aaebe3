"""The gateway: one set of calls for many askers, freshness, limits, and whose record comes back."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from structlog.testing import capture_logs

from bot.erp.errors import ErpUnavailable
from bot.erp.gateway import Gateway
from bot.erp.line import ErpLimits
from bot.erp.matching import matched_kind
from bot.erp.protocol import OrderFilter
from bot.orders import Document, DocumentKind, OrderStatus, Reference, ReferenceKind
from bot.store import utc_now
from tests.erp.builders import NOW, adapter, scope_of
from tests.erp.plain_contract import PDF, Asked, PlainErp, Sale
from tests.support.serving import serving

SCOPE = scope_of("55")
PO = Reference("PO-7782")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def erp() -> PlainErp:
    return PlainErp(
        [
            Sale(55, "10042", customer_reference="PO-7782", web_number="W-900", status=4),
            Sale(56, "20077", customer_reference="PO-7782", status=3),
        ]
    )


async def with_gateway(
    double: PlainErp,
    act: Callable[[Gateway], Coroutine[Any, Any, None]],
    clock: Callable[[], datetime] = utc_now,
    **limits: Any,
) -> None:
    async with serving(double.app()) as url:
        gateway = Gateway([adapter(url)], limits=ErpLimits(**limits), clock=clock)
        await act(gateway)
        await gateway.aclose()


async def test_two_hundred_identical_questions_are_one_set_of_calls() -> None:
    double = erp()

    async def act(gateway: Gateway) -> None:
        answers = await asyncio.gather(*(gateway.find_complete(SCOPE, [PO]) for _ in range(200)))
        assert {answer[PO][0].order_number for answer in answers} == {"10042"}

    await with_gateway(double, act)

    # Four searches, and the details that prove whose the row is.
    assert len(double.asked) == 5


async def test_the_same_question_of_two_companies_is_two_questions() -> None:
    double = erp()

    async def act(gateway: Gateway) -> None:
        ours, theirs = await asyncio.gather(gateway.find(SCOPE, [PO]), gateway.find(scope_of("56"), [PO]))
        assert [order.order_number for order in ours[PO]] == ["10042"]
        assert [order.order_number for order in theirs[PO]] == ["20077"]

    await with_gateway(double, act)


async def test_an_asker_who_gives_up_takes_nothing_from_the_others() -> None:
    release, arrived = asyncio.Event(), asyncio.Event()
    double = erp()

    async def behave(request: Request, asked: Asked) -> Response | None:
        if len(double.asked) == 4:
            arrived.set()
        await release.wait()
        return None

    double.behave = behave

    async def act(gateway: Gateway) -> None:
        first = asyncio.create_task(gateway.find(SCOPE, [PO]))
        await arrived.wait()
        second = asyncio.create_task(gateway.find(SCOPE, [PO]))
        await asyncio.sleep(0)
        first.cancel()
        release.set()
        assert len((await second)[PO]) == 1
        with pytest.raises(asyncio.CancelledError):
            await first

    await with_gateway(double, act)
    assert len(double.asked) == 5


async def test_when_all_askers_give_up_the_next_one_asks_anew() -> None:
    double = erp()
    hang, arrived = asyncio.Event(), asyncio.Event()

    async def behave(request: Request, asked: Asked) -> Response | None:
        if len(double.asked) == 4:
            arrived.set()
        if not hang.is_set():
            await asyncio.wait_for(hang.wait(), 5)
        return None

    double.behave = behave

    async def act(gateway: Gateway) -> None:
        alone = asyncio.create_task(gateway.find(SCOPE, [PO]))
        await arrived.wait()
        alone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await alone
        hang.set()
        assert len((await gateway.find(SCOPE, [PO]))[PO]) == 1

    await with_gateway(double, act, concurrency=1)


async def test_a_failure_is_shared_by_those_who_wait_and_by_nobody_after() -> None:
    double = erp()
    failing = True

    async def behave(request: Request, asked: Asked) -> Response | None:
        return Response(status_code=500) if failing else None

    double.behave = behave

    async def act(gateway: Gateway) -> None:
        nonlocal failing
        outcomes = await asyncio.gather(
            *(gateway.find(SCOPE, [PO]) for _ in range(20)), return_exceptions=True
        )
        assert all(isinstance(outcome, ErpUnavailable) for outcome in outcomes)
        assert len(double.asked) == 4
        failing = False
        assert len((await gateway.find(SCOPE, [PO]))[PO]) == 1

    await with_gateway(double, act)


async def test_an_answer_is_kept_for_its_seconds_and_tells_when_it_was_given() -> None:
    double, clock = erp(), Clock()

    async def act(gateway: Gateway) -> None:
        first = (await gateway.find(SCOPE, [PO]))[PO][0]
        clock.now += timedelta(seconds=14)
        again = (await gateway.find(SCOPE, [PO]))[PO][0]
        assert (first.as_of, again.as_of) == (NOW, NOW)
        assert len(double.asked) == 5
        double.sales[0] = Sale(55, "10042", customer_reference="PO-7782", status=5)
        clock.now += timedelta(seconds=1)
        fresh = (await gateway.find(SCOPE, [PO]))[PO][0]
        assert (fresh.as_of, fresh.status) == (clock.now, OrderStatus.DELIVERED)

    await with_gateway(double, act, clock=clock, cache_seconds=15)


async def test_rows_that_do_not_name_their_company_are_returned_only_when_details_do() -> None:
    double = erp()

    async def behave(request: Request, asked: Asked) -> Response | None:
        # An ERP whose search forgets the company: rows of everybody.
        if asked.path == "/api/v1/pedido/pesquisa":
            rows = [{"pedidoErpId": n, "pedidoClienteId": "PO-7782"} for n in ("10042", "20077")]
            return JSONResponse({"itens": rows})
        return None

    double.behave = behave

    async def act(gateway: Gateway) -> None:
        with capture_logs() as logs:
            found = await gateway.find(SCOPE, [PO])
            page = await gateway.page(SCOPE, OrderFilter(), after=None, limit=5)
        assert [order.order_number for order in found[PO]] == ["10042"]
        assert [order.order_number for order in page.orders] == ["10042"]
        dropped = [entry for entry in logs if entry["event"] == "foreign_record_dropped"]
        assert {entry["reason"] for entry in dropped} == {"not_confirmed"}
        assert "20077" not in repr(logs)

    await with_gateway(double, act)


async def test_details_of_another_company_are_absent() -> None:
    async def act(gateway: Gateway) -> None:
        assert [o.order_number for o in await gateway.details(SCOPE, ["10042", "20077", "1"])] == ["10042"]
        assert list(await gateway.details(SCOPE, [])) == []

    await with_gateway(erp(), act)


async def test_the_web_number_that_was_asked_for_stays_on_the_complete_order() -> None:
    async def act(gateway: Gateway) -> None:
        reference = Reference("w900", alternatives=("W-900",))
        (order,) = (await gateway.find_complete(SCOPE, [reference]))[reference]
        assert (order.complete, order.web_number, order.customer_reference) == (True, "W-900", "PO-7782")
        assert matched_kind(order, reference) is ReferenceKind.WEB_NUMBER

    await with_gateway(erp(), act)


async def test_a_row_that_names_its_company_is_completed_with_one_more_call() -> None:
    double = erp()

    async def behave(request: Request, asked: Asked) -> Response | None:
        if asked.path == "/api/v1/pedido/pesquisa" and asked.body.get("porCodigo") == {
            "codigo": "PO-7782",
            "tipo": 1,
        }:
            return JSONResponse(
                {"itens": [{"pedidoErpId": "10042", "pedidoClienteId": "PO-7782", "revendaId": 55}]}
            )
        return None

    double.behave = behave

    async def act(gateway: Gateway) -> None:
        rows = await gateway.find(SCOPE, [PO])
        assert (rows[PO][0].complete, len(double.asked)) == (False, 4)
        full = await gateway.find_complete(SCOPE, [PO])
        assert (full[PO][0].complete, len(double.asked)) == (True, 5)

    await with_gateway(double, act)


async def test_no_more_questions_than_allowed_are_with_the_erp_at_once() -> None:
    double = PlainErp([Sale(55, str(n)) for n in range(20)])
    now, most = 0, 0

    async def behave(request: Request, asked: Asked) -> Response | None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return None

    double.behave = behave

    async def act(gateway: Gateway) -> None:
        await asyncio.gather(*(gateway.details(SCOPE, [str(n)]) for n in range(20)))

    await with_gateway(double, act, concurrency=3)
    assert most <= 3


async def test_a_scope_of_an_erp_that_is_not_configured_is_unavailable() -> None:
    async def act(gateway: Gateway) -> None:
        with pytest.raises(ErpUnavailable):
            await gateway.find(scope_of("55", erp="another"), [PO])

    await with_gateway(erp(), act)


async def test_documents_are_listed_and_opened_through_the_gateway() -> None:
    double = erp()
    async with serving(double.app()) as url:
        item: dict[str, object] = {"tipoArquivo": 3, "descricao": "DANFE", "url": f"{url}/f"}
        double.sales[0] = Sale(55, "10042", documents=(item,))
        double.files = {"/f": PDF}
        gateway = Gateway([adapter(url)])
        (document,) = await gateway.documents(SCOPE, "10042")
        async with gateway.open_document(SCOPE, document) as stream:
            content = b"".join([chunk async for chunk in stream.chunks])
        assert await gateway.answering() == {"erp"}
        await gateway.aclose()

    expected = Document(id="danfe-1", kind=DocumentKind.DANFE, order_number="10042", title="DANFE")
    assert document == replace(expected, erp="erp", company_key="55")
    assert content == PDF


async def test_an_erp_that_answers_questions_does_so_whatever_its_check_finds() -> None:
    double, clock, away = erp(), Clock(), False

    async def behave(request: Request, asked: Asked) -> Response | None:
        if away:
            return Response(status_code=503)
        # What the check asks for, and no question does.
        return Response(status_code=404) if asked.companies == ["0"] else None

    double.behave = behave

    async def act(gateway: Gateway) -> None:
        nonlocal away
        assert await gateway.answering() == set()
        await gateway.details(SCOPE, ["10042"])
        checked = len(double.asked)
        assert await gateway.answering() == {"erp"}
        assert len(double.asked) == checked
        clock.now += timedelta(seconds=6)
        assert await gateway.answering() == set()
        await gateway.details(SCOPE, ["10042"])
        away = True
        with pytest.raises(ErpUnavailable):
            await gateway.details(SCOPE, ["10043"])
        assert await gateway.answering() == set()

    await with_gateway(double, act, clock=clock, cache_seconds=0)


async def test_an_erp_that_passes_its_check_answers_though_nobody_asked() -> None:
    async def act(gateway: Gateway) -> None:
        assert await gateway.answering() == {"erp"}

    await with_gateway(erp(), act)

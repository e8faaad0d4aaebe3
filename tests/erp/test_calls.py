"""Calls to the ERP that go wrong: slow, cut off, too large, misdirected. And the check for operators."""

import asyncio
import gzip
from datetime import UTC, datetime

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.erp.addresses import ErpAddressRefused, base_address
from bot.erp.calls import retry_after
from bot.erp.errors import ErpBadAnswer, ErpDenied, ErpError, ErpRateLimited, ErpUnavailable
from bot.erp.vtex_b2b.adapter import CONTRACT_PATH
from bot.orders import Reference, ReferenceKind
from tests.erp.builders import adapter, scope_of
from tests.erp.plain_contract import TOKEN, Asked, PlainErp, Sale
from tests.erp.speaking import reply, speaking
from tests.support.serving import serving

ONE = Reference("10042", ReferenceKind.ORDER_NUMBER)
EMPTY = b'{"itens": []}'


async def asked_of(port: int, *, seconds: float = 5.0) -> None:
    ours = adapter(f"http://127.0.0.1:{port}", timeout_seconds=seconds)
    try:
        await ours.find(scope_of("55"), [ONE])
    finally:
        await ours.aclose()


async def test_an_answer_that_drips_is_given_up_at_the_deadline() -> None:
    async def drip(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with speaking(drip) as port:
        with pytest.raises(ErpUnavailable):
            await asked_of(port, seconds=0.3)


async def test_a_silent_erp_is_given_up_at_the_deadline() -> None:
    async def silent(head: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2)

    async with speaking(silent) as port:
        with pytest.raises(ErpUnavailable):
            await asked_of(port, seconds=0.2)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(EMPTY, length=500), ErpBadAnswer),
        (reply(b" " * (1024 * 1024 + 1) + EMPTY), ErpBadAnswer),
        (reply(gzip.compress(EMPTY), headers="Content-Encoding: gzip\r\n"), ErpBadAnswer),
        (reply(b"<!DOCTYPE html><html>", headers="Content-Type: text/html\r\n"), ErpBadAnswer),
        (reply(b""), ErpBadAnswer),
        (reply(EMPTY, status="302 Found", headers="Location: http://127.0.0.1:1/\r\n"), ErpBadAnswer),
        (reply(b"", status="401 Unauthorized"), ErpDenied),
        (reply(b"", status="500 Oops"), ErpUnavailable),
        (b"garbage\r\n\r\n", ErpUnavailable),
        (b"", ErpUnavailable),
    ],
)
async def test_a_reply_outside_the_contract_is_an_error_of_the_family(
    answer: bytes, error: type[ErpError]
) -> None:
    async def speak(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    async with speaking(speak) as port:
        with pytest.raises(error):
            await asked_of(port)


async def test_an_endless_reply_is_cut_at_the_cap() -> None:
    sent = 0

    async def endless(head: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while sent < 64 * 1024 * 1024:
            writer.write(b" " * 65536)
            await writer.drain()
            sent += 65536

    async with speaking(endless) as port:
        with pytest.raises(ErpBadAnswer):
            await asked_of(port)
    assert sent < 32 * 1024 * 1024


async def test_a_gateway_error_is_tried_twice_more_and_other_errors_are_not() -> None:
    replies = [503, 502, 200]

    async def behave(request: Request, asked: Asked) -> Response | None:
        status = replies.pop(0)
        return None if status == 200 else Response(status_code=status)

    erp = PlainErp([Sale(55, "10042")], behave=behave)
    async with serving(erp.app()) as url:
        ours = adapter(url)
        found = await ours.find(scope_of("55"), [ONE])
        assert (len(found[ONE]), len(erp.asked)) == (1, 3)
        erp.asked.clear()
        replies[:] = [500, 200]
        with pytest.raises(ErpUnavailable):
            await ours.find(scope_of("55"), [ONE])
        await ours.aclose()
    assert len(erp.asked) == 1


async def test_an_erp_that_is_off_is_unavailable() -> None:
    async with speaking(lambda head, writer: asyncio.sleep(0)) as port:
        pass
    with pytest.raises(ErpUnavailable):
        await asked_of(port)


async def test_a_rate_limit_carries_the_seconds_to_wait() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return Response(status_code=429, headers={"Retry-After": "17"})

    async with serving(PlainErp(behave=behave).app()) as url:
        ours = adapter(url)
        with pytest.raises(ErpRateLimited) as caught:
            await ours.find(scope_of("55"), [ONE])
        await ours.aclose()
    assert caught.value.retry_after == 17


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("30", 30),
        ("999999999999", 3600),
        ("", 5),
        ("soon", 5),
        ("-3", 5),
        ("Fri, 20 Nov 2026 12:01:00 GMT", 60),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str, seconds: float) -> None:
    assert retry_after(header, datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) == seconds


async def test_a_cookie_of_one_company_never_comes_back() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        response = JSONResponse({"itens": []})
        response.set_cookie("session", "55")
        return response

    erp = PlainErp(behave=behave)
    async with serving(erp.app()) as url:
        ours = adapter(url)
        await ours.find(scope_of("55"), [ONE])
        await ours.find(scope_of("56"), [ONE])
        await ours.aclose()
    assert all("cookie" not in asked.headers for asked in erp.asked)


@pytest.mark.parametrize("slashed", [False, True])
async def test_both_spellings_of_the_paths_are_spoken_and_remembered(slashed: bool) -> None:
    document: dict[str, object] = {"tipoArquivo": 3, "descricao": "DANFE", "url": "https://x.example/1"}
    erp = PlainErp([Sale(55, "10042", documents=(document,))], slashed=slashed)
    async with serving(erp.app()) as url:
        ours = adapter(url)
        assert len(await ours.documents(scope_of("55"), "10042")) == 1
        erp.asked.clear()
        assert len(await ours.documents(scope_of("55"), "10042")) == 1
        await ours.aclose()
    guide, app = {"/api/v1/pedido", "/api/v1/arquivospedido"}, {"/api/v1/pedido/", "/api/v1/ArquivosPedido/"}
    assert {asked.path for asked in erp.asked} == (app if slashed else guide)
    assert len(erp.asked) == 2


async def test_a_redirect_to_the_other_spelling_is_not_followed_but_understood() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        if asked.path == "/api/v1/pedido":
            return RedirectResponse("http://127.0.0.1:1/stolen", status_code=307)
        return None

    async with serving(PlainErp([Sale(55, "10042")], slashed=True, behave=behave).app()) as url:
        ours = adapter(url)
        details = await ours.details(scope_of("55"), ["10042"])
        await ours.aclose()
    assert [order.order_number for order in details] == ["10042"]


async def test_a_sign_in_page_instead_of_details_is_not_told_as_not_found() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return RedirectResponse("/login") if asked.method == "GET" else None

    async with serving(PlainErp([Sale(55, "10042")], behave=behave).app()) as url:
        ours = adapter(url)
        with pytest.raises(ErpBadAnswer):
            await ours.details(scope_of("55"), ["10042"])
        await ours.aclose()


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("https://erp.example", "https://erp.example"),
        ("https://erp.example/", "https://erp.example"),
        (" https://erp.example/b2b/api/v1/pedido/pesquisa ", "https://erp.example/b2b"),
        ("https://erp.example/api/v1/pedido/pesquisa/", "https://erp.example"),
        ("https://erp.example/api/v1/", "https://erp.example"),
        ("https://erp.example:8443/api", "https://erp.example:8443"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("http://[::1]:9000/x/", "http://[::1]:9000/x"),
    ],
)
def test_the_address_may_be_the_base_or_the_full_search_path(typed: str, base: str) -> None:
    assert str(base_address(typed, CONTRACT_PATH)) == base


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "erp.example",
        "ftp://erp.example",
        "http://erp.example",
        "http://10.0.0.1",
        "http://127.0.0.1.evil.example",
        "https://user:pass@erp.example",
        "https://erp.example/?x=1",
        "https://",
        "https://erp.example:99999",
    ],
)
def test_an_address_that_cannot_be_right_is_refused_at_start(typed: str) -> None:
    with pytest.raises(ErpAddressRefused):
        base_address(typed, CONTRACT_PATH)


@pytest.mark.parametrize(
    ("response", "ok", "advice"),
    [
        (None, True, ""),
        (Response(status_code=400), True, ""),
        (Response(status_code=429), True, ""),
        (Response(status_code=401), False, "ORDERBOT_ERP_TOKEN"),
        (Response(status_code=404), False, "ORDERBOT_ERP_URL"),
        (HTMLResponse("<html>shop</html>"), False, "ORDERBOT_ERP_URL"),
        (Response(status_code=500), False, "ORDERBOT_ERP_URL"),
    ],
)
async def test_the_check_tells_what_to_do(response: Response | None, ok: bool, advice: str) -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        return response

    erp = PlainErp([Sale(55, "10042")], behave=behave)
    async with serving(erp.app()) as url:
        ours = adapter(url)
        health = await ours.check()
        await ours.aclose()

    assert health.ok is ok
    assert advice in health.advice
    assert TOKEN not in health.detail + health.advice
    assert erp.asked[0].companies == ["0"]

"""What a call to an ERP costs: our transport beside httpx's own: `python -m bench.erp_calls`.

Both go through `ErpHttp` to a server in a process of its own that reads a request and answers at once.
Processor time is this process's, per call, JSON read included; ratios are the medians' of alternating
rounds.
"""

import asyncio
import json
import ssl
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Final

import httpx
import uvloop

from bench.side_by_side import Cost, compare, cost_of, print_titles, serve, served_by
from bot.erp.calls import ErpHttp
from bot.erp.transport import AiohttpTransport

CALLS: Final = 400
DOCUMENT_BYTES: Final = 20_000_000
_POOL: Final = 32
_ORDERS: Final = json.dumps(
    {"itens": [{"numero": f"SO-{n}", "valor": 10.5, "observacao": "x" * 80} for n in range(15)]}
).encode()
_ASKED: Final = {"numeros": ["SO-1", "SO-2"], "revendaId": 55}

Call = Callable[[ErpHttp], Awaitable[object]]


def main() -> None:
    uvloop.run(_bench())


def _httpx(tls: ssl.SSLContext) -> httpx.AsyncBaseTransport:
    limits = httpx.Limits(max_connections=_POOL, max_keepalive_connections=8)
    return httpx.AsyncHTTPTransport(verify=tls, trust_env=False, limits=limits)


def _ours(tls: ssl.SSLContext) -> httpx.AsyncBaseTransport:
    return AiohttpTransport(tls=tls, connections=_POOL)


async def _get(erp: ErpHttp) -> object:
    return await erp.get("/orders", [("number", "SO-1"), ("company", 55)])


async def _post(erp: ErpHttp) -> object:
    return await erp.post("/orders/search", _ASKED)


async def _document(erp: ErpHttp) -> object:
    async with erp.stream("GET", "/document", seconds=60) as reply:
        size = 0
        async for chunk in reply.chunks:
            size += len(chunk)
        return size


async def _bench() -> None:
    async with served_by("bench.erp_calls") as base:
        print_titles()
        for name, call in (("POST", _post), ("GET", _get)):
            for at_once in (1, 16, 40):
                await _compare(base, f"{name}, {at_once} in flight", call, CALLS, at_once)
        await _compare(base, f"a document of {DOCUMENT_BYTES // 1_000_000} MB", _document, 1, 1)


async def _compare(base: str, name: str, call: Call, calls: int, at_once: int) -> None:
    theirs, ours = (partial(_round, base, make, call, calls, at_once) for make in (_httpx, _ours))
    await compare(name, theirs, ours)


async def _round(
    base: str,
    transport: Callable[[ssl.SSLContext], httpx.AsyncBaseTransport],
    call: Call,
    calls: int,
    at_once: int,
) -> Cost:
    tls = ssl.create_default_context()
    erp = ErpHttp(
        erp="bench",
        base=httpx.URL(base),
        headers={"Authorization": "Bearer bench"},
        seconds=30,
        tls=tls,
        clock=lambda: datetime.now(UTC),
        transport=transport(tls),
    )
    await asyncio.gather(*(_post(erp) for _ in range(at_once)))
    cost = await cost_of(lambda _: call(erp), calls, at_once)
    await erp.aclose()
    return cost


async def _serve() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                told = head.partition(b"content-length:")[2].split(b"\r\n")[0]
                await reader.readexactly(int(told or b"0"))
                size = DOCUMENT_BYTES if b"/document " in head else len(_ORDERS)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
                writer.write(f"Server: bench\r\nContent-Length: {size}\r\n\r\n".encode())
                writer.write(bytes(size) if size == DOCUMENT_BYTES else _ORDERS)
                await writer.drain()
        writer.close()

    await serve(answer)


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve())
    else:
        main()

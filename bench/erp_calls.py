"""What a call to an ERP costs: our transport beside httpx's own: `python -m bench.erp_calls`.

Both go through `ErpHttp` to a server in a process of its own that reads a request and answers at once.
Processor time is this process's, per call, JSON read included; ratios are the medians' of alternating
rounds.
"""

import asyncio
import json
import ssl
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import httpx
import uvloop

from bot.erp.calls import ErpHttp
from bot.erp.transport import AiohttpTransport

CALLS: Final = 400
ROUNDS: Final = 5
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
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.erp_calls", "serve", stdout=asyncio.subprocess.PIPE
    )
    try:
        if server.stdout is None:
            raise RuntimeError("no pipe")
        base = f"http://127.0.0.1:{int(await server.stdout.readline())}"
        print(f"{'':28}{'httpx ms':>10}{'ours ms':>10}{'ratio':>8}{'httpx/s':>10}{'ours/s':>10}")
        for name, call in (("POST", _post), ("GET", _get)):
            for at_once in (1, 16, 40):
                await _compare(base, f"{name}, {at_once} in flight", call, CALLS, at_once)
        await _compare(base, f"a document of {DOCUMENT_BYTES // 1_000_000} MB", _document, 1, 1)
    finally:
        with suppress(ProcessLookupError):
            server.terminate()
        await server.wait()


async def _compare(base: str, name: str, call: Call, calls: int, at_once: int) -> None:
    theirs, ours = [], []
    for _ in range(ROUNDS):
        theirs.append(await _round(base, _httpx, call, calls, at_once))
        ours.append(await _round(base, _ours, call, calls, at_once))
    cpu = [1000 * statistics.median(one[0] for one in runs) for runs in (theirs, ours)]
    rate = [statistics.median(one[1] for one in runs) for runs in (theirs, ours)]
    print(f"{name:28}{cpu[0]:10.2f}{cpu[1]:10.2f}{cpu[0] / cpu[1]:8.1f}{rate[0]:10.0f}{rate[1]:10.0f}")


async def _round(
    base: str,
    transport: Callable[[ssl.SSLContext], httpx.AsyncBaseTransport],
    call: Call,
    calls: int,
    at_once: int,
) -> tuple[float, float]:
    """Seconds of processor time a call, and calls a second."""
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
    left = iter(range(calls))

    async def ask() -> None:
        for _ in left:
            await call(erp)

    cpu, clock = time.process_time(), time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(at_once)))
    figures = (time.process_time() - cpu) / calls, calls / (time.perf_counter() - clock)
    await erp.aclose()
    return figures


async def _serve() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve())
    else:
        main()

"""What a call to the Bot API costs: our transport beside the library's own: `python -m bench.transport`.

Both speak to a server in a process of its own that reads a request and answers at once. Processor
time is this process's, per call; ratios are the medians' of alternating rounds.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from telegram import Bot, InputFile
from telegram.request import BaseRequest, HTTPXRequest

from bench.world import TELEGRAM_TOKEN
from bot.handlers.telegram.transport import AiohttpRequest

CALLS: Final = 400
ROUNDS: Final = 5
FILE_BYTES: Final = 20_000_000
_ANSWER: Final = (
    b'{"ok":true,"result":{"message_id":1,"date":1700000000,"chat":{"id":1,"type":"private"},"text":"x"}}'
)


def main() -> None:
    asyncio.run(_bench())


def _httpx() -> BaseRequest:
    return HTTPXRequest(connection_pool_size=64, pool_timeout=30, httpx_kwargs={"trust_env": False})


def _ours() -> BaseRequest:
    return AiohttpRequest(pool=64, connect=5, read=20, write=10, media_write=120, waiting=30)


async def _bench() -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.transport", "serve", stdout=asyncio.subprocess.PIPE
    )
    try:
        if server.stdout is None:
            raise RuntimeError("no pipe")
        base = f"http://127.0.0.1:{int(await server.stdout.readline())}/bot"
        print(f"{'sendMessage':22}{'httpx ms':>10}{'ours ms':>10}{'ratio':>8}{'httpx/s':>10}{'ours/s':>10}")
        for at_once in (1, 16, 40):
            theirs, ours = [], []
            for _ in range(ROUNDS):
                theirs.append(await _messages(base, _httpx, at_once))
                ours.append(await _messages(base, _ours, at_once))
            _print(f"{at_once} in flight", theirs, ours)
        theirs, ours = [], []
        for _ in range(ROUNDS):
            theirs.append(await _upload(base, _httpx))
            ours.append(await _upload(base, _ours))
        _print(f"a file of {FILE_BYTES // 1_000_000} MB", theirs, ours)
    finally:
        with suppress(ProcessLookupError):
            server.terminate()
        await server.wait()


def _print(name: str, theirs: list[tuple[float, float]], ours: list[tuple[float, float]]) -> None:
    cpu = [1000 * statistics.median(one[0] for one in runs) for runs in (theirs, ours)]
    rate = [statistics.median(one[1] for one in runs) for runs in (theirs, ours)]
    print(f"{name:22}{cpu[0]:10.2f}{cpu[1]:10.2f}{cpu[0] / cpu[1]:8.1f}{rate[0]:10.0f}{rate[1]:10.0f}")


async def _messages(base: str, make: Callable[[], BaseRequest], at_once: int) -> tuple[float, float]:
    """Seconds of processor time a call, and calls a second."""
    async with Bot(TELEGRAM_TOKEN, base_url=base, request=make(), get_updates_request=make()) as bot:
        await asyncio.gather(*(bot.send_message(1, "warm") for _ in range(at_once)))
        left = iter(range(CALLS))

        async def send() -> None:
            for number in left:
                await bot.send_message(1, f"Order {number} is on its way", parse_mode="HTML")

        cpu, clock = time.process_time(), time.perf_counter()
        await asyncio.gather(*(send() for _ in range(at_once)))
        return (time.process_time() - cpu) / CALLS, CALLS / (time.perf_counter() - clock)


async def _upload(base: str, make: Callable[[], BaseRequest]) -> tuple[float, float]:
    async with Bot(TELEGRAM_TOKEN, base_url=base, request=make(), get_updates_request=make()) as bot:
        with tempfile.TemporaryFile() as file:
            file.write(b"%PDF-" + bytes(FILE_BYTES))
            file.seek(0)
            cpu, clock = time.process_time(), time.perf_counter()
            await bot.send_document(1, InputFile(file, filename="a.pdf", read_file_handle=False))
            return time.process_time() - cpu, 1 / (time.perf_counter() - clock)


async def _serve() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lengths = [
                    line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
                ]
                left = int(lengths[0].partition(b":")[2]) if lengths else 0
                while left:
                    left -= len(await reader.read(min(left, 262_144)))
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                    + str(len(body := _answer(head))).encode()
                    + b"\r\n\r\n"
                    + body
                )
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _answer(head: bytes) -> bytes:
    if b"/getme " in head.lower():
        return b'{"ok":true,"result":{"id":42,"is_bot":true,"first_name":"b","username":"bench_bot"}}'
    return _ANSWER


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve())
    else:
        main()

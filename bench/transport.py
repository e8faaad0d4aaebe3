"""What a call to the Bot API costs: our transport beside the library's own: `python -m bench.transport`.

Both speak to a server in a process of its own that reads a request and answers at once. Processor
time is this process's, per call; ratios are the medians' of alternating rounds.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from telegram import Bot, InputFile
from telegram.request import BaseRequest, HTTPXRequest

from bench.side_by_side import Cost, compare, cost_of, print_titles, serve, served_by
from bench.world import TELEGRAM_TOKEN
from bot.handlers.telegram.transport import AiohttpRequest

CALLS: Final = 400
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
    async with served_by("bench.transport") as address:
        base = f"{address}/bot"
        print_titles("sendMessage")
        for at_once in (1, 16, 40):
            theirs, ours = (partial(_messages, base, make, at_once) for make in (_httpx, _ours))
            await compare(f"{at_once} in flight", theirs, ours)
        theirs, ours = (partial(_upload, base, make) for make in (_httpx, _ours))
        await compare(f"a file of {FILE_BYTES // 1_000_000} MB", theirs, ours)


async def _messages(base: str, make: Callable[[], BaseRequest], at_once: int) -> Cost:
    async with Bot(TELEGRAM_TOKEN, base_url=base, request=make(), get_updates_request=make()) as bot:
        await asyncio.gather(*(bot.send_message(1, "warm") for _ in range(at_once)))
        return await cost_of(
            lambda number: bot.send_message(1, f"Order {number} is on its way", parse_mode="HTML"),
            CALLS,
            at_once,
        )


async def _upload(base: str, make: Callable[[], BaseRequest]) -> Cost:
    async with Bot(TELEGRAM_TOKEN, base_url=base, request=make(), get_updates_request=make()) as bot:
        with tempfile.TemporaryFile() as file:
            file.write(b"%PDF-" + bytes(FILE_BYTES))
            file.seek(0)
            document = InputFile(file, filename="a.pdf", read_file_handle=False)
            return await cost_of(lambda _: bot.send_document(1, document), 1)


async def _serve() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
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

    await serve(answer)


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

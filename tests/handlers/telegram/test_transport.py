"""The transport under python-telegram-bot: what goes over the wire, and what its failures are called."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from pathlib import Path

import pytest
from telegram import Bot, InputFile
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.handlers.telegram.transport import AiohttpRequest, Unconfirmed
from tests.handlers.telegram.test_logs import standard_logs
from tests.handlers.telegram.world import TOKEN, World

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def a_server(serve: Serve) -> AsyncIterator[str]:
    """Raw TCP on loopback."""
    writers: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await serve(reader, writer)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, limit=4096)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.close()


def a_bot(url: str, **seconds: float) -> Bot:
    times = {"connect": 5.0, "read": 5.0, "write": 5.0, "media_write": 5.0, "waiting": 5.0} | seconds
    request = AiohttpRequest(pool=1, **times)
    return Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)


def answering(status: str, body: str) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                await reader.readexactly(length)
                writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())

    return serve


async def swallowing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Take everything and say nothing."""
    while await reader.read(65536):
        pass


async def deaf(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    """Take no more than buffers take."""
    await asyncio.sleep(60)


async def test_a_text_that_was_sent_whole_and_not_answered_is_unconfirmed() -> None:
    async with a_server(swallowing) as url:
        bot = a_bot(url, read=0.2)
        with pytest.raises(Unconfirmed):
            await bot.send_message(1, "hello")
        await bot.request.shutdown()


async def test_a_file_that_was_sent_whole_and_not_answered_is_unconfirmed() -> None:
    async with a_server(swallowing) as url:
        bot = a_bot(url, read=0.2)
        with pytest.raises(Unconfirmed):
            await bot.send_document(1, InputFile(BytesIO(bytes(300_000)), filename="a.pdf"), read_timeout=0.2)
        await bot.request.shutdown()


async def test_a_file_that_got_stuck_on_its_way_is_known_not_to_have_arrived() -> None:
    async with a_server(deaf) as url:
        bot = a_bot(url, media_write=0.3)
        file = InputFile(BytesIO(bytes(20_000_000)), filename="a.pdf", read_file_handle=False)
        with pytest.raises(TimedOut) as caught:
            await bot.send_document(1, file)
        assert not isinstance(caught.value, Unconfirmed)
        await bot.request.shutdown()


async def test_a_file_may_take_longer_than_an_answer() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        left = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while left:
            left -= len(await reader.read(700_000))
            await asyncio.sleep(0.001)
        body = b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"}}}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    async with a_server(slow) as url:
        bot = a_bot(url, read=1.0, media_write=1.0)
        file = InputFile(BytesIO(bytes(8_000_000)), filename="a.pdf", read_file_handle=False)
        sent = await bot.send_document(1, file, read_timeout=1.0)
        assert sent.message_id == 1
        await bot.request.shutdown()


async def test_waiting_for_a_connection_ends_and_says_that_nothing_was_sent() -> None:
    async with a_server(swallowing) as url:
        bot = a_bot(url, waiting=0.1)
        busy = asyncio.create_task(bot.send_message(1, "first"))
        await asyncio.sleep(0.05)
        with pytest.raises(TimedOut, match="not"):
            await bot.send_message(1, "second")
        busy.cancel()
        await asyncio.wait({busy})
        await bot.request.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "raised"),
    [
        ("400 Bad Request", '{"ok":false,"description":"Bad Request: chat not found"}', BadRequest),
        ("401 Unauthorized", '{"ok":false,"description":"Unauthorized"}', InvalidToken),
        ("429 Too Many", '{"ok":false,"description":"x","parameters":{"retry_after":3}}', RetryAfter),
        ("502 Bad Gateway", "<html>of a proxy", NetworkError),
        ("400 Bad Request", "of a proxy", BadRequest),
        ("503 Service Unavailable", '["of a proxy"]', NetworkError),
    ],
)
async def test_refusals_are_the_librarys_own(status: str, body: str, raised: type[Exception]) -> None:
    async with a_server(answering(status, body)) as url:
        bot = a_bot(url)
        with standard_logs() as written, pytest.raises(raised) as caught:
            await bot.send_message(1, "hello")
        await bot.request.shutdown()
    # What somebody on the way has written is neither logged nor quoted.
    assert "of a proxy" not in written.getvalue() + str(caught.value)


async def hanging_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:9", "http://127.0.0.1:x"])
async def test_a_connection_that_fails_names_no_token(address: str) -> None:
    async with a_server(hanging_up) as url:
        bot = a_bot(address or url)
        with standard_logs() as written:
            with pytest.raises(NetworkError) as caught:
                await bot.send_message(1, "hello")
            logging.getLogger("any").error("failed", exc_info=caught.value)
        await bot.request.shutdown()

    assert TOKEN not in str(caught.value)
    assert TOKEN not in written.getvalue()


async def test_names_and_bytes_arrive_as_they_are(world: World, tmp_path: Path) -> None:
    await world.telegram.say("ana", "hello")
    content = tmp_path / "x"
    content.write_bytes(b"%PDF-\r\n--\r\n" * 30_000)
    with content.open("rb") as file:
        file.read(7)  # it is sent from its start all the same
        name = 'Nota "1"; ção\r\nX: y.pdf'
        document = InputFile(file, filename=name, read_file_handle=False)
        sent = await world.bot.send_document(700001, document, caption="Número 1 & <2>")

    assert sent.document is not None
    upload = world.telegram.file(sent.document.file_id)
    assert upload is not None
    assert upload.path.read_bytes() == content.read_bytes()
    assert upload.name == 'Nota "1"; ção%0D%0AX: y.pdf'
    assert sent.caption == "Número 1 & <2>"
    assert world.telegram.violations == []

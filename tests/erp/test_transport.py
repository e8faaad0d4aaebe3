"""The transport under httpx: what goes over the wire, and what its failures are called."""

import asyncio
import gc
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from bot.erp.transport import AiohttpTransport
from tests.support.certificates import self_signed

HEAD = b"HTTP/1.1 200 OK\r\n"
HELLO = HEAD + b"Content-Length: 5\r\n\r\nhello"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
RESET = struct.pack("ii", 1, 0)

Act = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A server on loopback; for each request it does what `act` says, and knows who asked."""

    def __init__(self, act: Act) -> None:
        self.act = act
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.connections: list[asyncio.StreamWriter] = []
        self.open = self.most_open = 0
        self.changed = asyncio.Condition()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        await self._count(1)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
                self.bodies.append(await reader.readexactly(int(length or b"0")))
                self.heads.append(head)
                await self._count(0)
                await self.act(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            await self._count(-1)

    async def _count(self, change: int) -> None:
        async with self.changed:
            self.open += change
            self.most_open = max(self.open, self.most_open)
            self.changed.notify_all()

    async def until(self, holds: Callable[["Server"], bool]) -> None:
        async with self.changed, asyncio.timeout(10):
            await self.changed.wait_for(lambda: holds(self))


def saying(*parts: bytes, then_close: bool = False, then_reset: bool = False) -> Act:
    """Writes these one by one, each in a packet of its own."""

    async def act(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.02)
        if then_reset:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()
        elif then_close:
            writer.close()

    return act


async def saying_nothing(_: asyncio.StreamWriter) -> None:
    return None


@asynccontextmanager
async def asking(
    act: Act,
    *,
    seconds: float = 10.0,
    connections: int = 4,
    shown: ssl.SSLContext | None = None,
    trusted: ssl.SSLContext | None = None,
) -> AsyncIterator[tuple[Server, httpx.AsyncClient]]:
    server = Server(act)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=shown)
    scheme = "https" if shown else "http"
    transport = AiohttpTransport(tls=trusted or ssl.create_default_context(), connections=connections)
    try:
        async with httpx.AsyncClient(
            transport=transport,
            timeout=seconds,
            base_url=f"{scheme}://127.0.0.1:{listening.sockets[0].getsockname()[1]}",
        ) as client:
            yield server, client
    finally:
        listening.close()
        for writer in server.connections:
            writer.close()


async def body_of(client: httpx.AsyncClient, method: str = "GET") -> bytes:
    """The bytes of a reply as they came over the wire."""
    async with client.stream(method, "/") as reply:
        return b"".join([chunk async for chunk in reply.aiter_raw()])


async def test_what_httpx_built_is_what_goes_over_the_wire() -> None:
    async with asking(saying(HELLO)) as (server, client):
        answer = await client.post(
            "/a%2Fb%7Ec?x=%C3%A9&y=a b", json={"é": 1}, headers={"Host": "erp.example"}
        )
    lines = server.heads[0].split(b"\r\n")
    assert lines[0] == b"POST /a%2Fb%7Ec?x=%C3%A9&y=a%20b HTTP/1.1"
    assert sorted(line.lower() for line in lines[1:] if line) == sorted(
        name.lower() + b": " + value.lower() for name, value in answer.request.headers.raw
    )
    assert b"Host: erp.example" in lines
    assert server.bodies == ['{"é":1}'.encode()]


async def test_a_question_without_a_body_gets_no_type_and_no_length() -> None:
    async with asking(saying(HELLO)) as (server, client):
        assert await body_of(client) == b"hello"
    head = server.heads[0].lower()
    assert b"content-type" not in head
    assert b"content-length" not in head


async def test_nothing_is_added_to_what_was_asked() -> None:
    transport = AiohttpTransport(tls=ssl.create_default_context(), connections=1)
    async with asking(saying(HELLO)) as (server, client):
        reply = await transport.handle_async_request(httpx.Request("POST", client.base_url))
        await reply.aclose()
        await transport.aclose()
    names = sorted(line.partition(b":")[0] for line in server.heads[0].split(b"\r\n")[1:] if line)
    assert names == [b"Content-Length", b"Host"]


async def test_who_has_seen_enough_waits_neither_for_the_answer_nor_for_the_question() -> None:
    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b"Content-Length: 50\r\n\r\nhello")
        await done.wait()
        writer.close()

    done = asyncio.Event()
    listening = await asyncio.start_server(hasty, "127.0.0.1", 0, limit=4096)
    transport = AiohttpTransport(tls=ssl.create_default_context(), connections=1)
    async with listening, httpx.AsyncClient(transport=transport) as client, asyncio.timeout(20):
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
        async with client.stream("POST", url, content=bytes(16_000_000)) as reply:
            assert reply.status_code == 200
        done.set()


async def test_a_packed_body_stays_as_it_was_sent() -> None:
    packed = HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"
    async with asking(saying(packed)) as (_, client), client.stream("GET", "/") as reply:
        assert [chunk async for chunk in reply.aiter_raw()] == [b"hello"]
        assert reply.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("first", [HELLO, CHUNKED + b"0\r\n\r\n"])
async def test_a_connection_serves_the_next_request_too(first: bytes) -> None:
    async with asking(saying(first)) as (server, client):
        assert [await body_of(client), await body_of(client, "POST")] == [b"hello", b"hello"]
    assert len(server.connections) == 1


async def test_a_connection_that_was_closed_while_idle_is_replaced() -> None:
    async with asking(saying(HELLO)) as (server, client):
        await body_of(client, "POST")
        server.connections[0].close()
        await server.until(lambda it: it.open == 0)
        assert await body_of(client, "POST") == b"hello"
    assert len(server.connections) == 2


async def test_a_cookie_is_not_sent_back_and_a_redirect_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /other\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n"
    # Without httpx's client, which would keep the cookie itself.
    transport = AiohttpTransport(tls=ssl.create_default_context(), connections=1)
    async with asking(saying(moved)) as (server, client):
        for _ in range(2):
            request = httpx.Request("GET", client.base_url.copy_with(host="localhost"))
            reply = await transport.handle_async_request(request)
            assert reply.status_code == 302
            await reply.aclose()
        await transport.aclose()
    assert len(server.heads) == 2
    assert all(b"cookie" not in head.lower() for head in server.heads)


async def test_a_connection_that_breaks_while_idle_is_nobodys_trouble() -> None:
    troubles: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: troubles.append(context))
    async with asking(saying(CHUNKED, b"0\r\n\r\n")) as (server, client):
        await body_of(client)
        await saying(then_reset=True)(server.connections[0])
        await server.until(lambda it: it.open == 0)
        assert await body_of(client) == b"hello"
    gc.collect()
    assert troubles == []


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (saying(HEAD + b"Content-Length: 50\r\n\r\nhello", then_close=True), httpx.RemoteProtocolError),
        (saying(CHUNKED, then_close=True), httpx.RemoteProtocolError),
        (saying(CHUNKED, b"no size\r\n"), httpx.RemoteProtocolError),
        (saying(HEAD + b"Content-Length: 50\r\n\r\nhello", then_reset=True), httpx.ReadError),
        (saying(CHUNKED, then_reset=True), httpx.ReadError),
        (saying(HEAD + b"\r\nhello", then_reset=True), httpx.ReadError),
        (saying(b"HTTP/1.1 2", then_close=True), httpx.RemoteProtocolError),
        (saying(b"HTTP/1.1 2", then_reset=True), httpx.ReadError),
        (saying(then_close=True), httpx.RemoteProtocolError),
        (saying(b"garbage\r\n\r\n"), httpx.RemoteProtocolError),
        (saying(HEAD + b"X: " + b"x" * 100_000 + b"\r\n\r\n"), httpx.RemoteProtocolError),
        (saying(HEAD + b"X: x\r\n" * 5000 + b"\r\n"), httpx.RemoteProtocolError),
        (saying(HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), httpx.RemoteProtocolError),
    ],
)
async def test_a_reply_that_is_no_whole_reply_is_named_and_asked_for_once(
    act: Act, error: type[Exception]
) -> None:
    async with asking(act) as (server, client):
        with pytest.raises(httpx.TransportError) as caught:
            await body_of(client)
    assert type(caught.value) is error
    assert "127.0.0.1" not in str(caught.value)
    assert len(server.heads) == 1


async def test_a_body_may_end_where_the_connection_does() -> None:
    async with asking(saying(HEAD + b"\r\nhello", b" there", then_close=True)) as (_, client):
        assert await body_of(client) == b"hello there"


async def test_a_body_that_is_all_there_outlives_its_connection() -> None:
    act = saying(CHUNKED, b"0\r\n\r\n", then_reset=True)
    async with asking(act) as (server, client), client.stream("GET", "/") as reply:
        await server.until(lambda it: it.open == 0)
        await asyncio.sleep(0.05)  # so that our end has heard of it
        assert [chunk async for chunk in reply.aiter_raw()] == [b"hello"]


async def test_a_head_of_long_lines_is_read() -> None:
    async with asking(saying(HEAD + b"X: " + b"x" * 20_000 + b"\r\nContent-Length: 5\r\n\r\nhello")) as (
        _,
        client,
    ):
        assert await body_of(client) == b"hello"


@pytest.mark.parametrize("part", [b"", b"HTTP/1.1 200 OK\r\nX:", HEAD + b"Content-Length: 50\r\n\r\nhello"])
async def test_a_silence_in_head_or_body_ends_with_the_time_for_reading(part: bytes) -> None:
    async with asking(saying(part) if part else saying_nothing, seconds=0.2) as (_, client):
        with pytest.raises(httpx.ReadTimeout):
            await body_of(client)


async def test_a_request_may_have_times_of_its_own() -> None:
    async with asking(saying_nothing, seconds=60.0) as (_, client):
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/", timeout=httpx.Timeout(60.0, read=0.1))


async def test_a_connection_that_is_not_taken_ends_with_the_time_for_connecting() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        # What nobody accepts fills the queue, and the next are left without an answer.
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            with suppress(BlockingIOError):
                one.connect(full.getsockname())
        transport = AiohttpTransport(tls=ssl.create_default_context(), connections=1)
        async with httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(60.0, connect=0.2)) as client:
            with pytest.raises(httpx.ConnectTimeout):
                await client.get(f"http://127.0.0.1:{full.getsockname()[1]}/")
        for one in waiting:
            one.close()


async def test_nobody_there_is_no_connection() -> None:
    async with asking(saying(HELLO)) as (_, client):
        url = client.base_url
    async with httpx.AsyncClient(
        transport=AiohttpTransport(tls=ssl.create_default_context(), connections=1)
    ) as other:
        with pytest.raises(httpx.ConnectError):
            await other.get(url)


async def test_only_a_certificate_that_is_trusted_is_spoken_to(tmp_path: Path) -> None:
    certificate, shown = self_signed(tmp_path, "erp")
    other, _ = self_signed(tmp_path, "other")
    for trusted in (ssl.create_default_context(), ssl.create_default_context(cafile=str(other))):
        async with asking(saying(HELLO), shown=shown, trusted=trusted) as (server, client):
            with pytest.raises(httpx.ConnectError):
                await body_of(client)
        assert server.heads == []
    right = ssl.create_default_context(cafile=str(certificate))
    async with asking(saying(HELLO), shown=shown, trusted=right) as (server, client):
        assert await body_of(client) == b"hello"
        # The name that was asked for counts, not the address that was dialled.
        with pytest.raises(httpx.ConnectError):
            await client.get("/", extensions={"sni_hostname": "erp.example"})
    assert len(server.heads) == 1


async def test_no_more_connections_than_allowed_and_the_rest_wait_their_turn() -> None:
    gate = asyncio.Event()

    async def act(writer: asyncio.StreamWriter) -> None:
        await gate.wait()
        writer.write(HELLO)

    async with asking(act, connections=2) as (server, client):
        asked = [asyncio.create_task(body_of(client)) for _ in range(6)]
        await server.until(lambda it: len(it.heads) == 2)
        gate.set()
        assert await asyncio.gather(*asked) == [b"hello"] * 6
    assert server.most_open == 2


async def test_whoever_gives_up_leaves_a_place_and_no_half_read_connection() -> None:
    answers: list[Act] = [saying_nothing, saying(HEAD + b"Content-Length: 50\r\n\r\nhel"), saying(HELLO)]

    async def act(writer: asyncio.StreamWriter) -> None:
        await answers[min(len(server.heads), 3) - 1](writer)

    async with asking(act, connections=1) as (server, client):
        for number in (1, 2):
            given_up, in_line = (asyncio.create_task(body_of(client)) for _ in range(2))
            await server.until(lambda it, number=number: len(it.heads) == number)  # type: ignore[misc]
            in_line.cancel()
            given_up.cancel()
            await asyncio.wait({given_up, in_line})
            await server.until(lambda it: it.open == 0)
        assert await body_of(client) == b"hello"
        assert await body_of(client) == b"hello"
    assert len(server.connections) == 3


async def test_a_body_left_unread_is_not_taken_for_the_next_answer() -> None:
    answers = iter([HEAD + b"Content-Length: 5000000\r\n\r\n" + b"x" * 1_000_000, HELLO])

    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(next(answers))
        await writer.drain()

    async with asking(act, connections=1) as (server, client):
        async with client.stream("GET", "/") as reply:
            assert reply.status_code == 200
        assert await body_of(client) == b"hello"
    assert len(server.connections) == 2


async def test_a_body_that_nobody_reads_is_not_fetched() -> None:
    sent = 0

    async def act(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(HEAD + b"\r\n")
        while sent < 64 * 1024 * 1024:
            writer.write(bytes(65536))
            await writer.drain()
            sent += 65536

    async with asking(act) as (_, client), client.stream("GET", "/") as reply:
        await anext(reply.aiter_raw())
        before = -1
        while sent > before:
            before = sent
            await asyncio.sleep(0.1)
    assert sent < 32 * 1024 * 1024


async def test_after_closing_nothing_is_left_open() -> None:
    async with asking(saying(HELLO)) as (server, client):
        await asyncio.gather(*(body_of(client) for _ in range(3)))
        await client.aclose()
        await server.until(lambda it: it.open == 0)

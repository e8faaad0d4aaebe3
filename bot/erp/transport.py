"""HTTP to an ERP on aiohttp, behind httpx's own `AsyncBaseTransport`.

httpx's stock transport takes several times the processor time a call (`python -m bench.erp_calls`
measures both). Not the package httpx-aiohttp: its session keeps cookies, and what aiohttp calls a cut off
or an unreadable reply reaches its caller under other names, or as aiohttp's own error.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Final

import aiohttp
import httpx
from yarl import URL

_CHUNK_BYTES: Final = 64 * 1024
_HEADER_BYTES: Final = 32 * 1024
"""The longest line of a reply's head; aiohttp takes 128 of them."""
_IDLE_SECONDS: Final = 4.0
"""Less than the 5 s after which uvicorn, Apache and Node close a connection that nobody uses."""


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Requests over at most `connections` connections, kept open a few seconds for the next.

    For one event loop. Of a request's timeouts (seconds) `connect` covers name, connection and TLS, `read`
    any silence of the server once all is sent; a place in the pool is waited for as long as the caller
    waits, and bodies that are sent are small. Nothing is sent twice, no redirect followed, no cookie
    kept, nothing read from the environment. Bodies come as they were sent, coded or not, in pieces.
    Stricter than httpx's own: bytes behind a body, two lengths, or a length beside chunks are no HTTP.

    Raises ConnectTimeout, ConnectError, ReadTimeout, ReadError, RemoteProtocolError (a reply that
    is no HTTP, or ends before its end) and LocalProtocolError.
    """

    def __init__(self, *, tls: ssl.SSLContext, connections: int) -> None:
        self._tls = tls
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Status, headers and a body that is yet to be read; whoever has it closes it."""
        seconds = request.extensions.get("timeout", {})
        content = await request.aread()
        try:
            headers = [(name.decode("ascii"), value.decode("ascii")) for name, value in request.headers.raw]
            reply = await self._open().request(
                request.method,
                # Quoted already, and as the caller wants it.
                URL(str(request.url), encoded=True),
                headers=headers,
                data=content or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    sock_connect=seconds.get("connect"), sock_read=seconds.get("read")
                ),
                server_hostname=request.extensions.get("sni_hostname"),
                # A POST aiohttp sends once by itself.
                middlewares=() if request.method == "POST" else None,
            )
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _in_httpx_words(error) from error
        return httpx.Response(reply.status, headers=reply.raw_headers, stream=_Body(reply))

    async def aclose(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    ssl=self._tls, limit=self._connections, keepalive_timeout=_IDLE_SECONDS
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
                max_line_size=_HEADER_BYTES,
                max_field_size=_HEADER_BYTES,
                middlewares=(_once,),
            )
        return self._session


class _Body(httpx.AsyncByteStream):
    def __init__(self, reply: aiohttp.ClientResponse) -> None:
        self._reply = reply
        self._unwatch = None if "Content-Length" in reply.headers else _watch(reply)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        content = self._reply.content
        try:
            while chunk := await content.read(_CHUNK_BYTES):
                yield chunk
            # Of the end it hears first, and of what the end was in the same breath.
            if (error := content.exception()) is not None:
                raise error
        except (aiohttp.ClientError, OSError) as error:
            raise _in_httpx_words(error, self._reply) from error

    async def aclose(self) -> None:
        if self._unwatch is not None:
            self._unwatch()
        # The connection is for the next request if the body came whole, and closed if not.
        self._reply.release()
        await self._reply.wait_for_close()


def _watch(reply: aiohttp.ClientResponse) -> Callable[[], None] | None:
    """Tell the reader of a body of untold length what aiohttp does not; what ends the watch.

    That is, a chunk that is none (the reader would wait for ever), and a connection that broke (what came
    until then would pass for a whole body).
    """
    content = reply.content
    protocol = reply.connection.protocol if reply.connection is not None else None
    closed = protocol.closed if protocol is not None else None
    if closed is None:
        return None
    until_closed = "Transfer-Encoding" not in reply.headers

    def ended(connection: asyncio.Future[None]) -> None:
        broken = connection.cancelled() or connection.exception() is not None
        if until_closed and broken:
            content.set_exception(aiohttp.ClientConnectionError())
        elif not content.is_eof() and content.exception() is None:
            content.set_exception(aiohttp.ClientPayloadError())

    def unwatch() -> None:
        closed.remove_done_callback(ended)
        # One for as long as the connection lives: asyncio logs an exception that nobody has looked at.
        closed.remove_done_callback(_look_at)
        closed.add_done_callback(_look_at)

    closed.add_done_callback(ended)
    return unwatch


def _look_at(connection: asyncio.Future[None]) -> None:
    if not connection.cancelled():
        connection.exception()


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending a GET again by itself: how often and how fast is the caller's to say."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _in_httpx_words(error) from error


def _in_httpx_words(error: Exception, reply: aiohttp.ClientResponse | None = None) -> httpx.TransportError:
    """By name alone: some of aiohttp's texts quote the URL."""
    name = f"aiohttp.{type(error).__name__}"
    match error:
        case aiohttp.ConnectionTimeoutError():
            return httpx.ConnectTimeout(name)
        case TimeoutError():
            return httpx.ReadTimeout(name)
        case aiohttp.ClientConnectorError():
            return httpx.ConnectError(name)
        case aiohttp.ClientPayloadError() if reply is not None and _was_reset(reply):
            return httpx.ReadError(name)
        case aiohttp.ClientPayloadError() | aiohttp.ClientResponseError() | aiohttp.ServerDisconnectedError():
            return httpx.RemoteProtocolError(name)
        case aiohttp.InvalidURL() | ValueError():
            return httpx.LocalProtocolError(name)
        case _:
            return httpx.ReadError(name)


def _was_reset(reply: aiohttp.ClientResponse) -> bool:
    """Whether the connection broke, rather than being closed in the midst of a body."""
    protocol = reply.connection.protocol if reply.connection is not None else None
    return protocol is not None and isinstance(protocol.exception(), OSError)

"""HTTP to the Bot API on aiohttp, behind python-telegram-bot's own `BaseRequest`.

The library's stock transport takes several times the processor time a call
(`python -m bench.transport` measures both). Files are sent while they are read.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, BinaryIO, Final
from uuid import uuid4

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_CHUNK: Final = 64 * 1024
_POOL_FULL: Final = (
    "Pool timeout: All connections in the connection pool are occupied. Request was *not* sent to Telegram."
)

Given = Any
"""Seconds, None for no limit, or the library's mark for "as by default"."""


class Unconfirmed(TimedOut):
    """All of a request went out, and no answer came in time: it may well have been carried out."""


class AiohttpRequest(BaseRequest):
    """Calls over at most `pool` connections. Times are in seconds.

    A connection is made within `connect`, any part of a body leaves within `write` (of one with
    files: `media_write`), and an answer begins within `read` of the body's end. The environment's
    proxies are not followed. Errors are the library's: TimedOut (`Unconfirmed` after the whole of a
    request was sent) and NetworkError, whose texts name no URL, because the token is in it.
    """

    def __init__(
        self, *, pool: int, connect: float, read: float, write: float, media_write: float, waiting: float
    ) -> None:
        self._pool = pool
        self._connect = connect
        self._read = read
        self._write = write
        self._media_write = media_write
        self._waiting = waiting
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._slots = asyncio.Semaphore(pool)

    @property
    def read_timeout(self) -> float | None:
        return self._read

    async def initialize(self) -> None:
        """Allow calls, again after a shutdown; connections are made when they are needed."""
        self._closed = False

    async def shutdown(self) -> None:
        """Close connections; calls fail until the next `initialize`."""
        self._closed = True
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Given = BaseRequest.DEFAULT_NONE,
        write_timeout: Given = BaseRequest.DEFAULT_NONE,
        connect_timeout: Given = BaseRequest.DEFAULT_NONE,
        pool_timeout: Given = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of the answer; raises TimedOut and NetworkError."""
        if self._closed:
            raise RuntimeError("this transport was shut down")
        files = request_data.multipart_data if request_data else {}
        read = _seconds(read_timeout, self._read)
        write = _seconds(write_timeout, self._media_write if files else self._write)
        body = _Body(request_data, files)
        try:
            async with asyncio.timeout(_seconds(pool_timeout, self._waiting)):
                await self._slots.acquire()
        except TimeoutError as error:
            raise TimedOut(_POOL_FULL) from error
        try:
            async with asyncio.timeout(None) as patience:
                body.watch(patience, write=write, read=read)
                async with self._open().request(
                    method,
                    url,
                    data=body,
                    headers={"User-Agent": self.USER_AGENT},
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(sock_connect=_seconds(connect_timeout, self._connect)),
                ) as answer:
                    return answer.status, _told(answer.status, await answer.read())
        except TimeoutError as error:
            # aiohttp's own (of the connection) and ours are both one.
            raise (Unconfirmed() if body.sent else TimedOut()) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # By name alone: some of these quote the URL, and the token with it.
            raise NetworkError(f"aiohttp.{type(error).__name__}") from error
        finally:
            body.unwatch()
            self._slots.release()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._pool),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session


def _told(status: int, body: bytes) -> bytes:
    """The answer, without a page that somebody on the way wrote: the library logs and quotes it."""
    if 200 <= status < 300:
        return body
    try:
        refusal = json.loads(body)
    except ValueError:
        refusal = None
    return body if isinstance(refusal, dict) else b"{}"


class _Body(Payload):
    """A request's body; it moves the deadline as it goes out.

    A form where there is no file, otherwise multipart of a known length, read piece by piece.
    """

    def __init__(self, data: RequestData | None, files: Mapping[str, Any]) -> None:
        self.sent = False
        self._moved: Callable[[float | None], None] = _stay
        self._times: tuple[float | None, float | None] = (None, None)
        if not files:
            form = data.url_encoded_parameters().encode() if data else b""
            self._pieces: list[bytes | BinaryIO] = [form]
            kind = "application/x-www-form-urlencoded"
        else:
            boundary = uuid4().hex
            fields = data.json_parameters if data else {}
            self._pieces = _multipart(boundary, fields, files)
            kind = f"multipart/form-data; boundary={boundary}"
        super().__init__(None, content_type=kind)
        self._length = sum(_size(piece) for piece in self._pieces)

    def watch(self, patience: asyncio.Timeout, *, write: float | None, read: float | None) -> None:
        """Let `patience` end `write` seconds after the last piece went out, and `read` after the end."""
        loop = asyncio.get_running_loop()

        def moved(seconds: float | None) -> None:
            patience.reschedule(None if seconds is None else loop.time() + seconds)

        self._moved, self._times = moved, (write, read)

    def unwatch(self) -> None:
        """The call has ended, perhaps before its body did."""
        self._moved = _stay

    @property
    def size(self) -> int:
        return self._length

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        raise TypeError("a request's body is not shown")

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Called by aiohttp once it is connected."""
        for_writing, for_reading = self._times
        self._moved(for_writing)
        async for piece in self._read():
            await writer.write(piece)
            self._moved(for_writing)
        self.sent = True
        self._moved(for_reading)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        await self.write(writer)

    async def _read(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            piece.seek(0)
            while chunk := piece.read(_CHUNK):
                yield chunk


def _multipart(boundary: str, fields: Mapping[str, str], files: Mapping[str, Any]) -> list[bytes | BinaryIO]:
    pieces: list[bytes | BinaryIO] = []
    for name, value in fields.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n'
        pieces.append(f"{head}{value}\r\n".encode())
    for name, (filename, content, media_type) in files.items():
        head = (
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="{_quoted(name)}"; filename="{_quoted(filename)}"\r\n'
            f"Content-Type: {media_type}\r\n\r\n"
        )
        pieces += [head.encode(), content.encode() if isinstance(content, str) else content, b"\r\n"]
    return [*pieces, f"--{boundary}--\r\n".encode()]


def _quoted(name: str) -> str:
    """As browsers write names into a multipart head. Source: HTML, "multipart/form-data encoding"."""
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def _size(piece: bytes | BinaryIO) -> int:
    if isinstance(piece, bytes):
        return len(piece)
    return piece.seek(0, 2)


def _seconds(given: Given, usual: float) -> float | None:
    if given is BaseRequest.DEFAULT_NONE:
        return usual
    return None if given is None else float(given)


def _stay(_: float | None) -> None:
    """Nobody watches yet."""

"""A proxy between an adapter and its ERP: it keeps what was asked, and can fail in chosen ways."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from tests.support.serving import address, held_port

_HEAD_END = b"\r\n\r\n"
_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True)
class Recorded:
    """A request as the adapter sent it."""

    method: str
    target: str
    """Path and query, as on the wire."""
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def json(self) -> object:
        return json.loads(self.body) if self.body else None


Fault = Callable[[Recorded, asyncio.StreamWriter], Awaitable[None]]
"""Answers in the ERP's place; the connection is closed when it returns."""


@dataclass
class Proxy:
    """One ERP behind a port of ours. `fault` answers instead of it, after `spared` more requests."""

    host: str
    port: int
    url: str
    """Its own, the ERP's path included, at a port that is held for as long as it lives."""
    fault: Fault | None = None
    spared: int = 0
    recorded: list[Recorded] = field(default_factory=list)
    open_connections: int = 0
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    """Told whenever a connection is opened or closed."""
    door: asyncio.Server | None = None
    """Where it listens; None: connections are refused."""

    def fail(self, fault: Fault | None, *, spared: int = 0) -> None:
        """Answer with `fault` from now on, or after some requests; None mends it."""
        self.fault, self.spared = fault, spared

    async def listen(self, tls: ssl.SSLContext | None = None) -> None:
        """Take connections from now on, at the port it had before; in plain text without `tls`."""
        await self.refuse()
        self.door = await asyncio.start_server(self.serve, "127.0.0.1", urlsplit(self.url).port, ssl=tls)

    async def refuse(self) -> None:
        """Take no connection any more."""
        if self.door is not None:
            self.door.close()
            self.door = None

    async def until(self, holds: Callable[["Proxy"], bool]) -> None:
        """Wait until something holds of the connections."""
        async with self.moved:
            await self.moved.wait_for(lambda: holds(self))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._count(+1)
        try:
            request = await _request(reader)
            if request is None:
                return
            self.recorded.append(request)
            await self._count(0)
            if self.fault is not None and self.spared <= 0:
                await _or_hung_up(self.fault(request, writer), reader)
                return
            self.spared -= 1
            await _or_hung_up(self._pass_on(request, writer), reader)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()
            await self._count(-1)

    async def _count(self, change: int) -> None:
        async with self.moved:
            self.open_connections += change
            self.moved.notify_all()

    async def _pass_on(self, request: Recorded, writer: asyncio.StreamWriter) -> None:
        upstream, to_erp = await asyncio.open_connection(self.host, self.port)
        try:
            kept = {n: v for n, v in request.headers.items() if n not in ("connection", "host")}
            lines = [f"{request.method} {request.target} HTTP/1.1", f"host: {self.host}:{self.port}"]
            lines += [f"{name}: {value}" for name, value in kept.items()]
            lines.append("connection: close")
            to_erp.write("\r\n".join(lines).encode("latin-1") + _HEAD_END + request.body)
            await to_erp.drain()
            while chunk := await upstream.read(_CHUNK_BYTES):
                writer.write(chunk)
                await writer.drain()
        finally:
            to_erp.close()


@asynccontextmanager
async def proxying(url: str, tls: ssl.SSLContext | None = None) -> AsyncIterator[Proxy]:
    """A proxy in front of an ERP on loopback that listens already."""
    parts = urlsplit(url)
    with held_port() as held:
        own = urlsplit(address(held))._replace(scheme="https" if tls else "http", path=parts.path.rstrip("/"))
        proxy = Proxy(parts.hostname or "", parts.port or 80, urlunsplit(own))
        await proxy.listen(tls)
        try:
            yield proxy
        finally:
            await proxy.refuse()


async def _request(reader: asyncio.StreamReader) -> Recorded | None:
    try:
        head = await reader.readuntil(_HEAD_END)
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Recorded(method, target, headers, body)


async def _or_hung_up(work: Awaitable[None], reader: asyncio.StreamReader) -> None:
    """Do the work, unless whoever asked hangs up before it is done."""
    working = asyncio.ensure_future(work)
    listening = asyncio.ensure_future(reader.read(1))
    try:
        await asyncio.wait({working, listening}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (working, listening):
            task.cancel()
        done = await asyncio.gather(working, listening, return_exceptions=True)
    if isinstance(done[0], Exception) and not isinstance(done[0], ConnectionError):
        raise done[0]

"""The body of an ERP's reply: read in chunks within a time, unpacked within a size, parsed as JSON."""

import asyncio
import contextlib
import json
import zlib
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NoReturn

import httpx

from bot.erp.errors import ErpBadAnswer, ErpUnavailable

_CHUNK_BYTES = 64 * 1024
_TOO_LARGE = "reply too large"


class TryAgain(ErpUnavailable):
    """May be better in a moment."""


def coding_of(reply: httpx.Response) -> str:
    return str(reply.headers.get("Content-Encoding", "identity")).strip().lower()


def size_told(reply: httpx.Response) -> int | None:
    """The bytes its Content-Length names, if it names any; packed, if it is packed."""
    length = str(reply.headers.get("Content-Length", ""))
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None


async def chunks_of(
    reply: httpx.Response, deadline: float, codings: Sequence[str] = ("identity",)
) -> AsyncGenerator[bytes, None]:
    """A body as it comes, unpacked; each chunk by `deadline` (the loop's clock).

    Raises ErpBadAnswer for a coding that was not asked for and for a body that is cut off, and
    ErpUnavailable for one that comes too slowly or stops.
    """
    unpack = _unpacking(reply, codings)
    source = reply.aiter_raw()
    while True:
        with _said_our_way():
            # Around each read, not around the consumer's own work in between.
            async with asyncio.timeout_at(deadline):
                chunk = await anext(source, b"")
        if not chunk:
            break
        if unpack is None:
            yield chunk
            continue
        for plain in unpack.feed(chunk):
            yield plain
    if unpack is not None:
        unpack.finish()


async def whole_of(reply: httpx.Response, codings: Sequence[str], max_bytes: int) -> bytes:
    """A body of at most so many bytes in one piece, unpacked.

    Raises what `chunks_of` does, and ErpBadAnswer for a larger one. How long it may take is the caller's.
    """
    unpack = _unpacking(reply, codings)
    if (size_told(reply) or 0) > max_bytes:
        # Several such at a time would cost their caps before each is found out.
        raise ErpBadAnswer(_TOO_LARGE)
    pieces: list[bytes] = []
    size = 0
    with _said_our_way():
        async for chunk in reply.aiter_raw():
            for plain in (chunk,) if unpack is None else unpack.feed(chunk):
                pieces.append(plain)
                size += len(plain)
                if size > max_bytes:
                    raise ErpBadAnswer(_TOO_LARGE)
    if unpack is not None:
        unpack.finish()
    return b"".join(pieces)


@contextlib.contextmanager
def _said_our_way() -> Iterator[None]:
    """What goes wrong while a body is read, as errors of our family."""
    try:
        yield
    except TimeoutError:
        raise ErpUnavailable("the reply comes too slowly") from None
    except httpx.RemoteProtocolError:
        raise ErpBadAnswer("reply cut off") from None
    except httpx.HTTPError:
        raise TryAgain("connection lost") from None


def _unpacking(reply: httpx.Response, codings: Sequence[str]) -> "_Unpacking | None":
    coding = coding_of(reply)
    if coding not in codings:
        raise ErpBadAnswer("compressed although we asked for plain bytes")
    return _Unpacking() if coding == "gzip" else None


class _Unpacking:
    """Gzip, a bounded piece at a time: a few bytes may stand for gigabytes."""

    def __init__(self) -> None:
        self._inflating = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self._begun = False

    def finish(self) -> None:
        """No more comes: raises ErpBadAnswer if that is too early."""
        if self._begun and not self._inflating.eof:
            raise ErpBadAnswer("reply cut off")

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        self._begun = True
        try:
            while not self._inflating.eof:
                plain = self._inflating.decompress(chunk, _CHUNK_BYTES)
                if plain:
                    yield plain
                chunk = self._inflating.unconsumed_tail
                if not chunk and len(plain) < _CHUNK_BYTES:
                    return
        except zlib.error:
            raise ErpBadAnswer("compressed and broken") from None


def decode_json(content: bytes) -> object:
    """Parse a reply, numbers with a fraction as Decimal; ErpBadAnswer for everything that is no JSON."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_refuse_constant)
    # ArithmeticError: an exponent beyond what Decimal holds; ValueError covers encoding and syntax.
    except (ValueError, RecursionError, ArithmeticError):
        what = "a web page" if content.lstrip()[:1] == b"<" else "no JSON"
        raise ErpBadAnswer(what) from None


def records(body: object) -> list[Mapping[str, object]]:
    """The records of a reply that is a list of them; ErpBadAnswer for any other shape."""
    if not isinstance(body, list) or not all(isinstance(record, dict) for record in body):
        raise ErpBadAnswer("no list of records")
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)

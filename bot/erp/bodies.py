"""The body of an ERP's reply: read in chunks within a time, unpacked within a size, parsed as JSON."""

import asyncio
import json
import zlib
from collections.abc import AsyncGenerator, Iterator, Sequence
from decimal import Decimal
from typing import NoReturn

import httpx

from bot.erp.errors import ErpBadAnswer, ErpUnavailable

_CHUNK_BYTES = 64 * 1024


class TryAgain(ErpUnavailable):
    """May be better in a moment."""


def coding_of(reply: httpx.Response) -> str:
    return str(reply.headers.get("Content-Encoding", "identity")).strip().lower()


async def chunks_of(
    reply: httpx.Response, deadline: float | None, codings: Sequence[str] = ("identity",)
) -> AsyncGenerator[bytes, None]:
    """A body as it comes, unpacked; each chunk by `deadline` (the loop's clock), if there is one.

    Raises ErpBadAnswer for a coding that was not asked for and for a body that is cut off, and
    ErpUnavailable for one that comes too slowly or stops.
    """
    coding = coding_of(reply)
    if coding not in codings:
        raise ErpBadAnswer("compressed although we asked for plain bytes")
    unpack = _Unpacking() if coding == "gzip" else None
    source = reply.aiter_raw(_CHUNK_BYTES)
    while True:
        try:
            # Around each read, not around the consumer's own work in between.
            async with asyncio.timeout_at(deadline):
                chunk = await anext(source, b"")
        except TimeoutError:
            raise ErpUnavailable("the reply comes too slowly") from None
        except httpx.RemoteProtocolError:
            raise ErpBadAnswer("reply cut off") from None
        except httpx.HTTPError:
            raise TryAgain("connection lost") from None
        if not chunk:
            break
        if unpack is None:
            yield chunk
            continue
        for plain in unpack.feed(chunk):
            yield plain
    if unpack is not None and not unpack.whole:
        raise ErpBadAnswer("reply cut off")


class _Unpacking:
    """Gzip, a bounded piece at a time: a few bytes may stand for gigabytes."""

    def __init__(self) -> None:
        self._inflating = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self._begun = False

    @property
    def whole(self) -> bool:
        return self._inflating.eof or not self._begun

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


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)

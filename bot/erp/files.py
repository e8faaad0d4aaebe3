"""A document on its way: named by us, known by its first bytes, bounded in size, inspected as it passes."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from bot.erp.errors import DocumentRefused
from bot.erp.protocol import DocumentStream
from bot.erp.sniffing import HEAD_BYTES, Inspector, sniff
from bot.orders import Document


@asynccontextmanager
async def checked_stream(
    document: Document,
    chunks: AsyncIterator[bytes],
    *,
    size: int | None,
    max_bytes: int,
    declared: str = "",
) -> AsyncIterator[DocumentStream]:
    """The bytes of a document as something that may be handed over; nothing of it is kept.

    `size` in bytes is what the server tells, if it does; `declared` its media type. Raises
    DocumentRefused when it is told to be larger than `max_bytes` or its first bytes are not those of
    such a document; reading on raises it too, and whatever `chunks` raises.
    """
    if size is not None and size > max_bytes:
        raise DocumentRefused("too_large")
    bounded = _bounded(chunks, max_bytes)
    async with aclosing(bounded):
        head = await _head(bounded)
        file_type = sniff(head, document.kind, declared)
        checked = _inspected(head, bounded, Inspector(file_type))
        async with aclosing(checked):
            yield DocumentStream(
                filename=f"{_file_stem(document)}.{file_type.extension}",
                media_type=file_type.media_type,
                size=size,
                chunks=checked,
            )


async def _bounded(chunks: AsyncIterator[bytes], max_bytes: int) -> AsyncGenerator[bytes, None]:
    total = 0
    async for chunk in chunks:
        total += len(chunk)
        if total > max_bytes:
            raise DocumentRefused("too_large")
        yield chunk


async def _head(chunks: AsyncIterator[bytes]) -> bytes:
    head = bytearray()
    async for chunk in chunks:
        head += chunk
        if len(head) >= HEAD_BYTES:
            break
    return bytes(head)


async def _inspected(
    head: bytes, rest: AsyncIterator[bytes], inspector: Inspector
) -> AsyncGenerator[bytes, None]:
    inspector.see(head)
    yield head
    async for chunk in rest:
        inspector.see(chunk)
        yield chunk


def _file_stem(document: Document) -> str:
    """Kind, order, and the invoice or which one of several: "danfe-10042-000123", "boleto-10042-2"."""
    ordinal = document.id.rpartition("-")[2]
    which = _plain(document.number or "") or ("" if ordinal == "1" else ordinal)
    kind = str(document.kind).replace("_", "-")
    return "-".join(filter(None, (kind, _plain(document.order_number) or "order", which)))


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:40]

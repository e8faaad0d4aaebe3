"""The documents of an order: reading the list, and fetching one from where the ERP says it lies."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx

from bot.erp import fields
from bot.erp.bodies import chunks_of, size_told
from bot.erp.calls import bearer, no_cookies, refuse_failure
from bot.erp.errors import (
    DocumentNotThere,
    DocumentRefused,
    ErpBadAnswer,
    ErpDenied,
    ErpUnavailable,
)
from bot.erp.files import checked_stream
from bot.erp.guard import Guard, Target
from bot.erp.protocol import DocumentStream
from bot.erp.transport import AiohttpTransport
from bot.erp.vtex_b2b.parsing import search_rows
from bot.orders import Document, DocumentKind

_KIND = {
    0: DocumentKind.BOLETO,
    1: DocumentKind.TRANSFER_SLIP,
    2: DocumentKind.NFE_XML,
    3: DocumentKind.DANFE,
    4: DocumentKind.SERIAL_NUMBERS,
    5: DocumentKind.GARE,
    6: DocumentKind.GNRE,
}
_MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+\-]{1,80}")
_LISTED_MAX = 200


@dataclass(frozen=True)
class Listed:
    """A document and where the ERP says it lies; the address goes no further than this package."""

    document: Document
    url: str


def listed_documents(body: object, order_number: str) -> tuple[Listed, ...]:
    """The documents of a verified order, numbered within their kind.

    Within a kind they are numbered by invoice and title, so that an id means the same document
    when the ERP lists them in another order. An item without an address is left out.
    """
    found: list[tuple[DocumentKind, str, str, Mapping[str, object], str]] = []
    for item in search_rows(body)[:_LISTED_MAX]:
        url = item.get("url")
        if not isinstance(url, str) or not url.strip():
            continue
        code = fields.whole(item, "tipoArquivo")
        kind = DocumentKind.OTHER if code is None else _KIND.get(code, DocumentKind.OTHER)
        title, invoice = (
            fields.text(item, "descricao") or "",
            fields.text(item, "notaFiscal", longest=60) or "",
        )
        found.append((kind, invoice, title, item, url))
    found.sort(key=lambda entry: entry[:3])
    counts: dict[DocumentKind, int] = {}
    listed = []
    for kind, invoice, title, item, url in found:
        counts[kind] = counts.get(kind, 0) + 1
        media_type = (fields.text(item, "tipoMime", longest=100) or "").lower()
        size = fields.whole(item, "tamanho")
        document = Document(
            id=f"{kind}-{counts[kind]}",
            kind=kind,
            order_number=order_number,
            title=title,
            number=invoice or None,
            media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else None,
            size=size if size is not None and size >= 0 else None,
        )
        listed.append(Listed(document=document, url=url))
    return tuple(listed)


class Fetcher:
    """Fetches documents within a size (bytes) and a time (seconds, first byte to last).

    Nothing is kept: bytes pass through in chunks, whatever the size. No redirect is followed, and
    our token goes to the ERP's own origin only.
    """

    def __init__(
        self,
        *,
        guard: Guard,
        token: str,
        tls: ssl.SSLContext,
        seconds: float,
        max_bytes: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._guard = guard
        self._authorization = bearer(token)
        self._tls = tls
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._clock = clock

    @asynccontextmanager
    async def open(self, document: Document, url: str) -> AsyncIterator[DocumentStream]:
        """Start fetching; raises DocumentRefused, DocumentNotThere and the family of ErpError."""
        deadline = asyncio.get_running_loop().time() + self._seconds
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout_at(deadline):
                    target = await self._guard.admit(url)
                    reply = await self._request(stack, target)
            except TimeoutError:
                raise ErpUnavailable("the document's host is too slow") from None
            _refuse_status(reply, target, self._clock)
            chunks = chunks_of(reply, deadline)
            stack.push_async_callback(chunks.aclose)
            checked = checked_stream(
                document,
                chunks,
                size=size_told(reply),
                declared=reply.headers.get("Content-Type", ""),
                max_bytes=self._max_bytes,
            )
            yield await stack.enter_async_context(checked)

    async def _request(self, stack: AsyncExitStack, target: Target) -> httpx.Response:
        """Dial the addresses the guard saw, in turn, and no others."""
        # A client of its own: a pooled connection is known by its address, and two hosts may share one.
        client = await stack.enter_async_context(
            httpx.AsyncClient(
                transport=AiohttpTransport(tls=self._tls, connections=1),
                trust_env=False,
                follow_redirects=False,
                timeout=httpx.Timeout(self._seconds, connect=min(5.0, self._seconds)),
                cookies=no_cookies(),
            )
        )
        host = target.url.raw_host.decode("ascii")
        headers = {
            "Host": target.url.netloc.decode("ascii"),
            "Accept-Encoding": "identity",
            **(self._authorization if target.is_erp else {}),
        }
        for address in target.addresses:
            request = client.build_request(
                "GET",
                target.url.copy_with(host=address),
                headers=headers,
                extensions={"sni_hostname": host.strip("[]")},
            )
            try:
                reply = await client.send(request, stream=True)
            except httpx.ConnectError:
                continue
            except httpx.HTTPError:
                break
            stack.push_async_callback(reply.aclose)
            return reply
        raise ErpUnavailable("the document's host is not reachable")


def _refuse_status(reply: httpx.Response, target: Target, clock: Callable[[], datetime]) -> None:
    status = reply.status_code
    if reply.is_redirect:
        raise DocumentRefused("redirect")
    if status in (404, 410):
        raise DocumentNotThere(f"status {status}")
    try:
        refuse_failure(reply, clock)
    except ErpDenied:
        if target.is_erp:
            raise
        # A signed address that has run out, at somebody else's store: our credentials are fine.
        raise DocumentRefused("host_denied") from None
    if status != 200:
        raise ErpBadAnswer(f"status {status}")

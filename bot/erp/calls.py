"""HTTP calls to an ERP: one deadline a call, a cap on every reply, errors of our own family."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
import stamina
import structlog

from bot.erp.bodies import TryAgain, chunks_of, coding_of, decode_json, size_told, whole_of
from bot.erp.errors import ErpDenied, ErpError, ErpRateLimited, ErpUnavailable
from bot.erp.pace import paced
from bot.erp.transport import AiohttpTransport

CONNECTIONS = 32
"""At once, of the usual eight questions with four calls each."""
REPLY_MAX_BYTES = 8 * 1024 * 1024
_ERROR_MAX_BYTES = 64 * 1024
_RETRY_AFTER_DEFAULT = 5.0
_RETRY_AFTER_MAX = 3600.0
_PARSED_IN_A_THREAD = 256 * 1024
_ATTEMPTS = 3
_FIRST_WAIT = 0.1


Params = Sequence[tuple[str, str | int | float | bool | None]]
Judge = Callable[[int, object], None]
"""Looks at the status and JSON of a failure, and may raise an ErpError that says more than the status."""


@dataclass(frozen=True)
class Answer:
    """A reply that is no failure by itself: 2xx with its JSON, or a status the caller must read."""

    status: int
    body: object = None
    """What the JSON held, numbers with a fraction as Decimal; None for an empty 204 and non-2xx."""
    is_html: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Streamed:
    """A reply whose body is read in chunks, once; they raise the family of ErpError."""

    status: int
    media_type: str
    """As the server calls it: a claim, not a fact."""
    size: int | None
    """Content-Length, where the server tells."""
    chunks: AsyncGenerator[bytes, None]


class ErpHttp:
    """A connection pool to one ERP. Used from one event loop; close it when done.

    A call has `seconds` for everything, retries and the last byte included. Searches change nothing
    at the ERP, so 502, 503, 504 and transport errors are tried twice more within that time; whoever
    posts promises that it is a search. `headers` go with every call. `gzip` accepts compressed
    replies, for servers that compress whatever was asked for; `max_bytes` counts what comes out.
    `judge` sees the JSON of 4xx and 5xx replies before the status is judged by itself.
    """

    def __init__(
        self,
        *,
        erp: str,
        base: httpx.URL,
        headers: Mapping[str, str],
        seconds: float,
        tls: ssl.SSLContext,
        max_bytes: int = REPLY_MAX_BYTES,
        connections: int = CONNECTIONS,
        gzip: bool = False,
        judge: Judge | None = None,
        clock: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._erp = erp
        self._base = str(base)
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._judge = judge
        self._clock = clock
        self._codings = ("identity", "gzip") if gzip else ("identity",)
        coding = "gzip" if gzip else "identity"
        self._transport = transport or AiohttpTransport(tls=tls, connections=connections)
        self._client = httpx.AsyncClient(
            transport=self._transport,
            trust_env=False,
            follow_redirects=False,
            headers={**headers, "Accept": "application/json", "Accept-Encoding": coding},
            timeout=httpx.Timeout(seconds, pool=None),
            cookies=no_cookies(),
        )

    async def get(self, path: str, params: Params = (), headers: Mapping[str, str] | None = None) -> Answer:
        return await self._call(self._request("GET", path, params, None, headers), path)

    async def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Answer:
        return await self._call(self._request("POST", path, (), body, headers), path)

    @asynccontextmanager
    async def stream(
        self, method: str, path: str, params: Params = (), body: object = None, *, seconds: float
    ) -> AsyncIterator[Streamed]:
        """A reply read in chunks, within `seconds` from first byte to last; for documents.

        Statuses that are failures by themselves raise, all others are the caller's to read.
        """
        request = self._request(method, path, params, body, {"Accept": "*/*"})
        # The client's own timeouts are for calls: a document may be longer in the making than those.
        request.extensions["timeout"] = httpx.Timeout(seconds, connect=self._seconds, pool=None).as_dict()
        await paced()
        deadline = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(deadline):
                reply = await self._client.send(request, stream=True)
        except TimeoutError:
            raise ErpUnavailable("too slow") from None
        except httpx.HTTPError:
            raise ErpUnavailable("not reachable") from None
        chunks = chunks_of(reply, deadline, self._codings)
        try:
            refuse_failure(reply, self._clock)
            yield Streamed(
                status=reply.status_code,
                media_type=reply.headers.get("Content-Type", ""),
                size=size_told(reply) if coding_of(reply) == "identity" else None,
                chunks=chunks,
            )
        except ErpError as error:
            self._log(path, error.reason)
            raise
        finally:
            await chunks.aclose()
            await reply.aclose()

    async def aclose(self) -> None:
        await self._client.aclose()

    def _request(
        self, method: str, path: str, params: Params, body: object, headers: Mapping[str, str] | None
    ) -> httpx.Request:
        # By hand: the client's own way parses the address twice and the headers of each call anew.
        query = f"?{httpx.QueryParams(tuple(params))}" if params else ""
        sent = self._client.headers
        if headers:
            sent = sent.copy()
            sent.update(headers)
        return httpx.Request(method, self._base + path + query, json=body, headers=sent)

    async def _call(self, request: httpx.Request, path: str) -> Answer:
        # Before the deadline begins: that we ask slowly must not look as if the ERP were slow.
        await paced()
        try:
            async with asyncio.timeout(self._seconds):
                status, is_html, content = await self._try(request)
                if not 200 <= status < 300:
                    return Answer(status=status, is_html=is_html)
                if status == 204:
                    return Answer(status=status)
                if len(content) > _PARSED_IN_A_THREAD:
                    return Answer(status=status, body=await asyncio.to_thread(decode_json, content))
                return Answer(status=status, body=decode_json(content))
        except TimeoutError:
            self._log(path, "erp_timeout")
            raise ErpUnavailable("too slow") from None
        except ErpError as error:
            self._log(path, error.reason)
            raise

    async def _try(self, request: httpx.Request) -> tuple[int, bool, bytes]:
        # The machinery of retrying costs as much as a call: it is set up when the first one failed.
        with contextlib.suppress(TryAgain):
            return await self._once(request)
        await asyncio.sleep(_FIRST_WAIT)
        async for attempt in stamina.retry_context(
            on=TryAgain,
            attempts=_ATTEMPTS - 1,
            timeout=None,
            wait_initial=2 * _FIRST_WAIT,
            wait_max=1.0,
            wait_jitter=0.1,
        ):
            with attempt:
                await paced()
                return await self._once(request)
        raise ErpUnavailable("no attempt was made")  # stamina raises the last error itself

    async def _once(self, request: httpx.Request) -> tuple[int, bool, bytes]:
        # Not through the client, which takes a third as long again for what is off here: redirects, cookies,
        # and authorization by the address.
        request.extensions.setdefault("timeout", self._client.timeout.as_dict())
        try:
            reply = await self._transport.handle_async_request(request)
        except httpx.HTTPError:
            raise TryAgain("not reachable") from None
        try:
            if self._judge is not None and reply.is_error:
                self._judge(reply.status_code, await self._told(reply))
            refuse_failure(reply, self._clock)
            is_html = "html" in reply.headers.get("Content-Type", "").lower()
            content = await whole_of(reply, self._codings, self._max_bytes) if reply.is_success else b""
            return reply.status_code, is_html, content
        finally:
            await reply.aclose()

    async def _told(self, reply: httpx.Response) -> object:
        """What a failure says of itself; None unless it is JSON of a sane size."""
        try:
            return decode_json(await whole_of(reply, self._codings, _ERROR_MAX_BYTES))
        except ErpError:
            return None

    def _log(self, path: str, reason: str) -> None:
        log = structlog.get_logger()
        log.warning("erp_call_failed", erp=self._erp, path=path, reason=reason)


def bearer(token: str) -> dict[str, str]:
    """The authorization header, none without a token."""
    token = header_safe(token)
    return {"Authorization": f"Bearer {token}"} if token else {}


def header_safe(token: str) -> str:
    """A token as it may stand in a header; raises ValueError."""
    token = token.strip()
    if not (token.isascii() and token.isprintable()):
        raise ValueError("The ERP's token must be plain ASCII on one line.")
    return token


def no_cookies() -> CookieJar:
    """A jar that keeps nothing: a session the ERP opens for one company must not reach another."""
    return CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))


def refuse_failure(reply: httpx.Response, clock: Callable[[], datetime]) -> None:
    """Raise what a status means; 2xx, 3xx and the 4xx a caller can make sense of pass."""
    status = reply.status_code
    if status in (401, 403):
        raise ErpDenied(f"status {status}")
    if status == 429:
        raise ErpRateLimited(retry_after(reply.headers.get("Retry-After", ""), clock()))
    if status == 503 and reply.headers.get("Retry-After"):
        # It says when: trying again before that is what it asks us not to do.
        raise ErpUnavailable(f"status {status}", retry_after(reply.headers["Retry-After"], clock()))
    if status in (502, 503, 504):
        raise TryAgain(f"status {status}")
    if status >= 500 or status == 408:
        raise ErpUnavailable(f"status {status}")


def retry_after(header: str, now: datetime) -> float:
    """Seconds to wait, from a number or an HTTP date; 5 without either, at most an hour."""
    header = header.strip()
    if header.isascii() and header.isdigit():
        return min(float(header[:9]), _RETRY_AFTER_MAX)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _RETRY_AFTER_DEFAULT
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), _RETRY_AFTER_MAX)

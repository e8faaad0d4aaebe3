"""HTTP calls to the ERP: one deadline a call, a cap on every reply, errors of our own family."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import NoReturn

import httpx
import stamina
import structlog

from bot.erp.errors import ErpBadAnswer, ErpDenied, ErpError, ErpRateLimited, ErpUnavailable

REPLY_MAX_BYTES = 8 * 1024 * 1024
_RETRY_AFTER_DEFAULT = 5.0
_RETRY_AFTER_MAX = 3600.0
_PARSED_IN_A_THREAD = 256 * 1024
_ATTEMPTS = 3
_FIRST_WAIT = 0.1


Params = Sequence[tuple[str, str | int | float | bool | None]]


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


class ErpHttp:
    """A connection pool to one ERP. Used from one event loop; close it when done.

    A call has `seconds` for everything, retries and the last byte included. Searches change nothing
    at the ERP, so 502, 503, 504 and transport errors are tried twice more within that time.
    """

    def __init__(
        self,
        *,
        erp: str,
        base: httpx.URL,
        token: str,
        seconds: float,
        tls: ssl.SSLContext,
        max_bytes: int = REPLY_MAX_BYTES,
        connections: int = 32,
        clock: Callable[[], datetime],
    ) -> None:
        self._erp = erp
        self._base = str(base)
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._clock = clock
        self._headers = {**bearer(token), "Accept": "application/json", "Accept-Encoding": "identity"}
        self._client = httpx.AsyncClient(
            verify=tls,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(seconds, pool=None),
            # httpcore looks at every idle connection before each request: few are faster than many.
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=8),
            cookies=no_cookies(),
        )

    async def get(self, path: str, params: Params) -> Answer:
        return await self._call("GET", path, params=httpx.QueryParams(tuple(params)))

    async def post(self, path: str, body: Mapping[str, object]) -> Answer:
        return await self._call("POST", path, body=body)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: httpx.QueryParams | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Answer:
        request = self._client.build_request(
            method, self._base + path, params=params, json=body, headers=self._headers
        )
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
        with contextlib.suppress(_TryAgain):
            return await self._once(request)
        await asyncio.sleep(_FIRST_WAIT)
        async for attempt in stamina.retry_context(
            on=_TryAgain,
            attempts=_ATTEMPTS - 1,
            timeout=None,
            wait_initial=2 * _FIRST_WAIT,
            wait_max=1.0,
            wait_jitter=0.1,
        ):
            with attempt:
                return await self._once(request)
        raise ErpUnavailable("no attempt was made")  # stamina raises the last error itself

    async def _once(self, request: httpx.Request) -> tuple[int, bool, bytes]:
        try:
            reply = await self._client.send(request, stream=True)
        except httpx.HTTPError:
            raise _TryAgain("not reachable") from None
        try:
            refuse_failure(reply, self._clock)
            is_html = "html" in reply.headers.get("Content-Type", "").lower()
            content = await self._read(reply) if reply.is_success else b""
            return reply.status_code, is_html, content
        finally:
            await reply.aclose()

    async def _read(self, reply: httpx.Response) -> bytes:
        if reply.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise ErpBadAnswer("compressed although we asked for plain bytes")
        content = bytearray()
        try:
            async for chunk in reply.aiter_raw():
                content += chunk
                if len(content) > self._max_bytes:
                    raise ErpBadAnswer("reply too large")
        except httpx.RemoteProtocolError:
            raise ErpBadAnswer("reply cut off") from None
        except httpx.HTTPError:
            raise _TryAgain("connection lost") from None
        return bytes(content)

    def _log(self, path: str, reason: str) -> None:
        log = structlog.get_logger()
        log.warning("erp_call_failed", erp=self._erp, path=path, reason=reason)


class _TryAgain(ErpUnavailable):
    """May be better in a moment."""


def bearer(token: str) -> dict[str, str]:
    """The authorization header, none without a token."""
    token = token.strip()
    if not (token.isascii() and token.isprintable()):
        raise ValueError("The ERP's token must be plain ASCII on one line.")
    return {"Authorization": f"Bearer {token}"} if token else {}


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
    if status in (502, 503, 504):
        raise _TryAgain(f"status {status}")
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

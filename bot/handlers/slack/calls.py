"""How Slack is called, over one shared connection pool; every failure says whether to try again."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import DeliveryDelayed, DeliveryImpossible, OpenedFile
from bot.handlers.slack.failures import (
    BLOCKS_REFUSED,
    RATE_LIMITED,
    BlocksRefused,
    ResponseUrlSpent,
    failure_of,
    failure_of_response,
)
from bot.handlers.slack.pacing import Pace
from bot.handlers.slack.tokens import NotInstalled

CALL_SECONDS = 20
UPLOAD_SECONDS = 600
CHUNK = 256 * 1024
"""Bytes of a file in memory at a time."""

Content = Mapping[str, Any]
TokenSource = Callable[[], Awaitable[str]]
_AS_JSON = (
    "assistant.",
    "views.",
    "entity.",
    "chat.unfurl",
    "chat.startStream",
    "chat.appendStream",
    "chat.stopStream",
)
"""Methods whose arguments have structure; the others are sent as a form."""


def open_session() -> aiohttp.ClientSession:
    """The connections all calls to Slack share; needs a running event loop."""
    # The environment's proxies are not taken: they would see the token of a call to loopback too.
    return aiohttp.ClientSession(
        trust_env=False, timeout=aiohttp.ClientTimeout(total=CALL_SECONDS, sock_connect=5)
    )


class Calls:
    """Calls with one bot token, or with one that is asked for at each call.

    Methods raise DeliveryDelayed (with the seconds Slack asks for) and DeliveryImpossible (with Slack's
    error code). What Slack put off is not asked of it again before its time.
    """

    def __init__(self, session: aiohttp.ClientSession, token: str | TokenSource, api_url: str) -> None:
        fixed = token if isinstance(token, str) else None
        self._token = None if isinstance(token, str) else token
        # The SDK words each call and answer whole for its debug log, unless its logger itself has a level.
        log = logging.getLogger("orderbot.slack_sdk")
        log.setLevel(logging.WARNING)
        self._web = AsyncWebClient(
            token=fixed, base_url=api_url, session=session, retry_handlers=_retry_handlers(), logger=log
        )
        self._web.proxy = None
        self._session = session
        self._api = urlsplit(self._web.base_url)
        self._pace = Pace()

    async def call(self, method: str, fields: Content) -> Mapping[str, Any]:
        """Call a method of the Web API; its answer."""
        channel = str(fields.get("channel") or "")
        await self._pace.turn(method, channel)
        try:
            return await self._asked(method, fields)
        except DeliveryDelayed as delayed:
            if delayed.reason == RATE_LIMITED:
                self._pace.hold(method, channel, delayed.retry_after)
            raise

    async def respond(self, url: str, body: Content) -> None:
        """Send to a response_url; raises ResponseUrlSpent and BlocksRefused too."""
        try:
            async with self._session.post(url, json=dict(body), allow_redirects=False) as response:
                text = (await response.content.read(10_000)).decode("utf-8", "replace")
        except (aiohttp.ClientError, OSError) as error:
            raise failure_of(error) from error
        if response.status == 429 or response.status >= 500:
            raise failure_of_response(response, "response_url")
        if any(code in text for code in BLOCKS_REFUSED):
            raise BlocksRefused("invalid_blocks")
        if response.status != 200 or '"ok":false' in text.replace(" ", ""):
            raise ResponseUrlSpent(f"http_{response.status}")

    def leads_to_slack(self, url: str) -> bool:
        """Whether a response_url leads to Slack; it came in a signed request, but once is enough."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        if (parts.scheme, parts.netloc) == (self._api.scheme, self._api.netloc):
            return True
        return parts.scheme == "https" and parts.netloc == "hooks.slack.com"

    async def hand_over(self, url: str, file: OpenedFile) -> None:
        """Send a file's bytes, streamed from disk, to the address Slack gave for them."""
        try:
            # The ticket's address is Slack's file store; it takes the bytes without our token.
            async with self._session.post(
                url,
                data=_chunks(file.content),
                headers={"Content-Length": str(file.size), "Content-Type": "application/octet-stream"},
                timeout=aiohttp.ClientTimeout(total=UPLOAD_SECONDS, sock_connect=5, sock_read=60),
                allow_redirects=False,
            ) as response:
                if response.status != 200:
                    raise failure_of_response(response, "upload_refused")
        except (aiohttp.ClientError, OSError) as error:
            raise failure_of(error) from error

    async def _asked(self, method: str, fields: Content) -> Mapping[str, Any]:
        if self._token is not None:
            try:
                token = await self._token()
            except NotInstalled as error:
                raise DeliveryImpossible("not_installed") from error
            if not token:
                raise DeliveryImpossible("not_installed")
            # Read by the SDK before it waits for anything, so no other call can come between.
            self._web.token = token
        try:
            # In the body: the SDK's own method for uploads puts names and comments into the URL.
            if "blocks" in fields or method.startswith(_AS_JSON):
                answer = await self._web.api_call(method, json=dict(fields))
            else:
                answer = await self._web.api_call(method, data=_form(fields))
        except (SlackApiError, aiohttp.ClientError, OSError, ValueError, AttributeError) as error:
            # AttributeError: the SDK on a 200 whose body is not an object (slack_sdk 3.47).
            raise failure_of(error) from error
        data = answer.data
        if not isinstance(data, dict):
            raise DeliveryDelayed("unreadable_answer")
        return data


class _BriefRateLimits(AsyncRateLimitErrorRetryHandler):
    """Waits out a 429 of up to two seconds; a longer one goes back to the inbox, which can sleep
    without holding a worker."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        waits = [value for name, value in response.headers.items() if name.lower() == "retry-after"]
        return bool(waits) and str(waits[0][0]) in ("0", "1", "2")


def _retry_handlers() -> list[AsyncRetryHandler]:
    # Only errors before Slack can have acted, or on a kept-alive connection it had closed.
    never_arrived: list[type[Exception]] = [aiohttp.ClientConnectorError, aiohttp.ServerDisconnectedError]
    return [AsyncConnectionErrorRetryHandler(error_types=never_arrived), _BriefRateLimits()]


async def _chunks(content: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(content.read, CHUNK):
        yield chunk


def _form(fields: Content) -> dict[str, str]:
    return {name: str(int(value) if isinstance(value, bool) else value) for name, value in fields.items()}

"""Signed requests to the bot, with Slack's patience and Slack's second tries."""

import hmac
import time
from dataclasses import dataclass
from hashlib import sha256

import aiohttp

ACKNOWLEDGE_SECONDS = 3.0
TIMED_OUT = 504
NOT_REACHED = 502


@dataclass
class _Sent:
    body: bytes
    content_type: str
    tries: int


class Outgoing:
    """Posts to `{bot_url}/slack/events`. A bot that takes over three seconds counts as 504, one that
    cannot be reached as 502."""

    def __init__(
        self, bot_url: str, signing_secret: str, *, patience_seconds: float = ACKNOWLEDGE_SECONDS
    ) -> None:
        self._patience = patience_seconds
        self.url = bot_url.rstrip("/") + "/slack/events"
        self._secret = signing_secret.encode()
        self._last: _Sent | None = None
        self._session: aiohttp.ClientSession | None = None

    async def event(self, body: bytes) -> int:
        """Send an event; one that is not taken goes out again at once, as Slack does."""
        self._last = _Sent(body, "application/json", 0)
        status, _ = await self._post(self._last)
        return status if 200 <= status < 300 else await self.again(status)

    async def interaction(self, body: bytes) -> int:
        """Send a command or a press, which Slack never repeats."""
        return (await self.answered(body))[0]

    async def answered(self, body: bytes) -> tuple[int, bytes]:
        """Send an interaction; the status, and what the bot answered in the response itself."""
        self._last = _Sent(body, "application/x-www-form-urlencoded", 0)
        return await self._post(self._last)

    async def again(self, status: int = 0) -> int:
        if self._last is None:
            raise LookupError("nothing has been sent yet")
        self._last.tries += 1
        reason = {TIMED_OUT: "http_timeout", NOT_REACHED: "connection_failed"}.get(status, "http_error")
        retry = {"X-Slack-Retry-Num": str(self._last.tries), "X-Slack-Retry-Reason": reason}
        return (await self._post(self._last, retry))[0]

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _post(self, sent: _Sent, extra: dict[str, str] | None = None) -> tuple[int, bytes]:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                trust_env=False, timeout=aiohttp.ClientTimeout(total=self._patience)
            )
        stamp = str(int(time.time()))
        signed = hmac.new(self._secret, f"v0:{stamp}:".encode() + sent.body, sha256).hexdigest()
        headers = {
            "Content-Type": sent.content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signed}",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **(extra or {}),
        }
        try:
            async with self._session.post(self.url, data=sent.body, headers=headers) as response:
                return response.status, await response.read()
        except TimeoutError:
            return TIMED_OUT, b""
        except aiohttp.ClientError:
            return NOT_REACHED, b""

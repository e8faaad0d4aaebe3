"""Socket Mode: Slack's events over a socket that we open, for companies without a public address.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import time

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers.slack.failures import failure_of
from bot.handlers.slack.intake import SlackIntake

AGAIN_SECONDS = 5.0


class KeptSocket(AsyncSocketModeHandler):
    """Acknowledges an envelope once its message is kept; what could not be kept Slack sends again."""

    def __init__(self, app: SlackIntake, app_token: str, api_url: str) -> None:
        web = AsyncWebClient(base_url=api_url)
        web.proxy = None
        super().__init__(app.bolt, app_token, web_client=web)
        self.client.proxy = None
        self._intake = app

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        answer = await self._intake.answer(dict(req.payload))
        await send_async_response(client, req, answer, time.time())


async def listen(app: SlackIntake, app_token: str, api_url: str) -> None:
    """Receive for as long as the task lives; connects anew by itself, also where Slack is away at first."""
    handler = KeptSocket(app, app_token, api_url)
    try:
        while True:
            try:
                await handler.client.connect()  # type: ignore[no-untyped-call]
                break
            except (SlackApiError, aiohttp.ClientError, OSError) as error:
                structlog.get_logger().error("slack_socket_not_open", reason=failure_of(error).reason)
                await asyncio.sleep(AGAIN_SECONDS)
        await asyncio.Event().wait()
    finally:
        await handler.client.close()  # type: ignore[no-untyped-call]

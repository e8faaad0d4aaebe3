"""What the platforms' libraries do by themselves, without a store: `python -m bench.bare PORT URL [ERP]`.

One Bolt listener and one python-telegram-bot handler, each answering with one message that names the
number it was asked about; with an ERP, `vtex-b2b` or `odoo`, it is looked up first, as we do.
Nothing is kept: a crash loses what was acknowledged.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bench.world import NUMBER, SIGNING_SECRET, SLACK_TOKEN, TELEGRAM_TOKEN


def bare_app(doubles: str, erp_kind: str | None = None) -> Starlette:
    erp = _Erp(doubles, erp_kind)
    slack = _bolt(f"{doubles}/slack/api/", erp)
    telegram = (
        Application.builder().token(TELEGRAM_TOKEN).base_url(f"{doubles}/telegram/bot").updater(None).build()
    )

    async def reply(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(await erp.looked_up(update.message.text or ""))

    telegram.add_handler(MessageHandler(filters.TEXT, reply))
    handler = AsyncSlackRequestHandler(slack)

    async def on_slack(request: Request) -> Response:
        return await handler.handle(request)

    async def on_telegram(request: Request) -> Response:
        await telegram.update_queue.put(Update.de_json(await request.json(), telegram.bot))
        return Response()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with telegram:
            await telegram.start()
            yield
            await telegram.stop()

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/slack/events", on_slack, methods=["POST"]),
            Route("/telegram/webhook", on_telegram, methods=["POST"]),
        ],
    )


class _Erp:
    def __init__(self, doubles: str, kind: str | None) -> None:
        self._client = httpx.AsyncClient(base_url=doubles)
        self._kind = kind

    async def looked_up(self, text: str) -> str:
        found = NUMBER.search(text)
        number = found.group() if found else ""
        if self._kind == "odoo":
            asked = {"domain": [["name", "=", number]], "specification": {"name": {}}}
            await self._client.post("/one-call/json/2/sale.order/web_search_read", json=asked)
        elif self._kind:
            code = {"porCodigo": {"codigo": number, "tipo": 2}}
            await self._client.post("/erp/api/v1/pedido/pesquisa", json=code)
            await self._client.get("/erp/api/v1/pedido", params={"pedidoErpId": number})
        return f"Order {number}"


def _bolt(api: str, erp: _Erp) -> AsyncApp:
    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token=SLACK_TOKEN, bot_user_id="UBOT")

    app = AsyncApp(
        signing_secret=SIGNING_SECRET,
        authorize=authorize,
        client=AsyncWebClient(token=SLACK_TOKEN, base_url=api),
    )

    @app.event("message")
    async def on_message(event: dict[str, Any], say: Any) -> None:
        await say(await erp.looked_up(event["text"]))

    return app


if __name__ == "__main__":
    app = bare_app(sys.argv[2], *sys.argv[3:])
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)

"""A Bot API that answers as told, for what is about single calls."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram.ext import ExtBot

from bot.demo.telegram_double.form import Forms
from bot.demo.telegram_double.refusals import Refused
from bot.handlers.telegram import make_bot
from tests.handlers.telegram.world import TOKEN
from tests.support.serving import serving

BOT_ID = int(TOKEN.partition(":")[0])
USERNAME = "orderbot_demo_bot"


@dataclass
class TinyTelegram:
    """One group and whatever is sent in the form that Telegram takes; `refusals` come first."""

    statuses: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    """Of members by account: what `getChatMember` says besides the user; absent: nobody it knows."""
    counts: list[int] = field(default_factory=list)
    """What `getChatMemberCount` says, call by call; the last one from then on."""
    refusals: dict[str, tuple[int, str, dict[str, Any]]] = field(default_factory=dict)
    """By method: status, description, parameters."""
    seconds: float = 0.0
    """How long each call takes."""
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    forms: Forms = field(default_factory=Forms)

    def of(self, method: str) -> list[Mapping[str, Any]]:
        return [given for name, given in self.calls if name == method.lower()]

    def refuse(self, method: str, status: int, description: str, **parameters: Any) -> None:
        self.refusals[method.lower()] = (status, description, parameters)

    async def call(self, request: Request) -> Response:
        try:
            method, given = await self.forms.read(request)
        except Refused as refused:
            return JSONResponse(refused.body(), refused.status)
        self.calls.append((method, given))
        await asyncio.sleep(self.seconds)
        refusal = self.refusals.get(method)
        if method == "getchatmember" and given["user_id"] not in self.statuses and refusal is None:
            refusal = (400, "Bad Request: user not found", {})
        if refusal is not None:
            status, description, parameters = refusal
            body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
            return JSONResponse(body, status)
        return JSONResponse({"ok": True, "result": self.result(method, given)})

    def result(self, method: str, given: Mapping[str, Any]) -> Any:
        match method:
            case "getme":
                return _user(BOT_ID, is_bot=True) | {"username": USERNAME}
            case "getchatmembercount":
                return self.counts.pop(0) if len(self.counts) > 1 else self.counts[0]
            case "getchatmember":
                account = given["user_id"]
                user = _user(account, is_bot=account == BOT_ID)
                return {"user": user, **self.statuses[account]}
            case "sendmessage":
                chat = {"id": given["chat_id"], "type": "private"}
                return {"message_id": len(self.calls), "date": 1, "chat": chat, "text": given["text"]}
        return True


@asynccontextmanager
async def tiny_telegram() -> AsyncIterator[tuple[TinyTelegram, ExtBot[None]]]:
    """The Bot API on loopback, and a bot of it that nobody initialised; raises CalledWrongly at the end."""
    telegram = TinyTelegram()
    app = Starlette(routes=[Route("/bot{token}/{method}", telegram.call, methods=["POST"])])
    async with serving(app) as url:
        bot = make_bot(TOKEN, url)
        yield telegram, bot
        await bot.shutdown()
    telegram.forms.close()


def _user(account: int, *, is_bot: bool) -> dict[str, Any]:
    return {"id": account, "is_bot": is_bot, "first_name": f"Name {account}"}

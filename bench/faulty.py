"""Platforms and an ERP that fail at random, by a seed, and remember what reached whom and in which order."""

import asyncio
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bench.doubled import Shown
from bench.doubles import described, found
from bench.odoo import odoo_routes

_QUOTED = re.compile(r"where is 7\d{6}\?")
_CARD = re.compile(r"PO-(7\d{6})")
"""Only the ERP knows a customer's number: a post that holds one is an answer, not a promise of one."""
_TURNED_AWAY = ("cannot keep this one too", "for many numbers in a short time")
"""Said where a person asks more than may wait for the ERP at once, or than one may ask in a minute."""
_KEPT = 300


@dataclass(frozen=True)
class Chances:
    """How often a platform's call goes wrong; the rest of them are carried out and answered."""

    limited: float = 0.01
    failing: float = 0.01
    lost: float = 0.01
    """Carried out, and answered with 503."""
    hanging: float = 0.002
    """Carried out, and not answered for longer than the bot waits."""


@dataclass
class Faulty:
    """What goes wrong at the moment, and what was seen."""

    chance: random.Random
    chances: Chances = field(default_factory=Chances)
    calm: bool = False
    erp_down: bool = False
    direct: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By chat, the numbers that were answered at their turn, in order, each once."""
    late: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The same of those that were told theirs will come, and whose question the answer repeats."""
    answers: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By number, how often its order was shown."""
    shown: defaultdict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    """By number, every time that its order was shown."""
    promises: int = 0
    """How often somebody was told anything but an answer."""
    turned_away: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By chat, how often they were told to ask again, having asked too much."""
    went_wrong: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    posts: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    stamp: int = 0
    _ends: str = "ok"
    """How the call that is being carried out ends for the bot."""

    def took(self, platform: str, chat: str, said: str) -> None:
        shown = _CARD.search(said)
        if shown is None:
            self.promises += 1
            self.turned_away[chat] += any(words in said for words in _TURNED_AWAY)
            return
        number = shown.group(1)
        if number not in self.answers:
            late = _QUOTED.search(said) is not None
            (self.late if late else self.direct)[chat].append(number)
        self.answers[number] += 1
        self.shown[number].append(Shown(time.monotonic(), platform, self._ends))

    async def call(self, name: str, act: Any) -> Response:
        """Carry a call out, or let it go wrong as chance will have it."""
        drawn = 1.0 if self.calm else self.chance.random()
        chances = self.chances
        for what, share in (
            ("429", chances.limited),
            ("500", chances.failing),
            ("lost", chances.lost),
            ("hung", chances.hanging),
        ):
            drawn -= share
            if drawn < 0:
                self.went_wrong[f"{name} {what}"] += 1
                return await self._wrong(what, act)
        result: Response = act()
        return result

    async def _wrong(self, what: str, act: Any) -> Response:
        if what == "429":
            body = {"ok": False, "error": "ratelimited", "error_code": 429, "parameters": {"retry_after": 1}}
            body["description"] = "Too Many Requests: retry after 1"
            return JSONResponse(body, 429, headers={"Retry-After": "1"})
        if what != "500":
            self._ends = what
            try:
                act()
            finally:
                self._ends = "ok"
        if what == "hung":
            await asyncio.sleep(40)
        return Response("<html>upstream is ill</html>", 503, media_type="text/html")


def chaos_app(world: Faulty) -> Starlette:
    async def slack(request: Request) -> Response:
        method, given = request.path_params["method"], await _given(request)

        def act() -> Response:
            return JSONResponse({"ok": True, **_slack(world, method, given)})

        return await world.call("slack", act)

    async def telegram(request: Request) -> Response:
        method, given = request.path_params["method"].lower(), await _given(request)

        def act() -> Response:
            if method == "getme":
                bot = {"id": 4242424242, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
                return JSONResponse({"ok": True, "result": bot})
            if method in ("sendmessage", "editmessagetext"):
                world.took("telegram", str(given["chat_id"]), str(given["text"]))
            if method in ("sendmessage", "editmessagetext"):
                chat = {"id": 1, "type": "private"}
                message = {"message_id": 1, "date": 1700000000, "chat": chat, "text": "x"}
                return JSONResponse({"ok": True, "result": message})
            return JSONResponse({"ok": True, "result": True})

        return await world.call("telegram", act)

    async def asked_for(_: str) -> None:
        if world.erp_down:
            raise HTTPException(503, "<html>maintenance</html>")

    async def search(request: Request) -> Response:
        asked = json.loads(await request.body())
        by_code = asked.get("porCodigo") or {}
        number = str(by_code.get("codigo", ""))
        await asked_for(number)
        return found(number, by_code)

    async def details(request: Request) -> Response:
        number = request.query_params["pedidoErpId"]
        await asked_for(number)
        return described(number)

    return Starlette(
        routes=[
            Route("/slack/api/{method}", slack, methods=["GET", "POST"]),
            Route("/telegram/bot{token}/{method}", telegram, methods=["GET", "POST"]),
            Route("/erp/api/v1/pedido/pesquisa", search, methods=["POST"]),
            Route("/erp/api/v1/pedido", details),
            *odoo_routes(asked_for),
        ]
    )


def _slack(world: Faulty, method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    if method == "users.info":
        return {"user": {"id": given["user"], "real_name": "Bench", "locale": "en-US", "tz": "UTC"}}
    channel = str(given.get("channel", ""))
    if method in ("conversations.history", "conversations.replies"):
        return {"messages": world.posts[channel]}
    if method == "conversations.open":
        return {"channel": {"id": str(given["users"]).replace("U", "D")}}
    if method == "chat.postMessage":
        world.stamp += 1
        posted = {"ts": f"1700000000.{world.stamp:06}", "metadata": given.get("metadata")}
        world.posts[channel] = [*world.posts[channel], posted][-_KEPT:]
        world.took("slack", channel, json.dumps(given, ensure_ascii=False))
        return {"ts": posted["ts"], "channel": channel}
    return {"ts": "1700000000.000100", "channel": channel, "user_id": "UBOT", "team_id": "T1"}


async def _given(request: Request) -> dict[str, Any]:
    body = (await request.body()).decode(errors="replace")
    if request.headers.get("content-type", "").startswith("application/json"):
        parsed: dict[str, Any] = json.loads(body)
        return parsed
    return dict(request.query_params) | dict(parse_qsl(body, keep_blank_values=True))

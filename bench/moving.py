"""A loopback ERPNext whose orders are despatched when told to, and platforms that note what they were sent.

The ERP answers the three lists that a look at what changed asks for; orders have neither delivery notes
nor invoices. All moments are seconds of the Unix clock.
"""

import json
import re
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.demo.telegram_double.form import Forms
from bot.demo.telegram_double.refusals import Refused

_NUMBER = re.compile(r"SO-\d{6} has been despatched")


@dataclass
class Moving:
    """The ERP's orders by customer, and everything that was said of them."""

    customers: Mapping[str, Sequence[str]]
    """Order numbers by customer."""
    despatched: dict[str, float] = field(default_factory=dict)
    """When each order was despatched that was."""
    asked: list[float] = field(default_factory=list)
    """When the ERP was asked a list."""
    said: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    """When somebody was told of an order: by chat and number."""
    posted: dict[str, list[Mapping[str, object]]] = field(default_factory=lambda: defaultdict(list))
    """What Slack took, by chat: a bot that was killed asks for it."""
    forms: Forms = field(default_factory=Forms)
    """What Telegram would have refused."""

    def despatch(self, number: str) -> None:
        self.despatched[number] = time.time()

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/erp/api/method/frappe.client.get_list", self._list, methods=["POST"]),
                Route("/erp/api/method/frappe.client.get_single_value", self._zone),
                Route("/slack/api/{method}", self._slack, methods=["GET", "POST"]),
                Route("/telegram/bot{token}/{method}", self._telegram, methods=["GET", "POST"]),
            ]
        )

    async def _zone(self, _: Request) -> Response:
        return JSONResponse({"message": "UTC"})

    async def _list(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        self.asked.append(time.time())
        if asked["doctype"] != "Sales Order":
            return JSONResponse({"message": []})
        where = {(name, operator): value for _, name, operator, value in asked["filters"]}
        rows = []
        for customer in where["customer", "in"]:
            for number in self.customers.get(customer, ()):
                row = self._row(customer, number)
                if number in where.get(("name", "in"), (number,)) and str(row["modified"]) >= str(
                    where.get(("modified", ">="), "")
                ):
                    rows.append(row)
        rows.sort(key=lambda row: str(row["modified"]))
        start = int(asked["limit_start"])
        return JSONResponse({"message": rows[start : start + int(asked["limit_page_length"])]})

    def _row(self, customer: str, number: str) -> Mapping[str, object]:
        at = self.despatched.get(number)
        share = 0 if at is None else 100
        return {
            "name": number,
            "docstatus": 1,
            "customer": customer,
            "status": "To Bill" if share else "To Deliver and Bill",
            "per_delivered": share,
            "per_billed": 0,
            "transaction_date": "2026-01-05",
            "creation": "2026-01-05 10:00:00.000000",
            "grand_total": 44.0,
            "currency": "EUR",
            "modified": datetime.fromtimestamp(at or 0, UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        }

    async def _slack(self, request: Request) -> Response:
        asked = await _arguments(request)
        user = asked.get("user") or asked.get("users") or "U1"
        match request.path_params["method"]:
            case "conversations.open":
                return JSONResponse({"ok": True, "channel": {"id": f"D{user}"}})
            case "users.info":
                told = {
                    "id": user,
                    "team_id": "T1",
                    "real_name": "Bench",
                    "locale": "en-US",
                    "tz": zone_by_day(),
                }
                return JSONResponse({"ok": True, "user": told})
            case "chat.postMessage":
                self._note(str(asked["channel"]), json.dumps(asked))
                self.posted[str(asked["channel"])].append(asked)
            case "conversations.history":
                return JSONResponse({"ok": True, "messages": self.posted[str(asked["channel"])][-100:]})
        return JSONResponse({"ok": True, "ts": f"{time.time():.6f}", "channel": "D1", "user_id": "UBOT"})

    async def _telegram(self, request: Request) -> Response:
        try:
            method, asked = await self.forms.read(request)
        except Refused as refused:
            return JSONResponse(refused.body(), refused.status)
        match method:
            case "getme":
                bot = {"id": 4242424242, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
                return JSONResponse({"ok": True, "result": bot})
            case "sendmessage":
                self._note(str(asked["chat_id"]), str(asked["text"]))
        message = {"message_id": 1, "date": 1700000000, "chat": {"id": 1, "type": "private"}, "text": "x"}
        return JSONResponse({"ok": True, "result": message})

    def _note(self, chat: str, text: str) -> None:
        for told in set(_NUMBER.findall(text)):
            self.said[chat, told.split()[0]].append(time.time())


async def _arguments(request: Request) -> dict[str, object]:
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(json.loads(body)) if body else {}
    return {**request.query_params, **dict(parse_qsl(body.decode()))}


def zone_by_day() -> str:
    """A zone where it is day now: at night nothing is said."""
    hours = {"UTC": 0, "Etc/GMT-8": 8, "Etc/GMT+8": -8}
    return min(hours, key=lambda zone: abs((datetime.now(UTC).hour + hours[zone]) % 24 - 14))

"""Loopback Slack, Telegram and ERP that remember when: `python -m bench.doubles PORT [ERP PLATFORM]`.

They answer at once, or after so many seconds.

They check nothing; the strict ones belong to the demo. The ERP is there twice: as the VTEX contract under
`/erp`, five calls a question, and as Odoo under `/one-call`, one call.
"""

import asyncio
import json
import sys
from collections.abc import Mapping

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bench.odoo import odoo_routes
from bench.timeline import Timeline
from bench.world import COMPANY


def doubles_app(erp_seconds: float = 0.0, platform_seconds: float = 0.0) -> Starlette:
    timeline = Timeline()

    async def slack(request: Request) -> Response:
        timeline.sent(await request.body())
        await asyncio.sleep(platform_seconds)
        method = request.path_params["method"]
        if method == "users.info":
            return JSONResponse(
                {"ok": True, "user": {"id": "U1", "real_name": "Bench", "locale": "en-US", "tz": "UTC"}}
            )
        return JSONResponse({"ok": True, "ts": "1700000000.000100", "channel": "D1", "user_id": "UBOT"})

    async def telegram(request: Request) -> Response:
        body = await request.body()
        timeline.sent(body)
        await asyncio.sleep(platform_seconds)
        if request.path_params["method"].lower() == "getme":
            bot = {"id": 4242424242, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
            return JSONResponse({"ok": True, "result": bot})
        message = {"message_id": 1, "date": 1700000000, "chat": {"id": 1, "type": "private"}, "text": "x"}
        return JSONResponse({"ok": True, "result": message})

    async def asked_for(number: str) -> None:
        with timeline.asked(number):
            await asyncio.sleep(erp_seconds)

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

    async def told(request: Request) -> Response:
        answer = JSONResponse(timeline.told())
        if request.method == "DELETE":
            timeline.forget()
        return answer

    return Starlette(
        routes=[
            Route("/slack/api/{method}", slack, methods=["GET", "POST"]),
            Route("/telegram/bot{token}/{method}", telegram, methods=["GET", "POST"]),
            Route("/erp/api/v1/pedido/pesquisa", search, methods=["POST"]),
            Route("/erp/api/v1/pedido", details),
            Route("/timeline", told, methods=["GET", "DELETE"]),
            *odoo_routes(asked_for),
        ]
    )


def found(number: str, by_code: Mapping[str, object]) -> Response:
    """The ERP's answer to a search by number: every order is there, by its number of the ERP's."""
    return JSONResponse({"itens": [_row(number)] if by_code.get("tipo") == 2 else []})


def described(number: str) -> Response:
    """The ERP's answer to a question for an order's details."""
    line = {"partNumber": "A1", "descricaoDoProduto": "Bolt", "quantidade": 2, "valorTotal": 44.0}
    return JSONResponse({**_row(number), "itens": [line], "valorTotalPedido": 44.0})


def _row(number: str) -> dict[str, object]:
    return {
        "pedidoErpId": number,
        "pedidoClienteId": f"PO-{number}",
        "totalPedido": 44.0,
        "status": 3,
        "dataPedido": "2026-01-05T10:00:00Z",
        "revendaId": COMPANY,
    }


if __name__ == "__main__":
    app = doubles_app(*map(float, sys.argv[2:4]))
    # As long as the platforms keep a connection that nothing is sent on: uvicorn's five seconds are so short
    # that one is closed just as it is used again.
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="error",
        access_log=False,
        timeout_keep_alive=75,
    )

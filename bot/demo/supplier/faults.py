"""Breaking the demo supplier on purpose, to see what the bot then does."""

import asyncio
import ipaddress
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

Mode = Literal["ok", "down", "slow", "html"]

_LOGIN_PAGE = (
    "<!doctype html><title>Login</title><h1>Portal do Fornecedor</h1><form><input name=usuario></form>"
)


@dataclass
class Faults:
    """How the server misbehaves at the moment; set it directly or by `POST /demo/faults`.

    down: 503 to everything. slow: `delay` seconds before every answer. html: a login page with
    status 200, as a proxy in front of an ERP answers when its session has ended.
    """

    mode: Mode = "ok"
    delay: float = 5.0

    async def before_answer(self) -> Response | None:
        """What to answer instead, or None to go on; waits first where the mode says so."""
        if self.mode == "down":
            return JSONResponse({"mensagem": "Serviço temporariamente indisponível."}, 503)
        if self.mode == "html":
            return HTMLResponse(_LOGIN_PAGE)
        if self.mode == "slow":
            await asyncio.sleep(self.delay)
        return None


async def switch_faults(request: Request) -> Response:
    """`GET` tells, `POST {"mode": "ok|down|slow|html", "delay": seconds}` sets. Loopback only."""
    if not _from_loopback(request):
        return JSONResponse({"mensagem": "Somente na própria máquina."}, 403)
    faults: Faults = request.app.state.faults
    if request.method == "POST":
        # A page elsewhere cannot send this content type without asking first, and we never consent.
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return JSONResponse({"mensagem": "Envie application/json."}, 415)
        try:
            wanted = await request.json()
            mode, delay = wanted["mode"], float(wanted.get("delay", faults.delay))
        except (ValueError, TypeError, KeyError, AttributeError):
            return JSONResponse({"mensagem": "Esperado: mode e, se quiser, delay."}, 400)
        if mode not in get_args(Mode) or not 0 <= delay <= 120:
            return JSONResponse({"mensagem": "mode: ok, down, slow ou html; delay: 0 a 120 segundos."}, 400)
        faults.mode, faults.delay = mode, delay
    return JSONResponse({"mode": faults.mode, "delay": faults.delay})


def _from_loopback(request: Request) -> bool:
    """Both ends are this machine; the host name too, so that no foreign name can be pointed at us."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    client = request.client.host if request.client else ""
    return _is_loopback(client) and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

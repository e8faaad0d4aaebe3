"""The ERP server of the demo supplier: the VTEX B2B Orders interface over SQLite.

Any reply about an order of another company is the reply about an order that does not exist.
"""

import asyncio
import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.demo.supplier import queries
from bot.demo.supplier.faults import Faults, switch_faults
from bot.demo.supplier.papers import paper
from bot.demo.supplier.queries import ByInvoice, ByNumber, ByPeriod

Endpoint = Callable[[Request], Awaitable[Response]]

_NUMBER_KINDS = ("web_number", "customer_reference", "number")
"""`porCodigo.tipo` 0, 1 and 2."""

_NO_SUCH_ORDER = {"mensagem": "Pedido não encontrado."}
_LARGEST_ID = 2**63 - 1


class BadRequest(Exception):
    """The request is not one of the interface; the text tells its sender why."""


def supplier_app(database: Path, *, token: str, base_url: str = "") -> Starlette:
    """Make the server over a database that `data.prepare` made.

    `token` is the bearer token the interface asks for. Document addresses start with `base_url`,
    or, when it is empty, with the address the caller used; whoever has such an address can fetch
    the document, as the interface means it (it is opened in the buyer's browser).
    """
    app = Starlette(
        routes=[
            Route("/api/v1/pedido/pesquisa", _guarded(_search), methods=["POST"]),
            Route("/api/v1/pedido", _guarded(_details)),
            Route("/api/v1/pedido/", _guarded(_details)),
            Route("/api/v1/arquivospedido", _guarded(_documents)),
            Route("/api/v1/arquivospedido/", _guarded(_documents)),
            Route("/api/v1/ArquivosPedido", _guarded(_documents)),
            Route("/api/v1/ArquivosPedido/", _guarded(_documents)),
            Route("/api/v1/contatos", _guarded(_contacts)),
            Route("/documentos/{id}/{signature}/{filename}", _download, name="download"),
            Route("/demo/faults", switch_faults, methods=["GET", "POST"]),
        ],
        exception_handlers={BadRequest: _bad_request},
    )
    app.state.database = database
    app.state.token = token
    app.state.base_url = base_url.rstrip("/")
    app.state.faults = Faults()
    return app


@asynccontextmanager
async def serving(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Run the app inside this event loop and give its address; port 0 takes a free one."""
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", lifespan="off", timeout_graceful_shutdown=1
    )
    server = _QuietServer(config)
    running = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if running.done():
                await running
                raise OSError(f"The demo supplier could not listen on {host}:{port}.")
            await asyncio.sleep(0.01)
        bound = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://{host}:{bound}"
    finally:
        server.should_exit = True
        with suppress(SystemExit):
            await running


class _QuietServer(uvicorn.Server):
    """A server that leaves the process's signals to whoever runs the loop."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _guarded(endpoint: Endpoint) -> Endpoint:
    async def answer(request: Request) -> Response:
        if (instead := await _fault(request)) is not None:
            return instead
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        expected: str = request.app.state.token
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), expected.encode()):
            refused = {"mensagem": "Token inválido."}
            return JSONResponse(refused, 401, headers={"WWW-Authenticate": "Bearer"})
        return await endpoint(request)

    return answer


async def _search(request: Request) -> Response:
    try:
        body = await request.json()
    except ValueError as error:
        raise BadRequest("O corpo não é JSON.") from error
    if not isinstance(body, dict):
        raise BadRequest("O corpo deve ser um objeto.")
    company = body.get("revendaId")
    if not isinstance(company, int) or isinstance(company, bool) or abs(company) > _LARGEST_ID:
        raise BadRequest("revendaId deve ser um inteiro.")
    by = _wanted(body)
    return JSONResponse(await asyncio.to_thread(queries.search, request.app.state.database, company, by))


def _wanted(body: dict[str, Any]) -> ByNumber | ByInvoice | ByPeriod:
    given = [name for name in ("porPeriodo", "porCodigo", "porNotaFiscal") if body.get(name) is not None]
    if len(given) != 1 or not isinstance(body[given[0]], dict):
        raise BadRequest("Preencha um de porPeriodo, porCodigo e porNotaFiscal.")
    by = body[given[0]]
    if given == ["porCodigo"]:
        kind, number = by.get("tipo"), by.get("codigo")
        if kind not in (0, 1, 2) or isinstance(kind, bool) or not isinstance(number, str):
            raise BadRequest("porCodigo: codigo é texto, tipo é 0, 1 ou 2.")
        return ByNumber(_NUMBER_KINDS[kind], _storable(number))
    if given == ["porNotaFiscal"]:
        number, series = by.get("notaFiscal"), by.get("serieNotaFiscal")
        if not isinstance(number, str) or not (series is None or isinstance(series, str)):
            raise BadRequest("porNotaFiscal: notaFiscal e serieNotaFiscal são textos.")
        return ByInvoice(_storable(number), _storable(series or "").lstrip("0") or None)
    return ByPeriod(_moment(by.get("dataInicial"), time.min), _moment(by.get("dataFim"), time.max))


def _storable(text: str) -> str:
    """The text as a database can hold it: JSON may carry halves of characters, UTF-8 may not."""
    return text.encode(errors="replace").decode().strip()


def _moment(text: object, of_day: time) -> datetime:
    """A date, which stands for the whole day in UTC, or a date with a time."""
    if not isinstance(text, str):
        raise BadRequest("porPeriodo: dataInicial e dataFim são datas ISO 8601.")
    try:
        if len(text) == len("2022-07-11"):
            return datetime.combine(date.fromisoformat(text), of_day, UTC)
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest("porPeriodo: dataInicial e dataFim são datas ISO 8601.") from error


async def _details(request: Request) -> Response:
    company, number = _order_asked(request)
    found = await asyncio.to_thread(queries.details, request.app.state.database, company, number)
    return JSONResponse(_NO_SUCH_ORDER, 404) if found is None else JSONResponse(found)


async def _documents(request: Request) -> Response:
    company, number = _order_asked(request)
    base = request.app.state.base_url or str(request.base_url).rstrip("/")

    def address_of(id: str, filename: str) -> str:
        signature = _signature(request.app.state.token, id)
        return base + str(request.app.url_path_for("download", id=id, signature=signature, filename=filename))

    found = await asyncio.to_thread(
        queries.documents, request.app.state.database, company, number, address_of
    )
    return JSONResponse(_NO_SUCH_ORDER, 404) if found is None else JSONResponse(found)


async def _contacts(request: Request) -> Response:
    emails = request.query_params.getlist("email")
    phones = request.query_params.getlist("telefone")
    if len(emails) + len(phones) != 1:
        raise BadRequest("Informe um email ou um telefone.")
    find, wanted = (queries.contacts, emails) if emails else (queries.contacts_by_phone, phones)
    return JSONResponse(await asyncio.to_thread(find, request.app.state.database, wanted[0].strip()))


async def _download(request: Request) -> Response:
    if (instead := await _fault(request)) is not None:
        return instead
    id, signature = request.path_params["id"], request.path_params["signature"]
    if not hmac.compare_digest(signature.encode(), _signature(request.app.state.token, id).encode()):
        return JSONResponse({"mensagem": "Documento não encontrado."}, 404)
    found = await asyncio.to_thread(paper, request.app.state.database, id)
    if found is None:
        return JSONResponse({"mensagem": "Documento não encontrado."}, 404)
    headers = {
        "Content-Length": str(found.size),
        "Content-Disposition": f'attachment; filename="{found.filename}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(found.chunks, headers=headers, media_type=found.media_type)


async def _fault(request: Request) -> Response | None:
    faults: Faults = request.app.state.faults
    return await faults.before_answer()


def _order_asked(request: Request) -> tuple[int, str]:
    """The company and the order number, each given exactly once."""
    companies = request.query_params.getlist("revendaId")
    numbers = request.query_params.getlist("pedidoErpId")
    if len(companies) != 1 or len(numbers) != 1:
        raise BadRequest("Informe pedidoErpId e revendaId uma vez cada.")
    if not re.fullmatch(r"-?[0-9]{1,18}", companies[0]):
        raise BadRequest("revendaId deve ser um inteiro.")
    return int(companies[0]), numbers[0].strip()


def _signature(token: str, id: str) -> str:
    return hmac.new(token.encode(), id.encode(), hashlib.sha256).hexdigest()[:32]


async def _bad_request(request: Request, error: Exception) -> Response:
    return JSONResponse({"mensagem": str(error)}, 400)

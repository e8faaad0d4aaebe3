"""An ERP that speaks the plain contract, without extensions, and keeps what it was asked."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

TOKEN = "plain-contract-token"

PDF = b"%PDF-1.7\n" + b"x" * 3000 + b"\n%%EOF\n"
XML = b'<?xml version="1.0" encoding="UTF-8"?>\n<nfeProc versao="4.00"><NFe/></nfeProc>'


@dataclass(frozen=True)
class Sale:
    """An order as the ERP keeps it; only what the contract names goes out."""

    company: int
    number: str
    customer_reference: str = ""
    web_number: str = ""
    status: int = 3
    placed: str = "2026-11-01T12:00:00Z"
    invoice: str = ""
    series: str = ""
    total: float = 58.0
    placed_by: str = ""
    documents: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: str
    body: dict[str, object]
    headers: dict[str, str]

    @property
    def companies(self) -> list[str]:
        """Every `revendaId` in the request, wherever it stands."""
        told = parse_qs(self.query, keep_blank_values=True).get("revendaId", [])
        return told + ([str(self.body["revendaId"])] if "revendaId" in self.body else [])


Behaviour = Callable[[Request, Asked], Awaitable[Response | None]]


@dataclass
class PlainErp:
    """Answers within the company it is asked for. `behave` may answer instead, to misbehave."""

    sales: list[Sale] = field(default_factory=list)
    slashed: bool = False
    """Serves the spelling with a slash (and capitals) instead of the guide's."""
    behave: Behaviour | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def app(self) -> Starlette:
        app = Starlette()
        app.add_route("/{path:path}", self._answer, methods=["GET", "POST"])
        return app

    def asked_at(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path.lower().rstrip("/") == path]

    async def _answer(self, request: Request) -> Response:
        content = await request.body()
        asked = Asked(
            method=request.method,
            path=request.url.path,
            query=request.url.query,
            body=json.loads(content) if content else {},
            headers=dict(request.headers),
        )
        self.asked.append(asked)
        if self.behave is not None and (own := await self.behave(request, asked)) is not None:
            return own
        if request.url.path in self.files:
            return Response(self.files[request.url.path], media_type="application/octet-stream")
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"erro": "token"}, status_code=401)
        details = "/api/v1/pedido/" if self.slashed else "/api/v1/pedido"
        documents = "/api/v1/ArquivosPedido/" if self.slashed else "/api/v1/arquivospedido"
        if (request.method, asked.path) == ("POST", "/api/v1/pedido/pesquisa"):
            return JSONResponse({"itens": [self._row(sale) for sale in self._search(asked.body)]})
        if (request.method, asked.path) == ("GET", details):
            return self._one(request, self._details)
        if (request.method, asked.path) == ("GET", documents):
            return self._one(request, self._documents)
        return PlainTextResponse("Not Found", status_code=404)

    def _search(self, body: dict[str, object]) -> Sequence[Sale]:
        own = [sale for sale in self.sales if sale.company == body["revendaId"]]
        match body:
            case {"porCodigo": {"codigo": code, "tipo": kind}}:
                names = {0: "web_number", 1: "customer_reference", 2: "number"}
                return [sale for sale in own if getattr(sale, names[kind]) == code]
            case {"porNotaFiscal": {"notaFiscal": number, **rest}}:
                series = rest.get("serieNotaFiscal")
                return [s for s in own if s.invoice == number and series in (None, s.series)]
            case {"porPeriodo": {"dataInicial": str(start), "dataFim": str(end)}}:
                return [sale for sale in own if start <= sale.placed <= end]
        return []

    def _one(self, request: Request, show: Callable[[Sale], dict[str, object]]) -> Response:
        number, company = request.query_params["pedidoErpId"], request.query_params["revendaId"]
        for sale in self.sales:
            if sale.number == number and str(sale.company) == company:
                return JSONResponse(show(sale))
        return JSONResponse({"erro": "pedido"}, status_code=404)

    def _row(self, sale: Sale) -> dict[str, object]:
        return {
            "pedidoErpId": sale.number,
            "pedidoClienteId": sale.customer_reference,
            "totalPedido": sale.total,
            "status": sale.status,
            "dataPedido": sale.placed,
            "observacao": "",
            "notaFiscal": sale.invoice,
            "serieNotaFiscal": sale.series,
        }

    def _details(self, sale: Sale) -> dict[str, object]:
        line = {
            "partNumber": "123",
            "descricaoDoProduto": "Valve",
            "quantidade": 2.0,
            "valorUnitario": 22.0,
            "valorTotal": 44.0,
            "comissao": 4.0,
        }
        by = {"compradorNome": sale.placed_by} if sale.placed_by else {}
        return {
            **by,
            "pedidoErpId": sale.number,
            "status": sale.status,
            "itens": [line],
            "revendaId": sale.company,
            "clienteFinalId": "109",
            "clienteFinalCnpj": "55616766000197",
            "clienteFinalCpf": "48654007028",
            "valorFrete": 10.0,
            "valorTotalPedido": sale.total,
            "dataPedido": sale.placed,
            "dataPrevisaoEntrega": "2026-12-01",
            "notaFiscal": sale.invoice,
            "serieNotaFiscal": sale.series,
            "linkTransportadora": "https://carrier.example/track?n=1",
            "centrosDeDistribuicao": [
                {"distributionCenterPrefix": "CD1", "itens": [line], "valorFrete": 10.0, "valorTotalCD": 54.0}
            ],
        }

    def _documents(self, sale: Sale) -> dict[str, object]:
        return {"pedidoErpId": sale.number, "itens": list(sale.documents)}

"""The VTEX B2B Orders contract, by a server that adds the optional fields of docs/erp/vtex-b2b.md."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.erp.protocol import ConnectedErp
from bot.erp.vtex_b2b import VtexB2bErp
from bot.orders import BillingState, InvoiceState, OrderStatus
from tests.erp.kit.proxy import Proxy, Recorded, proxying
from tests.erp.kit.world import (
    ANA,
    ANA_PHONE,
    BULK,
    CAROL,
    ODD,
    REUSED,
    SHARED,
    TRACKED,
    Asks,
    Expected,
    Known,
)
from tests.support.serving import serving

TOKEN = "kit-token"
NORTHWIND, BRANCH, SOUTHGATE, EMPTY = 55, 57, 77, 99
NOW = datetime.now(UTC).replace(microsecond=0)
PDF = b"%PDF-1.7\n" + b"x" * 3000 + b"\n%%EOF\n"

Json = dict[str, object]


def _day(ago: int) -> str:
    return (NOW - timedelta(days=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Sale:
    company: int
    number: str
    reference: str
    ago: int
    status: int
    web_number: str = ""
    centres: tuple[Json, ...] = ()
    invoices: tuple[Json, ...] = ()
    shipped: float | None = None
    documents: tuple[str, ...] = field(default=())
    """Invoice numbers that have a DANFE."""

    def row(self) -> Json:
        return {
            "revendaId": self.company,
            "pedidoErpId": self.number,
            "pedidoClienteId": self.reference,
            "pedidoId": self.web_number or None,
            "totalPedido": 682.0,
            "status": self.status,
            "dataPedido": _day(self.ago),
            "observacao": "",
        }

    def details(self) -> Json:
        line: Json = {
            "partNumber": "VLV-2",
            "descricaoDoProduto": "Valve",
            "quantidade": 10.0,
            "valorUnitario": 68.2,
            "valorTotal": 682.0,
        }
        if self.shipped is not None:
            line |= {"quantidadeEnviada": self.shipped, "quantidadePendente": 10.0 - self.shipped}
        return {
            **self.row(),
            "valorTotalPedido": 682.0,
            "itens": [line],
            "centrosDeDistribuicao": list(self.centres),
            "notasFiscais": list(self.invoices),
        }


def _invoice(number: str, state: int, *, due: int = -10) -> Json:
    return {
        "numero": number,
        "serie": "1",
        "dataEmissao": _day(5),
        "dataVencimento": _day(due),
        "valorTotal": 682.0,
        "valorEmAberto": 0.0 if state == 2 else 682.0,
        "situacao": state,
    }


def _centre(name: str, status: int, tracking: str = "") -> Json:
    told: Json = {"distributionCenterPrefix": name, "status": status, "itens": []}
    return told | ({"codigoRastreamento": tracking, "transportadora": "UPS"} if tracking else {})


SALES = (
    Sale(NORTHWIND, "10082", SHARED, 9, 1, shipped=0.0),
    Sale(
        NORTHWIND,
        "10083",
        "PO-7783",
        8,
        4,
        "WEB-83",
        (_centre("CD1", 4, TRACKED),),
        (_invoice("47920", 0),),
        10.0,
        ("47920",),
    ),
    Sale(NORTHWIND, "10084", "PO-7784", 30, 5, "", (), (_invoice("47900", 2),), 10.0, ("47900",)),
    Sale(
        NORTHWIND,
        "10085",
        "PO-7785",
        6,
        4,
        "",
        (_centre("CD1", 4, "1Z999AA10123456785"), _centre("CD2", 3)),
        (_invoice("47921", 0),),
        4.0,
    ),
    Sale(NORTHWIND, "10086", "PO-7786", 20, -1),
    Sale(NORTHWIND, "10087", REUSED, 400, 5),
    Sale(NORTHWIND, "10097", REUSED, 2, 3),
    Sale(NORTHWIND, "10089", "PO-7789", 5, 3),
    Sale(NORTHWIND, "10079", ODD, 11, 3),
    Sale(BRANCH, "10088", "PO-7788", 7, 3),
    Sale(SOUTHGATE, "20082", SHARED, 9, 4, "", (), (_invoice("48000", 0),), 10.0, ("48000",)),
    Sale(SOUTHGATE, "20001", "PO-8001", 4, 3, shipped=0.0),
    *(Sale(SOUTHGATE, f"3{n:04}", f"BULK-{n:03}", 40 + n // 4, 3) for n in range(1, BULK + 1)),
)
CONTACTS = (
    (NORTHWIND, "Northwind Industrial", "Ana Prado", ANA, ANA_PHONE),
    (SOUTHGATE, "Southgate Parts", "Carol Nunes", CAROL, ""),
)
KNOWN = Known(
    northwind=str(NORTHWIND),
    branch=str(BRANCH),
    southgate=str(SOUTHGATE),
    empty=str(EMPTY),
    confirmed=Expected("10082", OrderStatus.AWAITING_APPROVAL, BillingState.NONE),
    shipped=Expected("10083", OrderStatus.SHIPPED, BillingState.FULL, (("47920", InvoiceState.OPEN),)),
    done=Expected("10084", OrderStatus.DELIVERED, BillingState.FULL, (("47900", InvoiceState.PAID),)),
    partial=Expected(
        "10085", OrderStatus.PARTIALLY_SHIPPED, BillingState.FULL, (("47921", InvoiceState.OPEN),)
    ),
    cancelled=Expected("10086", OrderStatus.CANCELLED, BillingState.NONE),
    reused=("10097", "10087"),
    drafted="10089",
    odd="10079",
    branch_order="10088",
    southgate_shared="20082",
    waiting="20001",
    web_number="WEB-83",
)


@asynccontextmanager
async def vtex_world() -> AsyncIterator["VtexWorld"]:
    """The contract served, with a proxy in front of it."""
    app = Starlette()
    async with serving(app) as url, proxying(url) as proxy:
        app.add_route("/{path:path}", _Contract(proxy).answer, methods=["GET", "POST"])
        yield VtexWorld(proxy)


class VtexWorld:
    name = "vtex-b2b"
    known = KNOWN

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy

    @asynccontextmanager
    async def erp(
        self, *, timeout_seconds: float = 10.0, document_max_bytes: int = 10 << 20, token: str | None = None
    ) -> AsyncIterator[ConnectedErp]:
        erp = VtexB2bErp(
            name="erp",
            url=self.proxy.url,
            token=token or TOKEN,
            cursor_secret=b"kit",
            timeout_seconds=timeout_seconds,
            document_max_bytes=document_max_bytes,
        )
        try:
            yield erp
        finally:
            await erp.aclose()

    def asks(self, request: Recorded, keys: tuple[str, ...]) -> Asks:
        if request.path.startswith("/files/"):
            return Asks.BYTES
        if request.path == "/api/v1/contatos":
            return Asks.CONTACTS
        body = request.json
        told = [value for name, value in request.query if name == "revendaId"]
        if isinstance(body, Mapping) and "revendaId" in body:
            told.append(str(body["revendaId"]))
        return Asks.SCOPED if len(told) == 1 and told[0] in keys else Asks.UNSCOPED

    async def touch(self, order_number: str) -> None:
        raise NotImplementedError("the contract does not tell what changed")


class _Contract:
    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy

    async def answer(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"erro": "token"}, status_code=401)
        match request.method, request.url.path:
            case "POST", "/api/v1/pedido/pesquisa":
                found = [sale.row() for sale in _search(await request.json())]
                return JSONResponse({"itens": found})
            case "GET", "/api/v1/pedido":
                sale = _one(request)
                return JSONResponse(sale.details()) if sale else JSONResponse({}, status_code=404)
            case "GET", "/api/v1/arquivospedido":
                sale = _one(request)
                return self._files(sale) if sale else JSONResponse({}, status_code=404)
            case "GET", "/api/v1/contatos":
                return JSONResponse({"itens": list(_contacts(request.query_params))})
            case "GET", path if path.startswith("/files/"):
                return Response(PDF, media_type="application/pdf")
        return JSONResponse({}, status_code=404)

    def _files(self, sale: Sale) -> Response:
        items = [
            {"tipoArquivo": 3, "descricao": "DANFE", "url": f"{self._proxy.url}/files/{n}", "notaFiscal": n}
            for n in sale.documents
        ]
        return JSONResponse({"pedidoErpId": sale.number, "itens": items})


def _search(body: Json) -> list[Sale]:
    own = [sale for sale in SALES if sale.company == body["revendaId"]]
    match body:
        case {"porCodigo": {"codigo": code, "tipo": kind}}:
            name = {0: "web_number", 1: "reference", 2: "number"}[kind]
            return [sale for sale in own if getattr(sale, name) == code]
        case {"porNotaFiscal": {"notaFiscal": number}}:
            return [s for s in own if any(one["numero"] == number for one in s.invoices)]
        case {"porPeriodo": {"dataInicial": str(start), "dataFim": str(end)}}:
            return [sale for sale in own if start <= _day(sale.ago) <= end]
    return []


def _one(request: Request) -> Sale | None:
    number, company = request.query_params["pedidoErpId"], request.query_params["revendaId"]
    return next((s for s in SALES if s.number == number and str(s.company) == company), None)


def _contacts(asked: Mapping[str, str]) -> list[Json]:
    return [
        {
            "revendaId": company,
            "razaoSocial": name,
            "nome": contact,
            "email": email,
            "telefone": phone,
        }
        for company, name, contact, email, phone in CONTACTS
        if email.casefold() == asked.get("email", "").casefold() or (phone and phone == asked.get("telefone"))
    ]

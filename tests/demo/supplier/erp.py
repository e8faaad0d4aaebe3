"""The ERP interface as a client of it sees it."""

from dataclasses import dataclass
from typing import Any

import httpx

TODAY = "2026-11-23"
TOKEN = "demo-token"

Json = dict[str, Any]

WEB, REFERENCE, ORDER = 0, 1, 2
SLIP, XML, DANFE, SERIALS, OTHER = 0, 2, 3, 4, 7


@dataclass(frozen=True)
class Erp:
    client: httpx.AsyncClient

    async def search(self, company: object, **by: object) -> httpx.Response:
        return await self.client.post("/api/v1/pedido/pesquisa", json={"revendaId": company, **by})

    async def by_number(self, company: int, number: str, kind: int) -> list[str]:
        """Order numbers found."""
        return _numbers(await self.search(company, porCodigo={"codigo": number, "tipo": kind}))

    async def by_invoice(self, company: int, number: str, series: str | None = None) -> list[str]:
        by = {"notaFiscal": number} | ({} if series is None else {"serieNotaFiscal": series})
        return _numbers(await self.search(company, porNotaFiscal=by))

    async def by_period(self, company: int, first: str, last: str) -> list[Json]:
        answer = await self.search(company, porPeriodo={"dataInicial": first, "dataFim": last})
        assert answer.status_code == 200, answer.text
        rows: list[Json] = answer.json()["itens"]
        return rows

    async def all(self, company: int) -> list[Json]:
        return await self.by_period(company, "2020-01-01", "2030-12-31")

    async def order(self, company: int, number: str) -> Json:
        answer = await self.client.get("/api/v1/pedido", params={"pedidoErpId": number, "revendaId": company})
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def documents(self, company: int, number: str) -> list[Json]:
        params: dict[str, str | int] = {"pedidoErpId": number, "revendaId": company}
        answer = await self.client.get("/api/v1/arquivospedido", params=params)
        assert answer.status_code == 200, answer.text
        items: list[Json] = answer.json()["itens"]
        return items

    async def fetch(self, company: int, number: str, kind: int, invoice: str | None = None) -> httpx.Response:
        """Download the order's first document of this kind (of this invoice), as a browser would."""
        for document in await self.documents(company, number):
            if document["tipoArquivo"] == kind and invoice in (None, document.get("notaFiscal")):
                answer = await self.client.get(document["url"], headers={"Authorization": ""})
                assert answer.status_code == 200, answer.text
                return answer
        raise AssertionError(f"Order {number} has no document of kind {kind}.")


def _numbers(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["pedidoErpId"] for row in answer.json()["itens"]]

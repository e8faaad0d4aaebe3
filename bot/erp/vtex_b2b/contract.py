"""The contract's calls, each for one company. Whatever the text, `revendaId` is sent once and last."""

from collections.abc import Mapping, Sequence

from bot.erp.calls import Answer, ErpHttp
from bot.erp.errors import ErpBadAnswer
from bot.erp.vtex_b2b.parsing import search_rows

_SEARCH = "/api/v1/pedido/pesquisa"
_CONTACTS = "/api/v1/contatos"
# The guide's spelling and the app's own; ERPs serve one or the other.
_DETAILS = ("/api/v1/pedido", "/api/v1/pedido/")
_DOCUMENTS = ("/api/v1/arquivospedido", "/api/v1/ArquivosPedido/")

# How an ERP says "no such path" or sends us to the path's other spelling.
_ELSEWHERE = frozenset({404, 405, 301, 302, 303, 307, 308})
# How an ERP says that a text cannot be such a number ("ABC" where its numbers are integers).
_REFUSED = frozenset({400, 422})


class Contract:
    """The calls of one ERP; remembers which spelling of a path it answers to."""

    def __init__(self, http: ErpHttp) -> None:
        self._http = http
        self._spoken: dict[tuple[str, str], str] = {}

    async def by_number(self, key: str, clause: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
        """Rows of a search by number; a number the ERP calls impossible has none."""
        answer = await self._http.post(_SEARCH, {**clause, "revendaId": int(key)})
        return [] if answer.status in _REFUSED else _rows(answer)

    async def by_period(self, key: str, start: str, end: str) -> Sequence[Mapping[str, object]]:
        answer = await self.try_period(key, start, end)
        return _rows(answer)

    async def try_period(self, key: str, start: str, end: str) -> Answer:
        period = {"dataInicial": start, "dataFim": end}
        return await self._http.post(_SEARCH, {"porPeriodo": period, "revendaId": int(key)})

    async def details(self, key: str, number: str) -> object:
        """The body of an order's details, None when there is no such order."""
        return await self._get(_DETAILS, key, number, optional=False)

    async def documents(self, key: str, number: str) -> object:
        """The body of an order's documents, None when there are none or the ERP does not serve any."""
        return await self._get(_DOCUMENTS, key, number, optional=True)

    async def contacts(self, by: str, value: str) -> object:
        """Contacts by `email` or by `telefone`."""
        answer = await self._http.get(_CONTACTS, [(by, value)])
        if not answer.ok:
            raise ErpBadAnswer(f"status {answer.status} for contacts")
        return answer.body

    async def _get(self, spellings: tuple[str, str], key: str, number: str, *, optional: bool) -> object:
        known = self._spoken.get(spellings)
        failures = []
        for path in (known,) if known else spellings:
            answer = await self._http.get(path, [("pedidoErpId", number), ("revendaId", int(key))])
            if answer.ok:
                self._spoken[spellings] = path
                return answer.body
            if answer.status in _REFUSED:
                return None
            if answer.status not in _ELSEWHERE:
                raise ErpBadAnswer(f"status {answer.status}")
            failures.append(answer)
        if any(answer.status == 404 and (optional or not answer.is_html) for answer in failures):
            return None
        raise ErpBadAnswer("no such path")


def _rows(answer: Answer) -> Sequence[Mapping[str, object]]:
    if answer.status == 204:
        return []
    if not answer.ok:
        # Not "no orders": the contract answers a search without results with an empty list.
        raise ErpBadAnswer(f"status {answer.status} for a search")
    return search_rows(answer.body)

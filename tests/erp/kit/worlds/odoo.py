"""Odoo, by the in-repo server: 19 over JSON-2, and 16 over JSON-RPC, which needs two rounds for an order."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.erp.odoo import OdooErp
from bot.erp.protocol import ConnectedErp
from bot.orders import BillingState, InvoiceState, OrderStatus
from tests.erp.kit.proxy import Proxy, Recorded, proxying
from tests.erp.kit.world import Asks, Expected, Known
from tests.erp.odoo.builders import adapter
from tests.erp.odoo.seed import KEY, Seeded, seeded
from tests.erp.odoo.server import Odoo
from tests.support.serving import serving

_NOBODYS = frozenset(
    {"context_get", "version", "authenticate", "fields_get", "has_access", "check_access_rights"}
)
_PEOPLE = frozenset({"email", "email_normalized", "phone", "mobile", "phone_sanitized"})


@asynccontextmanager
async def json_2_world() -> AsyncIterator["OdooWorld"]:
    async with _world("odoo-json-2", 19) as world:
        yield world


@asynccontextmanager
async def json_rpc_world() -> AsyncIterator["OdooWorld"]:
    async with _world("odoo-json-rpc", 16) as world:
        yield world


@asynccontextmanager
async def _world(name: str, version: int) -> AsyncIterator["OdooWorld"]:
    data = seeded(version)
    async with serving(Odoo(data.books, data.users).app) as url, proxying(url) as proxy:
        yield OdooWorld(name, data, proxy)


class OdooWorld:
    def __init__(self, name: str, data: Seeded, proxy: Proxy) -> None:
        self.name = name
        self.proxy = proxy
        self.known = _known(data)
        self._data = data

    @asynccontextmanager
    async def erp(
        self, *, timeout_seconds: float = 10.0, document_max_bytes: int = 10 << 20, token: str | None = None
    ) -> AsyncIterator[ConnectedErp]:
        erp: OdooErp = adapter(
            self.proxy.url,
            name="erp",
            token=token or KEY,
            timeout_seconds=timeout_seconds,
            document_max_bytes=document_max_bytes,
        )
        try:
            # A process asks once what its Odoo is like; the rules are about the questions after that.
            before = len(self.proxy.recorded)
            await erp.check()
            del self.proxy.recorded[before:]
            yield erp
        finally:
            await erp.aclose()

    def asks(self, request: Recorded, keys: tuple[str, ...]) -> Asks:
        if request.path == "/web/version":
            return Asks.NOBODYS
        model, method, domain = _call(request)
        if method in _NOBODYS or model == "res.users.apikeys" or domain == [["id", "=", 0]]:
            return Asks.NOBODYS
        if model == "res.partner" and domain is not None and _paths(domain) <= _PEOPLE:
            return Asks.CONTACTS
        if domain is None:
            return Asks.UNSCOPED
        if any(_is_company(term, [int(key) for key in keys]) for term in _always(domain)):
            return Asks.SCOPED
        return Asks.BYTES if model == "ir.attachment" else Asks.UNSCOPED

    async def touch(self, order_number: str) -> None:
        order = self._data.ids[order_number]
        for picking in self._data.books.rows["stock.picking"].values():
            if picking["sale_id"] == order:
                picking["write_date"] = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _known(data: Seeded) -> Known:
    ids = data.ids
    opened, paid = InvoiceState.OPEN, InvoiceState.PAID
    return Known(
        northwind=str(ids["Northwind Industrial"]),
        branch=str(ids["Northwind Branch"]),
        southgate=str(ids["Southgate Parts"]),
        empty=str(ids["Empty Shell"]),
        confirmed=Expected("S00002", OrderStatus.CONFIRMED, BillingState.NONE),
        shipped=Expected("S00003", OrderStatus.SHIPPED, BillingState.FULL, (("INV/2026/00003", opened),)),
        done=Expected(
            "S00004",
            OrderStatus.COMPLETED,
            BillingState.FULL,
            (("RINV/2026/00001", paid), ("INV/2026/00004", paid)),
        ),
        partial=Expected(
            "S00005",
            OrderStatus.PARTIALLY_SHIPPED,
            BillingState.PARTIAL,
            (("INV/2026/00005", opened),),
        ),
        cancelled=Expected("S00006", OrderStatus.CANCELLED, BillingState.NONE),
        reused=("S00008", "S00007"),
        drafted="S00009",
        odd="S00010",
        branch_order="S00011",
        southgate_shared="S00020",
        waiting="S00021",
        web_number="WEB-7783",
        currency="EUR",
    )


def _call(request: Recorded) -> tuple[str, str, list[object] | None]:
    """Model, method and domain of a call, in either dialect."""
    body = request.json
    assert isinstance(body, dict)
    if request.path == "/jsonrpc":
        params = body["params"]
        if params["method"] != "execute_kw":
            return "", str(params["method"]), None
        *_, model, method, _, body = params["args"]
    else:
        *_, model, method = request.path.split("/")
    return str(model), str(method), body.get("domain")


def _paths(domain: Sequence[object]) -> set[str]:
    return {str(term[0]) for term in domain if isinstance(term, list)}


def _always(domain: Sequence[object]) -> list[list[object]]:
    """The conditions that hold for every record of a domain: those that only "and" joins."""
    rest = list(domain)

    def read(*, inside: bool) -> list[list[object]]:
        term = rest.pop(0)
        if isinstance(term, list):
            return [term] if inside else []
        left = read(inside=inside and term == "&")
        return left + read(inside=inside and term == "&")

    found = []
    while rest:
        found += read(inside=True)
    return found


def _is_company(term: Sequence[object], keys: list[int]) -> bool:
    path, operator, value = term
    if not isinstance(value, list) or value != keys:
        return False
    last = str(path).rpartition(".")[2]
    return (last in ("partner_id", "id") and operator == "child_of") or (
        last == "commercial_partner_id" and operator == "in"
    )

"""Tryton 8: a real trytond with the data of `tests/erp/tryton/story.py`."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from urllib.parse import unquote

from bot.erp.protocol import ConnectedErp
from bot.erp.tryton import TrytonErp
from bot.orders import BillingState, InvoiceState, OrderStatus
from tests.erp.kit.proxy import Proxy, Recorded, proxying
from tests.erp.kit.world import Asks, Expected, Known
from tests.erp.tryton.server import TrytonServer, tryton_server
from tests.erp.tryton.seven import seven
from tests.support.serving import serving

NOBODYS = ("ir.model.access", "ir.action.report", "ir.model")


@asynccontextmanager
async def tryton_world() -> AsyncIterator["TrytonWorld"]:
    """A server of its own with a proxy in front of it, asked by REST."""
    async with _started() as server, proxying(server.url) as proxy:
        yield TrytonWorld("tryton", server, proxy, login="", secret=server.key)


@asynccontextmanager
async def tryton7_world() -> AsyncIterator["TrytonWorld"]:
    """The same server at the addresses of version 7, asked by JSON-RPC."""
    async with _started() as server, serving(seven(server)) as url, proxying(url) as proxy:
        yield TrytonWorld("tryton-7", server, proxy, login=server.login, secret=server.password)


@asynccontextmanager
async def _started() -> AsyncIterator[TrytonServer]:
    running = tryton_server()
    server = await asyncio.to_thread(running.__enter__)
    try:
        yield server
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


class TrytonWorld:
    def __init__(self, name: str, server: TrytonServer, proxy: Proxy, *, login: str, secret: str) -> None:
        self.name = name
        self.server = server
        self.proxy = proxy
        self.known = known(server)
        self._login = login
        self._secret = secret

    @asynccontextmanager
    async def erp(
        self, *, timeout_seconds: float = 10.0, document_max_bytes: int = 10 << 20, token: str | None = None
    ) -> AsyncIterator[ConnectedErp]:
        erp = TrytonErp(
            name="erp",
            url=self.proxy.url,
            database=self.server.database,
            token=token or self._secret,
            login=self._login,
            cursor_secret=b"kit",
            time_zone="America/Sao_Paulo",
            # Finding out what there is takes a busy machine a while, and trytond sleeps at each login.
            timeout_seconds=max(timeout_seconds, 4.0),
            document_max_bytes=document_max_bytes,
            clock=lambda: self.server.noon,
        )
        try:
            yield erp
        finally:
            await erp.aclose()

    def asks(self, request: Recorded, keys: tuple[str, ...]) -> Asks:
        parties = {int(key) for key in keys}
        parts = unquote(request.path).strip("/").split("/")
        body = request.json
        if isinstance(body, dict) and "method" in body:
            domain = next(iter(body["params"]), None)
            return _judged(str(body["method"]).split("."), domain, parties)
        match parts:
            case [_, "rest", kind, *rest] if rest:
                method = rest[1:] if kind == "model" and request.method == "POST" else ["search_read"]
                packed = dict(request.query).get("d", "")
                domain = json.loads(base64.urlsafe_b64decode(packed)) if packed else None
                return _judged([kind, *rest[0].split("."), *method], domain, parties)
        return Asks.UNSCOPED

    async def touch(self, order_number: str) -> None:
        """Write something on the waiting shipment of an order."""

        def write() -> None:
            waiting = [["moves.sale.number", "=", order_number], ["state", "=", "waiting"]]
            found = self.server.as_admin("model.stock.shipment.out.search", waiting, 0, None, None)
            self.server.as_admin("model.stock.shipment.out.write", found, {"reference": "dock 4"})

        await asyncio.to_thread(write)


def _judged(method: list[str], domain: object, parties: set[int]) -> Asks:
    """Judge a call such as `model.sale.sale.search_read`."""
    kind, model, verb = method[0], ".".join(method[1:-1]), method[-1]
    if kind == "common" or verb in ("fields_get", "get_access") or model in NOBODYS:
        return Asks.NOBODYS
    if kind == "report":
        return Asks.BYTES
    if model == "party.contact_mechanism":
        return Asks.CONTACTS
    return Asks.SCOPED if scoped(domain, parties) else Asks.UNSCOPED


def scoped(domain: object, parties: set[int]) -> bool:
    """Whether everything a domain lets through is of exactly these parties."""
    if not isinstance(domain, list) or not domain or domain[0] != "AND":
        return False
    return any(
        clause[:2] == ["party", "in"] and set(clause[2]) == parties
        for clause in _conjuncts(domain)
        if isinstance(clause, list) and len(clause) == 3
    )


def _conjuncts(domain: list[object]) -> Iterator[object]:
    for clause in domain[1:]:
        if isinstance(clause, list) and clause and clause[0] == "AND":
            yield from _conjuncts(clause)
        else:
            yield clause


def known(server: TrytonServer) -> Known:
    number = server.number
    return Known(
        northwind=str(server.party("northwind")),
        branch=str(server.party("branch")),
        southgate=str(server.party("southgate")),
        empty=str(server.party("empty")),
        confirmed=Expected(number("PO-7782"), OrderStatus.CONFIRMED, BillingState.NONE),
        shipped=Expected(
            number("PO-7783"), OrderStatus.SHIPPED, BillingState.FULL, (("INV-00005", InvoiceState.OPEN),)
        ),
        done=Expected(
            number("PO-7784"),
            OrderStatus.COMPLETED,
            BillingState.FULL,
            (("INV-00001", InvoiceState.PAID), ("INV-00002", InvoiceState.OPEN)),
        ),
        partial=Expected(
            number("PO-7785"),
            OrderStatus.PARTIALLY_SHIPPED,
            BillingState.PARTIAL,
            (("INV-00003", InvoiceState.OPEN),),
        ),
        cancelled=Expected(number("PO-7786"), OrderStatus.CANCELLED, BillingState.NONE),
        reused=(number("PO-7787"), number("PO-7787 a year ago")),
        drafted=number("PO-7789"),
        odd=number("PO_77%9"),
        branch_order=number("PO-7788"),
        southgate_shared=number("Southgate PO-7782"),
        waiting=number("PO-8001"),
    )

"""Calls of one Odoo: by JSON-2 where the server has it (19 and later), by JSON-RPC before."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from bot.erp.calls import Answer, ErpHttp, Streamed
from bot.erp.errors import DocumentNotThere, ErpBadAnswer, ErpDenied, ErpError
from bot.erp.odoo.failures import KeyRefused, NotKnown, result_of

NESTED_SINCE = 17
"""`web_search_read` takes a specification, and so returns an order with all that hangs on it."""
_JSON_2 = "/json/2"
_JSON_RPC = "/jsonrpc"
_VERSION = re.compile(r"(?:saas[~-])?(\d{1,3})(?:\.(\d{1,3}))?")

Arguments = Mapping[str, object]


@dataclass(frozen=True)
class Version:
    """What the server calls itself. Within JSON-2 a server that does not tell counts as 19."""

    major: int
    text: str


class LoginMissing(ErpDenied):
    """JSON-RPC needs the user and the database by name, and the settings do not name them."""


class Dialect(Protocol):
    """One of the two ways to call a method of a model."""

    name: str

    def request(self, model: str, method: str, ids: Sequence[int] | None, arguments: Arguments) -> object: ...

    def path(self, model: str, method: str) -> str: ...

    def result(self, answer: Answer) -> object: ...


class Json2:
    """`POST /json/2/<model>/<method>` with named arguments. Source: Odoo 19, External JSON-2 API."""

    name = "JSON-2"

    def path(self, model: str, method: str) -> str:
        return f"{_JSON_2}/{model}/{method}"

    def request(self, model: str, method: str, ids: Sequence[int] | None, arguments: Arguments) -> object:
        # `ids` must be absent for methods of the model itself: 422 otherwise.
        return {**arguments} if ids is None else {"ids": list(ids), **arguments}

    def result(self, answer: Answer) -> object:
        if answer.status == 404:
            raise NotKnown("no such model or method")
        if not answer.ok:
            raise ErpBadAnswer(f"status {answer.status}")
        return answer.body


class JsonRpc:
    """`POST /jsonrpc`, `execute_kw`: deprecated in 19, the only one before."""

    name = "JSON-RPC"

    def __init__(self, database: str, uid: int, key: str) -> None:
        self._database = database
        self._uid = uid
        self._key = key

    def path(self, model: str, method: str) -> str:
        return _JSON_RPC

    def request(self, model: str, method: str, ids: Sequence[int] | None, arguments: Arguments) -> object:
        positional = [] if ids is None else [list(ids)]
        args = [self._database, self._uid, self._key, model, method, positional, dict(arguments)]
        return rpc("object", "execute_kw", args)

    def result(self, answer: Answer) -> object:
        if not answer.ok:
            raise ErpBadAnswer(f"status {answer.status}")
        return result_of(answer.body)


class Connection:
    """One Odoo as one user. Which dialect and version it speaks is found out at the first call.

    `companies` are the supplier's own companies that are asked about (`allowed_company_ids`); none:
    all that the key's user may see. Raises the family of ErpError; LoginMissing among it.
    """

    def __init__(
        self, http: ErpHttp, *, database: str, login: str, key: str, companies: Sequence[int] = ()
    ) -> None:
        self._http = http
        self._database = database
        self._login = login
        self._key = key
        self._context: Arguments = {"context": {"allowed_company_ids": list(companies)}} if companies else {}
        self._spoken: tuple[Dialect, Version] | None = None
        self._meeting = asyncio.Lock()

    async def call(
        self, model: str, method: str, *, ids: Sequence[int] | None = None, **arguments: object
    ) -> object:
        """Call a method that only reads; `ids` for methods of records, not for those of the model."""
        dialect, _ = await self._met()
        body = dialect.request(model, method, ids, {**arguments, **self._context})
        try:
            return dialect.result(await self._http.post(dialect.path(model, method), body))
        except KeyRefused:
            # The user may have been replaced, and its number with it.
            self._spoken = None
            raise

    @asynccontextmanager
    async def stream(
        self, model: str, method: str, *, seconds: float, **arguments: object
    ) -> AsyncIterator[Streamed]:
        """The JSON of a call as it comes, for what is too large to hold."""
        dialect, _ = await self._met()
        body = dialect.request(model, method, None, {**arguments, **self._context})
        async with self._http.stream("POST", dialect.path(model, method), body=body, seconds=seconds) as got:
            if got.status != 200:
                raise DocumentNotThere(f"status {got.status}")
            yield got

    @asynccontextmanager
    async def page(
        self, path: str, params: Sequence[tuple[str, str]], *, seconds: float
    ) -> AsyncIterator[Streamed]:
        """What the server renders at an address of its own, without following it anywhere else."""
        async with self._http.stream("GET", path, params, seconds=seconds) as got:
            yield got

    async def version(self) -> Version:
        return (await self._met())[1]

    async def dialect(self) -> str:
        return (await self._met())[0].name

    async def _met(self) -> tuple[Dialect, Version]:
        if self._spoken is None:
            async with self._meeting:
                if self._spoken is None:
                    self._spoken = await self._meet()
        return self._spoken

    async def _meet(self) -> tuple[Dialect, Version]:
        probe = await self._http.post(f"{_JSON_2}/res.users/context_get", {})
        if probe.ok and isinstance(probe.body, dict):
            return Json2(), await self._web_version()
        # Before 19 the address is nobody's (404), or asks a browser to sign in (303, 400).
        version = _version(result_of(await self._rpc("common", "version", [])))
        if not self._login or not self._database:
            raise LoginMissing("JSON-RPC needs a login and a database")
        args = [self._database, self._login, self._key, {}]
        uid = result_of(await self._rpc("common", "authenticate", args))
        if isinstance(uid, bool) or not isinstance(uid, int) or uid <= 0:
            raise KeyRefused("login refused")
        return JsonRpc(self._database, uid, self._key), version

    async def _rpc(self, service: str, method: str, args: Sequence[object]) -> object:
        answer = await self._http.post(_JSON_RPC, rpc(service, method, args))
        if not answer.ok:
            raise ErpBadAnswer("no Odoo there")
        return answer.body

    async def _web_version(self) -> Version:
        try:
            body = (await self._http.get("/web/version")).body
            return _version({"server_version": body.get("version")} if isinstance(body, dict) else None)
        except ErpError:
            return Version(19, "19 or later")


def rpc(service: str, method: str, args: Sequence[object]) -> object:
    params = {"service": service, "method": method, "args": list(args)}
    return {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}


def _version(told: object) -> Version:
    """From `{"server_version": "17.0"}`; "saas~18.2+e" counts as 18."""
    text = told.get("server_version") if isinstance(told, dict) else None
    found = _VERSION.match(text) if isinstance(text, str) else None
    if found is None:
        raise ErpBadAnswer("no version of Odoo")
    minor = found[2] or "0"
    return Version(int(found[1]), f"{found[1]}.{minor}")

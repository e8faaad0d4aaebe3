"""The two ways to ask a Tryton: REST with a key (8.0 on), JSON-RPC with a session (any version)."""

import asyncio
import base64
import binascii
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from bot.erp.bodies import records
from bot.erp.calls import Answer, ErpHttp, Streamed
from bot.erp.errors import DocumentNotThere, ErpBadAnswer, ErpDenied, ErpUnavailable
from bot.erp.tryton.values import Record, without_dots

Domain = Sequence[object]
Sort = Sequence[tuple[str, str]]
_CHUNK = 64 * 1024


class Dialect(Protocol):
    """A way to ask. All raise the family of ErpError."""

    version: str
    """As the server tells it, "8.2"; empty where it does not."""

    async def search(
        self, model: str, domain: Domain, fields: Sequence[str], *, limit: int, order: Sort = ()
    ) -> list[Record]:
        """Records with dotted fields, what a field leads to being records themselves."""

    async def call(self, model: str, method: str, **arguments: object) -> object:
        """A method of a model that changes nothing."""

    def report(self, name: str, record: int, *, seconds: float) -> AbstractAsyncContextManager[Streamed]:
        """A report of one record; raises DocumentNotThere too."""


@dataclass
class Rest:
    """`/<database>/rest/…`. Source: trytond/protocols/rest.py, 8.0 and 8.2."""

    http: ErpHttp
    """Sends the key with every call."""
    database: str
    version: str = ""

    async def search(
        self, model: str, domain: Domain, fields: Sequence[str], *, limit: int, order: Sort = ()
    ) -> list[Record]:
        params: list[tuple[str, str]] = [("d", _packed(domain)), ("s", str(limit))]
        params += [("f", name) for name in fields]
        if order:
            params.append(("o", _packed(order)))
        return records(_whole(await self.http.get(f"{self._path}model/{model}", params)))

    async def call(self, model: str, method: str, **arguments: object) -> object:
        path = f"{self._path}model/{model}/{method}"
        return _whole(await self.http.post(path, arguments))

    @asynccontextmanager
    async def report(self, name: str, record: int, *, seconds: float) -> AsyncIterator[Streamed]:
        path = f"{self._path}report/{name}/{record}"
        async with self.http.stream("GET", path, seconds=seconds) as reply:
            if reply.status == 404:
                raise DocumentNotThere("status 404")
            if reply.status == 400:
                raise ErpDenied("status 400")
            if reply.status != 200:
                raise ErpBadAnswer(f"status {reply.status}")
            yield reply

    @property
    def _path(self) -> str:
        return f"/{quote(self.database, safe='')}/rest/"


class Rpc:
    """`POST /<database>/rpc/` (8.0 on) or `/<database>/` (before), within a session that is kept.

    A session that has ended is opened anew, once, and the call repeated.
    Source: trytond/protocols/dispatcher.py, 7.0 to 8.2.
    """

    def __init__(
        self, http: ErpHttp, documents: ErpHttp, database: str, login: str, password: str, version: str
    ) -> None:
        self.version = version
        self._http = http
        self._documents = documents
        old = 0 < major(version) < 8
        self._path = f"/{quote(database, safe='')}/" + ("" if old else "rpc/")
        self._login = login
        self._password = password
        self._session = ""
        self._opening = asyncio.Lock()

    async def search(
        self, model: str, domain: Domain, fields: Sequence[str], *, limit: int, order: Sort = ()
    ) -> list[Record]:
        params = [domain, 0, limit, [list(pair) for pair in order] or None, list(fields), {}]
        return records(without_dots(await self._ask(f"model.{model}.search_read", params)))

    async def call(self, model: str, method: str, **arguments: object) -> object:
        return await self._ask(f"model.{model}.{method}", [*arguments.values(), {}])

    @asynccontextmanager
    async def report(self, name: str, record: int, *, seconds: float) -> AsyncIterator[Streamed]:
        """The whole file comes in one reply: it is unpacked here, and its size known."""
        try:
            async with asyncio.timeout(seconds):
                told = await self._ask(f"report.{name}.execute", [[record], {}, {}], self._documents)
        except TimeoutError:
            raise ErpUnavailable("too slow") from None
        content = await asyncio.to_thread(report_bytes, told)
        yield Streamed(status=200, media_type="", size=len(content), chunks=_cut(content))

    async def _ask(self, method: str, params: Sequence[object], http: ErpHttp | None = None) -> object:
        session = self._session or await self._open("")
        try:
            return await self._post(http or self._http, method, params, session)
        except SessionOver:
            session = await self._open(session)
        return await self._post(http or self._http, method, params, session)

    async def _post(self, http: ErpHttp, method: str, params: Sequence[object], session: str) -> object:
        body = {"id": 1, "method": method, "params": params}
        headers = {"Authorization": f"Session {session}"} if session else {}
        return result(_whole(await http.post(self._path, body, headers)))

    async def _open(self, ended: str) -> str:
        """A session other than the one that has ended; those who ask at once share the login."""
        async with self._opening:
            if self._session != ended:
                return self._session
            self._session = ""
            login = [self._login, {"password": self._password}]
            try:
                opened = await self._post(self._http, "common.db.login", login, "")
            except SessionOver:
                raise ErpDenied("login refused") from None
            if not isinstance(opened, list) or len(opened) < 2 or not isinstance(opened[1], str):
                raise ErpBadAnswer("no session")
            told = f"{self._login}:{opened[0]}:{opened[1]}".encode()
            self._session = base64.b64encode(told).decode()
            return self._session


def major(version: str) -> int:
    """8 of "8.2"; 0 where the server does not tell."""
    first = version.partition(".")[0]
    return int(first) if first.isascii() and first.isdigit() and len(first) < 4 else 0


class SessionOver(ErpDenied):
    """401: the session, the login or the key is not, or no more, one."""


def judge(status: int, told: object) -> None:
    """REST says 400 for what the key may not do; a 401 may only mean that a session is over."""
    if status == 401:
        raise SessionOver("status 401")
    if status == 400 and isinstance(told, dict) and "message" in told:
        raise ErpDenied("status 400")


def result(body: object) -> object:
    """What a JSON-RPC call gave; its error as one of our family, without a word of it."""
    if not isinstance(body, dict):
        raise ErpBadAnswer("no JSON-RPC reply")
    if "error" in body:
        told = body["error"]
        name = told[0] if isinstance(told, list) and told else None
        if name == "UserError":  # access errors are of this kind
            raise ErpDenied("refused")
        raise ErpUnavailable("failed at the server")
    if "result" not in body:
        raise ErpBadAnswer("no result")
    return body["result"]


def report_bytes(told: object) -> bytes:
    """The file of `report.….execute`: [extension, content, print at once?, name]."""
    content = told[1] if isinstance(told, list) and len(told) > 1 else None
    if isinstance(content, dict) and isinstance(packed := content.get("base64"), str):
        try:
            return base64.b64decode(packed)
        except (binascii.Error, ValueError):
            raise ErpBadAnswer("a file that is not base64") from None
    if isinstance(content, str):
        return content.encode()
    raise ErpBadAnswer("a report without a file")


def _whole(answer: Answer) -> object:
    if not answer.ok:
        raise ErpBadAnswer(f"status {answer.status}")
    return answer.body


def _packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()


async def _cut(content: bytes) -> AsyncGenerator[bytes, None]:
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]

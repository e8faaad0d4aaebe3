"""Finding out once how an installation is asked and what it has, and remembering it."""

import asyncio
from dataclasses import dataclass

from bot.erp.calls import ErpHttp
from bot.erp.errors import ErpBadAnswer, ErpDenied
from bot.erp.together import together
from bot.erp.tryton import schema as schemas
from bot.erp.tryton.dialects import Dialect, Rest, Rpc, major
from bot.erp.tryton.schema import Schema


@dataclass(frozen=True)
class Access:
    """How one installation is reached."""

    http: ErpHttp
    documents: ErpHttp
    """For whole files within JSON."""
    database: str
    login: str
    """Empty: `secret` is a key for REST."""
    secret: str


@dataclass(frozen=True)
class Connected:
    dialect: Dialect
    schema: Schema


class Connection:
    """Opened by the first question; those who ask meanwhile wait for it. For one event loop."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._known: Connected | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> Connected:
        """The way to ask, as found out before; raises the family of ErpError."""
        async with self._opening:
            if self._known is None:
                dialect = await self.dialect()
                self._known = Connected(dialect, await described(dialect))
            return self._known

    def forget(self) -> None:
        """Find out anew at the next question: the installation has changed under us."""
        self._known = None

    async def dialect(self) -> Dialect:
        """REST where there is a key for it; a session where there is a login."""
        version = await self._version()
        access = self._access
        if access.login:
            return Rpc(access.http, access.documents, access.database, access.login, access.secret, version)
        if 0 < major(version) < 8:
            raise ErpDenied("no keys before version 8")
        return Rest(access.http, access.database, version)

    async def _version(self) -> str:
        """The series, "8.2", asked where 8 answers and where 7 did; empty where neither tells.

        A server behind a proxy may serve its databases alone.
        """
        for path in ("/rpc/", "/"):
            try:
                answer = await self._access.http.post(
                    path, {"id": 1, "method": "common.server.version", "params": []}
                )
            except (ErpBadAnswer, ErpDenied):
                continue
            told = answer.body.get("result") if isinstance(answer.body, dict) else None
            if isinstance(told, str) and major(told):
                return told[:20]
        return ""


async def described(dialect: Dialect) -> Schema:
    """Fields and rights of the models we read."""
    judged = await dialect.call("ir.model.access", "get_access", models=schemas.models_to_judge())
    rights = schemas.rights(judged)

    async def one(model: str) -> tuple[str, frozenset[str]]:
        return model, schemas.field_names(await dialect.call(model, "fields_get"))

    # Two at a time: a small server has other customers.
    fields = dict(await together((one(model) for model in schemas.DESCRIBED), at_once=2))
    optional = [
        model
        for name, model in (("root_packages", schemas.PACKAGE), ("carrier", schemas.CARRIER))
        if name in fields[schemas.SHIPMENT]
    ]
    if optional:
        fields |= await together(one(model) for model in optional)
        rights |= schemas.rights(await dialect.call("ir.model.access", "get_access", models=optional))
    return Schema(fields, rights)

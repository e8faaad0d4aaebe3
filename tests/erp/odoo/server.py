"""The double's doors: JSON-2, JSON-RPC, the portal and the reports, with their errors and their gaps.

It answers as Odoo 14 to 19 were seen or are documented to; `docs/erp/odoo.md` names the traps. A door
that a version does not have is closed: 404, or a redirect to the sign-in page.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.erp.odoo.orm import Books, OdooError, Records, User, access_error

TRACEBACK = 'Traceback (most recent call last):\n  File "/opt/odoo/secret_path.py", line 1, in <module>\n'
TOKEN = "5b0e0b1c-portal-token"
_API_MODEL = {
    "search_read",
    "web_search_read",
    "search_count",
    "fields_get",
    "context_get",
    "check_access_rights",
}


@dataclass
class Odoo:
    """One server. `asked` keeps every call of a method, to be looked at by tests."""

    books: Books
    users: Sequence[User]
    database: str = "b2b"
    many_databases: bool = False
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    portal_answer: Response | None = None
    """Instead of the rendered PDF."""
    portal_url: str = ""
    """Instead of the invoice's own page."""

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/web/version", self._web_version),
                Route("/json/2/{model}/{method}", self._json_2, methods=["GET", "POST"]),
                Route("/jsonrpc", self._json_rpc, methods=["POST"]),
                Route("/my/invoices/{move:int}", self._portal),
                Route("/report/pdf/{rest:path}", self._report),
            ]
        )

    async def _web_version(self, request: Request) -> Response:
        self.requests.append(request.url.path)
        if self.books.version < 19:
            return _page(404)
        return JSONResponse({"version_info": [self.books.version, 0, 0, "final", 0, ""], "version": "19.0"})

    async def _json_2(self, request: Request) -> Response:
        self.requests.append(request.url.path)
        if self.books.version < 18:
            return _page(404)
        if self.books.version == 18:  # `/json/…` is there, for browsers
            return RedirectResponse("/web/login", status_code=303)
        if self.many_databases and request.headers.get("X-Odoo-Database") != self.database:
            return _page(404)
        try:
            user = self._bearer(request)
            if request.method != "POST":
                raise OdooError("werkzeug.exceptions.NotFound", "Did you mean POST?", 404)
            body = await request.json()
            model, method = request.path_params["model"], request.path_params["method"]
            return JSONResponse(self._call_2(user, model, method, dict(body)))
        except OdooError as error:
            told = {
                "name": error.name,
                "message": error.message,
                "arguments": [error.message],
                "context": {},
                "debug": TRACEBACK + error.message,
            }
            return JSONResponse(told, status_code=error.status)

    def _bearer(self, request: Request) -> User:
        kind, _, key = request.headers.get("Authorization", "").partition(" ")
        found = [user for user in self.users if kind.lower() == "bearer" and user.key == key]
        if not found:
            raise OdooError("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)
        return found[0]

    def _call_2(self, user: User, model: str, method: str, body: dict[str, Any]) -> Any:
        ids, context = body.pop("ids", ()), body.pop("context", {})
        records = self._records(user, context)
        self.books.fields(model)
        function = self._method(method)
        if function is None or method.startswith("_"):
            raise OdooError("werkzeug.exceptions.NotFound", f"no method {model}.{method}", 404)
        if method in _API_MODEL and ids:
            raise OdooError(
                "werkzeug.exceptions.UnprocessableEntity", f"cannot call {model}.{method} with ids", 422
            )
        try:
            inspect.signature(function).bind(records, model, ids, **body)
        except TypeError as error:
            raise OdooError("werkzeug.exceptions.UnprocessableEntity", str(error), 422) from None
        self.asked.append((model, method, {**body, "ids": ids, "context": context}))
        return function(records, model, ids, **body)

    async def _json_rpc(self, request: Request) -> Response:
        self.requests.append(request.url.path)
        body = await request.json()
        try:
            params = body["params"]
            result = self._service(params["service"], params["method"], params["args"])
        except OdooError as error:
            data = {"name": error.name, "message": error.message, "debug": TRACEBACK, "arguments": []}
            told = {"code": 200, "message": "Odoo Server Error", "data": data}
            return JSONResponse({"jsonrpc": "2.0", "id": body.get("id"), "error": told})
        reply = {"jsonrpc": "2.0", "id": body.get("id")}
        # A method that returns nothing leaves no result at all.
        return JSONResponse(reply if result is None else {**reply, "result": result})

    def _service(self, service: str, method: str, args: Sequence[Any]) -> Any:
        if (service, method) == ("common", "version"):
            version = self.books.version
            told = f"{version}.0"
            return {"server_version": told, "server_version_info": [version, 0, 0, "final", 0, ""]}
        if (service, method) == ("common", "authenticate"):
            database, login, key, _ = args
            found = [user.uid for user in self.users if (user.login, user.key) == (login, key)]
            if database != self.database:
                raise OdooError("psycopg2.OperationalError", f'database "{database}" does not exist', 500)
            return found[0] if found else False
        database, uid, key, model, name, positional, named = args
        found_users = [user for user in self.users if (user.uid, user.key) == (uid, key)]
        if database != self.database or not found_users:
            raise OdooError("odoo.exceptions.AccessDenied", "Access Denied", 200)
        arguments = dict(named)
        context = arguments.pop("context", {})
        records = self._records(found_users[0], context)
        try:
            self.books.fields(model)
        except OdooError:
            raise OdooError("odoo.exceptions.UserError", f"Object {model} doesn't exist", 200) from None
        if name.startswith("_"):
            raise access_error("Private methods cannot be called remotely.")
        function = self._method(name)
        if function is None:
            raise OdooError("builtins.AttributeError", f"no method {model}.{name}", 200)
        ids: Sequence[int] = ()
        if name not in _API_MODEL:
            ids, *positional = positional
        self.asked.append((model, name, {**arguments, "ids": ids, "context": context}))
        try:
            return function(records, model, ids, *positional, **arguments)
        except TypeError as error:
            raise OdooError("builtins.TypeError", str(error), 200) from None

    def _records(self, user: User, context: Mapping[str, Any]) -> Records:
        return Records(self.books, user, context.get("allowed_company_ids"))

    def _method(self, name: str) -> Callable[..., Any] | None:
        old, new = self.books.version < 17, self.books.version >= 18
        if (name == "web_search_read" and old) or (name == "has_access" and not new):
            return None
        if name == "check_access_rights" and self.books.version >= 19:
            return None
        if name == "get_portal_url" and self.portal_url:
            return lambda records, model, ids, report_type=None, download=None: self.portal_url
        return _METHODS.get(name)

    async def _portal(self, request: Request) -> Response:
        """A PDF for whoever has the token: of drafts too, and of a pro forma where none was sent."""
        self.requests.append(request.url.path)
        move = self.books.rows.get("account.move", {}).get(request.path_params["move"])
        if move is None or request.query_params.get("access_token") != TOKEN:
            return RedirectResponse("/my", status_code=303)
        rendered = f"%PDF-1.7 rendered {request.path_params['move']}".encode()
        return self.portal_answer or Response(rendered, media_type="application/pdf")

    async def _report(self, request: Request) -> Response:
        """Reports know sessions only: a key is sent to sign in, not refused."""
        self.requests.append(request.url.path)
        return RedirectResponse("/web/login", status_code=303)


def _page(status: int) -> Response:
    return PlainTextResponse(
        "<!doctype html><html>Not Found</html>", status_code=status, media_type="text/html"
    )


def _search_read(
    records: Records,
    model: str,
    ids: Sequence[int],
    domain: Sequence[Any] = (),
    fields: Sequence[str] = (),
    offset: int = 0,
    limit: int | None = None,
    order: str | None = None,
) -> Any:
    found = records.search(model, domain, order=order, limit=limit, offset=offset)
    return records.read(model, found, fields)


def _web_search_read(
    records: Records,
    model: str,
    ids: Sequence[int],
    domain: Sequence[Any],
    specification: Mapping[str, Any],
    offset: int = 0,
    limit: int | None = None,
    order: str | None = None,
    count_limit: int | None = None,
) -> Any:
    found = records.search(model, domain, order=order, limit=limit, offset=offset)
    return {"length": len(found), "records": records.web_read(model, found, specification)}


def _read(records: Records, model: str, ids: Sequence[int], fields: Sequence[str] = ()) -> Any:
    return records.read(model, ids, fields)


def _search_count(records: Records, model: str, ids: Sequence[int], domain: Sequence[Any]) -> Any:
    return len(records.search(model, domain, order=None, limit=None))


def _fields_get(
    records: Records,
    model: str,
    ids: Sequence[int],
    allfields: Sequence[str] | None = None,
    attributes: Sequence[str] | None = None,
) -> Any:
    return records.fields_get(model, allfields)


def _has_access(records: Records, model: str, ids: Sequence[int], operation: str) -> Any:
    return records.may(model, operation)


def _check_access_rights(
    records: Records, model: str, ids: Sequence[int], operation: str, raise_exception: bool = True
) -> Any:
    if not records.may(model, operation) and raise_exception:
        raise access_error("You are not allowed to do this.")
    return records.may(model, operation)


def _context_get(records: Records, model: str, ids: Sequence[int]) -> Any:
    return {"lang": "en_US", "tz": "America/Sao_Paulo", "uid": records.uid}


def _get_portal_url(
    records: Records,
    model: str,
    ids: Sequence[int],
    report_type: str | None = None,
    download: bool | None = None,
) -> Any:
    return f"/my/invoices/{ids[0]}?access_token={TOKEN}&report_type={report_type}&download=true"


def _write(records: Records, model: str, ids: Sequence[int], vals: Mapping[str, Any]) -> Any:
    if not records.may(model, "write"):
        raise access_error("You are not allowed to modify these records.")
    return True


_METHODS: Mapping[str, Callable[..., Any]] = {
    "search_read": _search_read,
    "web_search_read": _web_search_read,
    "read": _read,
    "search_count": _search_count,
    "fields_get": _fields_get,
    "has_access": _has_access,
    "check_access_rights": _check_access_rights,
    "context_get": _context_get,
    "get_portal_url": _get_portal_url,
    "write": _write,
}

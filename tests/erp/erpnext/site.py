"""An ERPNext site over HTTP, as far as the bot speaks to one, and what it was asked."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from tests.erp.erpnext.meta import DOCTYPES
from tests.erp.erpnext.queries import Doc, Refusal, listed

TOKEN = "a1b2c3:d4e5f6"
WRITING_TOKEN = "w1w2w3:w4w5w6"
READABLE = frozenset(
    {"Sales Order", "Delivery Note", "Sales Invoice", "Shipment", "Customer", "Contact", "File"}
)
PRINTABLE = frozenset({"Delivery Note", "Sales Invoice"})
# gunicorn, which serves Frappe, takes no longer first line (`limit_request_line`).
_LINE_MAX = 4094


@dataclass(frozen=True)
class Key:
    """The user a token stands for."""

    user: str
    readable: frozenset[str] = READABLE
    printable: frozenset[str] = PRINTABLE
    may_write: bool = False
    desk: bool = True
    """A System User; a Website User lists no files but its own."""
    time_zone: str | None = None
    """The user's own, which `get_time_zone` then tells in place of the site's."""


@dataclass(frozen=True)
class Asked:
    """A request: `query` is what it said, from its address or its body."""

    method: str
    path: str
    query: Mapping[str, object]
    headers: Mapping[str, str]

    @property
    def doctype(self) -> str:
        """The doctype a list was asked of, empty for any other request."""
        if self.path == "/api/method/frappe.client.get_list":
            return str(self.query.get("doctype", ""))
        parts = self.path.removeprefix("/api/resource/").split("/")
        return unquote(parts[0]) if self.path.startswith("/api/resource/") and len(parts) == 1 else ""


Behaviour = Callable[[Request, Asked], Awaitable[Response | None]]


@dataclass
class Site:
    """Documents by doctype. `behave` may answer instead, to misbehave."""

    documents: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    """Bytes by file URL."""
    version: int = 16
    time_zone: str = "America/Sao_Paulo"
    pdf_seconds: float = 0.0
    keys: dict[str, Key] = field(
        default_factory=lambda: {
            TOKEN: Key("orderbot@acme.example"),
            WRITING_TOKEN: Key("sales@acme.example", may_write=True),
        }
    )
    behave: Behaviour | None = None
    asked: list[Asked] = field(default_factory=list)

    def app(self) -> Starlette:
        app = Starlette()
        app.add_route("/{path:path}", self._answer, methods=["GET", "POST", "PUT", "DELETE"])
        return app

    def lists_of(self, doctype: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.doctype == doctype]

    def find(self, doctype: str, name: str) -> dict[str, object]:
        return next(doc for doc in self.documents[doctype] if doc["name"] == name)

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        line = f"{request.method} {path}?{request.url.query} HTTP/1.1"
        if len(line) > _LINE_MAX:
            return HTMLResponse("<h1><p>Bad Request</p></h1>Request Line is too large", status_code=400)
        content = await request.body()
        query: dict[str, object] = dict(request.query_params)
        if content:
            query |= json.loads(content)
        asked = Asked(request.method, path, query, dict(request.headers))
        self.asked.append(asked)
        if self.behave is not None and (own := await self.behave(request, asked)) is not None:
            return own
        try:
            return await self._served(request, asked)
        except Refusal as refusal:
            return refused(refusal)

    async def _served(self, request: Request, asked: Asked) -> Response:
        if asked.path == "/api/method/frappe.client.get_time_zone" and not request.headers.get(
            "Authorization"
        ):
            return JSONResponse({"message": {"time_zone": self.time_zone}})
        key = self._key(request.headers.get("Authorization"))
        if asked.path.startswith("/api/method/"):
            return await self._method(asked.path.removeprefix("/api/method/"), asked.query, key)
        if asked.path.startswith("/api/resource/"):
            return self._resource(asked, key)
        if asked.path.startswith("/private/files/"):
            return self._private_file(asked, key)
        if asked.path in self.files:
            return Response(self.files[asked.path], media_type="application/octet-stream")
        return HTMLResponse("<!DOCTYPE html><title>Not Found</title>", status_code=404)

    def _key(self, header: str | None) -> Key:
        if not header:
            raise Refusal("PermissionError", "Login to access")
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "token" or token not in self.keys:
            raise Refusal("AuthenticationError", "Invalid credentials")
        return self.keys[token]

    async def _method(self, method: str, query: Mapping[str, object], key: Key) -> Response:
        match method:
            case "frappe.client.get_list":
                return JSONResponse({"message": self._list(str(query["doctype"]), query, key)})
            case "frappe.client.get_count":
                asked = {"filters": _parsed(query.get("filters")), "fields": ["name"], "limit_page_length": 0}
                return JSONResponse({"message": len(self._list(str(query["doctype"]), asked, key))})
            case "frappe.client.get_single_value":
                if str(query["doctype"]) not in key.readable:
                    raise Refusal("PermissionError", f"No permission for {query['doctype']}")
                return JSONResponse({"message": self.time_zone})
            case "frappe.client.get_time_zone":
                return JSONResponse({"message": {"time_zone": key.time_zone or self.time_zone}})
            case "frappe.client.has_permission":
                return JSONResponse({"message": {"has_permission": self._has(query, key)}})
            case "frappe.auth.get_logged_user":
                return JSONResponse({"message": key.user})
            case "frappe.utils.change_log.get_versions":
                told = {
                    "title": "ERPNext",
                    "version": f"{self.version}.9.1",
                    "branch": f"version-{self.version}",
                }
                return JSONResponse({"message": {"frappe": {**told, "title": "Frappe"}, "erpnext": told}})
            case "frappe.utils.print_format.download_pdf":
                return await self._pdf(query, key)
        raise Refusal("ValidationError", f"Failed to get method for command {method}")

    def _has(self, query: Mapping[str, object], key: Key) -> bool:
        doctype, right = str(query["doctype"]), str(query["perm_type"])
        if query["docname"] != "":
            raise Refusal("DoesNotExistError", f"{doctype} {query['docname']} not found")
        if right in ("read", "select"):
            return doctype in key.readable
        if right == "print":
            return doctype in key.printable
        if doctype == "File":
            return True  # role "All" may create and write files, whoever it is
        return key.may_write and doctype in key.readable

    def _list(self, doctype: str, query: Mapping[str, object], key: Key) -> list[dict[str, object]]:
        if doctype not in key.readable or doctype not in DOCTYPES:
            # One answer for a doctype that is not there and one that may not be read.
            raise Refusal("PermissionError", f"Insufficient Permission for <strong>{doctype}</strong>")
        docs: Sequence[Doc] = self.documents.get(doctype, [])
        if doctype == "File" and not key.desk:
            docs = [doc for doc in docs if doc.get("owner") == key.user]
        return listed(doctype, docs, query, version=self.version)

    def _resource(self, asked: Asked, key: Key) -> Response:
        parts = [unquote(part) for part in asked.path.removeprefix("/api/resource/").split("/")]
        if len(parts) == 1:
            query = {name: _parsed(value) for name, value in asked.query.items()}
            query.setdefault("limit_page_length", query.get("limit") or 20)
            query.setdefault("fields", ["name"])
            return JSONResponse({"data": self._list(parts[0], query, key)})
        doctype, name = parts
        if doctype not in key.readable or (asked.method == "PUT" and not key.may_write):
            raise Refusal("PermissionError", f"No permission for <b>{doctype}</b>")
        for doc in self.documents.get(doctype, []):
            if doc["name"] == name:
                if asked.method == "PUT":
                    doc |= asked.query
                return JSONResponse({"data": doc})
        raise Refusal("DoesNotExistError", f"{doctype} {name} not found")

    async def _pdf(self, query: Mapping[str, object], key: Key) -> Response:
        """Whoever's it is and whatever its state: only the right to print is asked."""
        doctype, name = str(query["doctype"]), str(query["name"])
        if doctype not in key.printable:
            raise Refusal("PermissionError", "No print permission")
        found = [doc for doc in self.documents.get(doctype, []) if doc["name"] == name]
        if not found:
            raise Refusal("DoesNotExistError", f"{doctype} {name} not found")
        await asyncio.sleep(self.pdf_seconds)
        told = f"{doctype} {name} docstatus {found[0]['docstatus']} format {query.get('format', 'Standard')}"
        headers = {"Content-Disposition": f"inline; filename={name.replace('/', '-')}.pdf"}
        return Response(pdf(told), media_type="application/pdf", headers=headers)

    def _private_file(self, asked: Asked, key: Key) -> Response:
        fid = asked.query.get("fid")
        for doc in self.documents.get("File", []):
            meant = doc["file_url"] == asked.path and fid in (None, doc["name"])
            if meant and doc["attached_to_doctype"] in key.readable and asked.path in self.files:
                return Response(self.files[asked.path], media_type="application/octet-stream")
        return PlainTextResponse("You don't have permission to access this file", status_code=403)


def pdf(told: str) -> bytes:
    return b"%PDF-1.7\n% " + told.encode() + b"\n" + b"x" * 2000 + b"\n%%EOF\n"


def refused(refusal: Refusal) -> Response:
    """The error as Frappe writes it: JSON in strings in JSON, with a traceback and HTML inside."""
    traceback = (
        'Traceback (most recent call last):\n  File "apps/frappe/frappe/app.py", line 114, in application\n'
        f"frappe.exceptions.{refusal.kind}: {refusal.message}\n"
    )
    message = {"message": refusal.message, "title": "Message", "indicator": "red", "raise_exception": 1}
    told: dict[str, object] = {"exc_type": refusal.kind}
    if refusal.kind != "AuthenticationError":
        told |= {
            "exception": f"frappe.exceptions.{refusal.kind}: {refusal.message}",
            "exc": json.dumps([traceback]),
            "_server_messages": json.dumps([json.dumps(message)]),
        }
    return JSONResponse(told, status_code=refusal.status)


def _parsed(value: object) -> object:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        return json.loads(value)
    return value

"""The pages' routes: which address is answered by what.

GET  /app/                    the orders' page, the same for everybody: it holds no data
GET  /app/site/{name}         what it is made of
POST /app/api/session         Telegram's word for a session
GET  /app/api/words           what the page says before it knows whose it is
GET  /app/api/start           whose orders these are
POST /app/api/company         another of the person's companies
GET  /app/api/orders          a list, searched and narrowed
GET  /app/api/order           one order
POST /app/api/document        a link to one document
GET, POST /app/open/{token}   a link that opens the orders: looked at, and pressed
GET, POST /app/file/{token}   a link that opens a document: looked at, and pressed

A session is a bearer token in a header, so nothing is done by a request another site makes.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.answers.browsing import (
    LONGEST_SEARCH,
    STATES,
    Hurried,
    Search,
    browse,
    find_document,
    look_at,
    write_down,
)
from bot.answers.failures import erp_failure
from bot.answers.files import Files
from bot.bodies import body_of
from bot.chat.files import OrderFile
from bot.chat.people import Reader
from bot.chat.phrases import Clock, Phrase
from bot.chat.replies import Say
from bot.delivery import FileNotAvailable
from bot.erp.errors import ErpError, ErpRateLimited, ErpUnavailable
from bot.pages.leaves import Leaves, security_headers
from bot.pages.sessions import Ticket
from bot.pages.views import PERIODS, References, Views
from bot.pages.visits import Porter, Refused, Visit

ROOT = "/app"
LONGEST_BODY = 16 * 1024

Endpoint = Callable[[Request], Awaitable[Response]]
Answered = Callable[[Request, Visit], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Pages:
    """What pages are served from. `framed_by` are origins that may show them in a frame."""

    porter: Porter
    views: Views
    references: References
    files: Files
    leaves: Leaves
    framed_by: str

    def routes(self) -> tuple[BaseRoute, ...]:
        """Everything under `/app`."""
        return (
            Route(ROOT, self._guarded(_to_root)),
            Route(f"{ROOT}/", self._guarded(self._index)),
            Route(f"{ROOT}/site/{{name}}", self._guarded(self._site)),
            Route(f"{ROOT}/api/session", self._guarded(self._enter), methods=["POST"]),
            Route(f"{ROOT}/api/words", self._guarded(self._words)),
            Route(f"{ROOT}/api/start", self._visited(self._start)),
            Route(f"{ROOT}/api/company", self._visited(self._company), methods=["POST"]),
            Route(f"{ROOT}/api/orders", self._visited(self._orders)),
            Route(f"{ROOT}/api/order", self._visited(self._order)),
            Route(f"{ROOT}/api/document", self._visited(self._document), methods=["POST"]),
            Route(f"{ROOT}/open/{{token}}", self._guarded(self._look_at_orders), methods=["GET"]),
            Route(f"{ROOT}/open/{{token}}", self._guarded(self._open_orders), methods=["POST"]),
            Route(f"{ROOT}/file/{{token}}", self._guarded(self._look_at_file), methods=["GET"]),
            Route(f"{ROOT}/file/{{token}}", self._guarded(self._open_file), methods=["POST"]),
        )

    # The page, and what it asks for

    async def _index(self, request: Request) -> Response:
        return self.leaves.file("index.html") or Response(status_code=404)

    async def _site(self, request: Request) -> Response:
        return self.leaves.file(request.path_params["name"]) or Response(status_code=404)

    async def _words(self, request: Request) -> Response:
        reader = self._reader(request)
        return _json({"locale": reader.locale, "words": self.views.words(reader)})

    async def _enter(self, request: Request) -> Response:
        body = await _body(request)
        token = await self.porter.enter(_text(body, "init_data"), _text(body, "time_zone")[:64])
        return _json({"session": token})

    async def _start(self, request: Request, visit: Visit) -> Mapping[str, Any]:
        return self.views.start(visit.access, visit.company, visit.reader)

    async def _company(self, request: Request, visit: Visit) -> Mapping[str, Any]:
        chosen = _text(await _body(request), "company")
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 16):
            raise _bad_request()
        turned = await self.porter.turn_to(_bearer(request), visit, int(chosen))
        return self.views.start(turned.access, turned.company, turned.reader)

    async def _orders(self, request: Request, visit: Visit) -> Mapping[str, Any]:
        search = self._search(request, visit)
        listed = await browse(self.porter.desk, visit.turn, visit.company, search)
        return self.views.listed(visit.company, search, listed, visit.reader)

    async def _order(self, request: Request, visit: Visit) -> Mapping[str, Any]:
        place = self.references.order(request.query_params.get("reference", ""))
        if place is None or place.company_id != visit.company.company_id:
            raise self._not_found(visit)
        looked = await look_at(
            self.porter.desk, visit.turn, visit.company, place.erp, place.company_key, place.order_number
        )
        if looked is None:
            raise self._not_found(visit)
        return self.views.order(visit.company, looked, visit.reader)

    async def _document(self, request: Request, visit: Visit) -> Mapping[str, Any]:
        """A link of ours to a document; what it is and who may have it is asked again when it is pressed."""
        found = self.references.document(_text(await _body(request), "reference"))
        if found is None or found[0].company_id != visit.company.company_id:
            raise self._not_found(visit)
        place, id = found
        document = await find_document(
            self.porter.desk, visit.turn, visit.company, place.erp, place.company_key, place.order_number, id
        )
        if document is None:
            raise self._not_found(visit)
        token = await self.porter.sessions.ticket(
            visit.user, visit.company.company_id, "file", visit.reader, document
        )
        return {"path": f"{ROOT}/file/{token}"}

    def _search(self, request: Request, visit: Visit) -> Search:
        given = request.query_params
        if reference := given.get("next", ""):
            found = self.references.next(reference)
            if found is None or found[0] != visit.company.company_id:
                raise _bad_request()
            return found[1]
        text, state, days = given.get("text", ""), given.get("state", ""), given.get("days", "0")
        known = state in ("", *STATES) and days in {str(one) for one in PERIODS}
        if len(text) > LONGEST_SEARCH or not known:
            raise _bad_request()
        return Search(text=text, state=state, days=int(days))

    def _not_found(self, visit: Visit) -> Refused:
        return Refused(404, Phrase("not_found", {"company": visit.company.name}))

    # Links

    async def _look_at_orders(self, request: Request) -> Response:
        ticket = await self.porter.sessions.looked_at(request.path_params["token"], "orders")
        return self._link_page(ticket, "open")

    async def _open_orders(self, request: Request) -> Response:
        session, ticket = await self.porter.redeem(request.path_params["token"])
        say = self.views.say
        return self.leaves.link_page(
            ticket.reader,
            title=say(Phrase("page_open_title"), ticket.reader),
            text=say(Phrase("page_loading"), ticket.reader),
            session=session,
        )

    async def _look_at_file(self, request: Request) -> Response:
        ticket = await self.porter.sessions.looked_at(request.path_params["token"], "file")
        return self._link_page(ticket, "file")

    async def _open_file(self, request: Request) -> Response:
        ticket = await self.porter.sessions.redeemed(request.path_params["token"], "file")
        if ticket is None or ticket.file is None:
            raise Refused(404, Phrase("page_link_over"))
        return _Handed(self, ticket, ticket.file)

    def _link_page(self, ticket: Ticket | None, what: str) -> Response:
        """A link as whoever follows it first sees it: nothing of any company, and a button."""
        if ticket is None:
            raise Refused(404, Phrase("page_link_over"))
        say = self.views.say
        until = Clock(ticket.ends_at)
        return self.leaves.link_page(
            ticket.reader,
            title=say(Phrase(f"page_{what}_title"), ticket.reader),
            text=say(Phrase(f"page_{what}_text", {"until": until}), ticket.reader),
            button=say(Phrase(f"page_{what}_button"), ticket.reader),
        )

    def said(self, request: Request, refused: Refused) -> Response:
        """A refusal in the reader's language: as data for the page, as a page for a link."""
        reader = refused.reader or self._reader(request)
        text = self.views.say(refused.phrase, reader)
        if request.url.path.startswith(f"{ROOT}/api/"):
            return _json({"error": text, "ended": refused.status == 401}, refused.status)
        title = self.views.say(Phrase("page_title"), reader)
        return self.leaves.link_page(reader, title=title, text=text, status=refused.status)

    def headers(self, request: Request) -> Mapping[str, str]:
        # What a link opens has no business in a frame.
        link = request.url.path.startswith((f"{ROOT}/open/", f"{ROOT}/file/"))
        return security_headers("" if link else self.framed_by)

    def _reader(self, request: Request) -> Reader:
        return self.porter.reader_of(request.headers.get("accept-language", "")[:100])

    # Around every request

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            try:
                response = await endpoint(request)
            except Refused as refused:
                response = self.said(request, refused)
            response.headers.update(self.headers(request))
            return response

        return answer

    def _visited(self, endpoint: Answered) -> Endpoint:
        """An endpoint for somebody whose session holds; what they did is written down, however it ends."""

        async def answer(request: Request) -> Response:
            visit = await self.porter.visit(_bearer(request))
            try:
                return _json(await endpoint(request, visit))
            except Refused as refused:
                refused.reader = refused.reader or visit.reader
                raise
            except Hurried as hurried:
                raise Refused(429, Phrase("slow_down", {"count": hurried.seconds}), visit.reader) from hurried
            except ErpError as failure:
                structlog.get_logger().warning("erp_failed", reason=failure.reason, page=request.url.path)
                self.porter.desk.record(visit.turn, "lookup", failure.reason)
                raise _of_erp(failure, visit.reader) from failure
            finally:
                await write_down(self.porter.desk, visit.turn)

        return self._guarded(answer)


class _Handed(Response):
    """A document as it comes from the ERP, in the right its person has when it begins."""

    def __init__(self, pages: Pages, ticket: Ticket, file: OrderFile) -> None:
        super().__init__()
        self._pages = pages
        self._ticket = ticket
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ticket, request = self._ticket, Request(scope)
        try:
            async with self._pages.files.stream(ticket.user, self._file) as stream:
                headers = {
                    "Content-Disposition": f'attachment; filename="{stream.filename}"',
                    "Cache-Control": "no-store",
                    **self._pages.headers(request),
                }
                if stream.size is not None:
                    headers["Content-Length"] = str(stream.size)
                response = StreamingResponse(stream.chunks, media_type=stream.media_type, headers=headers)
                await response(scope, receive, send)
        except FileNotAvailable as unavailable:
            refused = self._pages.said(request, Refused(404, unavailable.phrase, ticket.reader))
            refused.headers.update(self._pages.headers(request))
            await refused(scope, receive, send)


def _of_erp(failure: ErpError, reader: Reader) -> Refused:
    said = next(part.phrase for part in erp_failure(failure).parts if isinstance(part, Say))
    return Refused(503 if isinstance(failure, ErpUnavailable | ErpRateLimited) else 502, said, reader)


async def _to_root(request: Request) -> Response:
    return RedirectResponse(f"{ROOT}/")


def _json(content: Mapping[str, Any], status: int = 200) -> JSONResponse:
    return JSONResponse(content, status, headers={"Cache-Control": "no-store"})


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _body(request: Request) -> Mapping[str, Any]:
    # A page elsewhere cannot send this content type without asking first, and we never consent.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise _bad_request(415)
    received = await body_of(request, most=LONGEST_BODY)
    if received is None:
        raise _bad_request(413)
    try:
        body = json.loads(received)
    except (ValueError, RecursionError) as error:
        raise _bad_request() from error
    if not isinstance(body, dict):
        raise _bad_request()
    return body


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise _bad_request()
    return value


def _bad_request(status: int = 400) -> Refused:
    return Refused(status, Phrase("page_bad_request"))

"""The pages' routes: which address is answered by what.

GET  /app/                    the orders' page, the same for everybody: it holds no data
GET  /app/site/{name}         what it is made of
POST /app/api/session         Telegram's word for a session
GET  /app/api/words           what the page says before it knows whose it is
GET  /app/api/start           whose orders these are
POST /app/api/company         another of the person's companies
GET  /app/api/orders          a list, searched and narrowed
GET  /app/api/order           one order
POST /app/api/document        where one document is fetched from
GET, POST /app/open/{token}   a link that opens the orders: looked at, and pressed

and those of `handover`, for documents. A session is a bearer token in a header, so nothing is done by a
request another site makes.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.answers.browsing import (
    LONGEST_SEARCH,
    STATES,
    Search,
    browse,
    find_document,
    look_at,
    write_down,
)
from bot.answers.failures import erp_failure
from bot.answers.hurry import Hurried
from bot.chat.files import OrderFile
from bot.chat.people import Reader
from bot.chat.phrases import Clock, Phrase
from bot.chat.replies import Say
from bot.erp.errors import ErpError, ErpRateLimited, ErpUnavailable
from bot.pages.answering import ROOT, Answering, Endpoint, bad_request, body, json_answer, text
from bot.pages.handover import Handover
from bot.pages.views import PERIODS, References, Views
from bot.pages.visits import Porter, Refused, Visit, link_over

Answered = Callable[[Request, Visit], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Pages:
    """What pages are served from."""

    around: Answering
    references: References
    handover: Handover

    @property
    def porter(self) -> Porter:
        return self.around.porter

    @property
    def views(self) -> Views:
        return self.around.views

    def routes(self) -> tuple[BaseRoute, ...]:
        """Everything under `/app`."""
        guarded = self.around.guarded
        return (
            Route(ROOT, guarded(_to_root)),
            Route(f"{ROOT}/", guarded(self._index)),
            Route(f"{ROOT}/site/{{name}}", guarded(self._site)),
            Route(f"{ROOT}/api/session", guarded(self._enter), methods=["POST"]),
            Route(f"{ROOT}/api/words", guarded(self._words)),
            Route(f"{ROOT}/api/start", self._visited(self._start)),
            Route(f"{ROOT}/api/company", self._visited(self._company), methods=["POST"]),
            Route(f"{ROOT}/api/orders", self._visited(self._orders)),
            Route(f"{ROOT}/api/order", self._visited(self._order)),
            Route(f"{ROOT}/api/document", self._visited(self._document), methods=["POST"]),
            Route(f"{ROOT}/open/{{token}}", guarded(self._look_at_orders), methods=["GET"]),
            Route(f"{ROOT}/open/{{token}}", guarded(self._open_orders), methods=["POST"]),
            *self.handover.routes(),
        )

    # The page, and what it asks for

    async def _index(self, request: Request) -> Response:
        return self.around.leaves.file("index.html") or Response(status_code=404)

    async def _site(self, request: Request) -> Response:
        return self.around.leaves.file(request.path_params["name"]) or Response(status_code=404)

    async def _words(self, request: Request) -> Response:
        reader = self.around.reader(request)
        return json_answer({"locale": reader.locale, "words": self.views.words(reader)})

    async def _enter(self, request: Request) -> Response:
        given = await body(request)
        token = await self.porter.enter(text(given, "init_data"), text(given, "time_zone")[:64])
        return json_answer({"session": token})

    async def _start(self, request: Request, visit: Visit) -> Mapping[str, Any]:
        return self.views.start(visit.access, visit.company, visit.reader)

    async def _company(self, request: Request, visit: Visit) -> Mapping[str, Any]:
        chosen = text(await body(request), "company")
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 16):
            raise bad_request()
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
        """Where a document is fetched from; what it is and who may have it is asked again then."""
        given = await body(request)
        found = self.references.document(text(given, "reference"))
        if found is None or found[0].company_id != visit.company.company_id:
            raise self._not_found(visit)
        place, id = found
        document = await find_document(
            self.porter.desk, visit.turn, visit.company, place.erp, place.company_key, place.order_number, id
        )
        if document is None:
            raise self._not_found(visit)
        file = OrderFile(visit.company.company_id, document)
        token = await self.handover.promises.make(visit.user, file, visit.reader)
        telegram = given.get("in_telegram") is True
        return await self.handover.way_to(token, visit.user, file, visit.reader, telegram=telegram)

    def _search(self, request: Request, visit: Visit) -> Search:
        given = request.query_params
        if reference := given.get("next", ""):
            found = self.references.next(reference)
            if found is None or found[0] != visit.company.company_id:
                raise bad_request()
            return found[1]
        words, state, days = given.get("text", ""), given.get("state", ""), given.get("days", "0")
        known = state in ("", *STATES) and days in {str(one) for one in PERIODS}
        if len(words) > LONGEST_SEARCH or not known:
            raise bad_request()
        return Search(text=words, state=state, days=int(days))

    def _not_found(self, visit: Visit) -> Refused:
        return Refused(404, Phrase("not_found", {"company": visit.company.name}))

    # Links

    async def _look_at_orders(self, request: Request) -> Response:
        """A link as whoever follows it first sees it: nothing of any company, and a button."""
        ticket = await self.porter.sessions.looked_at(request.path_params["token"])
        if ticket is None:
            raise link_over()
        return self._link_page(
            ticket.reader,
            Phrase("page_open_text", {"until": Clock(ticket.ends_at)}),
            button=self.views.say(Phrase("page_open_button"), ticket.reader),
        )

    async def _open_orders(self, request: Request) -> Response:
        session, ticket = await self.porter.redeem(request.path_params["token"])
        return self._link_page(ticket.reader, Phrase("page_loading"), session=session)

    def _link_page(self, reader: Reader, said: Phrase, *, button: str = "", session: str = "") -> Response:
        say = self.views.say
        return self.around.leaves.link_page(
            reader,
            title=say(Phrase("page_open_title"), reader),
            text=say(said, reader),
            button=button,
            session=session,
        )

    # Around every request

    def _visited(self, endpoint: Answered) -> Endpoint:
        """An endpoint for somebody whose session holds; what they did is written down, however it ends."""

        async def answer(request: Request) -> Response:
            visit = await self.porter.visit(_bearer(request))
            try:
                return json_answer(await endpoint(request, visit))
            except Refused as refused:
                refused.reader = refused.reader or visit.reader
                raise
            except Hurried as hurried:
                raise Refused(429, hurried.said, visit.reader) from hurried
            except ErpError as failure:
                structlog.get_logger().warning("erp_failed", reason=failure.reason, page=request.url.path)
                self.porter.desk.record(visit.turn, "lookup", failure.reason)
                raise _of_erp(failure, visit.reader) from failure
            finally:
                await write_down(self.porter.desk, visit.turn)

        return self.around.guarded(answer)


def _of_erp(failure: ErpError, reader: Reader) -> Refused:
    said = next(part.phrase for part in erp_failure(failure).parts if isinstance(part, Say))
    return Refused(503 if isinstance(failure, ErpUnavailable | ErpRateLimited) else 502, said, reader)


async def _to_root(request: Request) -> Response:
    return RedirectResponse(f"{ROOT}/")


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""

"""What every request to a page has around it: its headers, its refusals in words, its body read."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.bodies import body_of
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.pages.leaves import Leaves, security_headers
from bot.pages.views import Views
from bot.pages.visits import Porter, Refused

ROOT = "/app"
OPENED_BY_A_LINK = f"{ROOT}/open/"
FETCHED = f"{ROOT}/fetch/"
LONGEST_BODY = 16 * 1024

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class Answering:
    """How requests are answered. `framed_by` are origins that may show the pages in a frame."""

    porter: Porter
    views: Views
    leaves: Leaves
    framed_by: str

    def guarded(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint whose refusals are said, and whose every answer has its headers."""

        async def answer(request: Request) -> Response:
            try:
                response = await endpoint(request)
            except Refused as refused:
                response = self.said(request, refused)
            response.headers.update(self.headers(request))
            return response

        return answer

    def said(self, request: Request, refused: Refused) -> Response:
        """A refusal in the reader's language: as data for the page, as a page for a link."""
        reader = refused.reader or self.reader(request)
        text, title = self.views.say(refused.phrase, reader), self.views.say(refused.title, reader)
        if request.url.path.startswith(f"{ROOT}/api/"):
            told = {"error": text, "title": title, "ended": refused.status == 401}
            return json_answer(told, refused.status)
        return self.leaves.link_page(reader, title=title, text=text, status=refused.status)

    def headers(self, request: Request) -> Mapping[str, str]:
        # What a link opens or a browser fetches has no business in a frame.
        alone = request.url.path.startswith((OPENED_BY_A_LINK, FETCHED))
        return security_headers("" if alone else self.framed_by)

    def reader(self, request: Request) -> Reader:
        """Somebody of whom only their browser's languages are known."""
        return self.porter.reader_of(request.headers.get("accept-language", "")[:100])


def json_answer(content: Mapping[str, Any], status: int = 200) -> JSONResponse:
    return JSONResponse(content, status, headers={"Cache-Control": "no-store"})


async def body(request: Request) -> Mapping[str, Any]:
    """The JSON object a page has sent; raises Refused."""
    # A page elsewhere cannot send this content type without asking first, and we never consent.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise bad_request(415)
    received = await body_of(request.receive, most=LONGEST_BODY)
    if received is None:
        raise bad_request(413)
    try:
        read = json.loads(received)
    except (ValueError, RecursionError) as error:
        raise bad_request() from error
    if not isinstance(read, dict):
        raise bad_request()
    return read


def text(body: Mapping[str, Any], name: str) -> str:
    """A text of a body, empty where it has none; raises Refused for anything else."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise bad_request()
    return value


def bad_request(status: int = 400) -> Refused:
    return Refused(status, Phrase("page_bad_request"))

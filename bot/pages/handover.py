"""Handing a promised document over: to the person it was promised to, by whatever fetches it for them.

GET  /app/file/{token}    the page behind the button in the chat, the same for everybody: it holds no data
POST /app/api/promise     Telegram's word on who opened it, for what they were promised
POST /app/api/proof       the same word once more, for the address the file is fetched from
GET  /app/fetch/{proof}   the file

Somebody else, and somebody whose right has ended, reads the words of a link that was used or never was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.answers.files import Files
from bot.chat.files import OrderFile
from bot.chat.people import ChatUser, Reader
from bot.chat.phrases import Clock, Phrase
from bot.delivery import FileNotAvailable
from bot.pages.answering import FETCHED, ROOT, Answering, body, json_answer, text
from bot.pages.init_data import Vouched
from bot.pages.promises import ASKED_BY_A_BROWSER, ASKED_BY_TELEGRAM, Promise, Promises
from bot.pages.visits import Refused, link_over

_NO_LONGER_THEIRS = "file_not_there"
_LATER_PERHAPS = "file_erp_down"
_HEADING = Phrase("page_file_heading")


@dataclass(frozen=True, kw_only=True)
class Handover:
    """Where promised documents are asked for and fetched."""

    around: Answering
    promises: Promises
    files: Files

    def routes(self) -> tuple[BaseRoute, ...]:
        guarded = self.around.guarded
        return (
            Route(f"{ROOT}/file/{{token}}", guarded(self._page), methods=["GET"]),
            Route(f"{ROOT}/api/promise", guarded(self._promise), methods=["POST"]),
            Route(f"{ROOT}/api/proof", guarded(self._proof), methods=["POST"]),
            Route(f"{FETCHED}{{proof}}", guarded(self._fetch), methods=["GET"]),
        )

    async def way_to(
        self, token: str, user: ChatUser, file: OrderFile, reader: Reader, *, telegram: bool
    ) -> Mapping[str, Any]:
        """Where a promised file is fetched from just now, and what it is called; raises Refused.

        The ERP is asked for it, so that what it does not hand over is said before anything is fetched.
        """
        try:
            async with self.files.stream(user, file) as stream:
                name = stream.filename
        except FileNotAvailable as unavailable:
            raise _refused(unavailable, reader) from unavailable
        asked = ASKED_BY_TELEGRAM if telegram else ASKED_BY_A_BROWSER
        return {"path": f"{FETCHED}{self.promises.proof(token, asked=asked)}", "name": name}

    async def _page(self, request: Request) -> Response:
        return self.around.leaves.file("file.html") or Response(status_code=404)

    async def _promise(self, request: Request) -> Response:
        _, promise = await self._promised(request)
        say, reader, number = self.around.views.say, promise.reader, promise.file.document.order_number
        return json_answer(
            {
                "locale": reader.locale,
                "title": say(Phrase("page_file_title"), reader),
                "file": say(Phrase("file_caption", {"kind": promise.file.name, "number": number}), reader),
                "text": say(Phrase("page_file_text", {"until": Clock(promise.ends_at)}), reader),
                "button": say(Phrase("page_file_button"), reader),
                "starts": say(Phrase("page_file_starts"), reader),
            }
        )

    async def _proof(self, request: Request) -> Response:
        token, promise = await self._promised(request)
        way = await self.way_to(token, promise.user, promise.file, promise.reader, telegram=True)
        return json_answer(way)

    async def _fetch(self, request: Request) -> Response:
        proof = request.path_params["proof"]
        if request.method == "HEAD":
            # Telegram's app for iOS asks for the size so.
            promise = await self.promises.fetching(proof)
            if promise is None:
                raise link_over(self.around.reader(request))
            answer = Response(headers={"Cache-Control": "no-store", **self.allowed(request)})
            # How large it is, the ERP alone knows.
            del answer.headers["content-length"]
            return answer
        promise = await self.promises.fetched(proof)
        if promise is None:
            raise link_over(self.around.reader(request))
        return _Handed(self, promise)

    async def _promised(self, request: Request) -> tuple[str, Promise]:
        """What the person was promised for whom Telegram vouches; raises Refused."""
        given = await body(request)
        try:
            found = self.around.porter.vouched(text(given, "init_data"))
        except Refused as refused:
            refused.title = _HEADING
            raise
        token = text(given, "promise")
        return token, await self._theirs(token, found)

    async def _theirs(self, token: str, found: Vouched) -> Promise:
        promise = await self.promises.of(token, found.user)
        reader = self.around.porter.reader_of(found.language)
        if promise is None:
            structlog.get_logger().warning("page_not_opened", reason="not_promised")
            raise link_over(reader)
        try:
            await self.files.decide(promise.user, promise.file)
        except FileNotAvailable as unavailable:
            raise link_over(reader) from unavailable
        return promise

    def allowed(self, request: Request) -> Mapping[str, str]:
        """What lets Telegram's apps in a browser read it, whose frames the pages are in."""
        # Source: https://core.telegram.org/bots/webapps, DownloadFileParams
        origin = request.headers.get("origin", "")
        if origin not in self.around.framed_by.split():
            return {"Vary": "Origin"}
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


class _Handed(Response):
    """A document as it comes from the ERP, in the right its person has when it begins."""

    def __init__(self, door: Handover, promise: Promise) -> None:
        super().__init__()
        self._door = door
        self._promise = promise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        promise, request = self._promise, Request(scope)
        around = self._door.around
        try:
            async with self._door.files.stream(promise.user, promise.file) as stream:
                headers = {
                    "Content-Disposition": f'attachment; filename="{stream.filename}"',
                    "Cache-Control": "no-store",
                    **self._door.allowed(request),
                    **around.headers(request),
                }
                if stream.size is not None:
                    headers["Content-Length"] = str(stream.size)
                response = StreamingResponse(stream.chunks, media_type=stream.media_type, headers=headers)
                await response(scope, receive, send)
        except FileNotAvailable as unavailable:
            refused = around.said(request, _refused(unavailable, promise.reader))
            refused.headers.update(around.headers(request))
            await refused(scope, receive, send)


def _refused(unavailable: FileNotAvailable, reader: Reader) -> Refused:
    if unavailable.phrase.key == _NO_LONGER_THEIRS:
        return link_over(reader)
    status = 503 if unavailable.phrase.key == _LATER_PERHAPS else 404
    return Refused(status, unavailable.phrase, reader, title=_HEADING)

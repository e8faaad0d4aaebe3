"""What the bot calls: Web API, uploads, response_urls and files, for all workspaces at one address."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from bot.demo.slack_double.arguments import checked, read_arguments, real_methods
from bot.demo.slack_double.content import check_layouts
from bot.demo.slack_double.installed import Installed
from bot.demo.slack_double.oauth import OAuth
from bot.demo.slack_double.refusals import Refusal, mistake
from bot.demo.slack_double.socket import Sockets
from bot.demo.slack_double.uploads import StoredFile
from bot.demo.trouble import Trouble

_NOT_PLAYED = ("a scope the manifest does not ask for",)


class Web:
    """The routes; a call is answered by the workspace whose token it carries."""

    def __init__(
        self,
        installed: Sequence[Installed],
        *,
        granted: frozenset[str],
        oauth: OAuth | None = None,
        sockets: Sockets | None = None,
        app_token: str = "",
    ) -> None:
        self._oauth = oauth
        self._sockets = sockets
        self._app_token = app_token
        self.violations: list[str] = []
        self.calls: list[str] = []
        self.queries: list[str] = []
        self._installed = installed
        self._granted = granted
        self._real_methods = real_methods()
        self.trouble: Trouble[tuple[str, int]] = Trouble()

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/{method}", self._method, methods=["GET", "POST"]),
                Route("/upload/{file_id}", self._upload, methods=["POST"]),
                Route("/response/{token}", self._response, methods=["POST"]),
                Route("/files/{file_id}", self._file),
                *([WebSocketRoute("/socket", self._sockets.serve)] if self._sockets else ()),
            ]
        )

    def file(self, file_id: str) -> StoredFile | None:
        found = (one.uploads.get(file_id) for one in self._installed)
        return next((stored for stored in found if stored is not None), None)

    async def _method(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.queries.append(request.url.query)

        async def answer() -> Response:
            given, typed = await read_arguments(request)
            if method == "oauth.v2.access" and self._oauth is not None:
                return JSONResponse({"ok": True, **self._oauth.access(checked(method, given, typed=typed))})
            if method == "apps.connections.open" and self._sockets is not None:
                return JSONResponse({"ok": True, "url": self._socket_url(request)})
            at = self._by_token(request, given)
            if method not in self._real_methods:
                raise mistake("unknown_method", method)
            values = checked(method, given, typed=typed)
            check_layouts(method, values)
            scopes, call = at.api.methods.get(method, (_NOT_PLAYED, None))
            if call is None or (scopes and not self._granted.intersection(scopes)):
                raise mistake("missing_scope", f"{method} needs {' or '.join(scopes)}")
            try:
                told = call(values)
            except Refusal as refusal:
                raise self._judged(refusal, values, at) from refusal
            granted = {"X-OAuth-Scopes": ",".join(sorted(self._granted))}
            return JSONResponse({"ok": True, **told}, headers=granted)

        return await self._guarded(method, answer)

    def _judged(self, refusal: Refusal, values: Mapping[str, Any], at: Installed) -> Refusal:
        """What another workspace has was asked with the wrong token, which a right caller never does."""
        if refusal.error in ("channel_not_found", "user_not_found", "no_such_subteam"):
            for other in self._installed:
                if other is not at and any(map(other.owns, values.values())):
                    return mistake(refusal.error, f"the token is of {at.team.id}, not of {other.team.id}")
        return refusal

    async def _upload(self, request: Request) -> Response:
        async def answer() -> Response:
            if "authorization" in request.headers:
                raise mistake("invalid_arguments", "the token was sent to the file store")
            file_id = request.path_params["file_id"]
            at = self._first(lambda one: one.uploads.knows(file_id))
            await at.uploads.receive(file_id, request)
            return PlainTextResponse("OK")

        return await self._guarded("upload", answer, refused_status=400)

    async def _response(self, request: Request) -> Response:
        async def answer() -> Response:
            body, _ = await read_arguments(request)
            token = request.path_params["token"]
            self._first(lambda one: one.responses.knows(token)).responses.use(token, body)
            return PlainTextResponse("ok")

        return await self._guarded("response_url", answer, refused_status=404)

    async def _file(self, request: Request) -> Response:
        stored = self.file(request.path_params["file_id"])
        if stored is None:
            return Response(status_code=404)
        return FileResponse(stored.path, media_type=stored.media_type, filename=stored.title)

    def _first(self, fits: Callable[[Installed], bool]) -> Installed:
        """Where it fits; the first, which then refuses, when it fits nowhere."""
        return next(filter(fits, self._installed), self._installed[0])

    def _socket_url(self, request: Request) -> str:
        if self._sockets is None or request.headers.get("authorization") != f"Bearer {self._app_token}":
            raise mistake("invalid_auth", "an app-level token, xapp-…, opens a socket")
        return f"ws://{request.url.netloc}/socket?ticket={self._sockets.ticket()}"

    def _by_token(self, request: Request, given: Mapping[str, Any]) -> Installed:
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or given.get("token")
        if not token:
            raise mistake("not_authed")
        for one in self._installed:
            if one.token == token:
                return one
        # No mistake of the caller's: a token is wrong, too, once somebody has revoked it.
        raise Refusal("invalid_auth")

    async def _guarded(
        self, method: str, answer: Callable[[], Awaitable[Response]], *, refused_status: int = 200
    ) -> Response:
        self.calls.append(method)
        if failure := await self.trouble.before(method):
            return _failure(*failure)
        try:
            answered = await answer()
            return _failure("http_503", 0) if await self.trouble.loses(method) else answered
        except Refusal as refusal:
            if refusal.fault:
                self.violations.append(" ".join((f"{method}: {refusal.error}", *refusal.messages)))
            body = {
                "ok": False,
                "error": refusal.error,
                "response_metadata": {"messages": list(refusal.messages)},
            }
            return JSONResponse(body, refused_status)


def _failure(error: str, retry_after: int) -> Response:
    if error.startswith("http_"):
        return Response("<html>upstream is ill</html>", int(error[5:]), media_type="text/html")
    limited = error == "ratelimited"
    return JSONResponse(
        {"ok": False, "error": error},
        429 if limited else 200,
        headers={"Retry-After": str(retry_after)} if limited else None,
    )

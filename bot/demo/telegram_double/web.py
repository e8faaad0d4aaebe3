"""What the bot calls: the Bot API and the files, with the trouble a test or a person asks for."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.demo.telegram_double.arguments import read_arguments
from bot.demo.telegram_double.methods import Methods
from bot.demo.telegram_double.refusals import Refused
from bot.demo.telegram_double.signatures import checked, read_methods
from bot.demo.telegram_double.world import World
from bot.demo.trouble import Trouble


class Web:
    """The routes; a call is carried out where Telegram has such a method, and refused as it would refuse."""

    def __init__(self, world: World, methods: Methods, *, token: str, violate: Callable[[str], None]) -> None:
        self._world = world
        self._methods = methods
        self._token = token
        self._violate = violate
        self._known = read_methods()
        self.trouble: Trouble[tuple[int, Mapping[str, Any] | None]] = Trouble()
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.on_call: Callable[[str, Mapping[str, Any]], None] = lambda method, given: None

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
                Route("/file/bot{token}/documents/{file_id}", self._download),
                Route("/files/{file_id}", self._file),
                Route("/{path:path}", self._elsewhere, methods=["GET", "POST", "PUT", "DELETE"]),
            ],
        )

    async def _call(self, request: Request) -> Response:
        name = request.path_params["method"]
        try:
            result = await self._result(request, name)
        except Refused as refused:
            if refused.violation:
                self._violate(f"{name}: {refused.description}")
            return JSONResponse(refused.body(), refused.status)
        except Exception as error:
            # What Telegram would say to it, nobody here knows: let the test say so, and not a log.
            self._violate(f"{name}: not understood: {error!r}")
            raise
        return JSONResponse({"ok": True, "result": result})

    async def _result(self, request: Request, name: str) -> Any:
        if request.path_params["token"] != self._token:
            raise Refused("Unauthorized", 401)
        method = self._known.get(name.lower())
        call = self._methods.by_name.get(name.lower())
        if method is None or call is None:
            raise Refused("Not Found", 404)
        given = checked(
            method, await read_arguments(request, self._world.folder, largest=self._world.largest_upload)
        )
        self.calls.append((method.name, given))
        self.on_call(method.name, given)
        if failure := await self.trouble.before(name):
            raise _Failing(*failure)
        result = await call(given)
        if await self.trouble.loses(name):
            raise _Failing(503, None)
        return result

    async def _download(self, request: Request) -> Response:
        """What `getFile` gave the address of."""
        known = request.path_params["file_id"] in self._world.files
        if request.path_params["token"] != self._token or not known:
            return self._elsewhere(request)
        return await self._file(request)

    def _elsewhere(self, request: Request) -> Response:
        """An address at which Telegram has nothing, or nothing for this bot."""
        path = request.url.path.replace(self._token, "<token>")
        self._violate(f"{request.method} {path}: Not Found")
        return JSONResponse(Refused("Not Found", 404).body(), 404)

    async def _file(self, request: Request) -> Response:
        upload = self._world.files.get(request.path_params["file_id"])
        if upload is None:
            return Response(status_code=404)
        return FileResponse(upload.path, media_type=upload.media_type, filename=upload.name)


class _Failing(Refused):
    """A failure a test asked for."""

    def __init__(self, status: int, body: Mapping[str, Any] | None) -> None:
        super().__init__("Internal Server Error", status, violation=False)
        self._body = body

    def body(self) -> dict[str, Any]:
        return dict(self._body) if self._body is not None else super().body()

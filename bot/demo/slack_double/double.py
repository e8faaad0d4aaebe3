"""The stand-in as a whole: people act, the bot is called, the bot calls, people see."""

import asyncio
import copy
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.demo.events import Person, StageEvent
from bot.demo.slack_double import payloads
from bot.demo.slack_double.arguments import checked, read_arguments, real_methods
from bot.demo.slack_double.methods import WebApi
from bot.demo.slack_double.outgoing import ACKNOWLEDGE_SECONDS, Outgoing
from bot.demo.slack_double.refusals import Refusal, mistake
from bot.demo.slack_double.responses import Responses
from bot.demo.slack_double.uploads import StoredFile, Uploads
from bot.demo.slack_double.workspace import Channel, Posted, Workspace
from bot.handlers.slack.manifest import BOT_SCOPES


class SlackDouble:
    """Slack on loopback for one workspace, `T0CUSTOMER`, and one app with the manifest's scopes.

    `own_url` is where `app()` is served, without a slash at the end; set it before anybody acts. The
    bot's API address is `{own_url}/api/`. `violations` lists what a right caller never does; a test
    asserts that it is empty. Made inside or outside an event loop; `aclose` ends it.
    """

    def __init__(
        self,
        *,
        bot_url: str,
        signing_secret: str,
        bot_token: str,
        people: Sequence[Person],
        on_event: Callable[[StageEvent], None],
        own_url: str = "",
        channels: Sequence[Channel] = (Channel("C0ORDERS", "orders"),),
        command: str = "/order",
        scopes: Sequence[str] = BOT_SCOPES,
        patience_seconds: float = ACKNOWLEDGE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.own_url = own_url
        self.violations: list[str] = []
        self.calls: list[str] = []
        """The Web API methods called, in order; `response_url` and `upload` among them."""
        self.queries: list[str] = []
        """The query strings of those calls, which end up in the logs of proxies."""
        self._token = bot_token
        self._command = command
        self._scopes = frozenset(scopes)
        self._workspace = Workspace(people, channels, publish=on_event, clock=clock)
        self._uploads = Uploads()
        self._responses = Responses(self._workspace)
        self._api = WebApi(self._workspace, self._uploads, own_url=lambda: self.own_url)
        self._real_methods = real_methods()
        self._outgoing = Outgoing(bot_url, signing_secret, patience_seconds=patience_seconds)
        self._slow: dict[str, float] = {}
        self._failures: defaultdict[str, deque[tuple[str, int]]] = defaultdict(deque)

    def app(self) -> Starlette:
        """Web API, uploads, response_urls and files."""
        return Starlette(
            routes=[
                Route("/api/{method}", self._method, methods=["GET", "POST"]),
                Route("/upload/{file_id}", self._upload, methods=["POST"]),
                Route("/response/{token}", self._response, methods=["POST"]),
                Route("/files/{file_id}", self._file),
            ]
        )

    async def say(self, person: str, channel: str, text: str, *, thread_ts: str | None = None) -> int:
        """Write a message as a person; `<@U0ORDERBOT>` in it mentions the bot.

        Returns the HTTP status of the bot's answer to the event. In a channel without a mention no
        event is due and 204 is returned.
        """
        speaker = self._workspace.people[person]
        content = {"user": speaker.slack_user, "team": speaker.slack_team, "text": payloads.typed(text)}
        if thread_ts:
            content["thread_ts"] = thread_ts
        posted = self._workspace.post(channel, content)
        if not channel.startswith("D") and not payloads.mentions_bot(text):
            return 204
        return await self.send_event(payloads.spoken(speaker, posted))

    async def send_event(self, body: Mapping[str, Any]) -> int:
        """Sign and send an event of any shape."""
        return await self._outgoing.event(json.dumps(body).encode())

    async def command(self, person: str, channel: str, text: str) -> int:
        """Type the slash command with this text."""
        speaker = self._workspace.people[person]
        url = f"{self.own_url}/response/{self._responses.new(speaker, channel)}"
        form = payloads.slash_command(speaker, channel, self._channel_name(channel), self._command, text, url)
        return await self._outgoing.interaction(urlencode(form).encode())

    async def press(self, person: str, channel: str, message_ts: str, action_id: str) -> int:
        """Press a button the person sees; LookupError where they see none such."""
        presser = self._workspace.people[person]
        posted, button = self._button(presser, channel, message_ts, action_id)
        url = f"{self.own_url}/response/{self._responses.new(presser, channel, posted)}"
        payload = payloads.block_actions(
            presser,
            posted,
            button,
            action_ts=self._workspace.next_ts(),
            channel_name=self._channel_name(channel),
            response_url=url,
        )
        return await self._outgoing.interaction(urlencode({"payload": json.dumps(payload)}).encode())

    async def redeliver(self) -> int:
        """Send the last request again with Slack's retry headers."""
        return await self._outgoing.again()

    def sees(self, person: str, channel: str) -> list[dict[str, Any]]:
        """What a person sees in a channel now, oldest first, their own words and ephemerals included."""
        viewer = self._workspace.people[person]
        return [copy.deepcopy(posted.message) for posted in self._workspace.seen_by(viewer, channel)]

    def status(self, channel: str) -> str:
        """The line that says what the bot is doing in a channel; empty when there is none."""
        return next((text for (where, _), text in self._workspace.statuses.items() if where == channel), "")

    def file(self, file_id: str) -> StoredFile | None:
        """A file the bot has shared."""
        return self._uploads.get(file_id)

    @property
    def scopes_in_use(self) -> frozenset[str]:
        """The scopes that the methods played here need."""
        return frozenset(scope for scope, _ in self._api.methods.values() if scope is not None)

    def slow(self, method: str, seconds: float) -> None:
        """From now on let a method take its time; 0 ends it."""
        self._slow[method] = seconds

    def fail_next(self, method: str, error: str, retry_after: int = 0) -> None:
        """Let the next call of a method fail: `ratelimited` is a 429, `http_503` that status without
        JSON, anything else Slack's error of that name. `upload` and `response_url` are methods here."""
        self._failures[method].append((error, retry_after))

    async def aclose(self) -> None:
        await self._outgoing.aclose()
        self._uploads.close()

    def _channel_name(self, channel: str) -> str:
        found = self._workspace.channels.get(channel)
        return found.name if found else "directmessage"

    def _button(self, person: Person, channel: str, ts: str, action_id: str) -> tuple[Posted, dict[str, Any]]:
        for posted in self._workspace.seen_by(person, channel):
            if posted.ts != ts:
                continue
            for block in posted.message.get("blocks", ()):
                for element in (*block.get("elements", ()), block.get("accessory") or {}):
                    if element.get("action_id") == action_id:
                        return posted, {**element, "block_id": block["block_id"]}
        raise LookupError(f"{person.id} sees no button {action_id} in {channel} at {ts}")

    async def _method(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.queries.append(request.url.query)

        async def answer() -> Response:
            given, typed = await read_arguments(request)
            self._check_token(request, given)
            if method not in self._real_methods:
                raise mistake("unknown_method", method)
            values = checked(method, given, typed=typed)
            scope, call = self._api.methods.get(method, ("a scope the manifest does not ask for", None))
            if call is None or (scope is not None and scope not in self._scopes):
                raise mistake("missing_scope", f"{method} needs {scope}")
            granted = {"X-OAuth-Scopes": ",".join(sorted(self._scopes))}
            return JSONResponse({"ok": True, **call(values)}, headers=granted)

        return await self._guarded(method, answer)

    async def _upload(self, request: Request) -> Response:
        async def answer() -> Response:
            if "authorization" in request.headers:
                raise mistake("invalid_arguments", "the token was sent to the file store")
            file_id = request.path_params["file_id"]
            await self._uploads.receive(file_id, request)
            return PlainTextResponse("OK")

        return await self._guarded("upload", answer, refused_status=400)

    async def _response(self, request: Request) -> Response:
        async def answer() -> Response:
            body, _ = await read_arguments(request)
            self._responses.use(request.path_params["token"], body)
            return PlainTextResponse("ok")

        return await self._guarded("response_url", answer, refused_status=404)

    async def _file(self, request: Request) -> Response:
        stored = self.file(request.path_params["file_id"])
        if stored is None:
            return Response(status_code=404)
        return FileResponse(stored.path, media_type=stored.media_type, filename=stored.title)

    def _check_token(self, request: Request, given: Mapping[str, Any]) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or given.get("token")
        if not token:
            raise mistake("not_authed")
        if token != self._token:
            raise mistake("invalid_auth")

    async def _guarded(
        self, method: str, answer: Callable[[], Awaitable[Response]], *, refused_status: int = 200
    ) -> Response:
        self.calls.append(method)
        if delay := self._slow.get(method):
            await asyncio.sleep(delay)
        try:
            if self._failures[method]:
                return _failure(*self._failures[method].popleft())
            return await answer()
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

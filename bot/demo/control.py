"""What the demo page asks of the stage: the page itself, the event stream, the control API, files.

Every POST takes a JSON object and answers one; `error`, where there is one, is a sentence for whoever
uses the page. What a person does (say, command, press) answers `{"status": n}`: the HTTP status that
the bot gave the platform.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.demo.asked import Act, Asked, Refused
from bot.demo.events import SUPPLIER_TEAM, Person
from bot.demo.mailbox import Mailbox
from bot.demo.slack_control import SlackControl
from bot.demo.slack_double import SlackDouble
from bot.demo.stream import EventLog, frame
from bot.demo.supplier.faults import Faults, Mode
from bot.demo.telegram_control import TelegramControl
from bot.demo.telegram_double import TelegramDouble

PAGE = Path(__file__).parent / "page"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src http://127.0.0.1:*"
)
OPENED = {
    "application/pdf": "",
    "application/xml": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "text/xml": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
}
"""Media types a browser shows by itself, with a policy for what they hold; the others it saves."""
LONGEST_BODY = 64 * 1024
TONES = ("rose", "teal", "amber")
"""Colours of the faces on the page."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the page plays with."""

    people: Sequence[Person]
    """Everybody on the stage; a request names who acts by id."""
    shown: Mapping[str, str]
    """Id of each person the page offers to play, with a word about them."""
    slack: SlackDouble
    telegram: TelegramDouble
    mailbox: Mailbox
    faults: Faults
    log: EventLog


class Control:
    """The routes of the page, over the parts it plays with."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._slack = SlackControl(parts.slack)
        self._telegram = TelegramControl(parts.telegram)

    def routes(self) -> list[BaseRoute]:
        acts: dict[str, Act] = {
            **self._slack.acts,
            **self._telegram.acts,
            "/api/supplier/faults": self._switch_erp,
        }
        return [
            Route("/", _index),
            Mount("/page", StaticFiles(directory=PAGE)),
            Route("/api/people", self._people),
            Route("/api/state", self._state),
            Route("/api/stream", self._stream),
            Route("/api/mail", self._mail),
            *(Route(path, _posted(act), methods=["POST"]) for path, act in acts.items()),
            Route("/api/telegram/attach", self._telegram.attach, methods=["POST"]),
            Route("/files/slack/{id}", self._slack_file),
            Route("/files/telegram/{id}", self._telegram_file),
        ]

    async def _people(self, request: Request) -> Response:
        parts = self._parts
        shown = [person for person in parts.people if person.id in parts.shown]
        return JSONResponse(
            {
                "people": [
                    {
                        "id": person.id,
                        "name": person.name,
                        "email": person.email,
                        "time_zone": person.time_zone,
                        "note": parts.shown[person.id],
                        "tone": TONES[at % len(TONES)],
                        **self._slack.person(person),
                        "telegram_chat": str(person.telegram_id),
                        "staff": person.slack_team == SUPPLIER_TEAM,
                    }
                    for at, person in enumerate(shown)
                ],
                "slack": self._slack.world(),
                "telegram": self._telegram.world(),
            }
        )

    async def _state(self, request: Request) -> Response:
        """For scripts: which run this is, the ERP's mode, and what either platform refused."""
        parts = self._parts
        return JSONResponse(
            {
                "boot": parts.log.boot,
                "erp": parts.faults.mode,
                "violations": {
                    "slack": list(parts.slack.violations),
                    "telegram": list(parts.telegram.violations),
                },
            }
        )

    async def _stream(self, request: Request) -> Response:
        events = self._parts.log.stream(
            request.headers.get("last-event-id", ""), opening=frame("erp", {"mode": self._parts.faults.mode})
        )
        return StreamingResponse(
            events, media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def _mail(self, request: Request) -> Response:
        """Mails to `?address=`, or all of them, oldest first."""
        mails = self._parts.mailbox.mails(request.query_params.get("address"))
        return JSONResponse({"mails": [mail.payload() for mail in mails]})

    async def _switch_erp(self, asked: Asked) -> Mapping[str, Any]:
        mode = next((known for known in get_args(Mode) if known == asked.text("mode")), None)
        if mode is None:
            raise Refused(f"mode is one of {', '.join(get_args(Mode))}.")
        self._parts.faults.mode = mode
        self._parts.log.announce("erp", {"mode": mode})
        return {"mode": mode}

    async def _slack_file(self, request: Request) -> Response:
        stored = self._parts.slack.file(request.path_params["id"])
        return _no_file() if stored is None else _file(stored.path, stored.title, stored.media_type)

    async def _telegram_file(self, request: Request) -> Response:
        upload = self._parts.telegram.file(request.path_params["id"])
        return _no_file() if upload is None else _file(upload.path, upload.name, upload.media_type)


def _posted(act: Act) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        # A page elsewhere cannot send this content type without asking first, and we never consent.
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return JSONResponse({"error": "Send application/json."}, 415)
        try:
            return JSONResponse(await act(Asked(await _body(request))))
        except Refused as refused:
            return JSONResponse({"error": str(refused)}, 400)
        except LookupError:
            return JSONResponse({"error": "There is no such person, place, message or button."}, 404)

    return answer


def _file(path: Path, name: str, media_type: str) -> Response:
    policy = OPENED.get(media_type)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return FileResponse(
        path,
        media_type=media_type,
        filename=name,
        content_disposition_type="attachment" if policy is None else "inline",
        headers=headers | ({"Content-Security-Policy": policy} if policy else {}),
    )


def _no_file() -> Response:
    return JSONResponse({"error": "There is no such file."}, 404)


async def _body(request: Request) -> Mapping[str, Any]:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > LONGEST_BODY:
            raise Refused("The body is too long.")
    try:
        body = json.loads(received)
    except ValueError as error:
        raise Refused("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise Refused("The body must be an object.")
    return body


async def _index(request: Request) -> Response:
    return FileResponse(
        PAGE / "index.html",
        headers={
            "Content-Security-Policy": PAGE_POLICY,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-cache",
        },
    )

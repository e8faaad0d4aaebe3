"""What the demo page asks of Telegram: what people say, press, type and post, and the files they send."""

from collections.abc import Mapping
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.demo.asked import Act, Asked, Refused, status_told
from bot.demo.telegram_double import TelegramDouble
from bot.demo.telegram_double.inline import Typed
from bot.demo.telegram_double.web_apps import Scheme

LARGEST_ATTACHMENT = 25 * 1024 * 1024


class TelegramControl:
    """The acts of people in Telegram. A `chat` is a group's id, absent for one's own chat with the bot."""

    def __init__(self, telegram: TelegramDouble) -> None:
        self._telegram = telegram
        self._typed: dict[str, Typed] = {}
        """What each person typed last after the bot's name."""

    @property
    def acts(self) -> Mapping[str, Act]:
        return {
            "/api/telegram/say": self._say,
            "/api/telegram/press": self._press,
            "/api/telegram/contact": self._contact,
            "/api/telegram/start": self._start,
            "/api/telegram/type": self._type,
            "/api/telegram/post": self._post,
            "/api/telegram/app": self._app,
        }

    def world(self) -> Mapping[str, Any]:
        """What the page shows of it beside what people said."""
        return {"bot": self._telegram.username, "groups": self._telegram.groups.known()}

    async def attach(self, request: Request) -> Response:
        """Send the bot the file in the body: `?person=`, `?name=`, and whether as a picture, `?photo=1`."""
        # As with JSON: no page elsewhere can send this type without asking.
        if request.headers.get("content-type", "") != "application/octet-stream":
            return JSONResponse({"error": "Send application/octet-stream."}, 415)
        received = bytearray()
        async for chunk in request.stream():
            received += chunk
            if len(received) > LARGEST_ATTACHMENT:
                return JSONResponse({"error": "The file is larger than 25 MB."}, 413)
        given = request.query_params
        try:
            status = await self._telegram.show(
                given.get("person", ""),
                bytes(received),
                given.get("name", "file")[:100],
                given.get("type", "application/octet-stream")[:100],
                photo=given.get("photo") == "1",
            )
        except LookupError:
            return JSONResponse({"error": "There is no such person."}, 404)
        return JSONResponse(status_told(status))

    async def _say(self, asked: Asked) -> Mapping[str, Any]:
        chat = _chat(asked)
        answers = asked.number("answers") if "answers" in asked.body else None
        status = await self._telegram.say(
            asked.text("person"), asked.text("text"), chat=chat, answers=answers
        )
        return {} if chat is not None and not self._telegram.groups.hears(chat) else status_told(status)

    async def _press(self, asked: Asked) -> Mapping[str, Any]:
        return status_told(
            await self._telegram.press(
                asked.text("person"), asked.number("message_id"), asked.text("data"), chat=_chat(asked)
            )
        )

    async def _contact(self, asked: Asked) -> Mapping[str, Any]:
        """Press the button that shares one's own phone number."""
        return status_told(await self._telegram.share_contact(asked.text("person")))

    async def _start(self, asked: Asked) -> Mapping[str, Any]:
        """Follow a link to the bot and press Start."""
        try:
            return status_told(await self._telegram.start(asked.text("person"), asked.text("payload")))
        except ValueError as error:
            raise Refused("payload must be what Telegram passes on.") from error

    async def _type(self, asked: Asked) -> Mapping[str, Any]:
        """Type after the bot's name: what it shows to choose from."""
        try:
            typed = await self._telegram.types(asked.text("person"), asked.text("text"))
        except ValueError as error:
            raise Refused("text is longer than what Telegram passes on.") from error
        self._typed[typed.person.id] = typed
        return {"results": [_shown(result) for result in typed.results or ()], "button": typed.button}

    async def _post(self, asked: Asked) -> Mapping[str, Any]:
        """Post one of what the bot has shown last."""
        typed, chat = self._typed[asked.text("person")], _chat(asked)
        await self._telegram.posts(
            typed, typed.person.telegram_id if chat is None else chat, at=asked.number("at")
        )
        return {}

    async def _app(self, asked: Asked) -> Mapping[str, Any]:
        """Press the menu button, or a button of a message: the address a client would open."""
        person = asked.text("person")
        scheme = next((one for one in get_args(Scheme) if one == asked.text("scheme")), None)
        if scheme is None:
            raise Refused(f"scheme is one of {', '.join(get_args(Scheme))}.")
        if "message_id" in asked.body:
            message_id, url = asked.number("message_id"), asked.text("url")
            return {"url": self._telegram.open_button(person, message_id, url, scheme=scheme)}
        return {"url": self._telegram.open_app(person, scheme=scheme)}


def _chat(asked: Asked) -> int | None:
    return asked.number("chat") if "chat" in asked.body else None


def _shown(result: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"title": result["title"], "description": result.get("description") or ""}

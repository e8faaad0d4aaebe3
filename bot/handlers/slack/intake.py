"""The two ways of a request whose signature was right: past Bolt, or through it.

Most of what Slack sends is read, kept, and answered with nothing. What Bolt prepares for a listener (a
client, loggers, a dozen helpers, each for this request alone) costs more there than all the reading, so such
a request goes past it. Whatever needs an answer of its own, and whatever is not plainly of one kind, goes
through Bolt.

Each function is registered once, for both ways, so that nothing can be read in one way here and in another
there (`tests/handlers/slack/test_intake.py` sends everything both ways).
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from types import NoneType
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.internals import extract_enterprise_id, extract_team_id
from slack_bolt.response import BoltResponse

SETTLED = "settled"
"""Set by a listener in Bolt's context once a message was kept or rightly ignored."""
ANY = re.compile(".*", re.DOTALL)

_NAMED = (str, dict, NoneType)
"""How Slack names somebody or a channel, if it does."""

Payload = Mapping[str, Any]
Take = Callable[[Payload], Awaitable[str]]
"""Keeps what a request says, or rightly nothing, and says which. It gets nothing but an empty answer."""
TokenOf = Callable[[str | None, str | None], Awaitable[str]]
"""Raises unless the app is installed in the enterprise or the team that a request is for."""
OnError = Callable[[Exception], Awaitable[BoltResponse]]
Listener = Callable[..., Awaitable[None]]


class SlackIntake:
    """Takes in what Slack sends, whichever way it came. `bolt` is where listeners with answers are added."""

    def __init__(self, bolt: AsyncApp, token_of: TokenOf, on_error: OnError) -> None:
        """`bolt` authorises by `token_of` and answers errors by `on_error`, as is done here without it."""
        self.bolt = bolt
        self._token_of = token_of
        self._on_error = on_error
        self.nothing = BoltResponse(status=200)
        """What most of them get."""
        self._events: dict[str, Take] = {}
        self._command: Take | None = None
        self._button: Take | None = None

    def event(self, type: str, take: Take) -> None:
        """Events of this type. None that comes after the app was removed: those are not authorised."""
        self.bolt.event(type)(listening(take))
        self._events.setdefault(type, take)

    def command(self, take: Take) -> None:
        self.bolt.command(ANY)(listening(take))
        self._command = take

    def button(self, take: Take) -> None:
        """Presses of buttons, and choices of overflow menus."""
        self.bolt.action(ANY)(listening(take))
        self._button = take

    async def answer(self, body: dict[str, Any]) -> BoltResponse:
        """The answer to a body that was read already; anything but 200 makes Slack send it again."""
        take = self.plainly(body)
        if take is None:
            return await self.through_bolt(body)
        try:
            # Where it is for, as Bolt reads it; all else that it would read of each request is not asked for.
            await self._token_of(extract_enterprise_id(body), extract_team_id(body))
            await take(body)
        except Exception as error:
            return await self._on_error(error)
        return self.nothing

    async def through_bolt(self, body: dict[str, Any]) -> BoltResponse:
        """Bolt's answer; 503 where it says 200 without any listener having settled the message."""
        request = _request(body)
        answer = await self.bolt.async_dispatch(request)
        if answer.status == 200 and SETTLED not in request.context:
            structlog.get_logger().warning("slack_request_refused", reason="unsettled", status=503)
            return BoltResponse(status=503)
        return answer

    def plainly(self, body: Payload) -> Take | None:
        """What takes a body that Bolt would give to the same function, and to no other whatever the order."""
        kind = body.get("type")
        if "command" in body:
            # Slack's forms have no type. What has both would be told by the order of Bolt's listeners.
            return self._command if kind is None and isinstance(body["command"], str) else None
        if kind == "event_callback":
            event = body.get("event")
            return self._events.get(_text(event, "type")) if _names_somebody(event) else None
        if kind == "block_actions":
            actions = body.get("actions")
            first = actions[0] if isinstance(actions, list) and actions else None
            return self._button if _text(first, "action_id") and _names_somebody(body) else None
        return None


def listening(take: Take) -> Listener:
    """The same as a listener of Bolt's."""

    async def listener(body: dict[str, Any], context: AsyncBoltContext, ack: AsyncAck) -> None:
        context[SETTLED] = await take(body)
        await ack()

    return listener


def _request(body: dict[str, Any]) -> AsyncBoltRequest:
    """A request as Bolt reads it: whom it is from, where it is for.

    Bolt reads a form that mentions "payload" anywhere, say in a channel's name, as empty (1.30). It takes
    a body that is already read from Socket Mode only. No header is handed on, so that
    x-slack-bolt-lazy-only cannot make it skip the listener.
    """
    return AsyncBoltRequest(body=body, mode="socket_mode")


def _names_somebody(of: object) -> bool:
    """Whether Bolt can read whom and which channel it names."""
    return (
        isinstance(of, dict) and isinstance(of.get("user"), _NAMED) and isinstance(of.get("channel"), _NAMED)
    )


def _text(of: object, name: str) -> str:
    value = of.get(name) if isinstance(of, dict) else None
    return value if isinstance(value, str) else ""

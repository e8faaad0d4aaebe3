"""Past Bolt or through it: whatever Slack sends is read, kept, authorised and answered alike both ways."""

import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt.response import BoltResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.chat.people import Reader
from bot.demo.events import ANA, PAULA, Person
from bot.demo.slack_double import pages, payloads
from bot.demo.slack_double.windows import Window
from bot.demo.slack_double.workspace import CUSTOMER, Posted
from bot.handlers.slack.apis import open_slack_apis
from bot.handlers.slack.app import slack_app
from bot.handlers.slack.doors import FIND_ORDERS, LOOK_UP_MESSAGE
from bot.handlers.slack.doorstep import Doorstep
from bot.handlers.slack.intake import SlackIntake
from bot.handlers.slack.links import OrderLinks
from bot.handlers.slack.tokens import NotInstalled
from bot.handlers.slack.windows import SEARCH
from bot.wording import Wording, load_catalogs
from tests.handlers.slack.world import CHANNEL, ORDERS_AT, TOKEN, Doorbook, Kept
from tests.support.serving import serving

AT = "1700000000.000100"
ORDER_AT = "https://shop.example/account/orders/PO-7782"
TRIGGER = "1.2.3"
BUTTON = {"type": "button", "action_id": "a0", "block_id": "b0", "value": "ref-9"}
HOME = Window(ANA, {"id": "V0HOME", "type": "home", "callback_id": "", "hash": "1.a"})
MODAL = Window(ANA, {"id": "V0MODAL", "type": "modal", "callback_id": SEARCH, "hash": "1.b"})
Body = dict[str, Any]


@dataclass
class Known:
    """Tokens of every workspace but T0GONE; which were asked for, and which forgotten."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    async def of(self, *places: str) -> str:
        self.asked.append(places)
        if "T0GONE" in places:
            raise NotInstalled
        return TOKEN

    async def forget(self, place: str) -> None:
        self.forgotten.append(place)


def spoken(channel: str = ANA.slack_dm, **changes: Any) -> Body:
    message = {"type": "message", "ts": AT, "user": "U0ANA", "team": "T0CUSTOMER", "text": "PO-1?", **changes}
    return payloads.spoken(ANA, Posted(channel, message))


def event(type: str, **values: Any) -> Body:
    return payloads.event_callback({"type": type, "event_ts": AT, **values})


def changed(body: Body, **values: Any) -> Body:
    return body | values


def installed_in(body: Body, **values: Any) -> Body:
    return body | {"authorizations": [body["authorizations"][0] | values]}


def command(**values: str) -> Body:
    url = "https://hooks.slack.com/x"
    return {**payloads.slash_command(ANA, CHANNEL, "orders", "/order", "PO-1", url), **values}


def pressed(
    element: Mapping[str, Any] = BUTTON, *, person: Person = ANA, only_for: Person | None = None
) -> Body:
    posted = Posted(CHANNEL, {"ts": AT, "thread_ts": AT, "text": "order"}, only_for)
    return payloads.block_actions(
        person,
        posted,
        element,
        action_ts=AT,
        channel_name="orders",
        response_url="https://hooks.slack.com/x",
    )


def in_view(window: Window) -> Body:
    return pages.view_actions(ANA, window, BUTTON, team=CUSTOMER, trigger=TRIGGER, at=AT)


def linked(*urls: str) -> Body:
    return pages.link_shared(ANA, Posted(CHANNEL, {"ts": AT}), urls, AT, shared=False, team=CUSTOMER)


def details(url: str = ORDER_AT) -> Body:
    entity = {"url": url, "app_unfurl_url": url, "external_ref": {"id": "PO-7782"}}
    posted = Posted(CHANNEL, {"ts": AT})
    return pages.details_requested(ANA, posted, entity, AT, shared=False, team=CUSTOMER, trigger=TRIGGER)


PLAIN: Mapping[str, Body] = {
    "a direct message": spoken(),
    "a reply in a thread": spoken(thread_ts="1690000000.000100"),
    "a file with words": spoken(subtype="file_share"),
    "a bot's message": spoken(bot_id="B1"),
    "an edit": spoken(subtype="message_changed"),
    "a message without a person": spoken(user=None),
    "talk in a channel": changed(spoken(), event=spoken()["event"] | {"channel_type": "channel"}),
    "a mention": spoken(CHANNEL, text="<@U0ORDERBOT> PO-1"),
    "a mention in the direct chat": changed(spoken(), event=spoken()["event"] | {"type": "app_mention"}),
    "a mention that says not where": event("app_mention", user="U0ANA", ts=AT, text="PO-1"),
    "a message in a shared channel": changed(spoken(), is_ext_shared_channel=True),
    "a stranger's message": payloads.spoken(PAULA, Posted(CHANNEL, spoken(CHANNEL)["event"]), shared=True),
    "a message in an organisation": installed_in(
        spoken(), enterprise_id="E1", is_enterprise_install=True, team_id=None
    ),
    "a message of an enterprise's workspace": installed_in(spoken(), enterprise_id="E1"),
    "a message from where the app was removed": installed_in(spoken(), team_id="T0GONE"),
    "a message from nowhere": {"type": "event_callback", "event": {"type": "message"}},
    "a message without authorizations": changed(spoken(), authorizations=None),
    "a command": command(),
    "a command without words": command(text=""),
    "a command in an organisation": command(enterprise_id="E1", is_enterprise_install="true"),
    "a command from where the app was removed": command(team_id="T0GONE"),
    "a command without a trigger": {k: v for k, v in command().items() if k != "trigger_id"},
    "a button": pressed(),
    "a button only they see": pressed(only_for=ANA),
    "a button pressed by a stranger": pressed(person=PAULA),
    "a choice of a menu": pressed(
        {"type": "overflow", "action_id": "a1", "block_id": "b", "selected_option": {"value": "ref-1"}}
    ),
    "a button that opens an address": pressed({"type": "button", "action_id": "a2", "url": "https://a.b"}),
    "a button of the home": in_view(HOME),
    "a button of a modal": in_view(MODAL),
    "a button in an organisation": changed(
        pressed(), enterprise={"id": "E1"}, is_enterprise_install=True, team=None
    ),
    "the home": pages.home_opened(ANA, "home", AT, team=CUSTOMER, window=HOME),
    "the messages tab": pages.home_opened(ANA, "messages", AT, team=CUSTOMER, window=None),
    "an address of an order": linked(ORDER_AT),
    "another address": linked("https://shop.example/cart"),
    "a pane of an order": details(),
    "a pane of something else": details("https://shop.example/cart"),
    "a changed person": payloads.user_changed({"id": "U0ANA", "team_id": "T0CUSTOMER"}, AT),
    "a changed person without an id": payloads.user_changed({}, AT),
    "somebody who joined": payloads.joined(ANA, CHANNEL, AT, private=False, shared=False),
}
"""What is kept, or rightly not, and answered with nothing."""

OTHER: Mapping[str, Body] = {
    "an uninstallation": event("app_uninstalled"),
    "a revoked token": event("tokens_revoked", tokens={"bot": ["U0ORDERBOT"]}),
    "a person's revoked token": event("tokens_revoked", tokens={"oauth": ["U0ANA"]}),
    "an uninstallation, the token gone": installed_in(event("app_uninstalled"), team_id="T0GONE"),
    "an event nobody asked for": event("reaction_added", user="U0ANA"),
    "a filled-in form": pages.submission(ANA, MODAL, {}, team=CUSTOMER, trigger=TRIGGER),
    "a number being typed": pages.suggestion(ANA, MODAL, "number", "number", "PO", CUSTOMER),
    "a shortcut": pages.global_shortcut(ANA, FIND_ORDERS, team=CUSTOMER, trigger=TRIGGER, at=AT),
    "a shortcut on a message": pages.message_shortcut(
        ANA,
        LOOK_UP_MESSAGE,
        Posted(CHANNEL, {"ts": AT, "text": "PO-1"}),
        channel_name="orders",
        response_url="https://hooks.slack.com/x",
        team=CUSTOMER,
        trigger=TRIGGER,
        at=AT,
    ),
    "a closed view": {"type": "view_closed", "view": {"callback_id": "x"}, "team": {"id": "T0CUSTOMER"}},
    "an event that is also a command": changed(spoken(CHANNEL), command="/order"),
    "a command of some type": command(type="event_callback"),
    "an event without anything": changed(spoken(), event=None),
    "an event that is a word": changed(spoken(), event="message"),
    "an event of many types": event("message") | {"event": {"type": ["message"], "event_ts": AT}},
    "a message from somebody who is a number": spoken(user=5),
    "a message in a channel that is a number": changed(spoken(), event=spoken()["event"] | {"channel": 5}),
    "a press in a channel that is a number": changed(pressed(), channel=5),
    "a press by somebody who is a number": changed(pressed(), user=5),
    "a press of nothing": changed(pressed(), actions=[]),
    "a press of something without a name": pressed({"type": "button", "value": "ref-9"}),
    "nothing": {},
}
"""What Bolt answers: it has an answer, is not authorised, or is not plainly of one kind."""


async def outcome(
    way: Callable[[Body], Awaitable[BoltResponse]], body: Body, kept: Kept, known: Known
) -> tuple[object, ...]:
    """All that comes of a request, but the moment it came."""
    kept.messages.clear()
    kept.calls = 0
    known.asked.clear()
    known.forgotten.clear()
    answer: tuple[object, ...]
    with capture_logs() as logged:
        try:
            answered = await way(copy.deepcopy(body))
            answer = (answered.status, answered.body, answered.headers)
        except Exception as error:
            answer = (type(error),)
    said = [(one["event"], one.get("reason")) for one in logged]
    messages = [
        replace(
            message,
            received_at=datetime(2026, 1, 1, tzinfo=UTC),
            handle={name: value for name, value in message.handle.items() if name != "response_until"},
        )
        for message in kept.all()
    ]
    return (*answer, said, kept.calls, messages, list(known.asked), list(known.forgotten))


@dataclass
class Desk:
    intake: SlackIntake
    kept: Kept
    known: Known

    async def past(self, body: Body) -> tuple[object, ...]:
        return await outcome(self.intake.answer, body, self.kept, self.known)

    async def through(self, body: Body) -> tuple[object, ...]:
        return await outcome(self.intake.through_bolt, body, self.kept, self.known)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """All there is to take in what Slack sends. It is always too late to open a view: each would have an
    id of its own."""
    kept, known, wording = Kept(), Known(), Wording(load_catalogs(), supplier_name="Demo Supply")

    async def answer(request: Request) -> Response:
        if request.path_params["method"] == "users.info":
            return JSONResponse({"ok": True, "user": {"locale": "en-US", "tz": "UTC"}})
        return JSONResponse({"ok": False, "error": "expired_trigger_id"})

    slack = Starlette(routes=[Route("/api/{method}", answer, methods=["GET", "POST"])])
    async with serving(slack) as url, open_slack_apis(TOKEN, {}, f"{url}/api/") as apis:
        doorstep = Doorstep(apis, Doorbook(), kept, wording, fallback=Reader("en", "UTC"))
        links = OrderLinks((ORDERS_AT,))
        yield Desk(slack_app(kept, tokens=known, doorstep=doorstep, links=links), kept, known)


@pytest.mark.parametrize("broken", [False, True], ids=["kept", "not kept"])
async def test_everything_comes_to_the_same_past_bolt_and_through_it(desk: Desk, broken: bool) -> None:
    desk.kept.broken = broken
    status = {}
    for name, body in {**PLAIN, **OTHER}.items():
        past = await desk.past(body)
        assert past == await desk.through(body), name
        status[name] = past[0]
    kept = 503 if broken else 200
    assert [status[name] for name in ("a direct message", "a mention", "a command", "a button")] == [kept] * 4
    assert status["a message from nowhere"] == status["a message from where the app was removed"] == 500
    assert status["a closed view"] == 404


async def test_what_is_plainly_kept_goes_past_bolt_and_nothing_else(desk: Desk) -> None:
    ways = {name: desk.intake.plainly(body) is not None for name, body in {**PLAIN, **OTHER}.items()}
    assert ways == dict.fromkeys(PLAIN, True) | dict.fromkeys(OTHER, False)

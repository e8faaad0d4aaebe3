"""Every documented refusal of the methods that show no message: views, addresses, posts taken back, sockets.

Somebody who waits reads something or is answered later; what nobody waits for leaves a reason in the log.
"""

import ast
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.chat.messages import Commanded
from bot.chat.people import Conversation, Platform, PostedAt, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Heading, LinkPreview, Prompts, Reply, Say
from bot.delivery import DeliveryDelayed
from bot.demo.events import ANA
from bot.demo.slack_double import SlackDouble
from bot.demo.slack_double.arguments import real_methods
from bot.handlers.slack.blocks import saying
from bot.handlers.slack.doors import FIND_ORDERS
from bot.settings import Settings
from bot.slack_check import check_slack
from bot.wording import Wording, load_catalogs
from tests.handlers.slack.documented_errors import DOCUMENTED, UNAVAILABLE
from tests.handlers.slack.orders import button
from tests.handlers.slack.world import CHANNEL, DOMAIN, SECRET, TOKEN, World
from tests.support.serving import serving

BOT = Path(__file__).parents[3] / "bot"
PAGE = BOT.parent / "docs" / "slack-errors.md"
DM = ANA.slack_dm
APP_TOKEN = "xapp-1-demo"
ADDRESS = f"https://{DOMAIN}/account/orders/104233"
THANKS = Say(Phrase("thanks"))
HELP = Say(Phrase("help_list"))

Walk = Callable[[World], Awaitable[None]]
"""Does one thing that calls the method; the double is told beforehand to refuse it."""


def errors_of(method: str) -> tuple[str, ...]:
    return (*UNAVAILABLE, *DOCUMENTED[method])


def methods_called() -> frozenset[str]:
    """The Web API methods that the product's code names, those of its stand-ins aside."""
    texts = {
        node.value.lstrip("/")
        for path in BOT.rglob("*.py")
        if "demo" not in path.relative_to(BOT).parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return real_methods() & texts


def test_every_method_the_product_calls_has_its_documented_errors_here() -> None:
    called = methods_called()
    assert {"chat.postMessage", "oauth.v2.access", "apps.connections.open", "views.open"} <= called
    # Read only before something is sent again; whatever they answer, it is sent (test_traces).
    assert called == set(DOCUMENTED) | {"conversations.history", "conversations.replies"}


def test_the_page_of_errors_names_those_that_are_injected() -> None:
    page = PAGE.read_text("utf-8")
    (common,) = re.findall(r"^Of every method: `([^`]+)`", page, re.MULTILINE)
    own = dict(re.findall(r"^\| `([\w.]+)` \| .+ \| `([^`]*)` \|$", page, re.MULTILINE))
    told = {method: (*codes.split(), *common.split()) for method, codes in own.items()}
    assert told == dict(DOCUMENTED)


async def _shortcut(world: World) -> None:
    assert await world.slack.doors.shortcut("ana", FIND_ORDERS) == 200
    assert world.kept.last.content == Commanded("help")
    await world.deliver(world.kept.last, HELP)


async def _form(world: World) -> None:
    await world.deliver(world.kept.last, THANKS)


async def _pane(world: World) -> None:
    ts = str(world.slack.sees("ana", CHANNEL)[-1]["ts"])
    assert await world.slack.doors.open_pane("ana", CHANNEL, ts, ADDRESS) == 200
    await world.deliver(world.kept.last, THANKS)


async def _taking_back(world: World) -> None:
    asked = await world.asked_in_direct_chat()
    wording, reader = Wording(load_catalogs(), supplier_name="Demo Supply"), Reader("en", "UTC")
    ts = await world.api.post(CHANNEL, saying(Phrase("thanks"), reader, wording))
    there = Conversation(Platform.SLACK, CHANNEL, "T0CUSTOMER", private=False)
    # What the reply says comes after it in any case; here only what the act itself says counts.
    reply = Reply(parts=(), reader=reader, retracts=(PostedAt(there, ts),))
    for parcel in world.courier.parcels(asked, reply):
        await parcel.send()


async def _prepared(world: World, method: str) -> None:
    """What must be there before the method is called."""
    world.doorbook.orders["slack:T0CUSTOMER/U0ANA"] = ("104233",)
    if method == "views.update":
        await world.slack.doors.shortcut("ana", FIND_ORDERS)
        form = world.slack.doors.modals("ana")[-1]
        assert await world.slack.doors.submit("ana", form["id"], {"status": "open"}) == (200, {})
    if method == "entity.presentDetails":
        assert await world.slack.say("bruno", CHANNEL, f"look: {ADDRESS}") == 204
        await world.deliver(world.kept.last, LinkPreview(ADDRESS, "104233"))


AWAITED: dict[str, Walk] = {
    "views.open": _shortcut,
    "views.update": _form,
    "entity.presentDetails": _pane,
    "chat.delete": _taking_back,
}
GONE_ANYWAY = {("chat.delete", "message_not_found"), ("chat.delete", "channel_not_found")}
"""What should be deleted is not there: done."""


@pytest.mark.parametrize("method", AWAITED)
async def test_whoever_waits_reads_something_or_it_is_done_later(world: World, method: str) -> None:
    await _prepared(world, method)
    for error in errors_of(method):
        before, calls, later = len(world.answers_to("ana", DM)), world.slack.calls.count(method), False
        world.slack.fail_next(method, error, retry_after=30)
        try:
            await AWAITED[method](world)
        except DeliveryDelayed as delayed:
            later = delayed.retry_after > 0
        said = len(world.answers_to("ana", DM)) > before
        assert said or later or (method, error) in GONE_ANYWAY, f"silence after {error}"
        assert world.slack.calls.count(method) > calls, f"{error} was not met"


async def _home(world: World) -> None:
    assert await world.slack.doors.open_home("ana") == 200
    await world.deliver(world.kept.last, Heading(Phrase("list_open")))


async def _chat(world: World) -> None:
    assert await world.slack.doors.open_home("ana", "messages") == 200
    await world.deliver(world.kept.last, Prompts(Phrase("prompts_title"), (Phrase("prompt_open"),)))


async def _address(world: World) -> None:
    assert await world.slack.say("bruno", CHANNEL, f"look: {ADDRESS}") == 204
    await world.deliver(world.kept.last, LinkPreview(ADDRESS, "104233"))


UNAWAITED: dict[str, tuple[Walk, int]] = {
    "views.publish": (_home, 1),
    "assistant.threads.setSuggestedPrompts": (_chat, 1),
    # Once as a Work Object, once as blocks.
    "chat.unfurl": (_address, 2),
}


@pytest.mark.parametrize("method", UNAWAITED)
async def test_what_nobody_waits_for_leaves_the_reason_in_the_log_or_is_done_later(
    world: World, method: str
) -> None:
    walk, times = UNAWAITED[method]
    await walk(world)
    for error in errors_of(method):
        calls, later = world.slack.calls.count(method), False
        for _ in range(times):
            world.slack.fail_next(method, error, retry_after=30)
        with capture_logs() as logged:
            try:
                await walk(world)
            except DeliveryDelayed as delayed:
                later = delayed.retry_after > 0
        world.slack._web.trouble.fail_no_more()
        reasons = [one.get("reason") for one in logged if one["log_level"] in ("info", "warning", "error")]
        assert later or error in reasons, f"silence after {error}"
        assert world.slack.calls.count(method) > calls, f"{error} was not met"


async def test_an_address_refused_as_a_work_object_is_shown_as_blocks(world: World) -> None:
    for error in DOCUMENTED["chat.unfurl"][:-1]:
        world.slack.fail_next("chat.unfurl", error)
        try:
            await _address(world)
        except DeliveryDelayed:
            continue
        shown = world.slack.sees("ana", CHANNEL)[-1].get("unfurled")
        given_up = error in ("cannot_unfurl_url", "cannot_find_message", "cannot_unfurl_message")
        assert given_up == (shown is None), error


async def test_a_button_of_the_home_is_answered_whatever_becomes_of_its_window(world: World) -> None:
    assert await world.slack.doors.open_home("ana") == 200
    await world.deliver(world.kept.last, THANKS, Actions((button("ref-3"),)))
    home = world.slack.doors.home("ana")
    assert home is not None
    for error in errors_of("views.open"):
        before = len(world.answers_to("ana", DM))
        world.slack.fail_next("views.open", error, retry_after=30)
        assert await world.slack.doors.press("ana", home["id"], "ref-3") == 200
        await world.deliver(world.kept.last, THANKS)
        assert len(world.answers_to("ana", DM)) == before + 1, error


async def test_whatever_keeps_a_socket_shut_the_check_names() -> None:
    slack = SlackDouble(
        bot_url="http://127.0.0.1:9",
        signing_secret=SECRET,
        bot_token=TOKEN,
        people=(),
        on_event=lambda _: None,
        app_token=APP_TOKEN,
    )
    async with serving(slack.app()) as slack.own_url:
        settings = Settings(
            _env_file=None,
            slack_bot_token=TOKEN,
            slack_api_url=f"{slack.own_url}/api/",
            slack_mode="socket",
            slack_app_token=APP_TOKEN,
        )
        for method, finding in (("apps.connections.open", "socket"), ("auth.test", "bot token")):
            for error in errors_of(method):
                slack.fail_next(method, error)
                (found,) = (one for one in await check_slack(settings) if one.name == finding)
                # Of an answer without JSON there is no code to tell.
                assert not found.ok, error
                assert error in found.detail or "not reachable" in found.detail, error
    await slack.aclose()

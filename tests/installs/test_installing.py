"""Installing the app in workspaces, renewing its tokens, and taking it out again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlmodel import text
from starlette.applications import Starlette
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.chat.messages import Happened
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Say
from bot.delivery import DeliveryImpossible
from bot.demo.events import ANA, BRUNO
from bot.demo.slack_double import SlackDouble
from bot.demo.slack_double.oauth import App
from bot.handlers.slack.apis import SlackApis, open_installed_apis
from bot.handlers.slack.app import slack_app
from bot.handlers.slack.blocks import posts
from bot.handlers.slack.calls import open_session
from bot.handlers.slack.door import SlackDoor
from bot.handlers.slack.oauth import SlackOAuth, install_routes
from bot.handlers.slack.tokens import NotInstalled
from bot.installs.shelf import Shelf
from bot.installs.tokens import StoredTokens
from bot.keys import Keys
from bot.store import Store
from bot.wording import Wording, load_catalogs
from tests.handlers.slack.documented_errors import DOCUMENTED, UNAVAILABLE
from tests.handlers.slack.world import CHANNELS, SECRET, Kept
from tests.support.serving import serving

DM = ANA.slack_dm
TEAM = "T0CUSTOMER"
PUBLIC = "https://orders.example.com"
APP = App("123.456", "app-secret", f"{PUBLIC}/slack/oauth_redirect", rotates=True)
ORGANISATION = "E0GROUP"


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Office:
    """The bot with nothing installed, Slack, and a browser."""

    slack: SlackDouble
    kept: Kept
    shelf: Shelf
    tokens: StoredTokens
    oauth: SlackOAuth
    apis: SlackApis
    clock: Clock
    browser: httpx.AsyncClient
    ticks: list[float]
    bot_url: str

    async def begun(self) -> str:
        """The address the install page sends to."""
        answer = await self.browser.get("/slack/install")
        assert answer.status_code == 302
        return answer.headers["location"]

    async def installed(self) -> httpx.Response:
        """Install the app in Ana's workspace, as its admin does in a browser."""
        return await self.back(await self.begun())

    async def back(self, url: str) -> httpx.Response:
        assert self.slack.oauth is not None
        return await self.browser.get(self.slack.oauth.allow(url, TEAM).removeprefix(PUBLIC))

    def later(self, hours: float) -> None:
        self.clock.now += timedelta(hours=hours)

    def look_again(self) -> None:
        """What a process remembers of a token is over."""
        self.ticks[0] += 31


@asynccontextmanager
async def an_office(store: Store, keys: Keys, app: App = APP) -> AsyncIterator[Office]:
    kept, clock, ticks = Kept(), Clock(), [0.0]
    async with AsyncExitStack() as stack:
        slack = SlackDouble(
            bot_url="",
            signing_secret=SECRET,
            bot_token="",
            people=(ANA, BRUNO),
            on_event=lambda _: None,
            channels=CHANNELS,
            app=app,
        )
        slack.own_url = await stack.enter_async_context(serving(slack.app()))
        api_url = f"{slack.own_url}/api/"
        oauth = SlackOAuth(app.client_id, app.client_secret, api_url, open_session)
        shelf = Shelf(store, keys, clock=clock)
        tokens = StoredTokens(shelf, oauth.renew, clock=clock, ticks=lambda: ticks[0])
        door = SlackDoor(slack_app(kept, tokens=tokens), signing_secret=SECRET)
        wording = Wording(load_catalogs(), supplier_name="Demo Supply")
        pages = install_routes(oauth, shelf, wording, public_url=PUBLIC)
        bot_url = await stack.enter_async_context(
            serving(Starlette(routes=[Route("/slack/events", door), *pages]))
        )
        slack.send_to(bot_url)
        stack.push_async_callback(slack.aclose)
        apis = await stack.enter_async_context(open_installed_apis(tokens, api_url))
        browser = await stack.enter_async_context(a_browser(bot_url))
        yield Office(slack, kept, shelf, tokens, oauth, apis, clock, browser, ticks, bot_url)


def a_browser(bot_url: str) -> httpx.AsyncClient:
    # The bot sees http behind its proxy; the browser saw https and holds the Secure cookie.
    transport = _Proxied(bot_url)
    return httpx.AsyncClient(base_url=PUBLIC, transport=transport, trust_env=False)


class _Proxied(httpx.AsyncHTTPTransport):
    """What stands before the bot and speaks https to the world."""

    def __init__(self, bot_url: str) -> None:
        super().__init__(trust_env=False)
        self._bot = httpx.URL(bot_url)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        inside = request.url.copy_with(scheme="http", host=self._bot.host, port=self._bot.port)
        return await super().handle_async_request(
            httpx.Request(request.method, inside, headers=request.headers)
        )


async def test_a_workspace_installs_the_app_and_is_answered_with_its_own_token(
    store: Store, keys: Keys
) -> None:
    async with an_office(store, keys) as office:
        page = await office.installed()
        assert (page.status_code, "Northwind" in page.text) == (200, True)
        assert await office.slack.say("ana", DM, "PO-1") == 200
        message = office.kept.last
        (post,) = posts(
            [Say(Phrase("thanks"))], Reader("en", "UTC"), Wording(load_catalogs(), supplier_name="D")
        )
        await office.apis.of(message.conversation.workspace).post(DM, post)
        assert len([one for one in office.slack.sees("ana", DM) if one.get("bot_id")]) == 1


async def test_tokens_are_sealed_in_the_database(store: Store, keys: Keys) -> None:
    async with an_office(store, keys) as office:
        await office.installed()
        token = await office.tokens.of(TEAM)
        async with store.reading() as session:
            rows = (await session.exec(text("SELECT * FROM slack_installs"))).all()  # type: ignore[call-overload]
        assert token.startswith("xoxb-")
        assert token not in str(rows)
        assert "xoxe" not in str(rows)


async def test_a_state_is_good_once_in_one_browser_and_for_ten_minutes(store: Store, keys: Keys) -> None:
    async with an_office(store, keys) as office:
        url = await office.begun()
        assert office.slack.oauth is not None
        back = office.slack.oauth.allow(url, TEAM).removeprefix(PUBLIC)
        async with a_browser(office.bot_url) as other:
            await other.get("/slack/install")
            assert (await other.get(back)).status_code == 400, "another browser"
        assert (await office.browser.get(back)).status_code == 400, "used up by the other one"
        late = await office.begun()
        office.later(hours=0.2)
        assert (await office.back(late)).status_code == 400, "too late"
        assert (await office.browser.get("/slack/oauth_redirect?code=x&state=y")).status_code == 400
        with pytest.raises(NotInstalled):
            await office.tokens.of(TEAM)


async def test_who_does_not_allow_it_reads_so_in_their_language(store: Store, keys: Keys) -> None:
    async with an_office(store, keys) as office:
        state = httpx.URL(await office.begun()).params["state"]
        page = await office.browser.get(
            f"/slack/oauth_redirect?error=access_denied&state={state}",
            headers={"Accept-Language": "pt-BR,en"},
        )
        assert "não foi autorizado" in page.text
        state = httpx.URL(await office.begun()).params["state"]
        page = await office.browser.get(f"/slack/oauth_redirect?code=forged&state={state}")
        assert (page.status_code, "invalid_code" in page.text) == (502, True)


async def test_installing_again_by_somebody_else_replaces_the_token(store: Store, keys: Keys) -> None:
    async with an_office(store, keys) as office:
        await office.installed()
        first = await office.tokens.of(TEAM)
        await office.installed()
        office.look_again()
        second = await office.tokens.of(TEAM)
        assert first != second
        assert len(await office.shelf.live()) == 1
        await office.apis.of(TEAM).whoami()


async def test_many_processes_renew_a_token_once(store: Store, keys: Keys) -> None:
    async with an_office(store, keys) as office:
        await office.installed()
        office.later(hours=11)
        office.look_again()
        others = [StoredTokens(office.shelf, office.oauth.renew, clock=office.clock) for _ in range(5)]
        got = await asyncio.gather(*(one.of(TEAM) for one in others))
        assert office.slack.oauth is not None
        assert office.slack.oauth.renewals == 1
        assert all(token.startswith("xoxb-") for token in got)
        assert len({await one.of(TEAM) for one in _fresh(office, 3)}) == 1
        await office.apis.of(TEAM).whoami()


async def test_processes_that_find_a_token_ended_wait_for_the_one_that_renews_it(
    store: Store, keys: Keys
) -> None:
    async with an_office(store, keys) as office:
        await office.installed()
        office.later(hours=13)
        office.slack.slow("oauth.v2.access", 0.5)
        got = await asyncio.gather(*(one.of(TEAM) for one in _fresh(office, 4)))
        assert office.slack.oauth is not None
        assert (len(set(got)), office.slack.oauth.renewals) == (1, 1)


async def test_a_token_that_cannot_be_renewed_now_is_used_and_renewed_later(store: Store, keys: Keys) -> None:
    async with an_office(store, keys) as office:
        await office.installed()
        first = await office.tokens.of(TEAM)
        office.later(hours=11)
        office.slack.fail_next("oauth.v2.access", "http_503")
        assert await office.tokens.of(TEAM) == first
        assert await office.tokens.of(TEAM) != first


async def test_an_organisation_installs_for_all_its_workspaces(store: Store, keys: Keys) -> None:
    app = App(APP.client_id, APP.client_secret, APP.redirect_url, organisation=ORGANISATION)
    async with an_office(store, keys, app) as office:
        await office.installed()
        assert await office.tokens.of("T0ANY", ORGANISATION) == await office.tokens.of(ORGANISATION)
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "enterprise_id": ORGANISATION,
            "event_id": "Ev1",
            "event": {
                "type": "message",
                "channel_type": "im",
                "channel": DM,
                "user": "U0ANA",
                "team": TEAM,
                "text": "PO-1",
                "ts": "1700000000.000100",
                "event_ts": "1700000000.000100",
            },
            "authorizations": [
                {
                    "enterprise_id": ORGANISATION,
                    "team_id": None,
                    "user_id": "U0ORDERBOT",
                    "is_bot": True,
                    "is_enterprise_install": True,
                }
            ],
        }
        assert await office.slack.send_event(body) == 200
        assert office.kept.last.conversation.workspace == ORGANISATION
        assert office.kept.last.sender.workspace == ORGANISATION


async def test_an_uninstalled_app_is_reported_once_and_its_token_is_gone(store: Store, keys: Keys) -> None:
    async with an_office(store, keys) as office:
        await office.installed()
        assert await office.slack.app_removed() == [200, 200]
        contents = [message.content for message in office.kept.all()]
        assert contents == [Happened("removed"), Happened("removed")]
        assert office.kept.last.conversation.workspace == TEAM
        assert await office.shelf.live() == []
        assert await office.tokens.of(TEAM) == ""
        with pytest.raises(DeliveryImpossible):
            await office.apis.of(TEAM).whoami()


async def test_what_comes_from_a_workspace_that_never_installed_it_is_not_kept(
    store: Store, keys: Keys
) -> None:
    async with an_office(store, keys) as office:
        assert await office.slack.say("ana", DM, "PO-1") >= 500
        assert office.kept.all() == []


async def test_a_persons_own_revoked_token_ends_nothing(store: Store, keys: Keys) -> None:
    async with an_office(store, keys) as office:
        await office.installed()
        event = {"type": "tokens_revoked", "tokens": {"oauth": ["U0ANA"]}, "event_ts": "1700000000.1"}
        body = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev2", "event": event}
        assert await office.slack.send_event(body) == 200
        assert office.kept.all() == []
        assert len(await office.shelf.live()) == 1


def _fresh(office: Office, count: int) -> list[StoredTokens]:
    """Processes that know nothing yet."""
    return [StoredTokens(office.shelf, office.oauth.renew, clock=office.clock) for _ in range(count)]


async def test_whatever_slack_refuses_an_installation_for_is_read_and_renewing_goes_on(
    store: Store, keys: Keys
) -> None:
    """Each error documented for `oauth.v2.access`: a page that names it; an old token used on, and a log."""
    errors = (*UNAVAILABLE, *DOCUMENTED["oauth.v2.access"])
    async with an_office(store, keys) as office:
        for error in errors:
            office.slack.fail_next("oauth.v2.access", error)
            page = await office.installed()
            assert page.status_code == 502, error
            told = "slack_unreachable" if error in UNAVAILABLE else error
            assert told in page.text, error
        assert await office.shelf.live() == []
        await office.installed()
        token = await office.tokens.of(TEAM)
        office.later(hours=11)
        for error in errors:
            office.slack.fail_next("oauth.v2.access", error)
            with capture_logs() as logged:
                assert await office.tokens.of(TEAM) == token, error
            (reason,) = [one["reason"] for one in logged if one["event"] == "slack_token_not_renewed"]
            assert ("slack_unreachable" if error in UNAVAILABLE else error) in reason
        assert await office.tokens.of(TEAM) != token

"""`orderbot check slack` names what is missing."""

from collections.abc import Sequence

from bot.checks import Finding
from bot.demo.slack_double import SlackDouble
from bot.handlers.slack.manifest import BOT_SCOPES
from bot.settings import Settings
from bot.slack_check import check_slack
from tests.handlers.slack.world import ORDERS_AT, SECRET, TOKEN, World
from tests.support.serving import serving


def _settings(api_url: str, **more: str) -> Settings:
    return Settings(slack_bot_token=TOKEN, slack_api_url=api_url, **more)  # type: ignore[arg-type]


def _bad(findings: Sequence[Finding]) -> list[str]:
    return [f"{one.name}: {one.detail}" for one in findings if not one.ok]


async def test_where_nothing_is_missing_it_says_what_slack_does_not_tell(world: World) -> None:
    findings = await check_slack(
        _settings(f"{world.slack.own_url}/api/", order_urls=ORDERS_AT), world.bot_url
    )
    assert _bad(findings) == []
    assert [one.name for one in findings] == ["bot token", "scopes", "address", "events"]
    assert "does not tell" in findings[-1].detail


async def test_a_missing_scope_and_one_too_many_are_named() -> None:
    slack = SlackDouble(
        bot_url="http://127.0.0.1:9",
        signing_secret=SECRET,
        bot_token=TOKEN,
        people=(),
        on_event=lambda _: None,
        scopes=[*(scope for scope in BOT_SCOPES if scope != "files:write"), "channels:history"],
    )
    async with serving(slack.app()) as slack.own_url:
        findings = await check_slack(_settings(f"{slack.own_url}/api/"))
    await slack.aclose()
    assert _bad(findings) == ["scopes: lacks files:write"]
    assert "not needed: channels:history" in [one.detail for one in findings]


async def test_a_revoked_token_a_wrong_address_and_a_closed_socket_are_named(world: World) -> None:
    api_url = f"{world.slack.own_url}/api/"
    revoked = await check_slack(Settings(slack_bot_token="xoxb-old", slack_api_url=api_url))
    assert _bad(revoked) == ["bot token: Slack says invalid_auth"]
    elsewhere = await check_slack(_settings(api_url), world.slack.own_url)
    assert _bad(elsewhere) == ["address: answers 404 instead of refusing"]
    away = await check_slack(_settings(api_url), "http://127.0.0.1:9")
    assert len(_bad(away)) == 1
    socket = await check_slack(_settings(api_url, slack_mode="socket", slack_app_token="xapp-1"))
    assert _bad(socket) == ["socket: Slack says invalid_auth"]

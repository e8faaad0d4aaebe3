"""The pitfalls of docs/slack-pitfalls.md: each has a test that is there, and some have it here."""

import ast
import gc
import re
import warnings
from pathlib import Path

import pytest
import structlog

from bot.chat.replies import OrderCard
from bot.demo.events import ANA
from bot.handlers.slack.client import open_slack_api
from bot.logs import set_up_logs
from tests.handlers.slack.orders import order
from tests.handlers.slack.world import TOKEN, World

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "slack-pitfalls.md"
PITFALLS = 22
DM = ANA.slack_dm


def test_every_pitfall_names_a_test_that_is_there() -> None:
    rows = re.findall(r"^\| (\d+) \|.*\| ([^|]+) \|$", PAGE.read_text(), flags=re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, PITFALLS + 1))
    for number, cell in rows:
        named = re.findall(r"`(tests/[^`:]+)::([^`]+)`", cell)
        assert named, f"pitfall {number} names no test"
        for path, name in named:
            nodes = ast.walk(ast.parse((ROOT / path).read_text()))
            assert any(getattr(node, "name", "") == name for node in nodes), f"{path} has no {name}"


async def test_keeping_a_message_asks_slack_nothing(world: World) -> None:
    await world.asked_in_direct_chat()
    await world.asked_by_command()
    await world.asked_by_mention()
    assert world.slack.calls == []


async def test_connections_end_with_their_context(world: World) -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", ResourceWarning)
        async with open_slack_api(TOKEN, f"{world.slack.own_url}/api/") as api:
            assert (await api.whoami())["ok"]
        del api
        gc.collect()
    assert [str(one.message) for one in heard if "client session" in str(one.message)] == []


async def test_a_proxy_of_the_environment_never_sees_a_call(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with open_slack_api(TOKEN, f"{world.slack.own_url}/api/") as api:
        assert (await api.whoami())["ok"]


async def test_nothing_that_is_sent_or_received_is_logged(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(telegram=False)
    try:
        asked = await world.asked_in_direct_chat("where is PO-7782-SECRET?")
        world.slack.fail_next("chat.postMessage", "channel_not_found")
        await world.deliver(asked, OrderCard(order(customer_reference="PO-7782-SECRET"), "Northwind"))
    finally:
        structlog.reset_defaults()
    logged = "".join(capfd.readouterr())
    assert "slack_post_refused" in logged
    for secret in ("SECRET", TOKEN, "Northwind", "10042"):
        assert secret not in logged

"""`orderbot check telegram` says what is wrong and what to do."""

from typing import Any

import pytest

from bot.checks import Finding
from bot.settings import Settings
from bot.telegram_check import check_telegram
from tests.handlers.telegram.world import SECRET, TOKEN, World

PUBLIC = "https://bot.example.com"
URL = f"{PUBLIC}/telegram/webhook"


async def found(world: World, **changed: Any) -> dict[str, Finding]:
    values = {
        "telegram_bot_token": TOKEN,
        "telegram_webhook_secret": SECRET,
        "telegram_api_url": world.api_url,
        "public_url": PUBLIC,
        **changed,
    }
    return {one.name: one for one in await check_telegram(Settings(_env_file=None, **values))}


async def all_is_well(world: World) -> None:
    world.telegram.claim(webhook={"url": URL}, me={"supports_inline_queries": True})
    await world.bot.set_my_commands([("help", "What I can do")])


async def test_a_bot_that_is_set_up_has_nothing_to_mend(world: World) -> None:
    await all_is_well(world)
    findings = await found(world)

    assert [one for one in findings.values() if not one.ok or one.advice] == []
    assert list(findings) == [
        "token", "webhook", "deliveries", "updates", "waiting", "privacy", "commands", "inline",
    ]  # fmt: skip
    assert world.telegram.violations == []


@pytest.mark.parametrize(
    ("name", "webhook", "me", "settings", "advice"),
    [
        ("webhook", {"url": ""}, {}, {}, "register"),
        ("webhook", {"url": "https://old.example.com/telegram/webhook"}, {}, {}, "register"),
        ("webhook", {"url": "https://bot.example.com/x"}, {}, {"public_url": ""}, "register"),
        ("polling", {}, {}, {"telegram_mode": "polling"}, "register"),
        ("deliveries", {"last_error_message": "SSL error {error:0A000086}"}, {}, {}, "certificate"),
        ("deliveries", {"last_error_message": "Wrong response from the webhook: 403"}, {}, {}, "SECRET"),
        ("deliveries", {"last_error_message": "Wrong response from the webhook: 503"}, {}, {}, "readyz"),
        ("deliveries", {"last_error_message": "Connection refused"}, {}, {}, "running"),
        ("deliveries", {"last_error_message": "Failed to resolve host"}, {}, {}, "DNS"),
        ("updates", {"allowed_updates": ["message"]}, {}, {}, "register"),
        ("waiting", {"pending_update_count": 2000}, {}, {}, "day"),
        ("privacy", {}, {"can_read_all_group_messages": True}, {}, "setprivacy"),
        ("token", {}, {}, {"telegram_bot_token": "8000000001:" + "x" * 35}, "BotFather"),
        ("token", {}, {}, {"telegram_bot_token": "not a token"}, "BotFather"),
        ("telegram", {}, {}, {"telegram_api_url": "http://127.0.0.1:9"}, "network"),
    ],
)
async def test_what_is_wrong_is_named_with_what_to_do(
    world: World,
    name: str,
    webhook: dict[str, Any],
    me: dict[str, Any],
    settings: dict[str, Any],
    advice: str,
) -> None:
    await all_is_well(world)
    world.telegram.claim(webhook=webhook, me=me)
    findings = await found(world, **settings)

    assert not findings[name].ok
    assert advice in findings[name].advice
    assert [one.name for one in findings.values() if not one.ok] == [name]
    assert TOKEN not in repr(findings)
    # A token that is none of a bot's is what one of these is about.
    assert set(world.telegram.excuse()) <= {"getMe: Unauthorized"}


async def test_menus_that_were_never_set_are_missed_and_inline_mode_is_a_choice(world: World) -> None:
    world.telegram.claim(webhook={"url": URL})
    findings = await found(world)

    assert not findings["commands"].ok
    assert findings["inline"].ok
    assert "setinline" in findings["inline"].detail
